/* SPDX-License-Identifier: Apache-2.0 */
#include "text/wildcard.h"

#include <string.h>

/* A pattern character that stands for any one; no text has it. */
#define ANY NS_CHARACTER_END

bool ns_has_wildcard(struct ns_string pattern)
{
    return pattern.length && (memchr(pattern.data, '*', pattern.length) ||
                              memchr(pattern.data, '?', pattern.length));
}

/* --- Compiling ------------------------------------------------------------------ */

static struct ns_wildcard *new_wildcard(size_t part_count, enum ns_fold fold,
                                        struct ns_arena *arena)
{
    /* GCOVR_EXCL_START: gigabytes of stars */
    if (part_count > UINT32_MAX ||
        part_count > (SIZE_MAX - sizeof(struct ns_wildcard)) / sizeof(struct ns_wildcard_part))
        return NULL;
    /* GCOVR_EXCL_STOP */
    struct ns_wildcard *w =
        ns_arena_alloc(arena, 1, sizeof *w + part_count * sizeof(struct ns_wildcard_part));
    if (w) {
        w->fold = (unsigned char)fold;
        w->is_ascii = true;
        w->part_count = (uint32_t)part_count;
    }
    return w;
}

static bool read_part(struct ns_wildcard *w, struct ns_wildcard_part *part,
                      struct ns_string text, bool is_literal, struct ns_arena *arena)
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

static bool make_literal(const struct ns_wildcard *w, struct ns_wildcard_part *part,
                         struct ns_arena *arena)
{
    size_t room = NS_LITERAL_ROOM(part->length);
    unsigned char *values = ns_arena_alloc(arena, room, 1);
    unsigned char *masks = ns_arena_alloc(arena, room, 1);
    if (!values || !masks)
        return false;
    struct ns_literal literal = {.values = values, .masks = masks, .length = part->length};
    for (size_t i = 0; i < part->length; i++)
        values[i] = (unsigned char)part->characters[i];
    ns_literal_mask(values, masks, part->length, (enum ns_fold)w->fold);
    for (size_t i = 0; i < part->length; i++) {
        if (part->characters[i] == ANY) {
            values[i] = 0;
            masks[i] = 0x80;
        }
        literal.is_weak |= is_weak(w, part->characters[i]);
    }
    ns_literal_choose(&literal);
    part->literal = literal;
    return true;
}

/* Adds a character that comes number `place` in a text's first or last eight. False if it
 * cannot, nor any further from the end. */
static bool add_to_end(const struct ns_wildcard *w, struct ns_wildcard_end *end, size_t place,
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
    const struct ns_wildcard_part *first = &w->parts[0], *last = &w->parts[w->part_count - 1];
    for (size_t i = 0; i < 8 && i < first->length; i++) {
        if (!add_to_end(w, &w->head, i, first->characters[i]))
            break;
    }
    for (size_t i = 0; i < 8 && i < last->length; i++) {
        if (!add_to_end(w, &w->tail, 7 - i, last->characters[last->length - 1 - i]))
            break;
    }
    w->has_short_ends =
        w->is_ascii && w->part_count > 1 && first->length <= 8 && last->length <= 8;
    w->is_all_ends = w->has_short_ends && w->part_count == 2;
}

/* Does the text begin with the literal, folded? */
static bool starts_with(const char *text, struct ns_string literal)
{
    size_t i = 0;
    while (i < literal.length && text[i] &&
           ns_fold_ascii((unsigned char)literal.data[i]) == (unsigned char)text[i])
        i++;
    return i == literal.length;
}

bool ns_is_common(struct ns_string literal)
{
    static const char PATHS[] = "c:\\windows\\system32\\ c:\\windows\\syswow64\\ "
                                "c:\\program files\\ c:\\program files (x86)\\ c:\\programdata\\ "
                                "c:\\users\\ \\appdata\\local\\ \\appdata\\roaming\\ .exe";
    if (literal.length == 0)
        return true;
    int first = (int)ns_fold_ascii((unsigned char)literal.data[0]);
    for (const char *at = PATHS; (at = strchr(at, first)) && *at; at++) {
        if (starts_with(at, literal))
            return true;
    }
    return false;
}

/* The run of ASCII characters that begins in the part at *at, or behind; moves *at behind it. */
static struct ns_string next_run(const struct ns_wildcard_part *part, size_t *at, char *bytes)
{
    size_t length = 0;
    while (*at < part->length && part->characters[*at] >= 0x80)
        ++*at;
    while (*at < part->length && part->characters[*at] < 0x80)
        bytes[length++] = (char)part->characters[(*at)++];
    return (struct ns_string){bytes, length};
}

static bool tells_texts_apart(struct ns_string run)
{
    return run.length >= NS_LEAST_LITERAL && !ns_is_common(run);
}

static bool keep_required(struct ns_wildcard *w, struct ns_arena *arena)
{
    struct ns_string best = {"", 0};
    bool best_tells = false;
    for (size_t p = 0; p < w->part_count; p++) {
        const struct ns_wildcard_part *part = &w->parts[p];
        char *bytes = ns_arena_alloc(arena, part->length, 1);
        if (!bytes)
            return false;
        for (size_t at = 0; at < part->length;) {
            struct ns_string run = next_run(part, &at, bytes);
            bytes += run.length;
            bool tells = tells_texts_apart(run);
            if (tells == best_tells ? run.length > best.length : tells) {
                best = run;
                best_tells = tells;
            }
        }
    }
    w->required = best;
    return true;
}

