/* SPDX-License-Identifier: Apache-2.0 */
/* The wildcard engine: the shared table of cases, random pairs against the
 * textbook, hostile patterns, and the corners of its API. */
#include "support.h"
#include "wildcard_reference.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static bool matches(const char *pattern, size_t pattern_length, const char *text, size_t length,
                    uint32_t flags)
{
    netshare_wildcard *wildcard =
        netshare_wildcard_compile(pattern, pattern_length, flags, NULL, NULL);
    cr_assert_not_null(wildcard);
    bool verdict = netshare_wildcard_match(wildcard, text, length);
    netshare_wildcard_free(wildcard);
    return verdict;
}

/* -1 when the text has no form in UTF-16. */
static int matches_utf16(const char *pattern, size_t pattern_length, const char *text,
                         size_t length, uint32_t flags)
{
    size_t units = 0;
    uint16_t *wide = test_to_utf16(text, length, &units);
    if (wide == NULL) {
        return -1;
    }
    netshare_wildcard *wildcard =
        netshare_wildcard_compile(pattern, pattern_length, flags, NULL, NULL);
    cr_assert_not_null(wildcard);
    bool verdict = netshare_wildcard_match_utf16(wildcard, wide, units);
    netshare_wildcard_free(wildcard);
    free(wide);
    return verdict;
}

/* --- the table --- */

static size_t unescape(char *text)
{
    size_t length = 0;
    for (const char *from = text; *from != 0; from++) {
        if (*from == '%') {
            const char hex[3] = {from[1], from[2], 0};
            text[length++] = (char)strtol(hex, NULL, 16);
            from += 2;
        } else {
            text[length++] = *from;
        }
    }
    return length;
}

/* Cuts the next column, ended by `end`, off the line. */
static char *column(char **line, char end)
{
    char *start = *line;
    char *stop = strchr(start, end);
    cr_assert_not_null(stop, "a column is missing: %s", start);
    *stop = 0;
    *line = stop + 1;
    return start;
}

Test(wildcard, table)
{
    char *path = test_source_path("tests/data/wildcards.tsv");
    size_t size = 0, cases = 0, number = 0;
    char *file = test_read_file(path, &size);
    cr_assert_not_null(file);
    for (char *line = file; *line != 0;) {
        char *rest = column(&line, '\n');
        number++;
        if (*rest == '#' || *rest == 0) {
            continue;
        }
        char *pattern = column(&rest, '\t'), *text = column(&rest, '\t');
        bool verdict = strcmp(column(&rest, '\t'), "yes") == 0;
        uint32_t flags = *rest == 'C' ? NETSHARE_WILDCARD_CASE_SENSITIVE
                       : *rest == 'A' ? NETSHARE_WILDCARD_ASCII_FOLDING : 0;
        size_t pattern_length = unescape(pattern), length = unescape(text);
        cr_expect_eq(matches(pattern, pattern_length, text, length, flags), verdict,
                     "wildcards.tsv:%zu: expected %s", number, verdict ? "yes" : "no");
        int wide = matches_utf16(pattern, pattern_length, text, length, flags);
        cr_expect(wide == -1 || wide == verdict, "wildcards.tsv:%zu: expected %s (UTF-16)",
                  number, verdict ? "yes" : "no");
        cases++;
    }
    cr_expect_gt(cases, 200);
    free(file);
    free(path);
}

/* --- random pairs --- */

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 33) % limit);
}

