/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of values, and expressions over chosen values of fields. */
#ifndef NS_EQL_EVALUATE_H
#define NS_EQL_EVALUATE_H

#include "eql/program.h"

/* Does the value pass? Null passes only NS_TEST_NULL. */
bool ns_test_value(const struct ns_test *test, const struct ns_value *value);

/* Of a test with an outline, on a text that this admits. */
bool ns_test_text(const struct ns_test *test, const struct ns_text *text);

/* As ns_test_value(), of a test with an outline. */
static inline bool ns_test_outlined(const struct ns_test *test, const struct ns_value *value)
{
    return value->kind == NS_TEXT && ns_outline_admits(&test->outline, &value->as.text) &&
           ns_test_text(test, &value->as.text);
}

/* As ns_test_value(), for the path that most values fail on. */
static inline bool ns_test_passes(const struct ns_test *test, const struct ns_value *value)
{
    return test->has_outline ? ns_test_outlined(test, value) : ns_test_value(test, value);
}

/* The result for the fields' values in `context`, which may be null. `stack` has room
 * for expression->stack_size values. */
struct ns_value ns_expression_run(const struct ns_expression *expression,
                                  struct ns_context *context, struct ns_value *stack);

#endif
