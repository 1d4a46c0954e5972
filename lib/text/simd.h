/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight and sixteen characters of a text at a time. Code for ASCII is written once for
 * both encodings: a UTF-16 unit from 0x80 on is read as a byte from 0x80 on. Nothing here
 * reads behind the length of a text.
 *
 * A "word" is eight characters, the first in the lowest byte on every machine. "Lanes" are
 * sixteen: SSE2 on x86, NEON on 64-bit ARM, two words elsewhere and under NS_NO_SIMD.
 * `wide` is a constant wherever these functions are called: true for UTF-16.
 */
#ifndef NS_TEXT_SIMD_H
#define NS_TEXT_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "text/fold.h"
#include "text/text.h"

/* Coverage is counted in one copy of each function, which takes both of its branches. */
#if defined(__GNUC__) && !defined(NS_COVERAGE)
#define NS_INLINE static inline __attribute__((always_inline))
#else
#define NS_INLINE static inline
#endif
#if defined(__GNUC__)
#define NS_NOINLINE static __attribute__((noinline))
#define NS_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define NS_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#else
#define NS_NOINLINE static
#define NS_LIKELY(condition) (condition)
#define NS_UNLIKELY(condition) (condition)
#endif

#if !defined(NS_NO_SIMD) && (defined(__SSE2__) || defined(_M_X64))
#define NS_SSE2
#include <emmintrin.h>
#elif !defined(NS_NO_SIMD) && defined(__aarch64__) && defined(__ARM_NEON) && \
    !defined(__AARCH64EB__)
#define NS_NEON
#include <arm_neon.h>
#endif

#if defined(__BYTE_ORDER__) && defined(__ORDER_BIG_ENDIAN__)
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define NS_BIG_ENDIAN
#endif
#endif

#if !defined(NS_NO_SIMD) && defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define NS_MAY_HAVE_AVX2
#include <immintrin.h>

/* A function that is called only where ns_has_avx2(). */
#define NS_AVX2 __attribute__((target("avx2")))

static inline bool ns_has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2");
}
#endif

/* --- Bits of a word ----------------------------------------------------------- */

/* The byte in each of the eight places. */
#define NS_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define NS_HIGH_BITS NS_EACH(0x80)


/* The first `count` (0 to 8) characters of a word. */
NS_INLINE uint64_t ns_word_head(uint64_t word, size_t count)
{
    return count >= 8 ? word : word & ((UINT64_C(1) << 8 * count) - 1);
}

/* 0x80 where the byte is an ASCII letter, which is upper case if `upper`. */
NS_INLINE uint64_t ns_word_letters(uint64_t word, bool upper)
{
    uint64_t seven = (upper ? word : word | NS_EACH(0x20)) & NS_EACH(0x7F);
    unsigned first = upper ? 'A' : 'a';
    uint64_t from = seven + NS_EACH(0x80u - first);
    uint64_t behind = seven + NS_EACH(0x80u - first - 26);
    return (from ^ behind) & ~word & NS_HIGH_BITS;
}

/* A to Z as a to z, all else as it is. */
NS_INLINE uint64_t ns_word_fold_ascii(uint64_t word)
{
    return word | ns_word_letters(word, true) >> 2;
}

/* --- Loading words ------------------------------------------------------------ */

NS_INLINE uint64_t ns_load_bytes(const void *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, 8);
#if defined(NS_BIG_ENDIAN)
    word = __builtin_bswap64(word);
#endif
    return word;
}

NS_INLINE void ns_store_bytes(void *bytes, uint64_t word)
{
#if defined(NS_BIG_ENDIAN)
    word = __builtin_bswap64(word);
#endif
    memcpy(bytes, &word, 8);
}

/* Four units as bytes. */
NS_INLINE uint64_t ns_load_four_units(const uint16_t *units)
{
    uint64_t word = (uint64_t)units[0] | (uint64_t)units[1] << 16 | (uint64_t)units[2] << 32 |
                    (uint64_t)units[3] << 48;
    uint64_t top = UINT64_C(0x8000800080008000);
    uint64_t high = word & UINT64_C(0xFF80FF80FF80FF80);
    high = (((high & ~top) + ~top) | high) & top; /* top bit of each unit from 0x80 on */
    word = (word & UINT64_C(0x007F007F007F007F)) | high >> 8;
    word = (word | word >> 8) & UINT64_C(0x0000FFFF0000FFFF);
    return (word | word >> 16) & UINT64_C(0xFFFFFFFF);
}

