/* SPDX-License-Identifier: Apache-2.0 */
/* What the JSON event is made of: marking bytes, reading and skipping, paths. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "event/json_paths.h"
#include "event/json_quotes.h"
#include "event/json_reader.h"

/* A copy whose end is the end of a block of memory. */
static char *tight_copy(const char *text, size_t length)
{
    char *copy = malloc(length ? length : 1);
    cr_assert(copy);
    memcpy(copy, text, length);
    return copy;
}

/* Decides with a plain loop what ns_json_mark() and its kin decide at once. */
static struct ns_json_marks mark_slowly(const char *p, size_t length)
{
    struct ns_json_marks marks = {0, 0};
    for (size_t i = 0; i < length && i < NS_JSON_BLOCK; i++) {
        marks.quotes |= (uint64_t)(p[i] == '"') << i;
        marks.backslashes |= (uint64_t)(p[i] == '\\') << i;
    }
    return marks;
}

static bool same_marks(struct ns_json_marks a, struct ns_json_marks b)
{
    return a.quotes == b.quotes && a.backslashes == b.backslashes;
}

/* Bytes that differ from quote and backslash in one bit are among these. */
static void fill_with_near_marks(char *text, size_t length, uint32_t *seed)
{
    static const char near[] = "\"\\\xa2\xdc#]\x02\x1c x\0\xff\x80!";
    for (size_t i = 0; i < length; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        text[i] = near[(*seed >> 16) % (sizeof near - 1)];
    }
}

Test(json_scan, all_ways_to_mark_agree)
{
    uint32_t seed = 1;
    for (size_t length = 0; length < 200; length++) {
        char filled[200];
        fill_with_near_marks(filled, length, &seed);
        char *text = tight_copy(filled, length), *end = text + length;
        for (char *p = text; p <= end; p++) {
            size_t left = (size_t)(end - p);
            struct ns_json_marks marks = mark_slowly(p, left);
            cr_assert(same_marks(ns_json_mark_up_to(text, p, end), marks), "%zu", left);
            if (left < NS_JSON_BLOCK)
                continue;
            cr_assert(same_marks(ns_json_mark(p), marks));
            cr_assert(same_marks(ns_json_mark_portable(p), marks));
            size_t plain = 0;
            while (plain < NS_JSON_STEP && p[plain] != '"' && p[plain] != '\\')
                plain++;
            cr_assert_eq(ns_json_plain(p), plain);
            cr_assert_eq(ns_json_plain_portable(p), plain);
        }
        free(text);
    }
}

/* Runs of backslashes of all lengths, also from block to block. */
Test(json_scan, escaped_bytes_as_one_by_one)
{
    uint32_t seed = 5;
    bool carry = false, slow_carry = false;
    for (int round = 0; round < 200000; round++) {
        uint64_t backslashes = 0, escaped = 0;
        for (unsigned i = 0; i < 64; i++) {
            seed = seed * 1664525u + 1013904223u;
            uint64_t bit = (uint64_t)((seed >> 16) % 8 < (unsigned)round % 9) << i;
            backslashes |= bit;
            if (slow_carry)
                escaped |= UINT64_C(1) << i;
            slow_carry = !slow_carry && bit;
        }
        cr_assert_eq(ns_json_escaped(backslashes, &carry), escaped);
        cr_assert_eq(carry, slow_carry);
    }
    cr_assert_eq(ns_json_up_to_lowest(0), UINT64_MAX);
    cr_assert_eq(ns_json_up_to_lowest(0x28), 0xF);
}

/* The length of the string at an offset, by a plain loop; NS_JSON_UNSURE when it has no end. */
static size_t length_slowly(const char *text, size_t length, size_t offset, bool *escaped)
{
    *escaped = false;
    for (size_t i = offset; i < length; i++) {
        if (text[i] == '"')
            return i - offset;
        if (text[i] != '\\')
            continue;
        i++;
        *escaped = true;
    }
    return NS_JSON_UNSURE;
}

/* The string there without its backslashes, as ns_json_unescape() writes it. */
static void check_dropped(const struct ns_json_quotes *quotes, const char *text, size_t offset,
                          size_t length)
{
    char expected[400], *out = malloc(length + 1);
    const char *end = text + offset + length + 1;
    size_t said = ns_json_unescape(text + offset, length, end, expected);
    cr_assert(out);
    out[length] = '#';
    cr_assert_eq(quotes->drop_backslashes(quotes, text, offset, length, out), said);
    cr_assert_eq(memcmp(out, expected, said), 0);
    cr_assert_eq(out[length], '#', "written behind the room");
    free(out);
}

