/* SPDX-License-Identifier: Apache-2.0 */
#include "text/wildcard.h"

#include "text/literal.h"

/* A pattern character that stands for any one; no text has it. */
#define ANY NS_CHARACTER_END

struct part {
    const uint32_t *characters; /* folded */
    size_t length;
    struct ns_literal literal; /* the same, when the whole pattern is ASCII */
};

/* Up to eight characters at an end of the text, compared as struct ns_literal says. */
struct end_word {
    uint64_t value, mask;
    uint64_t weak; /* 80 where a character outside ASCII may match too */
};

/* What most texts are dismissed by comes first. */
struct ns_wildcard {
    size_t min_length; /* in characters */
    struct end_word head, tail;
    uint32_t part_count; /* stars + 1, runs of stars counted once */
    unsigned char fold;  /* enum ns_fold */
    bool is_ascii;       /* parts have literals */
    bool has_any;        /* a question mark */
    bool ends_are_all;   /* a star is all that the pattern has beside head and tail */
    struct ns_string required;
    struct part parts[];
};

bool ns_has_wildcard(struct ns_string pattern)
{
    return pattern.length && (memchr(pattern.data, '*', pattern.length) ||
                              memchr(pattern.data, '?', pattern.length));
}

/* --- Compiling ------------------------------------------------------------------ */

static struct ns_wildcard *new_wildcard(size_t part_count, enum ns_fold fold,
                                        struct ns_arena *arena)
{
    if (part_count > UINT32_MAX ||
        part_count > (SIZE_MAX - sizeof(struct ns_wildcard)) / sizeof(struct part))
        return NULL;
    struct ns_wildcard *w =
        ns_arena_alloc(arena, 1, sizeof *w + part_count * sizeof(struct part));
    if (w) {
        w->fold = (unsigned char)fold;
        w->is_ascii = true;
        w->part_count = (uint32_t)part_count;
    }
    return w;
}

static bool read_part(struct ns_wildcard *w, struct part *part, struct ns_string text,
                      bool is_literal, struct ns_arena *arena)
{
    uint32_t *characters = ns_arena_alloc(arena, text.length, sizeof *characters);
    if (!characters)
        return false;
    size_t count = 0;
    for (size_t at = 0; at < text.length;) {
        uint32_t c = ns_utf8_next((const unsigned char *)text.data, text.length, &at);
        if (c == '?' && !is_literal) {
            c = ANY;
            w->has_any = true;
        } else {
            c = ns_fold((enum ns_fold)w->fold, c);
            if (c >= 0x80)
                w->is_ascii = false;
        }
        characters[count++] = c;
    }
    part->characters = characters;
    part->length = count;
    w->min_length += count;
    return true;
}

static bool is_weak(const struct ns_wildcard *w, uint32_t character)
{
    return character == ANY || ns_has_alias(character, (enum ns_fold)w->fold);
}

static bool make_literal(const struct ns_wildcard *w, struct part *part, struct ns_arena *arena)
{
    size_t room = NS_LITERAL_ROOM(part->length);
    unsigned char *values = ns_arena_alloc(arena, room, 1);
    unsigned char *masks = ns_arena_alloc(arena, room, 1);
    if (!values || !masks)
        return false;
    part->literal = (struct ns_literal){values, masks, part->length, 0, 0, false, false};
    for (size_t i = 0; i < part->length; i++)
        values[i] = (unsigned char)part->characters[i];
    ns_literal_mask(values, masks, part->length, (enum ns_fold)w->fold);
    for (size_t i = 0; i < part->length; i++) {
        if (part->characters[i] == ANY) {
            values[i] = 0;
            masks[i] = 0x80;
        }
        part->literal.is_weak |= is_weak(w, part->characters[i]);
    }
    ns_literal_choose(&part->literal);
    return true;
}

/* Adds a character that comes number `place` in a text's first or last eight. False if it
 * cannot, nor any further from the end. */
static bool add_to_end(const struct ns_wildcard *w, struct end_word *end, size_t place,
                       uint32_t character)
{
    uint64_t value = character, mask = 0xFF;
    if (character == ANY) {
        value = 0;
        mask = 0x80;
    } else if (character >= 0x80) {
        return false;
    } else if (w->fold != NS_FOLD_NONE && ns_word_letters(character, false)) {
        mask = 0xDF;
    }
    end->value |= (value & mask) << 8 * place;
    end->mask |= mask << 8 * place;
    if (is_weak(w, character))
        end->weak |= UINT64_C(0x80) << 8 * place;
    return true;
}

