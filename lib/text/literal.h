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
    struct ns_probe {
        unsigned number;
        unsigned char value[NS_LANES], mask[NS_LANES]; /* the same in every lane */
    } first, second; /* the characters that are looked for; may be the same */
    bool is_single;  /* they are the same */
    bool is_pair;    /* the two are all of the literal */
    bool is_weak;
};

enum {
    NS_LITERAL_REACH = 32, /* the numbers of `first` and `second` are below */
    NS_WINDOW = 64,        /* texts up to this length are searched at once */
};
#define NS_LITERAL_ROOM(length) (((length) + 7) / 8 * 8)
#define NS_NOWHERE SIZE_MAX

/* 0x80 where ns_has_alias() is true of a byte of the word, which is ASCII. */
NS_INLINE uint64_t ns_word_aliases(uint64_t word)
{
    uint64_t lower = word | NS_EACH(0x20), seven = NS_EACH(0x7F);
    return ~(((lower ^ NS_EACH('k')) + seven) & ((lower ^ NS_EACH('s')) + seven)) & NS_HIGH_BITS;
}

/* Has the text a character outside ASCII that folds to one inside? */
bool ns_text_has_alias(const struct ns_text *text);

/* Masks `length` ASCII bytes in `values`, and fills up both arrays as they must be. */
void ns_literal_mask(unsigned char *values, unsigned char *masks, size_t length,
                     enum ns_fold fold);

/* How common a character, in either case, is in paths and command lines; 0: rarest of all. */
unsigned ns_commonness(unsigned char character);

/* Sets the two to look for: these, or the rarest in paths and command lines. */
void ns_literal_probe(struct ns_literal *literal, size_t first, size_t second);
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

/* Bit i: the probed character is in lane i. */
NS_INLINE uint32_t ns_probe_lanes(const struct ns_probe *probe, ns_lanes lanes)
{
    return ns_lanes_equal(lanes, ns_lanes_at(probe->mask, 0, false),
                          ns_lanes_at(probe->value, 0, false));
}

/*
 * All of a text of up to NS_WINDOW characters, in as many lanes as it needs, which
 * overlap. The size is a constant wherever a window is used.
 */
enum ns_size {
    NS_TINY,  /* below NS_LANES */
    NS_SMALL, /* up to twice that */
    NS_LARGE, /* up to NS_WINDOW */
    NS_LONG   /* no window */
};

struct ns_window {
    ns_lanes start, end;   /* the first and the last sixteen characters */
    ns_lanes start2, end2; /* those that follow and precede */
    size_t end_at;
};

static inline enum ns_size ns_size_of(size_t length)
{
    return length < NS_LANES                ? NS_TINY
           : length <= 2 * (size_t)NS_LANES ? NS_SMALL
           : length <= NS_WINDOW            ? NS_LARGE
                                            : NS_LONG;
}

NS_INLINE struct ns_window ns_window_of(const void *text, size_t length, enum ns_size size,
                                        bool wide)
{
    struct ns_window w;
    if (size == NS_TINY) {
        w.end_at = 0;
        w.start = w.end = ns_lanes_padded(text, length, wide);
    } else {
        w.end_at = length - NS_LANES;
        w.start = ns_lanes_at(text, 0, wide);
        w.end = ns_lanes_at(text, w.end_at, wide);
    }
    w.start2 = size == NS_LARGE ? ns_lanes_at(text, NS_LANES, wide) : w.start;
    w.end2 = size == NS_LARGE ? ns_lanes_at(text, w.end_at - NS_LANES, wide) : w.end;
    return w;
}

NS_INLINE bool ns_window_is_ascii(const struct ns_window *w)
{
    return !ns_lanes_any_high(ns_lanes_or(ns_lanes_or(w->start, w->end),
                                          ns_lanes_or(w->start2, w->end2)));
}

/* Bit i: the probed character of a literal at from + i is where it must be. */
NS_INLINE uint64_t ns_window_probe(const struct ns_window *w, const struct ns_probe *probe,
                                   size_t from, enum ns_size size)
{
    uint64_t bits = ns_probe_lanes(probe, w->start);
    if (size >= NS_SMALL)
        bits |= (uint64_t)ns_probe_lanes(probe, w->end) << w->end_at;
    if (size >= NS_LARGE)
        bits |= (uint64_t)ns_probe_lanes(probe, w->start2) << NS_LANES |
                (uint64_t)ns_probe_lanes(probe, w->end2) << (w->end_at - NS_LANES);
    return bits >> (from + probe->number);
}

/* The first place from `from` up to `to`, behind which the literal still has room. */
NS_INLINE size_t ns_window_find(const struct ns_window *w, const struct ns_literal *l,
                                const void *text, size_t length, size_t from, size_t to,
                                enum ns_size size, bool wide)
{
    uint64_t bits = ns_window_probe(w, &l->first, from, size);
    if (!l->is_single)
        bits &= ns_window_probe(w, &l->second, from, size);
    for (; bits; bits &= bits - 1) {
        size_t at = from + ns_lowest_bit(bits);
        if (at > to)
            break;
        if (l->is_pair || ns_literal_stands_at(l, text, length, at, wide))
            return at;
    }
    return NS_NOWHERE;
}

/* As ns_window_find() in a text longer than a window. */
size_t ns_literal_find_bytes(const struct ns_literal *l, const void *text, size_t length,
                             size_t from, size_t to);
size_t ns_literal_find_units(const struct ns_literal *l, const void *text, size_t length,
                             size_t from, size_t to);

#endif
