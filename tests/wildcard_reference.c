/* SPDX-License-Identifier: Apache-2.0 */
#include "wildcard_reference.h"

#include <string.h>

enum { BAD_BYTE = 0x200000, STAR = '*', QUESTION_MARK = '?', LONGEST = 4000 };

static bool continues(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] < 0x80 || bytes[i] > 0xBF) {
            return false;
        }
    }
    return true;
}

/* The well-formed sequences as the table 3-7 of the Unicode standard lists them. */
static size_t sequence_length(const unsigned char *b, size_t left)
{
    if (b[0] < 0x80) {
        return 1;
    }
    if (b[0] >= 0xC2 && b[0] <= 0xDF && left >= 2 && continues(b + 1, 1)) {
        return 2;
    }
    if (b[0] >= 0xE0 && b[0] <= 0xEF && left >= 3 && continues(b + 1, 2) &&
        !(b[0] == 0xE0 && b[1] < 0xA0) && !(b[0] == 0xED && b[1] > 0x9F)) {
        return 3;
    }
    if (b[0] >= 0xF0 && b[0] <= 0xF4 && left >= 4 && continues(b + 1, 3) &&
        !(b[0] == 0xF0 && b[1] < 0x90) && !(b[0] == 0xF4 && b[1] > 0x8F)) {
        return 4;
    }
    return 0;
}

size_t reference_characters(const char *bytes, size_t length, uint32_t *characters)
{
    static const unsigned char lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const unsigned char *b = (const unsigned char *)bytes;
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        size_t step = sequence_length(b + at, length - at);
        if (step == 0) {
            characters[count++] = BAD_BYTE + b[at++];
            continue;
        }
        uint32_t code = b[at] & lead_bits[step];
        for (size_t i = 1; i < step; i++) {
            code = code << 6 | (b[at + i] & 0x3Fu);
        }
        characters[count++] = code;
        at += step;
    }
    return count;
}

size_t reference_characters_utf16(const uint16_t *units, size_t length, uint32_t *characters)
{
    size_t count = 0;
    for (size_t at = 0; at < length; at++) {
        uint32_t high = units[at];
        if (high >= 0xD800 && high < 0xDC00 && at + 1 < length && units[at + 1] >= 0xDC00 &&
            units[at + 1] < 0xE000) {
            at++;
            characters[count++] = 0x10000 + (high - 0xD800) * 0x400 + (units[at] - 0xDC00u);
        } else {
            characters[count++] = high;
        }
    }
    return count;
}

bool reference_match(const uint32_t *pattern, size_t pattern_length, const uint32_t *text,
                     size_t text_length, uint32_t (*fold)(uint32_t))
{
    bool row[LONGEST + 1] = {true}; /* row[t]: the pattern so far matches t characters */
    for (size_t p = 0; p < pattern_length; p++) {
        bool next[LONGEST + 1];
        next[0] = row[0] && pattern[p] == STAR;
        for (size_t t = 1; t <= text_length; t++) {
            bool is_same = pattern[p] == QUESTION_MARK || fold(pattern[p]) == fold(text[t - 1]);
            next[t] = pattern[p] == STAR ? next[t - 1] || row[t] : row[t - 1] && is_same;
        }
        memcpy(row, next, text_length + 1);
    }
    return row[text_length];
}