static void check_lengths(struct ns_json_quotes *quotes, const char *text, size_t length)
{
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    bool in_escape = false, escaped, any_rare = false, any = false;
    cr_assert(ns_json_quotes_find(quotes, &allocator, text, length));
    for (size_t at = 0; at < length; at++) {
        any |= text[at] == '\\';
        any_rare |= in_escape && text[at] != '"' && text[at] != '\\';
        in_escape = !in_escape && text[at] == '\\';
    }
    cr_assert_eq(quotes->has_escapes, any);
    any_rare |= in_escape; /* of what is behind the text */
    cr_assert(quotes->has_rare_escapes == any_rare);
    for (size_t at = 0, backslashes = 0; at <= length; at++) {
        bool is_escaped = false, is_short_escaped = false;
        size_t end = length_slowly(text, length, at, &escaped);
        size_t found = ns_json_string_length(quotes, at, &is_escaped);
        size_t quick = ns_json_short_length(quotes, at, &is_short_escaped);
        if (backslashes % 2 == 0) { /* else no string can begin here */
            cr_assert(quick == NS_JSON_UNSURE || quick == found, "%zu of %zu", at, length);
            cr_assert(found == end || (found == NS_JSON_UNSURE && escaped && any_rare));
            cr_assert(found == NS_JSON_UNSURE || is_escaped == escaped);
            cr_assert(quick == NS_JSON_UNSURE || is_short_escaped == escaped);
            cr_assert(quick == end || end > 56 || (escaped && any_rare));
            if (quotes->drop_backslashes && end != NS_JSON_UNSURE && !any_rare)
                check_dropped(quotes, text, at, end);
        }
        backslashes = at < length && text[at] == '\\' ? backslashes + 1 : 0;
    }
}

/* Everywhere in texts of all lengths, by registers of all sizes. */
Test(json_quotes, strings_end_where_a_plain_loop_finds_their_end)
{
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_json_quotes best = {0}, portable = {0};
    uint32_t seed = 3;
    ns_json_quotes_init(&best);
    portable.note_blocks = ns_json_note_blocks_by_16;
    for (size_t length = 0; length < 400; length++) {
        char filled[400];
        for (unsigned kind = 0; kind < 6; kind++) {
            static const char *const alphabets[] = {"ab", "\\\\\"ab", "\\\"", "\\", "n\"\\",
                                                    "\"bcdefghijklmno"};
            const char *alphabet = alphabets[kind];
            for (size_t i = 0; i < length; i++) {
                seed = seed * 1664525u + 1013904223u;
                bool filler = kind == 5 && (seed >> 20) % 8;
                filled[i] = filler ? '-' : alphabet[(seed >> 16) % strlen(alphabet)];
            }
            char *text = tight_copy(filled, length);
            check_lengths(&best, text, length);
            check_lengths(&portable, text, length);
            free(text);
        }
    }
    ns_json_quotes_free(&best, &allocator);
    ns_json_quotes_free(&portable, &allocator);
}

Test(json_scan, the_lowest_bit)
{
    for (unsigned i = 0; i < 64; i++) {
        for (unsigned j = i; j < 64; j++) {
            uint64_t bits = UINT64_C(1) << i | UINT64_C(1) << j;
            cr_assert_eq(ns_lowest_bit(bits), i);
            }
    }
}

/* Reads a string of JSON text between quotes. */
static void check_string(const char *text, size_t length, const char *meaning,
                         size_t meaning_length, bool has_escapes)
{
    struct ns_json_reader reader;
    char json[200], out[200];
    bool escaped = false;
    size_t size = length + 2;
    cr_assert_leq(size, sizeof json);
    json[0] = json[length + 1] = '"';
    memcpy(json + 1, text, length);
    char *copy = tight_copy(json, size);
    ns_json_start(&reader, copy, size);
    cr_assert_eq(ns_json_string(&reader, copy + 1, &escaped), copy + size, "%.*s",
                 (int)size, json);
    cr_assert_eq(escaped, has_escapes);
    cr_assert_eq(ns_json_skip(&reader, copy), copy + size);
    memset(out, '#', sizeof out);
    cr_assert_eq(ns_json_unescape(copy + 1, length, copy + size, out), meaning_length);
    cr_assert_eq(memcmp(out, meaning, meaning_length), 0);
    for (size_t i = length; i < sizeof out; i++)
        cr_assert_eq(out[i], '#', "written behind the end");
    free(copy);
    copy = tight_copy(json, size - 1);
    ns_json_start(&reader, copy, size - 1);
    cr_assert_null(ns_json_skip(&reader, copy));
    cr_assert_eq(reader.at, reader.end);
    free(copy);
}

