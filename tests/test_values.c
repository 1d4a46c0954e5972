/* SPDX-License-Identifier: Apache-2.0 */
/* Types, comparisons and arithmetic. */
#include "support.h"

#include <criterion/criterion.h>
#include <math.h>

static const test_event event = EVENT(
    FIELD("five", INT(5)),
    FIELD("five_double", DBL(5.0)),
    FIELD("minus", INT(-7)),
    FIELD("half", DBL(2.5)),
    FIELD("zero", INT(0)),
    FIELD("minus_zero", DBL(-0.0)),
    FIELD("big", INT(9007199254740993)),
    FIELD("big_double", DBL(9007199254740992.0)),
    FIELD("largest", INT(INT64_MAX)),
    FIELD("smallest", INT(INT64_MIN)),
    FIELD("two_to_63", DBL(9223372036854775808.0)),
    FIELD("huge", DBL(1e300)),
    FIELD("nan", DBL(NAN)),
    FIELD("infinite", DBL(INFINITY)),
    FIELD("text_five", STR("5")),
    FIELD("word", STR("abc")),
    FIELD("upper", STR("ABC")),
    FIELD("accent", STR("\xC3\xA9")),
    FIELD("emoji", STR("\xF0\x9F\x98\x80")),
    FIELD("private_use", STR("\xEE\x80\x80")),
    FIELD("star", STR("a*c")),
    FIELD("yes", BOOL(true)),
    FIELD("mixed", STR("x"), INT(5), BOOL(true), DBL(0.5)),
    FIELD("bases", INT(5), INT(8)));

#define ROWS(...)                                             \
    static const test_row rows[] = {__VA_ARGS__};             \
    test_expect_rows(&event, rows, COUNT(rows))

Test(numbers, compare_whatever_their_type)
{
    ROWS({"five == 5", true}, {"five == 5.0", true}, {"five_double == 5", true},
         {"five == 5e0", true}, {"five != 5.0", false}, {"five == 5.5", false},
         {"five < 5.5", true}, {"five >= 5.0", true}, {"five > 4.99", true},
         {"half == 2.5", true}, {"half > 2", true}, {"half < 3", true}, {"half == 2", false},
         {"minus == -7", true}, {"minus < 0", true}, {"minus > -8", true}, {"minus <= -7.0", true},
         {"zero == 0", true}, {"zero == -0.0", true}, {"minus_zero == 0", true},
         {"minus_zero < 0", false}, {"5 == five", true}, {"4 < five", true}, {"five > 5", false},
         {"5 <= five", true}, {"6 <= five", false}, {"6 > five", true}, {"5 == 5.0", true},
         {"5 < 6", true}, {"2.5 >= 2.5", true}, {"five == +5", true}, {"minus == - 7", true},
         {"five in (4, 5.0)", true}, {"half in (2, 2.5)", true}, {"five not in (4, 6)", true},
         {"five in (-5, 5.5)", false}, {"zero in (-0.0)", true});
}

Test(numbers, compare_exactly)
{
    ROWS({"big == 9007199254740993", true}, {"big == 9007199254740992", false},
         {"big == 9007199254740992.0", false}, {"big > 9007199254740992.0", true},
         {"big_double == 9007199254740992", true}, {"big_double == 9007199254740993", false},
         {"big_double < 9007199254740993", true}, {"9007199254740993 == 9007199254740992.0", false},
         {"9007199254740993 > 9007199254740992.0", true},
         {"largest == 9223372036854775807", true}, {"largest == 9223372036854775806", false},
         {"largest < two_to_63", true}, {"two_to_63 > 9223372036854775807", true},
         {"two_to_63 == 9223372036854775807", false}, {"two_to_63 == 9223372036854775808", true},
         {"largest == 9223372036854775808", false}, {"largest < 9223372036854775808", true},
         {"smallest == -9223372036854775808", true}, {"smallest < -9223372036854775807", true},
         {"smallest >= -9223372036854775808.0", true}, {"huge > 9223372036854775807", true},
         {"largest < 1e300", true}, {"largest in (9223372036854775806)", false},
         {"big in (9007199254740992.0)", false}, {"infinite > 1e308", true},
         {"infinite > largest", true}, {"nan == nan", false}, {"nan > 0", false},
         {"nan <= 0", false}, {"nan == 0", false}, {"nan != null", true},
         {"nan == half", false}, {"half == nan", false}, {"half < nan", false},
         {"half >= nan", false}, {"smallest < nan", false}, {"nan >= largest", false},
         {"smallest > -1e300", true}, {"smallest <= -1e300", false}, {"-1e300 < smallest", true});
}

