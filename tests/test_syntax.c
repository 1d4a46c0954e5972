/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused, where the error points, and what it says. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct refusal {
    const char *query;
    netshare_status status;
    size_t line, column; /* 0: wherever */
    const char *text;    /* found in the message */
} refusal;

static void expect_refusals(const refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_refused(rows[i].query, strlen(rows[i].query), rows[i].status, rows[i].line,
                     rows[i].column, rows[i].text);
    }
}

#define SYNTAX NETSHARE_ERROR_SYNTAX
#define TYPE NETSHARE_ERROR_TYPE
#define LIMIT NETSHARE_ERROR_LIMIT

Test(refused, tokens)
{
    static const refusal rows[] = {
        {"any where a == \"x", SYNTAX, 1, 16, NULL},
        {"any where a == \"x\ny\"", SYNTAX, 1, 16, NULL},
        {"any where a == \"\"\"x", SYNTAX, 1, 16, NULL},
        {"any where a == \"\"\"x\ny\"\"\"", SYNTAX, 1, 16, NULL},
        {"any where /* a == 1", SYNTAX, 1, 11, "comment"},
        {"any where a /* /* */ == 1 /* b", SYNTAX, 1, 27, "comment"},
        {"any where a /*/ == 1", SYNTAX, 1, 13, "comment"},
        {"any where a == 'x'", SYNTAX, 1, 16, "\""},
        {"any where a == ?\"x\"", SYNTAX, 1, 0, NULL},
        {"any where a == ?'x'", SYNTAX, 1, 0, NULL},
        {"any where a = 1", SYNTAX, 1, 13, "=="},
        {"any where a\n  = 1", SYNTAX, 2, 3, "=="},
        {"any where a ! b", SYNTAX, 1, 13, NULL},
        {"any where a && b", SYNTAX, 1, 13, "and"},
        {"any where a || b", SYNTAX, 1, 13, "or"},
        {"any where `a == 1", SYNTAX, 1, 11, NULL},
        {"any where a == \"\\q\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u{}\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u{1}\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u{110000}\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u{D800}\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u{123456789}\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u0041\"", SYNTAX, 1, 17, NULL},
        {"any where a == \"\\u{zz}\"", SYNTAX, 1, 17, NULL},
        {"any where a-b == 1 #", SYNTAX, 1, 20, NULL},
        {"any where a == $x", SYNTAX, 1, 16, NULL},
        {"any where a == 1e", SYNTAX, 1, 0, NULL},
        {"any where a == \"\\", SYNTAX, 1, 16, "same line"},
        {"any where a == \"\\\n\"", SYNTAX, 1, 16, "same line"},
        {"any where a == \"\\u", SYNTAX, 1, 17, "escape"},
        {"any where a == \"\\u{41", SYNTAX, 1, 17, "escape"},
        {"any where a == \"\\u{41\"", SYNTAX, 1, 17, "escape"},
        {"any where a == \"\\u{4G}\"", SYNTAX, 1, 17, "escape"},
        {"any where a == \"x\ry\"", SYNTAX, 1, 16, "same line"},
        {"any where a == \"\"\"x\ry\"\"\"", SYNTAX, 1, 16, "same line"},
        {"any where a@b == 1", SYNTAX, 1, 12, "'@b'"},
        {"any where a and~ b", SYNTAX, 1, 16, NULL},
    };
    expect_refusals(rows, COUNT(rows));
}

