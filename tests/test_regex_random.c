/* SPDX-License-Identifier: Apache-2.0 */
/* The regular expression engine under load: random patterns against the definition,
 * hostile patterns, limits, and memory that runs out. */
#include "regex_compiled.h"
#include "regex_reference.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- random patterns --- */

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 33) % limit);
}

#define PICK(state, array) (array)[random_below(state, COUNT(array))]

/* Pairs, trios and what has no case; cut UTF-8, some of which may join. */
static const char *const ALPHABET[] = {
    "a", "b", "A", "B", "0", "1", "2", "9", "k", "K", "\xE2\x84\xAA", "s", "\xC5\xBF",
    "\xC3\xA9", "\xC3\x89", "\xCF\x83", "\xCF\x82", "\xCE\xA3", "\xC3\x9F", "\xE1\xBA\x9E",
    "\xC3\xA5", "\xE2\x84\xAB", "\xF0\x90\x90\x80", "\xF0\x90\x90\xA8", "\xF0\x9F\x98\x80",
    "\xFF", "\xC3", "\xA9", "\xE2\x84", "_", " ", "\n", "-",
};

static const char *random_letter(uint64_t *state)
{
    static const char *const few[] = {"a", "b", "A", "0", "1"};
    return random_below(state, 3) ? PICK(state, few) : PICK(state, ALPHABET);
}

/* Appends one of the strings, or one of a kind of expression. */
static void add_random(test_text *out, uint64_t *state, unsigned depth);

static void add_class(test_text *out, uint64_t *state)
{
    static const char *const ranges[] = {"a-b", "A-Z", "b-k", "0-1", "0-9", "Z-a", " -~", "!-K",
                                         "\xC3\x80-\xC3\xBF", "\xC3\xA9-\xFF",
                                         "\xC2\x80-\xF0\x9F\xBF\xBF"};
    static const char *const others[] = {"\\d", "\\D", "\\s", "\\S", "\\w", "\\W", "\\-", "\\]",
                                         "\\\\", ".", "*", "(", "^a", "\""};
    test_text_add(out, random_below(state, 3) ? "[" : "[^");
    for (uint32_t left = 1 + random_below(state, 3); left > 0; left--) {
        const char *item = random_below(state, 3) == 0 ? PICK(state, ranges)
                         : random_below(state, 4) == 0 ? PICK(state, others)
                                                       : random_letter(state);
        test_text_add(out, strcmp(item, "-") == 0 ? "\\-" : item);
    }
    test_text_add(out, "]");
}

static void add_atom(test_text *out, uint64_t *state, unsigned depth)
{
    static const char *const atoms[] = {".", ".", ".*", "@", "()", "#", "\\d", "\\D", "\\s",
                                        "\\S", "\\w", "\\W", "\\.", "\"ab\"", "\"\"",
                                        "\"a*\"", "^", "$", "]"};
    static const char *const intervals[] = {"<0-1>", "<1-12>", "<00-12>", "<9-1>", "<0-190>",
                                            "<019-102>", "<2-2>"};
    uint32_t kind = random_below(state, depth == 0 ? 9 : 14);
    if (kind < 5) {
        test_text_add(out, random_letter(state));
    } else if (kind == 5) {
        test_text_add(out, PICK(state, intervals));
    } else if (kind == 6) {
        add_class(out, state);
    } else if (kind < 9) {
        test_text_add(out, PICK(state, atoms));
    } else {
        test_text_add(out, kind == 9 ? "~(" : "(");
        add_random(out, state, depth - 1);
        test_text_add(out, ")");
    }
}

static void add_random(test_text *out, uint64_t *state, unsigned depth)
{
    static const char *const repeats[] = {"?", "*", "+", "{2}", "{0}", "{1,}", "{2,}", "{3,}",
                                          "{0,1}", "{0,2}",
                                          "{0,3}", "{1,3}", "{2,4}", "*?", "+?", "{0,2}{2}"};
    for (uint32_t left = 1 + random_below(state, 4); left > 0; left--) {
        if (random_below(state, 16) == 0) {
            test_text_add(out, "~");
        }
        add_atom(out, state, depth);
        if (random_below(state, 3) == 0) {
            test_text_add(out, PICK(state, repeats));
        }
        if (left > 1 && random_below(state, 5) == 0) {
            test_text_add(out, random_below(state, 3) ? "|" : "&");
        }
    }
}

