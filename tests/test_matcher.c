/* SPDX-License-Identifier: Apache-2.0 */
/* The matcher's promises: its fields and rules, what it asks of the accessor, the
 * order and detail of results, and how it refuses misuse. */
#include "matcher/scratch.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static netshare_builder *new_builder(void)
{
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    cr_assert_not_null(builder);
    return builder;
}

static void add(netshare_builder *builder, const char *id, const char *query)
{
    netshare_error error = {.status = NETSHARE_OK};
    cr_assert_eq(netshare_builder_add_query(builder, id, query, strlen(query), &error),
                 NETSHARE_OK, "%s: %s", query, error.message);
}

static netshare_matcher *build(netshare_builder *builder)
{
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    cr_assert_not_null(matcher);
    netshare_builder_free(builder);
    return matcher;
}

static bool has_field(const netshare_matcher *matcher, const char *name)
{
    for (size_t f = 0; f < netshare_matcher_field_count(matcher); f++) {
        if (strcmp(netshare_matcher_field_name(matcher, f), name) == 0) {
            return true;
        }
    }
    return false;
}

/* --- fields and rules --- */

Test(matcher, lists_each_field_once)
{
    netshare_builder *builder = new_builder();
    add(builder, "1", "process where a == 1 and ?b : \"x\" and not a == 2 and c.`d-e` != null");
    add(builder, "2", "file where a == 1 or length(f) > 3");
    add(builder, "3", "any where true");
    netshare_matcher *matcher = build(builder);
    static const char *const names[] = {"event.category", "a", "b", "c.d-e", "f"};
    cr_expect_eq(netshare_matcher_field_count(matcher), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        cr_expect(has_field(matcher, names[i]), "%s", names[i]);
    }
    cr_expect_null(netshare_matcher_field_name(matcher, COUNT(names)));
    cr_expect_null(netshare_matcher_field_name(matcher, SIZE_MAX));
    cr_expect_eq(netshare_matcher_rule_count(matcher), 3);
    cr_expect_null(netshare_matcher_rule(matcher, 3));
    netshare_matcher_unref(matcher);
}

Test(matcher, of_a_query)
{
    static const char query[] = "any where a == 1";
    netshare_matcher *matcher = netshare_matcher_new_from_query(query, strlen(query), NULL);
    cr_assert_not_null(matcher);
    cr_assert_eq(netshare_matcher_rule_count(matcher), 1);
    const netshare_rule *rule = netshare_matcher_rule(matcher, 0);
    cr_expect_str_eq(netshare_rule_string(rule, NETSHARE_RULE_ID), "query");
    cr_expect_str_eq(netshare_rule_string(rule, NETSHARE_RULE_NAME), "query");
    cr_expect_str_eq(netshare_rule_string(rule, NETSHARE_RULE_QUERY), query);
    netshare_matcher_unref(matcher);
}

Test(matcher, is_of_this_version)
{
    char version[64];
    snprintf(version, sizeof version, "%u.%u.%u", NETSHARE_VERSION_MAJOR, NETSHARE_VERSION_MINOR,
             NETSHARE_VERSION_PATCH);
    cr_expect_str_eq(netshare_version(), version);
}

Test(matcher, of_no_rules_matches_nothing)
{
    static const test_event none = {0, NULL};
    netshare_matcher *matcher = build(new_builder());
    cr_expect_eq(netshare_matcher_rule_count(matcher), 0);
    cr_expect_eq(netshare_matcher_field_count(matcher), 0);
    cr_expect_not(test_matcher_matches(matcher, &none));
    netshare_matcher_unref(matcher);
}

Test(builder, is_empty_after_a_build_and_unchanged_by_a_refusal)
{
    netshare_builder *builder = new_builder();
    add(builder, "a", "any where true");
    cr_expect_eq(netshare_builder_add_query(builder, "b", "any where (", 11, NULL),
                 NETSHARE_ERROR_SYNTAX);
    netshare_matcher *first = netshare_builder_build(builder, NULL);
    cr_assert_not_null(first);
    cr_expect_eq(netshare_matcher_rule_count(first), 1);
    add(builder, "c", "any where x == 1");
    netshare_matcher *second = netshare_builder_build(builder, NULL);
    cr_assert_not_null(second);
    cr_expect_eq(netshare_matcher_rule_count(second), 1);
    cr_expect_str_eq(netshare_rule_string(netshare_matcher_rule(second, 0), NETSHARE_RULE_ID), "c");
    netshare_matcher_unref(first);
    netshare_matcher_unref(second);
    netshare_builder_free(builder);
}

