/* SPDX-License-Identifier: Apache-2.0 */
#include "random_text.h"
#include "wildcard_reference.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Letters, their neighbours in the code, and what paths have. */
static const char ascii[] = "aAbBkKsSzZ\\\\$@[`{:. 0\0\x7F";

static const uint32_t others[] = {
    0x212A, 0x17F, 0x212A, 0x17F,   /* fold to k and s */
    0xE9, 0xC9, 0x10428, 0x10400,   /* pairs */
    0xFF41, 0xFF21, 0xDF, 0x1E9E,   /* in UTF-8, these two differ in length */
    0x2C65, 0x23A,                  /* and these */
    0x161, 0x6161, 0x8061, 0xFF61,  /* 'a' in the low byte */
    0x180, 0x4E2D, 0x1F600,
    0xD861, 0xDC61,                 /* unpaired surrogates, or a pair */
    0x2000FF, 0x2000C3, 0x2000E2, 0x2000C5, 0x200084, 0x2000AA, 0x2000BF}; /* bad bytes */

/* What folds to what. */
static const uint32_t cases[][2] = {{0x212A, 'k'}, {0x17F, 's'}, {0xC9, 0xE9},
                                    {0x10400, 0x10428}, {0xFF21, 0xFF41}, {0x1E9E, 0xDF},
                                    {0x23A, 0x2C65},
                                    {0xC4, 0xE4}, {0x16A, 0x16B}}; /* from bad bytes */

uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 33) % limit);
}

uint32_t random_character(uint64_t *state, enum random_kind kind)
{
    static const uint32_t others_in_100[] = {0, 4, 50};
    if (random_below(state, 100) < others_in_100[kind]) {
        return others[random_below(state, COUNT(others))];
    }
    return (unsigned char)ascii[random_below(state, sizeof ascii - 1)];
}

uint32_t random_text_fold_none(uint32_t character)
{
    return character;
}

uint32_t random_text_fold_ascii(uint32_t character)
{
    return character >= 'A' && character <= 'Z' ? character + 32 : character;
}

uint32_t random_text_fold_unicode(uint32_t character)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (cases[i][0] == character) {
            return cases[i][1];
        }
    }
    return random_text_fold_ascii(character);
}

uint32_t (*const random_text_folds[3])(uint32_t) = {
    random_text_fold_none, random_text_fold_ascii, random_text_fold_unicode};

/* One that folds to the same, more often than not another one. */
static uint32_t other_case(uint64_t *state, uint32_t character)
{
    uint32_t folded = random_text_fold_unicode(character);
    if (folded >= 'a' && folded <= 'z' && random_below(state, 4)) {
        return folded - 32;
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (cases[i][1] == folded && character != cases[i][0]) {
            return cases[i][0];
        }
    }
    return folded;
}

static size_t put_utf8(uint32_t c, unsigned char *bytes)
{
    if (c < 0x80 || c >= 0x200000) {
        bytes[0] = (unsigned char)c;
        return 1;
    }
    if (c < 0x800) {
        bytes[0] = (unsigned char)(0xC0 | c >> 6);
        bytes[1] = (unsigned char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) { /* three bad bytes when it is a surrogate */
        bytes[0] = (unsigned char)(0xE0 | c >> 12);
        bytes[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        bytes[2] = (unsigned char)(0x80 | (c & 0x3F));
        return 3;
    }
    bytes[0] = (unsigned char)(0xF0 | c >> 18);
    bytes[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
    bytes[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
    bytes[3] = (unsigned char)(0x80 | (c & 0x3F));
    return 4;
}

static size_t put_utf16(uint32_t c, uint16_t *units)
{
    if (c < 0x10000 || c >= 0x200000) { /* a bad byte becomes its number */
        units[0] = (uint16_t)c;
        return 1;
    }
    units[0] = (uint16_t)(0xD7C0 + (c >> 10));
    units[1] = (uint16_t)(0xDC00 + (c & 0x3FF));
    return 2;
}

/* Exactly `size` bytes; a text of none has no memory at all. */
static void *copy_of(const void *bytes, size_t size)
{
    void *copy = malloc(size);
    cr_assert(copy != NULL || size == 0);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

struct random_text random_text_of(const uint32_t *characters, size_t count,
                                  enum ns_encoding encoding)
{
    cr_assert_leq(count, RANDOM_TEXT_LONGEST);
    unsigned char bytes[RANDOM_TEXT_LONGEST * 4];
    uint16_t units[RANDOM_TEXT_LONGEST * 2];
    uint32_t decoded[RANDOM_TEXT_LONGEST * 4];
    struct random_text text = {.text = {.encoding = encoding}};
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        length += encoding == NS_UTF8 ? put_utf8(characters[i], bytes + length)
                                      : put_utf16(characters[i], units + length);
    }
    text.text.length = length;
    if (encoding == NS_UTF8) {
        text.memory = copy_of(bytes, length);
        text.count = reference_characters((const char *)bytes, length, decoded);
    } else {
        text.memory = copy_of(units, length * sizeof *units);
        text.count = reference_characters_utf16(units, length, decoded);
    }
    text.text.data = text.memory;
    text.characters = copy_of(decoded, text.count * sizeof *decoded);
    return text;
}

struct random_text random_text_new(uint64_t *state, size_t count, enum random_kind kind,
                                   enum ns_encoding encoding)
{
    uint32_t characters[RANDOM_TEXT_LONGEST];
    cr_assert_leq(count, RANDOM_TEXT_LONGEST);
    for (size_t i = 0; i < count; i++) {
        characters[i] = random_character(state, kind);
    }
    return random_text_of(characters, count, encoding);
}

struct random_text random_text_variant(uint64_t *state, const struct random_text *from,
                                       uint32_t changes, enum ns_encoding encoding)
{
    uint32_t characters[RANDOM_TEXT_LONGEST];
    cr_assert_leq(from->count, RANDOM_TEXT_LONGEST);
    for (size_t i = 0; i < from->count; i++) {
        characters[i] = random_below(state, 3) ? from->characters[i]
                                               : other_case(state, from->characters[i]);
    }
    for (uint32_t i = 0; i < changes && from->count > 0; i++) {
        characters[random_below(state, (uint32_t)from->count)] =
            random_character(state, RANDOM_SOME);
    }
    return random_text_of(characters, from->count, encoding);
}

void random_text_free(struct random_text *text)
{
    free(text->memory);
    free(text->characters);
}
