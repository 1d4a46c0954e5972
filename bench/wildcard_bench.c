/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wildcard engine and its peers on the same texts in one run, peer after peer and
 * again, medians over the rounds. What is timed is one text against all patterns of the
 * built-in rule, the texts in random order. Before that all must agree on every text.
 *
 * usage: wildcard_bench [rounds]
 */
#if defined(__linux__)
#define _POSIX_C_SOURCE 200809L
#endif
#include "wildcard_peers.h"

#include <netshare/wildcard.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { TEXTS = 20, LONGEST = 256, ORDER = 1 << 16, MAX_ROUNDS = 101 };

static const char *const patterns[] = {"\\\\*\\*$*", "\\\\*@SSL\\*", "http*"};

/* Arguments of `net use` and others; the middle is filled up to the length wanted. */
static const struct {
    const char *start, *end;
} shapes[TEXTS] = {
    {"\\\\", "\\c$\\t"}, {"\\\\srv", "\\D$"},  {"\\\\", "\\pub"},     {"\\\\f-", "\\docs"},
    {"\\\\", "@SSL\\d"}, {"\\\\", "@ssl\\D"},  {"http", "/a"},        {"HTTPS", "/b?"},
    {"/user:", "\\me"},  {"/USER:", ""},       {"/persis", ":no"},    {"C:\\W", ".exe"},
    {"c:\\us", ".dll"},  {"-enc ", "=="},      {"use", "z:"},         {"localg", "/a"},
    {"{A9", "}"},        {"--type=", ""},      {"\"C:\\Pr", "\" -s"}, {"h", "$"},
};

static char texts[TEXTS][LONGEST + 1];
static uint16_t units[TEXTS][LONGEST + 1];
static size_t text_length;
static unsigned char order[ORDER];

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 33) % limit);
}