/* Runs of escapes at every place relative to the blocks that are read at once. */
Test(json_reader, strings_with_escapes_at_every_place)
{
    for (size_t before = 0; before < 140; before++) {
        for (size_t escapes = 0; escapes <= 4; escapes++) {
            char text[160], meaning[160];
            memset(text, 'x', sizeof text);
            memset(meaning, 'x', sizeof meaning);
            for (size_t i = 0; i < escapes; i++) {
                memcpy(text + before + 2 * i, i == 2 ? "\\\"" : "\\\\", 2);
                meaning[before + i] = i == 2 ? '"' : '\\';
            }
            for (size_t after = 0; after < 4; after += 3)
                check_string(text, before + 2 * escapes + after, meaning,
                             before + escapes + after, escapes > 0);
        }
    }
}

struct bad {
    const char *json;
    size_t offset;
    const char *expected; /* part of it */
};

Test(json_reader, what_is_skipped_is_checked)
{
    static const struct bad cases[] = {
        {"[1,{\"a\":}]", 8, "a value was expected"},
        {"{\"a\":[1,]}", 8, "a value was expected"},
        {"{,}", 1, "double quotes"},
        {"{\"a\":[,1]}", 6, "a value was expected"},
        {"{\"a\":1]", 6, "',' or '}' was expected"},
        {"{\"a\":[1}", 7, "',' or ']' was expected"},
        {"{\"a\":tru}", 8, "'true'"},
        {"{\"a\":nil}", 6, "'null'"},
        {"{\"a\":nan}", 6, "'null'"},
        {"{\"a\":truex}", 9, "',' or '}' was expected"},
        {"{\"a\":-}", 6, "digit"},
        {"{\"a\":-NaN}", 6, "digit"},
        {"{\"a\":-Inf}", 9, "'-Infinity'"},
        {"{\"a\":+1}", 5, "a value was expected"},
        {"{\"a\":.5}", 5, "a value was expected"},
        {"{\"a\":5.}", 7, "digit"},
        {"{\"a\":-012}", 7, "leading 0"},
        {"{\"a\":1e}", 7, "digit"},
        {"{\"a\":1e+-2}", 8, "digit"},
        {"{\"a\":0x1}", 6, "',' or '}' was expected"},
        {"{\"a\":\"\\u12g4\"}", 10, "4 hexadecimal digits"},
        {"{\"a\":\"\\u12\"}", 10, "4 hexadecimal digits"},
        {"{\"a\\q\":1}", 4, "escape"},
        {"{\"a\":'x'}", 5, "a value was expected"},
        {"{\"a\":1 /* no */}", 7, "',' or '}' was expected"},
        {"", 0, "a value was expected"},
        {"[", 1, "a value was expected"},
        {"{", 1, "double quotes"},
        {"[1", 2, "',' or ']' was expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct bad *c = &cases[i];
        struct ns_json_reader reader;
        size_t length = strlen(c->json);
        char *copy = tight_copy(c->json, length);
        ns_json_start(&reader, copy, length);
        cr_expect_null(ns_json_skip(&reader, reader.text), "%s", c->json);
        cr_assert_not_null(reader.expected, "%s", c->json);
        cr_expect(strstr(reader.expected, c->expected), "%s: %s", c->json, reader.expected);
        cr_expect_eq((size_t)(reader.at - reader.text), c->offset, "%s", c->json);
        free(copy);
    }
}

/* Numbers of all lengths, with any byte behind them, at the end of the text and before it. */
Test(json_reader, a_number_ends_with_its_digits)
{
    for (size_t length = 1; length < 20; length++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char filled[40];
            memset(filled, '7', sizeof filled);
            filled[length] = (char)byte;
            if ((byte >= '0' && byte <= '9') || strchr(".eE", (int)byte))
                filled[length] = byte ? ',' : '\0';
            for (size_t size = length; size < sizeof filled; size += 5) {
                struct ns_json_reader reader;
                struct ns_json_scalar number;
                char *text = tight_copy(filled, size);
                ns_json_start(&reader, text, size);
                cr_assert_eq(ns_json_number_or_word(&reader, text, &number), text + length,
                             "%zu digits before %u", length, byte);
                free(text);
            }
        }
    }
}