/* --- documents --- */

#define RULE(id, query, more) \
    "{\"rule_id\":\"" id "\",\"name\":\"n\",\"type\":\"eql\",\"query\":\"" query "\"" more "}"

static const char documents[] =
    RULE("a", "process where true", ",\"event_category_override\":\"\"") "\n"
    RULE("b", "process where true", ",\"event_category_override\":\"kind\"") "\n"
    RULE("c", "any where true | head 5", "") "\n"
    RULE("d", "any where (", "") "\n"
    "{\"rule_id\":\"e\",\"name\":\"n\",\"type\":\"eql\"}\n"
    "{\"type\":\"query\",\"query\":\"a:b\"}\n"
    RULE("g", "any where true", "") "\n";

struct reports {
    char letters[16]; /* a status each: ok, stateful, syntax, document */
    size_t count, most;
};

static bool note_report(void *user, size_t index, const netshare_error *error)
{
    struct reports *r = user;
    cr_expect(error == NULL || strcmp(error->rule_id, "c") == 0 || strcmp(error->rule_id, "d") == 0 ||
              strcmp(error->rule_id, "e") == 0, "document %zu: %s", index, error->rule_id);
    cr_expect(error == NULL || strcmp(error->path, "query") == 0, "document %zu: %s", index, error->path);
    r->letters[r->count++] = error == NULL                              ? 'o'
                             : error->status == NETSHARE_ERROR_STATEFUL ? 's'
                             : error->status == NETSHARE_ERROR_SYNTAX   ? 'x'
                                                                        : 'd';
    return r->count < r->most;
}

static bool has_json(void)
{
    netshare_builder *builder = new_builder();
    netshare_status status =
        netshare_builder_add_documents(builder, "[]", 2, NULL, NULL, NULL, NULL);
    netshare_builder_free(builder);
    return status != NETSHARE_ERROR_UNSUPPORTED;
}

Test(builder, reports_documents_until_told_to_stop)
{
    static const netshare_document_counts counts_at[] = {
        {1, 0, 0, 0}, {2, 0, 0, 0}, {2, 1, 0, 0}, {2, 1, 1, 0}, {2, 1, 2, 0}, {3, 1, 2, 1}};
    if (!has_json()) {
        cr_skip_test("built without JSON");
    }
    for (size_t most = 1; most <= COUNT(counts_at); most++) {
        netshare_builder *builder = new_builder();
        struct reports reports = {"", 0, most};
        netshare_document_counts counts;
        cr_expect_eq(netshare_builder_add_documents(builder, documents, sizeof documents - 1,
                                                    note_report, &reports, &counts, NULL),
                     NETSHARE_OK);
        const netshare_document_counts *wanted = &counts_at[most - 1];
        cr_expect_eq(reports.count, most);
        cr_expect_eq(strncmp(reports.letters, "oosxdo", most), 0, "%s", reports.letters);
        cr_expect(counts.added == wanted->added && counts.stateful == wanted->stateful &&
                  counts.refused == wanted->refused && counts.skipped == wanted->skipped,
                  "stopped after %zu", most);
        netshare_matcher *matcher = build(builder);
        cr_expect_eq(netshare_matcher_rule_count(matcher), wanted->added);
        netshare_matcher_unref(matcher);
    }
}

Test(builder, an_override_of_the_category_field_counts_unless_empty)
{
    if (!has_json()) {
        cr_skip_test("built without JSON");
    }
    netshare_builder *builder = new_builder();
    cr_expect_eq(netshare_builder_add_documents(builder, documents, sizeof documents - 1, NULL,
                                                NULL, NULL, NULL), NETSHARE_OK);
    cr_expect_eq(netshare_builder_add_documents(builder, NULL, 0, NULL, NULL, NULL, NULL),
                 NETSHARE_ERROR_DOCUMENT);
    netshare_matcher *matcher = build(builder);
    cr_expect_eq(netshare_matcher_rule_count(matcher), 3);
    cr_expect(has_field(matcher, "event.category") && has_field(matcher, "kind"));
    cr_expect_eq(netshare_matcher_field_count(matcher), 2);
    netshare_matcher_unref(matcher);
}

