/* SPDX-License-Identifier: Apache-2.0 */
#include "text/search.h"

#include "text/literal.h"

static size_t units_of(uint32_t character)
{
    return character >= 0x10000 && character < NS_BAD_BYTE ? 2 : 1;
}

static bool is_plain(const struct ns_text *text)
{
    return text->encoding == NS_UTF16 || ns_is_ascii(text->data, text->length);
}

/* The text from `start` up to `end`, as ns_text_next() counts. */
static struct ns_text part_of(const struct ns_text *text, size_t start, size_t end)
{
    struct ns_text part = {text->data, end - start, text->encoding, false};
    if (text->encoding == NS_UTF16 && start)
        part.data = (const uint16_t *)text->data + start;
    else if (start)
        part.data = (const char *)text->data + start;
    return part;
}

size_t ns_text_units(const struct ns_text *text)
{
    if (is_plain(text))
        return text->length;
    size_t units = 0;
    for (size_t at = 0; at < text->length;)
        units += units_of(ns_text_next(text, &at));
    return units;
}

static size_t count_characters(const struct ns_text *text)
{
    if (ns_text_is_ascii(text))
        return text->length;
    size_t count = 0;
    for (size_t at = 0; at < text->length; count++)
        ns_text_next(text, &at);
    return count;
}

/* --- Short needles in ASCII ----------------------------------------------------- */

enum { SHORT = 64 };

/* The needle as a literal; its arrays have room for SHORT characters. */
static void fill_literal(struct ns_literal *l, unsigned char *values, unsigned char *masks,
                         const struct ns_text *needle, enum ns_fold fold)
{
    uint64_t weak = 0;
    for (size_t i = 0; i < needle->length; i += 8) {
        uint64_t word = ns_text_word(needle, i);
        ns_store_bytes(values + i, word);
        weak |= fold == NS_FOLD_UNICODE ? ns_word_aliases(word) : 0;
    }
    ns_literal_mask(values, masks, needle->length, fold);
    l->values = values;
    l->masks = masks;
    l->length = needle->length;
    l->is_weak = weak != 0;
    size_t last = needle->length - 1;
    ns_literal_probe(l, 0, last < NS_LITERAL_REACH ? last : NS_LITERAL_REACH - 1);
}

NS_INLINE size_t find_in_window(const struct ns_text *text, const struct ns_literal *l,
                                size_t from, enum ns_size size, bool wide)
{
    struct ns_window window = ns_window_of(text->data, text->length, size, wide);
    return ns_window_find(&window, l, text->data, text->length, from, text->length - l->length,
                          size, wide);
}

static size_t find_literal(const struct ns_text *text, const struct ns_literal *l, size_t from)
{
    bool wide = text->encoding == NS_UTF16;
    size_t to = text->length - l->length;
    switch (ns_size_of(text->length)) {
    case NS_TINY:
        return wide ? find_in_window(text, l, from, NS_TINY, true)
                    : find_in_window(text, l, from, NS_TINY, false);
    case NS_SMALL:
        return wide ? find_in_window(text, l, from, NS_SMALL, true)
                    : find_in_window(text, l, from, NS_SMALL, false);
    case NS_LARGE:
        return wide ? find_in_window(text, l, from, NS_LARGE, true)
                    : find_in_window(text, l, from, NS_LARGE, false);
    default:
        return wide ? ns_literal_find_units(l, text->data, text->length, from, to)
                    : ns_literal_find_bytes(l, text->data, text->length, from, to);
    }
}

/*
 * Looks for the first place of an ASCII needle of 1 to SHORT characters, no longer than
 * what follows `from`. A place is tried in a few words, so the time is in the text's
 * length. False when characters outside ASCII might match: it is then not known.
 */
static bool find_short(const struct ns_text *text, const struct ns_text *needle,
                       enum ns_fold fold, size_t from, size_t *place)
{
    unsigned char values[NS_LITERAL_ROOM(SHORT)], masks[NS_LITERAL_ROOM(SHORT)];
    struct ns_literal l;
    fill_literal(&l, values, masks, needle, fold);
    struct ns_text rest = part_of(text, from, text->length);
    if (l.is_weak && ns_text_has_alias(&rest))
        return false;
    *place = find_literal(text, &l, from);
    return true;
}

