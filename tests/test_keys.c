/* SPDX-License-Identifier: Apache-2.0 */
/* Which of many rules are looked at: by values, by numbers, by what a regex requires, by a field
 * that has a value. Rules that are not looked at do not match; all are tried by themselves too,
 * where every rule is looked at. */
#include "support.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Values of a field behind these are asked for each time. */
enum { MOST_RULES = 64, KEPT_VALUES = 64 };

struct rules {
    size_t count;
    netshare_matcher *matcher, *alone[MOST_RULES];
    netshare_scratch *scratch;
};

static struct rules rules_new(const char *const *queries, size_t count)
{
    struct rules rules = {.count = count};
    cr_assert_leq(count, MOST_RULES);
    rules.matcher = test_compile_all(queries, count, 2);
    rules.scratch = netshare_scratch_new(rules.matcher, NULL);
    for (size_t i = 0; i < count; i++)
        rules.alone[i] = test_compile_all(&queries[i], 1, 2);
    return rules;
}

static void rules_free(struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        netshare_matcher_unref(rules->alone[i]);
    netshare_scratch_free(rules->scratch);
    netshare_matcher_unref(rules->matcher);
}

static void expect_view(struct rules *rules, const test_event *event, bool utf16,
                        const char *expected)
{
    char found[TEST_MATCHES];
    netshare_result result;
    test_view *view = test_view_new(rules->matcher, event, utf16);
    cr_expect_eq(netshare_match(rules->matcher, rules->scratch, &test_accessor, view,
                                NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_OK);
    test_list_matches(&result, found);
    cr_expect_str_eq(found, expected, "%s: found %s, expected %s", utf16 ? "UTF-16" : "UTF-8",
                     found, expected);
    cr_expect(event->fields[0].count > KEPT_VALUES || !view->out_of_order);
    test_view_free(view);
}

/* The rules that match, one after another. */
static void expect_matches(struct rules *rules, const test_event *event, const char *expected)
{
    char alone[256] = "";
    expect_view(rules, event, false, expected);
    expect_view(rules, event, true, expected);
    for (size_t i = 0; i < rules->count; i++) {
        if (test_matcher_matches(rules->alone[i], event))
            snprintf(alone + strlen(alone), 8, "%s%02zu", *alone ? " " : "", i);
    }
    cr_expect_str_eq(alone, expected, "alone: %s, expected %s", alone, expected);
}

/* In memory that ends with the document: what is behind it is not read. */
static void expect_json(struct rules *rules, const char *json, const char *expected)
{
    size_t length = strlen(json);
    char *tight = malloc(length), found[TEST_MATCHES];
    netshare_result result;
    cr_assert(tight);
    memcpy(tight, json, length);
    netshare_event *event = netshare_event_new(rules->matcher, NULL);
    cr_assert_eq(netshare_event_parse(event, tight, length, NULL), NETSHARE_OK, "%s", json);
    cr_expect_eq(netshare_match(rules->matcher, rules->scratch, netshare_event_accessor(), event,
                                NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_OK);
    test_list_matches(&result, found);
    cr_expect_str_eq(found, expected, "%s: found %s, expected %s", json, found, expected);
    netshare_event_free(event);
    free(tight);
}

/* What stands behind a value in the document is not part of it. */
Test(keys, values_at_the_end_of_a_document)
{
    static const char more[] = "net.exe calc.exe and more of that";
    static const char *const queries[] = {
        "any where s : \"net.exe\"",       "any where s : \"calc.exe\"",
        "any where s : \"*t.exe\"",        "any where s : \"*and*more*\"",
        "any where s : \"net.exe  calc*\"", "any where s == \"a text longer than sixteen\"",
        "any where s : (\"*\\\\user\\\\*\", \"*\\\\temp\\\\*\")",
    };
    static const struct {
        const char *value, *expected;
    } rows[] = {
        {"net.exe", "00 02"},     {"NET.EXE", "00 02"},
        {"net.ex", ""},           {"n", ""},
        {"", ""},                 {"et.exe", "02"},
        {"calc.exe", "01"},       {"calc.ex", ""},
        {"net.exe  calc", "04"},  {"a text longer than sixteen", "05"},
        {"a text longer than sixtee", ""}, {"band no more", "03"},
        {"c:\\\\user\\\\x", "06"},    {"c:\\\\temp", ""},
        {"calc.ex\\u0065", "01"},  {"and a text of more than thirty-two bytes", "03"},
    };
    struct rules rules = rules_new(queries, sizeof queries / sizeof *queries);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int behind = 0; behind < 34; behind++) {
            char json[200];
            snprintf(json, sizeof json, "{\"s\":\"%s\",\"t\":\"%.*s\"}", rows[i].value, behind,
                     more);
            expect_json(&rules, json, rows[i].expected);
        }
    }
    rules_free(&rules);
}

