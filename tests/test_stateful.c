/* SPDX-License-Identifier: Apache-2.0 */
/* Queries over several events: parsed with care, then refused as what they are. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

typedef struct form {
    const char *query;
    const char *text; /* found in the message */
} form;

static const form stateful[] = {
    {"sequence [process where true] [file where true]", "sequence"},
    {"sequence by host.id [process where a == 1] [file where b == 2]", "sequence"},
    {"sequence by a, b with maxspan=1m [process where true] [file where true]", "sequence"},
    {"sequence with maxspan=30s [process where true] [file where true]", "sequence"},
    {"sequence by ?a [process where true] by b [file where true] by c", "sequence"},
    {"sequence [process where true] by a [file where true] by b until [any where true] by c",
     "sequence"},
    {"sequence with maxspan = 1h [process where true] with runs=5 [file where true]", "sequence"},
    {"sequence by a with maxspan=1m [process where true] ![file where true]", "sequence"},
    {"sequence by a with maxspan=1m ![process where x] [file where true] [any where true]",
     "sequence"},
    {"sequence with maxspan=1ms [process where true] [file where true]", "sequence"},
    {"sequence by `a-b` with maxspan=2d [\"x\" where true] [any where true]", "sequence"},
    {"sample by host.id [process where true] [file where true]", "sample"},
    {"sample by a, b [process where a : \"*\"] [file where true] [any where true]", "sample"},
    {"sequence with maxspan=1.5h [process where true] [file where true]", "sequence"},
    {"sequence [process where true] with runs=2", "sequence"},
    {"sequence [process where true] with runs=100 [file where true] until [any where true] with runs=3",
     "sequence"},
    {"sample [process where true] by a [file where true] by b", "sample"},
    {"process where true | unique a, b", "pipe"},
    {"process where true | unique a b | sort c, d e | count", "pipe"},
    {"process where true | filter a == 1 and length(b) > 2 | unique_count a | tail 1", "pipe"},
    {"process where true | head 5", "pipe"},
    {"process where true | tail 5", "pipe"},
    {"process where true | head 5 | tail 1", "pipe"},
    {"sequence [process where true] [file where true] | tail 1", NULL},
    {"join [process where true] [file where true]", "join"},
    {"join by a [process where true] [file where true]", "join"},
};

Test(stateful, forms_have_a_status_of_their_own)
{
    for (size_t i = 0; i < COUNT(stateful); i++) {
        test_refused(stateful[i].query, strlen(stateful[i].query), NETSHARE_ERROR_STATEFUL, 1, 0,
                     stateful[i].text);
    }
}

Test(stateful, a_builder_refuses_them_and_goes_on)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    for (size_t i = 0; i < COUNT(stateful); i++) {
        cr_expect_eq(netshare_builder_add_query(builder, "some rule", stateful[i].query,
                                                strlen(stateful[i].query), &error),
                     NETSHARE_ERROR_STATEFUL);
        cr_expect_str_eq(error.rule_id, "some rule");
    }
    cr_expect_eq(netshare_builder_add_query(builder, "a", "any where true", 14, NULL),
                 NETSHARE_OK);
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    cr_assert_not_null(matcher);
    cr_expect_eq(netshare_matcher_rule_count(matcher), 1);
    netshare_matcher_unref(matcher);
    netshare_builder_free(builder);
}

Test(stateful, forms_are_formatted)
{
    for (size_t i = 0; i < COUNT(stateful); i++) {
        if (strncmp(stateful[i].query, "join", 4) == 0) {
            continue;
        }
        char *once = test_format(stateful[i].query, strlen(stateful[i].query));
        char *twice = test_format(once, strlen(once));
        cr_expect_str_eq(once, twice);
        cr_expect_eq(netshare_query_check(once, strlen(once), NULL), NETSHARE_ERROR_STATEFUL,
                     "%s", once);
        free(once);
        free(twice);
    }
}

