/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines: the same arguments from UTF-8 and UTF-16, from a buffer and in place; and
 * arguments that are quoted by the rules come back as they were. */
#include <netshare/command_line.h>

#include "input.h"

enum { MOST = 4096 };

struct arguments {
    netshare_value items[MOST];
    size_t count;
};

static void split(netshare_command_line line, struct arguments *out)
{
    out->count = 0;
    while (out->count < MOST && netshare_command_line_next(&line, &out->items[out->count]))
        out->count++;
    netshare_value none = netshare_value_from_int64(7);
    if (out->count < MOST)
        FUZZ_CHECK(!netshare_command_line_next(&line, &none) && none.as.int64 == 7,
                   "more arguments behind the last one");
}

static bool is_inside(const char *part, size_t length, const char *whole, size_t room)
{
    return part >= whole && length <= room && (size_t)(part - whole) <= room - length;
}

static void expect_same(const struct arguments *a, const struct arguments *b)
{
    FUZZ_CHECK(a->count == b->count, "%zu arguments and %zu", a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        size_t length = a->items[i].as.utf8.length;
        FUZZ_CHECK(length == b->items[i].as.utf8.length &&
                       !memcmp(a->items[i].as.utf8.data, b->items[i].as.utf8.data, length),
                   "argument %zu differs", i);
    }
}

/* Each byte as one unit: what splits a command line is all ASCII. */
static void expect_same_in_utf16(const char *text, size_t length, const struct arguments *bytes)
{
    uint16_t *wide = fuzz_block(length * sizeof *wide);
    uint16_t *buffer = fuzz_block(length * sizeof *buffer);
    for (size_t i = 0; i < length; i++)
        wide[i] = (unsigned char)text[i];
    struct arguments *units = fuzz_block(sizeof *units);
    split(netshare_command_line_from_utf16(wide, length, buffer), units);
    FUZZ_CHECK(units->count == bytes->count, "%zu in UTF-16, %zu in UTF-8", units->count,
               bytes->count);
    for (size_t i = 0; i < bytes->count; i++) {
        const netshare_value *a = &bytes->items[i], *b = &units->items[i];
        FUZZ_CHECK(b->type == NETSHARE_VALUE_UTF16 && a->as.utf8.length == b->as.utf16.length,
                   "argument %zu", i);
        for (size_t j = 0; j < a->as.utf8.length; j++)
            FUZZ_CHECK((unsigned char)a->as.utf8.data[j] == b->as.utf16.data[j],
                       "argument %zu", i);
        netshare_value name = netshare_file_name(*a), wide_name = netshare_file_name(*b);
        FUZZ_CHECK(name.as.utf8.length == wide_name.as.utf16.length, "name of %zu", i);
    }
    free(units);
    free(buffer);
    free(wide);
}

static void check_any_text(const char *text, size_t length)
{
    struct arguments *borrowed = fuzz_block(sizeof *borrowed);
    struct arguments *in_place = fuzz_block(sizeof *in_place);
    char *buffer = fuzz_block(length), *copy = fuzz_block(length);
    memcpy(copy, text, length);
    split(netshare_command_line_from_utf8(text, length, buffer), borrowed);
    for (size_t i = 0; i < borrowed->count; i++) {
        const netshare_value *item = &borrowed->items[i];
        FUZZ_CHECK(item->type == NETSHARE_VALUE_UTF8 &&
                       (item->as.utf8.length == 0 ||
                        is_inside(item->as.utf8.data, item->as.utf8.length, text, length) ||
                        is_inside(item->as.utf8.data, item->as.utf8.length, buffer, length)),
                   "argument %zu is elsewhere", i);
        netshare_value name = netshare_file_name(*item);
        FUZZ_CHECK(is_inside(name.as.utf8.data, name.as.utf8.length, item->as.utf8.data,
                             item->as.utf8.length) || name.as.utf8.length == 0,
                   "name of %zu is elsewhere", i);
        FUZZ_CHECK(!memchr(name.as.utf8.data, '\\', name.as.utf8.length) &&
                       !memchr(name.as.utf8.data, '/', name.as.utf8.length),
                   "name of %zu is a path", i);
    }
    expect_same_in_utf16(text, length, borrowed);
    split(netshare_command_line_from_utf8(copy, length, copy), in_place);
    expect_same(borrowed, in_place);
    free(copy);
    free(buffer);
    free(in_place);
    free(borrowed);
}

/* Quotes an argument as the documentation of CommandLineToArgvW asks for. */
static size_t quote(const char *argument, size_t length, char *out)
{
    size_t at = 0, slashes = 0;
    out[at++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (argument[i] == '\\') {
            slashes++;
        } else {
            if (argument[i] == '"')
                for (slashes++; slashes > 0; slashes--)
                    out[at++] = '\\';
            slashes = 0;
        }
        out[at++] = argument[i];
    }
    for (; slashes > 0; slashes--)
        out[at++] = '\\';
    out[at++] = '"';
    return at;
}

static void check_round_trip(struct fuzz_input in)
{
    enum { ARGUMENTS = 8, LONGEST = 24 };
    char originals[ARGUMENTS][LONGEST], line[16 + ARGUMENTS * (2 * LONGEST + 4)];
    size_t lengths[ARGUMENTS], count = 0, at = 0;
    static const char letters[] = "\"\\\\\"\\ \ta\"b\\\0\xC3\x80";
    memcpy(line, "x.exe", 5);
    at = 5;
    for (; count < ARGUMENTS && fuzz_left(&in) > 0; count++) {
        lengths[count] = fuzz_below(&in, LONGEST);
        for (size_t i = 0; i < lengths[count]; i++)
            originals[count][i] = letters[fuzz_below(&in, sizeof letters - 1)];
        line[at++] = ' ';
        at += quote(originals[count], lengths[count], line + at);
    }
    struct arguments *found = fuzz_block(sizeof *found);
    char buffer[sizeof line];
    split(netshare_command_line_from_utf8(line, at, buffer), found);
    FUZZ_CHECK(found->count == count + 1, "%zu of %zu arguments", found->count, count + 1);
    for (size_t i = 0; i < count; i++)
        FUZZ_CHECK(found->items[i + 1].as.utf8.length == lengths[i] &&
                       !memcmp(found->items[i + 1].as.utf8.data, originals[i], lengths[i]),
                   "argument %zu came back as another: %.*s", i, (int)at, line);
    free(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_block(size);
    memcpy(text, data, size);
    check_any_text(text, size);
    free(text);
    check_round_trip(fuzz_begin(data, size));
    return 0;
}
