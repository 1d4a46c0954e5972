/* SPDX-License-Identifier: Apache-2.0 */
/* Filling the caller's netshare_error. All functions accept a NULL error. */
#ifndef NS_BASE_ERROR_H
#define NS_BASE_ERROR_H

#include <netshare/status.h>

#if defined(__MINGW32__)
#define NS_PRINTF(string, first) __attribute__((format(gnu_printf, string, first)))
#elif defined(__GNUC__)
#define NS_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define NS_PRINTF(string, first)
#endif

/* Sets status and message, no position. Returns the status. */
netshare_status ns_error_set(netshare_error *error, netshare_status status, const char *format,
                             ...) NS_PRINTF(3, 4);

/* ns_error_set for NETSHARE_ERROR_NO_MEMORY and NETSHARE_ERROR_INVALID_ARGUMENT. */
netshare_status ns_error_no_memory(netshare_error *error);
netshare_status ns_error_argument(netshare_error *error, const char *what);

/*
 * ns_error_set and the position of `length` bytes at `offset` in `text`: offset,
 * line, column and excerpt.
 */
netshare_status ns_error_at(netshare_error *error, netshare_status status, const char *text,
                            size_t text_length, size_t offset, size_t length,
                            const char *format, ...) NS_PRINTF(7, 8);

/* Names the rule concerned, and the place in its document (each may be NULL). */
void ns_error_set_rule(netshare_error *error, const char *rule_id, const char *path);

#endif
