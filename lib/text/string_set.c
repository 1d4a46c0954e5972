/* SPDX-License-Identifier: Apache-2.0 */
#include "text/string_set.h"

/* --- Two texts ---------------------------------------------------------------- */

/* Are the bytes of a UTF-8 text, with A to Z folded if at all, what it is compared by? */
static bool compares_bytes(const struct ns_text *text, enum ns_fold fold)
{
    return text->encoding == NS_UTF8 && fold != NS_FOLD_UNICODE;
}

static bool characters_equal(const struct ns_text *a, const struct ns_text *b,
                             enum ns_fold fold, size_t at)
{
    size_t i = at, j = at;
    while (i < a->length && j < b->length) {
        uint32_t c = ns_text_next(a, &i), d = ns_text_next(b, &j);
        if (c != d && ns_fold(fold, c) != ns_fold(fold, d))
            return false;
    }
    return i == a->length && j == b->length;
}

bool ns_text_equal(const struct ns_text *a, const struct ns_text *b, enum ns_fold fold)
{
    bool by_bytes = compares_bytes(a, fold) && compares_bytes(b, fold);
    size_t shorter = a->length < b->length ? a->length : b->length;
    if (by_bytes && a->length != b->length)
        return false;
    for (size_t at = 0; at < shorter; at += 8) {
        uint64_t x = ns_text_word(a, at), y = ns_text_word(b, at);
        if (!by_bytes && ((x | y) & NS_HIGH_BITS))
            return characters_equal(a, b, fold, at); /* all before is ASCII */
        if (ns_fold_word(fold, x) != ns_fold_word(fold, y))
            return false;
    }
    return a->length == b->length;
}

int ns_text_compare(const struct ns_text *a, const struct ns_text *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length, at = 0;
    while (at + 8 <= shorter && ns_text_word(a, at) == ns_text_word(b, at) &&
           !(ns_text_word(a, at) & NS_HIGH_BITS))
        at += 8;
    size_t i = at, j = at;
    while (i < a->length && j < b->length) {
        uint32_t c = ns_text_next(a, &i), d = ns_text_next(b, &j);
        if (c != d)
            return c < d ? -1 : 1;
    }
    return (i < a->length) - (j < b->length);
}

/* --- Hashing ---------------------------------------------------------------------- */

/*
 * What is hashed is the folded text in UTF-8: of a short one the ends, of others eight bytes at
 * a time; and the length. Bytes that are not UTF-8 stand for themselves, surrogates are written
 * as other characters are.
 */
struct hash {
    uint64_t state, word;
    uint64_t head, last; /* the first and the last eight bytes */
    size_t length; /* in bytes; the last `length` % 8 are in `word` */
};

static uint64_t hash_end(const struct hash *h)
{
    if (h->length <= NS_ENDS)
        return ns_hash_ends(h->head, h->length > 8 ? h->last : h->head, h->length);
    uint64_t state = h->length % 8 ? ns_mix(h->state, h->word) : h->state;
    return ns_mix(state, h->length);
}

/* The bytes a folded character is hashed by. */
static size_t encode(uint32_t c, unsigned char *bytes)
{
    if (c < 0x80 || c >= NS_BAD_BYTE) {
        bytes[0] = (unsigned char)c; /* NS_BAD_BYTE has its lowest byte clear */
        return 1;
    }
    size_t rest = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    bytes[0] = (unsigned char)(0xFF80u >> rest | c >> 6 * rest);
    for (size_t i = 1; i <= rest; i++)
        bytes[i] = (unsigned char)(0x80 | (c >> 6 * (rest - i) & 0x3F));
    return rest + 1;
}

static void hash_byte(struct hash *h, uint64_t byte)
{
    h->word |= byte << 8 * (h->length % 8);
    h->last = h->last >> 8 | byte << 56;
    if (h->length < 8)
        h->head |= byte << 8 * h->length;
    if (++h->length % 8 == 0) {
        h->state = ns_mix(h->state, h->word);
        h->word = 0;
    }
}

static void hash_character(struct hash *h, uint32_t c)
{
    unsigned char bytes[4];
    size_t count = encode(c, bytes);
    for (size_t i = 0; i < count; i++)
        hash_byte(h, bytes[i]);
}

/* Hashes the first whole words up to one that is not ASCII, and says where. */
static size_t hash_words(struct hash *h, const struct ns_text *text, enum ns_fold fold)
{
    size_t at = 0;
    for (; at + 8 <= text->length; at += 8) {
        uint64_t word = ns_text_word(text, at);
        if (word & NS_HIGH_BITS)
            break;
        h->last = ns_fold_word(fold, word);
        h->head = at ? h->head : h->last;
        h->state = ns_mix(h->state, h->last);
    }
    h->length = at;
    return at;
}