struct row {
    netshare_value value;
    const char *expected;
};

/* Events with each of the values in one field. */
static void expect_rows(const char *const *queries, size_t count, const char *field,
                        const struct row *rows, size_t row_count)
{
    struct rules rules = rules_new(queries, count);
    for (size_t i = 0; i < row_count; i++) {
        const test_field one = {.name = field, .count = 1, .values = &rows[i].value};
        const test_event event = {.count = 1, .fields = &one};
        expect_matches(&rules, &event, rows[i].expected);
    }
    rules_free(&rules);
}

/* --- Fields that have a value ------------------------------------------------------------------ */

Test(keys, a_field_that_must_have_a_value)
{
    static const char *const queries[] = {
        "any where process.Ext.real.pid > 0",
        "any where process.Ext.real.pid != null",
        "any where process.Ext.real.pid == null",
        "any where not process.Ext.real.pid > 0",
        "any where process.Ext.a == true or process.Ext.b < 1.5",
        "any where cidrMatch(process.Ext.c, \"10.0.0.0/8\") and process.Ext.b >= 0",
        "any where length(process.Ext.c) == 0 or process.Ext.a == false",
    };
    struct rules rules = rules_new(queries, COUNT(queries));
    const test_event none = EVENT(FIELD("x", INT(1)));
    const test_event nulls = EVENT(FIELD("process.Ext.real.pid", NUL, NUL));
    const test_event late = EVENT(FIELD("process.Ext.real.pid", NUL, INT(-1), NUL, INT(7)));
    const test_event other = EVENT(FIELD("process.Ext.real.pid", STR("7")));
    const test_event some = EVENT(FIELD("process.Ext.a", BOOL(true)), FIELD("process.Ext.b", DBL(1)),
                                  FIELD("process.Ext.c", STR("10.1.2.3")));
    const test_event empty = EVENT(FIELD("process.Ext.c", STR("")), EMPTY_FIELD("process.Ext.a"));
    expect_matches(&rules, &none, "02 03");
    expect_matches(&rules, &nulls, "02 03");
    expect_matches(&rules, &late, "00 01");
    expect_matches(&rules, &other, "01 03");
    expect_matches(&rules, &some, "02 03 04 05");
    expect_matches(&rules, &empty, "02 03 06");
    expect_json(&rules, "{\"process\":{\"Ext\":{\"real\":{\"pid\":[null,3]}}}}", "00 01");
    expect_json(&rules, "{\"process\":{\"Ext\":{\"real\":{\"pid\":[]}}}}", "02 03");
    expect_json(&rules, "{\"process.Ext\":{\"b\":1,\"a\":false}}", "02 03 04 06");
    rules_free(&rules);
}

/* Each field is looked up for one rule alone. */
Test(keys, of_a_rule_in_fields_of_its_own)
{
    static const char *const queries[] = {
        "any where a1 : \"x\" or b1 : \"y\"",
        "any where c1 : \"x\" or d1 : \"y\" or e1 : \"z\"",
        "any where f1 : \"x\"",
        "any where g1 == 7 or h1 regex \".*abc.*\"",
        "any where i1 > 1 or j1 : \"*long*\"",
    };
    static const struct {
        const char *field;
        netshare_value value;
        const char *expected;
    } rows[] = {
        {"a1", STR("x"), "00"}, {"b1", STR("y"), "00"}, {"c1", STR("x"), "01"},
        {"d1", STR("y"), "01"}, {"e1", STR("z"), "01"}, {"f1", STR("x"), "02"},
        {"g1", INT(7), "03"},   {"h1", STR("zabcz"), "03"}, {"i1", INT(2), "04"},
        {"j1", STR("a long one"), "04"}, {"a1", STR("y"), ""}, {"d1", STR("z"), ""},
    };
    struct rules rules = rules_new(queries, COUNT(queries));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const test_field field = {.name = rows[i].field, .count = 1, .values = &rows[i].value};
        const test_event event = {.count = 1, .fields = &field};
        expect_matches(&rules, &event, rows[i].expected);
    }
    rules_free(&rules);
}

