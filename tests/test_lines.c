/* SPDX-License-Identifier: Apache-2.0 */
/* Many events in one call: what is found where, what is counted, and how calls go on. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
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
    machine stranger = start(two, COUNT(two));
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, stranger.event, "{}", 2, found, 8, &count,
                                      &lines), refused);
    stop(&stranger);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 2, &count,
                                      &lines), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      &wrong), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      &behind), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, NULL, 8, &count,
                                      &lines), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, NULL,
                                      &lines), refused);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      NULL), refused);
    machine other = start(two, COUNT(two));
    cr_expect_eq(netshare_match_lines(m.matcher, other.scratch, m.event, "{}", 2, found, 8, &count,
                                      &lines), refused);
    lines.flags = 2;
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      &lines), refused);
    lines.flags = 0;
    cr_expect_eq(lines.line, 0);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "", 0, found, 8, &count,
                                      &lines), NETSHARE_OK);
    behind.offset = 2; /* all has been read */
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, "{}", 2, found, 8, &count,
                                      &behind), NETSHARE_OK);
    cr_expect_eq(count, 0);
    cr_expect_eq(netshare_match_lines(m.matcher, m.scratch, m.event, NULL, 0, found, 8, &count,
                                      &lines), NETSHARE_OK);
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_eq(netshare_match_json(m.matcher, m.scratch, m.event, "{}", 2, NETSHARE_DETAIL_RULES,
                                     NULL, &error), refused);
    cr_expect_eq(error.status, refused);
    stop(&other);
    stop(&m);
}

/* --- lines turned away by their bytes --- */

static const char *const spellings[] = {
    "{\"process\":{\"name\":\"net.exe\"}}",
    "{\"process\":{\"name\":\"NET.EXE\"}}",
    "{\"process\":{\"name\":\"n\\u0065t.exe\"}}",
    "{\"process\":{\"name\":\"\\u006E\\u0065\\u0074\\u002e\\u0065\\u0078\\u0065\"}}",
    "{\"process.name\":[\"x\",\"net.exe\"]}",
    "{ \"process.name\" : \"net.exe\" } ",
    "{\"process\":{\"name\":\"dotnet.exe\"}}",
    "{\"process\":{\"name\":\"net.exe.exe\"}}",
    "{\"process\":{\"executable\":\"C:\\\\net.exe\"}}",
    "{\"net.exe\":1}",
    "{\"process\":{\"name\":\"desk.cpl\"}}",
    "{\"process\":{\"name\":\"de\xC5\xBFk.cpl\"}}",
    "{\"process\":{\"name\":\"de\\u017Fk.cpl\"}}",
    "{\"process\":{\"name\":\"des\xE2\x84\xAA.cpl\"}}",
    "{\"process\":{\"name\":\"des\\u212a.cpl\"}}",
    "{\"process\":{\"name\":\"a/b/tool\"}}",
    "{\"process\":{\"name\":\"a\\/b\\/tool\"}}",
    "{\"process\":{\"name\":\"C:\\\\dir\\\\evil.dll\"}}",
    "{\"process\":{\"name\":\"C:\\u005cdir\\u005Cevil.dll\"}}",
    "{\"process\":{\"name\":\"say \\\"quoted\\\" word\"}}",
    "{\"process\":{\"name\":\"net.exe\",\"name\":\"other\"}}",
    "{\"_index\":\"i\",\"_source\":{\"process\":{\"name\":\"net.exe\"}}}",
    "{\"process\":{\"name\":\"net.ex\"}}",
    "{\"process\":{\"name\":\"net\\u002eexe\"}}",
    "{\"process\":{\"name\":\"netx\",\"b\":\".exe\"}}",
    " \t{\"process\":{\"name\":\"net.exe\"}}",
    " \t{\"process\":{\"name\":\"other\"}}",
    "{\"process\":{\"name\":\"tool\177name.exe\"}}",
    "{\"process\":{\"name\":\"tool\\u007fname.exe\"}}",
    "",
    "{}",
};