Test(json_reader, one_value_is_skipped)
{
    static const char *const values[] = {
        "0", "-0", "12", "-1.5E+10", "1e0", "NaN", "Infinity", "-Infinity", "true", "false",
        "null", "\"\"", "\"a\\\\\"", "[]", "{}", "[ ]", "{ }", "[[],{},[[{}]]]",
        "{\"a\":{\"b\":[1,2,{}]},\"\":[]}",
        "{ \"a\" : [ 1 , \"x\" ] ,\t\"b\"\r:\nnull }",
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (int more = 0; more < 2; more++) {
            struct ns_json_reader reader;
            char text[100];
            size_t length = strlen(values[i]);
            snprintf(text, sizeof text, "%s%s", values[i], more ? " ]x" : "");
            ns_json_start(&reader, text, strlen(text));
            cr_expect_eq(ns_json_skip(&reader, text), text + length, "%s", text);
            cr_expect_eq(reader.depth, 0);
        }
    }
}

/* The place that a key, in memory that ends with it, leads to from the root. */
static uint32_t step(const struct ns_json_paths *paths, uint32_t from, const char *key,
                     size_t length)
{
    char *copy = tight_copy(key, length);
    uint32_t place = ns_json_paths_step(paths, from, copy, length, copy + length);
    char roomy[128];
    snprintf(roomy, sizeof roomy, "%.*s.more behind the key", (int)length, key);
    cr_assert_eq(ns_json_paths_step(paths, from, roomy, length, roomy + sizeof roomy), place);
    free(copy);
    return place;
}

Test(json_paths, segments_of_every_length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    enum { LONGEST = 40 };
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_json_paths paths;
    char names[LONGEST + 1][128];
    uint32_t places[LONGEST + 1];
    cr_assert(ns_json_paths_init(&paths, &allocator));
    for (int i = 0; i <= LONGEST; i++) {
        snprintf(names[i], sizeof names[i], "%.*s.%.*s", i, letters, LONGEST - i, letters);
        places[i] = ns_json_paths_add(&paths, names[i], LONGEST + 1);
        cr_assert_gt(places[i], NS_JSON_ROOT);
        for (int j = 0; j < i; j++)
            cr_assert_neq(places[i], places[j]);
    }
    for (size_t i = 0; i <= LONGEST; i++) {
        uint32_t first = step(&paths, NS_JSON_ROOT, letters, i);
        cr_assert_eq(step(&paths, first, letters, LONGEST - i), places[i]);
        cr_assert_eq(step(&paths, NS_JSON_ROOT, names[i], LONGEST + 1), places[i]);
        cr_assert_eq(ns_json_paths_add(&paths, names[i], LONGEST + 1), places[i]);
        cr_assert_eq(step(&paths, first, letters, LONGEST - i + 1), NS_JSON_NOWHERE);
        char other[LONGEST + 1];
        memcpy(other, names[i], sizeof other);
        other[LONGEST] = '_';
        cr_assert_eq(step(&paths, NS_JSON_ROOT, other, sizeof other), NS_JSON_NOWHERE);
    }
    ns_json_paths_free(&paths);
}

Test(json_paths, thousands_of_fields)
{
    enum { COUNT = 5000 };
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_json_paths paths;
    static char names[COUNT][32];
    static uint32_t places[COUNT];
    cr_assert(ns_json_paths_init(&paths, &allocator));
    for (int i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "a%d.b%d.c", i % 10, i);
        places[i] = ns_json_paths_add(&paths, names[i], strlen(names[i]));
    }
    for (int i = 0; i < COUNT; i++) {
        cr_assert_eq(step(&paths, NS_JSON_ROOT, names[i], strlen(names[i])), places[i]);
        cr_assert_eq(paths.places[places[i]].field, NS_JSON_NO_FIELD);
    }
    cr_assert_eq(step(&paths, NS_JSON_ROOT, "b1", 2), NS_JSON_NOWHERE);
    cr_assert_eq(step(&paths, NS_JSON_NOWHERE, "a1", 2), NS_JSON_NOWHERE);
    ns_json_paths_free(&paths);
}
