/* SPDX-License-Identifier: Apache-2.0 */
/* Large, malformed and hostile input: the right verdict or a clear refusal. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- queries --- */

/* `count` times `piece` between `head` and `tail`. */
static char *repeat(const char *head, const char *piece, size_t count, const char *tail,
                    size_t *length)
{
    size_t head_length = strlen(head), step = strlen(piece), tail_length = strlen(tail);
    *length = head_length + count * step + tail_length;
    char *text = malloc(*length + 1);
    cr_assert_not_null(text);
    memcpy(text, head, head_length);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + head_length + i * step, piece, step);
    }
    memcpy(text + head_length + count * step, tail, tail_length + 1);
    return text;
}

/* "((((x))))" and the like. */
static char *nest(const char *open, size_t depth, const char *core, const char *close,
                  size_t *length)
{
    size_t left = 0, right = 0;
    char *first = repeat("any where ", open, depth, core, &left);
    char *last = repeat("", close, depth, "", &right);
    first = realloc(first, left + right + 1);
    cr_assert_not_null(first);
    memcpy(first + left, last, right + 1);
    free(last);
    *length = left + right;
    return first;
}

static const struct {
    const char *open, *core, *close;
} nests[] = {
    {"(", "true", ")"},
    {"not ", "true", ""},
    {"not (", "true", ")"},
    {"- ", "a == 1", ""},
    {"-(", "a", ") == 1"},
    {"length(concat(", "a", "))"},
    {"concat(", "a", ")"},
    {"a == (", "a", ")"},
    {"(a or (b and ", "c", "))"},
    {"1 + (", "a", ")"},
};

Test(queries, nesting_has_a_limit, .timeout = 120)
{
    static const size_t depths[] = {NETSHARE_MAX_QUERY_DEPTH + 1, 5000, 1000000};
    for (size_t i = 0; i < COUNT(nests) * COUNT(depths); i++) {
        size_t length = 0, kind = i / COUNT(depths);
        char *query = nest(nests[kind].open, depths[i % COUNT(depths)], nests[kind].core,
                           nests[kind].close, &length);
        netshare_error error = {.status = NETSHARE_OK};
        cr_expect_eq(netshare_query_check(query, length, &error), NETSHARE_ERROR_LIMIT,
                     "'%s' %zu deep: %s", nests[kind].open, depths[i % COUNT(depths)],
                     error.message);
        cr_expect(error.offset != NETSHARE_NO_OFFSET && error.offset < length);
        free(query);
    }
}

Test(queries, nesting_up_to_the_limit_works)
{
    static const test_event event = {0, NULL};
    size_t length = 0;
    char *query = nest("(", NETSHARE_MAX_QUERY_DEPTH - 1, "true", ")", &length);
    cr_expect(test_matches(query, 0, &event));
    free(query);
    query = nest("not ", NETSHARE_MAX_QUERY_DEPTH - 2, "true", "", &length);
    cr_expect(test_matches(query, 0, &event));
    free(query);
}

Test(queries, nested_comments_cost_no_stack, .timeout = 60)
{
    size_t length = 0;
    char *query = nest("/*", 1000000, "", "*/", &length);
    query = realloc(query, length + 6);
    memcpy(query + length, " true", 6);
    cr_expect_eq(netshare_query_check(query, length + 5, NULL), NETSHARE_OK);
    cr_expect_eq(netshare_query_check(query, length - 1, NULL), NETSHARE_ERROR_SYNTAX);
    free(query);
}

Test(queries, long_chains_are_not_deep, .timeout = 120)
{
    const test_event event = EVENT(FIELD("a", STR("last")));
    static const char *const heads[] = {"any where ", "any where not (", "any where 0 "};
    static const char *const pieces[] = {"a == \"x\" or ", "a != \"x\" and ", "+ 1 "};
    static const char *const tails[] = {"a == \"last\"", "a == \"last\")", "== 100000"};
    static const bool verdicts[] = {true, false, true};
    for (size_t i = 0; i < COUNT(heads); i++) {
        size_t length = 0;
        char *query = repeat(heads[i], pieces[i], 100000, tails[i], &length);
        cr_expect_eq(test_matches(query, 0, &event), verdicts[i], "%s...", pieces[i]);
        free(query);
    }
}

