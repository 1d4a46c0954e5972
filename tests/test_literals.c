/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of a query stand for: strings, fields, comments, categories. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const test_event event = EVENT(
    FIELD("event.category", STR("process"), STR("Network")),
    FIELD("kind", STR("odd kind")),
    FIELD("s", STR("abc")),
    FIELD("@timestamp", STR("2020")),
    FIELD("_id", STR("1")),
    FIELD("a.b-c", STR("dash")),
    FIELD("a.b", STR("dot")),
    FIELD("x`y", STR("tick")),
    FIELD("x.in.y", STR("keyword")),
    FIELD("and", STR("conjunction")),
    FIELD("head", STR("ordinary")),
    FIELD("And", STR("upper")),
    FIELD("sp ace", STR("space")),
    FIELD("backslash", STR("a\\b")),
    FIELD("controls", STR("\b\t\n\f\r")),
    FIELD("quotes", STR("\"'")),
    FIELD("one_quote", STR("\"")),
    FIELD("two_quotes", STR("\"\"")),
    FIELD("ends_quote", STR("x\"")),
    FIELD("ends_quotes", STR("x\"\"")),
    FIELD("inner", STR("a\"\"b")),
    FIELD("escape", STR("\\n\\u{41}")),
    FIELD("euro", STR("\xE2\x82\xAC")),
    FIELD("emoji", STR("\xF0\x9F\x98\x80")),
    FIELD("nul", STR("a\0b")),
    FIELD("n", INT(5)));

#define ROWS(...)                                             \
    static const test_row rows[] = {__VA_ARGS__};             \
    test_expect_rows(&event, rows, COUNT(rows))

Test(strings, escapes)
{
    ROWS({"backslash == \"a\\\\b\"", true}, {"controls == \"\\b\\t\\n\\f\\r\"", true},
         {"quotes == \"\\\"\\'\"", true}, {"quotes == \"\\\"'\"", true},
         {"euro == \"\\u{20ac}\"", true}, {"euro == \"\\u{20AC}\"", true},
         {"euro == \"\\u{000020AC}\"", true}, {"euro == \"\xE2\x82\xAC\"", true},
         {"emoji == \"\\u{1F600}\"", true}, {"s == \"\\u{61}b\\u{0063}\"", true},
         {"nul == \"a\\u{00}b\"", true}, {"nul == \"a\"", false}, {"s == \"abc\\u{00}\"", false},
         {"one_quote == \"\\\"\"", true}, {"s != \"\"", true}, {"s == \"\"", false});
}

Test(strings, a_backslash_in_a_pattern_is_a_backslash)
{
    ROWS({"backslash : \"a\\\\b\"", true}, {"backslash : \"A\\\\?\"", true},
         {"backslash : \"*\\\\*\"", true}, {"backslash : \"a\\\\\\\\b\"", false},
         {"backslash : \"\"\"a\\b\"\"\"", true}, {"backslash : \"\"\"a\\*\"\"\"", true});
}

Test(strings, raw)
{
    ROWS({"s == \"\"\"abc\"\"\"", true}, {"backslash == \"\"\"a\\b\"\"\"", true},
         {"escape == \"\"\"\\n\\u{41}\"\"\"", true}, {"s != \"\"\"\"\"\"", true},
         {"ends_quote == \"\"\"x\"\"\"\"", true}, {"ends_quotes == \"\"\"x\"\"\"\"\"", true},
         {"inner == \"\"\"a\"\"b\"\"\"", true}, {"one_quote == \"\"\"\"\"\"\"", true},
         {"two_quotes == \"\"\"\"\"\"\"\"", true},
         {"quotes == \"\"\"\"'\"\"\"", true},
         {"s in (\"\"\"x\"\"\", \"\"\"abc\"\"\")", true}, {"s : \"\"\"A*\"\"\"", true});
}

