/* SPDX-License-Identifier: Apache-2.0 */
/* Queries printed back, and the compiled form printed for reading. That formatting
 * keeps the meaning is checked by test_expect() on every condition of the suite. */
#include "support.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whatever the case of ASCII letters. */
static bool contains(const char *text, const char *word)
{
    for (; *text != '\0'; text++) {
        size_t at = 0;
        while (word[at] != '\0' && tolower((unsigned char)text[at]) ==
                                       tolower((unsigned char)word[at])) {
            at++;
        }
        if (word[at] == '\0') {
            return true;
        }
    }
    return false;
}

static void expect_format(const char *query, const char *expected)
{
    char *once = test_format(query, strlen(query));
    char *twice = test_format(once, strlen(once));
    if (expected != NULL) {
        cr_expect_str_eq(once, expected);
    }
    cr_expect_str_eq(twice, once);
    free(once);
    free(twice);
}

Test(format, is_canonical)
{
    static const struct {
        const char *query, *expected;
    } rows[] = {
        {"any where true", "any where true"},
        {"  process\n\twhere  a==1  ", "process where a == 1"},
        {"any where (((a == 1)))", "any where a == 1"},
        {"any where (a == 1) and (b == 2)", "any where a == 1 and b == 2"},
        {"any where (a or b) and c", "any where (a or b) and c"},
        {"any where a or (b and c)", "any where a or b and c"},
        {"any where not (a and b)", "any where not (a and b)"},
        {"any where not (a)", "any where not a"},
        {"any where (not a) and b", "any where not a and b"},
        {"any where /* c */ a == 1 // d", "any where a == 1"},
        {"any where a == \"\"\"x\\y\"\"\"", "any where a == \"x\\\\y\""},
        {"any where a in(\"x\",\"y\")", "any where a in (\"x\", \"y\")"},
        {"any where a not in~ (1,2)", "any where a not in~ (1, 2)"},
        {"any where ?a.`b-c`:(\"x\",\"y\")", "any where ?a.`b-c` : (\"x\", \"y\")"},
        {"any where `a` == 1", "any where a == 1"},
        {"any where `and` == 1", "any where `and` == 1"},
        {"any where `x``y` == 1", "any where `x``y` == 1"},
        {"any where (1+2)*3==9", "any where (1 + 2) * 3 == 9"},
        {"any where 1+(2*3)==7", "any where 1 + 2 * 3 == 7"},
        {"any where 10-(4-3)==9", "any where 10 - (4 - 3) == 9"},
        {"any where (10-4)-3==3", "any where 10 - 4 - 3 == 3"},
        {"any where \"a\\u{22}b\" == c", "any where \"a\\\"b\" == c"},
        {"\"odd kind\" where true", "\"odd kind\" where true"},
        {"any where a like~ \"x\" or a regex~ (\"y\")", NULL},
        {"any where null == (a > -1)", "any where null == (a > -1)"},
        {"any where a == \"\\n\\t\\r\\u{00}\\u{07}\"", NULL},
        {"any where length( a )>1", "any where length(a) > 1"},
        {"any where - -a == 5", NULL},
        {"any where a<1e400", "any where a < 1.0E999"},
        {"any where a == \"\\b\\f\\u{7f}\\u{2028}\\u{feff}\"",
         "any where a == \"\\b\\f\\u{007f}\\u{2028}\\u{feff}\""},
        {"any where (a==1)+1==2", "any where (a == 1) + 1 == 2"},
        {"any where a.`b.c`.d == 1", "any where a.b.c.d == 1"},
        {"any where `` == 1", "any where `` == 1"},
        {"any where (a + b) : 1 or a - b * -c % 2 < 0", NULL},
        {"any where -(a + 1) == +5", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_format(rows[i].query, rows[i].expected);
    }
}

static bool stop_at_once(void *user, const char *text, size_t length)
{
    (void)text;
    (void)length;
    ++*(size_t *)user;
    return false;
}

Test(format, refuses_and_stops)
{
    size_t calls = 0;
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_eq(netshare_query_format("any where a = 1", 15, stop_at_once, &calls, &error),
                 NETSHARE_ERROR_SYNTAX);
    cr_expect_eq(error.column, 13);
    cr_expect_eq(calls, 0);
    cr_expect_eq(netshare_query_format("any where a == 1", 16, stop_at_once, &calls, &error),
                 NETSHARE_OK);
    cr_expect_eq(calls, 1);
}

/* Takes pieces until it has had `most` of them. */
struct taker {
    test_text taken;
    size_t most, calls;
};

static bool take(void *user, const char *text, size_t length)
{
    struct taker *taker = user;
    test_text_write(&taker->taken, text, length);
    return ++taker->calls < taker->most;
}

/* Wherever in a query a host stops, it is not called again, and has had the beginning. The
 * names in front move every part of the query to where a piece ends. */
static void expect_stops(const char *head, const char *rest)
{
    enum { LONGEST = 1100 };
    static char query[LONGEST + 1024];
    for (size_t length = 1; length <= LONGEST; length++) {
        size_t at = (size_t)sprintf(query, "%s", head);
        memset(query + at, 'n', length);
        strcpy(query + at + length, rest);
        char *whole = test_format(query, strlen(query));
        for (size_t most = 1; most <= 2; most++) {
            struct taker taker = {{NULL, 0}, most, 0};
            cr_assert_eq(netshare_query_format(query, strlen(query), take, &taker, NULL),
                         NETSHARE_OK);
            cr_assert_leq(taker.calls, most, "name of %zu bytes: asked after it stopped", length);
            cr_assert(taker.taken.length == strlen(whole) || taker.calls == most);
            cr_assert_eq(strncmp(taker.taken.data, whole, taker.taken.length), 0);
            free(taker.taken.data);
        }
        free(whole);
    }
}

Test(format, stops_when_the_host_does, .timeout = 120)
{
    expect_stops("any where ", " == \"x\\n\\u{200e}y\" and (a or b != null) and not c < -2.5 and "
                               "(d + e) * f - 1 > 1e999 and ?`g``h`.i in (\"x\", 1, true)");
    expect_stops("\"odd kind\" where ", " : (\"x\", \"y\") and a not in~ (1, 2) and b like~ \"c\" "
                                        "and length(d, concat(e, f)) > 5 and startsWith~(g, \"h\")");
    expect_stops("sequence by ", ", b with maxspan=5m [process where c] by d with runs=2 "
                                 "![any where e] by f until [any where g] | head 5 | count");
    expect_stops("sample by ", ", b [process where c] by d, e [\"odd kind\" where f] | unique a, b");
}

Test(dump, shows_every_kind_of_test)
{
    static const struct {
        const char *condition, *text;
    } rows[] = {
        {"a == \"\\u{7f}\\u{01}\\\"\\\\\"", "`a` any of { \"\\x7f\\x01\\\"\\\\\" }"},
        {"`x``y` == null", "`x``y` is present"},
        {"concat(a, null) == null", "is null"},
        {"a > 1.5", "`a` > 1.5\n"},
        {"a == true", "`a` any of { true }"},
        {"cidrMatch(a, \"10.0.0.0/8\")", "`a` in networks { \"10.0.0.0/8\" }\n"},
        {"a regex~ \"x+\"", "`a` any of folded { regex \"x+\" }"},
        {"-a + b == 3", "(`a` negate `b` +) == 3"},
        {"(a and b) == (a or not b)", "(`a` `b` and(2) `a` `b` not or(2) ==) is true"},
        {"(a in (b, null)) == c", "(`a` `b` null in(3) `c` ==) is true"},
        {"endsWith~(a, \"x\")", "`a` any of folded { suffix \"x\" }"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char query[128];
        test_text text = {NULL, 0};
        snprintf(query, sizeof query, "any where %s", rows[i].condition);
        netshare_matcher *matcher = test_compile(query, 0, NULL);
        cr_expect_eq(netshare_matcher_dump(matcher, 0, test_text_write, &text), NETSHARE_OK);
        cr_expect(strstr(text.data, rows[i].text) != NULL, "%s is missing in:\n%s", rows[i].text,
                  text.data);
        free(text.data);
        netshare_matcher_unref(matcher);
    }
}

Test(dump, names_fields_and_patterns)
{
    static const char *const words[] = {"process.args", "process.parent.name",
                                        "process.pe.original_file_name", "net1.exe", "use",
                                        "@SSL", "http", "windows"};
    netshare_matcher *matcher = netshare_matcher_new(NULL);
    cr_assert_not_null(matcher);
    test_text text = {NULL, 0};
    test_text_add(&text, "");
    cr_expect_eq(netshare_matcher_dump(matcher, 0, test_text_write, &text), NETSHARE_OK);
    for (size_t i = 0; i < COUNT(words); i++) {
        cr_expect(contains(text.data, words[i]),
                  "%s is missing in:\n%s", words[i], text.data);
    }
    size_t calls = 0;
    cr_expect_eq(netshare_matcher_dump(matcher, 0, stop_at_once, &calls), NETSHARE_OK);
    cr_expect_eq(calls, 1);
    cr_expect_eq(netshare_matcher_dump(matcher, 1, test_text_write, &text),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    free(text.data);
    netshare_matcher_unref(matcher);
}
