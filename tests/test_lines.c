/* SPDX-License-Identifier: Apache-2.0 */
/* Many events in one call: what is found where, what is counted, and how calls go on. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

typedef struct machine {
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_event *event;
} machine;

static machine start(const char *const *queries, size_t count)
{
    machine m;
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        char id[] = {(char)('a' + i), 0};
        cr_assert_eq(netshare_builder_add_query(builder, id, queries[i], strlen(queries[i]), NULL),
                     NETSHARE_OK);
    }
    m.matcher = netshare_builder_build(builder, NULL);
    netshare_builder_free(builder);
    m.scratch = netshare_scratch_new(m.matcher, NULL);
    m.event = netshare_event_new(m.matcher, NULL);
    cr_assert(m.scratch != NULL && m.event != NULL);
    return m;
}

static void stop(machine *m)
{
    netshare_event_free(m->event);
    netshare_scratch_free(m->scratch);
    netshare_matcher_unref(m->matcher);
}

static const char *const two[] = {"any where x == 1", "any where y : \"a*\""};

static const char text[] =
    "\xEF\xBB\xBF{\"x\":1}\r\n"        /* 1: a */
    "\n"                               /* 2: blank */
    "  \t\r\n"                         /* 3: blank */
    "{\"x\":2,\"y\":\"b\"}\n"          /* 4: none */
    "{\"x\":\n"                        /* 5: malformed */
    "{\"x\":[3,1],\"y\":\"ABC\"}\r\n"  /* 6: a and b */
    "[1]\n"                            /* 7: malformed */
    "{\"y\":\"a\"}";                   /* 8: b, no line feed */

typedef struct expected {
    size_t number, rule;
    netshare_status status;
    const char *line;
} expected;

static const expected all[] = {
    {1, 0, NETSHARE_OK, "{\"x\":1}\r"},
    {5, NETSHARE_NO_INDEX, NETSHARE_ERROR_EVENT, "{\"x\":"},
    {6, 0, NETSHARE_OK, "{\"x\":[3,1],\"y\":\"ABC\"}\r"},
    {6, 1, NETSHARE_OK, "{\"x\":[3,1],\"y\":\"ABC\"}\r"},
    {7, NETSHARE_NO_INDEX, NETSHARE_ERROR_EVENT, "[1]"},
    {8, 1, NETSHARE_OK, "{\"y\":\"a\"}"},
};

static void expect_found(const netshare_line *line, const expected *wanted)
{
    cr_expect_eq(line->number, wanted->number);
    cr_expect_eq(line->rule, wanted->rule);
    cr_expect_eq(line->status, wanted->status);
    cr_expect(line->length == strlen(wanted->line) &&
              memcmp(text + line->offset, wanted->line, line->length) == 0,
              "line %zu is '%.*s'", line->number, (int)line->length, text + line->offset);
}

Test(lines, finds_and_counts_with_any_capacity)
{
    machine m = start(two, COUNT(two));
    for (size_t capacity = 3; capacity <= 10; capacity++) {
        netshare_lines lines = NETSHARE_LINES_INIT;
        size_t seen = 0, length = sizeof text - 1;
        while (lines.offset < length) {
            netshare_line found[10];
            size_t count = 99;
            cr_assert_eq(netshare_match_lines(m.matcher, m.scratch, m.event, text, length, found,
                                              capacity, &count, &lines), NETSHARE_OK);
            cr_assert(count <= capacity && seen + count <= COUNT(all));
            for (size_t i = 0; i < count; i++) {
                expect_found(&found[i], &all[seen++]);
            }
        }
        cr_expect_eq(seen, COUNT(all));
        cr_expect_eq(lines.line, 8);
        cr_expect_eq(lines.blank, 2);
        cr_expect_eq(lines.events, 4);
        cr_expect_eq(lines.malformed, 2);
        cr_expect_eq(lines.matched, 3);
        cr_expect_eq(lines.undecided, 0);
    }
    stop(&m);
}

Test(lines, go_on_in_the_next_buffer)
{
    machine m = start(two, COUNT(two));
    netshare_lines lines = NETSHARE_LINES_INIT;
    netshare_line found[8];
    size_t count = 0;
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}\n{}\n", 6, found, 8,
                                      &count, &lines), NETSHARE_OK);
    cr_expect_eq(count, 0);
    lines.offset = 0;
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{\"x\":1}\n", 8, found, 8,
                                      &count, &lines), NETSHARE_OK);
    cr_expect_eq(count, 1);
    cr_expect_eq(found[0].number, 3);
    cr_expect_eq(found[0].offset, 0);
    stop(&m);
}

