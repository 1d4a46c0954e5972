/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that fail on purpose: does the shim tell? Its program must exit with 1, having
 * reported exactly what tests/criterion_shim/self_test.py expects. */
#include <criterion/criterion.h>

static int set_up_count;

static void set_up(void)
{
    set_up_count++;
}

TestSuite(with_setup, .init = set_up);

Test(with_setup, runs_setup_first)
{
    cr_assert_eq(set_up_count, 1);
}

Test(shim, passes)
{
    cr_assert(true);
    cr_expect_str_eq("a", "a", "no %s", "message");
}

Test(shim, assert_leaves)
{
    cr_assert_eq(1 + 1, 3, "sum of %d", 2);
    cr_expect_fail("must not be reached");
}

Test(shim, expect_goes_on)
{
    cr_expect_null("x");
    cr_expect_lt(2, 1);
}

Test(shim, skips)
{
    cr_skip_test("on purpose");
}

static void fail_setup(void)
{
    cr_assert(false);
}

Test(shim, failed_setup, .init = fail_setup)
{
    cr_expect_fail("must not be reached");
}
