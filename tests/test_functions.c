/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of EQL, each with its edges. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

static const test_event event = EVENT(
    FIELD("s", STR("System Idle Process")),
    FIELD("empty", STR("")),
    FIELD("accent", STR("h\xC3\xA9llo")),
    FIELD("emoji", STR("a\xF0\x9F\x98\x80z")),
    FIELD("byte", STR("a\xFFz")),
    FIELD("n", INT(5)),
    FIELD("d", DBL(42.5)),
    FIELD("whole", DBL(3.0)),
    FIELD("yes", BOOL(true)),
    FIELD("list", STR("alpha"), STR("beta")),
    FIELD("spread", STR("a.b.c.d")),
    FIELD("hex", STR("0x1F")),
    FIELD("bad", STR("12x")),
    FIELD("v4", STR("10.6.48.157")),
    FIELD("v6", STR("2001:DB8::1")),
    FIELD("mapped", STR("::ffff:10.1.2.3")),
    FIELD("local", STR("127.0.0.1"), STR("::1")),
    FIELD("not_ip", STR("10.0.0.256")));

#define ROWS(...)                                             \
    static const test_row rows[] = {__VA_ARGS__};             \
    test_expect_rows(&event, rows, COUNT(rows))

Test(functions, arithmetic)
{
    ROWS({"add(n, 2) == 7", true}, {"add(1, 2.5) == 3.5", true}, {"subtract(10, n) == 5", true},
         {"subtract(n, -5) == 10", true}, {"multiply(n, 3) == 15", true},
         {"multiply(2, 2.5) == 5", true}, {"divide(4, 3) == 1", true},
         {"divide(4, 2.0) == 2", true}, {"divide(30, 4.0) == 7.5", true},
         {"divide(-7, 2) == -3", true}, {"divide(n, 0) == null", true},
         {"modulo(10, -6) == 4", true}, {"modulo(-10, -6) == -4", true},
         {"modulo(-10, 6) == -4", true}, {"modulo(10, 0.5) == 0", true},
         {"modulo(10, 6) == 4", true}, {"modulo(n, 0) == null", true},
         {"add(null, 1) == null", true}, {"add(absent, 1) == null", true},
         {"subtract(1, absent) == null", true}, {"multiply(absent, absent) == null", true},
         {"divide(absent, 2) == null", true}, {"modulo(2, absent) == null", true},
         {"Add(n, N) == null", true}, {"ADD(n, 0) == 5", true});
}

Test(functions, between)
{
    ROWS({"between(s, \"S\", \"e\") == \"yst\"", true},
         {"between(s, \"S\", \"e\", false) == \"yst\"", true},
         {"between(s, \"S\", \"e\", true) == \"ystem Idle Proc\"", true},
         {"between(s, \"s\", \"e\") == \"t\"", true}, {"between~(s, \"s\", \"E\") == \"yst\"", true},
         {"between~(s, \"s\", \"E\", true) == \"ystem Idle Proc\"", true},
         {"between(s, \"system\", \"e\") == \"\"", true}, {"between(s, \"S\", \"X\") == \"\"", true},
         {"between(s, \"x\", \"y\") == null", false}, {"between(empty, \"a\", \"b\") == \"\"", true},
         {"between(\"\", \"\", \"\") == \"\"", true}, {"between(s, \"\", \"\") == s", true},
         {"between(\"abc\", \"\", \"\", true) == \"abc\"", true},
         {"between(\"abc\", \"\", \"c\") == \"abc\"", true},
         {"between(\"abc\", \"\", \"x\", true) == \"abc\"", true},
         {"between(\"abc\", \"a\", \"\") == \"abc\"", true},
         {"between~(\"abc\", \"x\", \"\") == \"abc\"", true},
         {"between(\"aXbXc\", \"X\", \"X\") == \"b\"", true},
         {"between(\"aXbXcX\", \"X\", \"X\", true) == \"bXc\"", true},
         {"between(\"aXb\", \"X\", \"X\") == \"\"", true},
         {"between(absent, \"a\", \"b\") == null", true},
         {"between(s, absent, \"b\") == null", true}, {"between(s, \"a\", null) == null", true},
         {"between(list, \"l\", \"a\") == \"ph\"", true},
         {"length(between(s, \"m \", \" P\")) == 4", true},
         {"between(accent, \"h\", \"ll\") == \"\xC3\xA9\"", true});
}

