/* SPDX-License-Identifier: Apache-2.0 */
/* The wildcard engine: the shared table of cases, random pairs against the
 * textbook, hostile patterns, and the corners of its API. */
#include "base/arena.h"
#include "random_text.h"
#include "support.h"
#include "text/pattern_set.h"
#include "text/wildcard.h"
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

static size_t random_pieces(uint64_t *state, bool pattern, char *text)
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

static void expect_same(const char *pattern, size_t pattern_length, const char *text,
                        size_t length)
{
    static const uint32_t flags[] = {[NS_FOLD_NONE] = NETSHARE_WILDCARD_CASE_SENSITIVE,
                                     [NS_FOLD_ASCII] = NETSHARE_WILDCARD_ASCII_FOLDING,
                                     [NS_FOLD_UNICODE] = NETSHARE_WILDCARD_IGNORE_CASE};
    uint32_t pattern_characters[64], characters[64];
    size_t pattern_count = reference_characters(pattern, pattern_length, pattern_characters);
    size_t count = reference_characters(text, length, characters);
    for (size_t i = 0; i < COUNT(flags); i++) {
        bool verdict = reference_match(pattern_characters, pattern_count, characters, count,
                                       random_text_folds[i]);
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
        size_t pattern_length = random_pieces(&state, true, pattern);
        size_t length = random_pieces(&state, false, text);
        expect_same(pattern, pattern_length, text, length);
    }
}

/* --- lengths around words, vectors and windows --- */

static struct ns_arena new_arena(void)
{
    struct ns_arena arena;
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    ns_arena_init(&arena, &allocator);
    return arena;
}

static struct ns_string string_of(const struct random_text *text)
{
    return (struct ns_string){text->text.length ? text->text.data : "", text->text.length};
}

/* A pattern that the text matches but for its case, and for what it has in UTF-16 only. */
static struct random_text random_pattern(uint64_t *state, const struct random_text *text)
{
    uint32_t characters[RANDOM_TEXT_LONGEST];
    size_t count = 0, at = 0;
    uint32_t stars = random_below(state, 4) * 4;
    while (at < text->count && count < RANDOM_TEXT_LONGEST) {
        uint32_t what = random_below(state, 100);
        if (what < stars) {
            characters[count++] = '*';
            at += random_below(state, random_below(state, 3) ? 6 : 60);
        } else {
            characters[count++] = what < stars + 3 ? '?' : text->characters[at];
            at++;
        }
    }
    if (random_below(state, 4) == 0 && count < RANDOM_TEXT_LONGEST) {
        characters[count++] = '*';
    }
    return random_text_of(characters, count, NS_UTF8);
}

/* How often each verdict came out; counted to see that the test tests both. */
static size_t verdicts[2];

static void expect_textbook(const struct random_text *pattern, const struct random_text *text,
                            enum ns_fold fold)
{
    struct ns_arena arena = new_arena();
    const struct ns_wildcard *w = ns_wildcard_compile(string_of(pattern), fold, &arena);
    cr_assert_not_null(w);
    bool verdict = reference_match(pattern->characters, pattern->count, text->characters,
                                   text->count, random_text_folds[fold]);
    cr_assert_eq(ns_wildcard_match(w, &text->text), verdict,
                 "'%.*s' on %zu %s, fold %d: expected %d", (int)pattern->text.length,
                 string_of(pattern).data, text->text.length,
                 text->text.encoding == NS_UTF8 ? "bytes" : "units", fold, verdict);
    verdicts[verdict]++;
    ns_arena_free(&arena);
}

static void expect_textbook_at(uint64_t *state, size_t length, enum random_kind kind)
{
    for (int i = 0; i < 6; i++) {
        enum ns_encoding encoding = i % 2 ? NS_UTF16 : NS_UTF8;
        struct random_text text = random_text_new(state, length, kind, encoding);
        struct random_text pattern = random_pattern(state, &text);
        struct random_text other =
            random_text_variant(state, &text, random_below(state, 3), encoding);
        expect_textbook(&pattern, &text, (enum ns_fold)(i / 2));
        expect_textbook(&pattern, &other, (enum ns_fold)(i / 2));
        random_text_free(&text);
        random_text_free(&pattern);
        random_text_free(&other);
    }
}

Test(wildcard, agrees_at_every_length, .timeout = 120)
{
    static const size_t long_lengths[] = {79, 80, 81, 95, 96, 97, 127, 128, 129, 200, 255, 300};
    uint64_t state = 0xD1B54A32D192ED03u;
    size_t thinning = test_thinning();
    for (size_t i = 0; i < 60 / thinning; i++) {
        for (enum random_kind kind = RANDOM_ASCII; kind <= RANDOM_MANY; kind++) {
            for (size_t length = 0; length <= 70; length++) {
                expect_textbook_at(&state, length, kind);
            }
            for (size_t l = 0; l < COUNT(long_lengths) && i % 4 == 0; l++) {
                expect_textbook_at(&state, long_lengths[l], kind);
            }
        }
    }
    cr_expect_gt(verdicts[0], 10000 / thinning);
    cr_expect_gt(verdicts[1], 10000 / thinning);
}

