/* SPDX-License-Identifier: Apache-2.0 */
#include "characters.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "input.h"

/* The length of the character at `bytes` by the bits of its first byte, and the character;
 * 0 unless that is the shortest form of a scalar value. */
static size_t decode(const unsigned char *bytes, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = bytes[0] < 0x80             ? 1
                : (bytes[0] & 0xE0) == 0xC0   ? 2
                : (bytes[0] & 0xF0) == 0xE0   ? 3
                : (bytes[0] & 0xF8) == 0xF0   ? 4
                                              : 0;
    if (size == 0 || size > length)
        return 0;
    uint32_t code = size == 1 ? bytes[0] : bytes[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3Fu);
    }
    bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    *character = code;
    return code < least[size] || code > 0x10FFFF || is_surrogate ? 0 : size;
}

size_t naive_from_utf8(const void *bytes, size_t length, uint32_t *out)
{
    const unsigned char *b = bytes;
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        size_t size = decode(b + at, length - at, &out[count]);
        if (size == 0)
            out[count] = NAIVE_BAD_BYTE + b[at];
        at += size ? size : 1;
        count++;
    }
    return count;
}

size_t naive_from_utf16(const uint16_t *units, size_t length, uint32_t *out)
{
    size_t count = 0;
    for (size_t at = 0; at < length; at++, count++) {
        out[count] = units[at];
        bool is_pair = units[at] >= 0xD800 && units[at] <= 0xDBFF && at + 1 < length &&
                       units[at + 1] >= 0xDC00 && units[at + 1] <= 0xDFFF;
        if (is_pair) {
            out[count] = 0x10000 + (units[at] - 0xD800u) * 0x400 + (units[at + 1] - 0xDC00u);
            at++;
        }
    }
    return count;
}

/* Where the full case folding is one character, that is the simple one. Where it is
 * several, the simple one is the small letter, if there is one. */
static uint32_t fold_unicode(uint32_t character)
{
    utf8proc_int32_t folded[8] = {0};
    int boundary = 0;
    if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
        return character;
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)character, folded, 8,
                                                     UTF8PROC_CASEFOLD, &boundary);
    if (count == 1)
        return (uint32_t)folded[0];
    return character == 0x130 ? character
                              : (uint32_t)utf8proc_tolower((utf8proc_int32_t)character);
}

uint32_t naive_fold(enum naive_fold fold, uint32_t character)
{
    if (fold == NAIVE_EXACT)
        return character;
    if (character >= 'A' && character <= 'Z')
        return character + ('a' - 'A');
    return fold == NAIVE_ASCII ? character : fold_unicode(character);
}

bool naive_wildcard(const uint32_t *pattern, size_t pattern_length, const uint32_t *text,
                    size_t text_length, enum naive_fold fold)
{
    /* reached[t]: the pattern so far can cover the first t characters. */
    bool *reached = fuzz_memory(calloc(text_length + 1, 1));
    reached[0] = true;
    for (size_t p = 0; p < pattern_length; p++) {
        if (pattern[p] == '*') {
            for (size_t t = 1; t <= text_length; t++)
                reached[t] = reached[t] || reached[t - 1];
            continue;
        }
        uint32_t wanted = naive_fold(fold, pattern[p]);
        for (size_t t = text_length; t > 0; t--)
            reached[t] = reached[t - 1] &&
                         (pattern[p] == '?' || naive_fold(fold, text[t - 1]) == wanted);
        reached[0] = false;
    }
    bool covers = reached[text_length];
    free(reached);
    return covers;
}