/* More values than are kept, and the one that counts is the last. */
Test(keys, a_value_behind_many)
{
    static const char *const queries[] = {
        "any where n == 5",        "any where n == 6",
        "any where n > 4.5",       "any where n : \"five\"",
        "any where n regex \"fi[v]e+\"", "any where n like \"*long text*\"",
    };
    enum { MANY = 300 };
    netshare_value values[MANY] = {{.type = NETSHARE_VALUE_NULL}};
    const netshare_value five = INT(5), text = STR("FIVE"), lower = STR("five"),
                         longer = STR("a long text of more than so many characters");
    const test_field field = {.name = "n", .count = MANY, .values = values};
    const test_event event = {.count = 1, .fields = &field};
    struct rules rules = rules_new(queries, COUNT(queries));
    expect_matches(&rules, &event, "");
    values[MANY - 1] = five;
    expect_matches(&rules, &event, "00 02");
    values[MANY - 1] = text;
    expect_matches(&rules, &event, "03");
    values[MANY - 2] = lower;
    expect_matches(&rules, &event, "03 04");
    values[70] = longer;
    expect_matches(&rules, &event, "03 04 05");
    rules_free(&rules);
}

/* --- Numbers --------------------------------------------------------------------------------------- */

Test(keys, numbers_by_value)
{
    static const char *const queries[] = {
        "any where process.parent.pid == 4",
        "any where process.parent.pid in (1, 4, 65535)",
        "any where process.parent.pid == 4.0",
        "any where process.parent.pid == 4.5",
        "any where process.parent.pid in (\"4\", 0)",
        "any where process.parent.pid == 9223372036854775807",
        "any where process.parent.pid == -9223372036854775807 - 1",
        "any where process.parent.pid != 4",
        "any where process.parent.pid in (true, 4)",
    };
    static const struct row rows[] = {
        {INT(4), "00 01 02 08"},
        {DBL(4.0), "00 01 02 08"},
        {DBL(4.5), "03 07"},
        {DBL(3.9999999999999996), "07"},
        {STR("4"), "04 07"},
        {INT(0), "04 07"},
        {DBL(-0.0), "04 07"},
        {INT(65535), "01 07"},
        {INT(INT64_MAX), "05 07"},
        {DBL(9223372036854775807.0), "07"},
        {INT(INT64_MIN), "06 07"},
        {DBL(-9223372036854775808.0), "06 07"},
        {DBL(NAN), "07"},
        {DBL(INFINITY), "07"},
        {DBL(-INFINITY), "07"},
        {BOOL(true), "07 08"},
        {BOOL(false), "07"},
        {NUL, "07"},
    };
    struct rules rules = rules_new(queries, COUNT(queries));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const test_event event = EVENT(FIELD("process.parent.pid", rows[i].value));
        expect_matches(&rules, &event, rows[i].expected);
    }
    const test_event several =
        EVENT(FIELD("process.parent.pid", INT(9), STR("x"), DBL(65535), INT(4)));
    expect_matches(&rules, &several, "00 01 02 08");
    expect_json(&rules, "{\"process\":{\"parent\":{\"pid\":4e0}}}", "00 01 02 08");
    expect_json(&rules, "{\"process\":{\"parent\":{\"pid\":40e-1}}}", "00 01 02 08");
    expect_json(&rules, "{\"process\":{\"parent\":{\"pid\":-0}}}", "04 07");
    expect_json(&rules, "{\"process\":{\"parent\":{\"pid\":9223372036854775808}}}", "07");
    rules_free(&rules);
}