static void fill_ends(struct ns_wildcard *w)
{
    const struct part *first = &w->parts[0], *last = &w->parts[w->part_count - 1];
    for (size_t i = 0; i < 8 && i < first->length; i++) {
        if (!add_to_end(w, &w->head, i, first->characters[i]))
            break;
    }
    for (size_t i = 0; i < 8 && i < last->length; i++) {
        if (!add_to_end(w, &w->tail, 7 - i, last->characters[last->length - 1 - i]))
            break;
    }
    w->ends_are_all =
        w->is_ascii && w->part_count == 2 && first->length <= 8 && last->length <= 8;
}

static bool keep_required(struct ns_wildcard *w, struct ns_arena *arena)
{
    const uint32_t *longest = NULL;
    size_t length = 0;
    for (size_t p = 0; p < w->part_count; p++) {
        const struct part *part = &w->parts[p];
        for (size_t i = 0, run = 0; i < part->length; i++) {
            run = part->characters[i] < 0x80 ? run + 1 : 0;
            if (run > length) {
                length = run;
                longest = part->characters + i + 1 - run;
            }
        }
    }
    char *bytes = ns_arena_alloc(arena, length, 1);
    if (!bytes)
        return false;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)longest[i];
    w->required = (struct ns_string){bytes, length};
    return true;
}

/* What follows from the parts once all are read. */
static bool finish(struct ns_wildcard *w, struct ns_arena *arena)
{
    for (size_t i = 0; w->is_ascii && i < w->part_count; i++) {
        if (!make_literal(w, &w->parts[i], arena))
            return false;
    }
    fill_ends(w);
    return keep_required(w, arena);
}

/* The part that starts at *at, up to a star or the end; moves *at behind the stars. */
static struct ns_string next_part(struct ns_string pattern, size_t *at)
{
    const char *start = pattern.data + *at;
    size_t left = pattern.length - *at;
    const char *star = left ? memchr(start, '*', left) : NULL;
    size_t length = star ? (size_t)(star - start) : left;
    *at += length;
    while (*at < pattern.length && pattern.data[*at] == '*')
        ++*at;
    return (struct ns_string){start, length};
}

static size_t count_parts(struct ns_string pattern)
{
    size_t count = 0, at = 0;
    do {
        next_part(pattern, &at);
        count++;
    } while (at < pattern.length);
    bool ends_in_star = pattern.length && pattern.data[pattern.length - 1] == '*';
    return count + (ends_in_star ? 1 : 0);
}

const struct ns_wildcard *ns_wildcard_compile(struct ns_string pattern, enum ns_fold fold,
                                              struct ns_arena *arena)
{
    size_t count = count_parts(pattern);
    struct ns_wildcard *w = new_wildcard(count, fold, arena);
    if (!w)
        return NULL;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (!read_part(w, &w->parts[i], next_part(pattern, &at), false, arena))
            return NULL;
    }
    return finish(w, arena) ? w : NULL;
}

const struct ns_wildcard *ns_wildcard_literal(struct ns_string literal, enum ns_anchor anchor,
                                              enum ns_fold fold, struct ns_arena *arena)
{
    size_t count = anchor == NS_ANYWHERE && literal.length ? 3 : 2;
    struct ns_wildcard *w = new_wildcard(count, fold, arena);
    if (!w || !read_part(w, &w->parts[anchor == NS_AT_START ? 0 : 1], literal, true, arena))
        return NULL;
    return finish(w, arena) ? w : NULL;
}

struct ns_string ns_wildcard_required_literal(const struct ns_wildcard *w)
{
    return w->required;
}

/* --- Any pattern on any text: character by character ----------------------- */

/* Moves *at behind the part if it stands there; otherwise leaves it alone. */
static bool part_stands_at(const struct ns_wildcard *w, const struct part *part,
                           const struct ns_text *text, size_t *at)
{
    size_t here = *at;
    for (size_t i = 0; i < part->length; i++) {
        if (here >= text->length)
            return false;
        uint32_t c = ns_text_next(text, &here);
        if (part->characters[i] != ANY &&
            part->characters[i] != ns_fold((enum ns_fold)w->fold, c))
            return false;
    }
    *at = here;
    return true;
}

static bool find_part(const struct ns_wildcard *w, const struct part *part,
                      const struct ns_text *text, size_t *at)
{
    for (;;) {
        if (part_stands_at(w, part, text, at))
            return true;
        if (*at >= text->length)
            return false;
        ns_text_next(text, at);
    }
}

/* Does the part stand at the very end, at or behind `at`? */
static bool part_ends_text(const struct ns_wildcard *w, const struct part *part,
                           const struct ns_text *text, size_t at)
{
    size_t left = 0;
    for (size_t i = at; i < text->length; left++)
        ns_text_next(text, &i);
    if (left < part->length)
        return false;
    for (; left > part->length; left--)
        ns_text_next(text, &at);
    return part_stands_at(w, part, text, &at);
}

