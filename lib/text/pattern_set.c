/* SPDX-License-Identifier: Apache-2.0 */
#include "text/pattern_set.h"

#include <string.h>

#include "base/bits.h"
#include "text/probe.h"

enum { MOST_STRIDE = 4, FILTER_BITS = 13, COUNT_BITS = 10 };

/* Of more patterns, groups of probes have too many each. */
enum { MOST_PROBED = 64 };

#define NONE UINT32_MAX

/* A gram of a pattern's literal; one of each pattern's in a row for each step of the stride. */
struct gram {
    uint32_t bytes; /* as gram_at() reads them */
    uint32_t pattern;
    uint32_t next; /* of the same slot, or NONE */
};

struct ns_pattern_set {
    const struct ns_wildcard *const *patterns;
    size_t count;
    size_t min_length; /* no shorter text matches */
    uint32_t *always; /* patterns without a literal that is long enough */
    size_t always_count;
    /* Looking at every so many bytes finds a gram of each literal. */
    size_t stride;
    struct gram *grams;
    uint32_t *slots; /* by hash: the first gram, or NONE */
    unsigned slot_bits;
    uint64_t filter[(1 << FILTER_BITS) / 64]; /* no gram has the hash where it is 0 */
    /* Registers look for the first grams of a few patterns; NULL where they do not. */
    ns_probe_look *look;
    struct ns_probe_groups groups;
};

/* Bit 5 of a letter is its case; other bytes that differ in it alone are sorted out when the
 * pattern is tried. */
static inline uint32_t gram_at(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    return ((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16) | UINT32_C(0x202020);
}

/* The same by one load, where a further byte follows. */
static inline uint32_t gram_before_more(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    uint32_t four = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return (four & 0xFFFFFF) | UINT32_C(0x202020);
}

static inline uint32_t hash_gram(uint32_t bytes, unsigned bits)
{
    return bytes * UINT32_C(0x9E3779B1) >> (32 - bits);
}

/* --- Making ------------------------------------------------------------------------------------ */

/* How many grams the literal of a pattern has. */
static size_t gram_count(const struct ns_wildcard *pattern)
{
    size_t length = ns_wildcard_required_literal(pattern).length;
    return length < NS_GRAM ? 0 : length - NS_GRAM + 1;
}

/* Counts, by hash, how many literals have a gram: what many have says little, and so do common
 * characters. */
static void count_grams(uint32_t *counts, const struct ns_wildcard *pattern)
{
    struct ns_string literal = ns_wildcard_required_literal(pattern);
    for (size_t i = 0; i + NS_GRAM <= literal.length; i++)
        counts[hash_gram(gram_at(literal.data + i), COUNT_BITS)]++;
}

static uint64_t commonness(const uint32_t *counts, const char *gram)
{
    enum { COUNT_WEIGHT = 8 };
    uint64_t sum = (uint64_t)COUNT_WEIGHT * counts[hash_gram(gram_at(gram), COUNT_BITS)];
    for (size_t i = 0; i < NS_GRAM; i++)
        sum += ns_commonness((unsigned char)gram[i]);
    return sum;
}

/* Where in the literal the `stride` grams in a row start that are least common. */
static size_t rarest_grams(const uint32_t *counts, struct ns_string literal, size_t stride)
{
    size_t best = 0;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i + NS_GRAM + stride - 1 <= literal.length; i++) {
        uint64_t sum = 0;
        for (size_t k = 0; k < stride; k++)
            sum += commonness(counts, literal.data + i + k);
        if (sum < least) {
            least = sum;
            best = i;
        }
    }
    return best;
}

static void add_gram(struct ns_pattern_set *set, uint32_t number, uint32_t pattern,
                     uint32_t bytes)
{
    uint32_t *slot = &set->slots[hash_gram(bytes, set->slot_bits)];
    ns_set_bit(set->filter, hash_gram(bytes, FILTER_BITS));
    set->grams[number] = (struct gram){bytes, pattern, *slot};
    *slot = number;
}

static void fill(struct ns_pattern_set *set, const uint32_t *counts)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        if (!set->patterns[i]->is_ascii)
            continue; /* all are tried on a text that can match */
        if (gram_count(set->patterns[i]) < set->stride) {
            set->always[set->always_count++] = i;
            continue;
        }
        struct ns_string literal = ns_wildcard_required_literal(set->patterns[i]);
        size_t at = rarest_grams(counts, literal, set->stride);
        ns_probe_groups_add(&set->groups, i % NS_PROBE_GROUPS, literal.data + at, NS_GRAM, true);
        for (size_t k = 0; k < set->stride; k++)
            add_gram(set, number++, i, gram_at(literal.data + at + k));
    }
}