/* The same number in several fields and rules, and texts that look like it. */
Test(keys, numbers_of_fields_are_apart)
{
    static const char *const queries[] = {
        "any where a == 4",          "any where b == 4",
        "any where a == 4 and b == 5", "any where a in (4, 5) and c : \"4\"",
        "any where b : \"4\"",         "any where c == 4",
    };
    struct rules rules = rules_new(queries, COUNT(queries));
    const test_event one = EVENT(FIELD("a", INT(4)), FIELD("b", INT(5)));
    const test_event two = EVENT(FIELD("a", INT(5)), FIELD("b", STR("4")), FIELD("c", STR("4")));
    const test_event three = EVENT(FIELD("b", INT(4)), FIELD("c", INT(4)));
    expect_matches(&rules, &one, "00 02");
    expect_matches(&rules, &two, "03 04");
    expect_matches(&rules, &three, "01 05");
    rules_free(&rules);
}

/* --- Regular expressions -------------------------------------------------------------------------- */

Test(keys, what_a_regex_requires)
{
    static const char *const queries[] = {
        "any where c regex \".*[ ]{20,}.*\"",
        "any where c regex \"([^ ]+[ ]{3,}[^ ]*){3,}.*\"",
        "any where c regex~ \".*kernel(32|base).*\"",
        "any where c regex (\"abc.*\", \".*xyz\")",
        "any where not c regex \".*secret.*\"",
        "any where c regex \".*s[e]c\\\\.?ret.*\" or c == \"none\"",
        "any where c regex \"[0-9]+\"",
        "any where c regex~ \".*ab?cdef.*\"",
    };
    static const struct row rows[] = {
        {STR("a                    b"), "00 04"},
        {STR("a                   b"), "04"}, /* 19 */
        {STR("a   b   c   d"), "01 04"},
        {STR("a  b   c   d"), "04"},
        {STR("load KERNEL32.dll"), "02 04"},
        {STR("load \xE2\x84\xAA" "ernelBASE"), "02 04"}, /* the Kelvin sign */
        {STR("load kernel"), "04"},
        {STR("abc"), "03 04"},
        {STR("xyz"), "03 04"},
        {STR("ABC xyZ"), "04"},
        {STR("a secret"), "05"},
        {STR("a sec.ret"), "04 05"},
        {STR("a \xC5\xBF" "ecret"), "04"}, /* the long s, which only ~ folds */
        {STR("none"), "04 05"},
        {STR("4711"), "04 06"},
        {STR("xACDEFx"), "04 07"},
        {STR("xABCDEFx"), "04 07"},
        {STR("xABBCDEFx"), "04"},
        {INT(4711), "04"},
        {NUL, "04"},
    };
    expect_rows(queries, COUNT(queries), "c", rows, COUNT(rows));
}

/* --- Characters outside ASCII --------------------------------------------------------------------- */

Test(keys, patterns_outside_ascii)
{
    static const char *const queries[] = {
        "any where process.name : \"*\\u{202E}*\"",
        "any where process.name like \"*\xC3\xA9t\xC3\xA9*\"",
        "any where process.name : \"*\xC3\x89T\xC3\x89*\"",
        "any where process.name : \"*\xE2\x84\xAA*\"", /* folds to k */
        "any where process.name like \"*\xE2\x84\xAA*\"",
        "any where process.name : (\"*\\u{202E}*\", \"*plain*\")",
        "any where process.name : \"\\u{80}x\"",
    };
    static const struct row rows[] = {
        {STR("cod\xE2\x80\xAE" "exe.txt"), "00 05"},
        {STR("plain.exe"), "05"},
        {STR("\xC3\xA9t\xC3\xA9.exe"), "01 02"},
        {STR("\xC3\x89t\xC3\xA9.exe"), "02"},
        {STR("ete.exe"), ""},
        {STR("k.exe"), "03"},
        {STR("\xE2\x84\xAA.exe"), "03 04"},
        {STR("p\xE2\x80\xAElain"), "00 05"},
        {STR("\xE2\x80"), ""},
        {STR("\xC2\x80x"), "06"},
        {STR("\x80x"), ""},
    };
    expect_rows(queries, COUNT(queries), "process.name", rows, COUNT(rows));
}

