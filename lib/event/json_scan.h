/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking at many bytes of a JSON text at once: where do quotes and backslashes
 * lie? In portable C, and by the registers that text/simd.h knows. All give the same answers.
 */
#ifndef NS_EVENT_JSON_SCAN_H
#define NS_EVENT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "text/simd.h"

enum { NS_JSON_BLOCK = 64, NS_JSON_STEP = 16 };

/* A bit for each byte of a block, the lowest for the first. */
struct ns_json_marks {
    uint64_t quotes;
    uint64_t backslashes;
};

/* --- In portable C, eight bytes at a time -------------------------------------- */

/* The top bit of each byte of `word` that equals `byte`. */
static inline uint64_t ns_json_equal_in_word(uint64_t word, char byte)
{
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
    uint64_t x = word ^ UINT64_C(0x0101010101010101) * (unsigned char)byte;
    return ~(((x & low) + low) | x | low);
}

/* The top bits of eight bytes side by side. */
static inline uint64_t ns_json_gather(uint64_t tops)
{
    return (tops >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline struct ns_json_marks ns_json_mark_portable(const char *p)
{
    struct ns_json_marks marks = {0, 0};
    for (unsigned i = 0; i < NS_JSON_BLOCK; i += 8) {
        uint64_t word = ns_load_bytes(p + i);
        marks.quotes |= ns_json_gather(ns_json_equal_in_word(word, '"')) << i;
        marks.backslashes |= ns_json_gather(ns_json_equal_in_word(word, '\\')) << i;
    }
    return marks;
}

static inline size_t ns_json_plain_portable(const char *p)
{
    for (unsigned i = 0; i < NS_JSON_STEP; i += 8) {
        uint64_t word = ns_load_bytes(p + i);
        uint64_t marks = ns_json_equal_in_word(word, '"') | ns_json_equal_in_word(word, '\\');
        if (marks)
            return i + ns_lowest_bit(marks) / 8;
    }
    return NS_JSON_STEP;
}

/* --- By registers of 16 bytes --------------------------------------------------- */

#if defined(NS_SSE2)

typedef __m128i ns_json_register;

static inline __m128i ns_json_load(const char *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline uint64_t ns_json_equal(__m128i bytes, char byte)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)));
}

static inline uint64_t ns_json_equal_in_block(const __m128i bytes[4], char byte)
{
    return ns_json_equal(bytes[0], byte) | ns_json_equal(bytes[1], byte) << 16
           | ns_json_equal(bytes[2], byte) << 32 | ns_json_equal(bytes[3], byte) << 48;
}

static inline size_t ns_json_plain_by_register(const char *p)
{
    __m128i bytes = ns_json_load(p);
    __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                 _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return ns_lowest_bit((unsigned)_mm_movemask_epi8(marks) | 1u << NS_JSON_STEP);
}

#elif defined(NS_NEON)

typedef uint8x16_t ns_json_register;

static inline uint8x16_t ns_json_load(const char *p)
{
    return vld1q_u8((const unsigned char *)p);
}

static inline uint64_t ns_json_equal_in_block(const uint8x16_t bytes[4], char byte)
{
    static const unsigned char bits[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                           1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t pattern = vdupq_n_u8((unsigned char)byte), bit = vld1q_u8(bits), part[4];
    for (int i = 0; i < 4; i++)
        part[i] = vandq_u8(vceqq_u8(bytes[i], pattern), bit);
    uint8x16_t sum = vpaddq_u8(vpaddq_u8(part[0], part[1]), vpaddq_u8(part[2], part[3]));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
}

static inline size_t ns_json_plain_by_register(const char *p)
{
    uint8x16_t bytes = ns_json_load(p);
    uint8x16_t marks = vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')),
                                vceqq_u8(bytes, vdupq_n_u8('\\')));
    uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(marks), 4);
    uint64_t bits = vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
    return bits ? ns_lowest_bit(bits) / 4 : NS_JSON_STEP;
}

#endif

/* --- The best there is ----------------------------------------------------------- */

/* The 64 bytes at `p`. */
static inline struct ns_json_marks ns_json_mark(const char *p)
{
#if defined(NS_SSE2) || defined(NS_NEON)
    const ns_json_register bytes[4] = {ns_json_load(p), ns_json_load(p + 16),
                                       ns_json_load(p + 32), ns_json_load(p + 48)};
    return (struct ns_json_marks){ns_json_equal_in_block(bytes, '"'),
                                  ns_json_equal_in_block(bytes, '\\')};
#else
    return ns_json_mark_portable(p);
#endif
}

/* How many of the 16 bytes at `p` come before the first quote or backslash. */
static inline size_t ns_json_plain(const char *p)
{
#if defined(NS_SSE2) || defined(NS_NEON)
    return ns_json_plain_by_register(p);
#else
    return ns_json_plain_portable(p);
#endif
}

/*
 * The marks of the bytes from `p` up to `end`, 64 at most, in a text that begins at
 * `text`. Reads nothing outside the text: a short rest is read together with what
 * comes before it.
 */
static inline struct ns_json_marks ns_json_mark_up_to(const char *text, const char *p,
                                                      const char *end)
{
    size_t left = (size_t)(end - p);
    if (left >= NS_JSON_BLOCK)
        return ns_json_mark(p);
    struct ns_json_marks marks = {0, 0};
    if (left == 0)
        return marks;
    if (end - text >= NS_JSON_BLOCK) {
        marks = ns_json_mark(end - NS_JSON_BLOCK);
        marks.quotes >>= NS_JSON_BLOCK - left;
        marks.backslashes >>= NS_JSON_BLOCK - left;
        return marks;
    }
    char padded[NS_JSON_BLOCK] = {0};
    memcpy(padded, p, left);
    return ns_json_mark(padded);
}

/*
 * The bytes of a block that backslashes escape. *carry: the first byte is one of them; it
 * becomes true when the last byte escapes what comes behind the block.
 */
static inline uint64_t ns_json_escaped(uint64_t backslashes, bool *carry)
{
    const uint64_t odd = UINT64_C(0xAAAAAAAAAAAAAAAA);
    uint64_t first = *carry;
    uint64_t free = backslashes & ~first; /* those not escaped by the block before */
    /* A run of backslashes that begins at an even place and one that begins at an odd place
     * escape bytes of different parity; the subtraction carries through each run. */
    uint64_t behind = free << 1;
    uint64_t runs = (behind | odd) - free;
    uint64_t ends = runs ^ odd;
    *carry = (ends & free) >> 63;
    return (ends ^ free) | first;
}

/* The lowest bit that is set and those below it; all when none is. */
static inline uint64_t ns_json_up_to_lowest(uint64_t bits)
{
    return bits ^ (bits - 1);
}

#endif