Test(functions, concat)
{
    ROWS({"concat(s) == \"System Idle Process\"", true}, {"concat(\"a\", \"b\") == \"ab\"", true},
         {"concat(\"a\", \"||\", 1, \"||\", true, \"||\", \"b\") == \"a||1||true||b\"", true},
         {"concat(n, \":\", d, \":\", yes) == \"5:42.5:true\"", true},
         {"concat(\"a\", null) == null", true}, {"concat(null) == null", true},
         {"concat(\"a\", absent, \"b\") == null", true}, {"concat(\"a\", empty) == \"a\"", true},
         {"concat(empty, \"\") == \"\"", true}, {"concat(whole, \"\") == \"3.0\"", true},
         {"concat(list, \"!\") == \"beta!\"", true}, {"concat(-1, \"\") == \"-1\"", true},
         {"concat(concat(\"a\", n), concat(n, \"b\")) == \"a55b\"", true},
         {"concat(n == 5, \"...\") == \"true...\"", true});
}

/* Fields may hold UTF-16 where the query has UTF-8, and bytes that are neither. */
Test(functions, concat_of_two_encodings)
{
    ROWS({"concat(s, \"\\u{1F600}\", n) == \"System Idle Process\\u{1F600}5\"", true},
         {"concat(\"\\u{e9}\\u{10FFFF}\", emoji) == \"\\u{e9}\\u{10FFFF}a\\u{1F600}z\"", true},
         {"concat(emoji, accent, \"!\") : \"A?ZH?LLO!\"", true},
         {"concat(s, byte) : \"*a?z\"", true}, {"length(concat(s, byte)) == 22", true},
         {"concat(byte, s) == concat(byte, s)", true}, {"concat(byte, s) : \"a\\u{FF}z*\"", false});
}

Test(functions, ends_and_starts_with)
{
    ROWS({"endsWith(s, \"Process\")", true}, {"endsWith(s, \"process\")", false},
         {"endsWith~(s, \"PROCESS\")", true}, {"endsWith(s, \"\")", true},
         {"endsWith(\"\", \"\")", true}, {"endsWith(empty, \"\")", true},
         {"endsWith(empty, \"x\")", false}, {"endsWith(s, null)", false},
         {"endsWith(absent, \"\")", false}, {"endsWith(s, absent) == null", true},
         {"endsWith(list, \"ta\")", true}, {"endsWith(\"xbeta\", list)", true},
         {"endsWith(s, \"*ss\")", false}, {"startsWith(s, \"System\")", true},
         {"startsWith(s, \"system\")", false}, {"startsWith~(s, \"SYSTEM\")", true},
         {"startsWith(s, \"\")", true}, {"startsWith(\"\", \"\")", true},
         {"startsWith(empty, \"x\")", false}, {"startsWith(null, \"x\")", false},
         {"startsWith(s, absent)", false}, {"startsWith(list, \"be\")", true},
         {"startsWith(\"alphabet\", list)", true}, {"startsWith(s, \"S*\")", false},
         {"startsWith(s, \"System Idle Process and more\")", false},
         {"startsWith(n, \"5\")", false}, {"startsWith(string(n), \"5\")", true});
}

Test(functions, index_of)
{
    ROWS({"indexOf(s, \"System\") == 0", true}, {"indexOf(s, \"Idle\") == 7", true},
         {"indexOf(s, \"idle\") == null", true}, {"indexOf~(s, \"idle\") == 7", true},
         {"indexOf(s, \"x\") == null", true}, {"indexOf(s, \"x\") >= 0", false},
         {"indexOf(spread, \".\") == 1", true}, {"indexOf(spread, \".\", 2) == 3", true},
         {"indexOf(spread, \".\", 3) == 3", true}, {"indexOf(spread, \".\", -4) == 1", true},
         {"indexOf(spread, \".\", 6) == null", true}, {"indexOf(spread, \".\", 99) == null", true},
         {"indexOf(spread, \"\") == 0", true}, {"indexOf(spread, \"\", 3) == 3", true},
         {"indexOf(spread, \"\", -3) == 0", true}, {"indexOf(spread, \"\", 99) == null", true},
         {"indexOf(spread, \"a\", null) == null", true},
         {"indexOf(absent, \"a\") == null", true}, {"indexOf(s, absent) == null", true},
         {"indexOf(empty, \"\") == 0", true}, {"indexOf(empty, \"a\") == null", true},
         {"indexOf(list, \"t\") == 2", true}, {"indexOf(s, \"e\") > 3", true});
}

Test(functions, length)
{
    ROWS({"length(s) == 19", true}, {"length(empty) == 0", true}, {"length(\"\") == 0", true},
         {"length(\"foo\") == 3", true}, {"length(accent) == 5", true},
         {"length(list) == 2", false}, {"length(list) == 4", true},
         {"length(null) == null", true}, {"length(n) == null", true}, {"length(n) > 0", false},
         {"length(concat(s, \"x\")) == 20", true});
}