/* Patterns of which the ends are all there is are soon compared, however short. */
Test(keys, short_patterns)
{
    static const char *const queries[] = {
        "any where n : \"* \"",     "any where n : \"/c*\"", "any where n : \"?*\"",
        "any where n : \"*\"",      "any where n : \"-?*d\"", "any where n like \"K*\"",
        "any where n : (\"k*\", \"*s\")",
    };
    static const struct row rows[] = {
        {STR("a "), "00 02 03"},   {STR(" "), "00 02 03"},
        {STR("/C dir"), "01 02 03"}, {STR(""), "03"},
        {STR("-end"), "02 03 04"}, {STR("-d"), "02 03"},
        {STR("-xd "), "00 02 03"}, {STR("Ks"), "02 03 05 06"},
        {STR("x\xC5\xBF"), "02 03 06"}, {STR("\xE2\x84\xAA"), "02 03 06"},
        {STR("\xC3\xA9"), "02 03"}, {INT(3), ""},
    };
    expect_rows(queries, COUNT(queries), "n", rows, COUNT(rows));
}

/* Strings are told apart by their ends before anything else, unless these fold from outside
 * ASCII. */
Test(keys, long_strings_and_their_ends)
{
    static const char *const queries[] = {
        "any where e : \"c:\\\\windows\\\\system32\\\\tasks\\\\kernel.exe\"",
        "any where e == \"c:\\\\windows\\\\system32\\\\tasks\\\\kernel.exe\"",
        "any where e : \"c:\\\\windows\\\\system64\\\\tasks\\\\kernel.exe\"",
        "any where e : \"kkkkkkkkSsSkkkkkkkk\"",
        "any where e : \"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 middle of it \xC3\x89\xC3\x89\xC3\x89\xC3\x89\"",
        "any where e : \"sixteen or more.\"",
        "any where e : \"sixteen_or_more.\"",
    };
    static const struct row rows[] = {
        {STR("c:\\windows\\system32\\tasks\\kernel.exe"), "00 01"},
        {STR("C:\\Windows\\System32\\Tasks\\Kernel.exe"), "00"},
        {STR("C:\\Windows\\System64\\Tasks\\Kernel.exe"), "02"},
        {STR("C:\\Windows\\System16\\Tasks\\Kernel.exe"), ""},
        {STR("C:\\Windows\\Sy\xC5\xBFtem32\\Ta\xC5\xBF" "k\xC5\xBF\\Kernel.exe"), "00"},
        {STR("C:\\Window\xC5\xBF\\System32\\Tasks\\Kernel.exe"), "00"},
        {STR("C:\\Windows\\System32\\Tasks\\\xE2\x84\xAA" "ernel.exe"), "00"},
        {STR("kkkkkkkksssKKKKKKKK"), "03"},
        {STR("\xE2\x84\xAA\xE2\x84\xAAkkkkkksssKKKKKKKK"), "03"},
        {STR("kkkkkkkk\xC5\xBF\xC5\xBF\xC5\xBFKKKKKKKK"), "03"},
        {STR("kkkkkkkksssKKKKKKK"), ""},
        {STR("\xC3\x89\xC3\xA9\xC3\xA9\xC3\xA9 middle of it \xC3\xA9\xC3\x89\xC3\x89\xC3\x89"), "04"},
        {STR("eeee middle of it eeee"), ""},
        {STR("SIXTEEN OR MORE."), "05"},
        {STR("\xC5\xBFixteen or more."), "05"},
        {STR("sixteen_OR_more."), "06"},
    };
    expect_rows(queries, COUNT(queries), "e", rows, COUNT(rows));
}

/* --- Kinds of events ------------------------------------------------------------------------------- */

