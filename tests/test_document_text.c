/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of rule documents that are not JSON, in part or as a whole, and their limits. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document_outcome.h"

/* --- malformed JSON --- */

typedef struct malformed_row {
    const char *text;
    const char *path; /* of the first refusal */
    const char *message;
    const char *shown; /* the line with the fault */
} malformed_row;

static const malformed_row malformed_rows[] = {
    {RULE("a") "\n\n{\"type\" \"eql\"}\n" RULE("b"), "line 3", "expected ':'", "{\"type\" \"eql\"}"},
    {RULE("a") "\n{\"a\":1,\n" RULE("b"), "line 2", "unexpected end", "{\"a\":1,"},
    {RULE("a") "\n{\"a\":\"x\n" RULE("b"), "line 2", "unexpected end", "{\"a\":\"x"},
    {RULE("a") "\r\n{\"a\":1\r\n\r\n", "line 2", "unexpected end", "{\"a\":1"},
    {RULE("a") "\n{\n  \"a\": 1,\n  oops\n}\n", "line 4", "expected a key in double quotes",
     "  oops"},
    {RULE("a") "\n17\n", "line 2", "expected a JSON object or array", "17"},
    {RULE("a") "\n{\"a\":tru}", "line 2", "misspelt", "{\"a\":tru}"},
    {RULE("a") "\n{\"a\":1 \"b\":2}", "line 2", "expected ',' or '}'", "{\"a\":1 \"b\":2}"},
    {RULE("a") "\n[1 2]", "line 2", "expected ',' or ']'", "[1 2]"},
    {RULE("a") "\n{\"a\":01}", "line 2", "malformed number", "{\"a\":01}"},
    {RULE("a") "\n{\"a\":\"\\x\"}", "line 2", "malformed string", "{\"a\":\"\\x\"}"},
    {RULE("a") "\n{\"a\":\"\xFF\"}", "line 2", "not UTF-8", NULL},
    {RULE("a") "\n{\"a\":\"long enough, \xED\xA0\x80\"}", "line 2", "not UTF-8", NULL},
    {RULE("a") "\n{\"a\":\"\xFF\" \"b\"}\n" RULE("b"), "line 2", "not UTF-8", NULL},
    {RULE("a") "\n{\"a\" 1, \"\xFF\"}\n" RULE("b"), "line 2", "expected ':'", NULL},
    {RULE("a") "\n{\"a\":1,}", "line 2", "unexpected character", "{\"a\":1,}"},
    {RULE("a") "\n// a comment\n" RULE("b"), "line 2", "expected a JSON object or array",
     "// a comment"},
};

Test(document_text, malformed_lines)
{
    for (size_t i = 0; i < COUNT(malformed_rows); i++) {
        const malformed_row *row = &malformed_rows[i];
        outcome *o = read_documents(row->text, strlen(row->text));
        cr_assert_eq(o->status, NETSHARE_OK, "%s", row->text);
        cr_assert_eq(o->refused_count, 1, "%s", row->text);
        const netshare_error *error = &o->refused[0];
        cr_expect_eq(error->status, NETSHARE_ERROR_DOCUMENT);
        cr_expect_str_eq(error->path, row->path, "%s", row->text);
        cr_expect_str_empty(error->rule_id);
        cr_expect(strncmp(error->message, "malformed JSON: ", 16) == 0);
        cr_expect(strstr(error->message, row->message) != NULL, "%s: %s", row->text,
                  error->message);
        size_t shown = row->shown ? strlen(row->shown) : 0;
        cr_expect(row->shown == NULL || (strncmp(error->excerpt, row->shown, shown) == 0 &&
                                         error->excerpt[shown] == '\n'),
                  "%s: %s", row->text, error->excerpt);
        release(o);
    }
}

Test(document_text, nul_bytes)
{
    static const char inside[] = RULE("a") "\n{\"a\":\0 1}\n" RULE("b");
    outcome *o = read_documents(inside, sizeof inside - 1);
    cr_expect_str_eq(o->letters, "rxr", "%s", o->letters);
    cr_expect(strstr(o->refused[0].message, "NUL byte") != NULL, "%s", o->refused[0].message);
    release(o);
    static const char after[] = RULE("a") "\0";
    o = read_documents(after, sizeof after - 1);
    cr_expect_str_eq(o->letters, "rx", "%s", o->letters);
    release(o);
}

typedef struct useless_row {
    const char *text;
    size_t offset, line, column;
} useless_row;

static const useless_row useless_rows[] = {
    {"", 0, 1, 1},
    {" \r\n\t\n", 5, 3, 1},
    {"\xEF\xBB\xBF", 3, 1, 2},
    {"garbage", 0, 1, 1},
    {"  garbage\n more\n", 2, 1, 3},
    {"42", 0, 1, 1},
    {"null", 0, 1, 1},
    {"\"text\"", 0, 1, 1},
    {"{\"type\":\"eql\"", 13, 1, 14},
    {"{\"type\":\"eql\"\n\n", 13, 1, 14},
    {"{\n  \"a\": \"\xC3\xA4\", oops\n}\n", 15, 2, 13},
    {"{\n  \"a\": [\n    {\"x\": 1},\n    {\"x\": oops}\n  ]\n}\n", 35, 4, 11},
    {"[\n" RULE("a") "\n" RULE("b") "\n]\n", 54, 3, 1},
    {"{oops}\n{again}\n[\n", 1, 1, 2},
};

