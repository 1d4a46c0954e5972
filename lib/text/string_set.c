/* SPDX-License-Identifier: Apache-2.0 */
#include "text/string_set.h"

#include "text/simd.h"

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
 * What is hashed is the folded text in UTF-8, eight bytes at a time, then its length.
 * Bytes that are not UTF-8 stand for themselves, surrogates are written as other
 * characters are.
 */
struct hash {
    uint64_t state, word;
    size_t length; /* in bytes; the last `length` % 8 are in `word` */
};

NS_INLINE uint64_t mix(uint64_t state, uint64_t word)
{
    state = (state ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return state ^ state >> 32;
}

static uint64_t hash_end(const struct hash *h)
{
    uint64_t state = h->length % 8 ? mix(h->state, h->word) : h->state;
    return mix(state, h->length);
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

static void hash_character(struct hash *h, uint32_t c)
{
    unsigned char bytes[4];
    size_t count = encode(c, bytes);
    for (size_t i = 0; i < count; i++) {
        h->word |= (uint64_t)bytes[i] << 8 * (h->length % 8);
        if (++h->length % 8 == 0) {
            h->state = mix(h->state, h->word);
            h->word = 0;
        }
    }
}

/* Hashes from the start on; stops where bytes do not do, and says where. */
static size_t hash_words(struct hash *h, const struct ns_text *text, enum ns_fold fold)
{
    uint64_t stop = compares_bytes(text, fold) ? 0 : NS_HIGH_BITS;
    uint64_t state = h->state;
    size_t at = 0, length = text->length;
    for (; at + 8 <= length; at += 8) {
        uint64_t word = ns_text_word(text, at);
        if (word & stop)
            break;
        state = mix(state, ns_fold_word(fold, word));
    }
    uint64_t rest = length - at < 8 ? ns_text_word(text, at) : stop;
    if (!(rest & stop)) {
        h->word = ns_fold_word(fold, rest);
        at = length;
    }
    h->state = state;
    h->length = at;
    return at;
}

uint64_t ns_text_hash(const struct ns_text *text, enum ns_fold fold)
{
    struct hash h = {UINT64_C(0xCBF29CE484222325), 0, 0};
    for (size_t at = hash_words(&h, text, fold); at < text->length;)
        hash_character(&h, ns_fold(fold, ns_text_next(text, &at)));
    return hash_end(&h);
}

/* --- Sets --------------------------------------------------------------------------- */

struct member {
    struct ns_string folded; /* as it is hashed; equal to a text compared by bytes */
    uint64_t head, tail;     /* its first and its last eight bytes, or fewer */
    struct ns_string given;
};

struct slot {
    uint32_t member; /* number + 1, 0 for empty */
    uint32_t tag;    /* high half of its hash */
};

struct ns_string_set {
    size_t count;
    enum ns_fold fold;
    uint64_t lengths;     /* bit n: a folded member has n bytes; bit 63: that or more */
    uint64_t initials[2]; /* bit c: a member starts with the ASCII character c, folded */
    size_t slot_count;    /* a power of two, at least twice the count; 0 in a small set */
    struct slot *slots;
    struct member *members;
};

/* Sets up to this size are searched string by string. */
enum { SMALL = 8 };

static uint64_t length_bit(size_t length)
{
    return UINT64_C(1) << (length < 63 ? length : 63);
}

/* The last eight bytes of a text, or all of a shorter one. */
NS_INLINE uint64_t tail_word(const struct ns_text *text)
{
    return ns_text_word(text, text->length > 8 ? text->length - 8 : 0);
}

static bool fill_member(struct ns_string_set *set, struct member *m, struct ns_string string,
                        struct ns_arena *arena)
{
    /* A character of two bytes may fold to one of three, and no other gets longer. */
    unsigned char *folded = ns_arena_alloc(arena, string.length, 2);
    const char *given = ns_arena_string(arena, string.data, string.length);
    if (!folded || !given)
        return false;
    struct ns_text text = ns_text_utf8(given, string.length);
    size_t length = 0;
    for (size_t at = 0; at < text.length;)
        length += encode(ns_fold(set->fold, ns_text_next(&text, &at)), folded + length);
    m->given = (struct ns_string){given, string.length};
    m->folded = (struct ns_string){(const char *)folded, length};
    text = ns_text_string(m->folded);
    m->head = ns_text_word(&text, 0);
    m->tail = tail_word(&text);
    set->lengths |= length_bit(length);
    if (length && folded[0] < 0x80)
        set->initials[folded[0] / 64] |= UINT64_C(1) << folded[0] % 64;
    return true;
}

/* Is the member the text, which can be compared by bytes and has these at its ends? */
NS_INLINE bool equals_with_ends(const struct ns_string_set *set, const struct member *m,
                                const struct ns_text *text, uint64_t head, uint64_t tail)
{
    if (m->folded.length != text->length || head != m->head || tail != m->tail)
        return false;
    for (size_t at = 8; at + 8 < text->length; at += 8) {
        uint64_t word = ns_fold_word(set->fold, ns_text_word(text, at));
        if (word != ns_load_bytes(m->folded.data + at))
            return false;
    }
    return true;
}

static bool equals_bytes(const struct ns_string_set *set, const struct member *m,
                         const struct ns_text *text)
{
    uint64_t head = ns_fold_word(set->fold, ns_text_word(text, 0));
    uint64_t tail = ns_fold_word(set->fold, tail_word(text));
    return equals_with_ends(set, m, text, head, tail);
}

static bool equals_characters(const struct ns_string_set *set, const struct member *m,
                              const struct ns_text *text)
{
    struct ns_text other = ns_text_string(m->given);
    return ns_text_equal(&other, text, set->fold);
}

/* The slot of the text, or the empty one where it would go. */
static const struct slot *find_slot(const struct ns_string_set *set, const struct ns_text *text,
                                    bool by_bytes, uint64_t hash)
{
    size_t mask = set->slot_count - 1, i = (size_t)hash & mask;
    uint32_t tag = (uint32_t)(hash >> 32);
    for (; set->slots[i].member; i = (i + 1) & mask) {
        if (set->slots[i].tag != tag)
            continue;
        const struct member *m = &set->members[set->slots[i].member - 1];
        if (by_bytes ? equals_bytes(set, m, text) : equals_characters(set, m, text))
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
        struct ns_text text = ns_text_string(set->members[i].given);
        uint64_t hash = ns_text_hash(&text, set->fold);
        const struct slot *slot = find_slot(set, &text, false, hash);
        set->slots[slot - set->slots] = (struct slot){(uint32_t)i + 1, (uint32_t)(hash >> 32)};
    }
    return true;
}

const struct ns_string_set *ns_string_set_new(const struct ns_string *strings, size_t count,
                                              enum ns_fold fold, struct ns_arena *arena)
{
    struct ns_string_set *set = ns_arena_alloc(arena, 1, sizeof *set);
    if (!set || count >= UINT32_MAX / 4)
        return NULL;
    set->fold = fold;
    set->count = count;
    set->members = ns_arena_alloc(arena, count, sizeof *set->members);
    if (!set->members)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!fill_member(set, &set->members[i], strings[i], arena))
            return NULL;
    }
    if (count > SMALL && !make_slots(set, arena))
        return NULL;
    return set;
}