static const char *const filtered[] = {
    "process where process.name : \"net.exe\"",
    "any where process.name : \"net.exe\"",
    "any where process.name == \"net.exe\" or process.name : (\"net1.exe\", \"*quoted*\")",
    "any where process.name : \"desk.cpl\" and not process.name : \"x*\"",
    "any where process.name : \"*a/b/tool*\"",
    "any where process.name : \"C:\\\\dir\\\\evil.dll\"",
    "any where process.name : \"*\\\\evil.dll\"",
    "any where process.name == \"say \\\"quoted\\\" word\"",
    "any where endsWith(process.name, \"evil.dll\")",
    "any where process.name : \"tool\\u{7f}name.exe\"",
};

/* Adds a line, with a member that makes it long enough to be dismissed. */
static void add_long(test_text *lines, const char *line)
{
    const char *end = strrchr(line, '}');
    if (end == NULL || strlen(line) < 4) {
        test_text_add(lines, line);
        return;
    }
    test_text_write(lines, line, (size_t)(end - line));
    test_text_add(lines, ",\"pad\":\"");
    for (int i = 0; i < 30; i++) {
        test_text_add(lines, "0123456789");
    }
    test_text_add(lines, "\"");
    test_text_add(lines, end);
}

static test_text many_lines(void)
{
    static const char filler[] = "{\"process\":{\"name\":\"explorer.exe\",\"args\":[\"1234567890\"]}}";
    test_text all_lines = {NULL, 0};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        for (size_t k = 0; k < i % 5; k++) {
            add_long(&all_lines, filler);
            test_text_add(&all_lines, "\n");
        }
        add_long(&all_lines, spellings[i]);
        test_text_add(&all_lines, i % 3 ? "\n" : "\r\n");
    }
    return all_lines;
}

static size_t find_lines(machine *m, netshare_event *event, const test_text *data, uint32_t flags,
                         netshare_line *found, size_t capacity, netshare_lines *lines)
{
    size_t count = 0, total = 0;
    *lines = (netshare_lines)NETSHARE_LINES_INIT;
    lines->flags = flags;
    while (lines->offset < data->length) {
        cr_assert_eq(netshare_match_lines(m->matcher, m->scratch, event, data->data, data->length,
                                          found + total, capacity - total, &count, lines),
                     NETSHARE_OK);
        total += count;
    }
    return total;
}

static void expect_the_same(machine *m, netshare_event *event, const char *query)
{
    netshare_line quick[200], slow[200];
    netshare_lines quick_lines, slow_lines;
    test_text data = many_lines();
    size_t count = find_lines(m, event, &data, 0, quick, COUNT(quick), &quick_lines);
    size_t wanted =
        find_lines(m, event, &data, NETSHARE_LINES_READ_ALL, slow, COUNT(slow), &slow_lines);
    cr_expect_eq(count, wanted, "%s: %zu found, %zu when all is read", query, count, wanted);
    for (size_t i = 0; i < count && i < wanted; i++) {
        cr_expect(quick[i].number == slow[i].number && quick[i].rule == slow[i].rule, "%s", query);
    }
    cr_expect_eq(quick_lines.line, slow_lines.line);
    cr_expect_eq(quick_lines.blank, slow_lines.blank);
    cr_expect_eq(quick_lines.events, slow_lines.events);
    cr_expect_eq(quick_lines.matched, slow_lines.matched);
    cr_expect_eq(slow_lines.dismissed, 0);
    free(data.data);
}

Test(dismissed_lines, are_none_that_match)
{
    for (size_t i = 0; i < COUNT(filtered); i++) {
        machine m = start(&filtered[i], 1);
        netshare_event *raw =
            netshare_event_new_for_source(m.matcher, NETSHARE_SOURCE_AUTOMATIC, NULL);
        expect_the_same(&m, m.event, filtered[i]);
        expect_the_same(&m, raw, filtered[i]);
        netshare_event_free(raw);
        stop(&m);
    }
    machine m = start(filtered, COUNT(filtered));
    expect_the_same(&m, m.event, "all together");
    stop(&m);
}

/* What a match must have stands at the very end of the buffer, or it, or a part of it, is all
 * that the buffer has. */