static uint64_t hash_long(const struct ns_text *text, enum ns_fold fold)
{
    struct hash h = {.state = UINT64_C(0xCBF29CE484222325)};
    size_t at = hash_words(&h, text, fold);
    uint64_t rest = text->length - at < 8 ? ns_text_word(text, at) : NS_HIGH_BITS;
    if (!(rest & NS_HIGH_BITS)) { /* ASCII to the end, and longer than its ends */
        h.word = ns_fold_word(fold, rest);
        h.length = text->length;
        return hash_end(&h);
    }
    while (at < text->length)
        hash_character(&h, ns_fold(fold, ns_text_next(text, &at)));
    return hash_end(&h);
}

uint64_t ns_text_hash(const struct ns_text *text, enum ns_fold fold)
{
    uint64_t head = ns_text_head(text), tail = ns_text_tail(text, head);
    if (text->length > NS_ENDS || ((head | tail) & NS_HIGH_BITS))
        return hash_long(text, fold);
    return ns_hash_ends(ns_fold_word(fold, head), ns_fold_word(fold, tail), text->length);
}

/* --- Sets --------------------------------------------------------------------------- */

struct ns_slot {
    uint32_t member; /* number + 1, 0 for empty */
    uint32_t tag;    /* high half of its hash */
};

/* Sets up to this size are searched string by string. */
enum { SMALL = 8 };

static size_t fold_string(struct ns_string string, enum ns_fold fold, unsigned char *folded)
{
    unsigned char ignored[4] = {0};
    size_t length = 0;
    for (size_t at = 0; at < string.length;) {
        uint32_t c = ns_utf8_next((const unsigned char *)string.data, string.length, &at);
        length += encode(ns_fold(fold, c), folded ? folded + length : ignored);
    }
    return length;
}

static bool fill_member(struct ns_member *m, struct ns_string string, enum ns_fold fold,
                        struct ns_arena *arena)
{
    size_t length = fold_string(string, fold, NULL);
    unsigned char *folded = ns_arena_alloc(arena, length, 1);
    if (!folded)
        return false;
    fold_string(string, fold, folded);
    m->text = ns_text_utf8((const char *)folded, length);
    m->head = ns_text_head(&m->text);
    m->tail = ns_text_tail(&m->text, m->head);
    return true;
}

/* The slot of the text, or the empty one where it would go. */
static const struct ns_slot *find_slot(const struct ns_string_set *set,
                                       const struct ns_text *text, uint64_t hash)
{
    size_t mask = set->slot_count - 1, i = (size_t)hash & mask;
    for (; set->slots[i].member; i = (i + 1) & mask) {
        if (set->slots[i].tag == (uint32_t)(hash >> 32) &&
            ns_text_equal(&set->members[set->slots[i].member - 1].text, text, set->fold))
            break;
    }
    return &set->slots[i];
}

static bool make_slots(struct ns_string_set *set, struct ns_arena *arena)
{
    set->slot_count = 16;
    while (set->slot_count < set->count * 2)
        set->slot_count *= 2;
    set->slots = ns_arena_alloc(arena, set->slot_count, sizeof *set->slots);
    if (!set->slots)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        const struct ns_text *text = &set->members[i].text;
        uint64_t hash = ns_text_hash(text, set->fold);
        set->slots[find_slot(set, text, hash) - set->slots] =
            (struct ns_slot){(uint32_t)i + 1, (uint32_t)(hash >> 32)};
    }
    return true;
}

const struct ns_string_set *ns_string_set_new(const struct ns_string *strings, size_t count,
                                              enum ns_fold fold, struct ns_arena *arena)
{
    if (count >= UINT32_MAX / sizeof(struct ns_member))
        return NULL;
    struct ns_string_set *set =
        ns_arena_alloc(arena, 1, sizeof *set + count * sizeof(struct ns_member));
    if (!set)
        return NULL;
    set->fold = fold;
    set->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!fill_member(&set->members[i], strings[i], fold, arena))
            return NULL;
    }
    if (count > SMALL && !make_slots(set, arena))
        return NULL;
    return set;
}

bool ns_string_set_contains_any(const struct ns_string_set *set, const struct ns_text *text)
{
    if (set->slots)
        return find_slot(set, text, ns_text_hash(text, set->fold))->member != 0;
    for (size_t i = 0; i < set->count; i++) {
        if (ns_text_equal(&set->members[i].text, text, set->fold))
            return true;
    }
    return false;
}
