/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * EQL text by itself: check it, and print it in canonical formatting.
 */
#ifndef NETSHARE_QUERY_H
#define NETSHARE_QUERY_H

#include <netshare/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Queries longer than this many bytes are refused with NETSHARE_ERROR_LIMIT. */
#define NETSHARE_MAX_QUERY_LENGTH (64u << 20)

/** Parentheses, `not`, unary signs and calls may nest this deep. */
#define NETSHARE_MAX_QUERY_DEPTH 200

/**
 * Is this a query that a matcher could be made of?
 *
 * @param query   EQL text in UTF-8
 * @param length  its length in bytes
 * @param error   filled on failure, with the position; may be NULL
 * @return NETSHARE_OK, or NETSHARE_ERROR_SYNTAX, _TYPE, _STATEFUL, _LIMIT,
 *         _NO_MEMORY
 *
 * Thread safety: safe. Allocates: yes, with malloc. Since: 0.1
 */
NETSHARE_API netshare_status netshare_query_check(const char *query, size_t length,
                                                  netshare_error *error);

/**
 * Writes a query in canonical formatting: one blank between words, only the
 * parentheses that are needed, double-quoted strings, no comments. Formatting the
 * result again gives the same text, and both mean the same. Stateful queries are
 * formatted too.
 *
 * @param query   EQL text in UTF-8
 * @param length  its length in bytes
 * @param write   gets the text in pieces
 * @param user    handed to `write`
 * @param error   filled on failure, with the position; may be NULL
 * @return NETSHARE_OK, or NETSHARE_ERROR_SYNTAX, _LIMIT, _NO_MEMORY,
 *         _INVALID_ARGUMENT; NETSHARE_ERROR_STATEFUL for a join and for `... of [...]`,
 *         which are recognised but not parsed
 *
 * Thread safety: safe. Allocates: yes, with malloc. Since: 0.1
 */
NETSHARE_API netshare_status netshare_query_format(const char *query, size_t length,
                                                   netshare_write write, void *user,
                                                   netshare_error *error);

#ifdef __cplusplus
}
#endif

#endif