#if defined(NS_SSE2)
/* Unsigned saturation, which SSE2 lacks. */
NS_INLINE __m128i ns_narrow_units(__m128i low, __m128i high)
{
    __m128i most = _mm_set1_epi16(0xFF);
    low = _mm_sub_epi16(low, _mm_subs_epu16(low, most));
    high = _mm_sub_epi16(high, _mm_subs_epu16(high, most));
    return _mm_packus_epi16(low, high);
}
#endif

NS_INLINE uint64_t ns_load_units(const uint16_t *units)
{
#if defined(NS_SSE2)
    uint64_t word;
    __m128i eight = _mm_loadu_si128((const __m128i *)(const void *)units);
    _mm_storel_epi64((__m128i *)(void *)&word, ns_narrow_units(eight, eight));
    return word;
#elif defined(NS_NEON)
    return vget_lane_u64(vreinterpret_u64_u8(vqmovn_u16(vld1q_u16(units))), 0);
#else
    return ns_load_four_units(units) | ns_load_four_units(units + 4) << 32;
#endif
}

/* The eight characters at `at`, all of which are there. */
NS_INLINE uint64_t ns_word_at(const void *text, size_t at, bool wide)
{
    if (wide)
        return ns_load_units((const uint16_t *)text + at);
    return ns_load_bytes((const unsigned char *)text + at);
}

/* A text of less than eight characters, filled up with zeros. Unlike a short memcpy()
 * this takes no call. */
NS_INLINE uint64_t ns_short_word(const void *text, size_t length, bool wide)
{
    const unsigned char *bytes = text;
    const uint16_t *units = text;
    if (length >= 4) { /* two fours, which may overlap */
        if (wide)
            return ns_load_four_units(units) |
                   ns_load_four_units(units + length - 4) << 8 * (length - 4);
#if !defined(NS_BIG_ENDIAN)
        uint32_t first, last;
        memcpy(&first, bytes, 4);
        memcpy(&last, bytes + length - 4, 4);
        return first | (uint64_t)last << 8 * (length - 4);
#endif
    }
    uint64_t word = 0;
    for (size_t i = 0; i < length; i++) {
        uint64_t c = wide ? (units[i] < 0x80 ? units[i] : 0xFF) : bytes[i];
        word |= c << 8 * i;
    }
    return word;
}

/* The characters from `at` (at most `length`) on, filled up with zeros behind the end. */
NS_INLINE uint64_t ns_word_padded(const void *text, size_t length, size_t at, bool wide)
{
    size_t left = length - at;
    if (left >= 8)
        return ns_word_at(text, at, wide);
    if (left == 0)
        return 0;
    if (length >= 8)
        return ns_word_at(text, length - 8, wide) >> 8 * (8 - left);
    return ns_short_word(text, length, wide) >> 8 * at;
}

/* --- Lanes ---------------------------------------------------------------------- */

enum { NS_LANES = 16 };

#if defined(NS_SSE2)

typedef __m128i ns_lanes;

NS_INLINE ns_lanes ns_lanes_of_words(uint64_t low, uint64_t high)
{
    return _mm_set_epi64x((long long)high, (long long)low);
}

NS_INLINE ns_lanes ns_lanes_at(const void *text, size_t at, bool wide)
{
    if (!wide)
        return _mm_loadu_si128((const __m128i *)(const void *)((const char *)text + at));
    const uint16_t *units = (const uint16_t *)text + at;
    return ns_narrow_units(_mm_loadu_si128((const __m128i *)(const void *)units),
                           _mm_loadu_si128((const __m128i *)(const void *)(units + 8)));
}

/* Bit i: lane i under its mask is the value. */
NS_INLINE uint32_t ns_lanes_equal(ns_lanes text, ns_lanes mask, ns_lanes value)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(text, mask), value));
}

NS_INLINE ns_lanes ns_lanes_or(ns_lanes a, ns_lanes b)
{
    return _mm_or_si128(a, b);
}

/* Is a lane 0x80 or more? */
NS_INLINE bool ns_lanes_any_high(ns_lanes lanes)
{
    return _mm_movemask_epi8(lanes) != 0;
}

#elif defined(NS_NEON)

typedef uint8x16_t ns_lanes;

NS_INLINE ns_lanes ns_lanes_of_words(uint64_t low, uint64_t high)
{
    return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(low), vcreate_u64(high)));
}

