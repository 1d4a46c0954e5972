/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines and image paths as <netshare/command_line.h> describes them: the rules
 * one by one, random lines against a plain reading of the rules, and real ones. */
#include "support.h"

#include <criterion/criterion.h>
#include <netshare/command_line.h>
#include <stdlib.h>
#include <string.h>

#include "event/json_event.h"

enum { MOST = 64 };

typedef struct text {
    const char *data;
    size_t length;
} text;

#define TEXT(literal) {literal, sizeof(literal) - 1}

/* --- the three ways to split --- */

typedef struct arguments {
    size_t count;
    netshare_value value[MOST];
} arguments;

static arguments split(netshare_command_line line)
{
    arguments all = {.count = 0};
    while (all.count < MOST && netshare_command_line_next(&line, &all.value[all.count]))
        all.count++;
    netshare_value none = netshare_value_from_int64(7);
    cr_assert(all.count == MOST || !netshare_command_line_next(&line, &none));
    cr_assert_eq(none.as.int64, 7, "there is no value behind the last");
    return all;
}

static void expect_text(const netshare_value *value, const text *expected, const char *line)
{
    cr_assert_eq(value->type, NETSHARE_VALUE_UTF8);
    cr_assert(value->as.utf8.length == expected->length
                  && (expected->length == 0
                      || memcmp(value->as.utf8.data, expected->data, expected->length) == 0),
              "%s: got '%.*s', expected '%.*s'", line, (int)value->as.utf8.length,
              value->as.utf8.data, (int)expected->length, expected->data);
}

static void expect_wide(const netshare_value *value, const text *expected, const char *line)
{
    size_t units = 0;
    uint16_t *wide = test_to_utf16(expected->data, expected->length, &units);
    cr_assert_not_null(wide);
    cr_assert_eq(value->type, NETSHARE_VALUE_UTF16);
    cr_assert(value->as.utf16.length == units
                  && (units == 0
                      || memcmp(value->as.utf16.data, wide, units * sizeof *wide) == 0),
              "%s: UTF-16 differs from '%.*s'", line, (int)expected->length, expected->data);
    free(wide);
}

/* An exact copy, so that tools see a step beyond its end. */
static void *copy(const void *data, size_t size)
{
    void *block = malloc(size + !size);
    cr_assert_not_null(block);
    if (size)
        memcpy(block, data, size);
    return block;
}

static void expect_utf8(const char *line, size_t length, const text *expected, size_t count)
{
    char *exact = copy(line, length), *buffer = copy(line, length);
    for (int in_place = 0; in_place < 2; in_place++) {
        arguments got = split(
            netshare_command_line_from_utf8(exact, length, in_place ? exact : buffer));
        cr_assert_eq(got.count, count, "%s: %zu arguments, expected %zu", line, got.count,
                     count);
        for (size_t i = 0; i < count; i++)
            expect_text(&got.value[i], &expected[i], line);
        cr_assert(in_place || length == 0 || memcmp(exact, line, length) == 0,
                  "the text was changed");
    }
    free(exact);
    free(buffer);
}

static void expect_utf16(const char *line, size_t length, const text *expected, size_t count)
{
    size_t units = 0;
    uint16_t *whole = test_to_utf16(line, length, &units);
    cr_assert_not_null(whole);
    uint16_t *exact = copy(whole, units * sizeof *whole);
    uint16_t *buffer = copy(whole, units * sizeof *whole);
    for (int in_place = 0; in_place < 2; in_place++) {
        arguments got = split(
            netshare_command_line_from_utf16(exact, units, in_place ? exact : buffer));
        cr_assert_eq(got.count, count, "%s: %zu arguments in UTF-16, expected %zu", line,
                     got.count, count);
        for (size_t i = 0; i < count; i++)
            expect_wide(&got.value[i], &expected[i], line);
    }
    free(whole);
    free(exact);
    free(buffer);
}

/* --- the rules --- */

typedef struct row {
    text line;
    size_t count;
    text arguments[6];
} row;