Test(fields, names)
{
    ROWS({"@timestamp == \"2020\"", true}, {"_id == \"1\"", true}, {"a.`b-c` == \"dash\"", true},
         {"`a`.`b` == \"dot\"", true}, {"a.b == \"dot\"", true}, {"`x``y` == \"tick\"", true},
         {"`and` == \"conjunction\"", true}, {"head == \"ordinary\"", true},
         {"And == \"upper\"", true}, {"`sp ace` == \"space\"", true}, {"?s == \"abc\"", true},
         {"?a.`b-c` == \"dash\"", true}, {"?`and` : \"CONJ*\"", true}, {"s2 == null", true},
         {"x.`in`.y == \"keyword\"", true}, {"maxspans == null and tail == null", true},
         {"true and child == null and fork == null", true});
}

Test(text, comments_and_white_space)
{
    ROWS({"s == // a comment\n\"abc\"", true}, {"s /* one */ == /* two */ \"abc\"", true},
         {"s == \"abc\" // to the end", true}, {"/* out /* in */ out */ s == \"abc\"", true},
         {"/***/ s == \"abc\"", true}, {"/* // */ s == \"abc\"", true},
         {"/* /* */ s == \"abc\"", true}, {"/* in /tmp/* */ s == \"abc\"", true},
         {"/* /* */ s == \"x\" or /* */ s == \"abc\"", true},
         {"/* /* /* */ s == \"x\" or /* */ */ s == \"abc\"", true},
         {"/* a */ s == \"x\" /* /* */ */", false},
         {"/* \" */ s == \"abc\"", true}, {"// /*\n s == \"abc\"", true},
         {"\t\r\n s\r\n==\t\"abc\"\n", true}, {"s==\"abc\"and n==5", true},
         {"(s==\"abc\")or(n==6)", true}, {"s == \"//\" or s == \"/*\"", false},
         {"s != \"// x\" and n == 5", true}, {"n/5==1", true}, {"n//\n==5", true},
         {"s==\"abc\"/**/and/**/n==5", true}, {"((((s == \"abc\"))))", true},
         {"s : (\"x\", \"A*\")", true}, {"s:\"ABC\"", true}, {"s:(\"ABC\")", true},
         {"s in(\"abc\")", true}, {"not(s == \"abc\")", false});
}

Test(text, case_of_words)
{
    ROWS({"LENGTH(s) == 3", true}, {"lEnGtH(s) == 3", true}, {"startswith(s, \"ab\")", true},
         {"STARTSWITH~(s, \"AB\")", true}, {"True == null", true}, {"NULL == null", true});
}

typedef struct category_row {
    const char *query;
    bool verdict;
} category_row;

Test(categories, all_forms)
{
    static const category_row rows[] = {
        {"any where true", true},
        {"any where false", false},
        {"process where true", true},
        {"Network where true", true},
        {"network where true", false},
        {"PROCESS where true", false},
        {"file where true", false},
        {"\"process\" where true", true},
        {"\"Network\" where s == \"abc\"", true},
        {"\"any\" where true", false},
        {"\"\"\"process\"\"\" where true", true},
        {"\"pro*\" where true", false},
        {"\"\" where true", false},
        {"\"odd kind\" where true", false},
        {"process where s == \"x\"", false},
        {" /* c */ process // d\n where true ", true},
        {"process where not s == \"x\"", true},
        {"file where not s == \"x\"", false},
        {"file where true or true", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(test_matches(rows[i].query, 0, &event), rows[i].verdict, "%s",
                     rows[i].query);
        char *formatted = test_format(rows[i].query, strlen(rows[i].query));
        cr_expect_eq(test_matches(formatted, 0, &event), rows[i].verdict, "%s", formatted);
        free(formatted);
    }
}

Test(categories, any_needs_no_category)
{
    const test_event bare = EVENT(FIELD("s", STR("abc")));
    cr_expect(test_matches("any where s == \"abc\"", 0, &bare));
    cr_expect_not(test_matches("process where s == \"abc\"", 0, &bare));
}

Test(categories, the_field_can_be_chosen)
{
    netshare_matcher *matcher = test_compile("\"odd kind\" where true", 0, "kind");
    cr_expect_eq(netshare_matcher_field_count(matcher), 1);
    cr_expect_str_eq(netshare_matcher_field_name(matcher, 0), "kind");
    cr_expect(test_matcher_matches(matcher, &event));
    netshare_matcher_unref(matcher);
    matcher = test_compile("process where true", 0, "kind");
    cr_expect_not(test_matcher_matches(matcher, &event));
    netshare_matcher_unref(matcher);
}