static bool contains_bytes(const struct ns_string_set *set, const struct ns_text *text)
{
    if (set->slots)
        return find_slot(set, text, true, ns_text_hash(text, set->fold))->member != 0;
    uint64_t head = ns_fold_word(set->fold, ns_text_word(text, 0));
    uint64_t tail = ns_fold_word(set->fold, tail_word(text));
    for (size_t i = 0; i < set->count; i++) {
        if (equals_with_ends(set, &set->members[i], text, head, tail))
            return true;
    }
    return false;
}

static bool contains_characters(const struct ns_string_set *set, const struct ns_text *text)
{
    if (set->slots)
        return find_slot(set, text, false, ns_text_hash(text, set->fold))->member != 0;
    for (size_t i = 0; i < set->count; i++) {
        if (equals_characters(set, &set->members[i], text))
            return true;
    }
    return false;
}

/* Is its first character one of a member's? Not known of characters outside ASCII. */
NS_INLINE bool may_start(const struct ns_string_set *set, const struct ns_text *text)
{
    uint32_t initial = text->encoding == NS_UTF8 ? *(const unsigned char *)text->data
                                                 : *(const uint16_t *)text->data;
    if (initial >= 0x80)
        return true;
    initial = ns_fold(set->fold, initial);
    return set->initials[initial / 64] >> initial % 64 & 1;
}

bool ns_string_set_contains(const struct ns_string_set *set, const struct ns_text *text)
{
    if (text->length && !may_start(set, text))
        return false;
    if (!compares_bytes(text, set->fold) && !ns_text_is_ascii(text))
        return contains_characters(set, text);
    return (set->lengths & length_bit(text->length)) && contains_bytes(set, text);
}
