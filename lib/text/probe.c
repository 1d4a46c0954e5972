/* SPDX-License-Identifier: Apache-2.0 */
#include "text/probe.h"

#include <string.h>

#include "text/fold.h"
#include "text/simd.h"

size_t ns_probes_next_portable(const struct ns_probes *probes, const char *text, size_t length,
                               size_t at)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (; length - at >= NS_PROBE_LENGTH; at++) {
        if ((probes->whole[0][bytes[at]] & probes->whole[1][bytes[at + 1]] &
             probes->whole[2][bytes[at + 2]]) ||
            bytes[at] == '\n')
            return at;
    }
    while (at < length && bytes[at] != '\n')
        at++;
    return at;
}

#if defined(NS_MAY_HAVE_AVX2)

/* Both halves of a register the same. */
NS_AVX2 static inline __m256i twice(const uint8_t table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

/* Of each byte the groups that may have it. */
NS_AVX2 static inline __m256i groups_of(const char *bytes, __m256i low, __m256i high)
{
    const __m256i half = _mm256_set1_epi8(0x0F);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(b, 4), half);
    return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(b, half)),
                            _mm256_shuffle_epi8(high, upper));
}

/* Not zero in the places to stop at. */
NS_AVX2 static inline __m256i stops(const char *bytes, const __m256i low[NS_PROBE_LENGTH],
                                    const __m256i high[NS_PROBE_LENGTH])
{
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i found = groups_of(bytes, low[0], high[0]);
    found = _mm256_and_si256(found, groups_of(bytes + 1, low[1], high[1]));
    found = _mm256_and_si256(found, groups_of(bytes + 2, low[2], high[2]));
    return _mm256_or_si256(found, _mm256_cmpeq_epi8(b, _mm256_set1_epi8('\n')));
}

NS_AVX2 static inline uint32_t zeros(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()));
}

NS_AVX2 static size_t next_by_avx2(const struct ns_probes *probes, const char *text,
                                   size_t length, size_t at)
{
    enum { STEP = 32, BOTH = 2 * STEP };
    const struct ns_probe_groups *g = &probes->groups;
    const __m256i low[] = {twice(g->low[0]), twice(g->low[1]), twice(g->low[2])};
    const __m256i high[] = {twice(g->high[0]), twice(g->high[1]), twice(g->high[2])};
    for (; length - at >= BOTH + NS_PROBE_LENGTH - 1; at += BOTH) {
        __m256i first = stops(text + at, low, high);
        __m256i second = stops(text + at + STEP, low, high);
        __m256i any = _mm256_or_si256(first, second);
        if (!_mm256_testz_si256(any, any))
            return at + ns_lowest_bit(~(zeros(first) | (uint64_t)zeros(second) << STEP));
    }
    return ns_probes_next_portable(probes, text, length, at);
}

NS_AVX2 static struct ns_probe_places look_by_avx2(const struct ns_probe_groups *g,
                                                   const char *text)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)text);
    __m256i found = groups_of(text, twice(g->low[0]), twice(g->high[0]));
    for (size_t i = 1; i < NS_PROBE_LENGTH; i++) {
        __m256i more = groups_of(text + i, twice(g->low[i]), twice(g->high[i]));
        found = _mm256_and_si256(found, more);
    }
    return (struct ns_probe_places){~zeros(found), (uint32_t)_mm256_movemask_epi8(bytes)};
}

#elif defined(NS_NEON)

static inline uint8x16_t groups_of(const uint8_t *bytes, uint8x16_t low, uint8x16_t high)
{
    uint8x16_t b = vld1q_u8(bytes);
    return vandq_u8(vqtbl1q_u8(low, vandq_u8(b, vdupq_n_u8(0x0F))),
                    vqtbl1q_u8(high, vshrq_n_u8(b, 4)));
}

static size_t next_by_neon(const struct ns_probes *probes, const char *text, size_t length,
                           size_t at)
{
    enum { STEP = 16 };
    uint8x16_t low[NS_PROBE_LENGTH], high[NS_PROBE_LENGTH];
    for (size_t i = 0; i < NS_PROBE_LENGTH; i++) {
        low[i] = vld1q_u8(probes->groups.low[i]);
        high[i] = vld1q_u8(probes->groups.high[i]);
    }
    for (; length - at >= STEP + NS_PROBE_LENGTH - 1; at += STEP) {
        const uint8_t *bytes = (const uint8_t *)text + at;
        uint8x16_t found = groups_of(bytes, low[0], high[0]);
        found = vandq_u8(found, groups_of(bytes + 1, low[1], high[1]));
        found = vandq_u8(found, groups_of(bytes + 2, low[2], high[2]));
        found = vorrq_u8(found, vceqq_u8(vld1q_u8(bytes), vdupq_n_u8('\n')));
        if (vmaxvq_u8(found)) /* the portable search finds the place at once */
            break;
    }
    return ns_probes_next_portable(probes, text, length, at);
}

#endif

ns_probe_look *ns_probe_look_by_register(void)
{
#if defined(NS_MAY_HAVE_AVX2)
    if (ns_has_avx2())
        return look_by_avx2;
#endif
    return NULL;
}

void ns_probes_init(struct ns_probes *probes)
{
    memset(probes, 0, sizeof *probes);
    probes->next = ns_probes_next_portable;
#if defined(NS_MAY_HAVE_AVX2)
    if (ns_has_avx2())
        probes->next = next_by_avx2;
#elif defined(NS_NEON)
    probes->next = next_by_neon;
#endif
}

static void add_byte(struct ns_probe_groups *groups, size_t place, unsigned byte, unsigned group)
{
    groups->low[place][byte & 0x0F] |= (uint8_t)(1u << group);
    groups->high[place][byte >> 4] |= (uint8_t)(1u << group);
}

void ns_probe_groups_add(struct ns_probe_groups *groups, unsigned group, const char *text,
                         size_t length, bool folds)
{
    for (size_t i = 0; i < NS_PROBE_LENGTH; i++) {
        unsigned wanted = i < length ? (unsigned char)text[i] : 0;
        unsigned lower = ns_fold_ascii(wanted);
        if (i >= length) {
            for (unsigned c = 0; c < 256; c++)
                add_byte(groups, i, c, group);
            continue;
        }
        add_byte(groups, i, wanted, group);
        if (folds && lower - 'a' < 26) {
            add_byte(groups, i, lower, group);
            add_byte(groups, i, lower - 32, group);
        }
    }
}

void ns_probes_add(struct ns_probes *probes, unsigned group, const char *text, size_t length,
                   bool folds)
{
    const struct ns_probe_groups *g = &probes->groups;
    ns_probe_groups_add(&probes->groups, group, text, length, folds);
    for (size_t i = 0; i < NS_PROBE_LENGTH; i++) {
        for (unsigned c = 0; c < 256; c++)
            probes->whole[i][c] = g->low[i][c & 0x0F] & g->high[i][c >> 4];
    }
}
