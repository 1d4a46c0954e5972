/* SPDX-License-Identifier: Apache-2.0 */
/* The wildcard engine against the definition, in all ways to fold and both encodings. */
#include <netshare/wildcard.h>

#include "characters.h"
#include "input.h"

/* Bytes as such hardly ever match: most inputs are read as text over few characters, those
 * that are hard to fold among them. */
static const char *const alphabet[] = {
    "a", "A", "b", "B", "*", "?", "\\", "k", "K", "\xE2\x84\xAA", "s", "\xC5\xBF",
    "\xC3\xA9", "\xC3\x89", "\xF0\x9F\x98\x80", "\xC3", "\xA9", "\xFF", "\xED\xA0\x80",
    "\xCE\xA3", "\xCF\x82", "\xCF\x83", "\xE1\xBA\x9E", "\xC3\x9F", "\xC8\xBA",
    "\xE2\xB1\xA5", "", "abc", "aab", "xyzw", "**", "a*", "*b", "??",
};

static const char zero[1];

static char *spell(const char *bytes, size_t length, size_t *spelt)
{
    char *text = fuzz_block(length * 4);
    *spelt = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char which = (unsigned char)bytes[i];
        size_t index = which % (sizeof alphabet / sizeof *alphabet);
        const char *letters = alphabet[index][0] ? alphabet[index] : zero;
        size_t count = *letters ? strlen(letters) : 1;
        memcpy(text + *spelt, letters, count);
        *spelt += count;
    }
    char *exact = fuzz_block(*spelt);
    memcpy(exact, text, *spelt);
    free(text);
    return exact;
}

static void compare(const char *pattern, size_t pattern_length, const char *text,
                    size_t text_length, uint32_t flags)
{
    static const enum naive_fold folds[] = {
        [NETSHARE_WILDCARD_IGNORE_CASE] = NAIVE_UNICODE,
        [NETSHARE_WILDCARD_CASE_SENSITIVE] = NAIVE_EXACT,
        [NETSHARE_WILDCARD_ASCII_FOLDING] = NAIVE_ASCII,
    };
    netshare_wildcard *wildcard =
        netshare_wildcard_compile(pattern, pattern_length, flags, NULL, NULL);
    FUZZ_CHECK(wildcard, "flags %u", flags);
    uint32_t *wanted = fuzz_block(pattern_length * sizeof *wanted);
    uint32_t *given = fuzz_block(text_length * sizeof *given);
    size_t wanted_length = naive_from_utf8(pattern, pattern_length, wanted);

    size_t count = naive_from_utf8(text, text_length, given);
    bool expected = naive_wildcard(wanted, wanted_length, given, count, folds[flags]);
    FUZZ_CHECK(netshare_wildcard_match(wildcard, text, text_length) == expected,
               "flags %u: expected %d", flags, expected);

    size_t units = text_length / 2;
    uint16_t *wide = fuzz_block(units * sizeof *wide);
    memcpy(wide, text, units * sizeof *wide);
    count = naive_from_utf16(wide, units, given);
    expected = naive_wildcard(wanted, wanted_length, given, count, folds[flags]);
    FUZZ_CHECK(netshare_wildcard_match_utf16(wildcard, wide, units) == expected,
               "flags %u: expected %d of UTF-16", flags, expected);
    free(wide);

    /* The same text in UTF-16, of what has such a form. */
    wide = fuzz_block(text_length * sizeof *wide);
    units = 0;
    count = naive_from_utf8(text, text_length, given);
    for (size_t i = 0; i < count; i++) {
        if (given[i] >= 0x10000 && given[i] < NAIVE_BAD_BYTE) {
            wide[units++] = (uint16_t)(0xD800 + ((given[i] - 0x10000) >> 10));
            wide[units++] = (uint16_t)(0xDC00 + (given[i] & 0x3FF));
        } else {
            wide[units++] = (uint16_t)given[i];
        }
    }
    uint16_t *exact = fuzz_block(units * sizeof *exact);
    memcpy(exact, wide, units * sizeof *exact);
    free(wide);
    count = naive_from_utf16(exact, units, given);
    expected = naive_wildcard(wanted, wanted_length, given, count, folds[flags]);
    FUZZ_CHECK(netshare_wildcard_match_utf16(wildcard, exact, units) == expected,
               "flags %u: expected %d of the text in UTF-16", flags, expected);
    free(exact);

    free(wanted);
    free(given);
    netshare_wildcard_free(wildcard);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_begin(data, size);
    uint8_t mode = fuzz_byte(&in);
    size_t pattern_length = fuzz_byte(&in), text_length = fuzz_left(&in);
    char *pattern = fuzz_take(&in, &pattern_length);
    text_length = fuzz_left(&in);
    if (text_length > 2000)
        text_length = 2000;
    char *text = fuzz_take(&in, &text_length);
    if (mode & 1) {
        char *spelt = spell(pattern, pattern_length, &pattern_length);
        free(pattern);
        pattern = spelt;
        spelt = spell(text, text_length, &text_length);
        free(text);
        text = spelt;
    }
    for (uint32_t flags = 0; flags <= NETSHARE_WILDCARD_ASCII_FOLDING; flags++)
        compare(pattern, pattern_length, text, text_length, flags);
    free(pattern);
    free(text);
    return 0;
}
