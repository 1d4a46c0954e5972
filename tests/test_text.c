/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing, hashing and searching texts, against the plainest way to do each. */
#include "base/arena.h"
#include "random_text.h"
#include "support.h"
#include "text/literal.h"
#include "text/pattern_set.h"
#include "text/search.h"
#include "text/outline.h"
#include "text/string_set.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static struct ns_arena new_arena(void)
{
    struct ns_arena arena;
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    ns_arena_init(&arena, &allocator);
    return arena;
}

static enum ns_encoding random_encoding(uint64_t *state)
{
    return random_below(state, 2) ? NS_UTF16 : NS_UTF8;
}

/* --- folding --- */

/* Simple folding by utf8proc: see fold.c. */
static uint32_t fold_by_utf8proc(uint32_t c)
{
    utf8proc_int32_t folded[4];
    int boundary = 0;
    if (c >= 0x110000 || c == 0x130) {
        return c;
    }
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)c, folded, 4,
                                                     UTF8PROC_CASEFOLD, &boundary);
    return count == 1  ? (uint32_t)folded[0]
           : count > 1 ? (uint32_t)utf8proc_tolower((utf8proc_int32_t)c)
                       : c;
}

Test(text, folds_every_character_as_utf8proc_does)
{
    for (uint32_t c = 0; c < NS_CHARACTER_END; c++) {
        uint32_t expected = fold_by_utf8proc(c);
        cr_assert_eq(ns_fold_unicode(c), expected, "U+%04X", c);
        cr_assert_eq(ns_fold(NS_FOLD_ASCII, c), random_text_fold_ascii(c));
        cr_assert(c < 0x80 || expected >= 0x80 || ns_has_alias(expected, NS_FOLD_UNICODE),
                  "U+%04X folds into ASCII", c);
    }
}

Test(text, aliases_of_ascii_are_found_wherever_they_stand)
{
    static const struct {
        uint32_t characters[3];
        size_t count;
        bool has;
    } rows[] = {
        {{0x17F}, 1, true},
        {{0x212A}, 1, true},
        {{0x2129}, 1, false},
        {{0x212B}, 1, false},
        {{0x17E, 0x180}, 2, false},
        {{0xE9, 0x17F}, 2, true},
        {{0x2000C5}, 1, false}, /* the first bytes of the two in UTF-8 */
        {{0x2000E2}, 1, false},
        {{0x2000E2, 0x200084}, 2, false},
        {{0x2000C5, 0x212A}, 2, true},
        {{0x2000E2, 0x17F}, 2, true},
        {{0}, 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t before = 0; before < 40; before++) {
            uint32_t characters[43];
            for (size_t c = 0; c < before; c++) {
                characters[c] = 'k';
            }
            memcpy(characters + before, rows[i].characters, sizeof rows[i].characters);
            for (int e = 0; e < 2; e++) {
                struct random_text text =
                    random_text_of(characters, before + rows[i].count, e ? NS_UTF16 : NS_UTF8);
                cr_assert_eq(ns_text_has_alias(&text.text), rows[i].has, "row %zu", i);
                random_text_free(&text);
            }
        }
    }
}

/* --- decoding --- */

