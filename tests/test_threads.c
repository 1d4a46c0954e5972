/* SPDX-License-Identifier: Apache-2.0 */
/* One matcher, many threads: the same verdicts as alone. Meant to be run under
 * ThreadSanitizer as well. */
#include "support.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

enum { THREADS = 8, ROUNDS = 300 };

static const test_event events[] = {
    EVENT(FIELD("event.category", STR("process")), FIELD("event.type", STR("start")),
          FIELD("host.os.type", STR("windows")), FIELD("process.name", STR("net.exe")),
          FIELD("process.args", STR("use"), STR("\\\\h\\c$"))),
    EVENT(FIELD("event.category", STR("process")), FIELD("event.type", STR("start")),
          FIELD("host.os.type", STR("windows")), FIELD("process.name", STR("net.exe")),
          FIELD("process.args", STR("use"), STR("\\\\h\\c"))),
    EVENT(FIELD("a", STR("x"), STR("abc99")), FIELD("n", INT(5))),
    EVENT(FIELD("a", STR("\xC3\x89t\xC3\xA9"))),
    {0, NULL},
};

static const char *const queries[] = {
    "any where a regex \"[a-c]+[0-9]*\"",
    "any where a : (\"x*\", \"\xC3\xA9*\") and not n == 6",
    "any where concat(a, \"-\", n) == \"abc99-5\"",
    "any where a in~ (\"X\", \"y\") or length(a) > 4",
    "any where not a == \"x\"",
};

typedef struct worker {
    pthread_t thread;
    const netshare_matcher *matcher;
    const size_t *expected; /* matches of each event */
    size_t failures;
} worker;

static size_t count_matches(const netshare_matcher *matcher, netshare_scratch *scratch,
                            const test_event *event, bool utf16)
{
    netshare_result result = {.match_count = 0};
    test_view *view = test_view_new(matcher, event, utf16);
    netshare_status status = netshare_match(matcher, scratch, &test_accessor, view,
                                            NETSHARE_DETAIL_CLAUSES, &result);
    test_view_free(view);
    return status == NETSHARE_OK ? result.match_count : SIZE_MAX;
}

static void *work(void *argument)
{
    worker *self = argument;
    for (int round = 0; round < ROUNDS; round++) {
        netshare_matcher *own = netshare_matcher_ref(self->matcher);
        netshare_scratch *scratch = netshare_scratch_new(own, NULL);
        for (size_t i = 0; i < COUNT(events); i++) {
            self->failures += count_matches(own, scratch, &events[i], round % 2 == 1) !=
                              self->expected[i];
        }
        netshare_matcher_unref(own);
        netshare_scratch_free(scratch);
    }
    return NULL;
}

Test(threads, share_a_matcher, .timeout = 120)
{
    size_t expected[COUNT(events)];
    worker workers[THREADS];
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    cr_assert_eq(netshare_builder_add_builtin(builder, NULL), NETSHARE_OK);
    for (size_t i = 0; i < COUNT(queries); i++) {
        cr_assert_eq(netshare_builder_add_query(builder, "rule", queries[i], strlen(queries[i]),
                                                NULL), NETSHARE_OK);
    }
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_builder_free(builder);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    for (size_t i = 0; i < COUNT(events); i++) {
        expected[i] = count_matches(matcher, scratch, &events[i], false);
    }
    netshare_scratch_free(scratch);
    static const size_t by_hand[] = {2, 1, 4, 2, 1};
    for (size_t i = 0; i < COUNT(events); i++) {
        cr_expect_eq(expected[i], by_hand[i], "event %zu: %zu", i, expected[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){.matcher = matcher, .expected = expected, .failures = 0};
        cr_assert_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        cr_expect_eq(workers[i].failures, 0, "thread %zu", i);
    }
    netshare_matcher_unref(matcher);
}
