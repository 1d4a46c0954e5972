/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns, and what "regardless of case" means. */
#include "support.h"

#include <criterion/criterion.h>

static const test_event event = EVENT(
    FIELD("s", STR("Net.EXE")),
    FIELD("path", STR("C:\\Windows\\System32\\cmd.exe")),
    FIELD("lines", STR("a\nb\r\nc")),
    FIELD("stars", STR("a*b?c")),
    FIELD("e_acute", STR("caf\xC3\xA9")),
    FIELD("cyrillic", STR("\xD0\xBF\xD1\x80\xD0\xB8")),
    FIELD("kelvin", STR("\xE2\x84\xAA")),
    FIELD("long_s", STR("\xC5\xBF")),
    FIELD("sharp_s", STR("stra\xC3\x9F" "e")),
    FIELD("sigma", STR("\xCF\x83\xCF\x82\xCE\xA3")),
    FIELD("dotted_i", STR("\xC4\xB0")),
    FIELD("dotless_i", STR("\xC4\xB1")),
    FIELD("fullwidth", STR("\xEF\xBC\xA1")),
    FIELD("emoji", STR("\xF0\x9F\x98\x80")),
    FIELD("deseret", STR("\xF0\x90\x90\x80")),
    FIELD("combining", STR("e\xCC\x81")),
    FIELD("list", STR("One"), STR("TWO")));

#define ROWS(...)                                             \
    static const test_row rows[] = {__VA_ARGS__};             \
    test_expect_rows(&event, rows, COUNT(rows))

Test(patterns, colon_is_case_insensitive)
{
    ROWS({"s : \"net.exe\"", true}, {"s : \"NET.EXE\"", true}, {"s : \"net*\"", true},
         {"s : \"*.exe\"", true}, {"s : \"*T.E*\"", true}, {"s : \"net?exe\"", true},
         {"s : \"net??exe\"", false}, {"s : \"net\"", false}, {"s : \"*\"", true},
         {"s : \"**\"", true}, {"s : \"???????\"", true}, {"s : \"????????\"", false},
         {"s : \"?*?\"", true}, {"s : \"\"", false}, {"s : (\"x\", \"net.*\")", true},
         {"s : (\"x\", \"y*\")", false}, {"s : (\"x\", \"net.exe\", \"y*\")", true},
         {"s : (\"net.exe\")", true}, {"not s : (\"x\", \"net.*\")", false},
         {"path : \"?:\\\\windows\\\\*\\\\CMD.exe\"", true},
         {"path : \"c:\\\\windows\\\\*\\\\*\\\\cmd.exe\"", false}, {"path : \"*\\\\cmd.exe\"", true},
         {"lines : \"a*c\"", true}, {"lines : \"a?b??c\"", true},
         {"stars : \"A*B?C\"", true}, {"list : \"two\"", true}, {"list : \"t*\"", true},
         {"list : \"on?\"", true}, {"\"ABC\" : \"a*\"", true}, {"\"ABC\" : \"b*\"", false});
}

Test(patterns, like_keeps_case_and_like_tilde_does_not)
{
    ROWS({"s like \"Net.EXE\"", true}, {"s like \"net.exe\"", false}, {"s like \"Net.*\"", true},
         {"s like \"net.*\"", false}, {"s like \"N?t.EXE\"", true}, {"s like~ \"net.exe\"", true},
         {"s like~ \"n*\"", true}, {"s like (\"x*\", \"N*\")", true},
         {"s like (\"x*\", \"n*\")", false}, {"s like~ (\"x*\", \"n*\")", true},
         {"list like \"T*\"", true}, {"list like \"t*\"", false}, {"list like~ (\"t*\")", true},
         {"not s like \"net*\"", true}, {"e_acute like \"caf?\"", true},
         {"e_acute like \"CAF?\"", false}, {"emoji like \"?\"", true}, {"emoji like \"??\"", false});
}

Test(patterns, a_question_mark_is_one_code_point)
{
    ROWS({"e_acute : \"caf?\"", true}, {"e_acute : \"caf??\"", false}, {"emoji : \"?\"", true},
         {"emoji : \"??\"", false}, {"combining : \"?\"", false}, {"combining : \"??\"", true},
         {"combining : \"\xC3\xA9\"", false}, {"sigma : \"???\"", true});
}