Test(text, utf8_is_decoded_as_utf8proc_does, .timeout = 120)
{
    static const unsigned char later[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90,
                                          0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    enum { LATER = sizeof later };
    for (unsigned i = 0; i < 0x80 * 0x100 * LATER * LATER; i++) {
        const unsigned char bytes[4] = {
            (unsigned char)(0x80 + i % 0x80), (unsigned char)(i / 0x80 % 0x100),
            later[i / 0x8000 % LATER], later[i / 0x8000 / LATER]};
        for (size_t length = 1; length <= sizeof bytes; length++) {
            utf8proc_int32_t expected;
            utf8proc_ssize_t count = utf8proc_iterate(bytes, (utf8proc_ssize_t)length, &expected);
            bool is_valid = count > 0;
            size_t at = 0;
            uint32_t c = ns_utf8_next(bytes, length, &at);
            if (c != (is_valid ? (uint32_t)expected : NS_BAD_BYTE + bytes[0]) ||
                at != (is_valid ? (size_t)count : 1))
                cr_assert_fail("%02X %02X %02X %02X of %zu: %X", bytes[0], bytes[1], bytes[2],
                               bytes[3], length, c);
        }
    }
}

/* --- words and lanes --- */

Test(text, ascii_is_told_at_every_length)
{
    for (size_t length = 0; length <= 70; length++) {
        uint32_t characters[70];
        for (size_t i = 0; i < length; i++) {
            characters[i] = (uint32_t)(i * 37 % 0x80);
        }
        for (size_t bad = 0; bad <= length; bad++) {
            for (int e = 0; e < 2; e++) {
                enum ns_encoding encoding = e ? NS_UTF16 : NS_UTF8;
                uint32_t kept = bad < length ? characters[bad] : 0;
                if (bad < length) {
                    characters[bad] = encoding == NS_UTF16 && bad % 2 ? 0x8041 : 0x80;
                }
                struct random_text text = random_text_of(characters, length, encoding);
                cr_assert_eq(ns_text_is_ascii(&text.text), bad == length, "%zu of %zu", bad,
                             length);
                random_text_free(&text);
                if (bad < length) {
                    characters[bad] = kept;
                }
            }
        }
    }
}

Test(text, words_end_where_the_text_does)
{
    for (size_t length = 0; length <= 40; length++) {
        uint32_t characters[40];
        for (size_t i = 0; i < length; i++) {
            characters[i] = (uint32_t)(1 + i);
        }
        struct random_text narrow = random_text_of(characters, length, NS_UTF8);
        struct random_text wide = random_text_of(characters, length, NS_UTF16);
        for (size_t at = 0; at <= length; at++) {
            uint64_t expected = 0;
            for (size_t i = at; i < length && i < at + 8; i++) {
                expected |= (uint64_t)characters[i] << 8 * (i - at);
            }
            cr_assert_eq(ns_text_word(&narrow.text, at), expected, "%zu of %zu", at, length);
            cr_assert_eq(ns_text_word(&wide.text, at), expected, "%zu of %zu", at, length);
        }
        random_text_free(&narrow);
        random_text_free(&wide);
    }
}

Test(text, folds_words_byte_by_byte)
{
    for (uint32_t byte = 0; byte < 0x100; byte++) {
        for (unsigned place = 0; place < 8; place++) {
            uint64_t word = UINT64_C(0x5AFF417A61407B60); /* with a letter on either side */
            uint64_t hole = UINT64_C(0xFF) << 8 * place, expected = 0;
            word = (word & ~hole) | (uint64_t)byte << 8 * place;
            for (unsigned i = 0; i < 8; i++) {
                expected |= (uint64_t)random_text_fold_ascii(word >> 8 * i & 0xFF) << 8 * i;
            }
            cr_assert_eq(ns_word_fold_ascii(word), expected, "%02X at %u", byte, place);
        }
    }
}

/* --- comparing and hashing --- */

static bool reference_equal(const struct random_text *a, const struct random_text *b,
                            enum ns_fold fold)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = random_text_folds[fold](a->characters[i]) ==
               random_text_folds[fold](b->characters[i]);
    }
    return same;
}

