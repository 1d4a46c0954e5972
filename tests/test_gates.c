/* SPDX-License-Identifier: Apache-2.0 */
/* Many rules that are told apart by the kind of event before anything else is asked: what is
 * remembered of kinds never changes a verdict. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The rules that match, one after another. */
static void expect_matches(netshare_scratch *scratch, const netshare_matcher *matcher,
                           const test_event *event, const char *expected)
{
    char found[TEST_MATCHES];
    netshare_result result;
    test_view *view = test_view_new(matcher, event, false);
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result),
                 NETSHARE_OK);
    test_list_matches(&result, found);
    cr_expect_str_eq(found, expected);
    cr_expect_not(view->out_of_order);
    test_view_free(view);
}

/* Of the fields that tell kinds apart, a rule may ask more than are looked at first. */
Test(gates, a_rule_with_many)
{
    static const char *const queries[] = {
        ("process where host.os.type == \"w\" and event.dataset == \"d\" and event.module == \"m\" "
         "and event.type == \"t\" and process.name == \"a\""),
        "process where host.os.type == \"w\" and event.type == \"t\" and process.name == \"a\"",
        "any where event.module == \"m\" and event.type == \"t\"",
        "any where event.module == \"n\" and process.name == \"a\"",
        "file where event.dataset == \"d\"",
        "any where not event.module == \"m\" and event.dataset == \"d\" and process.name == \"a\"",
        ("any where event.type == \"t\" and event.module == \"m\" and event.dataset == \"d\" and "
         "host.os.type == \"w\" and process.name == \"a\""),
    };
    static const struct {
        const char *module, *type, *expected;
    } rows[] = {{"m", "t", "000 001 002 006"}, {"n", "t", "001 003 005"}, {"m", "u", ""},
                {"n", "u", "003 005"},         {"m", "t", "000 001 002 006"}, {"o", "t", "001 005"}};
    netshare_matcher *matcher = test_compile_all(queries, COUNT(queries), 3);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const netshare_value module = {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {rows[i].module, 1}};
        const netshare_value type = {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {rows[i].type, 1}};
        const test_event event = EVENT(FIELD("event.category", STR("process")),
                                       FIELD("host.os.type", STR("w")),
                                       FIELD("event.dataset", STR("d")),
                                       FIELD("event.module", module), FIELD("event.type", type),
                                       FIELD("process.name", STR("a")));
        expect_matches(scratch, matcher, &event, rows[i].expected);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

/* Two of 60 modules at a time: more kinds of events than are remembered. */
Test(gates, more_kinds_than_are_remembered)
{
    enum { MODULES = 60 };
    char texts[MODULES][128];
    const char *queries[MODULES];
    for (size_t i = 0; i < MODULES; i++) {
        snprintf(texts[i], sizeof *texts,
                 "process where event.module == \"m%02zu\" and process.name : \"*long%zu.exe\"", i,
                 i % 2);
        queries[i] = texts[i];
    }
    netshare_matcher *matcher = test_compile_all(queries, MODULES, 3);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    for (size_t i = 0; i < 3 * MODULES; i++) {
        char names[2][8], expected[16] = "";
        size_t first = i % MODULES, second = i * 7 % MODULES;
        snprintf(names[0], sizeof *names, "m%02zu", first);
        snprintf(names[1], sizeof *names, "m%02zu", second);
        const netshare_value one = {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {names[0], 3}};
        const netshare_value two = {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {names[1], 3}};
        const test_event event = EVENT(FIELD("event.category", STR("process")),
                                       FIELD("event.module", one, two),
                                       FIELD("process.name", STR("a long0.exe")));
        for (size_t rule = 0; rule < MODULES; rule += 2) {
            if (rule == first || rule == second)
                snprintf(expected + strlen(expected), 8, "%s%03zu", *expected ? " " : "", rule);
        }
        expect_matches(scratch, matcher, &event, expected);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}