/* A longer stride reads less of the text, and leaves more patterns to be tried always. Guesses
 * in instructions, for a text of forty bytes. */
static void choose_stride(struct ns_pattern_set *set)
{
    enum { PASS = 400, TRY = 80 };
    size_t least = SIZE_MAX;
    for (size_t stride = 1; stride <= MOST_STRIDE; stride++) {
        size_t cost = PASS / stride;
        for (size_t i = 0; i < set->count; i++) {
            const struct ns_wildcard *pattern = set->patterns[i];
            cost += pattern->is_ascii && gram_count(pattern) < stride ? TRY : 0;
        }
        if (cost < least) {
            least = cost;
            set->stride = stride;
        }
    }
}

/* With registers every place is looked at. */
static void choose_search(struct ns_pattern_set *set)
{
    set->look = set->count <= MOST_PROBED ? ns_probe_look_by_register() : NULL;
    if (set->look)
        set->stride = 1;
    else
        choose_stride(set);
}

static void find_min_length(struct ns_pattern_set *set)
{
    set->min_length = SIZE_MAX;
    for (size_t i = 0; i < set->count; i++) {
        if (set->patterns[i]->min_length < set->min_length)
            set->min_length = set->patterns[i]->min_length;
    }
}

static bool make_room(struct ns_pattern_set *set, struct ns_arena *arena)
{
    size_t size = 16, grams = set->count * set->stride;
    for (set->slot_bits = 4; size < grams * 2; size *= 2)
        set->slot_bits++;
    set->always = ns_arena_alloc(arena, set->count, sizeof *set->always);
    set->grams = ns_arena_alloc(arena, grams, sizeof *set->grams);
    set->slots = ns_arena_alloc(arena, size, sizeof *set->slots);
    if (!set->always || !set->grams || !set->slots)
        return false;
    for (size_t i = 0; i < size; i++)
        set->slots[i] = NONE;
    return true;
}

const struct ns_pattern_set *ns_pattern_set_new(const struct ns_wildcard *const *patterns,
                                                size_t count, struct ns_arena *arena)
{
    if (count >= NONE / MOST_STRIDE / 4)
        return NULL;
    struct ns_pattern_set *set = ns_arena_alloc(arena, 1, sizeof *set);
    uint32_t *counts = ns_alloc_zero(&arena->allocator, 1 << COUNT_BITS, sizeof *counts);
    bool ok = set && counts;
    if (ok) {
        set->patterns = patterns;
        set->count = count;
        find_min_length(set);
        choose_search(set);
        for (size_t i = 0; i < count; i++)
            count_grams(counts, patterns[i]);
        ok = make_room(set, arena);
    }
    if (ok)
        fill(set, counts);
    ns_free(&arena->allocator, counts);
    return ok ? set : NULL;
}

/* --- Finding ------------------------------------------------------------------------------------ */

struct search {
    const struct ns_pattern_set *set;
    const struct ns_text *text;
    bool (*matches)(void *user, size_t pattern);
    void *user;
    size_t tries_left; /* where grams stand */
};

static bool try_pattern(const struct search *s, uint32_t pattern)
{
    return !ns_wildcard_match(s->set->patterns[pattern], s->text) ||
           s->matches(s->user, pattern);
}

static inline bool may_have(const struct ns_pattern_set *set, uint32_t bytes)
{
    return ns_get_bit(set->filter, hash_gram(bytes, FILTER_BITS));
}

/* False to stop, also when no tries are left. */
NS_NOINLINE bool try_gram(struct search *s, uint32_t bytes)
{
    const struct ns_pattern_set *set = s->set;
    for (uint32_t i = set->slots[hash_gram(bytes, set->slot_bits)]; i != NONE;
         i = set->grams[i].next) {
        if (set->grams[i].bytes != bytes)
            continue;
        if (!try_pattern(s, set->grams[i].pattern) || --s->tries_left == 0)
            return false;
    }
    return true;
}