static char *list_query(const char *operator, size_t count)
{
    char *query = malloc(64 + count * 24);
    cr_assert_not_null(query);
    size_t at = (size_t)sprintf(query, "any where a %s (", operator);
    for (size_t i = 0; i < count; i++) {
        at += (size_t)sprintf(query + at, "%s\"value%zu\"", i ? ", " : "", i);
    }
    query[at++] = ')';
    query[at] = 0;
    return query;
}

Test(queries, lists_of_100000_strings, .timeout = 120)
{
    static const char *const operators[] = {"in", "in~", ":", "like", "like~"};
    const struct {
        bool cased, folded;
        test_event event;
    } rows[] = {
        {true, true, EVENT(FIELD("a", STR("value0")))},
        {true, true, EVENT(FIELD("a", STR("value99999")))},
        {false, true, EVENT(FIELD("a", STR("VALUE54321")))},
        {false, false, EVENT(FIELD("a", STR("value100000")))},
        {true, true, EVENT(FIELD("a", STR("x"), STR("value7")))},
        {false, false, {0, NULL}},
    };
    for (size_t i = 0; i < COUNT(operators); i++) {
        char *query = list_query(operators[i], 100000);
        bool folds = strcmp(operators[i], "in") != 0 && strcmp(operators[i], "like") != 0;
        netshare_matcher *matcher = test_compile(query, 0, NULL);
        for (size_t r = 0; r < COUNT(rows); r++) {
            cr_expect_eq(test_matcher_matches(matcher, &rows[r].event),
                         folds ? rows[r].folded : rows[r].cased, "%s, row %zu", operators[i], r);
        }
        netshare_matcher_unref(matcher);
        free(query);
    }
}

Test(queries, of_ten_megabytes, .timeout = 120)
{
    const test_event event = EVENT(FIELD("a", STR("x")));
    size_t length = 0;
    char *query = repeat("any where a == \"", "0123456789", 1000000, "\"", &length);
    cr_expect_not(test_matches(query, 0, &event));
    free(query);
    query = repeat("any where /* ", "0123456789", 1000000, "*/ a == \"x\"", &length);
    cr_expect(test_matches(query, 0, &event));
    free(query);
    query = repeat("any where ", "a == \"y\" or ", 900000, "a == \"x\"", &length);
    netshare_error error = {.status = NETSHARE_OK};
    netshare_status status = netshare_query_check(query, length, &error);
    cr_expect(status == NETSHARE_OK || (status == NETSHARE_ERROR_LIMIT && error.message[0] != 0));
    free(query);
}

Test(queries, longer_than_the_limit_are_refused, .timeout = 120)
{
    size_t length = 0, count = NETSHARE_MAX_QUERY_LENGTH / 8;
    char *query = repeat("any where true", "        ", count, "", &length);
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_eq(netshare_query_check(query, length, &error), NETSHARE_ERROR_LIMIT);
    cr_expect(error.message[0] != 0);
    cr_expect_eq(netshare_query_check(query, NETSHARE_MAX_QUERY_LENGTH, NULL), NETSHARE_OK);
    free(query);
}

/* --- values --- */

static const test_event odd = EVENT(
    FIELD("null_pointer", {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {NULL, 0}}),
    FIELD("null_pointer16", {.type = NETSHARE_VALUE_UTF16, .as.utf16 = {NULL, 0}}),
    FIELD("bad", STR("a\xFF" "b")),
    FIELD("cut", STR("caf\xC3")),
    FIELD("surrogate", STR("\xED\xA0\x80")),
    FIELD("nul", STR("a\0b")),
    FIELD("nul_use", STR("\0use")),
    FIELD("bad_use", STR("\xFE" "USE")),
    FIELD("lone", {.type = NETSHARE_VALUE_UTF16,
                   .as.utf16 = {(const uint16_t[]){'a', 0xD83D, 'b'}, 3}}),
    FIELD("pair", STR16(u"a\xD83D\xDE00" u"b")));

