/* SPDX-License-Identifier: Apache-2.0 */
#include "text/literal.h"

bool ns_text_has_alias(const struct ns_text *text)
{
    const uint32_t LONG_S = 0x17F, KELVIN = 0x212A;
    if (ns_text_is_ascii(text))
        return false;
    if (text->encoding == NS_UTF16) {
        const uint16_t *units = text->data;
        bool has = false;
        for (size_t i = 0; i < text->length; i++)
            has |= units[i] == LONG_S || units[i] == KELVIN;
        return has;
    }
    /* C5 BF and E2 84 AA are well-formed wherever they stand. */
    const unsigned char *b = text->data;
    size_t length = text->length;
    for (size_t i = 0; i + 1 < length; i++) {
        if (b[i] == 0xC5 && b[i + 1] == 0xBF)
            return true;
        if (b[i] == 0xE2 && b[i + 1] == 0x84 && i + 2 < length && b[i + 2] == 0xAA)
            return true;
    }
    return false;
}

void ns_literal_mask(unsigned char *values, unsigned char *masks, size_t length,
                     enum ns_fold fold)
{
    for (size_t i = 0; i < length; i += 8) {
        uint64_t word = ns_load_bytes(values + i), mask = ~UINT64_C(0);
        if (fold != NS_FOLD_NONE)
            mask &= ~(ns_word_letters(word, false) >> 2);
        mask = ns_word_head(mask, length - i);
        ns_store_bytes(masks + i, mask);
        ns_store_bytes(values + i, word & mask);
    }
}

unsigned ns_commonness(unsigned char character)
{
    static const char COMMON[] = " EAIORNSTLCDMPU.\\GWYFVBH-/012KXQJZ_3456789:\"=";
    unsigned char c = character >= 'a' && character <= 'z' ? character - 32 : character;
    const char *place = memchr(COMMON, c, sizeof COMMON - 1);
    return place ? (unsigned)(COMMON + sizeof COMMON - place) : 0;
}

/* Letters in either case come as their upper case; any character has a mask of 80. */
static unsigned commonness(unsigned char value, unsigned char mask)
{
    return mask == 0x80 ? 0xFF : ns_commonness(value);
}

static void set_probe(struct ns_probe *probe, const struct ns_literal *l, size_t number)
{
    uint64_t value = NS_EACH(l->values[number]), mask = NS_EACH(l->masks[number]);
    probe->number = (unsigned)number;
    for (size_t i = 0; i < NS_LANES; i += 8) {
        ns_store_bytes(probe->value + i, value);
        ns_store_bytes(probe->mask + i, mask);
    }
}

void ns_literal_probe(struct ns_literal *l, size_t first, size_t second)
{
    set_probe(&l->first, l, first);
    set_probe(&l->second, l, second);
    l->is_single = first == second;
    l->is_pair = l->length <= 2;
}

void ns_literal_choose(struct ns_literal *l)
{
    size_t reach = l->length < NS_LITERAL_REACH ? l->length : NS_LITERAL_REACH;
    size_t best = 0, next = 0;
    unsigned least = 0x100, second_least = 0x100;
    for (size_t i = 0; i < reach; i++) {
        unsigned common = commonness(l->values[i], l->masks[i]);
        if (common < least) {
            next = best;
            second_least = least;
            best = i;
            least = common;
        } else if (common < second_least) {
            next = i;
            second_least = common;
        }
    }
    ns_literal_probe(l, best, second_least <= 0xFF ? next : best);
}

/* --- Long texts --------------------------------------------------------------------- */

NS_INLINE size_t find(const struct ns_literal *l, const void *text, size_t length, size_t from,
                      size_t to, bool wide)
{
    /* The last block that can be loaded; the text is longer than reach and lanes. */
    const size_t first = l->first.number, second = l->second.number;
    size_t reach = first > second ? first : second;
    size_t last = length - reach - NS_LANES;
    for (size_t p = from; p <= to; p += NS_LANES) {
        size_t block = p < last ? p : last;
        uint32_t bits = ns_probe_lanes(&l->first, ns_lanes_at(text, block + first, wide));
        if (!l->is_single)
            bits &= ns_probe_lanes(&l->second, ns_lanes_at(text, block + second, wide));
        bits >>= p - block;
        for (; bits; bits &= bits - 1) {
            size_t at = p + ns_lowest_bit(bits);
            if (at > to)
                return NS_NOWHERE;
            if (l->is_pair || ns_literal_stands_at(l, text, length, at, wide))
                return at;
        }
    }
    return NS_NOWHERE;
}

size_t ns_literal_find_bytes(const struct ns_literal *l, const void *text, size_t length,
                             size_t from, size_t to)
{
    return find(l, text, length, from, to, false);
}

size_t ns_literal_find_units(const struct ns_literal *l, const void *text, size_t length,
                             size_t from, size_t to)
{
    return find(l, text, length, from, to, true);
}
