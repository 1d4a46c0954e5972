/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The wildcard engine behind EQL's `:`, `like` and `like~`, by itself, so that a
 * host can match exactly as rules do.
 *
 * `*` stands for any run of characters, also none; `?` for exactly one character
 * (one Unicode code point). There is no escape: a backslash is a backslash. The
 * pattern must match the whole text. Source: EQL syntax reference, "like" and ":".
 */
#ifndef NETSHARE_WILDCARD_H
#define NETSHARE_WILDCARD_H

#include <netshare/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A compiled pattern; immutable. */
typedef struct netshare_wildcard netshare_wildcard;

/** How a pattern compares. Bits not named here are reserved and must be 0. */
typedef enum netshare_wildcard_flags {
    /** Case-insensitive by Unicode simple case folding, as `:`. */
    NETSHARE_WILDCARD_IGNORE_CASE = 0,
    /** Case-sensitive, as `like`. */
    NETSHARE_WILDCARD_CASE_SENSITIVE = 1,
    /** Fold only A to Z, as Elasticsearch up to 9.4 does on indexed fields. */
    NETSHARE_WILDCARD_ASCII_FOLDING = 2
} netshare_wildcard_flags;

/**
 * Compiles a pattern.
 *
 * @param pattern    bytes, meant as UTF-8; copied
 * @param length     its length in bytes
 * @param flags      netshare_wildcard_flags
 * @param allocator  memory functions, copied; NULL for malloc
 * @param error      filled on failure; may be NULL
 * @return the pattern, to be released with netshare_wildcard_free(), or NULL:
 *         no memory, or a reserved flag
 *
 * Thread safety: safe. Allocates: yes. Since: 0.1
 */
NETSHARE_API netshare_wildcard *netshare_wildcard_compile(const char *pattern, size_t length,
                                                          uint32_t flags,
                                                          const netshare_allocator *allocator,
                                                          netshare_error *error);

/**
 * Does the whole text match? Takes at most time proportional to the lengths of
 * pattern and text multiplied, in practice to the text's.
 *
 * @param wildcard  a compiled pattern
 * @param text      bytes, meant as UTF-8; may be NULL when `length` is 0
 * @param length    its length in bytes
 *
 * Thread safety: safe, also on one pattern. Allocates: no. Since: 0.1
 */
NETSHARE_API bool netshare_wildcard_match(const netshare_wildcard *wildcard, const char *text,
                                          size_t length);

/**
 * As netshare_wildcard_match() on UTF-16 in the machine's byte order.
 *
 * @param length  in 16-bit units
 *
 * Thread safety: safe, also on one pattern. Allocates: no. Since: 0.1
 */
NETSHARE_API bool netshare_wildcard_match_utf16(const netshare_wildcard *wildcard,
                                                const uint16_t *text, size_t length);

/**
 * Releases a pattern; NULL is allowed.
 *
 * Thread safety: no other thread may use the pattern. Allocates: no. Since: 0.1
 */
NETSHARE_API void netshare_wildcard_free(netshare_wildcard *wildcard);

#ifdef __cplusplus
}
#endif

#endif