Test(values, odd_strings)
{
    static const test_row rows[] = {
        {"null_pointer == \"\"", true}, {"null_pointer : \"*\"", true},
        {"null_pointer : \"?\"", false}, {"null_pointer != null", true},
        {"null_pointer16 == \"\"", true}, {"null_pointer16 : \"*\"", true},
        {"length(null_pointer) == 0", true}, {"null_pointer in (\"\")", true},
        {"null_pointer regex \"a*\"", true}, {"startsWith(null_pointer, \"\")", true},
        {"concat(null_pointer, \"x\", null_pointer16) == \"x\"", true},
        {"substring(null_pointer, 0, 4) == \"\"", true}, {"bad : \"a?b\"", true},
        {"bad : \"A*B\"", true}, {"bad : \"ab\"", false}, {"bad == \"a\"", false},
        {"bad like \"a?b\"", true}, {"bad != \"a\xEF\xBF\xBD" "b\"", true},
        {"bad : \"a\xEF\xBF\xBD" "b\"", false}, {"bad regex \"a.b\"", true},
        {"bad regex \"a..b\"", false}, {"stringContains(bad, \"b\")", true},
        {"startsWith(bad, \"a\")", true}, {"endsWith~(bad, \"B\")", true},
        {"cut : \"caf?\"", true}, {"cut : \"caf\"", false}, {"cut > \"caf\"", true},
        {"surrogate : \"???\"", true}, {"surrogate : \"?\"", false}, {"nul == \"a\"", false},
        {"nul == \"a\\u{00}b\"", true}, {"nul : \"a?b\"", true}, {"nul : \"a*\"", true},
        {"nul : \"a\"", false}, {"nul in (\"a\")", false},
        {"nul in (\"a\\u{00}b\")", true}, {"length(nul) == 3", true},
        {"indexOf(nul, \"b\") == 2", true}, {"nul regex \"a.b\"", true},
        {"nul_use : \"*use\"", true}, {"nul_use : \"use\"", false}, {"bad_use : \"*use\"", true},
        {"bad_use : \"use\"", false}, {"bad_use in~ (\"use\")", false},
        {"lone : \"a?b\"", true}, {"lone : \"a??b\"", false}, {"lone : \"a\xEF\xBF\xBD" "b\"", false},
        {"length(lone) == 3", true}, {"lone regex \"a.b\"", true}, {"endsWith(lone, \"b\")", true},
        {"pair : \"a?b\"", true}, {"pair == \"a\xF0\x9F\x98\x80" "b\"", true},
        {"pair : \"A\xF0\x9F\x98\x80" "B\"", true}, {"length(pair) == 4", true},
        {"pair in (\"x\", \"a\\u{1F600}b\")", true},
    };
    test_expect_rows(&odd, rows, COUNT(rows));
}

/* The built-in rule's event, with the given arguments. */
static bool builtin_matches(const netshare_value *args, size_t count)
{
    const test_field fields[] = {
        FIELD("event.category", STR("process")), FIELD("event.type", STR("start")),
        FIELD("host.os.type", STR("windows")), FIELD("process.name", STR("net.exe")),
        {.name = "process.args", .count = count, .values = args},
    };
    const test_event event = {COUNT(fields), fields};
    netshare_matcher *matcher = netshare_matcher_new(NULL);
    cr_assert_not_null(matcher);
    bool verdict = test_matcher_matches(matcher, &event);
    netshare_matcher_unref(matcher);
    return verdict;
}

