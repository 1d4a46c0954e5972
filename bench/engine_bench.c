/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher by itself, on events whose values are extracted already, as an agent holds
 * them: nanoseconds per event, and bytes and allocations of the matcher.
 *
 *     engine_bench ROUNDS EVENTS.ndjson [RULES.ndjson]...
 *
 * "streaming" is a pass over all events of the file, which no cache holds; "hot" a small
 * sample of them again and again in random order. Each round runs every case once, so that a
 * disturbance meets all of them. One JSON object per line. Under callgrind, each case of each
 * round is a dump of its own, in the same order.
 */
#define _GNU_SOURCE
#include "event_table.h"
#include "hand_rule.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(BENCH_CALLGRIND)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name)
#endif

enum { HOT_EVENTS = 1000, MOST_CASES = 64, MOST_PACKS = 16 };

/* --- Memory, counted ---------------------------------------------------------------------- */

struct memory {
    size_t calls, live;
};

/* The size of a block stands before it. */
enum { BLOCK_HEAD = 16 };

static void *count_reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    struct memory *memory = user;
    char *grown = realloc(block ? (char *)block - BLOCK_HEAD : NULL, new_size + BLOCK_HEAD);
    if (!grown)
        return NULL;
    memory->calls++;
    memory->live += new_size - old_size;
    memcpy(grown, &new_size, sizeof new_size);
    return grown + BLOCK_HEAD;
}

static void *count_allocate(void *user, size_t size)
{
    return count_reallocate(user, NULL, 0, size);
}

static void count_release(void *user, void *block)
{
    struct memory *memory = user;
    size_t size;
    if (!block)
        return;
    memcpy(&size, (char *)block - BLOCK_HEAD, sizeof size);
    memory->live -= size;
    free((char *)block - BLOCK_HEAD);
}

static netshare_builder *counting_builder(struct memory *memory)
{
    netshare_allocator allocator = {count_allocate, count_reallocate, count_release, memory};
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.allocator = &allocator;
    return must(netshare_builder_new(&options, NULL));
}

static netshare_matcher *build(netshare_builder *builder)
{
    netshare_matcher *matcher = must(netshare_builder_build(builder, NULL));
    netshare_builder_free(builder);
    return matcher;
}

/* --- Packs -------------------------------------------------------------------------------- */

/* A matcher with the events for it. */
struct pack {
    const char *name;
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    struct memory memory;
    size_t document_bytes, matcher_bytes, query_bytes, scratch_bytes;
    double load_time;
    struct event_table table;
};

/* What the matcher takes of the same rules without their metadata. */
static size_t bytes_of_queries(const netshare_matcher *matcher)
{
    struct memory memory = {0};
    netshare_builder *builder = counting_builder(&memory);
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        const char *query = netshare_rule_string(netshare_matcher_rule(matcher, i),
                                                 NETSHARE_RULE_QUERY);
        netshare_builder_add_query(builder, "rule", query, strlen(query), NULL);
    }
    netshare_matcher *bare = build(builder);
    size_t bytes = memory.live;
    netshare_matcher_unref(bare);
    return bytes;
}

static void open_pack(struct pack *pack, const char *text, size_t length, bool utf16)
{
    pack->matcher_bytes = pack->memory.live;
    pack->query_bytes = bytes_of_queries(pack->matcher);
    pack->scratch = must(netshare_scratch_new(pack->matcher, NULL));
    pack->scratch_bytes = pack->memory.live - pack->matcher_bytes;
    pack->table = event_table_extract(pack->matcher, text, length, utf16);
}

static void load_builtin(struct pack *pack, const char *name)
{
    netshare_builder *builder = counting_builder(&pack->memory);
    pack->name = name;
    netshare_builder_add_builtin(builder, NULL);
    pack->matcher = build(builder);
}

static bool load_documents(struct pack *pack, const char *path)
{
    netshare_document_counts counts = {0};
    char *text = read_file(path, &pack->document_bytes);
    double start = measure_now();
    netshare_builder *builder = counting_builder(&pack->memory);
    netshare_status status = netshare_builder_add_documents(builder, text, pack->document_bytes,
                                                            NULL, NULL, &counts, NULL);
    free(text);
    pack->name = "rule pack";
    pack->matcher = build(builder);
    pack->load_time = measure_now() - start;
    if (status != NETSHARE_OK || counts.added == 0)
        fprintf(stderr, "engine_bench: %s: no rules, %s\n", path, netshare_status_string(status));
    return status == NETSHARE_OK && counts.added > 0;
}