/* --- what is asked of the accessor --- */

static const test_event everything = EVENT(
    FIELD("event.category", STR("process")), FIELD("a", STR("x"), STR("y"), STR("z")),
    FIELD("b", INT(5), INT(6)), FIELD("c", STR("word")), FIELD("d", NUL),
    FIELD("e", BOOL(true)));

static const char *const single_field_queries[] = {
    "any where a : \"z*\" or a == \"q\" or a in (\"y\", \"r\") or a regex \"z.?\"",
    "process where a : \"z*\" and not a : \"q*\" and a like \"?\" and a != \"w\" and a == \"x\"",
    "process where b > 100 or b < 1 or b == 7 or length(a) == 9 or substring(a, 0, 1) == \"k\"",
    "any where not (a : \"q\" or b == 9 or c : \"wor\" or d != null or e == false) and b == 6",
    "file where a == \"x\"",
    "any where c == null or c : \"x\" or startsWith(c, \"wo\") and endsWith(c, \"rd\")",
    "any where (a == \"y\" and b == 6) or (a == \"x\" and b == 5) or (a == \"z\" and c : \"w*\")",
};

static void expect_each_field_once(const netshare_matcher *matcher)
{
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &everything, false);
    for (int detail = NETSHARE_DETAIL_VERDICT; detail <= NETSHARE_DETAIL_CLAUSES; detail++) {
        netshare_result result;
        test_view_reset(view);
        cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view,
                                    (netshare_detail)detail, &result), NETSHARE_OK);
        cr_expect_not(view->out_of_order, "detail %d", detail);
        for (size_t f = 0; f < view->field_count; f++) {
            cr_expect_leq(view->calls[f], view->fields[f].count + 1, "field %s, detail %d",
                          netshare_matcher_field_name(matcher, f), detail);
        }
    }
    test_view_free(view);
    netshare_scratch_free(scratch);
}

Test(accessor, is_asked_for_each_field_at_most_once_and_in_order)
{
    netshare_builder *builder = new_builder();
    for (size_t i = 0; i < COUNT(single_field_queries); i++) {
        add(builder, "rule", single_field_queries[i]);
        netshare_matcher *alone = test_compile(single_field_queries[i], 0, NULL);
        expect_each_field_once(alone);
        netshare_matcher_unref(alone);
    }
    netshare_matcher *all = build(builder);
    expect_each_field_once(all);
    netshare_matcher_unref(all);
}

/* Whichever clause is asked first, one that fails ends the asking. */
Test(accessor, is_not_asked_for_what_the_verdict_does_not_need)
{
    static const char *const failing[] = {
        "file where c == \"nothing\" and b == 7",
        "any where missing == 5 and c == \"word\" and (b == 5 or d == null)",
    };
    static const char *const deciding[] = {
        "any where c == \"word\" or c == \"nothing\"",
        "any where missing == null or not missing : \"x\"",
    };
    for (size_t i = 0; i < COUNT(failing) + COUNT(deciding); i++) {
        bool matches = i >= COUNT(failing);
        const char *query = matches ? deciding[i - COUNT(failing)] : failing[i];
        netshare_matcher *matcher = test_compile(query, 0, NULL);
        netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
        test_view *view = test_view_new(matcher, &everything, false);
        netshare_result result;
        netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_VERDICT, &result);
        cr_expect_eq(result.matched, matches, "%s", query);
        size_t asked = 0;
        for (size_t f = 0; f < view->field_count; f++) {
            asked += view->calls[f] > 0;
        }
        cr_expect_eq(asked, 1, "%s: %zu fields were asked for", query, asked);
        test_view_free(view);
        netshare_scratch_free(scratch);
        netshare_matcher_unref(matcher);
    }
}

/* --- results --- */

