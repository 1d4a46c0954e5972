/* SPDX-License-Identifier: Apache-2.0 */
/* Elastic's detection rules: every event query loads, every sequence and sample is
 * recognised, and all are formatted without a change of meaning. */
#include "../support.h"
#include "main.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* 429 event queries, a sample, and 100 sequences, one of which stands behind a comment and
 * looks like an event query to who only reads the first word. */
enum { EVENT_QUERIES = 429, STATEFUL = 101, RULES = EVENT_QUERIES + STATEFUL };

static const char rules_file[] = "detection-rules/rules.ndjson";

static bool report(void *user, size_t index, const netshare_error *error)
{
    size_t *seen = user;
    cr_expect_eq(index, *seen);
    ++*seen;
    if (error != NULL && error->status != NETSHARE_ERROR_STATEFUL) {
        char text[1024];
        netshare_error_render(error, text, sizeof text);
        cr_expect_fail("document %zu: %s", index, text);
    }
    return true;
}

Test(detection_rules, event_queries_load_and_stateful_ones_are_recognised, .timeout = 120)
{
    size_t length = 0, seen = 0;
    char *path = test_conformance_path(rules_file);
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    netshare_document_counts counts = {0, 0, 0, 0};
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    cr_assert_eq(netshare_builder_add_documents(builder, text, length, report, &seen, &counts,
                                                NULL), NETSHARE_OK);
    cr_expect_eq(counts.added, EVENT_QUERIES, "%zu added", counts.added);
    cr_expect_eq(counts.stateful, STATEFUL, "%zu stateful", counts.stateful);
    cr_expect_eq(counts.refused, 0, "%zu refused", counts.refused);
    cr_expect_eq(counts.skipped, 0, "%zu skipped", counts.skipped);
    cr_expect_eq(seen, RULES);
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    cr_assert_not_null(matcher);
    cr_expect_eq(netshare_matcher_rule_count(matcher), EVENT_QUERIES);
    static const test_event none = {0, NULL};
    cr_expect_not(test_matcher_matches(matcher, &none));
    netshare_matcher_unref(matcher);
    netshare_builder_free(builder);
    free(text);
    free(path);
}

static void expect_formats(const char *query)
{
    char *once = test_format(query, strlen(query));
    char *twice = test_format(once, strlen(once));
    cr_expect_str_eq(twice, once);
    cr_expect_eq(netshare_query_check(query, strlen(query), NULL),
                 netshare_query_check(once, strlen(once), NULL), "%s", once);
    free(once);
    free(twice);
}

Test(detection_rules, formatting_is_idempotent, .timeout = 120)
{
    size_t length = 0, count = 0;
    char *path = test_conformance_path(rules_file);
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct json_object *rule = json_tokener_parse(line), *query = NULL;
        cr_assert(json_object_object_get_ex(rule, "query", &query));
        expect_formats(json_object_get_string(query));
        json_object_put(rule);
        count++;
    }
    cr_expect_eq(count, RULES);
    free(text);
    free(path);
}

/* Rules that are exactly as the original: the same dump of the compiled form. */
static char *dump(const char *query)
{
    test_text text = {NULL, 0};
    test_text_add(&text, "");
    netshare_matcher *matcher = test_compile(query, 0, NULL);
    cr_expect_eq(netshare_matcher_dump(matcher, 0, test_text_write, &text), NETSHARE_OK);
    netshare_matcher_unref(matcher);
    return text.data;
}

Test(detection_rules, formatting_compiles_to_the_same, .timeout = 120)
{
    size_t length = 0;
    char *path = test_conformance_path(rules_file);
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct json_object *rule = json_tokener_parse(line), *object = NULL;
        cr_assert(json_object_object_get_ex(rule, "query", &object));
        const char *query = json_object_get_string(object);
        if (netshare_query_check(query, strlen(query), NULL) == NETSHARE_OK) {
            char *formatted = test_format(query, strlen(query));
            char *before = dump(query), *after = dump(formatted);
            cr_expect_str_eq(after, before);
            free(before);
            free(after);
            free(formatted);
        }
        json_object_put(rule);
    }
    free(text);
    free(path);
}

int main(int argc, char **argv)
{
    return conformance_main(argc, argv, test_conformance_path(rules_file));
}