static bool try_all(const struct search *s)
{
    for (uint32_t i = 0; i < s->set->count; i++) {
        if (!try_pattern(s, i))
            return false;
    }
    return true;
}

NS_NOINLINE bool search_bytes(struct search *s)
{
    const char *last = (const char *)s->text->data + s->text->length - NS_GRAM;
    const size_t stride = s->set->stride;
    size_t left = s->text->length - NS_GRAM;
    for (; left >= stride; left -= stride) {
        uint32_t bytes = gram_before_more(last - left);
        if (may_have(s->set, bytes) && !try_gram(s, bytes))
            return false;
    }
    uint32_t bytes = gram_at(last - left);
    return !may_have(s->set, bytes) || try_gram(s, bytes);
}

/* Of the places from `start` on those not before `at`, of `count`. */
static uint32_t between(uint32_t places, size_t start, size_t at, size_t count)
{
    if (count - start < NS_PROBE_PLACES)
        places &= (UINT32_C(1) << (count - start)) - 1;
    return places >> (at - start) << (at - start);
}

NS_NOINLINE const char *pad(char padded[NS_PROBE_READ], const struct ns_text *text)
{
    memset(padded, 0, NS_PROBE_READ);
    return memcpy(padded, text->data, text->length);
}

/* Also of a text that is not ASCII, see search(). */
NS_NOINLINE bool search_by_register(struct search *s)
{
    _Static_assert(NS_PROBE_READ - NS_GRAM <= NS_TEXT_PADDING, "a short text has less behind it");
    char padded[NS_PROBE_READ];
    const char *text = s->text->data;
    size_t count = s->text->length - NS_GRAM + 1, last = 0; /* the last place to read from */
    if (NS_UNLIKELY((text[count] | text[count + 1]) & 0x80)) /* behind all places */
        return try_all(s);
    if (s->text->length >= NS_PROBE_READ)
        last = s->text->length - NS_PROBE_READ;
    else if (!s->text->is_padded)
        text = pad(padded, s->text);
    for (size_t at = 0; at < count; at += NS_PROBE_PLACES) {
        size_t start = at < last ? at : last;
        struct ns_probe_places found = s->set->look(&s->set->groups, text + start);
        if (NS_UNLIKELY(between(found.high, start, at, count)))
            return try_all(s);
        uint32_t places = between(found.probes, start, at, count);
        for (; places; places &= places - 1) {
            if (!try_gram(s, gram_at(text + start + ns_lowest_bit(places))))
                return false;
        }
    }
    return true;
}

NS_NOINLINE bool search_units(struct search *s)
{
    const uint16_t *units = s->text->data;
    uint32_t bytes = 0;
    for (size_t i = 0; i < s->text->length; i++) {
        bytes = bytes >> 8 | (uint32_t)(units[i] | 0x20) << 16;
        if (i + 1 >= NS_GRAM && may_have(s->set, bytes) && !try_gram(s, bytes))
            return false;
    }
    return true;
}

/* A text may repeat a gram so often that trying a pattern wherever it stands costs more than
 * trying all of them once. */
static bool search(struct search *s)
{
    const struct ns_pattern_set *set = s->set;
    if (NS_UNLIKELY(s->text->length < set->min_length))
        return true;
    for (size_t i = 0; i < set->always_count; i++) {
        if (!try_pattern(s, set->always[i]))
            return false;
    }
    if (set->always_count == set->count)
        return true;
    bool by_register = set->look && s->text->encoding == NS_UTF8 && s->text->length >= NS_GRAM;
    if (!by_register && !ns_text_is_ascii(s->text)) /* literals may stand in other characters */
        return try_all(s);
    if (s->text->length < NS_GRAM)
        return true;
    bool go_on = by_register                     ? search_by_register(s)
                 : s->text->encoding == NS_UTF16 ? search_units(s)
                                                 : search_bytes(s);
    return s->tries_left ? go_on : try_all(s);
}

void ns_pattern_set_find(const struct ns_pattern_set *set, const struct ns_text *text,
                         bool (*matches)(void *user, size_t pattern), void *user)
{
    search(&(struct search){set, text, matches, user, set->count});
}

static bool stop(void *user, size_t pattern)
{
    (void)user;
    (void)pattern;
    return false;
}

bool ns_pattern_set_matches(const struct ns_pattern_set *set, const struct ns_text *text)
{
    return !search(&(struct search){set, text, stop, NULL, set->count});
}