/* Does the literal stand in the text as the anchor says? */
static bool reference_stands(const struct random_text *literal, const struct random_text *text,
                             enum ns_anchor anchor, uint32_t (*fold)(uint32_t))
{
    if (literal->count > text->count) {
        return false;
    }
    size_t last = text->count - literal->count;
    for (size_t at = anchor == NS_AT_END ? last : 0; at <= last; at++) {
        size_t same = 0;
        while (same < literal->count &&
               fold(literal->characters[same]) == fold(text->characters[at + same])) {
            same++;
        }
        if (same == literal->count) {
            return true;
        }
        if (anchor == NS_AT_START) {
            return false;
        }
    }
    return false;
}

Test(wildcard, literals_agree_with_the_textbook, .timeout = 120)
{
    uint64_t state = 0xA0761D6478BD642Fu;
    size_t found = 0;
    for (int i = 0; i < 60000; i++) {
        enum ns_encoding encoding = random_below(&state, 2) ? NS_UTF16 : NS_UTF8;
        enum random_kind kind = (enum random_kind)random_below(&state, 3);
        enum ns_anchor anchor = (enum ns_anchor)random_below(&state, 3);
        enum ns_fold fold = (enum ns_fold)random_below(&state, 3);
        uint32_t length = random_below(&state, 100);
        struct random_text text = random_text_new(&state, length, kind, encoding);
        size_t count = random_below(&state, random_below(&state, 2) ? 4 : 40);
        count = count < text.count ? count : text.count;
        size_t start = anchor == NS_AT_START ? 0 : text.count - count;
        start = anchor == NS_ANYWHERE ? random_below(&state, (uint32_t)start + 1) : start;
        struct random_text part = random_text_of(text.characters + start, count, NS_UTF8);
        struct random_text literal =
            random_text_variant(&state, &part, random_below(&state, 2), NS_UTF8);
        struct ns_arena arena = new_arena();
        const struct ns_wildcard *w =
            ns_wildcard_literal(string_of(&literal), anchor, fold, &arena);
        cr_assert_not_null(w);
        bool verdict = reference_stands(&literal, &text, anchor, random_text_folds[fold]);
        cr_assert_eq(ns_wildcard_match(w, &text.text), verdict, "'%.*s', anchor %d, fold %d",
                     (int)literal.text.length, string_of(&literal).data, anchor, fold);
        found += verdict;
        ns_arena_free(&arena);
        random_text_free(&text);
        random_text_free(&part);
        random_text_free(&literal);
    }
    cr_expect_gt(found, 10000);
    cr_expect_lt(found, 50000);
}

