/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_BASE_BITS_H
#define NS_BASE_BITS_H

#include <stddef.h>
#include <stdint.h>

/* Words of an array of bits. */
static inline size_t ns_words(size_t bits)
{
    return (bits + 63) / 64;
}

static inline void ns_set_bit(uint64_t *bits, uint32_t number)
{
    bits[number / 64] |= UINT64_C(1) << number % 64;
}

static inline uint64_t ns_get_bit(const uint64_t *bits, uint32_t number)
{
    return bits[number / 64] >> number % 64 & 1;
}

/* The number of the lowest bit that is set; one must be. */
static inline uint32_t ns_lowest_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctzll(bits);
#else
    uint32_t number = 0;
    for (; !(bits & 1); bits >>= 1)
        number++;
    return number;
#endif
}

#endif
