/* SPDX-License-Identifier: Apache-2.0 */
/* Two-valued logic, absence, null and fields of several values. */
#include "support.h"

#include <criterion/criterion.h>

static const test_event event = EVENT(
    FIELD("event.category", STR("process")),
    EMPTY_FIELD("empty_array"),
    FIELD("null_value", NUL),
    FIELD("nulls", NUL, NUL),
    FIELD("empty", STR("")),
    FIELD("word", STR("abc")),
    FIELD("same", STR("abc")),
    FIELD("upper", STR("ABC")),
    FIELD("list", STR("red"), STR("Green"), STR("blue")),
    FIELD("with_null", NUL, STR("red")),
    FIELD("nums", INT(1), INT(150), INT(300)),
    FIELD("five", INT(5)),
    FIELD("yes", BOOL(true)),
    FIELD("no", BOOL(false)),
    FIELD("both", BOOL(false), BOOL(true)));

#define ROWS(...)                                             \
    static const test_row rows[] = {__VA_ARGS__};             \
    test_expect_rows(&event, rows, COUNT(rows))

Test(logic, a_leaf_without_a_value_is_false_and_its_negation_true)
{
    ROWS({"absent : \"abc\"", false}, {"not absent : \"abc\"", true},
         {"not null_value : \"abc\"", true}, {"not nulls : \"abc\"", true},
         {"not empty_array : \"abc\"", true}, {"not word : \"abc\"", false},
         {"not word : \"xyz\"", true}, {"absent : \"*\"", false}, {"null_value : \"*\"", false},
         {"nulls : \"*\"", false}, {"empty_array : \"*\"", false}, {"empty : \"*\"", true},
         {"empty : \"\"", true}, {"empty : \"?\"", false}, {"absent == \"\"", false},
         {"absent like \"*\"", false}, {"absent like~ \"*\"", false},
         {"absent regex \".*\"", false}, {"empty regex \".*\"", true},
         {"absent in (\"a\", \"\")", false}, {"empty in (\"a\", \"\")", true},
         {"absent > 0", false}, {"absent <= 0", false}, {"absent >= 0", false},
         {"absent < 0", false}, {"not absent < 0", true}, {"not (absent > -1)", true},
         {"absent > \"\"", false}, {"absent <= \"z\"", false});
}

Test(logic, and_or_not_are_plain)
{
    ROWS({"true", true}, {"false", false}, {"not true", false}, {"not false", true},
         {"true and true", true}, {"true and false", false}, {"false and true", false},
         {"false and false", false}, {"true or true", true}, {"true or false", true},
         {"false or true", true}, {"false or false", false},
         {"not not absent : \"a\"", false}, {"not not not absent : \"a\"", true},
         {"not absent : \"a\" and not absent : \"b\"", true},
         {"not (absent : \"a\" or absent : \"b\")", true},
         {"not (absent : \"a\" and word : \"abc\")", true},
         {"absent : \"a\" or word : \"abc\"", true},
         {"absent : \"a\" and word : \"abc\"", false},
         {"not absent > 1 and word == \"abc\"", true},
         {"not (not absent : \"a\" and not word : \"x\")", false});
}

/* Null where a condition is asked for is a leaf like any other. */
Test(logic, null_is_no_condition_that_holds)
{
    ROWS({"null", false}, {"not null", true}, {"null or true", true}, {"null and true", false},
         {"not null and word == \"abc\"", true});
}

Test(logic, comments_end_with_the_line)
{
    ROWS({"true // and\n and false", false}, {"true // and\r and false", false},
         {"true // and false", true}, {"true /* and false */ and true", true},
         {"true // \r\n or // \r false", true});
}

Test(logic, precedence)
{
    ROWS({"true or false and false", true}, {"(true or false) and false", false},
         {"not false and false", false}, {"not (false and false)", true},
         {"not true or true", true}, {"not (true or true)", false},
         {"false and false or true", true}, {"false and (false or true)", false},
         {"not word == \"x\"", true}, {"not word == \"abc\"", false},
         {"not five in (5)", false}, {"not five not in (5)", true},
         {"not five + 1 == 6", false}, {"not five < 4 and true", true});
}

Test(null_tests, presence_and_absence)
{
    ROWS({"absent == null", true}, {"absent != null", false}, {"null_value == null", true},
         {"null_value != null", false}, {"nulls == null", true}, {"nulls != null", false},
         {"empty_array == null", true}, {"empty_array != null", false},
         {"empty == null", false}, {"empty != null", true}, {"word == null", false},
         {"word != null", true}, {"list == null", false}, {"list != null", true},
         {"with_null == null", false}, {"with_null != null", true}, {"no == null", false},
         {"no != null", true}, {"five == null", false}, {"null == absent", true},
         {"null != absent", false}, {"null == word", false}, {"null != word", true},
         {"not absent == null", false}, {"not word == null", true},
         {"not absent != null", true}, {"?absent == null", true}, {"?absent != null", false},
         {"?word != null", true});
}