static size_t random_text(uint64_t *state, bool pattern, char *text)
{
    static const char *const pieces[] = {"a", "b", "A", "\xC3\xA9", "\xC3\x89", "\xF0\x9F\x98\x80",
                                         "\xFF", "\xC3", "\xE2\x84\xAA", "k", "\xA9", "*", "?", "*"};
    uint32_t kinds = random_below(state, 2) ? 3 : pattern ? COUNT(pieces) : COUNT(pieces) - 1;
    size_t length = 0;
    for (uint32_t left = random_below(state, pattern ? 9 : 14); left > 0; left--) {
        const char *piece = pattern && random_below(state, 3) == 0
                          ? (random_below(state, 2) ? "*" : "?")
                          : pieces[random_below(state, kinds)];
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return length;
}

static uint32_t fold_none(uint32_t c)
{
    return c;
}

static uint32_t fold_ascii(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* All of Unicode that random_text() makes. */
static uint32_t fold_some(uint32_t c)
{
    return c == 0xC9 ? 0xE9 : c == 0x212A ? 'k' : fold_ascii(c);
}

static void expect_same(const char *pattern, size_t pattern_length, const char *text,
                        size_t length)
{
    static uint32_t (*const folds[])(uint32_t) = {fold_some, fold_none, fold_ascii};
    static const uint32_t flags[] = {NETSHARE_WILDCARD_IGNORE_CASE,
                                     NETSHARE_WILDCARD_CASE_SENSITIVE,
                                     NETSHARE_WILDCARD_ASCII_FOLDING};
    uint32_t pattern_characters[64], characters[64];
    size_t pattern_count = reference_characters(pattern, pattern_length, pattern_characters);
    size_t count = reference_characters(text, length, characters);
    for (size_t i = 0; i < COUNT(folds); i++) {
        bool verdict =
            reference_match(pattern_characters, pattern_count, characters, count, folds[i]);
        cr_assert_eq(matches(pattern, pattern_length, text, length, flags[i]), verdict,
                     "flags %u: '%.*s' on '%.*s', expected %d", flags[i], (int)pattern_length,
                     pattern, (int)length, text, verdict);
        int wide = matches_utf16(pattern, pattern_length, text, length, flags[i]);
        cr_assert(wide == -1 || wide == verdict,
                  "UTF-16, flags %u: '%.*s' on '%.*s', expected %d", flags[i],
                  (int)pattern_length, pattern, (int)length, text, verdict);
    }
}

Test(wildcard, agrees_with_the_textbook, .timeout = 120)
{
    uint64_t state = 0x9E3779B97F4A7C15u;
    for (int i = 0; i < 100000; i++) {
        char pattern[64], text[64];
        size_t pattern_length = random_text(&state, true, pattern);
        size_t length = random_text(&state, false, text);
        expect_same(pattern, pattern_length, text, length);
    }
}

/* --- hostile patterns and long texts --- */

Test(wildcard, hostile_patterns_finish, .timeout = 60)
{
    static const struct {
        const char *pattern;
        bool verdict;
    } rows[] = {
        {"*a*a*a*a*b", false},
        {"a*a*a*a*a*a*a*a*a*a*a*a*b", false},
        {"*?*?*?*?*?*?b", false},
        {"*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false},
        {"*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*", false},
        {"*a?a?a?a?a?a?a?a?b*", false},
        {"*a*a*a*a*a*", true},
        {"*A", true},
        {"a*", true},
    };
    size_t length = 1 << 20;
    char *text = malloc(length);
    cr_assert_not_null(text);
    memset(text, 'a', length);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(matches(rows[i].pattern, strlen(rows[i].pattern), text, length, 0),
                     rows[i].verdict, "%s", rows[i].pattern);
    }
    text[length - 1] = 'b';
    cr_expect(matches("*a*a*a*a*b", 10, text, length, 0));
    cr_expect(matches("*ab", 3, text, length, 0));
    free(text);
}

Test(wildcard, long_patterns, .timeout = 60)
{
    size_t length = 100000;
    char *pattern = malloc(length), *text = malloc(length);
    cr_assert(pattern != NULL && text != NULL);
    memset(pattern, '*', length);
    memset(text, 'a', length);
    cr_expect(matches(pattern, length, text, length, 0));
    cr_expect(matches(pattern, length, NULL, 0, 0));
    memset(pattern, '?', length);
    cr_expect(matches(pattern, length, text, length, 0));
    cr_expect_not(matches(pattern, length, text, length - 1, 0));
    memset(pattern, 'A', length);
    cr_expect(matches(pattern, length, text, length, 0));
    cr_expect_not(matches(pattern, length, text, length, NETSHARE_WILDCARD_CASE_SENSITIVE));
    free(pattern);
    free(text);
}

/* --- the API --- */

Test(wildcard, unpaired_surrogates_are_characters)
{
    static const uint16_t lone[] = {'a', 0xD800, 'b'}, low[] = {0xDC00}, swapped[] = {0xDE00, 0xD83D};
    netshare_wildcard *wildcard = netshare_wildcard_compile("a?b", 3, 0, NULL, NULL);
    cr_expect(netshare_wildcard_match_utf16(wildcard, lone, 3));
    cr_expect_not(netshare_wildcard_match_utf16(wildcard, lone, 2));
    netshare_wildcard_free(wildcard);
    wildcard = netshare_wildcard_compile("?", 1, 0, NULL, NULL);
    cr_expect(netshare_wildcard_match_utf16(wildcard, low, 1));
    cr_expect_not(netshare_wildcard_match_utf16(wildcard, swapped, 2));
    netshare_wildcard_free(wildcard);
    wildcard = netshare_wildcard_compile("\xEF\xBF\xBD", 3, 0, NULL, NULL);
    cr_expect_not(netshare_wildcard_match_utf16(wildcard, low, 1));
    netshare_wildcard_free(wildcard);
}

Test(wildcard, refuses_reserved_flags_and_survives_null)
{
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_null(netshare_wildcard_compile("a", 1, 4, NULL, &error));
    cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_null(netshare_wildcard_compile("a", 1, 0x80000000u, NULL, NULL));
    cr_expect_null(netshare_wildcard_compile(NULL, 1, 0, NULL, &error));
    netshare_wildcard_free(NULL);
    netshare_wildcard *empty = netshare_wildcard_compile(NULL, 0, 0, NULL, NULL);
    cr_assert_not_null(empty);
    cr_expect(netshare_wildcard_match(empty, NULL, 0));
    cr_expect(netshare_wildcard_match_utf16(empty, NULL, 0));
    netshare_wildcard_free(empty);
}

Test(wildcard, every_allocation_may_fail)
{
    bool compiled = false;
    for (size_t fail = 1; !compiled && fail < 100; fail++) {
        test_memory memory = {.fail_at = fail};
        netshare_allocator allocator = test_allocator(&memory);
        netshare_error error = {.status = NETSHARE_OK};
        netshare_wildcard *wildcard =
            netshare_wildcard_compile("\\\\*\\*$*?x", 9, 0, &allocator, &error);
        compiled = wildcard != NULL;
        if (compiled) {
            size_t calls = memory.calls;
            cr_expect(netshare_wildcard_match(wildcard, "\\\\h\\c$1X", 8));
            cr_expect_eq(memory.calls, calls, "a match allocates");
        } else {
            cr_expect_eq(error.status, NETSHARE_ERROR_NO_MEMORY);
        }
        netshare_wildcard_free(wildcard);
        cr_expect_eq(memory.live, 0);
    }
    cr_expect(compiled);
}