/* A sign that begins no token, between the words of queries that are well but for it. */
Test(refused, a_stray_sign_is_found_where_it_stands)
{
    static const struct {
        const char *text;
        netshare_status status;
    } rows[] = {
        {"any where ( a == 1 or b != null ) and not c < -2.5 and d in ( \"x\" , 1 ) or ? e . f > - 1",
         NETSHARE_OK},
        {"\"x\" where a not in~ ( \"y\" ) and b : ( \"c*\" , \"d\" ) and e like~ \"f\" and g regex \"h+\"",
         NETSHARE_OK},
        {"file where length ( concat ( a , 1 ) ) + 2 * n % 3 > 4 and startsWith~ ( a , \"b\" ) != true",
         NETSHARE_OK},
        {"file where length ( ) == 1", TYPE},
        {"sequence by a , b with maxspan = 5 m [ process where c ] by d with runs = 2 ![ any where e ] "
         "by f until [ any where g ] | head 5 | unique a , b c", NETSHARE_ERROR_STATEFUL},
        {"sample by a . b [ process where c ] by d [ any where e ] by f | count",
         NETSHARE_ERROR_STATEFUL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *query = rows[i].text;
        size_t length = strlen(query);
        for (size_t at = 0; at <= length; at++) {
            char text[256];
            netshare_error error = {.status = NETSHARE_OK};
            if (at > 0 && at < length && query[at - 1] != ' ')
                continue;
            int total = snprintf(text, sizeof text, "%.*s;%s", (int)at, query, query + at);
            cr_expect_eq(netshare_query_check(text, (size_t)total, &error), SYNTAX, "%s", text);
            cr_expect_eq(error.offset, at, "%s: at %zu: %s", text, error.offset, error.message);
            cr_expect(strstr(error.message, "character") != NULL, "%s", error.message);
        }
        cr_expect_eq(netshare_query_check(query, length, NULL), rows[i].status, "%s", query);
    }
}

Test(refused, a_query_that_ends_early_is_marked_inside)
{
    static const char query[] =
        "process where a in~ (\"\\u{41}\\n\", \"\"\"b\"\"\") and /* c */ d != -2.5e3 or // e\n"
        "`f g`.h regex \"[^x]{1,2}(y|z)\" and i : (\"j*\") and not length(concat(k, null)) == 3";
    cr_expect_eq(netshare_query_check(query, sizeof query - 1, NULL), NETSHARE_OK);
    for (size_t length = 0; length < sizeof query - 1; length++) {
        netshare_error error = {.status = NETSHARE_OK};
        netshare_query_check(query, length, &error);
        cr_expect(error.status == NETSHARE_OK ||
                      (error.offset <= length && error.length <= length - error.offset),
                  "%.*s: %zu bytes at %zu", (int)length, query, error.length, error.offset);
    }
}

/* A token in a message is shortened, and a character of it never cut. */
Test(refused, long_tokens_are_shown_in_part)
{
    static const struct {
        const char *before, *character;
        size_t count;
    } rows[] = {{"", "x", 39}, {"", "\xC3\xA9", 19}, {"x", "\xC3\xA9", 19},
                {"", "\xE2\x84\xAA", 13}, {"x", "\xE2\x84\xAA", 12}, {"xx", "\xE2\x84\xAA", 12},
                {"", "\xF0\x9F\x98\x80", 9}, {"xxx", "\xF0\x9F\x98\x80", 9}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char query[512] = "any where a == 1 \"", expected[512] = "unexpected '\"";
        netshare_error error = {.status = NETSHARE_OK};
        strcat(query, rows[i].before);
        strcat(expected, rows[i].before);
        for (size_t n = 0; n < 60; n++) {
            strcat(query, rows[i].character);
            strcat(expected, n < rows[i].count ? rows[i].character : "");
        }
        strcat(query, "\"");
        strcat(expected, "', expected");
        cr_expect_eq(netshare_query_check(query, strlen(query), &error), SYNTAX);
        cr_expect(strstr(error.message, expected) != NULL, "row %zu: %s", i, error.message);
    }
}

Test(refused, structure)
{
    static const refusal rows[] = {
        {"", SYNTAX, 1, 1, NULL},
        {"   ", SYNTAX, 1, 0, NULL},
        {"any", SYNTAX, 1, 0, "where"},
        {"any where", SYNTAX, 1, 0, NULL},
        {"where a == 1", SYNTAX, 1, 1, NULL},
        {"a == 1", SYNTAX, 1, 0, "where"},
        {"any wher a == 1", SYNTAX, 1, 5, "where"},
        {"process WHERE a == 1", SYNTAX, 1, 9, "where"},
        {"any where a == 1 adn b == 2", SYNTAX, 1, 18, "and"},
        {"any where a == 1 AND b == 2", SYNTAX, 1, 18, "and"},
        {"any where a == 1 b == 2", SYNTAX, 1, 18, NULL},
        {"any where (a == 1", SYNTAX, 1, 0, ")"},
        {"any where ((a == 1)", SYNTAX, 1, 0, ")"},
        {"any where a == 1)", SYNTAX, 1, 17, NULL},
        {"any where ()", SYNTAX, 1, 12, NULL},
        {"any where a ==", SYNTAX, 1, 0, NULL},
        {"any where == 1", SYNTAX, 1, 11, NULL},
        {"any where a == 1 and", SYNTAX, 1, 0, NULL},
        {"any where and a == 1", SYNTAX, 1, 11, NULL},
        {"any where not", SYNTAX, 1, 0, NULL},
        {"any where a == 1 or or b", SYNTAX, 1, 21, NULL},
        {"any where a in", SYNTAX, 1, 0, NULL},
        {"any where a in ()", SYNTAX, 1, 17, NULL},
        {"any where a in \"x\"", SYNTAX, 1, 16, "("},
        {"any where a in (\"x\"", SYNTAX, 1, 0, NULL},
        {"any where a in (\"x\",)", SYNTAX, 1, 21, NULL},
        {"any where a : ()", SYNTAX, 1, 16, NULL},
        {"any where a :", SYNTAX, 1, 0, NULL},
        {"any where a : b", SYNTAX, 1, 15, NULL},
        {"any where a like b", SYNTAX, 1, 18, NULL},
        {"any where a : length(b)", SYNTAX, 1, 15, NULL},
        {"any where a not : \"y\"", SYNTAX, 1, 0, "not"},
        {"any where a not like \"y\"", SYNTAX, 1, 0, "not"},
        {"any where a not == \"y\"", SYNTAX, 1, 0, NULL},
        {"any where a in ~ (\"x\")", SYNTAX, 1, 16, NULL},
        {"any where a == b == c", SYNTAX, 1, 18, NULL},
        {"any where 1 < a < 5", SYNTAX, 1, 17, "and"},
        {"any where a == and", SYNTAX, 1, 16, NULL},
        {"any where in == 1", SYNTAX, 1, 11, NULL},
        {"any where sequence == 1", SYNTAX, 1, 11, NULL},
        {"any where a.in == 1", SYNTAX, 1, 13, NULL},
        {"any where maxspan == 1", SYNTAX, 1, 11, NULL},
        {"any where a. == 1", SYNTAX, 1, 0, NULL},
        {"any where a..b == 1", SYNTAX, 1, 0, NULL},
        {"any where ? == 1", SYNTAX, 1, 0, NULL},
        {"any where ?1 == 1", SYNTAX, 1, 0, NULL},
        {"any where length(a == 1", SYNTAX, 1, 0, NULL},
        {"any where length(a,) == 1", SYNTAX, 1, 20, NULL},
        {"any where a[0] == 1", SYNTAX, 1, 12, NULL},
        {"process where a == 1; process where b", SYNTAX, 1, 21, NULL},
        {"process, file where a == 1", SYNTAX, 1, 8, NULL},
        {"5 where a == 1", SYNTAX, 1, 1, NULL},
        {"any where a : \"x\" : \"y\"", SYNTAX, 1, 19, NULL},
    };
    expect_refusals(rows, COUNT(rows));
}

Test(refused, types)
{
    static const refusal rows[] = {
        {"any where 1", TYPE, 1, 11, NULL},
        {"any where \"a\"", TYPE, 1, 11, NULL},
        {"any where a + 1", TYPE, 1, 0, NULL},
        {"any where length(a)", TYPE, 1, 0, NULL},
        {"any where concat(a, b)", TYPE, 1, 0, NULL},
        {"any where not 1", TYPE, 1, 15, NULL},
        {"any where a == 1 and 2", TYPE, 1, 22, NULL},
        {"any where a == 1 or \"x\"", TYPE, 1, 21, NULL},
        {"any where length(a) == \"x\"", TYPE, 1, 0, NULL},
        {"any where substring(a, 1) == 5", TYPE, 1, 0, NULL},
        {"any where length(a) : \"x\"", TYPE, 1, 0, NULL},
        {"any where a + b : \"x\"", TYPE, 1, 0, NULL},
        {"any where five + 1 in (6, 7)", TYPE, 1, 0, NULL},
        {"any where -five in (5)", TYPE, 1, 0, NULL},
        {"any where startsWith(a, 1)", TYPE, 1, 25, NULL},
        {"any where startsWith(1, \"a\")", TYPE, 1, 22, NULL},
        {"any where length(5) == 1", TYPE, 1, 18, NULL},
        {"any where \"a\" + 1 == 2", TYPE, 1, 0, NULL},
        {"any where -\"a\" == 2", TYPE, 1, 0, NULL},
        {"any where true + 1 == 2", TYPE, 1, 0, NULL},
        {"any where substring(a, \"1\") == \"\"", TYPE, 1, 24, NULL},
        {"any where between(a, \"x\", \"y\", 1) == \"\"", TYPE, 1, 0, NULL},
        {"any where number(1) == 1", TYPE, 1, 18, NULL},
        {"any where cidrMatch(a, \"10.0.0.0/33\")", TYPE, 1, 24, NULL},
        {"any where cidrMatch(a, \"10.0.0/8\")", TYPE, 1, 24, NULL},
        {"any where cidrMatch(a, \"hello\")", TYPE, 1, 24, NULL},
        {"any where cidrMatch(a, \"::/129\")", TYPE, 1, 24, NULL},
        {"any where cidrMatch(a, b)", TYPE, 1, 24, NULL},
        {"any where cidrMatch(a, 1)", TYPE, 1, 24, NULL},
        {"any where a regex 5", TYPE, 1, 19, NULL},
        {"any where (a + 1) in (2, \"x\")", TYPE, 1, 26, "a number was expected"},
        {"any where true < a", TYPE, 1, 11, "no order"},
        {"any where a >= false", TYPE, 1, 16, "no order"},
        {"any where (a == 1) > (b == 2)", TYPE, 1, 0, "no order"},
        {"any where length(a) == true", TYPE, 1, 11, "compared"},
        {"any where a : null", TYPE, 1, 15, "== null"},
        {"any where a like (\"x\", null)", TYPE, 1, 24, "== null"},
        {"any where wildcard(a, b)", TYPE, 1, 23, "pattern"},
        {"any where wildcard(a, \"x\", 5)", TYPE, 1, 28, "pattern"},
    };
    expect_refusals(rows, COUNT(rows));
}

Test(refused, functions)
{
    static const refusal rows[] = {
        {"any where lenght(a) == 1", TYPE, 1, 11, "length"},
        {"any where startWith(a, \"x\")", TYPE, 1, 11, "startsWith"},
        {"any where cidrMach(a, \"10.0.0.0/8\")", TYPE, 1, 11, "cidrMatch"},
        {"any where nothingLikeIt(a)", TYPE, 1, 11, "nothingLikeIt"},
        {"any where arraySearch(a, b)", TYPE, 1, 11, NULL},
        {"any where match(a, \"x\")", TYPE, 1, 11, NULL},
        {"any where length~(a) == 1", TYPE, 1, 11, "~"},
        {"any where concat~(a) == \"\"", TYPE, 1, 11, "~"},
        {"any where cidrMatch~(a, \"10.0.0.0/8\")", TYPE, 1, 11, "~"},
        {"any where length() == 1", TYPE, 1, 11, "length"},
        {"any where length(a, b) == 1", TYPE, 1, 0, "length"},
        {"any where startsWith(a)", TYPE, 1, 11, "startsWith"},
        {"any where between(a, \"x\") == \"\"", TYPE, 1, 11, "between"},
        {"any where substring(a) == \"\"", TYPE, 1, 11, "substring"},
        {"any where substring(a, 1, 2, 3) == \"\"", TYPE, 1, 0, "substring"},
        {"any where number() == 1", TYPE, 1, 11, "number"},
        {"any where concat() == \"\"", TYPE, 1, 11, "concat"},
        {"any where cidrMatch(a)", TYPE, 1, 11, "cidrMatch"},
        {"any where wildcard(a)", TYPE, 1, 11, "wildcard"},
        {"any where substringOfTheWholeString(a) == 1", TYPE, 1, 11, "substringOfTheWholeString"},
    };
    expect_refusals(rows, COUNT(rows));
}

/* Each function with a letter too much. */
Test(refused, functions_that_are_nearly_known)
{
    static const char *const names[] = {"add",    "between", "cidrMatch", "concat",     "divide",
                                        "endsWith", "indexOf", "length",  "modulo",     "multiply",
                                        "number", "startsWith", "string", "stringContains",
                                        "substring", "subtract", "wildcard"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char query[64], text[64];
        snprintf(query, sizeof query, "any where %sx(a, \"b\")", names[i]);
        snprintf(text, sizeof text, "did you mean '%s'?", names[i]);
        test_refused(query, strlen(query), TYPE, 1, 11, text);
    }
}

/* Of a short word, one letter may be wrong or two swapped, not most of it. */
Test(refused, words_that_are_not_nearly_known)
{
    static const char *const queries[] = {"any where a run (1)",
                                          "any where ad(a, 1) == 2",
                                          "any where dad(a, 1) == 2"};
    static const bool is_near[] = {false, true, true};
    for (size_t i = 0; i < COUNT(queries); i++) {
        netshare_error error;
        cr_assert_neq(netshare_query_check(queries[i], strlen(queries[i]), &error), NETSHARE_OK);
        cr_expect_eq(strstr(error.message, "did you mean") != NULL, is_near[i], "%s: %s", queries[i],
                     error.message);
    }
}

Test(refused, functions_with_long_names)
{
    char query[512] = "any where ", text[512] = "unknown function '";
    for (int i = 0; i < 30; i++) {
        strcat(query, "length");
        strcat(text, i < 10 ? "length" : "");
    }
    strcat(query, "(a) == 1");
    strcat(text, "'");
    test_refused(query, strlen(query), TYPE, 1, 11, text);
}

/* The place in the pattern, but where escapes of the string stand before it. */
Test(refused, regular_expressions)
{
    static const refusal rows[] = {
        {"any where a regex \"x(y\"", SYNTAX, 1, 21, "regular expression"},
        {"any where a regex (\"x\", \"yz(\")", SYNTAX, 1, 28, "regular expression"},
        {"any where a regex \"\"\"x(y\"\"\"", SYNTAX, 1, 23, "regular expression"},
        {"any where a regex \"\\tx(y\"", SYNTAX, 1, 19, "regular expression"},
    };
    expect_refusals(rows, COUNT(rows));
}

Test(refused, in_any_line)
{
    static const refusal rows[] = {
        {"process where\n  a == 1 and\n  b = 2", SYNTAX, 3, 5, "=="},
        {"process where\r\n  a == 1 and\r\n  b = 2", SYNTAX, 3, 5, "=="},
        {"process where /* \n\n */ a = 2", SYNTAX, 3, 7, "=="},
        {"process where \"\xC3\xA9\xF0\x9F\x98\x80\" == a and b = 2", SYNTAX, 1, 31, "=="},
        {"process where\n\tlenght(a) == 1", TYPE, 2, 2, "length"},
    };
    expect_refusals(rows, COUNT(rows));
}

Test(refused, bytes_that_are_not_utf8)
{
    static const struct {
        const char *query;
        size_t length, offset;
    } rows[] = {
        {"any where a == \"\xFF\"", 18, 16},
        {"any where a == \"\xC3\"", 18, 16},
        {"any where a == \"\xED\xA0\x80\"", 20, 16},
        {"\xFE" "any where true", 15, 0},
        {"any where true // \xE2\x82", 20, 18},
        {"any where `\x80` == 1", 18, 11},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        netshare_error error = {.offset = 999};
        cr_expect_eq(netshare_query_check(rows[i].query, rows[i].length, &error),
                     NETSHARE_ERROR_SYNTAX, "row %zu", i);
        cr_expect_eq(error.offset, rows[i].offset, "row %zu: offset %zu", i, error.offset);
        cr_expect(strstr(error.message, "UTF-8") != NULL, "row %zu: %s", i, error.message);
    }
}

Test(refused, the_error_has_offset_length_and_caret)
{
    netshare_error error = {.status = NETSHARE_OK};
    char text[1024];
    const char *query = "process where\n  lenght(a) == 1";
    cr_assert_eq(netshare_query_check(query, strlen(query), &error), NETSHARE_ERROR_TYPE);
    cr_expect_eq(error.offset, 16);
    cr_expect_eq(error.length, strlen("lenght"));
    cr_expect(strstr(error.excerpt, "lenght(a) == 1") != NULL, "%s", error.excerpt);
    cr_expect(strchr(error.excerpt, '^') != NULL, "%s", error.excerpt);
    cr_expect(strstr(error.excerpt, "process where") == NULL, "%s", error.excerpt);
    size_t length = netshare_error_render(&error, text, sizeof text);
    cr_expect_eq(length, strlen(text));
    cr_expect(strstr(text, "2:3") != NULL && strstr(text, error.message) != NULL, "%s", text);
    cr_expect_eq(netshare_error_render(&error, NULL, 0), length);
    char small[8];
    cr_expect_eq(netshare_error_render(&error, small, sizeof small), length);
    cr_expect_eq(strncmp(small, text, sizeof small - 1), 0);
    cr_expect_eq(small[sizeof small - 1], 0);
}

Test(refused, a_query_without_an_error_to_fill)
{
    cr_expect_eq(netshare_query_check("any where", 9, NULL), NETSHARE_ERROR_SYNTAX);
    cr_expect_eq(netshare_query_check("any where true", 14, NULL), NETSHARE_OK);
    netshare_error error = {.line = 7};
    cr_expect_eq(netshare_query_check("any where true", 14, &error), NETSHARE_OK);
    cr_expect_eq(error.line, 7);
    cr_expect_null(netshare_matcher_new_from_query("any where a = 1", 15, &error));
    cr_expect_eq(error.status, NETSHARE_ERROR_SYNTAX);
    cr_expect_eq(error.column, 13);
}

/* Text after the given length is not read. */
Test(refused, length_is_heeded)
{
    cr_expect_eq(netshare_query_check("any where true = \"", 14, NULL), NETSHARE_OK);
    cr_expect_eq(netshare_query_check("any where a == 15", 16, NULL), NETSHARE_OK);
    cr_expect_neq(netshare_query_check("any where true", 9, NULL), NETSHARE_OK);
    cr_expect_eq(netshare_query_check("any where a == \"x\"", 17, NULL), NETSHARE_ERROR_SYNTAX);
    test_refused("any where true\0", 15, SYNTAX, 1, 15, NULL);
}