Test(null_tests, constants)
{
    ROWS({"null == null", true}, {"null != null", false}, {"null == 123", false},
         {"null != 123", true}, {"123 == null", false}, {"123 != null", true},
         {"null == \"\"", false}, {"null != \"\"", true}, {"\"x\" == null", false},
         {"null == false", false}, {"true != null", true});
}

Test(several_values, a_leaf_holds_if_any_value_satisfies_it)
{
    ROWS({"list == \"red\"", true}, {"list == \"blue\"", true}, {"list == \"green\"", false},
         {"list : \"green\"", true}, {"list : \"g*\"", true}, {"list like \"g*\"", false},
         {"list like \"G*\"", true}, {"list like~ \"g*\"", true}, {"list in (\"x\", \"blue\")", true},
         {"list in (\"x\", \"BLUE\")", false}, {"list in~ (\"x\", \"BLUE\")", true},
         {"list regex \"bl.e\"", true}, {"list > \"blue\"", true}, {"list < \"H\"", true},
         {"list < \"A\"", false}, {"nums == 150", true}, {"nums == 7", false},
         {"nums > 299", true}, {"nums > 300", false}, {"with_null == \"red\"", true});
}

Test(several_values, not_and_unequal_negate_that_verdict)
{
    ROWS({"absent != \"x\"", true}, {"null_value != \"x\"", true}, {"nulls != \"x\"", true},
         {"empty_array != \"x\"", true}, {"word != \"abc\"", false}, {"word != \"x\"", true},
         {"list != \"red\"", false}, {"list != \"x\"", true}, {"with_null != \"red\"", false},
         {"with_null != \"x\"", true}, {"empty != \"\"", false}, {"empty != \"x\"", true},
         {"five != 5", false}, {"nums != 150", false}, {"nums != 7", true},
         {"absent != 5", true}, {"\"abc\" != word", false}, {"\"x\" != absent", true},
         {"cidrMatch(five, \"::/0\") == null", true}, {"startsWith(five, \"x\") == null", true},
         {"absent != 2 + 3", true}, {"five != 2 + 3", false}, {"string(1) != absent", true},
         {"150 != nums", false}, {"not list : \"r*\"", false}, {"not list : \"x*\"", true},
         {"absent not in (\"x\")", true}, {"list not in (\"red\", \"x\")", false},
         {"list not in (\"x\", \"y\")", true}, {"absent not in~ (\"x\")", true},
         {"list not in~ (\"GREEN\")", false}, {"not nums > 300", true},
         {"not nums > 299", false}, {"not list in (\"x\")", true});
}

Test(several_values, each_side_of_an_and_may_hold_for_another_value)
{
    ROWS({"nums > 100 and nums < 200", true}, {"nums > 200 and nums < 50", true},
         {"nums > 301 and nums < 50", false},
         {"list : \"r*\" and list : \"b*\" and not list : \"x*\"", true});
}

Test(booleans, a_field_alone_tests_for_true)
{
    ROWS({"yes", true}, {"no", false}, {"absent", false}, {"null_value", false},
         {"both", true}, {"not yes", false}, {"not no", true}, {"not absent", true},
         {"not both", false}, {"yes == true", true}, {"no == true", false},
         {"no == false", true}, {"yes == false", false}, {"absent == true", false},
         {"absent == false", false}, {"absent != true", true}, {"absent != false", true},
         {"both == false", true}, {"both != true", false}, {"yes != true", false},
         {"no != true", true}, {"true == yes", true}, {"yes and five == 5", true},
         {"no or yes", true}, {"yes and ?absent", false}, {"not ?absent", true});
}

Test(functions, of_fields_without_or_with_several_values)
{
    ROWS({"length(word) > 2", true}, {"length(word) > 3", false}, {"length(absent) > 0", false},
         {"not (length(absent) > 0)", true}, {"length(absent) != 5", true},
         {"length(null_value) != 5", true}, {"length(list) == 3", true},
         {"length(list) == 5", true}, {"length(list) == 6", false},
         {"length(list) != 3", false}, {"length(list) != 6", true},
         {"length(word) != 3", false}, {"3 != length(list)", false},
         {"not length(list) == 6", true}, {"length(absent) == null", true},
         {"length(absent) != null", false}, {"length(empty_array) == null", true},
         {"length(empty) == null", false}, {"length(empty) == 0", true},
         {"length(list) == null", false}, {"length(list) != null", true},
         {"indexOf(list, \"e\") == null", false}, {"indexOf(list, \"e\") != null", true},
         {"indexOf(list, \"d\") == null", true}, {"indexOf(list, \"d\") != null", false},
         {"length(with_null) == null", false}, {"length(with_null) == 3", true},
         {"substring(list, 0, 1) == \"G\"", true}, {"substring(absent, 0, 1) == \"\"", false},
         {"substring(list, 0, 1) in (\"x\", \"b\")", true},
         {"substring(absent, 1) : \"*\"", false}, {"not substring(absent, 1) : \"*\"", true});
}