static size_t random_text(uint64_t *state, char *text)
{
    size_t length = 0;
    for (uint32_t left = random_below(state, 8); left > 0; left--) {
        const char *letter = random_letter(state);
        memcpy(text + length, letter, strlen(letter));
        length += strlen(letter);
    }
    return length;
}

typedef struct tally {
    size_t matches, misses, refused, too_large;
} tally;

/* Of a text that matches. False when no literals are known. */
static bool expect_required(const compiled *c, const char *text, size_t length, enum ns_fold fold)
{
    size_t count;
    ns_regex_required_literals(c->regex, &count);
    cr_assert(count == 0 || has_required(c, text, length, fold), "fold %d: '%.*s' lacks literals",
              fold, (int)length, text);
    return count > 0;
}

/* The pattern in all three ways of folding, each on some texts. */
static void expect_same(const char *pattern, size_t length, uint64_t *state, size_t texts,
                        tally *seen)
{
    static const reference_fold folds[] = {REFERENCE_EXACT, REFERENCE_ASCII, REFERENCE_UNICODE};
    reference_regex *reference = reference_regex_parse(pattern, length);
    for (int fold = NS_FOLD_NONE; fold <= NS_FOLD_UNICODE; fold++) {
        compiled c;
        compile(&c, pattern, length, (enum ns_fold)fold);
        seen->refused += c.status == NETSHARE_ERROR_SYNTAX;
        seen->too_large += c.status == NETSHARE_ERROR_LIMIT;
        cr_assert(c.status == NETSHARE_ERROR_LIMIT || (c.regex != NULL) == (reference != NULL),
                  "'%.*s': %s", (int)length, pattern,
                  c.regex != NULL ? "expected to be refused" : c.problem.message);
        for (size_t i = 0; c.regex != NULL && i < texts; i++) {
            char text[64];
            size_t text_length = random_text(state, text);
            bool verdict = reference_regex_match(reference, text, text_length, folds[fold]);
            cr_assert_eq(matches_both(&c, text, text_length), verdict,
                         "fold %d: '%.*s' on '%.*s', expected %d", fold, (int)length, pattern,
                         (int)text_length, text, verdict);
            seen->matches += verdict;
            seen->misses += !verdict;
            if (verdict)
                expect_required(&c, text, text_length, (enum ns_fold)fold);
        }
        discard(&c);
    }
    reference_regex_free(reference);
}

Test(regex, agrees_with_the_definition, .timeout = 240)
{
    uint64_t state = 0x9E3779B97F4A7C15u;
    tally seen = {0};
    test_text pattern = {NULL, 0};
    size_t thinning = test_thinning();
    for (size_t i = 0; i < 10000 / thinning; i++) {
        pattern.length = 0;
        test_text_add(&pattern, "");
        add_random(&pattern, &state, 3);
        expect_same(pattern.data, pattern.length, &state, 10, &seen);
    }
    free(pattern.data);
    cr_expect_eq(seen.refused, 0);
    cr_expect_lt(seen.too_large, 150 / thinning, "%zu patterns were too large", seen.too_large);
    cr_expect_gt(seen.matches, 40000 / thinning, "%zu texts match", seen.matches);
    cr_expect_gt(seen.misses, 100000 / thinning, "%zu texts do not match", seen.misses);
}

