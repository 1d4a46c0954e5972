/* SPDX-License-Identifier: Apache-2.0 */
/* The regular expression engine against the definition: what it accepts, and what that
 * matches, in all ways to fold and both encodings. */
#include "text/regex.h"

#include "input.h"
#include "regex_reference.h"

/* Compiling takes bounded time, but nested counts use all of it: few of them. */
enum { LONGEST_PATTERN = 48, MOST_COUNTS = 2 };

/* Only of these and of ASCII does the reference know the case. */
static const char *const alphabet[] = {
    "a", "b", "A", "0", "1", "2", "9", "k", "K", "\xE2\x84\xAA", "s", "\xC5\xBF", "\xC3\xA9",
    "\xC3\x89", "\xCF\x83", "\xCF\x82", "\xCE\xA3", "\xC3\x9F", "\xE1\xBA\x9E", "\xC3\xA5",
    "\xE2\x84\xAB", "\xF0\x90\x90\x80", "\xF0\x90\x90\xA8", "\xF0\x9F\x98\x80", "\xFF", "_",
    " ", "\n", "-", "ab", "\\", "\"",
    /* from here on only for patterns */
    ".", "*", "+", "?", "|", "(", ")", "[", "]", "^", "&", "~", "#", "@", "<", ">", "{", "}",
    ",", "{2}", "{1,3}", "<1-12>", "<00-12>", "(a|b)", "[a-k]", "[^b]", "\\d", "\\W", "\"a*\"",
    ".*", "(", ")",
};
enum { ALPHABET_SIZE = sizeof alphabet / sizeof *alphabet, LETTERS = 32 };

static size_t spell(struct fuzz_input *in, size_t count, size_t kinds, char *out, size_t room)
{
    size_t length = 0;
    for (; count > 0 && fuzz_left(in) > 0; count--) {
        const char *letters = alphabet[fuzz_below(in, kinds)];
        if (length + strlen(letters) > room)
            break;
        memcpy(out + length, letters, strlen(letters));
        length += strlen(letters);
    }
    return length;
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
    }
    return true;
}

static void compare_ascii_as_utf16(const struct ns_regex *regex, const char *text,
                                   size_t length, bool expected)
{
    uint16_t *wide = fuzz_block(length * sizeof *wide);
    for (size_t i = 0; i < length; i++)
        wide[i] = (unsigned char)text[i];
    struct ns_text units = ns_text_utf16(wide, length);
    FUZZ_CHECK(ns_regex_match(regex, &units) == expected, "expected %d of UTF-16", expected);
    free(wide);
}

static void compare(const char *pattern, size_t length, struct fuzz_input in, bool is_spelt)
{
    static const reference_fold folds[] = {REFERENCE_EXACT, REFERENCE_ASCII, REFERENCE_UNICODE};
    netshare_allocator memory = ns_allocator_or_default(NULL);
    reference_regex *reference = reference_regex_parse(pattern, length);
    for (int fold = NS_FOLD_NONE; fold <= NS_FOLD_UNICODE; fold++) {
        struct ns_arena arena;
        const struct ns_regex *regex = NULL;
        struct ns_regex_problem problem;
        struct ns_string string = {pattern, length};
        ns_arena_init(&arena, &memory);
        netshare_status status =
            ns_regex_compile(&string, 1, (enum ns_fold)fold, &arena, &regex, &problem);
        FUZZ_CHECK(status == NETSHARE_ERROR_LIMIT || (status == NETSHARE_OK) == !!reference,
                   "'%.*s': status %d", (int)length, pattern, (int)status);
        struct fuzz_input texts = in;
        for (int i = 0; status == NETSHARE_OK && i < 4 && fuzz_left(&texts) > 0; i++) {
            char room[REFERENCE_LONGEST_TEXT];
            size_t count = 1 + fuzz_below(&texts, 10);
            size_t text_length = spell(&texts, count, is_spelt ? LETTERS : 1, room, sizeof room);
            if (!is_spelt) {
                text_length = count < fuzz_left(&texts) ? count : fuzz_left(&texts);
                memcpy(room, texts.data + texts.at, text_length);
                texts.at += text_length;
                if (fold == NS_FOLD_UNICODE && !is_ascii(room, text_length))
                    continue;
            }
            char *exact = fuzz_block(text_length);
            memcpy(exact, room, text_length);
            bool expected = reference_regex_match(reference, exact, text_length, folds[fold]);
            struct ns_text text = ns_text_utf8(exact, text_length);
            FUZZ_CHECK(ns_regex_match(regex, &text) == expected,
                       "fold %d: '%.*s' on '%.*s': expected %d", fold, (int)length, pattern,
                       (int)text_length, exact, expected);
            if (is_ascii(exact, text_length))
                compare_ascii_as_utf16(regex, exact, text_length, expected);
            free(exact);
        }
        ns_arena_free(&arena);
    }
    reference_regex_free(reference);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_begin(data, size);
    bool is_spelt = fuzz_byte(&in) & 1;
    char room[LONGEST_PATTERN];
    size_t length = 1 + fuzz_below(&in, LONGEST_PATTERN);
    if (is_spelt)
        length = spell(&in, length, ALPHABET_SIZE, room, sizeof room);
    else {
        length = length < fuzz_left(&in) ? length : fuzz_left(&in);
        memcpy(room, in.data + in.at, length);
        in.at += length;
    }
    size_t counts = 0;
    for (size_t i = 0; i < length; i++)
        counts += room[i] == '{';
    if (counts > MOST_COUNTS)
        return 0;
    char *pattern = fuzz_block(length);
    memcpy(pattern, room, length);
    compare(pattern, length, in, is_spelt);
    free(pattern);
    return 0;
}
