/* SPDX-License-Identifier: Apache-2.0 */
#include "event/json_reader.h"

void ns_json_start(struct ns_json_reader *reader, const char *text, size_t length)
{
    reader->text = length ? text : ""; /* which may be NULL then */
    reader->end = reader->text + length;
    reader->at = reader->text;
    reader->expected = NULL;
    reader->depth = 0;
}

/* --- Strings ------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit, 16 for other characters. */
static unsigned hex_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

/* What a backslash and this character stand for; 0 for those that stand for nothing. */
static const char ESCAPES[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

static const char NO_ESCAPE[] = "an escape was expected behind a backslash";

/* Is there an escape behind the backslash before `p`? */
static bool check_escape(struct ns_json_reader *reader, const char *p)
{
    const char *end = reader->end;
    if (p < end && ESCAPES[(unsigned char)*p])
        return true;
    if (p == end || *p != 'u')
        return ns_json_fail(reader, p, NO_ESCAPE) != NULL;
    for (int i = 0; i < 4; i++)
        if (++p == end || hex_value(*p) > 15)
            return ns_json_fail(reader, p, "4 hexadecimal digits were expected behind \\u")
                   != NULL;
    return true;
}

const char *ns_json_long_string(struct ns_json_reader *reader, const char *p, bool *escaped)
{
    const char *end = reader->end;
    bool carry = false;
    for (;; p += NS_JSON_BLOCK) {
        struct ns_json_marks marks = ns_json_mark_up_to(reader->text, p, end);
        uint64_t hidden = ns_json_escaped(marks.backslashes, &carry);
        uint64_t quotes = marks.quotes & ~hidden;
        uint64_t inside = hidden & ns_json_up_to_lowest(quotes);
        if (inside || (carry && !quotes))
            *escaped = true;
        /* Escaped quotes and backslashes are right, all else is looked at. */
        for (uint64_t bits = inside & ~(marks.quotes | marks.backslashes); bits;
             bits &= bits - 1) {
            if (!check_escape(reader, p + ns_lowest_bit(bits)))
                return NULL;
        }
        if (quotes)
            return p + ns_lowest_bit(quotes) + 1;
        if (end - p <= NS_JSON_BLOCK)
            break;
    }
    if (carry)
        return ns_json_fail(reader, end, NO_ESCAPE);
    return ns_json_fail(reader, end, "'\"' was expected at the end of a string");
}

static unsigned hex_unit(const char *digits)
{
    return hex_value(digits[0]) << 12 | hex_value(digits[1]) << 8 | hex_value(digits[2]) << 4
           | hex_value(digits[3]);
}

static size_t put_character(char *out, unsigned c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The character whose four digits are at *p, with the second half of a pair if there
 * is one; moves *p behind it. */
static unsigned unicode_escape(const char **p, const char *end)
{
    unsigned c = hex_unit(*p);
    *p += 4;
    if ((c & 0xF800) != 0xD800)
        return c;
    if (c < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        unsigned low = hex_unit(*p + 2);
        if ((low & 0xFC00) == 0xDC00) {
            *p += 6;
            return 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
        }
    }
    return 0xFFFD;
}

/* Less than 16 bytes, and none behind them: other texts may stand there. */
static inline void copy_few(char *out, const char *p, size_t count)
{
    if (count >= 8) { /* two eights, which may overlap */
        memcpy(out, p, 8);
        memcpy(out + count - 8, p + count - 8, 8);
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = p[i];
}

/* Copies what comes before the first backslash; the place behind it in the text, at the end of
 * which is a quote. */
static const char *copy_plain(const char *p, const char *end, const char *readable, char **out)
{
    while (readable - p >= NS_JSON_STEP) {
        size_t plain = ns_json_plain(p);
        if (end - p >= NS_JSON_STEP)
            memcpy(*out, p, NS_JSON_STEP);
        else
            copy_few(*out, p, plain);
        *out += plain;
        p += plain;
        if (plain < NS_JSON_STEP)
            return p;
    }
    while (p < end && *p != '\\')
        *(*out)++ = *p++;
    return p;
}

size_t ns_json_unescape(const char *text, size_t length, const char *readable, char *out)
{
    const char *end = text + length, *p = text;
    char *start = out;
    while ((p = copy_plain(p, end, readable, &out)) < end) {
        char c = p[1];
        p += 2;
        if (c == 'u')
            out += put_character(out, unicode_escape(&p, end));
        else
            *out++ = ESCAPES[(unsigned char)c];
    }
    return (size_t)(out - start);
}

/* --- Other values ------------------------------------------------------------- */

struct word {
    const char *text;
    enum ns_json_kind kind;
    const char *expected;
};

static const char *read_word(struct ns_json_reader *reader, const char *p,
                             const struct word *word)
{
    for (const char *c = word->text; *c; c++, p++)
        if (p == reader->end || *p != *c)
            return ns_json_fail(reader, p, word->expected);
    return p;
}

/* 0x80 where the byte of the word is no digit. */
static uint64_t no_digits(uint64_t word)
{
    uint64_t value = word ^ NS_EACH('0');
    return (((value & NS_EACH(0x7F)) + NS_EACH(0x80 - 10)) | value) & NS_HIGH_BITS;
}

static const char *behind_digits(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t others = no_digits(ns_load_bytes(p));
        if (others)
            return p + ns_lowest_bit(others) / 8;
    }
    while (p < end && is_digit(*p))
        p++;
    return p;
}

static const char *read_digits(struct ns_json_reader *reader, const char *p)
{
    const char *start = p;
    p = behind_digits(p, reader->end);
    return p > start ? p : ns_json_fail(reader, p, "a digit was expected in a number");
}

static const char *read_number(struct ns_json_reader *reader, const char *p)
{
    static const struct word infinity = {"Infinity", NS_JSON_NUMBER,
                                         "'-Infinity' was expected"};
    const char *end = reader->end;
    if (*p == '-' && ++p < end && *p == 'I')
        return read_word(reader, p, &infinity);
    const char *digits = p;
    p = read_digits(reader, p);
    if (p && *digits == '0' && p - digits > 1)
        return ns_json_fail(reader, digits + 1, "no digit was expected behind a leading 0");
    if (p && p < end && *p == '.')
        p = read_digits(reader, p + 1);
    if (p && p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p = read_digits(reader, p + (p < end && (*p == '+' || *p == '-')));
    }
    return p;
}

const char *ns_json_number_or_word(struct ns_json_reader *reader, const char *p,
                                   struct ns_json_scalar *scalar)
{
    static const struct word words[] = {
        {"true", NS_JSON_TRUE, "'true' was expected"},
        {"false", NS_JSON_FALSE, "'false' was expected"},
        {"null", NS_JSON_NULL, "'null' was expected"},
        {"NaN", NS_JSON_NUMBER, "'NaN' was expected"},
        {"Infinity", NS_JSON_NUMBER, "'Infinity' was expected"},
    };
    scalar->text = p;
    scalar->kind = NS_JSON_NUMBER;
    const char *behind = NULL;
    if (p < reader->end && (*p == '-' || is_digit(*p))) {
        behind = read_number(reader, p);
    } else {
        size_t i = 0, count = sizeof words / sizeof *words;
        while (i < count && (p == reader->end || *p != words[i].text[0]))
            i++;
        if (i == count)
            return ns_json_fail(reader, p, "a value was expected");
        scalar->kind = words[i].kind;
        behind = read_word(reader, p, &words[i]);
    }
    if (behind)
        scalar->length = (size_t)(behind - p);
    return behind;
}

const char *ns_json_skip(struct ns_json_reader *reader, const char *p)
{
    size_t depth = reader->depth;
    struct ns_json_scalar unused;
    bool escaped;
    do {
        if (reader->depth > depth && ns_json_closer(reader) == '}')
            p = ns_json_key(reader, p, &unused);
        if (!p)
            return NULL;
        char c = p < reader->end ? *p : '\0';
        if (c == '"') {
            p = ns_json_string(reader, p + 1, &escaped);
        } else if (c == '{' || c == '[') {
            p = ns_json_open(reader, p);
            if (p && (p == reader->end || *p != ns_json_closer(reader)))
                continue;
        } else {
            p = ns_json_number_or_word(reader, p, &unused);
        }
        if (p)
            p = ns_json_next(reader, p, depth);
    } while (p && reader->depth > depth);
    return p;
}