static const char document[] =
    "[{\"rule_id\":\"b\",\"name\":\"B\",\"description\":\"d\",\"severity\":\"low\",\"risk_score\":1,"
    "\"type\":\"eql\",\"language\":\"eql\",\"query\":\"any where true\"},"
    "{\"rule_id\":\"z\",\"name\":\"Z\",\"description\":\"d\",\"severity\":\"critical\",\"risk_score\":1,"
    "\"type\":\"eql\",\"language\":\"eql\",\"query\":\"any where c == \\\"word\\\"\"},"
    "{\"rule_id\":\"a\",\"name\":\"A\",\"description\":\"d\",\"severity\":\"low\",\"risk_score\":1,"
    "\"type\":\"eql\",\"language\":\"eql\",\"query\":\"any where b == 5\"},"
    "{\"rule_id\":\"n\",\"name\":\"N\",\"description\":\"d\",\"severity\":\"critical\",\"risk_score\":1,"
    "\"type\":\"eql\",\"language\":\"eql\",\"query\":\"any where false\"},"
    "{\"rule_id\":\"m\",\"name\":\"M\",\"description\":\"d\",\"severity\":\"medium\",\"risk_score\":1,"
    "\"type\":\"eql\",\"language\":\"eql\",\"query\":\"any where e\"},"
    "{\"rule_id\":\"a\",\"name\":\"A2\",\"description\":\"d\",\"severity\":\"low\",\"risk_score\":1,"
    "\"type\":\"eql\",\"language\":\"eql\",\"query\":\"any where true\"}]";

Test(results, are_ordered_by_severity_then_id_then_as_added)
{
    static const char *const names[] = {"N", "Z", "M", "A", "A2", "B"};
    static const char *const matching[] = {"Z", "M", "A", "A2", "B"};
    netshare_builder *builder = new_builder();
    netshare_document_counts counts = {0, 0, 0, 0};
    netshare_status status = netshare_builder_add_documents(builder, document, strlen(document),
                                                            NULL, NULL, &counts, NULL);
    if (status == NETSHARE_ERROR_UNSUPPORTED) {
        netshare_builder_free(builder);
        cr_skip_test("built without JSON");
    }
    cr_assert_eq(status, NETSHARE_OK);
    cr_assert_eq(counts.added, COUNT(names));
    netshare_matcher *matcher = build(builder);
    for (size_t i = 0; i < COUNT(names); i++) {
        cr_expect_str_eq(netshare_rule_string(netshare_matcher_rule(matcher, i),
                                              NETSHARE_RULE_NAME), names[i]);
    }
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &everything, false);
    netshare_result result;
    for (int detail = NETSHARE_DETAIL_RULES; detail <= NETSHARE_DETAIL_CLAUSES; detail++) {
        netshare_match(matcher, scratch, &test_accessor, view, (netshare_detail)detail, &result);
        cr_expect(result.matched);
        cr_assert_eq(result.match_count, COUNT(matching));
        for (size_t i = 0; i < COUNT(matching); i++) {
            cr_expect_str_eq(netshare_rule_string(result.rules[i], NETSHARE_RULE_NAME),
                             matching[i]);
        }
    }
    netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_VERDICT, &result);
    cr_expect(result.matched);
    cr_expect_eq(result.match_count, 1);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

typedef struct expected_clause {
    const char *text;  /* the source text of the clause */
    const char *field; /* NULL: NETSHARE_NO_INDEX */
    size_t value_index;
} expected_clause;

static void expect_clauses(const char *query, const expected_clause *expected, size_t count)
{
    netshare_clause clauses[16];
    netshare_result result;
    netshare_matcher *matcher = test_compile(query, 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &everything, false);
    netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_CLAUSES, &result);
    cr_assert(result.matched, "%s", query);
    cr_expect_eq(netshare_result_clauses(scratch, 0, NULL, 0), count, "%s", query);
    size_t found = netshare_result_clauses(scratch, 0, clauses, COUNT(clauses));
    cr_expect_eq(found, count, "%s: %zu clauses", query, found);
    for (size_t i = 0; i < found && i < count; i++) {
        const char *field = netshare_matcher_field_name(matcher, clauses[i].field);
        cr_expect_eq(clauses[i].query_length, strlen(expected[i].text), "%s: clause %zu is '%.*s'",
                     query, i, (int)clauses[i].query_length, query + clauses[i].query_offset);
        cr_expect_eq(strncmp(query + clauses[i].query_offset, expected[i].text,
                             strlen(expected[i].text)), 0, "%s: clause %zu", query, i);
        cr_expect_eq(clauses[i].value_index, expected[i].value_index, "%s: clause %zu: value %zu",
                     query, i, clauses[i].value_index);
        cr_expect(field == NULL || expected[i].field == NULL ? field == expected[i].field
                                                             : strcmp(field, expected[i].field) == 0,
                  "%s: clause %zu: field %s", query, i, field);
    }
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