static void close_pack(struct pack *pack)
{
    event_table_free(&pack->table);
    netshare_scratch_free(pack->scratch);
    netshare_matcher_unref(pack->matcher);
}

/* --- Cases -------------------------------------------------------------------------------- */

struct bench_case {
    const char *what;
    struct pack *pack;
    void (*run)(struct bench_case *c);
    uint32_t *picked; /* NULL: all events in order */
    size_t count;
    size_t matches, undecided, allocations;
    struct hand_rule hand;
    struct times times;
};

struct suite {
    struct bench_case cases[MOST_CASES];
    size_t count;
};

static struct event_row row_of(const struct bench_case *c, size_t i)
{
    return event_table_row(&c->pack->table, c->picked ? c->picked[i] : i);
}

static void run_matcher(struct bench_case *c)
{
    struct pack *pack = c->pack;
    size_t calls = pack->memory.calls;
    c->matches = c->undecided = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct event_row row = row_of(c, i);
        netshare_result result;
        c->undecided += netshare_match(pack->matcher, pack->scratch, &event_table_accessor, &row,
                                       NETSHARE_DETAIL_RULES, &result)
                        != NETSHARE_OK;
        c->matches += result.match_count;
    }
    c->allocations += pack->memory.calls - calls;
}

static void run_hand(struct bench_case *c)
{
    c->matches = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct event_row row = row_of(c, i);
        c->matches += hand_rule_matches(&c->hand, &row);
    }
}

static struct bench_case *add_case(struct suite *suite, const char *what, struct pack *pack,
                                   void (*run)(struct bench_case *c))
{
    struct bench_case *c = &suite->cases[suite->count++];
    *c = (struct bench_case){.what = what, .pack = pack, .run = run, .count = pack->table.events};
    c->hand = hand_rule_for(pack->matcher);
    return c;
}

static uint32_t random_below(uint64_t *state, size_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 33) % limit);
}

typedef bool (*wanted_function)(const struct bench_case *c, const struct event_row *row);

/* Makes a case out of the first events that are wanted, in random order, as many as the file
 * has events. */
static void pick(struct bench_case *c, wanted_function wanted)
{
    uint32_t found[HOT_EVENTS];
    size_t count = 0;
    uint64_t state = 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < c->pack->table.events && count < HOT_EVENTS; i++) {
        struct event_row row = event_table_row(&c->pack->table, i);
        if (!wanted || wanted(c, &row))
            found[count++] = (uint32_t)i;
    }
    c->picked = must(malloc(c->count * sizeof *c->picked));
    c->count = count ? c->count : 0;
    for (size_t i = 0; i < c->count; i++)
        c->picked[i] = found[random_below(&state, count)];
}

static bool is_typical(const struct bench_case *c, const struct event_row *row)
{
    return !hand_rule_is_net(&c->hand, row);
}

static bool is_near_miss(const struct bench_case *c, const struct event_row *row)
{
    return hand_rule_is_net(&c->hand, row) && hand_rule_is_use(&c->hand, row)
           && !hand_rule_matches(&c->hand, row);
}

static bool is_match(const struct bench_case *c, const struct event_row *row)
{
    return hand_rule_matches(&c->hand, row);
}

static void add_builtin_cases(struct suite *suite, struct pack *utf8, struct pack *utf16)
{
    static const struct {
        const char *engine, *hand;
        wanted_function wanted;
    } kinds[] = {
        {"typical event, hot", "typical event, hot, by hand", is_typical},
        {"near miss, hot", "near miss, hot, by hand", is_near_miss},
        {"match, hot", "match, hot, by hand", is_match},
    };
    add_case(suite, "streaming", utf8, run_matcher);
    add_case(suite, "streaming, by hand", utf8, run_hand);
    add_case(suite, "streaming, UTF-16", utf16, run_matcher);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        pick(add_case(suite, kinds[i].engine, utf8, run_matcher), kinds[i].wanted);
        pick(add_case(suite, kinds[i].hand, utf8, run_hand), kinds[i].wanted);
    }
}