Test(values, arguments_of_a_megabyte, .timeout = 60)
{
    size_t size = 1 << 20;
    char *text = malloc(size);
    cr_assert_not_null(text);
    memset(text, '\\', size);
    netshare_value args[] = {STR("use"), netshare_value_from_utf8(text, size), NUL};
    cr_expect_not(builtin_matches(args, 2));
    text[size - 1] = '$';
    cr_expect(builtin_matches(args, 2));
    memset(text, 'x', size);
    cr_expect_not(builtin_matches(args, 2));
    memcpy(text, "\\\\host", 6);
    memcpy(text + size - 5, "@ssl\\", 5);
    cr_expect(builtin_matches(args, 2));
    args[2] = netshare_value_from_utf8(text, size);
    memcpy(text, "/d", 2);
    args[1] = (netshare_value)STR("http://x");
    cr_expect_not(builtin_matches(args, 3));
    memcpy(text, "/x", 2);
    cr_expect(builtin_matches(args, 3));
    free(text);
}

Test(values, a_hundred_thousand_arguments, .timeout = 60)
{
    size_t count = 100000;
    netshare_value *args = malloc(count * sizeof *args);
    cr_assert_not_null(args);
    for (size_t i = 0; i < count; i++) {
        args[i] = (netshare_value)STR("argument");
    }
    args[0] = (netshare_value)STR("use");
    cr_expect_not(builtin_matches(args, count));
    args[count - 1] = (netshare_value)STR("\\\\host\\c$");
    cr_expect(builtin_matches(args, count));
    args[count / 2] = (netshare_value)STR("/delete");
    cr_expect_not(builtin_matches(args, count));
    free(args);
}

/* --- a hostile accessor --- */

static bool get_for_ever(void *event, size_t field, size_t index, netshare_value *value)
{
    (void)event;
    (void)field;
    *value = netshare_value_from_int64((int64_t)index);
    return true;
}

static void expect_limit(const char *query)
{
    static const netshare_accessor endless = NETSHARE_ACCESSOR_INIT(get_for_ever);
    netshare_matcher *matcher = test_compile(query, 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    int last = test_thinning() > 1 ? NETSHARE_DETAIL_VERDICT : NETSHARE_DETAIL_CLAUSES;
    for (int detail = NETSHARE_DETAIL_VERDICT; detail <= last; detail++) {
        netshare_result result = {.matched = true, .match_count = 9};
        cr_expect_eq(netshare_match(matcher, scratch, &endless, NULL, (netshare_detail)detail,
                                    &result), NETSHARE_ERROR_LIMIT, "%s", query);
        cr_expect(!result.matched && result.match_count == 0, "%s", query);
    }
    static const test_event none = {0, NULL};
    test_view *view = test_view_new(matcher, &none, false);
    netshare_result result;
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_OK);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

Test(accessor, that_never_ends, .timeout = 600)
{
    expect_limit("any where a == \"x\"");
    expect_limit("any where not a : \"x*\" and not b == 5.5");
    expect_limit("any where length(a) == 5");
    expect_limit("any where a + b == -1");
}

Test(accessor, many_combinations_of_fields, .timeout = 120)
{
    size_t count = 2000;
    netshare_value *values = malloc(count * sizeof *values);
    cr_assert_not_null(values);
    for (size_t i = 0; i < count; i++) {
        values[i] = netshare_value_from_int64((int64_t)i);
    }
    test_field fields[] = {{"a", count, values}, {"b", count, values}};
    const test_event event = {2, fields};
    netshare_matcher *matcher = test_compile("any where a + b == -1", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &event, false);
    netshare_result result;
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_ERROR_LIMIT);
    cr_expect_not(result.matched);
    test_view_free(view);
    fields[0].count = 1000;
    fields[1].count = 1000;
    view = test_view_new(matcher, &event, false);
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_OK);
    cr_expect_not(result.matched);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    free(values);
}

/* What becomes of rules of which some clauses cannot be answered: f has values without end, h
 * and i have too many pairs. */