#define CLAUSES(query, ...)                                           \
    expect_clauses(query, (const expected_clause[]){__VA_ARGS__},     \
                   COUNT(((const expected_clause[]){__VA_ARGS__})))

Test(clauses, say_which_values_hit)
{
    CLAUSES("any where a == \"y\"", {"a == \"y\"", "a", 1});
    CLAUSES("any where a == \"y\" and b == 5", {"a == \"y\"", "a", 1}, {"b == 5", "b", 0});
    CLAUSES("any where b == 6 and a : (\"q\", \"Z\")", {"b == 6", "b", 1},
            {"a : (\"q\", \"Z\")", "a", 2});
    CLAUSES("any where e and  c  like \"w*\"", {"e", "e", 0}, {"c  like \"w*\"", "c", 0});
    CLAUSES("any where startsWith(c, \"wo\")", {"startsWith(c, \"wo\")", "c", 0});
    CLAUSES("any where length(a) == 1 /* x */", {"length(a) == 1", "a", 0});
    CLAUSES("any where \"z\" == a", {"\"z\" == a", "a", 2});
}

Test(clauses, of_an_or_are_those_that_hold)
{
    CLAUSES("any where c == \"q\" or b == 6", {"b == 6", "b", 1});
    CLAUSES("any where (c == \"q\" and b == 6) or (c == \"word\" and b == 5)",
            {"c == \"word\"", "c", 0}, {"b == 5", "b", 0});
}

Test(clauses, that_hold_by_absence)
{
    CLAUSES("any where missing == null", {"missing == null", "missing", NETSHARE_NO_INDEX});
    CLAUSES("any where d == null and c == \"word\"", {"d == null", "d", NETSHARE_NO_INDEX},
            {"c == \"word\"", "c", 0});
    CLAUSES("any where missing != \"x\"", {"missing != \"x\"", "missing", NETSHARE_NO_INDEX});
}

Test(clauses, of_a_not_stand_for_what_is_below_it)
{
    CLAUSES("any where not c : \"q*\"", {"not c : \"q*\"", "c", NETSHARE_NO_INDEX});
    CLAUSES("any where not missing : \"q*\" and e",
            {"not missing : \"q*\"", "missing", NETSHARE_NO_INDEX}, {"e", "e", 0});
    CLAUSES("any where not (c == \"q\" or b == 9)",
            {"not (c == \"q\" or b == 9)", NULL, NETSHARE_NO_INDEX});
    CLAUSES("any where not not c == \"word\"", {"c == \"word\"", "c", 0});
}

Test(clauses, begin_with_the_category_test)
{
    CLAUSES("process where c == \"word\"", {"", "event.category", 0}, {"c == \"word\"", "c", 0});
}

Test(clauses, are_none_past_the_last_match)
{
    netshare_result result;
    netshare_matcher *matcher = test_compile("any where c == \"word\"", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &everything, false);
    netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_CLAUSES, &result);
    cr_expect_eq(netshare_result_clauses(scratch, 0, NULL, 0), 1);
    cr_expect_eq(netshare_result_clauses(scratch, 1, NULL, 0), 0);
    cr_expect_eq(netshare_result_clauses(scratch, SIZE_MAX, NULL, 0), 0);
    cr_expect_eq(netshare_result_clauses(NULL, 0, NULL, 0), 0);
    netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES, &result);
    cr_expect_eq(netshare_result_clauses(scratch, 0, NULL, 0), 0);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

/* --- misuse --- */