/* Which kind the texts of an event's gates make is kept for a few, not too long ones. */
Test(keys, texts_of_gates)
{
    static const char *const queries[] = {
        "process where event.type == \"start\" and n : \"net.exe\"",
        "process where event.type == \"end\" and n : \"net.exe\"",
        "file where event.type == \"start\" and n : \"net.exe\"",
        "any where event.dataset : \"a.*\" and n : \"net.exe\"",
        "any where event.dataset == \"a.b\"",
        "any where event.type in (1, \"start\") and host.os.type == \"windows\"",
    };
    struct rules rules = rules_new(queries, COUNT(queries));
    char text[400];
    memset(text, 'x', sizeof text);
    for (size_t round = 0; round < 2; round++) {
        for (size_t length = 0; length < sizeof text; length += 1 + length / 8) {
            const netshare_value dataset = {.type = NETSHARE_VALUE_UTF8,
                                            .as.utf8 = {text, length}};
            const test_event process =
                EVENT(FIELD("event.category", STR("process")), FIELD("event.dataset", dataset),
                      FIELD("event.type", STR("start")), FIELD("n", STR("net.exe")));
            const test_event file =
                EVENT(FIELD("event.category", STR("file")), FIELD("event.dataset", dataset),
                      FIELD("event.type", STR("start"), STR("end")), FIELD("n", STR("net.exe")));
            const test_event both =
                EVENT(FIELD("event.category", STR("file"), STR("process")),
                      FIELD("event.dataset", dataset, STR("a.b")),
                      FIELD("event.type", NUL, STR("end")), FIELD("n", STR("NET.exe")));
            const test_event number =
                EVENT(FIELD("event.type", INT(1)), FIELD("host.os.type", STR("windows")));
            const test_event no_number = EVENT(FIELD("host.os.type", STR("windows")));
            expect_matches(&rules, &process, "00");
            expect_matches(&rules, &file, "02");
            expect_matches(&rules, &both, "01 03 04");
            expect_matches(&rules, &number, "05");
            expect_matches(&rules, &no_number, "");
        }
    }
    rules_free(&rules);
}

/* Texts that are too long to be kept are told apart all the same. */
Test(keys, long_texts_of_gates)
{
    enum { LONG = 300 };
    char text[LONG + 1] = "", other[LONG + 1] = "", queries[2][LONG + 80];
    memset(text, 'x', LONG);
    memset(other, 'x', LONG);
    other[LONG - 1] = 'y';
    snprintf(queries[0], sizeof queries[0], "any where event.dataset == \"%s\" and n : \"a\"", text);
    snprintf(queries[1], sizeof queries[1], "any where event.dataset == \"%s\" and n : \"a\"", other);
    const char *const all[] = {queries[0], queries[1], "any where event.module == \"m\" and n : \"b\"",
                               "any where event.module == \"m\" and n : \"c\""};
    const netshare_value values[] = {{.type = NETSHARE_VALUE_UTF8, .as.utf8 = {text, LONG}},
                                     {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {other, LONG}},
                                     STR("x")};
    static const char *const expected[] = {"00", "01", ""};
    struct rules rules = rules_new(all, COUNT(all));
    for (size_t i = 0; i < 9; i++) {
        const test_event event =
            EVENT(FIELD("event.dataset", values[i % 3]), FIELD("n", STR("a")));
        expect_matches(&rules, &event, expected[i % 3]);
    }
    rules_free(&rules);
}

/* A text in another place, or cut elsewhere, is another kind. */
Test(keys, texts_of_gates_that_run_together)
{
    static const char *const queries[] = {
        "any where event.module == \"ab\" and n : \"net.exe\"",
        "any where event.module == \"a\" and n : \"net.exe\"",
        "any where event.dataset == \"ab\" and n : \"net.exe\"",
        "any where event.dataset == \"b\" and n : \"net.exe\"",
        "any where event.dataset == \"\" and n : \"net.exe\"",
    };
    struct rules rules = rules_new(queries, COUNT(queries));
    const test_event split = EVENT(FIELD("event.module", STR("a")), FIELD("event.dataset", STR("b")),
                                   FIELD("n", STR("net.exe")));
    const test_event whole = EVENT(FIELD("event.module", STR("ab")), FIELD("event.dataset", STR("")),
                                   FIELD("n", STR("net.exe")));
    const test_event absent = EVENT(FIELD("event.module", STR("ab")), FIELD("n", STR("net.exe")));
    const test_event other = EVENT(FIELD("event.dataset", STR("ab")), FIELD("n", STR("net.exe")));
    for (size_t round = 0; round < 2; round++) {
        expect_matches(&rules, &split, "01 03");
        expect_matches(&rules, &whole, "00 04");
        expect_matches(&rules, &absent, "00");
        expect_matches(&rules, &other, "02");
    }
    rules_free(&rules);
}