static bool match_characters(const struct ns_wildcard *w, const struct ns_text *text)
{
    size_t at = 0;
    if (!part_stands_at(w, &w->parts[0], text, &at))
        return false;
    if (w->part_count == 1)
        return at == text->length;
    for (size_t i = 1; i + 1 < w->part_count; i++) {
        if (!find_part(w, &w->parts[i], text, &at))
            return false;
    }
    return part_ends_text(w, &w->parts[w->part_count - 1], text, at);
}

/* --- ASCII pattern: byte by byte, or unit by unit ----------------------------- */

/* UNSURE: characters outside ASCII may still make a match. */
enum verdict { NO, YES, UNSURE };

/* A part that stands at an end of the text. */
NS_INLINE enum verdict match_end(const struct ns_literal *l, const void *text, size_t length,
                                 size_t at, bool wide)
{
    if (ns_literal_stands_at(l, text, length, at, wide))
        return YES;
    if (!l->is_weak)
        return NO;
    const void *start = wide ? (const void *)((const uint16_t *)text + at)
                             : (const void *)((const unsigned char *)text + at);
    return ns_lanes_are_ascii(start, l->length, wide) ? NO : UNSURE;
}

/* The parts between the first and the last, from `at` up to `end`. */
NS_INLINE enum verdict match_middle(const struct ns_wildcard *w, const void *text,
                                    size_t length, size_t at, size_t end, bool wide)
{
    bool is_short = length <= NS_WINDOW, unsure = false;
    struct ns_window window;
    if (is_short)
        window = ns_window_of(text, length, wide);
    for (size_t i = 1; i + 1 < w->part_count; i++) {
        const struct ns_literal *l = &w->parts[i].literal;
        size_t place = NS_NOWHERE;
        unsure |= l->is_weak;
        if (end - at >= l->length) {
            size_t to = end - l->length, budget = SIZE_MAX;
            if (is_short)
                place = ns_window_find(&window, l, text, length, at, to, wide);
            else if (wide)
                place = ns_literal_find_units(l, text, length, &at, to, &budget);
            else
                place = ns_literal_find_bytes(l, text, length, &at, to, &budget);
        }
        if (place == NS_NOWHERE)
            return unsure ? UNSURE : NO;
        at = place + l->length;
    }
    return YES;
}

NS_INLINE enum verdict match_ascii(const struct ns_wildcard *w, const void *text, size_t length,
                                   bool wide)
{
    const struct ns_literal *first = &w->parts[0].literal;
    const struct ns_literal *last = &w->parts[w->part_count - 1].literal;
    enum verdict verdict = YES;
    if (w->part_count == 1 && length != first->length)
        return first->is_weak ? UNSURE : NO;
    if (first->length > 8)
        verdict = match_end(first, text, length, 0, wide);
    if (verdict != YES || w->part_count == 1)
        return verdict;
    if (last->length > 8)
        verdict = match_end(last, text, length, length - last->length, wide);
    if (verdict != YES || w->part_count == 2)
        return verdict;
    return match_middle(w, text, length, first->length, length - last->length, wide);
}

/* Apart, so that dismissing a text by its ends needs no room on the stack. */
static enum verdict match_bytes(const struct ns_wildcard *w, const struct ns_text *text)
{
    return match_ascii(w, text->data, text->length, false);
}

static enum verdict match_units(const struct ns_wildcard *w, const struct ns_text *text)
{
    return match_ascii(w, text->data, text->length, true);
}

/* The ends, then the rest. */
NS_INLINE enum verdict match(const struct ns_wildcard *w, const struct ns_text *text, bool wide)
{
    uint64_t head, tail;
    if (NS_LIKELY(text->length >= 8)) {
        head = ns_word_at(text->data, 0, wide);
        tail = ns_word_at(text->data, text->length - 8, wide);
    } else if (text->length == 0) {
        head = tail = 0;
    } else {
        head = ns_short_word(text->data, text->length, wide);
        tail = head << 8 * (8 - text->length);
    }
    if ((head & w->head.mask) != w->head.value || (tail & w->tail.mask) != w->tail.value)
        return (head & w->head.weak) || (tail & w->tail.weak) ? UNSURE : NO;
    if (w->ends_are_all)
        return YES;
    if (!w->is_ascii)
        return UNSURE;
    return wide ? match_units(w, text) : match_bytes(w, text);
}

/* A text that may only match by characters outside ASCII. */
static bool match_unsure(const struct ns_wildcard *w, const struct ns_text *text)
{
    bool may_match = w->is_ascii && !w->has_any ? ns_text_has_alias(text)
                                                : !ns_text_is_ascii(text);
    return may_match && match_characters(w, text);
}

bool ns_wildcard_match(const struct ns_wildcard *w, const struct ns_text *text)
{
    if (text->length < w->min_length)
        return false;
    enum verdict verdict = text->encoding == NS_UTF8 ? match(w, text, false)
                                                     : match(w, text, true);
    return verdict == UNSURE ? match_unsure(w, text) : verdict == YES;
}