/* Patterns of pieces, and texts of what each of them stands for: these have the literals. */
Test(regex, a_text_that_matches_has_its_literals, .timeout = 120)
{
    static const struct {
        const char *pattern, *texts[3];
    } pieces[] = {
        {"abc", {"abc", "abc", "abc"}}, {"K", {"K", "k", "\xE2\x84\xAA"}},
        {"s", {"s", "S", "\xC5\xBF"}},  {"[x]", {"x", "x", "X"}},
        {"b+", {"b", "bb", "bbb"}},     {"c{2}", {"cc", "cc", "CC"}},
        {"d{2,}", {"dd", "ddd", "dddd"}}, {"e{1,3}", {"e", "ee", "eee"}},
        {"f?", {"", "f", "F"}},         {"g*", {"", "g", "gg"}},
        {".*", {"", "a", "abc"}},       {"(ab|cd)", {"ab", "cd", "AB"}},
        {"(xyz)+", {"xyz", "xyzxyz", "xyz"}}, {"~(q)", {"", "qq", "w"}},
        {"(ij&i.)", {"ij", "ij", "IJ"}},  {"\xC3\xA9", {"\xC3\xA9", "\xC3\xA9", "\xC3\x89"}},
        {"h{35}", {"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh",
                   "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"}},
    };
    uint64_t state = 0x2545F4914F6CDD1Du;
    size_t with_literals = 0;
    for (int i = 0; i < 5000; i++) {
        char pattern[256] = "", text[512] = "";
        for (uint32_t left = 1 + random_below(&state, 6); left > 0; left--) {
            size_t piece = random_below(&state, COUNT(pieces));
            strcat(pattern, pieces[piece].pattern);
            strcat(text, pieces[piece].texts[random_below(&state, 3)]);
        }
        compiled c;
        compile_valid(&c, pattern, NS_FOLD_UNICODE);
        cr_assert(matches_both(&c, text, strlen(text)), "%s on %s", pattern, text);
        with_literals += expect_required(&c, text, strlen(text), NS_FOLD_UNICODE);
        discard(&c);
    }
    cr_expect_gt(with_literals, 2500, "%zu patterns have literals", with_literals);
}

/* Patterns of arbitrary pieces: both sides refuse the same ones. */
Test(regex, refuses_what_the_grammar_refuses, .timeout = 240)
{
    static const char *const pieces[] = {"a", "b", "0", "2", "(", ")", "(", ")", "[", "]",
                                         "[^", "-", "{", "}", ",", "|",
                                         "&", "~", "<", ">", "\"", "\\", "*", "?", "+", ".",
                                          "#", "@", "^", "{2,", "{1}",
                                         "d", "\xC3\xA9", "\xFF", "<0-", "a-"};
    uint64_t state = 0xD1B54A32D192ED03u;
    tally seen = {0};
    for (int i = 0; i < 30000; i++) {
        char pattern[64];
        size_t length = 0;
        for (uint32_t left = 1 + random_below(&state, 9); left > 0; left--) {
            const char *piece = PICK(&state, pieces);
            memcpy(pattern + length, piece, strlen(piece));
            length += strlen(piece);
        }
        expect_same(pattern, length, &state, 2, &seen);
    }
    cr_expect_gt(seen.refused, 30000, "%zu patterns were refused", seen.refused);
    cr_expect_gt(seen.matches + seen.misses, 30000);
    cr_expect_gt(seen.matches, 500);
}

/* Complementing twice leads through every part of the compiler once more. */
Test(regex, equal_languages_have_equally_large_automata, .timeout = 120)
{
    static const char *const forms[][2] = {{"(", ")&@"}, {"~(~(", ")|#)"}, {"(", ")|#|#"},
                                            {"()(", "){1}"}};
    uint64_t state = 0xA0761D6478BD642Fu;
    test_text pattern = {NULL, 0}, other = {NULL, 0};
    for (int i = 0; i < 2000; i++) {
        pattern.length = 0;
        add_random(&pattern, &state, 2);
        compiled first, second;
        compile(&first, pattern.data, pattern.length, NS_FOLD_UNICODE);
        size_t form = random_below(&state, COUNT(forms));
        other.length = 0;
        test_text_add(&other, forms[form][0]);
        test_text_write(&other, pattern.data, pattern.length);
        test_text_add(&other, forms[form][1]);
        compile(&second, other.data, other.length, NS_FOLD_UNICODE);
        if (first.regex != NULL && second.regex != NULL) {
            cr_assert_eq(ns_regex_state_count(first.regex), ns_regex_state_count(second.regex),
                         "'%.*s': %zu states, '%.*s': %zu", (int)pattern.length, pattern.data,
                         ns_regex_state_count(first.regex), (int)other.length, other.data,
                         ns_regex_state_count(second.regex));
        }
        discard(&first);
        discard(&second);
    }
    free(pattern.data);
    free(other.data);
}

/* --- limits and hostile patterns --- */

/* A piece, repeated, between two others. */
typedef struct large {
    const char *start, *piece, *end;
    size_t count;
    size_t patterns; /* that many of the same; 0 for one */
    const char *message; /* NULL when it compiles */
} large;

