/* SPDX-License-Identifier: Apache-2.0 */
/* Source: the EQL function reference of Elasticsearch. */
#include "eql/function.h"

#include <math.h>
#include <string.h>

#include "text/number.h"
#include "text/search.h"

typedef const struct ns_value *arguments_t;

/* --- Arithmetic. What does not fit 64 bits is null, as Elasticsearch fails on it. --- */

static double as_double(struct ns_value v)
{
    return v.kind == NS_INTEGER ? (double)v.as.integer : v.as.decimal;
}

static bool both_integers(struct ns_value a, struct ns_value b)
{
    return a.kind == NS_INTEGER && b.kind == NS_INTEGER;
}

struct ns_value ns_add(struct ns_value a, struct ns_value b)
{
    if (!both_integers(a, b))
        return ns_decimal(as_double(a) + as_double(b));
    int64_t x = a.as.integer, y = b.as.integer;
    if (y > 0 ? x > INT64_MAX - y : x < INT64_MIN - y)
        return ns_null();
    return ns_integer(x + y);
}

struct ns_value ns_subtract(struct ns_value a, struct ns_value b)
{
    if (!both_integers(a, b))
        return ns_decimal(as_double(a) - as_double(b));
    int64_t x = a.as.integer, y = b.as.integer;
    if (y > 0 ? x < INT64_MIN + y : x > INT64_MAX + y)
        return ns_null();
    return ns_integer(x - y);
}

static bool product_overflows(int64_t x, int64_t y)
{
    if (x == 0 || y == 0)
        return false;
    if (x == -1 || y == -1)
        return x == INT64_MIN || y == INT64_MIN;
    if ((x > 0) == (y > 0))
        return x > 0 ? x > INT64_MAX / y : x < INT64_MAX / y;
    return x > 0 ? y < INT64_MIN / x : x < INT64_MIN / y;
}

struct ns_value ns_multiply(struct ns_value a, struct ns_value b)
{
    if (!both_integers(a, b))
        return ns_decimal(as_double(a) * as_double(b));
    if (product_overflows(a.as.integer, b.as.integer))
        return ns_null();
    return ns_integer(a.as.integer * b.as.integer);
}

struct ns_value ns_divide(struct ns_value a, struct ns_value b)
{
    if (as_double(b) == 0)
        return ns_null();
    if (!both_integers(a, b))
        return ns_decimal(as_double(a) / as_double(b));
    if (a.as.integer == INT64_MIN && b.as.integer == -1)
        return ns_null();
    return ns_integer(a.as.integer / b.as.integer);
}

struct ns_value ns_modulo(struct ns_value a, struct ns_value b)
{
    if (as_double(b) == 0)
        return ns_null();
    if (!both_integers(a, b))
        return ns_decimal(fmod(as_double(a), as_double(b)));
    if (b.as.integer == -1) /* INT64_MIN % -1 overflows */
        return ns_integer(0);
    return ns_integer(a.as.integer % b.as.integer);
}

#define ARITHMETIC(name)                                                                         \
    static struct ns_value call_##name(struct ns_context *c, arguments_t a, size_t n,            \
                                       enum ns_fold fold)                                        \
    {                                                                                            \
        (void)c, (void)n, (void)fold;                                                            \
        return ns_##name(a[0], a[1]);                                                            \
    }
ARITHMETIC(add)
ARITHMETIC(subtract)
ARITHMETIC(multiply)
ARITHMETIC(divide)
ARITHMETIC(modulo)

/* --- Strings ---------------------------------------------------------------------- */

static struct ns_value out_of_memory(struct ns_context *c)
{
    c->no_memory = true;
    return ns_null();
}

static struct ns_value slice(struct ns_context *c, const struct ns_text *text, size_t start,
                             size_t end)
{
    struct ns_text part;
    if (!ns_text_slice(text, start, end, c->strings, &part))
        return out_of_memory(c);
    return ns_text_value(part);
}

/* The part of a text between two places that ns_text_find() gave. */
static struct ns_text between_places(const struct ns_text *text, size_t start, size_t end)
{
    size_t unit_size = text->encoding == NS_UTF8 ? 1 : sizeof(uint16_t);
    return (struct ns_text){(const char *)text->data + start * unit_size, end - start,
                            text->encoding, false};
}