/* --- Knuth, Morris, Pratt ----------------------------------------------------- */

struct needle {
    uint32_t *characters; /* folded */
    size_t *borders;      /* longest proper prefix of [0, i] that is its suffix */
    size_t length;
};

static void fill_needle(struct needle *n, const struct ns_text *text, enum ns_fold fold)
{
    size_t i = 0, border = 0;
    for (size_t at = 0; at < text->length; i++) {
        uint32_t c = ns_fold(fold, ns_text_next(text, &at));
        n->characters[i] = c;
        while (i > 0 && border > 0 && n->characters[border] != c)
            border = n->borders[border - 1];
        if (i > 0 && n->characters[border] == c)
            border++;
        n->borders[i] = border;
    }
}

static enum ns_search find_needle(const struct ns_text *text, const struct needle *n,
                                  enum ns_fold fold, size_t from, size_t unit, bool last,
                                  struct ns_found *found)
{
    enum ns_search result = NS_NOT_FOUND;
    size_t at = from, matched = 0, read = 0;
    size_t start = from; /* the character n->length before `at` */
    while (at < text->length) {
        uint32_t c = ns_fold(fold, ns_text_next(text, &at));
        if (++read > n->length)
            unit += units_of(ns_text_next(text, &start));
        while (matched > 0 && (matched == n->length || n->characters[matched] != c))
            matched = n->borders[matched - 1];
        if (n->characters[matched] == c)
            matched++;
        if (matched == n->length) {
            *found = (struct ns_found){start, at, unit};
            result = NS_FOUND;
            if (!last)
                break;
        }
    }
    return result;
}

enum ns_search ns_text_find(const struct ns_text *text, const struct ns_text *needle,
                            enum ns_fold fold, size_t from, size_t from_unit, bool last,
                            struct ns_arena *arena, struct ns_found *found)
{
    uint32_t characters[SHORT];
    size_t borders[SHORT];
    struct needle n = {characters, borders, count_characters(needle)};
    if (n.length == 0) { /* stands everywhere */
        *found = (struct ns_found){from, from, from_unit};
        if (last)
            *found = (struct ns_found){text->length, text->length, ns_text_units(text)};
        return NS_FOUND;
    }
    if (n.length > text->length - from)
        return NS_NOT_FOUND;
    size_t place;
    if (!last && n.length <= SHORT && ns_text_is_ascii(needle) &&
        find_short(text, needle, fold, from, &place)) {
        if (place == NS_NOWHERE)
            return NS_NOT_FOUND;
        struct ns_text passed = part_of(text, from, place);
        *found = (struct ns_found){place, place + n.length, from_unit + ns_text_units(&passed)};
        return NS_FOUND;
    }
    if (n.length > SHORT) {
        n.characters = ns_arena_alloc(arena, n.length, sizeof *n.characters);
        n.borders = ns_arena_alloc(arena, n.length, sizeof *n.borders);
        if (!n.characters || !n.borders)
            return NS_SEARCH_NO_MEMORY;
    }
    fill_needle(&n, needle, fold);
    return find_needle(text, &n, fold, from, from_unit, last, found);
}

/* --- The ends ---------------------------------------------------------------------- */

/* Does `part` stand at `at`? */
static bool stands_at(const struct ns_text *text, size_t at, const struct ns_text *part,
                      enum ns_fold fold)
{
    size_t i = 0;
    for (; i < part->length; i += 8, at += 8) { /* as long as both are ASCII */
        size_t count = part->length - i < 8 ? part->length - i : 8;
        uint64_t x = ns_word_head(ns_text_word(text, at), count), y = ns_text_word(part, i);
        if ((x | y) & NS_HIGH_BITS)
            break;
        if (count > text->length - at || ns_fold_word(fold, x) != ns_fold_word(fold, y))
            return false;
    }
    while (i < part->length) {
        if (at >= text->length)
            return false;
        uint32_t c = ns_text_next(part, &i), d = ns_text_next(text, &at);
        if (c != d && ns_fold(fold, c) != ns_fold(fold, d))
            return false;
    }
    return true;
}