static void add_pack_cases(struct suite *suite, struct pack *pack)
{
    add_case(suite, "streaming", pack, run_matcher);
    pick(add_case(suite, "hot", pack, run_matcher), NULL);
}

static void run_suite(struct suite *suite, int rounds)
{
    for (int round = -1; round < rounds; round++) {
        for (size_t i = 0; i < suite->count; i++) {
            struct bench_case *c = &suite->cases[i];
            CALLGRIND_ZERO_STATS;
            double start = measure_now();
            c->run(c);
            if (round >= 0) /* the first one warms up */
                times_add(&c->times, measure_now() - start);
            else
                c->allocations = 0;
            CALLGRIND_DUMP_STATS_AT(c->what);
        }
    }
}

/* --- Results ------------------------------------------------------------------------------ */

#if defined(__clang__) || !defined(__GNUC__)
#define COMPILER_NAME ""
#else
#define COMPILER_NAME "gcc "
#endif

static void print_build(void)
{
    printf("{\"bench\":\"build\",\"compiler\":\"%s%s\",\"netshare\":\"%s\"}\n", COMPILER_NAME,
           __VERSION__, netshare_version());
}

static void print_case(const struct bench_case *c)
{
    double events = c->count ? (double)c->count : 1;
    printf("{\"bench\":\"engine\",\"pack\":\"%s\",\"case\":\"%s\",\"rules\":%zu,\"fields\":%zu,"
           "\"events\":%zu,\"matches\":%zu,\"undecided\":%zu,\"allocations\":%zu,"
           "\"unit\":\"ns/event\",\"runs\":%d,\"median\":%.2f,\"least\":%.2f,\"most\":%.2f}\n",
           c->pack->name, c->what, netshare_matcher_rule_count(c->pack->matcher),
           c->pack->table.fields, c->count, c->matches, c->undecided, c->allocations,
           c->times.count, times_median(&c->times) / events, times_least(&c->times) / events,
           times_most(&c->times) / events);
}

static void print_memory(const struct pack *pack)
{
    printf("{\"bench\":\"memory\",\"pack\":\"%s\",\"rules\":%zu,\"documents\":%zu,"
           "\"matcher\":%zu,\"queries_only\":%zu,\"scratch\":%zu,\"unit\":\"bytes\","
           "\"load_ms\":%.2f}\n",
           pack->name, netshare_matcher_rule_count(pack->matcher), pack->document_bytes,
           pack->matcher_bytes, pack->query_bytes, pack->scratch_bytes, pack->load_time / 1e6);
}

/* The engine and the rule by hand must have said the same, in either encoding. */
static bool agree(const struct suite *suite)
{
    const struct bench_case *c = suite->cases;
    bool same = c[0].matches == c[1].matches && c[0].matches == c[2].matches;
    for (size_t i = 3; i + 1 < 9; i += 2)
        same = same && c[i].matches == c[i + 1].matches;
    if (!same)
        fputs("engine_bench: the rule by hand disagrees with the built-in one\n", stderr);
    return same;
}

int main(int argc, char **argv)
{
    static struct suite suite;
    static struct pack packs[MOST_PACKS];
    if (argc < 3 || argc - 3 > MOST_PACKS - 2) {
        fputs("usage: engine_bench ROUNDS EVENTS.ndjson [RULES.ndjson]...\n", stderr);
        return 2;
    }
    size_t length, count = 2;
    char *text = read_file(argv[2], &length);
    load_builtin(&packs[0], "built-in rule");
    load_builtin(&packs[1], "built-in rule");
    open_pack(&packs[0], text, length, false);
    open_pack(&packs[1], text, length, true);
    add_builtin_cases(&suite, &packs[0], &packs[1]);
    for (int i = 3; i < argc; i++) {
        if (!load_documents(&packs[count], argv[i]))
            return 2;
        open_pack(&packs[count], text, length, false);
        add_pack_cases(&suite, &packs[count++]);
    }
    free(text);
    run_suite(&suite, (int)strtol(argv[1], NULL, 10));
    print_build();
    for (size_t i = 0; i < suite.count; i++) {
        print_case(&suite.cases[i]);
        free(suite.cases[i].picked);
    }
    bool agreed = agree(&suite);
    for (size_t i = 0; i < count; i++) {
        if (i != 1)
            print_memory(&packs[i]);
        close_pack(&packs[i]);
    }
    return agreed ? 0 : 1;
}
