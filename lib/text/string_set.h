/* SPDX-License-Identifier: Apache-2.0 */
/* A set of strings, compared exactly or folded; one look-up whatever its size. */
#ifndef NS_TEXT_STRING_SET_H
#define NS_TEXT_STRING_SET_H

#include "base/arena.h"
#include "text/fold.h"
#include "text/text.h"

struct ns_string_set;

/* NULL when out of memory. The strings are copied. */
const struct ns_string_set *ns_string_set_new(const struct ns_string *strings, size_t count,
                                              enum ns_fold fold, struct ns_arena *arena);
bool ns_string_set_contains(const struct ns_string_set *set, const struct ns_text *text);

/* Are the two equal character by character, folded? */
bool ns_text_equal(const struct ns_text *a, const struct ns_text *b, enum ns_fold fold);

/* The same for texts that are equal under this folding, in whichever encoding. */
uint64_t ns_text_hash(const struct ns_text *text, enum ns_fold fold);

/* Negative, 0 or positive: by code points, which is the order of UTF-8 bytes. */
int ns_text_compare(const struct ns_text *a, const struct ns_text *b);

#endif