Test(numbers, literals)
{
    ROWS({"half == 2.50", true}, {"half == .25e1", true}, {"half == 25e-1", true},
         {"half == 25E-1", true}, {"five == 5.", true}, {"five == 0.5e+1", true},
         {"five == 005", true}, {"huge == 1e300", true}, {"infinite > 99999999999999999999999", true},
         {"five_double == 50e-1", true});
}

Test(types, that_do_not_fit_are_never_equal)
{
    ROWS({"text_five == 5", false}, {"text_five != 5", true}, {"five == \"5\"", false},
         {"five != \"5\"", true}, {"text_five > 4", false}, {"five < \"9\"", false},
         {"not five < \"9\"", true}, {"yes == 1", false}, {"yes != 1", true},
         {"yes == \"true\"", false}, {"five == true", false}, {"five != true", true},
         {"text_five in (5)", false}, {"five in (\"5\", \"x\")", false},
         {"five not in (\"5\")", true}, {"five : \"5\"", false}, {"five : 5", true}, {"five : 6", false},
         {"yes : true", true}, {"five like \"*\"", false},
         {"five regex \".*\"", false}, {"yes : \"true\"", false}, {"not five : \"*\"", true},
         {"text_five : \"5\"", true}, {"five", false}, {"word", false}, {"not word", true});
}

Test(types, each_value_of_a_field_has_its_own)
{
    ROWS({"mixed == 5", true}, {"mixed == \"x\"", true}, {"mixed == true", true},
         {"mixed == 0.5", true}, {"mixed == false", false}, {"mixed == \"5\"", false},
         {"mixed != 5", false}, {"mixed != 6", true}, {"mixed < 1", true}, {"mixed > 5", false},
         {"mixed : \"X\"", true}, {"mixed", true}, {"mixed in (1, \"y\", 5)", true});
}

Test(strings, are_exact)
{
    ROWS({"word == \"abc\"", true}, {"word == \"ABC\"", false}, {"word == \"ab\"", false},
         {"word == \"abcd\"", false}, {"word == \"a*\"", false}, {"word == \"a?c\"", false},
         {"star == \"a*c\"", true}, {"star != \"a*c\"", false}, {"word != \"a*\"", true},
         {"word in (\"a*\", \"*\")", false}, {"star in (\"x\", \"a*c\")", true},
         {"word in~ (\"A*\")", false}, {"word in~ (\"ABC\")", true},
         {"star in~ (\"A*C\")", true}, {"upper in~ (\"abc\", \"x\")", true},
         {"upper in (\"abc\", \"x\")", false}, {"upper not in~ (\"abc\")", false},
         {"accent in~ (\"\xC3\x89\")", true}, {"accent in (\"\xC3\x89\")", false},
         {"accent == \"\\u{e9}\"", true}, {"\"abc\" == word", true}, {"\"ABC\" == word", false},
         {"\"abc\" == \"abc\"", true}, {"\"abc\" == \"ABC\"", false},
         {"\"a*\" == \"abc\"", false}, {"\"a\" in (\"b\", \"a\")", true},
         {"word in (null, \"abc\")", true}, {"absent in (null, \"abc\")", false},
         {"word in (5, null, \"abc\", true)", true});
}

Test(strings, are_ordered_by_their_bytes)
{
    ROWS({"word > \"ABC\"", true}, {"word >= \"abc\"", true}, {"word <= \"abc\"", true},
         {"word < \"abc\"", false}, {"word < \"abd\"", true}, {"word > \"ab\"", true},
         {"word < \"abcd\"", true}, {"upper < \"a\"", true}, {"word > \"\"", true},
         {"accent > \"z\"", true}, {"emoji > \"\xEF\xBF\xBD\"", true},
         {"private_use < emoji", true}, {"emoji > \"\xEE\x80\x80\"", true},
         {"\"b\" > word", true}, {"\"abc\" < word", false}, {"\"Foo\" < \"foo\"", true},
         {"word >= \"aa\" and word < \"az\"", true});
}

