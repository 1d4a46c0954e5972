/* SPDX-License-Identifier: Apache-2.0 */
/* FNV-1a with a final mix: short keys, no seed to keep. */
#ifndef NS_BASE_HASH_H
#define NS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define NS_HASH_START UINT64_C(0xCBF29CE484222325)

static inline uint64_t ns_hash_step(uint64_t hash, uint32_t unit)
{
    return (hash ^ unit) * UINT64_C(0x100000001B3);
}

static inline uint64_t ns_hash_end(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

#endif
