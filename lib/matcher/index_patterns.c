/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of keys by four bytes of a literal that a matching text must have. */
#include <string.h>

#include "matcher/index.h"

/* How many literals have a gram, by its hash: what many have says little. */
enum { COUNT_BITS = 14 };

static void count_grams(uint32_t *counts, struct ns_string literal)
{
    for (size_t i = 0; i + NS_GRAM <= literal.length; i++)
        counts[ns_gram_hash(ns_gram(literal.data + i), COUNT_BITS)]++;
}

/* Where in the literal the `stride` grams in a row start that others have least of. */
static size_t rarest_grams(const uint32_t *counts, struct ns_string literal, unsigned stride)
{
    size_t best = 0;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i + NS_GRAM + stride - 1 <= literal.length; i++) {
        uint64_t sum = 0;
        for (unsigned k = 0; k < stride; k++)
            sum += counts[ns_gram_hash(ns_gram(literal.data + i + k), COUNT_BITS)];
        if (sum < least) {
            least = sum;
            best = i;
        }
    }
    return best;
}

/* Is the predicate one whose patterns are looked up, on this field? */
static bool has_patterns(const netshare_matcher *m, const struct ns_index *index, size_t predicate,
                         uint32_t field)
{
    const struct ns_shared_predicate *p = &m->predicates[predicate];
    return index->is_indexed[predicate] && p->fields[0] == field && p->spec->test->pattern_count;
}

/* Every pattern's literal has as many grams in a row as the stride is long, one of which is
 * met whatever the literal's place. */
static unsigned stride_of(const netshare_matcher *m, const struct ns_index *index, uint32_t field)
{
    size_t stride = NS_MOST_STRIDE;
    for (size_t p = 0; p < m->predicate_count; p++) {
        if (!has_patterns(m, index, p, field))
            continue;
        const struct ns_test *test = m->predicates[p].spec->test;
        for (size_t i = 0; i < test->pattern_count; i++) {
            struct ns_string literal = ns_wildcard_required_literal(test->patterns[i].compiled);
            if (literal.length - NS_GRAM + 1 < stride)
                stride = literal.length - NS_GRAM + 1;
        }
    }
    return (unsigned)stride;
}

/* Makes the slots and the filter of patterns `first` to `end`. */
static bool fill_field(netshare_matcher *m, struct ns_index_field *field,
                       struct ns_index_pattern *patterns, uint32_t first, uint32_t end)
{
    size_t count = end - first, size = 16;
    uint32_t *numbers = ns_arena_alloc(&m->arena, count / field->stride, sizeof *numbers);
    field->slot_bits = 4;
    for (; size < count * 2; size *= 2)
        field->slot_bits++;
    field->slots = ns_arena_alloc(&m->arena, size, sizeof *field->slots);
    field->filter = ns_arena_alloc(&m->arena, (1 << NS_FILTER_BITS) / 64, sizeof *field->filter);
    if (!numbers || !field->slots || !field->filter)
        return false;
    for (size_t i = 0; i < size; i++)
        field->slots[i] = NS_NONE;
    for (uint32_t i = first; i < end; i++) {
        uint32_t *slot = &field->slots[ns_gram_hash(patterns[i].gram, field->slot_bits)];
        uint32_t bit = ns_gram_hash(patterns[i].gram, NS_FILTER_BITS);
        field->filter[bit / 64] |= UINT64_C(1) << bit % 64;
        patterns[i].next = *slot;
        *slot = i;
        if ((i - first) % field->stride == 0)
            numbers[(i - first) / field->stride] = i;
    }
    field->patterns = (struct ns_number_list){numbers, count / field->stride};
    return true;
}

/* Numbers the patterns field by field. */
static bool fill_fields(netshare_matcher *m, const struct ns_index *index,
                        struct ns_index_field *fields, struct ns_index_pattern *patterns,
                        const uint32_t *counts)
{
    uint32_t end = 0;
    for (uint32_t f = 0; f < m->fields.count; f++) {
        uint32_t first = end;
        fields[f].stride = stride_of(m, index, f);
        for (size_t p = 0; p < m->predicate_count; p++) {
            if (!has_patterns(m, index, p, f))
                continue;
            const struct ns_test *test = m->predicates[p].spec->test;
            for (size_t i = 0; i < test->pattern_count; i++) {
                const struct ns_wildcard *compiled = test->patterns[i].compiled;
                struct ns_string literal = ns_wildcard_required_literal(compiled);
                size_t at = rarest_grams(counts, literal, fields[f].stride);
                for (unsigned k = 0; k < fields[f].stride; k++)
                    patterns[end++] = (struct ns_index_pattern){
                        compiled, ns_gram(literal.data + at + k), (uint32_t)p, NS_NONE};
            }
        }
        if (end > first && !fill_field(m, &fields[f], patterns, first, end))
            return false;
    }
    return true;
}

bool ns_index_patterns(netshare_matcher *m, struct ns_index *index,
                       struct ns_index_field *fields)
{
    size_t total = 0;
    uint32_t *counts = ns_alloc_zero(&m->allocator, 1 << COUNT_BITS, sizeof *counts);
    for (size_t p = 0; counts && p < m->predicate_count; p++) {
        const struct ns_test *test = m->predicates[p].spec->test;
        if (!index->is_indexed[p])
            continue;
        total += test->pattern_count;
        for (size_t i = 0; i < test->pattern_count; i++)
            count_grams(counts, ns_wildcard_required_literal(test->patterns[i].compiled));
    }
    struct ns_index_pattern *patterns = ns_arena_alloc(&m->arena, total * NS_MOST_STRIDE, sizeof *patterns);
    index->patterns = patterns;
    bool ok = counts && patterns && fill_fields(m, index, fields, patterns, counts);
    ns_free(&m->allocator, counts);
    return ok;
}