Test(arithmetic, integers)
{
    ROWS({"five + 1 == 6", true}, {"five - 1 == 4", true}, {"five * 2 == 10", true},
         {"five / 2 == 2", true}, {"five % 2 == 1", true}, {"minus / 2 == -3", true},
         {"minus % 3 == -1", true}, {"7 % -3 == 1", true}, {"-7 / -2 == 3", true},
         {"4 / 3 == 1", true}, {"-10 % -6 == -4", true}, {"10 % -6 == 4", true},
         {"five + five * 2 == 15", true}, {"(five + five) * 2 == 20", true},
         {"10 - 4 - 3 == 3", true}, {"100 / 5 / 2 == 10", true}, {"20 / 2 * 5 == 50", true},
         {"-five == -5", true}, {"- -five == 5", true}, {"-(five + 1) == -6", true},
         {"+five == 5", true}, {"five - -1 == 6", true}, {"five-1 == 4", true},
         {"2 + 3 == five", true}, {"10 > five + 4", true}, {"five + 1 > five", true},
         {"3 + 4 - 5 * 6 / 7 == 3", true},
         {"(five + 1) in (6, 7)", true}, {"(-five) in (-5)", true});
}

Test(arithmetic, doubles)
{
    ROWS({"five + 0.5 == 5.5", true}, {"half * 2 == 5", true}, {"five / 2.0 == 2.5", true},
         {"five_double / 2 == 2.5", true}, {"half + half == 5", true}, {"10 % 0.5 == 0", true},
         {"5.5 % 2 == 1.5", true}, {"-5.5 % 2 == -1.5", true}, {"half - 0.5 == 2", true},
         {"-half == -2.5", true}, {"7 * -3.0 == -21", true});
}

Test(arithmetic, what_has_no_result_is_null)
{
    ROWS({"five / zero == null", true}, {"five % zero == null", true}, {"five / 0 == null", true},
         {"five % 0 == null", true}, {"absent + 1 == null", true}, {"absent + 1 == 1", false},
         {"five + absent > 0", false}, {"-absent == null", true}, {"not (five / zero > 0)", true},
         {"word + 1 == null", true}, {"word + 1 == 1", false}, {"five + yes == 6", false},
         {"-word == null", true}, {"smallest / -1 > 0 or true", true},
         {"smallest % -1 == 0", true});
}

Test(arithmetic, what_takes_more_than_64_bits_is_null)
{
    ROWS({"largest + 1 == null", true}, {"1 + largest == null", true},
         {"largest + 0 == largest", true}, {"largest + -1 == 9223372036854775806", true},
         {"smallest + -1 == null", true}, {"largest + smallest == -1", true},
         {"smallest - 1 == null", true}, {"largest - -1 == null", true},
         {"0 - smallest == null", true}, {"-1 - smallest == largest", true},
         {"-smallest == null", true}, {"-largest == smallest + 1", true},
         {"largest * 2 == null", true}, {"largest * -2 == null", true},
         {"-2 * largest == null", true}, {"2 * smallest == null", true},
         {"smallest * smallest == null", true}, {"smallest * -1 == null", true},
         {"-1 * smallest == null", true}, {"-1 * largest == -largest", true},
         {"largest * -1 == -largest", true}, {"smallest * 1 == smallest", true},
         {"zero * largest == 0", true}, {"smallest * zero == 0", true},
         {"3037000499 * 3037000499 == 9223372030926249001", true},
         {"3037000500 * 3037000500 == null", true}, {"-3037000500 * -3037000500 == null", true},
         {"-3 * -4 == 12", true}, {"3 * -4 == -12", true}, {"-3 * 4 == -12", true},
         {"4294967296 * -2147483648 == smallest", true},
         {"-2147483648 * 4294967296 == smallest", true}, {"smallest / -1 == null", true},
         {"smallest / 2 == -4611686018427387904", true}, {"largest / -1 == -largest", true},
         {"largest + 1.0 == 9223372036854775808.0", true}, {"smallest - 1.0 < 0", true});
}

Test(arithmetic, several_values)
{
    ROWS({"bases * 2 == 16", true}, {"bases * 2 == 10", true}, {"bases * 2 == 13", false},
         {"bases - five == 3", true}, {"bases - five == 0", true}, {"bases - five == 5", false},
         {"bases % 2 != 0", false}, {"bases % 2 != 7", true},
         {"bases > 7 and bases < 6", true});
}
