/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in rule over real attack captures: the lines that match are those that
 * expected.json lists. */
#include "../support.h"
#include "main.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *expectation(const char *name)
{
    char *path = test_corpus_path("expected.json");
    struct json_object *all = json_object_from_file(path), *entry = NULL;
    cr_assert_not_null(all);
    cr_assert(json_object_object_get_ex(all, name, &entry), "%s", name);
    json_object_get(entry);
    json_object_put(all);
    free(path);
    return entry;
}

static bool is_expected(struct json_object *lines, size_t number)
{
    for (size_t i = 0; i < json_object_array_length(lines); i++) {
        if (json_object_get_int64(json_object_array_get_idx(lines, i)) == (int64_t)number) {
            return true;
        }
    }
    return false;
}

static void expect_matches(const char *name)
{
    size_t length = 0, number = 0, matches = 0;
    struct json_object *entry = expectation(name), *lines = NULL, *total = NULL;
    cr_assert(json_object_object_get_ex(entry, "matching_lines", &lines));
    cr_assert(json_object_object_get_ex(entry, "total_events", &total));
    char *path = test_corpus_path(name);
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    netshare_matcher *matcher = netshare_matcher_new(NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_event *event = netshare_event_new(matcher, NULL);
    cr_assert_not_null(event);
    for (char *line = text; line < text + length;) {
        netshare_result result;
        char *end = memchr(line, '\n', (size_t)(text + length - line));
        end = end != NULL ? end : text + length;
        number++;
        cr_assert_eq(netshare_event_parse(event, line, (size_t)(end - line), NULL), NETSHARE_OK,
                     "%s:%zu", name, number);
        cr_assert_eq(netshare_match(matcher, scratch, netshare_event_accessor(), event,
                                    NETSHARE_DETAIL_RULES, &result), NETSHARE_OK);
        cr_expect_eq(result.matched, is_expected(lines, number), "%s:%zu", name, number);
        matches += result.matched;
        line = end + 1;
    }
    cr_expect_eq(number, (size_t)json_object_get_int64(total));
    cr_expect_eq(matches, json_object_array_length(lines));
    netshare_event_free(event);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    free(text);
    free(path);
    json_object_put(entry);
}

Test(corpus, events, .timeout = 120)
{
    expect_matches("events.ndjson");
}

Test(corpus, events_with_arguments_cut_by_the_system_integration, .timeout = 120)
{
    expect_matches("events-4688-sysint-args.ndjson");
}

int main(int argc, char **argv)
{
    return conformance_main(argc, argv, test_corpus_path("expected.json"));
}