/* The longest, unless another tells texts apart that is not part of so many paths. */
Test(wildcard, tells_its_literal)
{
    static const struct {
        const char *pattern;
        enum ns_fold fold;
        const char *literal;
    } rows[] = {
        {"\\\\*\\*$*", NS_FOLD_UNICODE, "\\\\"},
        {"\\\\*@SSL\\*", NS_FOLD_UNICODE, "@ssl\\"},
        {"HTTP*", NS_FOLD_ASCII, "http"},
        {"HTTP*", NS_FOLD_NONE, "HTTP"},
        {"a?bcd?ef*gh", NS_FOLD_UNICODE, "bcd"},
        {"ab*cd", NS_FOLD_NONE, "ab"},
        {"ab\xC3\xA9" "cde\xFF" "f", NS_FOLD_NONE, "cde"},
        {"\xE2\x84\xAA\xC5\xBF*", NS_FOLD_UNICODE, "ks"},
        {"\xE2\x84\xAA\xC5\xBF*", NS_FOLD_ASCII, ""},
        {"?*?", NS_FOLD_NONE, ""},
        {"", NS_FOLD_UNICODE, ""},
        {"?:\\Windows\\*\\oci.dll", NS_FOLD_UNICODE, "\\oci.dll"},
        {"?:\\Windows\\*.exe", NS_FOLD_UNICODE, ":\\windows\\"},
        {"?:\\Windows\\*abc.exe", NS_FOLD_NONE, "abc.exe"},
        {"C:\\Windows\\System32\\a*.exe", NS_FOLD_NONE, "C:\\Windows\\System32\\a"},
        {"*\\AppData\\Local\\*abc*", NS_FOLD_ASCII, "\\appdata\\local\\"},
        {"*.EXE*abcd*efghi*jklm", NS_FOLD_NONE, "efghi"},
        {"c:\\program files (x86)\\*", NS_FOLD_NONE, "c:\\program files (x86)\\"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ns_arena arena = new_arena();
        struct ns_string pattern = {rows[i].pattern, strlen(rows[i].pattern)};
        const struct ns_wildcard *w = ns_wildcard_compile(pattern, rows[i].fold, &arena);
        cr_assert_not_null(w);
        struct ns_string literal = ns_wildcard_required_literal(w);
        cr_expect_eq(literal.length, strlen(rows[i].literal), "%s", rows[i].pattern);
        cr_expect(memcmp(literal.data, rows[i].literal, literal.length) == 0, "%s",
                  rows[i].pattern);
        ns_arena_free(&arena);
    }
    struct ns_arena arena = new_arena();
    const struct ns_wildcard *w =
        ns_wildcard_literal((struct ns_string){"a*?B", 4}, NS_ANYWHERE, NS_FOLD_ASCII, &arena);
    struct ns_string literal = ns_wildcard_required_literal(w);
    cr_expect(literal.length == 4 && memcmp(literal.data, "a*?b", 4) == 0);
    w = ns_wildcard_compile((struct ns_string){"*abc*xe\0\0x*", 11}, NS_FOLD_ASCII, &arena);
    literal = ns_wildcard_required_literal(w); /* .exe ends the list of what is common */
    cr_expect(literal.length == 5 && memcmp(literal.data, "xe\0\0x", 5) == 0);
    ns_arena_free(&arena);
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

/* --- sets of patterns --- */

/* More than a few are looked for in another way. */
enum { FEW_PATTERNS = 12, MOST_PATTERNS = 80 };

struct finds {
    bool found[MOST_PATTERNS];
    size_t calls, most; /* after which to stop */
};

static bool note(void *user, size_t pattern)
{
    struct finds *finds = user;
    finds->found[pattern] = true;
    return ++finds->calls < finds->most;
}

/* The set finds what each of its patterns finds, and stops when told to. */
static void expect_finds(const struct ns_pattern_set *set, const struct ns_wildcard *const *patterns,
                         size_t count, const struct ns_text *text)
{
    struct finds all = {.most = SIZE_MAX}, first = {.most = 1};
    bool any = false;
    ns_pattern_set_find(set, text, note, &all);
    for (size_t i = 0; i < count; i++) {
        bool expected = ns_wildcard_match(patterns[i], text);
        struct ns_outline outline = {0};
        ns_wildcard_outline(patterns[i], &outline);
        cr_assert(!expected || ns_outline_admits(&outline, text));
        cr_assert_eq(all.found[i], expected, "pattern %zu in %zu", i, text->length);
        any |= expected;
    }
    cr_assert_eq(ns_pattern_set_matches(set, text), any);
    ns_pattern_set_find(set, text, note, &first);
    cr_assert_eq(first.calls, any);
}

Test(wildcard, sets_find_what_their_patterns_find, .timeout = 120)
{
    static const char *const parts[] = {"net", "use", "share", "admin$", "k", "\xC3\xA9t", "", "?"};
    uint64_t state = 0x2545F4914F6CDD1Du;
    size_t matched = 0;
    for (int i = 0; i < 600; i++) {
        netshare_allocator allocator = ns_allocator_or_default(NULL);
        struct ns_arena arena;
        ns_arena_init(&arena, &allocator);
        const struct ns_wildcard *patterns[MOST_PATTERNS];
        size_t count = i % 4 ? FEW_PATTERNS : MOST_PATTERNS;
        for (size_t p = 0; p < count; p++) {
            char pattern[64] = "";
            for (uint32_t stars = 1 + random_below(&state, 3); stars > 0; stars--) {
                strcat(pattern, parts[random_below(&state, COUNT(parts))]);
                strcat(pattern, "*");
                strcat(pattern, parts[random_below(&state, i % 2 ? 4 : COUNT(parts))]);
            }
            patterns[p] = ns_wildcard_compile((struct ns_string){pattern, strlen(pattern)},
                                              (enum ns_fold)(i % 3), &arena);
        }
        const struct ns_pattern_set *set = ns_pattern_set_new(patterns, count, &arena);
        for (int t = 0; t < 40; t++) {
            char bytes[192] = "";
            for (uint32_t left = random_below(&state, 22); left > 0; left--)
                strcat(bytes, parts[random_below(&state, t % 2 ? 5 : COUNT(parts))]);
            char *tight = malloc(strlen(bytes) + 1); /* nothing can be read around it */
            memcpy(tight + 1, bytes, strlen(bytes));
            struct ns_text text = ns_text_utf8(tight + 1, strlen(bytes));
            expect_finds(set, patterns, count, &text);
            matched += ns_pattern_set_matches(set, &text);
            size_t units = 0;
            uint16_t *wide = test_to_utf16(bytes, strlen(bytes), &units);
            text = ns_text_utf16(wide, units);
            expect_finds(set, patterns, count, &text);
            free(wide);
            free(tight);
        }
        ns_arena_free(&arena);
    }
    cr_expect(matched > 2000 && matched < 22000, "%zu", matched);
}