static struct ns_value call_between(struct ns_context *c, arguments_t a, size_t n,
                                    enum ns_fold fold)
{
    const struct ns_text *text = &a[0].as.text;
    bool greedy = n == 4 && a[3].as.boolean;
    if (a[1].as.text.length == 0 || a[2].as.text.length == 0) /* no bounds: all of it */
        return a[0];
    struct ns_found left = {0}, right = {0};
    enum ns_search found =
        ns_text_find(text, &a[1].as.text, fold, 0, 0, false, c->strings, &left);
    if (found == NS_FOUND)
        found = ns_text_find(text, &a[2].as.text, fold, left.end, 0, greedy, c->strings, &right);
    if (found == NS_SEARCH_NO_MEMORY)
        return out_of_memory(c);
    if (found == NS_NOT_FOUND)
        return ns_text_value(ns_text_utf8("", 0));
    return ns_text_value(between_places(text, left.end, right.start));
}

static struct ns_value call_index_of(struct ns_context *c, arguments_t a, size_t n,
                                     enum ns_fold fold)
{
    const struct ns_text *text = &a[0].as.text;
    size_t unit = 0;
    if (n == 3) {
        double start = trunc(as_double(a[2]));
        if (start > (double)ns_text_units(text))
            return ns_null();
        unit = start > 0 ? (size_t)start : 0;
    }
    if (a[1].as.text.length == 0)
        return ns_integer((int64_t)unit);
    struct ns_found found;
    size_t from = ns_text_index_of_unit(text, &unit);
    enum ns_search result =
        ns_text_find(text, &a[1].as.text, fold, from, unit, false, c->strings, &found);
    if (result == NS_SEARCH_NO_MEMORY)
        return out_of_memory(c);
    return result == NS_FOUND ? ns_integer((int64_t)found.unit) : ns_null();
}

static struct ns_value call_length(struct ns_context *c, arguments_t a, size_t n,
                                   enum ns_fold fold)
{
    (void)c, (void)n, (void)fold;
    return ns_integer((int64_t)ns_text_units(&a[0].as.text));
}

/* An index as in a Python slice: negative from the end, cut to the text. Of a number that is
 * not whole, the whole part. */
static size_t slice_index(struct ns_value index, size_t length)
{
    double i = trunc(as_double(index));
    if (i < 0)
        i += (double)length;
    if (!(i > 0))
        return 0;
    return i < (double)length ? (size_t)i : length;
}

static struct ns_value call_substring(struct ns_context *c, arguments_t a, size_t n,
                                      enum ns_fold fold)
{
    (void)fold;
    if (a[0].kind == NS_NULL || a[1].kind == NS_NULL) /* without a start: all of it */
        return a[0];
    const struct ns_text *text = &a[0].as.text;
    size_t length = ns_text_units(text);
    size_t start = slice_index(a[1], length);
    size_t end = n == 3 && a[2].kind != NS_NULL ? slice_index(a[2], length) : length;
    return slice(c, text, start, start < end ? end : start);
}

static struct ns_value call_starts_with(struct ns_context *c, arguments_t a, size_t n,
                                        enum ns_fold fold)
{
    (void)c, (void)n;
    return ns_bool(ns_text_starts_with(&a[0].as.text, &a[1].as.text, fold));
}

static struct ns_value call_ends_with(struct ns_context *c, arguments_t a, size_t n,
                                      enum ns_fold fold)
{
    (void)c, (void)n;
    return ns_bool(ns_text_ends_with(&a[0].as.text, &a[1].as.text, fold));
}

/* An empty string neither contains nor is contained, by the function reference. */
static struct ns_value call_contains(struct ns_context *c, arguments_t a, size_t n,
                                     enum ns_fold fold)
{
    (void)n;
    struct ns_found found;
    if (a[0].as.text.length == 0 || a[1].as.text.length == 0)
        return ns_bool(false);
    enum ns_search result =
        ns_text_find(&a[0].as.text, &a[1].as.text, fold, 0, 0, false, c->strings, &found);
    return result == NS_SEARCH_NO_MEMORY ? out_of_memory(c) : ns_bool(result == NS_FOUND);
}