Test(dismissed_lines, at_the_ends_of_a_buffer)
{
    static const char *const queries[] = {"any where a : \"net.exe\"", "any where a : \"*NET.exe\"",
                                          "any where a == \"net.exe\""};
    static const char *const rests[] = {"net.exe", "\"net.exe", "net.exe\"", "\"net.exe\"", "{}",
                                        "net", "\\u0", "\\u00"};
    char data[512];
    for (size_t i = 0; i < COUNT(queries); i++) {
        machine m = start(&queries[i], 1);
        for (int pad = 250; pad < 290; pad++) {
            netshare_line found[4];
            netshare_lines lines;
            int length = snprintf(data, sizeof data, "{\"pad\":\"%0*d\",\"a\":\"net.exe\"}", pad, 0);
            test_text text_of_data = {data, (size_t)length};
            cr_expect_eq(find_lines(&m, m.event, &text_of_data, 0, found, COUNT(found), &lines), 1,
                         "%s: not found with %d bytes before it", queries[i], pad);
            data[length - 3] = 'x';
            cr_expect_eq(find_lines(&m, m.event, &text_of_data, 0, found, COUNT(found), &lines), 0);
            cr_expect_eq(lines.events, 1);
        }
        for (size_t k = 0; k < COUNT(rests); k++) {
            netshare_line found[4];
            netshare_lines lines;
            test_text rest = {strcpy(data, rests[k]), strlen(rests[k])};
            find_lines(&m, m.event, &rest, 0, found, COUNT(found), &lines);
            cr_expect_eq(lines.malformed, rests[k][0] != '{', "%s", rests[k]);
            cr_expect_eq(lines.dismissed, 0);
        }
        stop(&m);
    }
}

Test(dismissed_lines, are_counted_as_events)
{
    machine m = start(&filtered[1], 1);
    netshare_line found[200];
    netshare_lines lines;
    test_text data = many_lines();
    find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines);
    cr_expect_geq(lines.dismissed, 50, "%zu", lines.dismissed);
    cr_expect_eq(lines.line, lines.blank + lines.events + lines.malformed);
    free(data.data);
    stop(&m);
}

/* What does not even look like an event is read, and found malformed; so are short lines. */
Test(dismissed_lines, are_not_those_that_are_cut)
{
    static const char *const malformed[] = {
        "{\"a\":", "abc}", "[1]", "{\"a\":nope}", "{broken}", "{\"a\":1,}", "{'a':1}",
    };
    machine m = start(&filtered[1], 1);
    netshare_line found[16];
    netshare_lines lines;
    test_text data = {NULL, 0};
    for (size_t i = 0; i < COUNT(malformed); i++) {
        test_text_add(&data, malformed[i]);
        test_text_add(&data, "\n");
        add_long(&data, "{\"a\":1}");
        test_text_add(&data, "\n");
    }
    add_long(&data, "{broken}");
    test_text_add(&data, "\n");
    cr_expect_eq(find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines),
                 COUNT(malformed) + 1);
    cr_expect_eq(lines.malformed, COUNT(malformed) + 1);
    cr_expect_eq(lines.dismissed, COUNT(malformed));
    free(data.data);
    stop(&m);
}

Test(dismissed_lines, are_not_those_with_odd_ends)
{
    static const struct {
        const char *first, *last;
        size_t last_length;
        bool is_dismissed;
    } rows[] = {
        {"{\"a\":\"", "\"}", 2, true},      {"{\"a\":[\"", "\"]}", 3, true},
        {"{\"a\":\"", "\",\"b\":null}", 11, true}, {"[\"", "\"]", 2, false},
        {"{\"a\":\"", "\"]", 2, false},     {"{\"a\":\"", "\",}", 3, false},
        {"{\"a\":\"", "\"\0}", 3, false},   {"{ \"a\":\"", "\"", 1, false},
    };
    machine m = start(&filtered[1], 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        netshare_line found[4];
        netshare_lines lines;
        test_text data = {NULL, 0};
        test_text_add(&data, rows[i].first);
        for (int k = 0; k < 30; k++)
            test_text_add(&data, "0123456789");
        test_text_write(&data, rows[i].last, rows[i].last_length);
        find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines);
        cr_expect_eq(lines.dismissed, rows[i].is_dismissed, "row %zu", i);
        cr_expect_eq(lines.malformed, !rows[i].is_dismissed, "row %zu", i);
        free(data.data);
    }
    stop(&m);
}

