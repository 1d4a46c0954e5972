/* SPDX-License-Identifier: Apache-2.0 */
/* Explain: the steps, their places in the query, and the reasons. That it agrees
 * with match is checked by test_expect() on every condition of the test suite. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

static const test_event event = EVENT(
    FIELD("event.category", STR("process")), FIELD("a", STR("x"), STR("y"), STR("z")),
    FIELD("n", INT(5)), FIELD("nothing", NUL, NUL), FIELD("e", BOOL(true)));

enum { NONE = -1 };

typedef struct expected_step {
    netshare_step_kind kind;
    size_t depth;
    bool verdict;
    const char *text; /* NULL: not looked at */
    netshare_reason reason;
    const char *field;
    int value_index;
} expected_step;

typedef struct listing {
    const netshare_matcher *matcher;
    const char *query;
    const expected_step *expected;
    size_t count, seen;
} listing;

static void expect_place(const netshare_step *step, const expected_step *expected,
                         const char *query)
{
    if (expected->text != NULL) {
        cr_expect(step->query_length == strlen(expected->text) &&
                  strncmp(query + step->query_offset, expected->text, step->query_length) == 0,
                  "%s: expected '%s', got '%.*s'", query, expected->text,
                  (int)step->query_length, query + step->query_offset);
    }
}

static bool check(void *user, const netshare_step *step)
{
    listing *list = user;
    if (list->seen++ >= list->count) {
        return true;
    }
    const expected_step *expected = &list->expected[list->seen - 1];
    const char *field = netshare_matcher_field_name(list->matcher, step->field);
    size_t index = expected->value_index == NONE ? NETSHARE_NO_INDEX : (size_t)expected->value_index;
    cr_expect_eq(step->kind, expected->kind, "%s, step %zu: kind %d", list->query, list->seen,
                 step->kind);
    cr_expect_eq(step->depth, expected->depth, "%s, step %zu: depth %zu", list->query,
                 list->seen, step->depth);
    cr_expect_eq(step->verdict, expected->verdict, "%s, step %zu", list->query, list->seen);
    expect_place(step, expected, list->query);
    cr_expect_eq(step->reason, expected->reason, "%s, step %zu: reason %d", list->query,
                 list->seen, step->reason);
    cr_expect(field == NULL || expected->field == NULL ? field == expected->field
                                                       : strcmp(field, expected->field) == 0,
              "%s, step %zu: field %s", list->query, list->seen, field);
    if (expected->reason == NETSHARE_REASON_VALUE) {
        cr_expect_eq(step->value_index, index, "%s, step %zu: value %zu", list->query, list->seen,
                     step->value_index);
    }
    return true;
}

