/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text must look like to equal one of some strings or to match one of some patterns:
 * a look at its length and first character turns most texts away before anything is compared.
 */
#ifndef NS_TEXT_OUTLINE_H
#define NS_TEXT_OUTLINE_H

#include "base/bits.h"
#include "text/fold.h"
#include "text/text.h"

struct ns_outline {
    uint64_t lengths;     /* bit n: a text may have n bytes or units; bit 63: that or more */
    uint64_t initials[2]; /* bit c: a text may start with the ASCII character c */
};

static inline uint64_t ns_outline_length(size_t length)
{
    return UINT64_C(1) << (length < 63 ? length : 63);
}

/* Adds texts of `least` to `most` bytes or units. */
static inline void ns_outline_add_lengths(struct ns_outline *outline, size_t least, size_t most)
{
    uint64_t last = ns_outline_length(most);
    outline->lengths |= (last | (last - 1)) & ~(ns_outline_length(least) - 1);
}

static inline void ns_outline_add_initial(struct ns_outline *outline, uint32_t c)
{
    ns_set_bit(outline->initials, c);
}

/* Adds texts that start with the character under this folding. Those outside ASCII may fold to
 * others inside. */
static inline void ns_outline_add_start(struct ns_outline *outline, uint32_t character,
                                        enum ns_fold fold)
{
    if (character >= 0x80) {
        outline->initials[0] = outline->initials[1] = UINT64_MAX;
        return;
    }
    ns_outline_add_initial(outline, character);
    uint32_t folded = ns_fold_ascii(character);
    if (fold != NS_FOLD_NONE && folded - 'a' < 26) {
        ns_outline_add_initial(outline, folded);
        ns_outline_add_initial(outline, folded - 32);
    }
}

/* Adds a string that is compared under this folding. Of its characters, k and s may be three
 * bytes. */
static inline void ns_outline_add(struct ns_outline *outline, struct ns_string string,
                                  enum ns_fold fold)
{
    size_t most = string.length;
    for (size_t i = 0; i < string.length; i++)
        most += ns_has_alias((unsigned char)string.data[i], fold) ? 2 : 0;
    if (ns_is_ascii(string.data, string.length))
        ns_outline_add_lengths(outline, string.length, most);
    else
        ns_outline_add_lengths(outline, 0, SIZE_MAX);
    if (string.length)
        ns_outline_add_start(outline, (unsigned char)string.data[0], fold);
}

/* False when the text is none of those added. */
static inline bool ns_outline_admits(const struct ns_outline *outline, const struct ns_text *text)
{
    if (!(outline->lengths & ns_outline_length(text->length)))
        return false;
    if (text->length == 0)
        return true;
    uint32_t initial = text->encoding == NS_UTF8 ? *(const unsigned char *)text->data
                                                 : *(const uint16_t *)text->data;
    return initial >= 0x80 || ns_get_bit(outline->initials, initial);
}

#endif
