/* SPDX-License-Identifier: Apache-2.0 */
/* What the wildcard engine is measured against, each behind the same three calls. */
#ifndef NETSHARE_BENCH_WILDCARD_PEERS_H
#define NETSHARE_BENCH_WILDCARD_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PEER_PATTERNS = 8 };

/* A set of patterns as one peer compiled them. Patterns fold case, and are ASCII. */
struct peer {
    const char *name;
    /* NULL when it cannot. */
    void *(*compile)(const char *const *patterns, size_t count);
    /* Bit i: pattern i matches; or bit 0 for any if `is_any`. */
    unsigned (*match)(void *compiled, const char *text, size_t length);
    void (*release)(void *compiled);
    bool is_any;
};

extern const struct peer peer_greedy, peer_fnmatch;
#if defined(BENCH_PCRE2)
extern const struct peer peer_pcre2, peer_pcre2_any;
#endif
#if defined(BENCH_HYPERSCAN)
extern const struct peer peer_hyperscan;
#endif
#if defined(BENCH_RE2)
extern const struct peer peer_re2, peer_re2_set;
#endif

/* The pattern as a regular expression without anchors, in `out` of the size given. */
void peer_to_regex(const char *pattern, char *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