/* By character; reference_characters() has bad bytes above all others, too. */
static int reference_compare(const struct random_text *a, const struct random_text *b)
{
    size_t i = 0;
    while (i < a->count && i < b->count && a->characters[i] == b->characters[i]) {
        i++;
    }
    if (i == a->count || i == b->count) {
        return (a->count > i) - (b->count > i);
    }
    return a->characters[i] < b->characters[i] ? -1 : 1;
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

/* Of a string in UTF-8: its outline admits all texts that equal it. */
static bool may_equal(const struct ns_text *string, const struct ns_text *text, enum ns_fold fold)
{
    struct ns_outline outline = {0};
    if (string->encoding == NS_UTF8)
        ns_outline_add(&outline, (struct ns_string){string->data, string->length}, fold);
    return string->encoding != NS_UTF8 || ns_outline_admits(&outline, text);
}

Test(text, equality_order_and_hash_agree, .timeout = 120)
{
    uint64_t state = 0xE7037ED1A0B428DBu;
    size_t equal = 0, collisions = 0, pairs = 0;
    for (int i = 0; i < 60000; i++) {
        enum random_kind kind = (enum random_kind)random_below(&state, 3);
        enum ns_fold fold = (enum ns_fold)random_below(&state, 3);
        struct random_text a = random_text_new(&state, random_below(&state, 70), kind,
                                               random_encoding(&state));
        struct random_text b = random_text_variant(&state, &a, random_below(&state, 3) / 2,
                                                   random_encoding(&state));
        bool same = reference_equal(&a, &b, fold);
        bool same_hash = ns_text_hash(&a.text, fold) == ns_text_hash(&b.text, fold);
        cr_assert_eq(ns_text_equal(&a.text, &b.text, fold), same, "fold %d", fold);
        cr_assert_eq(sign(ns_text_compare(&a.text, &b.text)), reference_compare(&a, &b));
        cr_assert(!same || same_hash, "equal texts have two hashes, fold %d", fold);
        cr_assert(!same || may_equal(&a.text, &b.text, fold), "fold %d", fold);
        equal += same;
        /* A surrogate in UTF-16 is hashed as its three bytes in UTF-8. */
        collisions += !same && same_hash && a.text.encoding == b.text.encoding;
        pairs++;
        random_text_free(&a);
        random_text_free(&b);
    }
    cr_expect_gt(equal, pairs / 10);
    cr_expect_lt(equal, pairs / 10 * 9);
    cr_expect_eq(collisions, 0);
}

Test(text, hashes_of_short_texts_differ)
{
    enum { SYMBOLS = 40, TEXTS = SYMBOLS * SYMBOLS * SYMBOLS, BUCKETS = 1 << 16 };
    static unsigned char buckets[BUCKETS];
    unsigned most = 0;
    for (unsigned i = 0; i < TEXTS; i++) {
        char name[] = {(char)('!' + i % SYMBOLS), (char)('!' + i / SYMBOLS % SYMBOLS),
                       (char)('!' + i / SYMBOLS / SYMBOLS), '.', 'e', 'x', 'e'};
        struct ns_text text = ns_text_utf8(name, sizeof name);
        unsigned char *bucket = &buckets[ns_text_hash(&text, NS_FOLD_NONE) % BUCKETS];
        ++*bucket;
        most = *bucket > most ? *bucket : most;
    }
    cr_expect_lt(most, 10); /* one on average */
}

/* Texts are filled up with zeros for comparing; zeros of their own are not the same. */
Test(text, nul_is_a_character_at_the_end_too)
{
    static const char zeros[40];
    static const uint16_t wide_zeros[40];
    for (size_t length = 0; length < 40; length++) {
        struct ns_string member = {zeros, length};
        struct ns_arena arena = new_arena();
        const struct ns_string_set *set =
            ns_string_set_new(&member, 1, NS_FOLD_UNICODE, &arena);
        struct ns_text text = ns_text_utf8(zeros, length);
        for (size_t other = 0; other < 40; other++) {
            struct ns_text narrow = ns_text_utf8(zeros, other);
            struct ns_text wide = ns_text_utf16(wide_zeros, other);
            bool same = length == other;
            cr_assert_eq(ns_text_equal(&text, &narrow, NS_FOLD_UNICODE), same);
            cr_assert_eq(ns_text_equal(&text, &wide, NS_FOLD_NONE), same);
            cr_assert_eq(ns_text_hash(&text, NS_FOLD_NONE) == ns_text_hash(&wide, NS_FOLD_NONE),
                         same);
            cr_assert_eq(ns_text_starts_with(&narrow, &text, NS_FOLD_ASCII), length <= other);
            cr_assert_eq(ns_text_ends_with(&wide, &text, NS_FOLD_ASCII), length <= other);
            cr_assert_eq(ns_string_set_contains(set, &narrow), same);
            cr_assert_eq(ns_string_set_contains(set, &wide), same);
        }
        ns_arena_free(&arena);
    }
}

/* --- sets --- */

enum { MEMBERS = 40 };

static void expect_set(uint64_t *state, size_t count, enum random_kind kind, enum ns_fold fold)
{
    struct random_text members[MEMBERS];
    struct ns_string strings[MEMBERS];
    struct ns_arena arena = new_arena();
    for (size_t i = 0; i < count; i++) {
        uint32_t length = random_below(state, random_below(state, 2) ? 4 : 30);
        members[i] = random_text_new(state, length, kind, NS_UTF8);
        strings[i] = (struct ns_string){members[i].text.data, members[i].text.length};
    }
    const struct ns_string_set *set = ns_string_set_new(strings, count, fold, &arena);
    cr_assert_not_null(set);
    for (int i = 0; i < 40; i++) {
        uint32_t length = random_below(state, 5);
        struct random_text fresh = random_text_new(state, length, kind, NS_UTF8);
        const struct random_text *from =
            count > 0 && i % 4 ? &members[random_below(state, (uint32_t)count)] : &fresh;
        struct random_text text = random_text_variant(state, from, random_below(state, 3) / 2,
                                                      random_encoding(state));
        bool expected = false;
        for (size_t m = 0; m < count; m++) {
            expected |= reference_equal(&members[m], &text, fold);
        }
        cr_assert_eq(ns_string_set_contains(set, &text.text), expected,
                     "%zu members, fold %d, expected %d", count, fold, expected);
        random_text_free(&text);
        random_text_free(&fresh);
    }
    for (size_t i = 0; i < count; i++) {
        random_text_free(&members[i]);
    }
    ns_arena_free(&arena);
}

Test(text, sets_contain_their_members_only, .timeout = 120)
{
    uint64_t state = 0x8EBC6AF09C88C6E3u;
    for (int i = 0; i < 60; i++) {
        for (size_t count = 0; count <= MEMBERS; count += count < 8 ? 1 : 8) {
            expect_set(&state, count, (enum random_kind)(i % 3), (enum ns_fold)(i / 3 % 3));
        }
    }
}

/* Two numbers of one length and first digit whose hashes are the same as far as a set looks
 * at them. */
static bool find_collision(char first[16], char second[16])
{
    enum { FIRST = 10000000, END = 13000000, SLOTS = 1 << 22 };
    const uint64_t seen = UINT64_C(0xFFFFFFFF0000001F);
    uint32_t *slots = calloc(SLOTS, sizeof *slots);
    bool found = false;
    cr_assert_not_null(slots);
    for (uint32_t i = FIRST; !found && i < END; i++) {
        struct ns_text text = ns_text_utf8(first, (size_t)sprintf(first, "%u", i));
        uint64_t hash = ns_text_hash(&text, NS_FOLD_NONE) & seen;
        size_t slot = (size_t)(hash >> 32 ^ hash << 17) % SLOTS;
        for (; !found && slots[slot]; slot = (slot + 1) % SLOTS) {
            struct ns_text other = ns_text_utf8(second, (size_t)sprintf(second, "%u", slots[slot]));
            found = (ns_text_hash(&other, NS_FOLD_NONE) & seen) == hash;
        }
        slots[slot] = i;
    }
    free(slots);
    return found;
}

/* The whole text is compared, not its hash alone. */
Test(text, texts_with_one_hash_are_told_apart)
{
    char first[16], second[16];
    cr_assert(find_collision(first, second));
    struct ns_string strings[9] = {{first, strlen(first)}};
    for (size_t i = 1; i < COUNT(strings); i++)
        strings[i] = (struct ns_string){&"abcdefghi"[i], 1};
    struct ns_arena arena = new_arena();
    const struct ns_string_set *set =
        ns_string_set_new(strings, COUNT(strings), NS_FOLD_NONE, &arena);
    struct ns_text member = ns_text_utf8(first, strlen(first));
    struct ns_text other = ns_text_utf8(second, strlen(second));
    cr_expect(ns_string_set_contains(set, &member));
    cr_expect_not(ns_string_set_contains(set, &other), "'%s' for '%s'", second, first);
    ns_arena_free(&arena);
}

Test(text, sets_of_more_than_there_can_be_are_out_of_memory)
{
    struct ns_arena arena = new_arena();
    cr_expect_null(ns_string_set_new(NULL, UINT32_MAX, NS_FOLD_NONE, &arena));
    cr_expect_null(ns_pattern_set_new(NULL, UINT32_MAX, &arena));
    ns_arena_free(&arena);
}

Test(text, sets_survive_every_failed_allocation)
{
    static const struct ns_string strings[] = {
        {"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}, {"\xE2\x84\xAA", 3},
        {"f", 1}, {"g", 1}, {"h", 1}, {"i", 1}, {"a string of more than eight", 27}};
    bool made = false;
    for (size_t fail = 1; !made && fail < 100; fail++) {
        test_memory memory = {.fail_at = fail};
        netshare_allocator allocator = test_allocator(&memory);
        struct ns_arena arena;
        ns_arena_init(&arena, &allocator);
        made = ns_string_set_new(strings, COUNT(strings), NS_FOLD_UNICODE, &arena) != NULL;
        ns_arena_free(&arena);
        cr_expect_eq(memory.live, 0);
    }
    cr_expect(made);
}

/* --- searching --- */

static size_t units_before(const struct random_text *text, size_t character)
{
    size_t units = 0;
    for (size_t i = 0; i < character; i++) {
        units += text->characters[i] >= 0x10000 && text->characters[i] < 0x200000 ? 2 : 1;
    }
    return units;
}

/* Where character number `character` is, as ns_text_next() counts. */
static size_t index_of(const struct random_text *text, size_t character)
{
    size_t at = 0;
    for (size_t i = 0; i < character; i++) {
        ns_text_next(&text->text, &at);
    }
    return at;
}

static bool stands_at(const struct random_text *text, size_t at, const struct random_text *part,
                      enum ns_fold fold)
{
    for (size_t i = 0; i < part->count; i++) {
        if (at + i >= text->count || random_text_folds[fold](text->characters[at + i]) !=
                                         random_text_folds[fold](part->characters[i])) {
            return false;
        }
    }
    return true;
}

static void expect_found(const struct random_text *text, const struct random_text *needle,
                         enum ns_fold fold, size_t from, bool last)
{
    bool expected = false;
    size_t place = 0;
    for (size_t at = from; at <= text->count && (last || !expected); at++) {
        if (stands_at(text, at, needle, fold)) {
            expected = true;
            place = at;
        }
    }
    struct ns_arena arena = new_arena();
    struct ns_found found = {0, 0, 0};
    enum ns_search result =
        ns_text_find(&text->text, &needle->text, fold, index_of(text, from),
                     units_before(text, from), last, &arena, &found);
    cr_assert_eq(result, expected ? NS_FOUND : NS_NOT_FOUND, "%zu characters in %zu, fold %d",
                 needle->count, text->count, fold);
    if (expected) {
        cr_assert_eq(found.start, index_of(text, place));
        cr_assert_eq(found.end, index_of(text, place + needle->count));
        cr_assert_eq(found.unit, units_before(text, place));
    }
    ns_arena_free(&arena);
}

Test(text, finds_the_first_and_the_last_place, .timeout = 120)
{
    uint64_t state = 0x589965CC75374CC3u;
    for (int i = 0; i < 60000; i++) {
        enum random_kind kind = (enum random_kind)random_below(&state, 3);
        enum ns_fold fold = (enum ns_fold)random_below(&state, 3);
        struct random_text text = random_text_new(&state, random_below(&state, 150), kind,
                                                  random_encoding(&state));
        uint32_t count = (uint32_t)text.count;
        uint32_t start = random_below(&state, count + 1);
        uint32_t length = random_below(&state, random_below(&state, 4) ? 5 : 100);
        length = length < count - start ? length : count - start;
        struct random_text part =
            random_text_of(text.characters + start, length, random_encoding(&state));
        struct random_text needle = random_text_variant(
            &state, &part, random_below(&state, 2), random_encoding(&state));
        expect_found(&text, &needle, fold, random_below(&state, start + 1), i % 5 == 0);
        cr_assert_eq(ns_text_starts_with(&text.text, &needle.text, fold),
                     stands_at(&text, 0, &needle, fold));
        cr_assert_eq(ns_text_ends_with(&text.text, &needle.text, fold),
                     needle.count <= text.count &&
                         stands_at(&text, text.count - needle.count, &needle, fold));
        random_text_free(&text);
        random_text_free(&part);
        random_text_free(&needle);
    }
}

Test(text, ends_of_texts_at_every_length, .timeout = 120)
{
    uint64_t state = 0x1D8E4E27C47D124Fu;
    for (size_t length = 0; length <= 70; length++) {
        for (int i = 0; i < 60; i++) {
            enum ns_fold fold = (enum ns_fold)(i % 3);
            enum random_kind kind = (enum random_kind)(i / 20);
            struct random_text text =
                random_text_new(&state, length, kind, random_encoding(&state));
            size_t count = random_below(&state, (uint32_t)text.count + 1);
            bool at_end = i % 2;
            struct random_text part = random_text_of(
                text.characters + (at_end ? text.count - count : 0), count, text.text.encoding);
            struct random_text other = random_text_variant(
                &state, &part, random_below(&state, 2), random_encoding(&state));
            bool expected =
                other.count <= text.count &&
                stands_at(&text, at_end ? text.count - other.count : 0, &other, fold);
            cr_assert_eq(at_end ? ns_text_ends_with(&text.text, &other.text, fold)
                                : ns_text_starts_with(&text.text, &other.text, fold),
                         expected, "%zu of %zu, fold %d", count, length, fold);
            random_text_free(&text);
            random_text_free(&part);
            random_text_free(&other);
        }
    }
}

/* Every place looks like the needle up to one character: the time must not be the
 * product of the lengths, which here would be hours. */
Test(text, searching_takes_time_in_the_sum_of_the_lengths, .timeout = 120)
{
    size_t length = 8 << 20, half = 4 << 20;
    char *text = malloc(length), *needle = malloc(half);
    cr_assert(text != NULL && needle != NULL);
    memset(text, 'a', length);
    memset(needle, 'a', half);
    static const size_t lengths[] = {3, 10, 33, 64, 65, 1000, 4 << 20};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct ns_arena arena = new_arena();
        struct ns_found found;
        struct ns_text in = ns_text_utf8(text, length);
        struct ns_text what = ns_text_utf8(needle, lengths[i]);
        needle[lengths[i] / 2] = 'b';
        cr_expect_eq(ns_text_find(&in, &what, NS_FOLD_UNICODE, 0, 0, false, &arena, &found),
                     NS_NOT_FOUND);
        text[length - 1 - (lengths[i] - 1 - lengths[i] / 2)] = 'B';
        cr_expect_eq(ns_text_find(&in, &what, NS_FOLD_UNICODE, 0, 0, false, &arena, &found),
                     NS_FOUND);
        cr_expect_eq(found.start, length - lengths[i]);
        cr_expect_eq(found.unit, length - lengths[i]);
        text[length - 1 - (lengths[i] - 1 - lengths[i] / 2)] = 'a';
        needle[lengths[i] / 2] = 'a';
        ns_arena_free(&arena);
    }
    free(text);
    free(needle);
}

/* Longer needles than these take none. */
Test(text, a_long_needle_takes_memory)
{
    static char bytes[400];
    memset(bytes, 'a', sizeof bytes);
    struct ns_text text = ns_text_utf8(bytes, 400), needle = ns_text_utf8(bytes, 200);
    enum ns_search result = NS_SEARCH_NO_MEMORY;
    size_t fail = 1;
    for (; result == NS_SEARCH_NO_MEMORY && fail < 10; fail++) {
        test_memory memory = {.fail_at = fail};
        netshare_allocator allocator = test_allocator(&memory);
        struct ns_arena arena;
        struct ns_found found;
        ns_arena_init(&arena, &allocator);
        result = ns_text_find(&text, &needle, NS_FOLD_NONE, 0, 0, true, &arena, &found);
        cr_expect(result != NS_FOUND || found.start == 200);
        ns_arena_free(&arena);
    }
    cr_expect_eq(result, NS_FOUND);
    cr_expect_gt(fail, 2);
}

/* --- cutting --- */

/* What stands in the units of a text; bad bytes as unpaired low surrogates. */
static size_t units_in(const struct ns_text *text, uint16_t *units)
{
    size_t count = 0;
    for (size_t at = 0; at < text->length;) {
        uint32_t c = ns_text_next(text, &at);
        if (c >= NS_BAD_BYTE) {
            units[count++] = (uint16_t)(0xDC00 + c - NS_BAD_BYTE);
        } else if (c >= 0x10000) {
            units[count++] = (uint16_t)(0xD800 + ((c - 0x10000) >> 10));
            units[count++] = (uint16_t)(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            units[count++] = (uint16_t)c;
        }
    }
    return count;
}

Test(text, is_cut_at_any_unit)
{
    static const char bytes[] = "a\xF0\x9F\x98\x80\xFF\xC3\xA9\xF0\x9D\x84\x9E" "b";
    static const uint16_t whole[] = {'a', 0xD83D, 0xDE00, 0xDCFF, 0xE9, 0xD834, 0xDD1E, 'b'};
    static const bool is_in_pair[COUNT(whole) + 1] = {[2] = true, [6] = true};
    struct ns_text text = ns_text_utf8(bytes, sizeof bytes - 1);
    for (size_t start = 0; start <= COUNT(whole); start++) {
        for (size_t end = start; end <= COUNT(whole); end++) {
            bool is_copied = start < end && (is_in_pair[start] || is_in_pair[end]);
            for (int fails = 0; fails < 2; fails++) {
                test_memory memory = {.fail_at = (size_t)fails};
                netshare_allocator allocator = test_allocator(&memory);
                struct ns_arena arena;
                struct ns_text slice;
                ns_arena_init(&arena, &allocator);
                bool is_cut = ns_text_slice(&text, start, end, &arena, &slice);
                cr_assert_eq(is_cut, !(is_copied && fails), "%zu to %zu", start, end);
                cr_assert_eq(memory.calls, is_copied);
                uint16_t units[COUNT(whole)];
                if (is_cut) {
                    cr_assert_eq(units_in(&slice, units), end - start);
                    cr_assert_eq(memcmp(units, whole + start, 2 * (end - start)), 0);
                }
                ns_arena_free(&arena);
            }
        }
    }
}