Test(misuse, of_match_is_refused)
{
    netshare_matcher *matcher = test_compile("any where a == 1", 0, NULL);
    netshare_matcher *other = test_compile("any where a == 1", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_scratch *wrong = netshare_scratch_new(other, NULL);
    netshare_accessor small = {0, test_accessor.get}, empty = {sizeof empty, NULL};
    netshare_accessor large = {sizeof large + 1000, test_accessor.get};
    const struct {
        const netshare_matcher *matcher;
        netshare_scratch *scratch;
        const netshare_accessor *accessor;
        int detail;
    } rows[] = {
        {NULL, scratch, &test_accessor, 0},      {matcher, NULL, &test_accessor, 0},
        {matcher, scratch, NULL, 0},             {matcher, wrong, &test_accessor, 0},
        {matcher, scratch, &small, 0},           {matcher, scratch, &empty, 0},
        {matcher, scratch, &large, 0},           {matcher, scratch, &test_accessor, 3},
        {matcher, scratch, &test_accessor, 99},
    };
    test_view *view = test_view_new(matcher, &everything, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        netshare_result result = {.matched = true, .match_count = 5};
        cr_expect_eq(netshare_match(rows[i].matcher, rows[i].scratch, rows[i].accessor, view,
                                    (netshare_detail)rows[i].detail, &result),
                     NETSHARE_ERROR_INVALID_ARGUMENT, "row %zu", i);
        cr_expect(!result.matched && result.match_count == 0, "row %zu", i);
    }
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                NULL), NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(view->total_calls, 0);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_scratch_free(wrong);
    netshare_matcher_unref(matcher);
    netshare_matcher_unref(other);
}

Test(misuse, of_events_and_dumps_is_refused)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_matcher *matcher = test_compile("any where a == 1", 0, NULL);
    cr_expect_null(netshare_event_new_for_source(matcher, (netshare_source)(NETSHARE_SOURCE_ENDGAME_INDEX + 1),
                                                &error));
    cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_null(netshare_event_new_for_source(matcher, (netshare_source)-1, NULL));
    cr_expect_eq(netshare_event_parse(NULL, "{}", 2, &error), NETSHARE_ERROR_INVALID_ARGUMENT);
    netshare_event *event = netshare_event_new(matcher, NULL);
    cr_expect_eq(netshare_event_parse(event, NULL, 2, NULL), NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_event_parse(event, NULL, 0, NULL), NETSHARE_ERROR_EVENT);
    test_text text = {NULL, 0};
    cr_expect_eq(netshare_matcher_dump(NULL, 0, test_text_write, &text),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_matcher_dump(matcher, 0, NULL, NULL), NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(text.length, 0);
    netshare_event_free(event);
    netshare_matcher_unref(matcher);
}

static bool visit_nothing(void *user, const netshare_step *step)
{
    (void)user;
    (void)step;
    return true;
}