static const row ROWS[] = {
    /* The program. */
    {TEXT(""), 0, {TEXT("")}},
    {TEXT("net"), 1, {TEXT("net")}},
    {TEXT("net "), 1, {TEXT("net")}},
    {TEXT("net\t \t"), 1, {TEXT("net")}},
    {TEXT(" "), 1, {TEXT("")}},
    {TEXT(" net use"), 3, {TEXT(""), TEXT("net"), TEXT("use")}},
    {TEXT("\tnet"), 2, {TEXT(""), TEXT("net")}},
    {TEXT("\"C:\\a b\\net.exe\" use"), 2, {TEXT("C:\\a b\\net.exe"), TEXT("use")}},
    {TEXT("\"C:\\dir\\\" use"), 2, {TEXT("C:\\dir\\"), TEXT("use")}},
    {TEXT("\"\""), 1, {TEXT("")}},
    {TEXT("\""), 1, {TEXT("")}},
    {TEXT("\"a b"), 1, {TEXT("a b")}},
    {TEXT("\"a\"b c"), 3, {TEXT("a"), TEXT("b"), TEXT("c")}},
    {TEXT("\"a\"\"b c\" d"), 3, {TEXT("a"), TEXT("b c"), TEXT("d")}},
    {TEXT("a\"b c\" d"), 2, {TEXT("a\"b"), TEXT("c d")}},
    {TEXT("a\\\"b c"), 2, {TEXT("a\\\"b"), TEXT("c")}},
    {TEXT("a\\\\\"b"), 1, {TEXT("a\\\\\"b")}},
    /* What ends it: controls, too, of which one is dropped. */
    {TEXT("net\nuse"), 2, {TEXT("net"), TEXT("use")}},
    {TEXT("net\r\nuse"), 2, {TEXT("net"), TEXT("\nuse")}},
    {TEXT("net\001 use"), 2, {TEXT("net"), TEXT("use")}},
    {TEXT("net\n"), 1, {TEXT("net")}},
    {TEXT("\"net\"\n"), 2, {TEXT("net"), TEXT("\n")}},
    {TEXT("net\177x y"), 2, {TEXT("net\177x"), TEXT("y")}},
    /* Blanks between the others are spaces and tabs alone. */
    {TEXT("x a  b\t\tc "), 4, {TEXT("x"), TEXT("a"), TEXT("b"), TEXT("c")}},
    {TEXT("x a\nb\vc\xc2\xa0" "d"), 2, {TEXT("x"), TEXT("a\nb\vc\xc2\xa0" "d")}},
    /* Quotes. */
    {TEXT("x \"a b\" c"), 3, {TEXT("x"), TEXT("a b"), TEXT("c")}},
    {TEXT("x \"a\tb"), 2, {TEXT("x"), TEXT("a\tb")}},
    {TEXT("x a\"b c\"d e"), 3, {TEXT("x"), TEXT("ab cd"), TEXT("e")}},
    {TEXT("x \"\" y"), 3, {TEXT("x"), TEXT(""), TEXT("y")}},
    {TEXT("x \"\""), 2, {TEXT("x"), TEXT("")}},
    {TEXT("x \""), 2, {TEXT("x"), TEXT("")}},
    {TEXT("x \"\"a"), 2, {TEXT("x"), TEXT("a")}},
    {TEXT("x \" \""), 2, {TEXT("x"), TEXT(" ")}},
    /* Backslashes. */
    {TEXT("x \\\\h\\c$"), 2, {TEXT("x"), TEXT("\\\\h\\c$")}},
    {TEXT("x a\\\\b\\"), 2, {TEXT("x"), TEXT("a\\\\b\\")}},
    {TEXT("x \"\\\\h\\my share$\""), 2, {TEXT("x"), TEXT("\\\\h\\my share$")}},
    {TEXT("x a\\\"b"), 2, {TEXT("x"), TEXT("a\"b")}},
    {TEXT("x a\\\\\"b c\""), 2, {TEXT("x"), TEXT("a\\b c")}},
    {TEXT("x a\\\\\\\"b c"), 3, {TEXT("x"), TEXT("a\\\"b"), TEXT("c")}},
    {TEXT("x a\\\\\\\\\"b c\" d"), 3, {TEXT("x"), TEXT("a\\\\b c"), TEXT("d")}},
    {TEXT("x \"a\\\\\" b"), 3, {TEXT("x"), TEXT("a\\"), TEXT("b")}},
    {TEXT("x \"a\\\" b"), 2, {TEXT("x"), TEXT("a\" b")}},
    {TEXT("x \\\""), 2, {TEXT("x"), TEXT("\"")}},
    {TEXT("x \\\\\""), 2, {TEXT("x"), TEXT("\\")}},
    {TEXT("x \"\\\"\" y"), 3, {TEXT("x"), TEXT("\""), TEXT("y")}},
    /* Quotes in a row: the second of those that end a quoted part is a character. */
    {TEXT("x \"a b\"\" c d"), 4, {TEXT("x"), TEXT("a b\""), TEXT("c"), TEXT("d")}},
    {TEXT("x \"a b\"\"\" c d"), 2, {TEXT("x"), TEXT("a b\" c d")}},
    {TEXT("x \"a b\"\"\"\" c"), 3, {TEXT("x"), TEXT("a b\""), TEXT("c")}},
    {TEXT("x \"\"\" a"), 3, {TEXT("x"), TEXT("\""), TEXT("a")}},
    {TEXT("x \"\"\"\" a"), 2, {TEXT("x"), TEXT("\" a")}},
    {TEXT("x \"\"\"\"\" a"), 3, {TEXT("x"), TEXT("\""), TEXT("a")}},
    {TEXT("x \"\"\"\"\"\" a"), 3, {TEXT("x"), TEXT("\"\""), TEXT("a")}},
    {TEXT("x a\"\"b c"), 3, {TEXT("x"), TEXT("ab"), TEXT("c")}},
    {TEXT("x a\"\"\"b c"), 3, {TEXT("x"), TEXT("a\"b"), TEXT("c")}},
    {TEXT("x \"a\\\\\"\" b"), 3, {TEXT("x"), TEXT("a\\\""), TEXT("b")}},
    {TEXT("x \"a\\\"\"\" b"), 3, {TEXT("x"), TEXT("a\"\""), TEXT("b")}},
    {TEXT("x \\\"\"\" y"), 3, {TEXT("x"), TEXT("\""), TEXT("y")}},
    /* Any characters. */
    {TEXT("n\xc3\xa9t \"\xc3\xbc\xe2\x82\xac \xf0\x9f\x98\x80\"\xc3\xb6"), 2,
     {TEXT("n\xc3\xa9t"), TEXT("\xc3\xbc\xe2\x82\xac \xf0\x9f\x98\x80\xc3\xb6")}},
    {TEXT("x\0y a\0b \"\0 \""), 3, {TEXT("x\0y"), TEXT("a\0b"), TEXT("\0 ")}},
};