/* As Java counts: in UTF-16 units. */
Test(functions, positions_are_in_utf16_units)
{
    ROWS({"length(emoji) == 4", true}, {"indexOf(emoji, \"z\") == 3", true},
         {"substring(emoji, 3) == \"z\"", true},
         {"substring(emoji, 1, 3) == \"\xF0\x9F\x98\x80\"", true},
         {"substring(emoji, -1) == \"z\"", true}, {"length(substring(emoji, 0, 2)) == 2", true},
         {"length(substring(emoji, 2)) == 2", true},
         {"concat(substring(emoji, 0, 2), substring(emoji, 2)) == emoji", true},
         {"endsWith(concat(emoji, \"\xF0\x90\x80\x80\"), \"z\xF0\x90\x80\x80\")", true},
         {"startsWith(substring(emoji, 0, 2), \"a\")", true}, {"substring(accent, 1, 2) == \"\xC3\xA9\"", true},
         {"indexOf(emoji, \"\xF0\x9F\x98\x80\") == 1", true},
         {"indexOf(emoji, \"\xF0\x9F\x98\x80\", 2) == null", true},
         {"indexOf(emoji, \"z\", 2) == 3", true}, {"indexOf(emoji, \"\", 2) == 2", true},
         {"indexOf(accent, \"llo\") == 2", true});
}

Test(functions, positions_are_whole)
{
    ROWS({"substring(s, 7.9, 11.2) == \"Idle\"", true}, {"substring(s, -7.5) == \"Process\"", true},
         {"substring(s, 0, -12.9) == \"System \"", true}, {"substring(s, -0.5, 6) == \"System\"", true},
         {"indexOf(spread, \".\", 2.9) == 3", true}, {"indexOf(spread, \".\", -0.5) == 1", true});
}

Test(functions, number)
{
    ROWS({"number(\"314\") == 314", true}, {"number(\"3.14\") == 3.14", true},
         {"number(\"-3.14\", 10) == -3.14", true}, {"number(\"+314\") == 314", true},
         {"number(\"-314\", 10) == -314", true}, {"number(\"0x1337\") == 4919", true},
         {"number(\"0x1337\", 16) == 4919", true}, {"number(\"1337\", 16) == 4919", true},
         {"number(\"deadbeef\", 16) == 3735928559", true},
         {"number(\"DEADBEEF\", 16) == 3735928559", true}, {"number(\"052403\", 8) == 21763", true},
         {"number(\"52403\", 7) == 12890", true}, {"number(\"0b\", 16) == 11", true},
         {"number(\"31\", null) == 31", true}, {"number(\"0x32\", null) == 50", true},
         {"number(hex) == 31", true}, {"number(bad) == null", true}, {"number(\"\") == null", true},
         {"number(\"x\") == null", true}, {"number(\"9\", 8) == null", true},
         {"number(\"3.5\", 16) == null", true}, {"number(absent) == null", true},
         {"number(\"9223372036854775807\") == 9223372036854775807", true},
         {"number(\" 7 \") == 7", true}, {"number(\"\\t\\r\\n7\\u{0b}\") == 7", true},
         {"number(\"7 7\") == null", true}, {"number(\"  \") == null", true},
         {"number(\"\\u{01}7\") == null", true}, {"number(\"7\\u{0e}\") == null", true},
         {"number(accent) == null", true}, {"number(\"-0x10\") == null", true},
         {"number(\"-0x10\", 16) == null", true}, {"number(\"0X10\") == null", true},
         {"number(\" 0x10\") == 16", true}, {"number(\"0x-10\") == -16", true},
         {"number(\"0x10\", 10) == null", true}, {"number(\"0x10\", 36) == 42804", true},
         {"number(\"-\") == null", true}, {"number(\"0x\") == null", true},
         {"number(\"101\", 2) == 5", true}, {"number(\"Zz\", 36) == 1295", true},
         {"number(\"1\", 1) == null", true}, {"number(\"1\", 37) == null", true},
         {"number(\"1\", 9.5) == null", true}, {"number(\"1\", 8.0) == 1", true},
         {"number(\"-9223372036854775808\") == -9223372036854775808.0", true},
         {"number(string(n)) == 5", true});
}

