/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a run of ASCII characters, byte by byte of the text, as it is or regardless
 * of case. What is found is always right: ASCII bytes are never part of another
 * character. What is not found may yet be there if the literal is weak, that is, has
 * characters that others fold to (k: the Kelvin sign, s: the long s) or question marks.
 */
#ifndef NS_TEXT_LITERAL_H
#define NS_TEXT_LITERAL_H

#include "text/simd.h"

/*
 * The text's character t stands for number i of the literal if (t & masks[i]) ==
 * values[i]. A mask is FF, DF for a letter in either case, or 80 for any ASCII character.
 */
struct ns_literal {
    const unsigned char *values; /* room up to a multiple of 8, filled up with zeros */
    const unsigned char *masks;  /* likewise */
    size_t length;
    unsigned char first, second; /* numbers of the two that are looked for; may be one */
    bool is_pair;                /* these two are all of it */
    bool is_weak;
};

enum {
    NS_LITERAL_REACH = 32, /* `first` and `second` are below */
    NS_WINDOW = 64,        /* texts up to this length are searched at once */
};
#define NS_LITERAL_ROOM(length) (((length) + 7) / 8 * 8)
#define NS_NOWHERE SIZE_MAX

/* Does a character outside ASCII fold to this one? */
static inline bool ns_has_alias(uint32_t character, enum ns_fold fold)
{
    return fold == NS_FOLD_UNICODE && ((character | 0x20) == 'k' || (character | 0x20) == 's');
}

/* Has the text a character outside ASCII that folds to one inside? */
bool ns_text_has_alias(const struct ns_text *text);

/* Masks `length` ASCII bytes in `values`, and fills up both arrays as they must be. */
void ns_literal_mask(unsigned char *values, unsigned char *masks, size_t length,
                     enum ns_fold fold);

/* Sets the two to look for, by what is rare in paths and command lines. */
void ns_literal_choose(struct ns_literal *literal);

/* Does the literal stand at `at`, from where on the text is at least as long? */
NS_INLINE bool ns_literal_stands_at(const struct ns_literal *l, const void *text,
                                    size_t length, size_t at, bool wide)
{
    if (l->length <= 8) {
        uint64_t word = ns_word_padded(text, length, at, wide);
        return (word & ns_load_bytes(l->masks)) == ns_load_bytes(l->values);
    }
    size_t last = l->length - 8, i = 0;
    for (;;) {
        uint64_t word = ns_word_at(text, at + i, wide);
        if ((word & ns_load_bytes(l->masks + i)) != ns_load_bytes(l->values + i))
            return false;
        if (i == last)
            return true;
        i = i + 8 < last ? i + 8 : last; /* the last word may overlap */
    }
}

/* All of a text of up to NS_WINDOW characters. */
struct ns_window {
    ns_lanes lanes[4];
    size_t at[4];
    bool is_large; /* all four are used, not two */
};

NS_INLINE struct ns_window ns_window_of(const void *text, size_t length, bool wide)
{
    struct ns_window w;
    size_t last = length > NS_LANES ? length - NS_LANES : 0;
    w.is_large = length > 2 * NS_LANES;
    w.at[0] = 0;
    w.at[1] = last;
    w.lanes[0] = ns_lanes_padded(text, length, 0, wide);
    w.lanes[1] = last ? ns_lanes_at(text, last, wide) : w.lanes[0];
    if (w.is_large) {
        w.at[2] = NS_LANES;
        w.at[3] = last - NS_LANES;
        w.lanes[2] = ns_lanes_at(text, w.at[2], wide);
        w.lanes[3] = ns_lanes_at(text, w.at[3], wide);
    }
    return w;
}

/* Bit p: character `number` of the literal may stand at p + number. */
NS_INLINE uint64_t ns_window_places(const struct ns_window *w, const struct ns_literal *l,
                                    unsigned number)
{
    ns_lanes mask = ns_lanes_splat(l->masks[number]), value = ns_lanes_splat(l->values[number]);
    uint64_t bits = ns_lanes_equal(w->lanes[0], mask, value) |
                    (uint64_t)ns_lanes_equal(w->lanes[1], mask, value) << w->at[1];
    if (w->is_large)
        bits |= (uint64_t)ns_lanes_equal(w->lanes[2], mask, value) << w->at[2] |
                (uint64_t)ns_lanes_equal(w->lanes[3], mask, value) << w->at[3];
    return bits >> number;
}

/* The first place from `from` up to `to`, behind which the literal still has room. */
NS_INLINE size_t ns_window_find(const struct ns_window *w, const struct ns_literal *l,
                                const void *text, size_t length, size_t from, size_t to,
                                bool wide)
{
    uint64_t bits = ns_window_places(w, l, l->first) & ns_window_places(w, l, l->second);
    bits &= ~UINT64_C(0) << from & ~UINT64_C(0) >> (63 - to);
    for (; bits; bits &= bits - 1) {
        size_t at = ns_lowest_bit(bits);
        if (l->is_pair || ns_literal_stands_at(l, text, length, at, wide))
            return at;
    }
    return NS_NOWHERE;
}

/*
 * As ns_window_find() in a text longer than a window. Gives up behind *from when
 * *budget places have been tried in vain; *from is then the first one left.
 */
size_t ns_literal_find_bytes(const struct ns_literal *l, const void *text, size_t length,
                             size_t *from, size_t to, size_t *budget);
size_t ns_literal_find_units(const struct ns_literal *l, const void *text, size_t length,
                             size_t *from, size_t to, size_t *budget);

#endif