Test(command_line, rules)
{
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const row *r = &ROWS[i];
        expect_utf8(r->line.data, r->line.length, r->arguments, r->count);
        expect_utf16(r->line.data, r->line.length, r->arguments, r->count);
    }
}

Test(command_line, malformed_utf8_passes_through)
{
    static const text expected[] = {TEXT("\xff\xc3"), TEXT("\x80 \xed\xa0\x80"), TEXT("\xe2\x82")};
    static const text line = TEXT("\xff\xc3 \"\x80 \xed\xa0\x80\" \xe2\x82");
    expect_utf8(line.data, line.length, expected, COUNT(expected));
}

Test(command_line, unpaired_surrogates_pass_through)
{
    static const uint16_t line[] = {0xD83D, ' ', '"', 0xDC00, ' ', 0xD800, '"', 0xDFFF};
    static const uint16_t second[] = {0xDC00, ' ', 0xD800, 0xDFFF};
    uint16_t buffer[COUNT(line)];
    arguments got = split(netshare_command_line_from_utf16(line, COUNT(line), buffer));
    cr_assert_eq(got.count, 2);
    cr_expect_eq(got.value[0].as.utf16.length, 1);
    cr_expect_eq(got.value[0].as.utf16.data[0], 0xD83D);
    cr_assert_eq(got.value[1].as.utf16.length, COUNT(second));
    cr_expect_arr_eq(got.value[1].as.utf16.data, second, sizeof second);
}