NS_INLINE ns_lanes ns_lanes_at(const void *text, size_t at, bool wide)
{
    if (!wide)
        return vld1q_u8((const uint8_t *)text + at);
    const uint16_t *units = (const uint16_t *)text + at;
    return vcombine_u8(vqmovn_u16(vld1q_u16(units)), vqmovn_u16(vld1q_u16(units + 8)));
}

NS_INLINE uint32_t ns_lanes_equal(ns_lanes text, ns_lanes mask, ns_lanes value)
{
    static const uint8_t BITS[NS_LANES] = {1, 2, 4, 8, 16, 32, 64, 128,
                                           1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t bits = vandq_u8(vceqq_u8(vandq_u8(text, mask), value), vld1q_u8(BITS));
    return vaddv_u8(vget_low_u8(bits)) | (uint32_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

NS_INLINE ns_lanes ns_lanes_or(ns_lanes a, ns_lanes b)
{
    return vorrq_u8(a, b);
}

NS_INLINE bool ns_lanes_any_high(ns_lanes lanes)
{
    return vmaxvq_u8(lanes) >= 0x80;
}

#else

typedef struct {
    uint64_t low, high;
} ns_lanes;

NS_INLINE ns_lanes ns_lanes_of_words(uint64_t low, uint64_t high)
{
    return (ns_lanes){low, high};
}

NS_INLINE ns_lanes ns_lanes_at(const void *text, size_t at, bool wide)
{
    return ns_lanes_of_words(ns_word_at(text, at, wide), ns_word_at(text, at + 8, wide));
}

/* Bit i: byte i is zero. */
NS_INLINE uint32_t ns_word_zeros(uint64_t word)
{
    uint64_t seven = NS_EACH(0x7F);
    uint64_t zeros = ~(((word & seven) + seven) | word | seven) >> 7;
    return (uint32_t)(zeros * UINT64_C(0x0102040810204080) >> 56);
}

NS_INLINE uint32_t ns_lanes_equal(ns_lanes text, ns_lanes mask, ns_lanes value)
{
    return ns_word_zeros((text.low & mask.low) ^ value.low) |
           ns_word_zeros((text.high & mask.high) ^ value.high) << 8;
}

NS_INLINE ns_lanes ns_lanes_or(ns_lanes a, ns_lanes b)
{
    return ns_lanes_of_words(a.low | b.low, a.high | b.high);
}

NS_INLINE bool ns_lanes_any_high(ns_lanes lanes)
{
    return ((lanes.low | lanes.high) & NS_HIGH_BITS) != 0;
}

#endif

/* A text of less than sixteen characters, filled up with zeros. */
NS_INLINE ns_lanes ns_lanes_padded(const void *text, size_t length, bool wide)
{
    if (length < 8)
        return ns_lanes_of_words(ns_short_word(text, length, wide), 0);
    uint64_t rest = length == 8 ? 0 : ns_word_at(text, length - 8, wide) >> 8 * (16 - length);
    return ns_lanes_of_words(ns_word_at(text, 0, wide), rest);
}

/* Is every character below 0x80? */
NS_INLINE bool ns_lanes_are_ascii(const void *text, size_t length, bool wide)
{
    if (length < NS_LANES) {
        uint64_t word = ns_word_padded(text, length, 0, wide);
        if (length > 8)
            word |= ns_word_at(text, length - 8, wide);
        return (word & NS_HIGH_BITS) == 0;
    }
    ns_lanes all = ns_lanes_at(text, length - NS_LANES, wide);
    for (size_t at = 0; at + NS_LANES < length; at += NS_LANES) {
        all = ns_lanes_or(all, ns_lanes_at(text, at, wide));
        if (ns_lanes_any_high(all))
            return false;
    }
    return !ns_lanes_any_high(all);
}

/* --- Texts -------------------------------------------------------------------------- */

/* The characters from `at` on as ns_word_padded() gives them. */
NS_INLINE uint64_t ns_text_word(const struct ns_text *text, size_t at)
{
    return text->encoding == NS_UTF8 ? ns_word_padded(text->data, text->length, at, false)
                                     : ns_word_padded(text->data, text->length, at, true);
}

/* Folds the ASCII characters of a word. */
NS_INLINE uint64_t ns_fold_word(enum ns_fold fold, uint64_t word)
{
    return fold == NS_FOLD_NONE ? word : ns_word_fold_ascii(word);
}

#endif