/* The longest text that is read as a number, and one that is longer. */
Test(functions, number_of_long_texts)
{
    enum { LONGEST = 1024 };
    char text[LONGEST + 1];
    memset(text, '0', sizeof text);
    text[LONGEST - 1] = text[LONGEST] = '7';
    test_field fields[2] = {FIELD("fits", NUL), FIELD("long", NUL)};
    netshare_value values[] = {netshare_value_from_utf8(text, LONGEST),
                               netshare_value_from_utf8(text, LONGEST + 1)};
    fields[0].values = &values[0];
    fields[1].values = &values[1];
    const test_event long_texts = {COUNT(fields), fields};
    const test_row rows[] = {{"number(fits) == 7", true}, {"number(long) == null", true},
                             {"number(fits, 8) == 7", true}, {"number(long, 16) > 0", false}};
    test_expect_rows(&long_texts, rows, COUNT(rows));
}

/* More than the 255 that say in the table of functions that there may be any number. */
Test(functions, of_many_arguments)
{
    static char joined[4096], networks[8192];
    strcpy(joined, "length(concat(s");
    strcpy(networks, "cidrMatch(v4");
    for (int i = 0; i < 300; i++) {
        strcat(joined, ", \"ab\"");
        strcat(networks, ", \"11.0.0.0/8\"");
    }
    strcat(joined, ")) == 619");
    strcat(networks, ", \"10.0.0.0/8\")");
    test_expect(joined, 0, &event, true);
    test_expect(networks, 0, &event, true);
}

/* A length that memory cannot hold: nothing is read or written, the rule is undecided. */
Test(functions, concat_of_what_is_too_long)
{
    static const uint16_t unit = 'x';
    static const char *const queries[] = {"any where concat(a, a, a) == \"x\"",
                                          "any where concat(a, \"b\") == \"x\""};
    const netshare_value value = netshare_value_from_utf16(&unit, SIZE_MAX / 2 - 1);
    const test_field field = {"a", 1, &value};
    const test_event too_long = {1, &field};
    for (size_t i = 0; i < COUNT(queries); i++) {
        netshare_matcher *matcher = test_compile(queries[i], 0, NULL);
        netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
        test_view *view = test_view_new(matcher, &too_long, false);
        netshare_result result;
        cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                    &result), NETSHARE_ERROR_NO_MEMORY, "%s", queries[i]);
        cr_expect_not(result.matched);
        test_view_free(view);
        netshare_scratch_free(scratch);
        netshare_matcher_unref(matcher);
    }
}

Test(functions, string)
{
    ROWS({"string(n) == \"5\"", true}, {"string(d) == \"42.5\"", true},
         {"string(yes) == \"true\"", true}, {"string(false) == \"false\"", true},
         {"string(s) == \"System Idle Process\"", true}, {"string(null) == null", true},
         {"string(absent) == null", true},
         {"string(-9223372036854775807) == \"-9223372036854775807\"", true},
         {"string(2.1828) == \"2.1828\"", true}, {"string(0.1) == \"0.1\"", true},
         {"string(whole) == \"3.0\"", true}, {"string(1e10) == \"1.0E10\"", true},
         {"string(1234567.0) == \"1234567.0\"", true}, {"string(1e7) == \"1.0E7\"", true},
         {"string(0.001) == \"0.001\"", true}, {"string(0.0001) == \"1.0E-4\"", true},
         {"string(n) : \"5*\"", true}, {"string(n) like \"?\"", true});
}

Test(functions, string_contains)
{
    ROWS({"stringContains(s, \"Idle\")", true}, {"stringContains(s, \"idle\")", false},
         {"stringContains~(s, \"IDLE\")", true}, {"stringContains(s, \"\")", false},
         {"stringContains(empty, \"a\")", false}, {"stringContains(empty, \"\")", false},
         {"stringContains(absent, \"a\")", false}, {"stringContains(s, absent)", false},
         {"stringContains(s, \"System Idle Process\")", true},
         {"stringContains(s, \"I*e\")", false}, {"stringContains(s, \"m?I\")", false},
         {"stringContains(\"a*b\", \"*\")", true}, {"stringContains(spread, \".\")", true},
         {"stringContains(\"a\\\\b\", \"\\\\\")", true}, {"stringContains(list, \"et\")", true},
         {"stringContains(\"xalphax\", list)", true}, {"stringContains(\"x\", list)", false},
         {"stringContains(s, \"ss\")", true}, {"stringContains(s, \"sss\")", false});
}

