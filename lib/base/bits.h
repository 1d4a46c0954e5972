/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NS_BASE_BITS_H
#define NS_BASE_BITS_H

#include <stdint.h>

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