static void write_large(test_text *text, const large *l)
{
    text->length = 0;
    test_text_add(text, l->start);
    for (size_t i = 0; i < l->count; i++) {
        test_text_add(text, l->piece);
    }
    test_text_add(text, l->end);
}

static void expect_large(const large *l)
{
    test_text text = {NULL, 0};
    write_large(&text, l);
    size_t count = l->patterns > 0 ? l->patterns : 1;
    struct ns_string *patterns = calloc(count, sizeof *patterns);
    cr_assert_not_null(patterns);
    for (size_t i = 0; i < count; i++) {
        patterns[i] = (struct ns_string){text.data, text.length};
    }
    compiled c;
    clock_t start = clock();
    compile_all(&c, patterns, count, NS_FOLD_UNICODE, NULL);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    cr_expect_eq(c.status, l->message == NULL ? NETSHARE_OK : NETSHARE_ERROR_LIMIT,
                 "%.60s%s%s x %zu: %s", l->start, l->piece, l->end, l->count,
                 c.problem.message);
    cr_expect(l->message == NULL || strstr(c.problem.message, l->message) != NULL,
              "%.60s%s%s x %zu: expected '%s' in: %s", l->start, l->piece, l->end, l->count,
              l->message == NULL ? "" : l->message, c.problem.message);
    /* Generous, for slow machines and instrumented builds; without limits, some take hours. */
    cr_expect_lt(seconds, 5.0, "%.60s%s%s x %zu: %f s", l->start, l->piece, l->end, l->count,
                 seconds);
    discard(&c);
    free(patterns);
    free(text.data);
}