Test(functions, substring)
{
    ROWS({"substring(s, 7) == \"Idle Process\"", true}, {"substring(s, 0, 6) == \"System\"", true},
         {"substring(s, 7, 11) == \"Idle\"", true}, {"substring(s, -7) == \"Process\"", true},
         {"substring(s, -7, -1) == \"Proces\"", true}, {"substring(s, 0, 500) == \"System Idle Process\"", true},
         {"substring(s, -600, 6) == \"System\"", true}, {"substring(s, 5, 5) == \"\"", true},
         {"substring(s, 6, 5) == \"\"", true}, {"substring(s, 99) == \"\"", true},
         {"substring(s, 7, null) == \"Idle Process\"", true}, {"substring(s, 0, 0) == \"\"", true},
         {"substring(s, 0, -13) == \"System\"", true}, {"substring(absent, 1) == null", true},
         {"substring(empty, 0, 5) == \"\"", true}, {"substring(list, 1, 3) == \"et\"", true},
         {"substring(s, n, 7) == \"m \"", true},
         {"substring(s, null, 6) == \"System Idle Process\"", true},
         {"substring(s, absent) == \"System Idle Process\"", true}, {"substring(s, absent, 7) == \"x\"", false});
}

Test(functions, wildcard)
{
    ROWS({"wildcard(\"Foo\", \"F*o*o*\")", true}, {"wildcard(s, \"*Idle*\")", true},
         {"wildcard(s, \"x*\", \"*ss\")", true}, {"wildcard(s, \"x*\", \"y*\")", false},
         {"wildcard(\"\", \"\")", true}, {"wildcard(\"\", \"*\")", true},
         {"wildcard(\"\", \"?\")", false}, {"wildcard(absent, \"*\")", false},
         {"wildcard(\"foo\", \"F*o*o*\")", false}, {"wildcard(list, \"b*\")", true},
         {"wildcard(s, \"System\")", false}, {"not wildcard(absent, \"*\")", true});
}

Test(functions, cidr_match)
{
    ROWS({"cidrMatch(v4, \"10.0.0.0/8\")", true}, {"cidrMatch(v4, \"10.6.48.157/8\")", true},
         {"cidrMatch(v4, \"192.168.0.0/16\")", false}, {"cidrMatch(v4, \"0.0.0.0/0\")", true},
         {"cidrMatch(v4, \"192.168.0.0/16\", \"10.6.0.0/16\")", true},
         {"cidrMatch(v4, \"10.6.48.157/32\")", true}, {"cidrMatch(v4, \"10.6.48.156/31\")", true},
         {"cidrMatch(v4, \"10.6.48.158/31\")", false}, {"cidrMatch(v4, \"::/0\")", true},
         {"cidrMatch(v6, \"2001:db8::/32\")", true}, {"cidrMatch(v6, \"2001:DB8:0::/48\")", true},
         {"cidrMatch(v6, \"2001:db9::/32\")", false}, {"cidrMatch(v6, \"::/0\")", true},
         {"cidrMatch(v6, \"0.0.0.0/0\")", false}, {"cidrMatch(v6, \"2001:db8::1/128\")", true},
         {"cidrMatch(v6, \"2001:db8::2/127\")", false}, {"cidrMatch(mapped, \"10.0.0.0/8\")", true},
         {"cidrMatch(mapped, \"11.0.0.0/8\")", false}, {"cidrMatch(local, \"::1/128\")", true},
         {"cidrMatch(local, \"127.0.0.0/8\")", true}, {"cidrMatch(local, \"10.0.0.0/8\")", false},
         {"cidrMatch(not_ip, \"0.0.0.0/0\")", false}, {"cidrMatch(s, \"0.0.0.0/0\")", false},
         {"cidrMatch(n, \"0.0.0.0/0\")", false}, {"cidrMatch(absent, \"0.0.0.0/0\")", false},
         {"not cidrMatch(absent, \"0.0.0.0/0\")", true}, {"CIDRMATCH(v4, \"10.0.0.0/8\")", true},
         {"cidrmatch(v4, \"10.0.0.0/8\")", true},
         {"cidrMatch(v4, \"fe80::/10\", \"10.0.0.0/9\")", true},
         {"cidrMatch(v4, \"::ffff:10.0.0.0/104\")", true},
         {"cidrMatch(local, \"::1\")", true}, {"cidrMatch(v4, \"10.6.48.157\")", true},
         {"cidrMatch(v4, \"10.6.48.156\")", false}, {"cidrMatch(v6, \"2001:db8::1\")", true},
         {"cidrMatch(v6, \"2001:db8::2\")", false});
}

Test(functions, nest)
{
    ROWS({"length(substring(concat(s, n), 7, 11)) + 1 == n", true},
         {"indexOf(s, substring(s, 7, 11)) == 7", true},
         {"startsWith(concat(string(n), s), \"5S\")", true},
         {"substring(s, indexOf(s, \"Idle\"), indexOf(s, \" Process\")) == \"Idle\"", true},
         {"substring(s, add(3, 4), multiply(11, 1)) == \"Idle\"", true});
}
