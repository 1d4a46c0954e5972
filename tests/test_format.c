/* SPDX-License-Identifier: Apache-2.0 */
/* Queries printed back, and the compiled form printed for reading. That formatting
 * keeps the meaning is checked by test_expect() on every condition of the suite. */
#include "support.h"

#include <criterion/criterion.h>
#include <ctype.h>
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
