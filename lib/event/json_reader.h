/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads JSON in one pass, in place, without allocating and without recursion.
 *
 * Functions that take a place `p` in the text return the place behind what they
 * read, or NULL after filling `at` and `expected`. They read the JSON of RFC 8259,
 * all of it checked, with these liberties: strings may hold any bytes, control
 * characters and bytes that are not UTF-8 among them; NaN, Infinity and -Infinity
 * are numbers.
 */
#ifndef NS_EVENT_JSON_READER_H
#define NS_EVENT_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "event/json_scan.h"

enum { NS_JSON_MAX_DEPTH = 512 };

struct ns_json_reader {
    const char *text;
    const char *end;
    const char *at;       /* of the mistake */
    const char *expected; /* there; NULL when the text nests too deep */
    size_t depth;         /* objects and arrays that are open */
    char closers[NS_JSON_MAX_DEPTH]; /* the bracket that closes each */
};

enum ns_json_kind {
    NS_JSON_STRING,  /* the text between the quotes, which is what it says */
    NS_JSON_ESCAPED, /* the same with escapes in it, see ns_json_unescape() */
    NS_JSON_NUMBER,
    NS_JSON_TRUE,
    NS_JSON_FALSE,
    NS_JSON_NULL
};

struct ns_json_scalar {
    enum ns_json_kind kind;
    const char *text;
    size_t length;
};

void ns_json_start(struct ns_json_reader *reader, const char *text, size_t length);

/* A string whose text begins at `p`; *escaped becomes true when it has escapes. */
const char *ns_json_long_string(struct ns_json_reader *reader, const char *p, bool *escaped);

/* A scalar that is no string. */
const char *ns_json_number_or_word(struct ns_json_reader *reader, const char *p,
                                   struct ns_json_scalar *scalar);

/* A value of any kind, the scalars and containers in it included. */
const char *ns_json_skip(struct ns_json_reader *reader, const char *p);

/*
 * Writes what the text of an NS_JSON_ESCAPED string says to `out`, which has room for
 * `length` bytes; the length written. An unpaired surrogate is written as U+FFFD. `readable`
 * is where readable memory ends, at or behind the quote that ends the text.
 */
size_t ns_json_unescape(const char *text, size_t length, const char *readable, char *out);

/* Notes a mistake at `p`; NULL. */
static inline const char *ns_json_fail(struct ns_json_reader *reader, const char *p,
                                       const char *expected)
{
    reader->at = p;
    reader->expected = expected;
    return NULL;
}

/* Notes that neither a comma nor this bracket, which closes a container, is at `p`; NULL. */
static inline const char *ns_json_fail_behind(struct ns_json_reader *reader, const char *p,
                                              char closer)
{
    return ns_json_fail(reader, p, closer == '}' ? "',' or '}' was expected in an object"
                                                 : "',' or ']' was expected in an array");
}

static inline const char *ns_json_blanks(const char *p, const char *end)
{
    while (p < end && (unsigned char)*p <= ' ' &&
           (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

static inline const char *ns_json_string(struct ns_json_reader *reader, const char *p,
                                         bool *escaped)
{
    if (reader->end - p >= NS_JSON_STEP) {
        size_t plain = ns_json_plain(p);
        if (plain < NS_JSON_STEP && p[plain] == '"')
            return p + plain + 1;
    }
    if (reader->end - p >= NS_JSON_BLOCK) {
        struct ns_json_marks marks = ns_json_mark(p);
        bool carry = false;
        uint64_t hidden = ns_json_escaped(marks.backslashes, &carry);
        uint64_t quotes = marks.quotes & ~hidden;
        hidden &= ns_json_up_to_lowest(quotes);
        if (quotes && !(hidden & ~(marks.quotes | marks.backslashes))) {
            *escaped = hidden != 0;
            return p + ns_lowest_bit(quotes) + 1;
        }
    }
    return ns_json_long_string(reader, p, escaped);
}

/* A key that begins at `p` with its quotes, the colon and blanks around it. */
static inline const char *ns_json_key(struct ns_json_reader *reader, const char *p,
                                      struct ns_json_scalar *key)
{
    if (p == reader->end || *p != '"')
        return ns_json_fail(reader, p, "a key in double quotes was expected in an object");
    bool escaped = false;
    const char *text = p + 1;
    p = ns_json_string(reader, text, &escaped);
    if (!p)
        return NULL;
    *key = (struct ns_json_scalar){escaped ? NS_JSON_ESCAPED : NS_JSON_STRING, text,
                                   (size_t)(p - 1 - text)};
    p = ns_json_blanks(p, reader->end);
    if (p == reader->end || *p != ':')
        return ns_json_fail(reader, p, "':' was expected after a key");
    return ns_json_blanks(p + 1, reader->end);
}

static inline char ns_json_closer(const struct ns_json_reader *reader)
{
    return reader->closers[reader->depth - 1];
}

/* The opening bracket at `p` and blanks; the container is then open. */
static inline const char *ns_json_open(struct ns_json_reader *reader, const char *p)
{
    if (reader->depth == NS_JSON_MAX_DEPTH)
        return ns_json_fail(reader, p, NULL);
    reader->closers[reader->depth++] = *p == '{' ? '}' : ']';
    return ns_json_blanks(p + 1, reader->end);
}

/*
 * What follows a value, or the opening of a container: the containers that close here,
 * as long as more than `depth` are open, and a comma.
 */
static inline const char *ns_json_next(struct ns_json_reader *reader, const char *p,
                                       size_t depth)
{
    const char *end = reader->end;
    while (reader->depth > depth) {
        p = ns_json_blanks(p, end);
        char closer = ns_json_closer(reader), byte = p < end ? *p : '\0';
        if (byte == ',')
            return ns_json_blanks(p + 1, end);
        if (byte != closer)
            return ns_json_fail_behind(reader, p, closer);
        reader->depth--;
        p++;
    }
    return p;
}

#endif
