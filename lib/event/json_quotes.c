/* SPDX-License-Identifier: Apache-2.0 */
#include "event/json_quotes.h"

/* --- Finding -------------------------------------------------------------------- */

static bool reserve(struct ns_json_quotes *quotes, const netshare_allocator *allocator,
                    size_t words)
{
    if (words <= quotes->capacity)
        return true;
    size_t capacity = words + words / 2;
    uint64_t *bits = ns_alloc(allocator, capacity, 2 * sizeof *bits);
    if (!bits)
        return false;
    ns_free(allocator, quotes->ends);
    quotes->ends = bits;
    quotes->escaped = bits + capacity;
    quotes->capacity = capacity;
    return true;
}

void ns_json_quotes_free(struct ns_json_quotes *quotes, const netshare_allocator *allocator)
{
    ns_free(allocator, quotes->ends);
}

NS_INLINE void note(struct ns_json_quotes *quotes, size_t word, struct ns_json_marks marks,
                    struct ns_json_seen *seen)
{
    uint64_t escaped = 0;
    if (NS_UNLIKELY(marks.backslashes | seen->carry)) {
        escaped = ns_json_escaped(marks.backslashes, &seen->carry);
        seen->backslashes |= marks.backslashes;
        seen->rare |= escaped & ~(marks.quotes | marks.backslashes);
    }
    ns_store_bytes(&quotes->ends[word], marks.quotes & ~escaped);
    ns_store_bytes(&quotes->escaped[word], escaped);
}

size_t ns_json_note_blocks_by_16(struct ns_json_quotes *quotes, const char *text,
                                 size_t length, struct ns_json_seen *seen)
{
    size_t word = 0;
    for (; length - word * NS_JSON_BLOCK >= NS_JSON_BLOCK; word++)
        note(quotes, word, ns_json_mark(text + word * NS_JSON_BLOCK), seen);
    return word;
}

#if defined(NS_MAY_HAVE_AVX2)

NS_AVX2 static inline uint64_t equal_by_avx2(__m256i low, __m256i high, char byte)
{
    __m256i wanted = _mm256_set1_epi8(byte);
    uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return first | (uint64_t)second << 32;
}

NS_AVX2 static size_t note_blocks_by_avx2(struct ns_json_quotes *quotes, const char *text,
                                          size_t length, struct ns_json_seen *seen)
{
    size_t word = 0;
    for (; length - word * NS_JSON_BLOCK >= NS_JSON_BLOCK; word++) {
        const __m256i *p = (const __m256i *)(const void *)(text + word * NS_JSON_BLOCK);
        __m256i low = _mm256_loadu_si256(p), high = _mm256_loadu_si256(p + 1);
        note(quotes, word,
             (struct ns_json_marks){equal_by_avx2(low, high, '"'),
                                    equal_by_avx2(low, high, '\\')}, seen);
    }
    return word;
}

/* Eight bytes moved together, those between them left out. */
NS_AVX2 static inline uint64_t keep_bytes(uint64_t bytes, const unsigned char numbers[8])
{
    __m128i order = _mm_loadl_epi64((const __m128i *)(const void *)numbers);
    __m128i kept = _mm_shuffle_epi8(_mm_set_epi64x(0, (long long)bytes), order);
    uint64_t word;
    _mm_storel_epi64((__m128i *)(void *)&word, kept);
    return word;
}

/* A backslash is before what it escapes. */
NS_AVX2 static size_t drop_backslashes_by_avx2(const struct ns_json_quotes *quotes,
                                               const char *text, size_t offset, size_t length,
                                               char *out)
{
    const struct ns_json_order *zeros = &quotes->zeros;
    const char *start = out;
    size_t at = 0;
    for (; length - at >= 8; at += 8) {
        unsigned char drop =
            (unsigned char)ns_json_bits_at(quotes->escaped, offset + at + 1);
        ns_store_bytes(out, keep_bytes(ns_load_bytes(text + offset + at), zeros->numbers[drop]));
        out += zeros->count[drop];
    }
    for (uint64_t drop = ns_json_bits_at(quotes->escaped, offset + at + 1); at < length; at++) {
        *out = text[offset + at];
        out += !(drop & 1);
        drop >>= 1;
    }
    return (size_t)(out - start);
}

static void list_zeros(struct ns_json_order *zeros)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        for (unsigned char i = 0; i < 8; i++) {
            if (!(byte >> i & 1))
                zeros->numbers[byte][zeros->count[byte]++] = i;
        }
    }
}

#endif

void ns_json_quotes_init(struct ns_json_quotes *quotes)
{
    *quotes = (struct ns_json_quotes){.note_blocks = ns_json_note_blocks_by_16};
#if defined(NS_MAY_HAVE_AVX2)
    if (ns_has_avx2()) {
        quotes->note_blocks = note_blocks_by_avx2;
        quotes->drop_backslashes = drop_backslashes_by_avx2;
        list_zeros(&quotes->zeros);
    }
#endif
}

bool ns_json_quotes_find(struct ns_json_quotes *quotes, const netshare_allocator *allocator,
                         const char *text, size_t length)
{
    struct ns_json_seen seen = {0, 0, false};
    quotes->words = length / NS_JSON_BLOCK + 1;
    if (!reserve(quotes, allocator, quotes->words + 1))
        return false;
    size_t word = quotes->note_blocks(quotes, text, length, &seen);
    note(quotes, word, ns_json_mark_up_to(text, text + word * NS_JSON_BLOCK, text + length),
         &seen);
    quotes->ends[word + 1] = quotes->escaped[word + 1] = 0;
    quotes->has_escapes = seen.backslashes != 0;
    quotes->has_rare_escapes = seen.rare != 0;
    return true;
}

/* --- Reading -------------------------------------------------------------------- */

/* All bits from this one on. */
static uint64_t from_bit(size_t number)
{
    return UINT64_MAX << number % NS_JSON_BLOCK;
}

size_t ns_json_string_length(const struct ns_json_quotes *quotes, size_t offset, bool *escaped)
{
    uint64_t wanted = from_bit(offset), inside = 0;
    for (size_t word = offset / NS_JSON_BLOCK; word < quotes->words; word++) {
        uint64_t ends = ns_load_bytes(&quotes->ends[word]) & wanted;
        inside |= ns_load_bytes(&quotes->escaped[word]) & wanted & ns_json_up_to_lowest(ends);
        wanted = UINT64_MAX;
        if (!ends)
            continue;
        *escaped = inside != 0;
        if (inside && quotes->has_rare_escapes)
            break;
        return word * NS_JSON_BLOCK + ns_lowest_bit(ends) - offset;
    }
    return NS_JSON_UNSURE;
}