/* What follows from the parts once all are read. */
static bool finish(struct ns_wildcard *w, struct ns_arena *arena)
{
    for (size_t i = 0; w->is_ascii && i < w->part_count; i++) {
        struct ns_wildcard_part *part = &w->parts[i];
        if (!make_literal(w, part, arena))
            return false;
        part->is_weak_so_far = part->literal.is_weak || (i > 1 && part[-1].is_weak_so_far);
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

void ns_wildcard_outline(const struct ns_wildcard *w, struct ns_outline *outline)
{
    enum { MOST_BYTES = 4 }; /* of a character, no more than it takes in the pattern's parts */
    size_t most = w->min_length * MOST_BYTES;
    const struct ns_wildcard_part *first = &w->parts[0];
    bool is_any = first->length == 0 || first->characters[0] == ANY;
    ns_outline_add_lengths(outline, w->min_length, w->part_count == 1 ? most : SIZE_MAX);
    if (w->part_count > 1 || first->length)
        ns_outline_add_start(outline, is_any ? UINT32_MAX : first->characters[0],
                             (enum ns_fold)w->fold);
}

/* --- Any pattern on any text: character by character ----------------------- */

/* Moves *at behind the part if it stands there; otherwise leaves it alone. */
static bool part_stands_at(const struct ns_wildcard *w, const struct ns_wildcard_part *part,
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

static bool find_part(const struct ns_wildcard *w, const struct ns_wildcard_part *part,
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
static bool part_ends_text(const struct ns_wildcard *w, const struct ns_wildcard_part *part,
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

/* The first and the last part, in full. */
NS_INLINE enum verdict match_ends(const struct ns_wildcard *w, const void *text, size_t length,
                                  bool wide)
{
    const struct ns_literal *first = &w->parts[0].literal;
    const struct ns_literal *last = &w->parts[w->part_count - 1].literal;
    if (w->part_count == 1 && length != first->length)
        return first->is_weak ? UNSURE : NO;
    enum verdict verdict = match_end(first, text, length, 0, wide);
    if (verdict != YES || w->part_count == 1)
        return verdict;
    return match_end(last, text, length, length - last->length, wide);
}

/* The parts between the first and the last. */
NS_INLINE bool match_middle(const struct ns_wildcard *w, const void *text, size_t length,
                            enum ns_size size, bool wide)
{
    const struct ns_wildcard_part *part = w->parts, *last = w->parts + w->part_count - 1;
    const size_t end = length - last->length;
    size_t at = part->length;
    struct ns_window window;
    if (size != NS_LONG)
        window = ns_window_of(text, length, size, wide);
    while (++part < last) {
        const struct ns_literal *l = &part->literal;
        size_t place = NS_NOWHERE, to = end - l->length;
        if (end - at >= l->length) {
            if (size != NS_LONG)
                place = ns_window_find(&window, l, text, length, at, to, size, wide);
            else if (wide)
                place = ns_literal_find_units(l, text, length, at, to);
            else
                place = ns_literal_find_bytes(l, text, length, at, to);
        }
        if (place == NS_NOWHERE)
            return part->is_weak_so_far && (size == NS_LONG || !ns_window_is_ascii(&window)) &&
                   ns_wildcard_match_unsure(w, text, length, wide ? NS_UTF16 : NS_UTF8);
        at = place + l->length;
    }
    return true;
}

/* Functions of their own for all that is constant, so that they need few registers. */
#define NS_DEFINE_MATCH(name, size)                                                          \
    NS_NOINLINE bool name##_bytes(const struct ns_wildcard *w, const void *text,             \
                                  size_t length)                                             \
    {                                                                                        \
        return match_middle(w, text, length, size, false);                                   \
    }                                                                                        \
    NS_NOINLINE bool name##_units(const struct ns_wildcard *w, const void *text,             \
                                  size_t length)                                             \
    {                                                                                        \
        return match_middle(w, text, length, size, true);                                    \
    }
NS_DEFINE_MATCH(match_tiny, NS_TINY)
NS_DEFINE_MATCH(match_small, NS_SMALL)
NS_DEFINE_MATCH(match_large, NS_LARGE)
NS_DEFINE_MATCH(match_long, NS_LONG)

static bool search_middle(const struct ns_wildcard *w, const void *text, size_t length,
                             bool wide)
{
    switch (ns_size_of(length)) {
    case NS_TINY:
        return wide ? match_tiny_units(w, text, length) : match_tiny_bytes(w, text, length);
    case NS_SMALL:
        return wide ? match_small_units(w, text, length) : match_small_bytes(w, text, length);
    case NS_LARGE:
        return wide ? match_large_units(w, text, length) : match_large_bytes(w, text, length);
    default:
        return wide ? match_long_units(w, text, length) : match_long_bytes(w, text, length);
    }
}

NS_NOINLINE bool match_ends_and_middle(const struct ns_wildcard *w, const void *text,
                                       size_t length, enum ns_encoding encoding)
{
    bool wide = encoding == NS_UTF16;
    enum verdict verdict = UNSURE;
    if (w->is_ascii)
        verdict = wide ? match_ends(w, text, length, true) : match_ends(w, text, length, false);
    if (verdict == UNSURE)
        return ns_wildcard_match_unsure(w, text, length, encoding);
    return verdict == YES && (w->part_count <= 2 || search_middle(w, text, length, wide));
}

bool ns_wildcard_match_rest(const struct ns_wildcard *w, const void *text, size_t length,
                            enum ns_encoding encoding)
{
    return w->has_short_ends ? search_middle(w, text, length, encoding == NS_UTF16)
                             : match_ends_and_middle(w, text, length, encoding);
}

bool ns_wildcard_match_unsure(const struct ns_wildcard *w, const void *text, size_t length,
                              enum ns_encoding encoding)
{
    struct ns_text t = {text, length, encoding, false};
    bool may_match = w->is_ascii && !w->has_any ? ns_text_has_alias(&t) : !ns_text_is_ascii(&t);
    return may_match && match_characters(w, &t);
}