Test(functions, of_two_fields_try_every_pair)
{
    ROWS({"concat(list, word) == \"Greenabc\"", true}, {"concat(word, list) == \"abcblue\"", true},
         {"concat(list, word) == \"abcred\"", false}, {"concat(nums, list) == \"300Green\"", true},
         {"concat(absent, word) == \"abc\"", false}, {"concat(absent, word) == null", true},
         {"concat(list, absent) == null", true}, {"nums + five == 155", true},
         {"add(nums, five) == 305", true}, {"nums + five == 156", false},
         {"nums + absent == 1", false}, {"nums + absent == null", true},
         {"not (nums + absent == 1)", true});
}

Test(functions, boolean_ones)
{
    ROWS({"startsWith(list, \"Gr\")", true}, {"startsWith(list, \"gr\")", false},
         {"startsWith~(list, \"gr\")", true}, {"startsWith(absent, \"x\")", false},
         {"not startsWith(absent, \"x\")", true}, {"not startsWith(list, \"re\")", false},
         {"startsWith(absent, \"x\") == false", true}, {"startsWith(absent, \"x\") != true", true},
         {"startsWith(absent, \"x\") == true", false}, {"startsWith(word, \"a\") == true", true},
         {"startsWith(word, \"a\") == false", false}, {"startsWith(word, \"x\") == false", true},
         {"startsWith(word, \"a\") != true", false}, {"startsWith(list, \"Gr\") == false", false},
         {"startsWith(list, \"Gr\") == true", true}, {"startsWith(list, \"zz\") != true", true},
         {"endsWith(list, \"x\") == false", true}, {"stringContains(absent, \"x\") == false", true},
         {"cidrMatch(absent, \"10.0.0.0/8\") == false", true});
}

Test(value_level, a_condition_can_be_a_value)
{
    ROWS({"null == (absent > -1)", true}, {"null == (five > -1)", false},
         {"null == (-1 < absent)", true}, {"(absent > -1) == null", true},
         {"(five > -1) != null", true}, {"null != (absent > -1)", false},
         {"(five == 5) == true", true}, {"(five == 6) == true", false},
         {"(five == 6) == false", true}, {"true == (word in (\"abc\", \"x\"))", true},
         {"true == (word in (\"x\"))", false}, {"(five > -1) != (five > 9)", true},
         {"(five > -1) != (absent > 9)", true});
}

Test(value_level, a_condition_compared_with_true_or_false_is_itself_or_its_negation)
{
    ROWS({"(absent > -1) == false", true}, {"(absent > -1) == true", false},
         {"(absent > -1) != true", true}, {"(absent > -1) != false", false},
         {"false == (absent : \"x\")", true}, {"true != (absent in (1, 2))", true},
         {"(list == \"red\") == false", false}, {"(list == \"red\") == true", true},
         {"(list like \"r*\" and five == 5) == true", true},
         {"(list like \"x*\" or absent == 1) == false", true},
         {"(not list : \"red\") == false", true}, {"((absent == 1) == false) == false", false},
         {"(length(list) > 4) == false", false}, {"(absent == null) != false", true},
         {"true == true", true}, {"true != false", true}, {"true == false", false},
         {"both == false", true}, {"(both) == false", true});
}

/* As a value, unlike as a leaf, what is unknown stays so unless the rest decides. */
Test(value_level, and_or_not_know_what_is_unknown)
{
    ROWS({"(yes and no) == false", true}, {"(yes and yes) == true", true},
         {"(no and absent) == false", true}, {"null == (yes and absent)", true},
         {"(yes or absent) == true", true}, {"null == (no or absent)", true},
         {"(no or no) == false", true}, {"(not no) == yes", true},
         {"null == (not absent)", true}, {"null == (absent : \"x\")", true});
}

Test(two_fields, can_be_compared)
{
    ROWS({"word == same", true}, {"word == list", false}, {"word != same", false},
         {"list == with_null", true}, {"word == absent", false}, {"five < nums", true},
         {"nums < five", true}, {"five > word", false}, {"not word == absent", true},
         {"yes == both", true}, {"yes != both", false}, {"no != yes", true},
         {"no < yes", false}, {"not no < yes", true}, {"(yes >= yes) == null", true});
}

Test(two_fields, in_a_list)
{
    ROWS({"word in (same)", true}, {"word in (\"x\", same)", true}, {"word in (absent)", false},
         {"word not in (absent)", true}, {"list in (with_null)", true}, {"nums in (five, 150)", true},
         {"upper in~ (same)", true}, {"upper in (same)", false}, {"word in (five)", false},
         {"same in (concat(\"a\", \"bc\"))", true}, {"absent not in (word)", true});
}

Test(two_fields, a_null_in_a_list_is_passed_over)
{
    ROWS({"absent in (word, null)", false}, {"absent not in (word, null)", true},
         {"word in (absent, null)", false}, {"word in (null, same)", true},
         {"null in (absent, 1)", false}, {"null in (word, null)", false});
}

Test(value_level, fields_in_a_list)
{
    ROWS({"(word in (same)) == true", true}, {"(word in (five)) == false", true},
         {"(word in (absent, same)) == yes", true}, {"(absent in (word)) == false", true},
         {"null == (absent in (word))", true}, {"not ((word in (same)) == true)", false},
         {"(word not in (same)) == no", true}, {"(upper in~ (same)) == (five == 5)", true});
}