Test(document_text, no_json_at_all)
{
    for (size_t i = 0; i < COUNT(useless_rows); i++) {
        const useless_row *row = &useless_rows[i];
        outcome *o = read_documents(row->text, strlen(row->text));
        cr_expect_eq(o->status, NETSHARE_ERROR_DOCUMENT, "%s", row->text);
        cr_expect_eq(o->error.status, NETSHARE_ERROR_DOCUMENT, "%s", row->text);
        cr_expect(o->error.message[0] != '\0');
        cr_expect_str_empty(o->error.path);
        cr_expect(o->error.offset == row->offset && o->error.line == row->line &&
                      o->error.column == row->column,
                  "%s\n  expected %zu (%zu:%zu), got %zu (%zu:%zu)", row->text, row->offset,
                  row->line, row->column, o->error.offset, o->error.line, o->error.column);
        cr_expect_eq(o->index, 0, "nothing is reported: %s", row->text);
        release(o);
    }
}

Test(document_text, no_error_wanted)
{
    outcome o = {.status = NETSHARE_OK};
    struct ns_document_sink sink = outcome_sink(&o);
    cr_expect_eq(ns_documents_read("oops", 4, NULL, &sink, NULL), NETSHARE_ERROR_DOCUMENT);
    cr_expect_eq(ns_documents_read(NULL, 0, NULL, &sink, NULL), NETSHARE_ERROR_DOCUMENT);
    cr_expect_eq(o.index, 0);
}

/* --- limits, stopping --- */

/* A rule whose unknown key holds arrays in arrays. */
static char *nested(size_t depth)
{
    char *text = malloc(2 * depth + 128);
    cr_assert_not_null(text);
    size_t used = (size_t)sprintf(text, "{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\","
                                        "\"query\":\"Q\",\"x\":");
    memset(text + used, '[', depth);
    memset(text + used + depth, ']', depth);
    strcpy(text + used + 2 * depth, "}");
    return text;
}

Test(document_text, depth)
{
    static const struct {
        size_t depth;
        netshare_status status;
    } rows[] = {{64, NETSHARE_OK}, {1000, NETSHARE_ERROR_DOCUMENT},
                {100000, NETSHARE_ERROR_DOCUMENT}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = nested(rows[i].depth);
        outcome *o = read_documents(text, strlen(text));
        cr_expect_eq(o->status, rows[i].status, "depth %zu: %s", rows[i].depth, o->error.message);
        cr_expect(o->status == NETSHARE_OK || strstr(o->error.message, "nested too deeply"));
        release(o);
        free(text);
    }
}

Test(document_text, a_hundred_thousand_tags, .timeout = 60)
{
    enum { TAGS = 100000 };
    test_text text = {NULL, 0};
    test_text_add(&text, "{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\",\"query\":\"Q\","
                         "\"tags\":[\"0\"");
    text.data = realloc(text.data, text.length + TAGS * 9 + 8);
    cr_assert_not_null(text.data);
    for (size_t i = 1; i < TAGS; i++) {
        text.length += (size_t)sprintf(text.data + text.length, ",\"%zu\"", i);
    }
    text.length += (size_t)sprintf(text.data + text.length, "]}");
    outcome *o = read_documents(text.data, text.length);
    cr_assert_str_eq(o->letters, "r");
    size_t count = 0;
    const char *const *tags = netshare_rule_strings(o->rules[0], NETSHARE_RULE_TAGS, &count);
    cr_assert_eq(count, TAGS);
    cr_expect_str_eq(tags[0], "0");
    cr_expect_str_eq(tags[TAGS - 1], "99999");
    release(o);
    free(text.data);
}

Test(document_text, many_malformed_lines, .timeout = 60)
{
    enum { LINES = 50000 };
    static const char line[] = "{\"type\":\"eql\" oops\n";
    size_t step = sizeof line - 1, length = LINES * step;
    char *text = malloc(length + sizeof RULE("a"));
    cr_assert_not_null(text);
    for (size_t i = 0; i < LINES; i++) {
        memcpy(text + i * step, line, step);
    }
    strcpy(text + length, RULE("a"));
    outcome *o = read_documents(text, strlen(text));
    cr_expect_eq(o->status, NETSHARE_OK);
    cr_expect_eq(o->refused_count, LINES);
    cr_expect_eq(o->rule_count, 1);
    cr_expect_str_eq(o->refused[7].path, "line 8");
    release(o);
    o = read_documents(text, length);
    cr_expect_eq(o->status, NETSHARE_ERROR_DOCUMENT);
    cr_expect_eq(o->error.line, 1);
    release(o);
    free(text);
}

Test(document_text, sink_stops)
{
    static const char *const texts[] = {
        RULE("a") "\n{\"type\":\"eql\"}\n{}\noops\n" RULE("b"),
        "[" RULE("a") ",{\"type\":\"eql\"},{},17," RULE("b") "]",
        "{\"data\":[" RULE("a") ",{\"type\":\"eql\"},{},17," RULE("b") "]}",
    };
    static const char letters[] = "rxsxr";
    for (size_t i = 0; i < COUNT(texts); i++) {
        for (size_t stop = 1; stop <= 5; stop++) {
            outcome *o = calloc(1, sizeof *o);
            cr_assert_not_null(o);
            o->stop_after = stop;
            read_text(o, texts[i], strlen(texts[i]), NULL);
            cr_expect_eq(o->status, NETSHARE_OK);
            cr_expect_eq(o->index, stop);
            cr_expect(strncmp(o->letters, letters, stop) == 0, "%s", o->letters);
            release(o);
        }
    }
}
