/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wildcard engine: `*` any run of characters, `?` one character, everything
 * else itself. A pattern is cut at its stars into parts: the first must stand at
 * the start of the text, the last at its end, those between anywhere in order,
 * where the leftmost place is always as good as any other.
 */
#ifndef NS_TEXT_WILDCARD_H
#define NS_TEXT_WILDCARD_H

#include "base/arena.h"
#include "text/fold.h"
#include "text/text.h"

struct ns_wildcard;

/* Does the pattern have a star or question mark? */
bool ns_has_wildcard(struct ns_string pattern);

/* Compiles a pattern into the arena; NULL when out of memory. */
const struct ns_wildcard *ns_wildcard_compile(struct ns_string pattern, enum ns_fold fold,
                                              struct ns_arena *arena);

/* Where a literal must stand in a text. */
enum ns_anchor { NS_AT_START, NS_AT_END, NS_ANYWHERE };

/* A pattern of one literal, in which stars and question marks are themselves. */
const struct ns_wildcard *ns_wildcard_literal(struct ns_string literal, enum ns_anchor anchor,
                                              enum ns_fold fold, struct ns_arena *arena);

bool ns_wildcard_match(const struct ns_wildcard *wildcard, const struct ns_text *text);

/*
 * The longest run of ASCII characters, folded, that is in every text that matches; of
 * length 0 when there is none. In a text that is not ASCII, the characters may be others
 * that fold to these. Lives as long as the pattern.
 */
struct ns_string ns_wildcard_required_literal(const struct ns_wildcard *wildcard);

#endif