Test(patterns, on_a_computed_value)
{
    ROWS({"substring(s, 0, 3) : \"net\"", true}, {"substring(s, 0, 3) : \"n*\"", true},
         {"concat(s, \"!\") : \"*exe!\"", true}, {"substring(s, 0, 3) like \"net\"", false},
         {"substring(s, 0, 3) in~ (\"NET\")", true});
}

Test(folding, is_unicode_simple_folding)
{
    ROWS({"e_acute : \"CAF\xC3\x89\"", true}, {"e_acute : \"cafe\"", false},
         {"cyrillic : \"\xD0\x9F\xD0\xA0\xD0\x98\"", true},
         {"cyrillic : \"\xD0\x9F*\"", true}, {"kelvin : \"k\"", true}, {"kelvin : \"K\"", true},
         {"long_s : \"s\"", true}, {"long_s : \"S\"", true}, {"sharp_s : \"STRASSE\"", false},
         {"sharp_s : \"stra?e\"", true}, {"sharp_s : \"STRA\xE1\xBA\x9E" "E\"", true},
         {"sigma : \"\xCE\xA3\xCE\xA3\xCF\x82\"", true}, {"dotted_i : \"i\"", false},
         {"dotless_i : \"I\"", false}, {"dotted_i : \"\xC4\xB0\"", true},
         {"fullwidth : \"a\"", false}, {"fullwidth : \"\xEF\xBD\x81\"", true},
         {"deseret : \"\xF0\x90\x90\xA8\"", true}, {"s in~ (\"net.exe\")", true},
         {"e_acute in~ (\"CAF\xC3\x89\")", true}, {"kelvin in~ (\"k\")", true},
         {"long_s in~ (\"S\")", true}, {"startsWith~(kelvin, \"k\")", true},
         {"endsWith~(e_acute, \"F\xC3\x89\")", true},
         {"stringContains~(cyrillic, \"\xD0\xA0\")", true},
         {"indexOf~(cyrillic, \"\xD0\x98\") == 2", true});
}

Test(folding, can_be_limited_to_ascii)
{
    static const test_row rows[] = {
        {"s : \"net.exe\"", true}, {"s : \"N*\"", true}, {"e_acute : \"CAF\xC3\xA9\"", true},
        {"e_acute : \"CAF\xC3\x89\"", false}, {"e_acute : \"CAF?\"", true},
        {"cyrillic : \"\xD0\x9F\xD0\xA0\xD0\x98\"", false}, {"kelvin : \"k\"", false},
        {"long_s : \"s\"", false}, {"s in~ (\"NET.exe\")", true}, {"kelvin in~ (\"k\")", false},
        {"e_acute like~ \"CAF\xC3\x89\"", false}, {"e_acute like~ \"CAF\xC3\xA9\"", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_expect(rows[i].condition, NETSHARE_OPTION_ASCII_FOLDING, &event, rows[i].verdict);
    }
}

Test(regex, matches_the_whole_value)
{
    ROWS({"s regex \"Net.EXE\"", true}, {"s regex \"net.exe\"", false},
         {"s regex~ \"net.exe\"", true}, {"s regex \"Net\"", false}, {"s regex \"Net.*\"", true},
         {"s regex \"N[a-f]t\\\\.E{1}XE\"", true}, {"s regex (\"x.*\", \"N.*\")", true},
         {"s regex (\"x.*\", \"n.*\")", false}, {"s regex~ (\"x.*\", \"n.*\")", true},
         {"path regex \"\"\"[A-Z]:\\\\Windows\\\\.*\\.exe\"\"\"", true},
         {"lines regex \"a.b..c\"", true}, {"s regex \"(Net|Cmd)\\\\.EXE\"", true},
         {"list regex \"O..|x\"", true}, {"list regex \"o..\"", false},
         {"list regex~ \"o..\"", true}, {"not s regex \"N.*\"", false},
         {"emoji regex \".\"", true}, {"emoji regex \"..\"", false},
         {"e_acute regex~ \"CAF\xC3\x89\"", true}, {"s regex \"Net\\\\.EXE\"", true},
         {"s regex \"^Net.EXE$\"", false}, {"substring(s, 0, 3) regex \"N.t\"", true});
}