/* Its fields have other numbers. */
Test(misuse, an_event_of_another_matcher_is_refused)
{
    static const char json[] = "{\"a\":\"x\",\"b7\":\"r\"}";
    netshare_matcher *matcher = test_compile("any where b1 : \"x*y\" or b7 == \"r\"", 0, NULL);
    netshare_matcher *other = test_compile("any where a == \"x\"", 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_event *event = netshare_event_new(other, NULL);
    netshare_event *own = netshare_event_new_for_source(matcher, NETSHARE_SOURCE_AUTOMATIC, NULL);
    netshare_result result = {.matched = true};
    const netshare_accessor *accessor = netshare_event_accessor();
    cr_assert_eq(netshare_event_parse(event, json, strlen(json), NULL), NETSHARE_OK);
    cr_assert_eq(netshare_event_parse(own, json, strlen(json), NULL), NETSHARE_OK);
    cr_expect_eq(netshare_match(matcher, scratch, accessor, event, NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_not(result.matched);
    cr_expect_eq(netshare_match(matcher, scratch, accessor, NULL, NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match_json(matcher, scratch, event, json, strlen(json),
                                     NETSHARE_DETAIL_RULES, &result, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_explain(matcher, scratch, accessor, event, 0, visit_nothing, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match(matcher, scratch, accessor, own, NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_OK);
    cr_expect(result.matched);
    netshare_event_free(own);
    netshare_event_free(event);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(other);
    netshare_matcher_unref(matcher);
}

Test(misuse, of_a_builder_is_refused)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.flags = 2;
    cr_expect_null(netshare_builder_new(&options, &error));
    cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    options.flags = 0x80000000u;
    cr_expect_null(netshare_builder_new(&options, NULL));
    options.flags = 0;
    options.size = 1;
    cr_expect_null(netshare_builder_new(&options, &error));
    options = (netshare_options)NETSHARE_OPTIONS_INIT;
    options.event_category_field = "";
    cr_expect_null(netshare_builder_new(&options, &error));
    cr_expect(strstr(error.message, "event_category_field") != NULL, "%s", error.message);
    netshare_builder *builder = new_builder();
    cr_expect_eq(netshare_builder_add_query(builder, NULL, "any where true", 14, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_builder_add_query(builder, "a", NULL, 14, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_builder_add_query(NULL, "a", "any where true", 14, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_builder_add_builtin(NULL, &error), NETSHARE_ERROR_INVALID_ARGUMENT);
    netshare_document_counts counts = {9, 9, 9, 9};
    cr_expect_eq(netshare_builder_add_documents(NULL, "[]", 2, NULL, NULL, &counts, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect(counts.added == 0 && counts.refused == 0 && counts.skipped == 0);
    cr_expect_eq(netshare_builder_add_documents(builder, NULL, 2, NULL, NULL, NULL, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    error.status = NETSHARE_OK;
    cr_expect_null(netshare_builder_build(NULL, &error));
    cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    netshare_builder_free(builder);
    netshare_builder_free(NULL);
    netshare_matcher_unref(NULL);
    netshare_scratch_free(NULL);
}

static size_t count_matches(netshare_scratch *scratch, test_view *view)
{
    netshare_result result;
    test_view_reset(view);
    cr_assert_eq(netshare_match(scratch->matcher, scratch, &test_accessor, view,
                                NETSHARE_DETAIL_RULES, &result), NETSHARE_OK);
    return result.match_count;
}

/* Events are numbered, and after a billion of them the numbers start over: what a scratch holds
 * of the first event is not taken for what is known of the one that has its number. */
Test(lifetime, a_scratch_has_seen_a_billion_events)
{
    const test_event events[] = {
        EVENT(FIELD("a", STR("x")), FIELD("event.category", STR("process"))),
        EVENT(FIELD("b", STR("y")), FIELD("event.category", STR("file")))};
    static const char *const queries[] = {
        "process where a == \"x\"", "file where b : \"y*\"", "file where a == \"x\"",
        "process where length(a) == 1", "any where not length(b) > 1 and b == \"y\"",
    };
    static const size_t wanted[2][2] = {{1, 0}, {2, 2}}; /* matches of one rule, of all */
    for (size_t i = 0; i < 4; i++) {
        size_t rules = i < 2 ? 1 : COUNT(queries), first = i % 2;
        netshare_builder *builder = new_builder();
        for (size_t r = 0; r < rules; r++)
            add(builder, "a", queries[r]);
        netshare_matcher *matcher = build(builder);
        netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
        test_view *views[] = {test_view_new(matcher, &events[first], false),
                              test_view_new(matcher, &events[1 - first], false)};
        cr_expect_eq(count_matches(scratch, views[0]), wanted[i / 2][first]);
        scratch->epoch = (UINT32_MAX >> 2) - 1;
        for (size_t k = 1; k < 5; k++) {
            size_t event = k % 2 ? 1 - first : first;
            cr_expect_eq(count_matches(scratch, views[k % 2]), wanted[i / 2][event],
                         "%zu rules, event %zu", rules, k);
        }
        cr_expect_lt(scratch->epoch, 10);
        test_view_free(views[0]);
        test_view_free(views[1]);
        netshare_scratch_free(scratch);
        netshare_matcher_unref(matcher);
    }
}

Test(lifetime, a_scratch_keeps_its_matcher)
{
    netshare_result result;
    netshare_matcher *matcher = test_compile("any where c == \"word\"", 0, NULL);
    netshare_matcher *same = netshare_matcher_ref(matcher);
    cr_expect_eq(same, matcher);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &everything, false);
    netshare_matcher_unref(matcher);
    netshare_matcher_unref(same);
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_OK);
    cr_expect(result.matched);
    test_view_free(view);
    netshare_scratch_free(scratch);
}