/* A malformed one is malformed, not merely "not ours". */
Test(stateful, malformed_ones_are_syntax_errors)
{
    static const char *const queries[] = {
        "sequence",
        "sequence [process where true",
        "sequence [process where true] [file where a = 1]",
        "sequence [process where true] [file where a == ]",
        "sequence by [process where true] [file where true]",
        "sequence with maxspan [process where true] [file where true]",
        "sequence with maxspan=x [process where true] [file where true]",
        "sequence with maxspan=1y [process where true] [file where true]",
        "sequence [process where true] file where true",
        "sequence [process] [file where true]",
        "sequence [] [file where true]",
        "sequence [process where true] [file where true] until",
        "sequence [process where true] [file where true] xyz",
        "sequence [process where true] with runs=x [file where true]",
        "sample by [process where true] [file where true]",
        "sample by a [process where true",
        "process where true |",
        "process where true | head",
        "process where true | head x",
        "process where true head 5",
        "![process where true]",
        "[process where true]",
    };
    for (size_t i = 0; i < COUNT(queries); i++) {
        test_refused(queries[i], strlen(queries[i]), NETSHARE_ERROR_SYNTAX, 1, 0, NULL);
    }
}

Test(stateful, parts_that_do_not_fit_together)
{
    static const struct {
        const char *query;
        size_t column;
        const char *text;
    } rows[] = {
        {"sequence [a where true] with runs 5 [b where true]", 35, "'=' after 'runs'"},
        {"sequence [a where true] with runs=0 [b where true]", 35, "from 1 to 100"},
        {"sequence [a where true] with runs=101 [b where true]", 35, "from 1 to 100"},
        {"sequence [a where true] with runs=99999999999999999999 [b where true]", 35, "from 1 to 100"},
        {"sequence [a where true] with run=5 [b where true]", 30, "'runs='"},
        {"sequence [a where true] with maxspan=5m [b where true]", 30, "'runs='"},
        {"sequence [a where true] as e [b where c == e.c]", 25, "Elastic Endpoint"},
        {"sequence [a where true] by d as e [b where c == e.c] by d", 30, "Elastic Endpoint"},
        {"sequence with runs=5 [a where true] [b where true]", 15, "'maxspan='"},
        {"sequence with maxspan=h [a where true] [b where true]", 23, "time span"},
        {"sequence with maxspan=5", 24, "unit of time"},
        {"sequence with maxspan=1m by a [a where true] [b where true]", 26, "'by' stands before"},
        {"sequence by a, [a where true] [b where true]", 16, "field name"},
        {"sequence ![a where true] ![b where true]", 1, "must be present"},
        {"sequence with maxspan=1m ![a where true]", 1, "must be present"},
        {"sequence [a where true]", 1, "two events"},
        {"sequence [a where true] with runs=1", 1, "two events"},
        {"sequence [a where true] ![b where true]", 1, "maxspan"},
        {"sample [a where true] [b where true]", 1, "'by'"},
        {"sample [a where true] by c [b where true]", 1, "'by'"},
        {"sample by a with maxspan=1m [a where true] [b where true]", 13, "'['"},
        {"a where true | nothing", 16, "name of a pipe"},
        {"a where true | head 5 6", 16, "one number"},
        {"a where true | head 5, 6", 16, "one number"},
        {"a where true | tail 5 + 1", 16, "one number"},
        {"a where true | head 5,", 23, "another argument"},
        {"a where true | unique b, | count", 26, "another argument"},
        {"a where true | count,", 21, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_refused(rows[i].query, strlen(rows[i].query), NETSHARE_ERROR_SYNTAX, 1, rows[i].column,
                     rows[i].text);
    }
}

Test(stateful, pipes_have_a_limit)
{
    char query[256] = "a where true";
    for (int i = 0; i < 16; i++)
        strcat(query, " | count");
    test_refused(query, strlen(query), NETSHARE_ERROR_STATEFUL, 1, 14, "pipe");
    strcat(query, " | count");
    test_refused(query, strlen(query), NETSHARE_ERROR_LIMIT, 1, 142, "16 pipes");
}

Test(stateful, positions_inside_are_right)
{
    test_refused("sequence\n  [process where true]\n  [file where a = 1]", 52,
                 NETSHARE_ERROR_SYNTAX, 3, 17, "==");
}