/* U+2022, U+5C20 and U+2009 hold the bytes of a quote, a backslash and a tab. */
Test(command_line, units_are_not_bytes)
{
    static const uint16_t line[] = {'x', ' ', 0x2022, 0x5C20, 0x2009, 0x0922, 'y'};
    arguments got = split(netshare_command_line_from_utf16(line, COUNT(line), NULL));
    cr_assert_eq(got.count, 2);
    cr_expect_eq(got.value[1].as.utf16.length, 5);
}

Test(command_line, unchanged_arguments_lie_in_the_text)
{
    static const char line[] = "\"net\" use \\\\h\\c$ \"a b\" c";
    char buffer[sizeof line];
    memset(buffer, '#', sizeof buffer);
    arguments got = split(netshare_command_line_from_utf8(line, sizeof line - 1, buffer));
    cr_assert_eq(got.count, 5);
    cr_expect_eq(got.value[0].as.utf8.data, line + 1);
    cr_expect_eq(got.value[1].as.utf8.data, line + 6);
    cr_expect_eq(got.value[2].as.utf8.data, line + 10);
    cr_expect_eq(got.value[3].as.utf8.data, buffer + 17);
    cr_expect_eq(got.value[4].as.utf8.data, line + 23);
}

Test(command_line, nothing_at_all)
{
    netshare_value value;
    netshare_command_line line = netshare_command_line_from_utf8(NULL, 0, NULL);
    cr_expect_not(netshare_command_line_next(&line, &value));
    line = netshare_command_line_from_utf16(NULL, 0, NULL);
    cr_expect_not(netshare_command_line_next(&line, &value));
}

/* --- random lines --- */

/*
 * The rules as three passes over the line: which quotes are characters because of
 * backslashes, which because of the quote before them, and where the blanks are that
 * separate. A mark is a quote that is dropped, or a blank that separates.
 */
typedef struct reading {
    char text[MOST];
    bool mark[MOST];
    size_t length;
} reading;

static void add(reading *r, char c, bool mark)
{
    r->text[r->length] = c;
    r->mark[r->length++] = mark;
}

static reading read_backslashes(const char *line)
{
    reading r = {.length = 0};
    while (*line) {
        size_t count = strspn(line, "\\");
        line += count;
        for (size_t i = 0; i < (*line == '"' ? count / 2 : count); i++)
            add(&r, '\\', false);
        if (*line) {
            add(&r, *line, *line == '"' && count % 2 == 0);
            line++;
        }
    }
    return r;
}

static reading read_quotes(const reading *from)
{
    reading r = {.length = 0};
    bool inside = false;
    for (size_t i = 0; i < from->length; i++) {
        bool quote = from->mark[i];
        char c = from->text[i];
        if (quote && inside && i + 1 < from->length && from->mark[i + 1]) {
            add(&r, '"', true);
            add(&r, '"', false);
            i++;
        } else {
            add(&r, c, quote || (!inside && (c == ' ' || c == '\t')));
        }
        inside ^= quote;
    }
    return r;
}

typedef struct reference {
    size_t count;
    text arguments[MOST];
    char text[MOST * 2];
    size_t used;
} reference;

static void end_argument(reference *all, size_t start)
{
    all->arguments[all->count++] = (text){all->text + start, all->used - start};
}

static void split_plainly(const char *line, reference *all)
{
    all->count = all->used = 0;
    if (!*line)
        return;
    const char *end = *line == '"' ? strchr(line + 1, '"') : strpbrk(line, " \t\n");
    const char *start = line + (*line == '"');
    size_t length = end ? (size_t)(end - start) : strlen(start);
    memcpy(all->text, start, length);
    all->used = length;
    end_argument(all, 0);
    reading first = read_backslashes(end ? end + 1 : "");
    reading r = read_quotes(&first);
    bool open = false;
    size_t from = 0;
    for (size_t i = 0; i < r.length; i++) {
        bool separates = r.mark[i] && r.text[i] != '"';
        if (!open && !separates)
            from = all->used;
        if (open && separates)
            end_argument(all, from);
        open = !separates;
        if (!r.mark[i])
            all->text[all->used++] = r.text[i];
    }
    if (open)
        end_argument(all, from);
}