/* --- Conversions -------------------------------------------------------------------- */

/* The text of a value that is not null, made in `memory` when it has none yet. */
static struct ns_text text_of(struct ns_value v, char memory[NS_NUMBER_TEXT])
{
    switch (v.kind) {
    case NS_TEXT:
        return v.as.text;
    case NS_BOOL:
        return v.as.boolean ? ns_text_utf8("true", 4) : ns_text_utf8("false", 5);
    case NS_INTEGER:
        return ns_text_utf8(memory, ns_format_integer(v.as.integer, memory));
    case NS_DECIMAL:
    default:
        return ns_text_utf8(memory, ns_format_decimal(v.as.decimal, memory));
    }
}

static struct ns_value call_string(struct ns_context *c, arguments_t a, size_t n,
                                   enum ns_fold fold)
{
    (void)n, (void)fold;
    if (a[0].kind == NS_TEXT)
        return a[0];
    char *memory = ns_arena_alloc(c->strings, 1, NS_NUMBER_TEXT);
    return memory ? ns_text_value(text_of(a[0], memory)) : out_of_memory(c);
}

/* Appends `text` to UTF-16 units, or to bytes when all texts are UTF-8. */
static size_t append(void *out, bool as_utf16, size_t at, const struct ns_text *text)
{
    size_t unit_size = as_utf16 ? sizeof(uint16_t) : 1;
    if (!as_utf16 || text->encoding == NS_UTF16) {
        if (text->length)
            memcpy((char *)out + at * unit_size, text->data, text->length * unit_size);
        return at + text->length;
    }
    uint16_t *units = out;
    for (size_t i = 0; i < text->length;) {
        uint32_t ch = ns_text_next(text, &i);
        if (ch >= 0x10000 && ch < NS_BAD_BYTE) {
            units[at++] = (uint16_t)(0xD800 + ((ch - 0x10000) >> 10));
            units[at++] = (uint16_t)(0xDC00 + ((ch - 0x10000) & 0x3FF));
        } else { /* a bad byte as ns_text_slice() shows it */
            units[at++] = (uint16_t)(ch < NS_BAD_BYTE ? ch : 0xDC00 + (ch - NS_BAD_BYTE));
        }
    }
    return at;
}

static struct ns_value call_concat(struct ns_context *c, arguments_t a, size_t n,
                                   enum ns_fold fold)
{
    (void)fold;
    char memory[NS_NUMBER_TEXT];
    bool as_utf16 = false;
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        struct ns_text text = text_of(a[i], memory);
        as_utf16 |= text.encoding == NS_UTF16;
        size_t units = ns_text_units(&text);
        size_t room = units > text.length ? units : text.length;
        if (room > SIZE_MAX - total)
            return out_of_memory(c);
        total += room;
    }
    void *out = ns_arena_alloc(c->strings, total, as_utf16 ? sizeof(uint16_t) : 1);
    if (!out)
        return out_of_memory(c);
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        struct ns_text text = text_of(a[i], memory);
        length = append(out, as_utf16, length, &text);
    }
    return ns_text_value((struct ns_text){out, length, as_utf16 ? NS_UTF16 : NS_UTF8, false});
}

enum { LONGEST_NUMBER = 1024 };

/* The text without blanks around it, as ASCII; 0 when it cannot be a number. */
static size_t number_text(const struct ns_text *text, char out[LONGEST_NUMBER])
{
    size_t length = 0;
    bool blank_since = false;
    for (size_t at = 0; at < text->length;) {
        uint32_t ch = ns_text_next(text, &at);
        bool is_blank = ch == ' ' || (ch >= '\t' && ch <= '\r');
        if (is_blank) {
            blank_since = length > 0;
            continue;
        }
        if (ch >= 0x80 || blank_since || length == LONGEST_NUMBER)
            return 0;
        out[length++] = (char)ch;
    }
    return length;
}

static struct ns_value negate_if(bool negative, struct ns_value v)
{
    return negative ? ns_subtract(ns_integer(0), v) : v;
}