static const struct {
    const char *query;
    netshare_status status;
    bool matches;
} undecided[] = {
    {"any where g == \"x\" or h + i == -1", NETSHARE_OK, true},
    {"any where h + i == -1 and g == \"y\"", NETSHARE_OK, false},
    {"any where h + i == -1", NETSHARE_ERROR_LIMIT, false},
    {"any where not (h + i == -1) and g == \"x\"", NETSHARE_ERROR_LIMIT, false},
    {"any where f == \"word\" and g == \"y\"", NETSHARE_OK, false},
    {"any where f == \"word\"", NETSHARE_ERROR_LIMIT, false},
    {"any where f : \"*wordy*\" or g == \"x\"", NETSHARE_OK, true},
    {"any where f in (\"word\", \"other\") and g == \"x\"", NETSHARE_ERROR_LIMIT, false},
    {"any where g : \"x*\"", NETSHARE_OK, true},
    {"any where f regex \"wor+d.*\" and g == \"x\"", NETSHARE_ERROR_LIMIT, false},
};

static bool get_too_many(void *event, size_t field, size_t index, netshare_value *value)
{
    const char *name = netshare_matcher_field_name(event, field);
    *value = netshare_value_from_int64((int64_t)index);
    if (strcmp(name, "g") == 0) {
        *value = netshare_value_from_utf8("x", 1);
        return index == 0;
    }
    return strcmp(name, "f") == 0 || index < 2000;
}

/* Of some of these rules in one matcher. */
static void expect_decided(size_t first, size_t count)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get_too_many);
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    netshare_status status = NETSHARE_OK;
    size_t matches = 0;
    for (size_t i = first; i < first + count; i++) {
        char id[] = {(char)('0' + i), 0};
        const char *query = undecided[i].query;
        cr_assert_eq(netshare_builder_add_query(builder, id, query, strlen(query), NULL),
                     NETSHARE_OK);
        status = undecided[i].status != NETSHARE_OK ? undecided[i].status : status;
        matches += undecided[i].matches;
    }
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_result result;
    cr_expect_eq(netshare_match(matcher, scratch, &accessor, matcher, NETSHARE_DETAIL_RULES,
                                &result), status, "%zu, %zu rules", first, count);
    cr_expect_eq(result.match_count, matches, "%zu, %zu rules", first, count);
    for (size_t i = 0; i < result.match_count; i++) {
        cr_expect(undecided[*netshare_rule_string(result.rules[i], NETSHARE_RULE_ID) - '0']
                      .matches);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    netshare_builder_free(builder);
}

Test(accessor, a_clause_that_cannot_be_answered_hides_nothing, .timeout = 240)
{
    for (size_t i = 0; i < COUNT(undecided); i++) {
        expect_decided(i, 1);
    }
    expect_decided(0, COUNT(undecided));
    expect_decided(4, 5);
    expect_decided(6, 4);
}

static bool keep_step(void *user, const netshare_step *step)
{
    *(netshare_step *)user = *step;
    return true;
}