/* A byte order mark anywhere but at the start of line 1 is no white space. */
Test(lines, byte_order_mark_only_at_the_start)
{
    machine m = start(two, COUNT(two));
    netshare_lines lines = NETSHARE_LINES_INIT;
    netshare_line found[8];
    size_t count = 0;
    static const char marked[] = "{}\n\xEF\xBB\xBF{\"x\":1}\n";
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, marked, sizeof marked - 1,
                                      found, 8, &count, &lines), NETSHARE_OK);
    cr_expect_eq(lines.malformed, 1);
    cr_expect_eq(lines.events, 1);
    stop(&m);
}

/* An event that one rule cannot be decided on does not hide the match of another. */
Test(lines, undecided_rules_do_not_hide_others)
{
    static const char *const queries[] = {"any where a + b == -1", "any where x == 1"};
    machine m = start(queries, COUNT(queries));
    test_text json = {NULL, 0};
    test_text_add(&json, "{\"x\":1,\"a\":[1");
    for (int i = 0; i < 1500; i++) {
        test_text_add(&json, ",1");
    }
    test_text_add(&json, "],\"b\":[1");
    for (int i = 0; i < 1500; i++) {
        test_text_add(&json, ",1");
    }
    test_text_add(&json, "]}");
    netshare_lines lines = NETSHARE_LINES_INIT;
    netshare_line found[8];
    size_t count = 0;
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, json.data, json.length, found,
                                      8, &count, &lines), NETSHARE_OK);
    cr_assert_eq(count, 2);
    cr_expect_eq(found[0].rule, 1);
    cr_expect_eq(found[0].status, NETSHARE_OK);
    cr_expect_eq(found[1].rule, NETSHARE_NO_INDEX);
    cr_expect_eq(found[1].status, NETSHARE_ERROR_LIMIT);
    cr_expect_eq(lines.undecided, 1);
    cr_expect_eq(lines.matched, 1);
    netshare_result result;
    netshare_error error;
    cr_expect_eq(netshare_match_json(m.matcher, m.scratch, m.event, json.data, json.length,
                                     NETSHARE_DETAIL_RULES, &result, &error),
                 NETSHARE_ERROR_LIMIT);
    cr_expect_eq(result.match_count, 1);
    cr_expect_eq(error.status, NETSHARE_ERROR_LIMIT);
    free(json.data);
    stop(&m);
}

Test(lines, one_document)
{
    machine m = start(two, COUNT(two));
    netshare_result result;
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_eq(netshare_match_json(m.matcher, m.scratch, m.event, "{\"y\":\"a\"}", 9,
                                     NETSHARE_DETAIL_RULES, &result, &error), NETSHARE_OK);
    cr_expect(result.matched && result.rules[0] == netshare_matcher_rule(m.matcher, 1));
    cr_expect_eq(netshare_match_json(m.matcher, m.scratch, m.event, "{\"y\":", 5,
                                     NETSHARE_DETAIL_RULES, &result, &error),
                 NETSHARE_ERROR_EVENT);
    cr_expect_not(result.matched);
    cr_expect_eq(error.status, NETSHARE_ERROR_EVENT);
    stop(&m);
}

Test(lines, refuses_misuse)
{
    machine m = start(two, COUNT(two));
    netshare_lines lines = NETSHARE_LINES_INIT, wrong = {0}, behind = NETSHARE_LINES_INIT;
    netshare_line found[8];
    size_t count = 7;
    behind.offset = 4;
    const netshare_status refused = NETSHARE_ERROR_INVALID_ARGUMENT;
    cr_expect_eq(netshare_match_lines(NULL, m.scratch, m.event, "{}", 2, found, 8, &count, &lines),
                 refused);
    cr_expect_eq(count, 0);
    cr_expect_eq(netshare_match_lines(m.matcher, NULL, m.event, "{}", 2, found, 8, &count, &lines),
                 refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, NULL, "{}", 2, found, 8, &count,
                                      &lines), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, NULL, 2, found, 8, &count,
                                      &lines), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 2, &count,
                                      &lines), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      &wrong), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      &behind), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "", 0, found, 8, &count,
                                      &lines), NETSHARE_OK);
    stop(&m);
}
