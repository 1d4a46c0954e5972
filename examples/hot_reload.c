/* SPDX-License-Identifier: Apache-2.0 */
/* New rules while threads match: each thread takes a reference to the current matcher, the
 * reloading thread builds another one meanwhile and swaps the pointer, and the old matcher
 * goes with its last user. Prints what each thread has seen.
 *     cc hot_reload.c $(pkg-config --cflags --libs netshare) -pthread -o hot_reload */
#include <netshare/netshare.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { WORKERS = 3, RELOADS = 50 };

/* The rules in use. The lock is held for as long as it takes to count a reference: without
 * it the matcher could go between reading the pointer and counting. */
struct rules {
    pthread_mutex_t lock;
    netshare_matcher *current;
    atomic_uint generation; /* read without the lock: is there something newer? */
    atomic_uint noticed;    /* how often a worker has taken rules */
    atomic_bool stop, failed;
};

static netshare_matcher *rules_take(struct rules *rules, unsigned *generation)
{
    pthread_mutex_lock(&rules->lock);
    netshare_matcher *matcher = netshare_matcher_ref(rules->current);
    *generation = atomic_load(&rules->generation);
    pthread_mutex_unlock(&rules->lock);
    return matcher;
}

static void rules_swap(struct rules *rules, netshare_matcher *matcher)
{
    pthread_mutex_lock(&rules->lock);
    netshare_matcher *old = rules->current;
    rules->current = matcher;
    atomic_fetch_add(&rules->generation, 1);
    pthread_mutex_unlock(&rules->lock);
    netshare_matcher_unref(old); /* outside the lock: it may be a long way down */
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    (void)field; /* the rules below ask for process.name only */
    if (index == 0)
        *value = netshare_value_from_utf8(event, strlen(event));
    return index == 0;
}

struct worker {
    struct rules *rules;
    pthread_t thread;
    unsigned long events, matches;
    unsigned reloads;
};

static void *work(void *argument)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    struct worker *worker = argument;
    unsigned generation;
    netshare_matcher *matcher = rules_take(worker->rules, &generation);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    atomic_fetch_add(&worker->rules->noticed, 1); /* the first rules */
    for (; scratch && !atomic_load(&worker->rules->stop); worker->events++) {
        if (atomic_load(&worker->rules->generation) != generation) { /* between two events */
            netshare_scratch_free(scratch);
            netshare_matcher_unref(matcher);
            matcher = rules_take(worker->rules, &generation);
            scratch = netshare_scratch_new(matcher, NULL);
            worker->reloads++;
            atomic_fetch_add(&worker->rules->noticed, 1);
        }
        char name[] = "net.exe";
        netshare_result result;
        if (!scratch || netshare_match(matcher, scratch, &accessor, name, NETSHARE_DETAIL_VERDICT,
                                       &result) != NETSHARE_OK)
            atomic_store(&worker->rules->failed, true);
        else
            worker->matches += result.matched;
    }
    if (!scratch)
        atomic_store(&worker->rules->failed, true);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return NULL;
}

/* Every set of rules matches the event, each by another rule. */
static netshare_matcher *load(unsigned version)
{
    char query[128];
    int length = snprintf(query, sizeof query,
                          "any where process.name : (\"net.exe\", \"version-%u\")", version);
    return netshare_matcher_new_from_query(query, (size_t)length, NULL);
}

int main(void)
{
    struct rules rules = {.current = load(0)};
    struct worker workers[WORKERS] = {{0}};
    bool good = rules.current != NULL && pthread_mutex_init(&rules.lock, NULL) == 0;
    if (!good)
        return 2;
    for (int i = 0; i < WORKERS; i++) {
        workers[i].rules = &rules;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            return 2;
    }
    while (atomic_load(&rules.noticed) < WORKERS)
        sched_yield(); /* until all have the first rules */
    for (unsigned version = 1; version <= RELOADS && !atomic_load(&rules.failed); version++) {
        netshare_matcher *matcher = load(version); /* takes its time; nobody waits */
        if (matcher)                               /* else the rules in use stay */
            rules_swap(&rules, matcher);
        good &= matcher != NULL;
        while (atomic_load(&rules.noticed) < WORKERS + version && good &&
               !atomic_load(&rules.failed))
            sched_yield(); /* only so that the example shows something */
    }
    atomic_store(&rules.stop, true);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        good &= workers[i].matches == workers[i].events;
        printf("%lu of %lu events matched, %u reloads seen\n", workers[i].matches,
               workers[i].events, workers[i].reloads);
    }
    netshare_matcher_unref(rules.current);
    pthread_mutex_destroy(&rules.lock);
    return good && !atomic_load(&rules.failed) ? 0 : 1;
}