/* Of values without end explain counts as many as match would look at. */
Test(accessor, that_never_ends_is_explained, .timeout = 600)
{
    static const netshare_accessor endless = NETSHARE_ACCESSOR_INIT(get_for_ever);
    netshare_matcher *matcher = test_compile("any where a == 7", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_step step;
    cr_assert_eq(netshare_explain(matcher, scratch, &endless, NULL, 0, keep_step, &step),
                 NETSHARE_OK);
    cr_expect(step.verdict);
    cr_expect_eq(step.value_index, 7);
    cr_expect_eq(step.value_count, 1 << 24);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    matcher = test_compile("any where a == \"x\"", 0, NULL);
    scratch = netshare_scratch_new(matcher, NULL);
    cr_expect_eq(netshare_explain(matcher, scratch, &endless, NULL, 0, keep_step, &step),
                 NETSHARE_ERROR_LIMIT);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

static bool get_for_ever_or_once(void *event, size_t field, size_t index, netshare_value *value)
{
    const size_t *endless = event;
    *value = netshare_value_from_int64(1);
    return field == *endless || index == 0;
}

static bool count_step(void *user, const netshare_step *step)
{
    (void)step;
    ++*(size_t *)user;
    return true;
}

/* No step follows the clause that cannot be answered, though the condition is decided. */
Test(accessor, that_never_ends_ends_an_explanation, .timeout = 600)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get_for_ever_or_once);
    netshare_matcher *matcher = test_compile("any where a == \"x\" or b == 1 or b == 2", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    size_t endless = 0, steps = 0;
    while (strcmp(netshare_matcher_field_name(matcher, endless), "a") != 0)
        endless++;
    cr_expect_eq(netshare_explain(matcher, scratch, &accessor, &endless, 0, count_step, &steps),
                 NETSHARE_ERROR_LIMIT);
    cr_expect_eq(steps, 1);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

/* A rule that is decided without a clause that cannot be answered: its match does not name that
 * clause, and the status tells of undecided rules only. */
Test(accessor, clauses_that_cannot_be_answered, .timeout = 120)
{
    static const char *const queries[] = {"any where event.kind == 0 or not a + b == -1 or a + b == -1",
                                          "any where a + b == -1"};
    enum { VALUES = 2000 };
    netshare_value values[VALUES];
    for (size_t i = 0; i < VALUES; i++) {
        values[i] = netshare_value_from_int64((int64_t)i);
    }
    test_field fields[] = {{"a", VALUES, values}, {"b", VALUES, values}, {"event.kind", 1, values}};
    const test_event event = {COUNT(fields), fields};
    for (size_t rules = 1; rules <= 2; rules++) {
        netshare_builder *builder = netshare_builder_new(NULL, NULL);
        for (size_t i = 0; i < rules; i++) {
            cr_assert_eq(netshare_builder_add_query(builder, queries[i], queries[i],
                                                    strlen(queries[i]), NULL), NETSHARE_OK);
        }
        netshare_matcher *matcher = netshare_builder_build(builder, NULL);
        netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
        test_view *view = test_view_new(matcher, &event, false);
        netshare_result result;
        netshare_clause clauses[4];
        netshare_status status = netshare_match(matcher, scratch, &test_accessor, view,
                                                NETSHARE_DETAIL_CLAUSES, &result);
        cr_expect_eq(status, rules == 1 ? NETSHARE_OK : NETSHARE_ERROR_LIMIT);
        cr_expect_eq(result.match_count, 1);
        cr_expect_eq(netshare_result_clauses(scratch, 0, clauses, 4), 1);
        cr_expect_eq(clauses[0].query_offset, strlen("any where "));
        test_view_free(view);
        netshare_scratch_free(scratch);
        netshare_matcher_unref(matcher);
        netshare_builder_free(builder);
    }
}

/* --- rules --- */

static bool get_of_one_field(void *event, size_t field, size_t index, netshare_value *value)
{
    const size_t *filled = event;
    static char text[] = "the value";
    *value = netshare_value_from_utf8(text, sizeof text - 1);
    return field == *filled && index == 0;
}

/* Rules that share nothing: each finds the event with its field, and no other. */
Test(rules, with_a_field_each)
{
    enum { RULES = 300 };
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get_of_one_field);
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    for (int rule = 0; rule < RULES; rule++) {
        char query[64], id[8];
        snprintf(id, sizeof id, "f%d", rule);
        snprintf(query, sizeof query, "any where %s == \"the value\"", id);
        cr_assert_eq(netshare_builder_add_query(builder, id, query, strlen(query), NULL),
                     NETSHARE_OK);
    }
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    for (size_t field = 0; field < netshare_matcher_field_count(matcher); field++) {
        const char *name = netshare_matcher_field_name(matcher, field);
        netshare_result result;
        cr_expect_eq(netshare_match(matcher, scratch, &accessor, &field, NETSHARE_DETAIL_RULES,
                                    &result), NETSHARE_OK);
        cr_assert_eq(result.match_count, strncmp(name, "f", 1) == 0, "%s", name);
        cr_expect(result.match_count == 0 ||
                  strcmp(netshare_rule_string(result.rules[0], NETSHARE_RULE_ID), name) == 0);
    }
    netshare_scratch_free(scratch);
    netshare_builder_free(builder);
    netshare_matcher_unref(matcher);
}