/* Arguments come out of a command line, which need not contain them as they are. */
Test(dismissed_lines, are_none_where_a_field_is_made_of_another)
{
    static const char *const query = "any where process.args : \"needle01\"";
    static const char line[] =
        "{\"winlog\":{\"event_id\":1,\"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"event_data\":{"
        "\"CommandLine\":\"cmd.exe nee\\\"\\\"dle01\",\"Image\":\"C:\\\\cmd.exe\",\"User\":\"%0300d\"}}}";
    machine m = start(&query, 1);
    netshare_event *raw = netshare_event_new_for_source(m.matcher, NETSHARE_SOURCE_AUTOMATIC, NULL);
    netshare_line found[4];
    netshare_lines lines;
    char json[1024];
    test_text data = {json, (size_t)snprintf(json, sizeof json, line, 0)};
    cr_expect_eq(find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines), 0);
    cr_expect_eq(lines.dismissed, 1);
    cr_expect_eq(find_lines(&m, raw, &data, 0, found, COUNT(found), &lines), 1);
    cr_expect_eq(lines.dismissed, 0);
    netshare_event_free(raw);
    stop(&m);
}

/* A line whose literal stands at any place of a vector. */
Test(dismissed_lines, find_literals_anywhere)
{
    machine m = start(&filtered[1], 1);
    for (size_t pad = 0; pad < 70; pad++) {
        char line[256];
        netshare_line found[8];
        netshare_lines lines;
        snprintf(line, sizeof line, "{\"x\":\"%.*s\",\"process.name\":\"net.exe\"}", (int)pad,
                 "eeeeeeeeeexxxxxxxxxxeeeeeeeeeexxxxxxxxxxeeeeeeeeeexxxxxxxxxxeeeeeeeeee");
        test_text data = {NULL, 0};
        add_long(&data, line);
        cr_expect_eq(find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines), 1, "%zu", pad);
        free(data.data);
    }
    stop(&m);
}

/* A line with one text or pattern of a list, whichever. */
Test(dismissed_lines, are_none_with_any_of_a_list)
{
    static const char *const lists[] = {
        "any where a : (\"*needle01*\", \"*needle02*\", \"*needle03*\")",
        "any where a : (\"x needle01 x\", \"x needle02 x\", \"x needle03 x\")",
        "any where a regex (\".*needle01.*\", \".*needle02.*|.*needle03.*\")",
        "any where a regex~ (\"x NEEDLE01 [x]\", \"x needle02 .\", \"x needle0[3]+ x\")",
    };
    for (size_t i = 0; i < COUNT(lists); i++) {
        machine m = start(&lists[i], 1);
        for (int needle = 0; needle < 5; needle++) {
            char line[64];
            netshare_line found[8];
            netshare_lines lines;
            snprintf(line, sizeof line, "{\"a\":\"x needle0%d x\"}", needle);
            test_text data = {NULL, 0};
            add_long(&data, line);
            bool matches = needle >= 1 && needle <= 3;
            cr_expect_eq(find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines), matches,
                         "%s: %d", lists[i], needle);
            cr_expect_eq(lines.dismissed, !matches, "%s: %d", lists[i], needle);
            free(data.data);
        }
        stop(&m);
    }
}

/* Backslashes, and characters outside ASCII but two, are no reason to read a line. */
Test(dismissed_lines, are_those_of_windows_too)
{
    static const char *const others[] = {
        "{\"process\":{\"executable\":\"C:\\\\Windows\\\\u107\\\\a.dll\"}}",
        "{\"process\":{\"name\":\"\xC3\xBC\xE4\xB8\xAD\xF0\x9F\x92\xA9\"}}",
        "{\"process\":{\"name\":\"\\u00fcx\\u4e2d\\u017e\\u212b\"}}",
        "{\"process\":{\"name\":\"\xC5\xBE\xE2\x84\xAB\"}}",
    };
    const bool is_read[COUNT(others)] = {false, false, true, false};
    machine m = start(&filtered[3], 1);
    for (size_t i = 0; i < COUNT(others); i++) {
        netshare_line found[8];
        netshare_lines lines;
        test_text data = {NULL, 0};
        add_long(&data, others[i]);
        cr_expect_eq(find_lines(&m, m.event, &data, 0, found, COUNT(found), &lines), 0);
        cr_expect_eq(lines.events, 1);
        cr_expect_eq(lines.dismissed, is_read[i] ? 0 : 1, "%s", others[i]);
        free(data.data);
    }
    stop(&m);
}
