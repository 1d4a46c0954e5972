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
#include "text/literal.h"
#include "text/outline.h"

struct ns_wildcard_part {
    const uint32_t *characters; /* folded */
    size_t length;
    struct ns_literal literal; /* the same, when the whole pattern is ASCII */
    bool is_weak_so_far;       /* it, or one before it but the first */
};

/* Up to eight characters at an end of the text, compared as struct ns_literal says. */
struct ns_wildcard_end {
    uint64_t value, mask;
    uint64_t weak; /* 80 where a character outside ASCII may match too */
};

struct ns_wildcard {
    size_t min_length; /* in characters */
    struct ns_wildcard_end head, tail;
    uint32_t part_count; /* stars + 1, runs of stars counted once */
    unsigned char fold;  /* enum ns_fold */
    bool is_ascii;       /* parts have literals; else no text of ASCII alone matches */
    bool has_any;        /* a question mark */
    bool is_all_ends;    /* a star is all that the pattern has beside head and tail */
    bool has_short_ends; /* ASCII with a star, and at the ends no more than head and tail */
    struct ns_string required;
    struct ns_wildcard_part parts[];
};

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

/* Shorter literals stand in too many texts to tell these apart. */
enum { NS_LEAST_LITERAL = 4 };

/* Is the literal part of what many paths have in common? */
bool ns_is_common(struct ns_string literal);

/*
 * A run of ASCII characters, folded, that is in every text that matches; of length 0 when
 * there is none. It is the longest that is not common, if that is long enough to be told from
 * others, else the longest. In a text that is not ASCII, the characters may be others that
 * fold to these. Lives as long as the pattern.
 */
struct ns_string ns_wildcard_required_literal(const struct ns_wildcard *wildcard);

/* Adds the texts that may match. */
void ns_wildcard_outline(const struct ns_wildcard *wildcard, struct ns_outline *outline);

/* For a text that head and tail do not rule out, and for one they may do so wrongly. */
bool ns_wildcard_match_rest(const struct ns_wildcard *wildcard, const void *text,
                            size_t length, enum ns_encoding encoding);
bool ns_wildcard_match_unsure(const struct ns_wildcard *wildcard, const void *text,
                              size_t length, enum ns_encoding encoding);

NS_INLINE bool ns_wildcard_match_in(const struct ns_wildcard *w, const void *text,
                                    size_t length, enum ns_encoding encoding)
{
    const bool wide = encoding == NS_UTF16;
    if (length < w->min_length)
        return false;
    uint64_t head, tail;
    if (NS_LIKELY(length >= 8)) {
        head = wide ? ns_word_at(text, 0, true) : ns_word_at(text, 0, false);
        tail = wide ? ns_word_at(text, length - 8, true) : ns_word_at(text, length - 8, false);
    } else {
        head = wide ? ns_short_word(text, length, true) : ns_short_word(text, length, false);
        tail = length ? head << 8 * (8 - length) : 0;
    }
    uint64_t wrong = ((head & w->head.mask) ^ w->head.value) |
                     ((tail & w->tail.mask) ^ w->tail.value);
    uint64_t weak = (head & w->head.weak) | (tail & w->tail.weak);
    if (NS_UNLIKELY(weak)) /* then something is wrong, too */
        return ns_wildcard_match_unsure(w, text, length, encoding);
    if (w->is_all_ends) /* no branch by the text, which would be predicted badly */
        return wrong == 0;
    return wrong == 0 && ns_wildcard_match_rest(w, text, length, encoding);
}

/* Most texts do not match, and most of these can be told by their ends. */
static inline bool ns_wildcard_match(const struct ns_wildcard *wildcard,
                                     const struct ns_text *text)
{
    if (text->encoding == NS_UTF8)
        return ns_wildcard_match_in(wildcard, text->data, text->length, NS_UTF8);
    return ns_wildcard_match_in(wildcard, text->data, text->length, NS_UTF16);
}

#endif