Test(regex, limits, .timeout = 120)
{
    static const large rows[] = {
        /* length */
        {"", "a", "", 9000, 0, NULL}, {"", "a", "", 10000, 0, "10000 states"},
        {"", "a", "", 65537, 0, "longer than 65536 bytes"},
        {"", "a", "", 6554, 10, "longer than"},
        {"", "a", "", 6553, 10, "more than 60000 ranges"}, {"a", "|a", "", 14000, 0, NULL},
        /* nesting */
        {"", "(", "", 201, 0, "deeper than 200"},
        {"", "(", "", 65000, 0, "deeper than 200"}, {"a", "{2}", "", 190, 0, "more than 30000"},
        {"a", "{1}", "", 190, 0, NULL}, {"a", "{1,2}", "", 300, 0, "deeper than 200"},
        {"a", "*", "", 60000, 0, NULL}, {"", "~", "a", 65000, 0, NULL},
        {"a", "?+", "", 30000, 0, NULL},
        /* repetition */
        {"a{30000}", "", "", 0, 0, "more than 30000"},
        {"a{30001}", "", "", 0, 0, "count is above 30000"},
        {"a{99999999999999999999999}", "", "", 0, 0, "count is above 30000"},
        {"(a{1000}){1000}", "", "", 0, 0, "more than 30000"},
        {"a{1000}", "{1000}", "", 50, 0, "more than 30000"},
        {"(a{0,1000}){0,1000}", "", "", 0, 0, "more than 30000"},
        {"a{9000}", "", "", 0, 0, NULL},
        {"()", "{30000}", "", 3, 0, "take too long"},
        {"#", "{30000}", "", 3, 0, "more than 30000"},
        {"(a*)*", "{9}", "", 5, 0, "more than 30000"},
        {".{0,3000}a{0,3000}.{0,3000}", "", "", 0, 0, NULL},
        /* determinisation */
        {".*a.{20}", "", "", 0, 0, "too complex"}, {"(.*a.{20})", "", "", 0, 0, "too complex"},
        {".*a.{12}", "", "", 0, 0, NULL}, {"", ".*a", ".{30}", 30, 0, "too complex"},
        {"(.*a.{9}){3}", "", "", 0, 0, NULL},
        {"(a?){9000}a{9000}", "", "", 0, 0, "take too long"},
        {"(a|aa){1,2000}", "", "", 0, 0, NULL}, {"~(.*a.{20})", "", "", 0, 0, "too complex"},
        {".*a.{9}&.*b.{9}", "", "", 0, 0, "too complex"},
        {"~(~(~(~(.*a.{5})b)c)d)", "", "", 0, 0, NULL},
        {"a", "&.*a.*", "", 500, 0, NULL}, {".*a.{3}", "&.*a.{3}", "", 50, 0, NULL},
        /* classes */
        {"[", "\\W\\D\\S", "]", 1000, 0, NULL}, {"", "[^a]", "", 9000, 0, NULL},
        {"", "[\x01-\xF4\x8F\xBF\xBF]", "", 7000, 0, NULL},
        {"", "\\W", "", 12001, 0, "more than 60000 ranges"},
        {"", "<1-2147483647>|", "a", 4000, 0, "more than"},
        {"", "<0-2147483647>\\.", "", 10, 0, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_large(&rows[i]);
    }
}

static void write_nested(test_text *text, const char *open, const char *close, size_t levels)
{
    text->length = 0;
    for (size_t i = 0; i < levels; i++) {
        test_text_add(text, open);
    }
    test_text_add(text, "a");
    for (size_t i = 0; i < levels; i++) {
        test_text_add(text, close);
    }
}

Test(regex, nests_deep)
{
    test_text pattern = {NULL, 0};
    compiled c;
    write_nested(&pattern, "(", ")", 200);
    compile_valid(&c, pattern.data, NS_FOLD_NONE);
    cr_expect(matches_both(&c, "a", 1));
    cr_expect_not(matches_both(&c, "aa", 2));
    discard(&c);
    write_nested(&pattern, "(b", ")?", 60);
    compile_valid(&c, pattern.data, NS_FOLD_NONE);
    cr_expect(matches_both(&c, "bbb", 3));
    cr_expect_not(matches_both(&c, "bba", 3));
    discard(&c);
    write_nested(&pattern, "~(b", ")", 90); /* an even number of complements */
    compile_valid(&c, pattern.data, NS_FOLD_NONE);
    cr_expect(matches_both(&c, "bb", 2));
    cr_expect_not(matches_both(&c, "b", 1));
    discard(&c);
    free(pattern.data);
}

/* As many characters told apart as a pattern can hold: each its own class. */
Test(regex, many_characters, .timeout = 60)
{
    static const struct {
        const char *start, *between, *end;
        uint32_t step;
        const char *message;
    } rows[] = {
        {"[", "", "]{3}", 2, NULL},
        {"[^", "", "]*", 2, NULL},
        {"", "|", "", 1, "more than 30000"},
        {"", "", "", 1, "classes of characters"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_text text = {NULL, 0};
        test_text_add(&text, rows[i].start);
        for (uint32_t c = 0x4E00; text.length < 60000; c += rows[i].step) {
            const char character[] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                                      (char)(0x80 | (c & 0x3F)), 0};
            test_text_add(&text, c == 0x4E00 ? "" : rows[i].between);
            test_text_add(&text, character);
        }
        test_text_add(&text, rows[i].end);
        const large whole = {text.data, "", "", 0, 0, rows[i].message};
        expect_large(&whole);
        free(text.data);
    }
}

Test(regex, tells_thousands_of_characters_apart)
{
    test_text text = {NULL, 0};
    test_text_add(&text, "");
    for (uint32_t c = 0x4E00; c < 0x4E00 + 6000; c += 2) { /* pairs of alternate characters */
        const char character[] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                                  (char)(0x80 | (c & 0x3F)), 0};
        test_text_add(&text, c == 0x4E00 ? "(" : "|");
        test_text_add(&text, character);
    }
    test_text_add(&text, ")x");
    compiled c;
    compile_valid(&c, text.data, NS_FOLD_NONE);
    cr_expect_eq(ns_regex_state_count(c.regex), 4);
    for (uint32_t code = 0x4DFF; code < 0x4E00 + 6001; code++) {
        const char subject[] = {(char)(0xE0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3F)),
                                (char)(0x80 | (code & 0x3F)), 'x'};
        bool in = code >= 0x4E00 && code < 0x4E00 + 6000 && code % 2 == 0;
        cr_assert_eq(matches_both(&c, subject, 4), in, "U+%X", (unsigned)code);
    }
    discard(&c);
    free(text.data);
}

