/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding and cutting text. Lengths and positions that EQL sees count UTF-16 code
 * units, as Java does: a character above FFFF counts two.
 */
#ifndef NS_TEXT_SEARCH_H
#define NS_TEXT_SEARCH_H

#include "base/arena.h"
#include "text/fold.h"
#include "text/text.h"

/* Length in UTF-16 code units. */
size_t ns_text_units(const struct ns_text *text);

struct ns_found {
    size_t start, end; /* as ns_text_next() counts */
    size_t unit;       /* start in UTF-16 code units */
};

enum ns_search { NS_NOT_FOUND, NS_FOUND, NS_SEARCH_NO_MEMORY };

/*
 * The first (or last) place of `needle` at or behind `from`, which is counted as
 * ns_text_next() does and stands at `from_unit` in units. Takes time in the sum of
 * the lengths. A long needle takes memory from the arena.
 */
enum ns_search ns_text_find(const struct ns_text *text, const struct ns_text *needle,
                            enum ns_fold fold, size_t from, size_t from_unit, bool last,
                            struct ns_arena *arena, struct ns_found *found);

bool ns_text_starts_with(const struct ns_text *text, const struct ns_text *prefix,
                         enum ns_fold fold);
bool ns_text_ends_with(const struct ns_text *text, const struct ns_text *suffix,
                       enum ns_fold fold);

/*
 * The units from `start` up to `end`, both within the text. Shares the text's memory;
 * only a cut through a surrogate pair makes a copy in the arena. False when that
 * runs out of memory.
 */
bool ns_text_slice(const struct ns_text *text, size_t start, size_t end, struct ns_arena *arena,
                   struct ns_text *slice);

/* Where unit number *unit starts, as ns_text_next() counts; the text's length when it is
 * behind the end. In UTF-8, the second unit of a pair is passed over: *unit is then the one
 * behind it. */
size_t ns_text_index_of_unit(const struct ns_text *text, size_t *unit);

#endif