Test(command_line, random_lines)
{
    static const char ALPHABET[] = "\"\"\"\"\\\\\\\\   \tab\n";
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 100000; i++) {
        char line[MOST / 2] = "";
        size_t length = 0;
        do {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            line[length] = ALPHABET[state % (sizeof ALPHABET - 1)];
        } while (++length < sizeof line - 1 && (state >> 32) % 20);
        static reference expected;
        split_plainly(line, &expected);
        expect_utf8(line, length, expected.arguments, expected.count);
        if (i % 16 == 0)
            expect_utf16(line, length, expected.arguments, expected.count);
    }
}

/* --- file names --- */

Test(command_line, file_names)
{
    static const text rows[][2] = {
        {TEXT("C:\\Windows\\System32\\net.exe"), TEXT("net.exe")},
        {TEXT("C:/Windows/net.exe"), TEXT("net.exe")},
        {TEXT("C:\\a/b"), TEXT("b")},
        {TEXT("C:/a\\b"), TEXT("b")},
        {TEXT("net.exe"), TEXT("net.exe")},
        {TEXT("C:\\a\\"), TEXT("")},
        {TEXT("\\"), TEXT("")},
        {TEXT(""), TEXT("")},
        {TEXT("\\\xc3\xa9\xff\0x"), TEXT("\xc3\xa9\xff\0x")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const text *path = &rows[i][0];
        netshare_value name =
            netshare_file_name(netshare_value_from_utf8(path->data, path->length));
        expect_text(&name, &rows[i][1], path->data);
        size_t units = 0;
        uint16_t *wide = test_to_utf16(path->data, path->length, &units);
        if (wide) {
            name = netshare_file_name(netshare_value_from_utf16(wide, units));
            expect_wide(&name, &rows[i][1], path->data);
        }
        free(wide);
    }
    cr_expect_eq(netshare_file_name(netshare_value_from_utf8(NULL, 0)).as.utf8.length, 0);
    cr_expect_eq(netshare_file_name(netshare_value_from_utf16(NULL, 0)).as.utf16.length, 0);
    netshare_value number = netshare_file_name(netshare_value_from_int64(5));
    cr_expect_eq(number.type, NETSHARE_VALUE_INT64);
    cr_expect_eq(number.as.int64, 5);
}

/* --- real command lines --- */

/* Compares the field of arguments with those of the field of a command line. */
static size_t compare(struct ns_json_event *event, size_t line_field, size_t args_field,
                      size_t number)
{
    netshare_value line, argument, expected;
    if (!ns_json_event_get(event, line_field, 0, &line))
        return 0;
    char *buffer = copy(line.as.utf8.data, line.as.utf8.length);
    netshare_command_line walk = netshare_command_line_from_utf8(
        line.as.utf8.data, line.as.utf8.length, buffer);
    size_t i = 0;
    while (ns_json_event_get(event, args_field, i, &expected)) {
        const text wanted = {expected.as.utf8.data, expected.as.utf8.length};
        cr_assert(netshare_command_line_next(&walk, &argument), "line %zu, argument %zu", number,
                  i);
        expect_text(&argument, &wanted, "corpus");
        i++;
    }
    cr_assert_not(netshare_command_line_next(&walk, &argument), "line %zu, argument %zu", number,
                  i);
    free(buffer);
    return 1;
}

Test(command_line, corpus)
{
    static const char *const FIELDS[] = {"process.command_line", "process.args",
                                         "process.parent.command_line", "process.parent.args"};
    char *path = test_corpus_path("events.ndjson");
    if (!path)
        cr_skip_test("no corpus");
    size_t length = 0, number = 0, compared = 0;
    char *all = test_read_file(path, &length);
    cr_assert_not_null(all);
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_names names;
    struct ns_json_event *event;
    ns_names_init(&names, &allocator);
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        ns_names_add(&names, FIELDS[i], strlen(FIELDS[i]));
    cr_assert_eq(ns_json_event_new(&names, &allocator, &event, NULL), NETSHARE_OK);
    for (char *line = all, *end; (end = strchr(line, '\n')); line = end + 1) {
        number++;
        cr_assert_eq(ns_json_event_parse(event, line, (size_t)(end - line), NULL), NETSHARE_OK);
        compared += compare(event, 0, 1, number);
        compared += compare(event, 2, 3, number);
    }
    cr_assert_gt(compared, number, "most events have a command line and a parent's");
    ns_json_event_free(event);
    ns_names_free(&names);
    free(all);
    free(path);
}