/* What takes a backtracking engine forever takes one step per character. */
Test(regex, long_texts_take_one_step_per_character, .timeout = 60)
{
    static const struct {
        const char *pattern;
        bool verdict;
    } rows[] = {
        {"(a*)*b", false}, {"(a|a)*b", false}, {"(a|aa)+b", false}, {"(.*a){20}b", false},
        {".*.*.*.*.*b", false}, {"(a?){200}b", false}, {"(a+)+(a+)+", true}, {"~(.*b.*)", true},
        {".*a.*a.*a.*&~(.*b.*)", true}, {"@b@|@a", true}, {".*\xC3\xA9", false},
        {"[^a]*", false},
    };
    size_t length = 4 << 20;
    char *text = malloc(length);
    cr_assert_not_null(text);
    memset(text, 'a', length);
    for (size_t i = 0; i < COUNT(rows); i++) {
        compiled c;
        compile_valid(&c, rows[i].pattern, NS_FOLD_UNICODE);
        cr_expect_eq(matches(&c, text, length), rows[i].verdict, "%s", rows[i].pattern);
        discard(&c);
    }
    for (size_t i = 0; i + 1 < length; i += 2) { /* folds, outside of ASCII */
        memcpy(text + i, i % 4 ? "\xC3\x89" : "\xC3\xA9", 2);
    }
    compiled c;
    compile_valid(&c, "(\xC3\xA9*)*", NS_FOLD_UNICODE);
    cr_expect(matches(&c, text, length));
    cr_expect_not(matches(&c, text, length - 1));
    discard(&c);
    free(text);
}

/* --- memory --- */

/* Every part of the compiler, and arrays that grow. */
static const char *const EVERY_PART[] = {
    "(a{0,3}b|c[^d-f\xC3\x80-\xC3\xBF]){2,4}<7-123>\"q\"~(x.*y)@&.*[[:-k]{1,}.*|#",
    "\\d\\D\\s\\S\\w\\W|(.*a.{3}&~(~(b+)c))",
    "",
};

static void compile_every_part(compiled *c, const netshare_allocator *allocator)
{
    struct ns_string patterns[COUNT(EVERY_PART)];
    for (size_t i = 0; i < COUNT(EVERY_PART); i++) {
        patterns[i] = (struct ns_string){EVERY_PART[i], strlen(EVERY_PART[i])};
    }
    compile_all(c, patterns, COUNT(EVERY_PART), NS_FOLD_UNICODE, allocator);
}

static void expect_to_survive(bool fail_all_after)
{
    bool done = false;
    size_t fail = 1;
    for (; !done && fail < 5000; fail++) {
        test_memory memory = {.fail_at = fail, .fail_all_after = fail_all_after};
        netshare_allocator allocator = test_allocator(&memory);
        compiled c;
        compile_every_part(&c, &allocator);
        done = c.regex != NULL;
        if (done) {
            size_t calls = memory.calls;
            cr_expect(matches_both(&c, "0a x_-", 6));
            cr_expect(matches_both(&c, "xabcd", 5));
            cr_expect_not(matches_both(&c, "xaba", 4));
            cr_expect_eq(memory.calls, calls, "a match allocates");
            cr_expect_lt(calls, fail);
        } else {
            cr_assert_eq(c.status, NETSHARE_ERROR_NO_MEMORY, "call %zu: %s", fail,
                         c.problem.message);
            cr_expect_str_eq(c.problem.message, "out of memory");
        }
        discard(&c);
        cr_assert_eq(memory.live, 0, "call %zu: %zu blocks are lost", fail, memory.live);
    }
    cr_expect(done);
    cr_expect_gt(fail, 100);
}

Test(regex, every_allocation_may_fail, .timeout = 120)
{
    expect_to_survive(false);
    expect_to_survive(true);
}

/* Only the result stays in the caller's arena. */
Test(regex, results_are_compact)
{
    test_memory memory = {0};
    netshare_allocator allocator = test_allocator(&memory);
    compiled c;
    compile_all(&c, &(struct ns_string){".*\\.exe", 7}, 1, NS_FOLD_ASCII, &allocator);
    cr_assert_eq(c.status, NETSHARE_OK);
    cr_expect_eq(memory.live, 1);
    cr_expect_leq(c.arena.size, 2048);
    discard(&c);
    cr_expect_eq(memory.live, 0);
}