bool ns_text_starts_with(const struct ns_text *text, const struct ns_text *prefix,
                         enum ns_fold fold)
{
    return stands_at(text, 0, prefix, fold);
}

bool ns_text_ends_with(const struct ns_text *text, const struct ns_text *suffix,
                       enum ns_fold fold)
{
    if (suffix->length <= text->length && ns_text_is_ascii(suffix)) {
        size_t start = text->length - suffix->length;
        struct ns_text end = part_of(text, start, text->length);
        if (ns_text_is_ascii(&end))
            return stands_at(&end, 0, suffix, fold);
    }
    size_t have = count_characters(text), need = count_characters(suffix), at = 0;
    if (have < need)
        return false;
    for (; have > need; have--)
        ns_text_next(text, &at);
    return stands_at(text, at, suffix, fold);
}

/* --- Cutting -------------------------------------------------------------------- */

/* As ns_text_index_of_unit(); *cuts_pair when the unit is the second of a pair. */
static size_t index_of_unit(const struct ns_text *text, size_t unit, bool *cuts_pair)
{
    size_t at = 0;
    *cuts_pair = false;
    while (at < text->length && unit > 0) {
        size_t start = at, units = units_of(ns_text_next(text, &at));
        if (units > unit) {
            *cuts_pair = true;
            return start;
        }
        unit -= units;
    }
    return at;
}

size_t ns_text_index_of_unit(const struct ns_text *text, size_t *unit)
{
    bool cuts_pair;
    if (is_plain(text))
        return *unit < text->length ? *unit : text->length;
    size_t at = index_of_unit(text, *unit, &cuts_pair);
    if (cuts_pair) {
        ns_text_next(text, &at);
        ++*unit;
    }
    return at;
}

/* The units of a UTF-8 text as UTF-16. Bad bytes cannot be told in UTF-16: they become
 * unpaired low surrogates, of which UTF-8 texts have none. */
static bool slice_as_utf16(const struct ns_text *text, size_t start, size_t end,
                           struct ns_arena *arena, struct ns_text *slice)
{
    uint16_t *units = ns_arena_alloc(arena, end - start, sizeof *units);
    if (!units)
        return false;
    size_t unit = 0;
    for (size_t at = 0; at < text->length && unit < end;) {
        uint32_t c = ns_text_next(text, &at);
        uint16_t pair[2] = {(uint16_t)c, 0};
        size_t count = units_of(c);
        if (count == 2) {
            pair[0] = (uint16_t)(0xD800 + ((c - 0x10000) >> 10));
            pair[1] = (uint16_t)(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else if (c >= NS_BAD_BYTE) {
            pair[0] = (uint16_t)(0xDC00 + (c - NS_BAD_BYTE));
        }
        for (size_t i = 0; i < count; i++, unit++) {
            if (unit >= start && unit < end)
                units[unit - start] = pair[i];
        }
    }
    *slice = ns_text_utf16(units, end - start);
    return true;
}

bool ns_text_slice(const struct ns_text *text, size_t start, size_t end, struct ns_arena *arena,
                   struct ns_text *slice)
{
    if (text->encoding == NS_UTF16) {
        const uint16_t *units = text->data;
        *slice = ns_text_utf16(units + start, end - start);
        return true;
    }
    const char *bytes = text->data;
    if (ns_is_ascii(bytes, text->length)) {
        *slice = ns_text_utf8(bytes + start, end - start);
        return true;
    }
    bool start_cuts, end_cuts;
    size_t from = index_of_unit(text, start, &start_cuts);
    size_t to = index_of_unit(text, end, &end_cuts);
    if (start < end && (start_cuts || end_cuts))
        return slice_as_utf16(text, start, end, arena, slice);
    *slice = ns_text_utf8(bytes + from, to > from ? to - from : 0);
    return true;
}