static void make_texts(size_t length)
{
    static const char filler[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.ETAOIN";
    uint64_t state = 0x9E3779B97F4A7C15u;
    text_length = length;
    for (size_t t = 0; t < TEXTS; t++) {
        size_t start = strlen(shapes[t].start), end = strlen(shapes[t].end);
        memcpy(texts[t], shapes[t].start, start);
        for (size_t i = start; i + end < length; i++) {
            texts[t][i] = filler[random_below(&state, sizeof filler - 1)];
        }
        memcpy(texts[t] + length - end, shapes[t].end, end);
        texts[t][length] = 0;
        for (size_t i = 0; i < length; i++) {
            units[t][i] = (unsigned char)texts[t][i];
        }
    }
    for (size_t i = 0; i < ORDER; i++) {
        order[i] = (unsigned char)random_below(&state, TEXTS);
    }
}

/* --- the engine --- */

struct engine {
    size_t count;
    netshare_wildcard *wildcards[PEER_PATTERNS];
};

static void *compile_engine(const char *const *given, size_t count)
{
    struct engine *e = calloc(1, sizeof *e);
    for (size_t i = 0; e != NULL && i < count; i++) {
        e->wildcards[e->count++] =
            netshare_wildcard_compile(given[i], strlen(given[i]), 0, NULL, NULL);
    }
    return e;
}

static unsigned match_engine(void *compiled, const char *text, size_t length)
{
    const struct engine *e = compiled;
    unsigned found = 0;
    for (size_t i = 0; i < e->count; i++) {
        found |= (unsigned)netshare_wildcard_match(e->wildcards[i], text, length) << i;
    }
    return found;
}

static unsigned match_engine_utf16(void *compiled, const char *text, size_t length)
{
    const struct engine *e = compiled;
    const uint16_t *wide = units[(text - texts[0]) / (LONGEST + 1)];
    unsigned found = 0;
    for (size_t i = 0; i < e->count; i++) {
        found |= (unsigned)netshare_wildcard_match_utf16(e->wildcards[i], wide, length) << i;
    }
    return found;
}

static void release_engine(void *compiled)
{
    struct engine *e = compiled;
    for (size_t i = 0; i < e->count; i++) {
        netshare_wildcard_free(e->wildcards[i]);
    }
    free(e);
}

static const struct peer engine = {"netshare", compile_engine, match_engine, release_engine,
                                   false};
static const struct peer engine_utf16 = {"netshare, UTF-16", compile_engine, match_engine_utf16,
                                         release_engine, false};

/* --- measuring --- */

static const struct peer *const peers[] = {
    &engine,     &engine_utf16, &peer_greedy, &peer_fnmatch,
#if defined(BENCH_PCRE2)
    &peer_pcre2, &peer_pcre2_any,
#endif
#if defined(BENCH_HYPERSCAN)
    &peer_hyperscan,
#endif
#if defined(BENCH_RE2)
    &peer_re2,   &peer_re2_set,
#endif
};

/* Time this process ran: others on the machine do not count. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds per text. */
static double time_once(const struct peer *peer, void *compiled)
{
    static volatile unsigned sink;
    unsigned sum = 0;
    double start = now();
    for (size_t i = 0; i < ORDER; i++) {
        sum += peer->match(compiled, texts[order[i]], text_length);
    }
    sink = sum;
    (void)sink;
    return (now() - start) / ORDER;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The texts that a peer judges otherwise than the engine. */
static size_t count_wrong(const struct peer *peer, void *compiled, void *compiled_engine)
{
    size_t wrong = 0;
    for (size_t t = 0; t < TEXTS; t++) {
        unsigned expected = engine.match(compiled_engine, texts[t], text_length);
        unsigned found = peer->match(compiled, texts[t], text_length);
        wrong += found != (peer->is_any ? expected != 0 : expected);
    }
    return wrong;
}

/* Notes which peers are wrong. When several disagree with the engine, it is the engine that is;
 * false then. */
static bool agree(void *const *compiled, bool *is_wrong)
{
    size_t disagreeing = 0;
    for (size_t p = 1; p < COUNT(peers); p++) {
        size_t wrong = count_wrong(peers[p], compiled[p], compiled[0]);
        if (wrong > 0) {
            fprintf(stderr, "%s: wrong on %zu of %d texts of %zu bytes\n", peers[p]->name, wrong,
                    TEXTS, text_length);
            is_wrong[p] = true;
        }
        disagreeing += is_wrong[p];
    }
    return disagreeing <= 1 && !is_wrong[1]; /* 1 is the engine on UTF-16 */
}

static bool measure(void *const *compiled, size_t rounds, double *medians, bool *is_wrong)
{
    static double times[COUNT(peers)][MAX_ROUNDS];
    if (!agree(compiled, is_wrong)) {
        return false;
    }
    for (size_t round = 0; round < rounds; round++) {
        for (size_t p = 0; p < COUNT(peers); p++) {
            times[p][round] = time_once(peers[p], compiled[p]);
        }
    }
    for (size_t p = 0; p < COUNT(peers); p++) {
        qsort(times[p], rounds, sizeof times[p][0], compare);
        medians[p] = times[p][rounds / 2];
    }
    return true;
}

int main(int argc, char **argv)
{
    static const size_t lengths[] = {10, 22, 50, 100, 200};
    double medians[COUNT(lengths)][COUNT(peers)];
    void *compiled[COUNT(peers)];
    bool is_wrong[COUNT(peers)] = {false};
    long wanted = argc > 1 ? strtol(argv[1], NULL, 10) : 15;
    size_t rounds = wanted < 1 ? 1 : wanted > MAX_ROUNDS ? MAX_ROUNDS : (size_t)wanted;
    for (size_t p = 0; p < COUNT(peers); p++) {
        compiled[p] = peers[p]->compile(patterns, COUNT(patterns));
        if (compiled[p] == NULL) {
            fprintf(stderr, "%s cannot compile the patterns\n", peers[p]->name);
            return EXIT_FAILURE;
        }
    }
    for (size_t l = 0; l < COUNT(lengths); l++) {
        make_texts(lengths[l]);
        if (!measure(compiled, rounds, medians[l], is_wrong)) {
            return EXIT_FAILURE;
        }
    }
    printf("nanoseconds per text, all %zu patterns, by length of the texts\n%-18s",
           COUNT(patterns), "");
    for (size_t l = 0; l < COUNT(lengths); l++) {
        printf("%8zu", lengths[l]);
    }
    putchar('\n');
    for (size_t p = 0; p < COUNT(peers); p++) {
        if (is_wrong[p]) { /* no comparison */
            peers[p]->release(compiled[p]);
            continue;
        }
        printf("%-18s", peers[p]->name);
        for (size_t l = 0; l < COUNT(lengths); l++) {
            printf("%8.1f", medians[l][p]);
        }
        putchar('\n');
        peers[p]->release(compiled[p]);
    }
    return EXIT_SUCCESS;
}
