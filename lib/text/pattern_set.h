/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many wildcard patterns on one text. A pattern with a literal that every match must have
 * is tried only where three bytes of that literal stand in the text; one pass over the text
 * finds these for all patterns, of a few patterns by registers of 32 bytes.
 */
#ifndef NS_TEXT_PATTERN_SET_H
#define NS_TEXT_PATTERN_SET_H

#include "text/wildcard.h"

struct ns_pattern_set;

/* Bytes of a literal that are looked for. */
enum { NS_GRAM = 3 };

/* NULL when out of memory. The patterns, which are known by their numbers, must outlive the
 * set. */
const struct ns_pattern_set *ns_pattern_set_new(const struct ns_wildcard *const *patterns,
                                                size_t count, struct ns_arena *arena);

/*
 * Calls `matches` for patterns that match, some of them perhaps several times, until it
 * returns false.
 */
void ns_pattern_set_find(const struct ns_pattern_set *set, const struct ns_text *text,
                         bool (*matches)(void *user, size_t pattern), void *user);

/* Does any of them match? */
bool ns_pattern_set_matches(const struct ns_pattern_set *set, const struct ns_text *text);

#endif