static void expect_steps(const char *query, const expected_step *expected, size_t count)
{
    netshare_matcher *matcher = test_compile(query, 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &event, false);
    listing list = {matcher, query, expected, count, 0};
    cr_expect_eq(netshare_explain(matcher, scratch, &test_accessor, view, 0, check, &list),
                 NETSHARE_OK);
    cr_expect_eq(list.seen, count, "%s: %zu steps", query, list.seen);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

#define STEPS(query, ...)                                        \
    expect_steps(query, (const expected_step[]){__VA_ARGS__},    \
                 COUNT(((const expected_step[]){__VA_ARGS__})))
#define CLAUSE NETSHARE_STEP_CLAUSE
#define NODE(kind, depth, verdict, text) \
    {NETSHARE_STEP_##kind, depth, verdict, text, NETSHARE_REASON_NONE, NULL, NONE}

Test(explain, gives_the_reason_of_a_clause)
{
    STEPS("any where a == \"y\"", {CLAUSE, 0, true, "a == \"y\"", NETSHARE_REASON_VALUE, "a", 1});
    STEPS("any where a : \"q*\"", {CLAUSE, 0, false, "a : \"q*\"", NETSHARE_REASON_NO_VALUE, "a", NONE});
    STEPS("any where gone : \"q*\"",
          {CLAUSE, 0, false, "gone : \"q*\"", NETSHARE_REASON_ABSENT, "gone", NONE});
    STEPS("any where nothing : \"q*\"",
          {CLAUSE, 0, false, "nothing : \"q*\"", NETSHARE_REASON_NULL, "nothing", NONE});
    STEPS("any where gone == null",
          {CLAUSE, 0, true, "gone == null", NETSHARE_REASON_ABSENT, "gone", NONE});
    STEPS("any where nothing == null",
          {CLAUSE, 0, true, "nothing == null", NETSHARE_REASON_NULL, "nothing", NONE});
    STEPS("any where n > 4", {CLAUSE, 0, true, "n > 4", NETSHARE_REASON_VALUE, "n", 0});
    STEPS("any where e", {CLAUSE, 0, true, "e", NETSHARE_REASON_VALUE, "e", 0});
    STEPS("any where true", {CLAUSE, 0, true, "true", NETSHARE_REASON_NONE, NULL, NONE});
    STEPS("any where false", {CLAUSE, 0, false, "false", NETSHARE_REASON_NONE, NULL, NONE});
    STEPS("any where concat(a, n) == \"y5\"",
          {CLAUSE, 0, true, "concat(a, n) == \"y5\"", NETSHARE_REASON_COMBINATION, NULL, NONE});
    STEPS("any where length(a) == 1",
          {CLAUSE, 0, true, "length(a) == 1", NETSHARE_REASON_VALUE, "a", 0});
}

Test(explain, walks_the_tree)
{
    STEPS("any where a == \"x\" and n == 6",
          NODE(AND, 0, false, "a == \"x\" and n == 6"),
          {CLAUSE, 1, true, "a == \"x\"", NETSHARE_REASON_VALUE, "a", 0},
          {CLAUSE, 1, false, "n == 6", NETSHARE_REASON_NO_VALUE, "n", NONE});
    STEPS("any where a == \"q\" or n == 5 or e",
          NODE(OR, 0, true, "a == \"q\" or n == 5 or e"),
          {CLAUSE, 1, false, "a == \"q\"", NETSHARE_REASON_NO_VALUE, "a", NONE},
          {CLAUSE, 1, true, "n == 5", NETSHARE_REASON_VALUE, "n", 0},
          {CLAUSE, 1, true, "e", NETSHARE_REASON_VALUE, "e", 0});
    STEPS("any where not gone : \"q*\"",
          NODE(NOT, 0, true, "not gone : \"q*\""),
          {CLAUSE, 1, false, "gone : \"q*\"", NETSHARE_REASON_ABSENT, "gone", NONE});
    STEPS("any where false and (a == \"x\" or e)",
          NODE(AND, 0, false, NULL),
          {CLAUSE, 1, false, "false", NETSHARE_REASON_NONE, NULL, NONE},
          NODE(OR, 1, true, NULL),
          {CLAUSE, 2, true, "a == \"x\"", NETSHARE_REASON_VALUE, "a", 0},
          {CLAUSE, 2, true, "e", NETSHARE_REASON_VALUE, "e", 0});
}

Test(explain, shows_the_category_test)
{
    STEPS("process where n == 5",
          NODE(AND, 0, true, NULL),
          {CLAUSE, 1, true, "", NETSHARE_REASON_VALUE, "event.category", 0},
          {CLAUSE, 1, true, "n == 5", NETSHARE_REASON_VALUE, "n", 0});
    STEPS("file where n == 5",
          NODE(AND, 0, false, NULL),
          {CLAUSE, 1, false, "", NETSHARE_REASON_NO_VALUE, "event.category", NONE},
          {CLAUSE, 1, true, "n == 5", NETSHARE_REASON_VALUE, "n", 0});
}

static bool keep(void *user, const netshare_step *step)
{
    *(netshare_step *)user = *step;
    return true;
}

Test(explain, shows_the_value)
{
    netshare_step step;
    netshare_matcher *matcher = test_compile("any where a : \"Z\"", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &event, false);
    cr_expect_eq(netshare_explain(matcher, scratch, &test_accessor, view, 0, keep, &step),
                 NETSHARE_OK);
    cr_expect_eq(step.value.type, NETSHARE_VALUE_UTF8);
    cr_expect_eq(step.value.as.utf8.length, 1);
    cr_expect_eq(step.value.as.utf8.data[0], 'z');
    cr_expect_eq(step.value_count, 3);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

static bool stop(void *user, const netshare_step *step)
{
    (void)step;
    return ++*(size_t *)user < 2;
}

Test(explain, can_be_stopped_and_refuses_misuse)
{
    size_t seen = 0;
    netshare_matcher *matcher = test_compile("any where a == \"x\" and n == 5 and e", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &event, false);
    cr_expect_eq(netshare_explain(matcher, scratch, &test_accessor, view, 0, stop, &seen),
                 NETSHARE_OK);
    cr_expect_eq(seen, 2);
    cr_expect_eq(netshare_explain(matcher, scratch, &test_accessor, view, 1, stop, &seen),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_explain(matcher, scratch, NULL, view, 0, stop, &seen),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_explain(matcher, NULL, &test_accessor, view, 0, stop, &seen),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_explain(NULL, scratch, &test_accessor, view, 0, stop, &seen),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_explain(matcher, scratch, &test_accessor, view, 0, NULL, &seen),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    netshare_matcher *other = test_compile("any where a == \"x\"", 0, NULL);
    cr_expect_eq(netshare_explain(other, scratch, &test_accessor, view, 0, stop, &seen),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(seen, 2);
    netshare_matcher_unref(other);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}
