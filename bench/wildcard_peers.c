/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__)
#define _GNU_SOURCE /* FNM_CASEFOLD */
#endif
#include "wildcard_peers.h"

#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(BENCH_PCRE2)
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#endif
#if defined(BENCH_HYPERSCAN)
#include <hs.h>
#endif

void peer_to_regex(const char *pattern, char *out, size_t size)
{
    size_t length = 0;
    for (; *pattern != 0 && length + 5 < size; pattern++) {
        if (*pattern == '*' || *pattern == '?') {
            out[length++] = '.';
            if (*pattern == '*') {
                out[length++] = '*';
            }
        } else {
            if (strchr("\\$.+^()[]{}|", *pattern)) {
                out[length++] = '\\';
            }
            out[length++] = *pattern;
        }
    }
    out[length] = 0;
}

/* --- byte by byte, back to the last star on a mismatch --- */

struct strings {
    size_t count;
    const char *patterns[PEER_PATTERNS];
};

static void *keep_strings(const char *const *patterns, size_t count)
{
    struct strings *strings = calloc(1, sizeof *strings);
    if (strings != NULL) {
        strings->count = count;
        memcpy(strings->patterns, patterns, count * sizeof *patterns);
    }
    return strings;
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool greedy(const char *pattern, const char *text, const char *end)
{
    const char *star = NULL, *mark = NULL;
    while (text < end) {
        if (*pattern == '*') {
            star = pattern++;
            mark = text;
        } else if (*pattern == '?' ||
                   (*pattern != 0 &&
                    lower((unsigned char)*pattern) == lower((unsigned char)*text))) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++mark;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == 0;
}

static unsigned match_greedy(void *compiled, const char *text, size_t length)
{
    const struct strings *strings = compiled;
    unsigned found = 0;
    for (size_t i = 0; i < strings->count; i++) {
        found |= (unsigned)greedy(strings->patterns[i], text, text + length) << i;
    }
    return found;
}

const struct peer peer_greedy = {"scalar greedy", keep_strings, match_greedy, free, false};

static unsigned match_fnmatch(void *compiled, const char *text, size_t length)
{
    const struct strings *strings = compiled;
    unsigned found = 0;
    (void)length; /* texts end in NUL */
    for (size_t i = 0; i < strings->count; i++) {
        bool is_match = fnmatch(strings->patterns[i], text, FNM_NOESCAPE | FNM_CASEFOLD) == 0;
        found |= (unsigned)is_match << i;
    }
    return found;
}

const struct peer peer_fnmatch = {"fnmatch", keep_strings, match_fnmatch, free, false};

/* --- PCRE2 with JIT --- */

#if defined(BENCH_PCRE2)

struct pcre2 {
    size_t count;
    pcre2_code *codes[PEER_PATTERNS];
    pcre2_match_data *data;
};

static void release_pcre2(void *compiled)
{
    struct pcre2 *p = compiled;
    for (size_t i = 0; i < p->count; i++) {
        pcre2_code_free(p->codes[i]);
    }
    pcre2_match_data_free(p->data);
    free(p);
}

static bool add_pcre2(struct pcre2 *p, const char *regex)
{
    const uint32_t flags =
        PCRE2_CASELESS | PCRE2_DOTALL | PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, flags, &error,
                                     &offset, NULL);
    if (code == NULL) {
        return false;
    }
    p->codes[p->count++] = code;
    return pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
}

static void *compile_pcre2(const char *const *patterns, size_t count)
{
    struct pcre2 *p = calloc(1, sizeof *p);
    bool ok = p != NULL && (p->data = pcre2_match_data_create(1, NULL)) != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        char regex[256];
        peer_to_regex(patterns[i], regex, sizeof regex);
        ok = add_pcre2(p, regex);
    }
    if (!ok && p != NULL) {
        release_pcre2(p);
    }
    return ok ? p : NULL;
}

static void *compile_pcre2_any(const char *const *patterns, size_t count)
{
    char all[2048] = "(?:";
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(all);
        peer_to_regex(patterns[i], all + length, sizeof all - length);
        strcat(all, i + 1 < count ? "|" : ")");
    }
    struct pcre2 *p = calloc(1, sizeof *p);
    bool ok = p != NULL && (p->data = pcre2_match_data_create(1, NULL)) != NULL;
    return ok && add_pcre2(p, all) ? p : NULL;
}

static unsigned match_pcre2(void *compiled, const char *text, size_t length)
{
    const struct pcre2 *p = compiled;
    unsigned found = 0;
    for (size_t i = 0; i < p->count; i++) {
        int result =
            pcre2_jit_match(p->codes[i], (PCRE2_SPTR)text, length, 0, 0, p->data, NULL);
        found |= (unsigned)(result >= 0) << i;
    }
    return found;
}

const struct peer peer_pcre2 = {"PCRE2 JIT, each", compile_pcre2, match_pcre2, release_pcre2,
                                false};
const struct peer peer_pcre2_any = {"PCRE2 JIT, any", compile_pcre2_any, match_pcre2,
                                    release_pcre2, true};

#endif

/* --- Hyperscan or Vectorscan --- */

#if defined(BENCH_HYPERSCAN)

struct hyperscan {
    hs_database_t *database;
    hs_scratch_t *scratch;
};

static void *compile_hyperscan(const char *const *patterns, size_t count)
{
    static char regexes[PEER_PATTERNS][256];
    const char *expressions[PEER_PATTERNS];
    unsigned flags[PEER_PATTERNS], ids[PEER_PATTERNS];
    for (size_t i = 0; i < count; i++) {
        regexes[i][0] = '^';
        peer_to_regex(patterns[i], regexes[i] + 1, sizeof regexes[i] - 2);
        size_t length = strlen(regexes[i]);
        /* A star at the end takes whatever follows: the match is told as early as it can. */
        if (length >= 2 && strcmp(regexes[i] + length - 2, ".*") == 0) {
            regexes[i][length - 2] = 0;
        } else {
            strcat(regexes[i], "$");
        }
        expressions[i] = regexes[i];
        flags[i] = HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
        ids[i] = (unsigned)i;
    }
    struct hyperscan *h = calloc(1, sizeof *h);
    hs_compile_error_t *error = NULL;
    if (h == NULL ||
        hs_compile_multi(expressions, flags, ids, (unsigned)count, HS_MODE_BLOCK, NULL,
                         &h->database, &error) != HS_SUCCESS ||
        hs_alloc_scratch(h->database, &h->scratch) != HS_SUCCESS) {
        free(h);
        return NULL;
    }
    return h;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *found)
{
    (void)from;
    (void)to;
    (void)flags;
    *(unsigned *)found |= 1u << id;
    return 0;
}

static unsigned match_hyperscan(void *compiled, const char *text, size_t length)
{
    const struct hyperscan *h = compiled;
    unsigned found = 0;
    hs_scan(h->database, text, (unsigned)length, 0, h->scratch, on_match, &found);
    return found;
}

static void release_hyperscan(void *compiled)
{
    struct hyperscan *h = compiled;
    hs_free_scratch(h->scratch);
    hs_free_database(h->database);
    free(h);
}

const struct peer peer_hyperscan = {"Hyperscan", compile_hyperscan, match_hyperscan,
                                    release_hyperscan, false};

#endif