/* Text that is no number gives null, where Elasticsearch fails the query. */
static struct ns_value call_number(struct ns_context *c, arguments_t a, size_t n,
                                   enum ns_fold fold)
{
    (void)c, (void)fold;
    if (a[0].kind == NS_NULL)
        return ns_null();
    char text[LONGEST_NUMBER];
    size_t length = number_text(&a[0].as.text, text);
    bool has_prefix = length > 2 && text[0] == '0' && text[1] == 'x';
    double base = has_prefix ? 16 : 10;
    if (n == 2 && a[1].kind != NS_NULL)
        base = as_double(a[1]);
    if (!(base >= 2 && base <= 36) || base != floor(base))
        return ns_null();
    size_t at = has_prefix && base == 16 ? 2 : 0; /* a sign stands behind it, if at all */
    bool negative = length > at && text[at] == '-';
    if (length > at && (text[at] == '-' || text[at] == '+'))
        at++;
    int64_t integer;
    double decimal;
    if (ns_parse_integer(text + at, length - at, (int)base, &integer))
        return negate_if(negative, ns_integer(integer));
    if (base == 10 && ns_parse_decimal(text + at, length - at, &decimal))
        return ns_decimal(negative ? -decimal : decimal);
    return ns_null();
}

/* --- The table ------------------------------------------------------------------------ */

#define S NS_TYPE_STRING
#define N NS_TYPE_NUMBER
#define B NS_TYPE_BOOL
#define ANY NS_TYPE_ANY

static const struct ns_function FUNCTIONS[] = {
    {"add", NS_FORM_CALL, 2, 2, false, false, N, {N, N}, call_add},
    {"between", NS_FORM_CALL, 3, 4, true, false, S, {S, S, S, B}, call_between},
    {"cidrMatch", NS_FORM_CIDR_MATCH, 2, NS_ANY_NUMBER, false, false, B, {S, S}, NULL},
    {"concat", NS_FORM_CALL, 1, NS_ANY_NUMBER, false, false, S, {ANY, ANY}, call_concat},
    {"divide", NS_FORM_CALL, 2, 2, false, false, N, {N, N}, call_divide},
    {"endsWith", NS_FORM_ENDS_WITH, 2, 2, true, false, B, {S, S}, call_ends_with},
    {"indexOf", NS_FORM_CALL, 2, 3, true, false, N, {S, S, N}, call_index_of},
    {"length", NS_FORM_CALL, 1, 1, false, false, N, {S}, call_length},
    {"modulo", NS_FORM_CALL, 2, 2, false, false, N, {N, N}, call_modulo},
    {"multiply", NS_FORM_CALL, 2, 2, false, false, N, {N, N}, call_multiply},
    {"number", NS_FORM_CALL, 1, 2, false, true, N, {S, N}, call_number},
    {"startsWith", NS_FORM_STARTS_WITH, 2, 2, true, false, B, {S, S}, call_starts_with},
    {"string", NS_FORM_CALL, 1, 1, false, false, S, {ANY}, call_string},
    {"stringContains", NS_FORM_CONTAINS, 2, 2, true, false, B, {S, S}, call_contains},
    {"substring", NS_FORM_CALL, 2, 3, false, true, S, {S, N, N}, call_substring},
    {"subtract", NS_FORM_CALL, 2, 2, false, false, N, {N, N}, call_subtract},
    {"wildcard", NS_FORM_WILDCARD, 2, NS_ANY_NUMBER, true, false, B, {S, S}, NULL},
};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof *FUNCTIONS };

const struct ns_function *ns_function_find(struct ns_string name)
{
    for (size_t i = 0; i < FUNCTION_COUNT; i++) {
        size_t length = strlen(FUNCTIONS[i].name), same = 0;
        if (length != name.length)
            continue;
        while (same < length && ns_fold_ascii((unsigned char)name.data[same]) ==
                                    ns_fold_ascii((unsigned char)FUNCTIONS[i].name[same]))
            same++;
        if (same == length)
            return &FUNCTIONS[i];
    }
    return NULL;
}

const char *ns_function_name(size_t index)
{
    return index < FUNCTION_COUNT ? FUNCTIONS[index].name : NULL;
}
