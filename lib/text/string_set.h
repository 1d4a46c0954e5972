/* SPDX-License-Identifier: Apache-2.0 */
/* A set of strings, compared exactly or folded; one look-up whatever its size. */
#ifndef NS_TEXT_STRING_SET_H
#define NS_TEXT_STRING_SET_H

#include "base/arena.h"
#include "text/simd.h"

/* Are the two equal character by character, folded? */
bool ns_text_equal(const struct ns_text *a, const struct ns_text *b, enum ns_fold fold);

/* The first and the last eight characters of a text, or fewer as ns_word_padded() gives them.
 * A text of up to NS_ENDS characters is all in them. */
enum { NS_ENDS = 16 };

NS_INLINE uint64_t ns_text_head(const struct ns_text *text)
{
    if (NS_LIKELY(text->is_padded)) /* lengths vary too much to branch by them */
        return ns_word_head(ns_load_bytes(text->data), text->length);
    return ns_text_word(text, 0);
}

NS_INLINE uint64_t ns_text_tail(const struct ns_text *text, uint64_t head)
{
    if (NS_LIKELY(text->is_padded)) {
        size_t from = text->length > 8 ? text->length - 8 : 0;
        return ns_word_head(ns_load_bytes((const char *)text->data + from), text->length);
    }
    return text->length > 8 ? ns_text_word(text, text->length - 8) : head;
}

NS_INLINE uint64_t ns_mix(uint64_t state, uint64_t word)
{
    state = (state ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return state ^ state >> 32;
}

/* Of a text of up to NS_ENDS characters, all of them ASCII: its ns_text_hash(), when the ends
 * are folded. */
NS_INLINE uint64_t ns_hash_ends(uint64_t head, uint64_t tail, size_t length)
{
    return ns_mix(ns_mix(length, head), tail);
}

/* A string of a set, folded. */
struct ns_member {
    struct ns_text text;
    uint64_t head, tail;
};

/* Does the text equal the member? For one with ASCII ends, which are given folded. */
NS_INLINE bool ns_member_equals(const struct ns_member *member, const struct ns_text *text,
                                uint64_t head, uint64_t tail, enum ns_fold fold)
{
    return head == member->head && tail == member->tail &&
           (text->length <= NS_ENDS ? text->length == member->text.length
                                    : ns_text_equal(&member->text, text, fold));
}

struct ns_slot;

struct ns_string_set {
    size_t count;
    enum ns_fold fold;
    size_t slot_count;     /* a power of two, at least twice the count */
    struct ns_slot *slots; /* NULL in a small set */
    struct ns_member members[];
};

/* NULL when out of memory. The strings are copied. */
const struct ns_string_set *ns_string_set_new(const struct ns_string *strings, size_t count,
                                              enum ns_fold fold, struct ns_arena *arena);

/* For a large set, or a text whose ends are not ASCII. */
bool ns_string_set_contains_any(const struct ns_string_set *set, const struct ns_text *text);

NS_INLINE bool ns_string_set_contains(const struct ns_string_set *set, const struct ns_text *text)
{
    uint64_t head = ns_text_head(text), tail = ns_text_tail(text, head);
    if (set->slots || ((head | tail) & NS_HIGH_BITS))
        return ns_string_set_contains_any(set, text);
    head = ns_fold_word(set->fold, head);
    tail = ns_fold_word(set->fold, tail);
    for (size_t i = 0; i < set->count; i++) {
        if (ns_member_equals(&set->members[i], text, head, tail, set->fold))
            return true;
    }
    return false;
}

/* The same for texts that are equal under this folding, in whichever encoding. */
uint64_t ns_text_hash(const struct ns_text *text, enum ns_fold fold);


/* Negative, 0 or positive: by code points, which is the order of UTF-8 bytes. */
int ns_text_compare(const struct ns_text *a, const struct ns_text *b);

#endif
