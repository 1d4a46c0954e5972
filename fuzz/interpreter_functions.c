/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of EQL by their definition. */
#include <arpa/inet.h>
#include <math.h>
#include <strings.h>

#include "interpreter.h"

#define NOTHING ((struct naive_value){.kind = NAIVE_NULL})

enum { MOST_DIGITS = 18, NUMBER_ROOM = 64 };

static struct naive_value integer(int64_t i)
{
    return (struct naive_value){.kind = NAIVE_INTEGER, .integer = i};
}

static struct naive_value decimal(double d)
{
    return (struct naive_value){.kind = NAIVE_DOUBLE, .decimal = d};
}

static struct naive_value part(struct naive_string s, size_t start, size_t end)
{
    return (struct naive_value){.kind = NAIVE_STRING, .string = {s.units + start, end - start}};
}

static bool is_number(struct naive_value v)
{
    return v.kind == NAIVE_INTEGER || v.kind == NAIVE_DOUBLE;
}

static double amount(struct naive_value v)
{
    return v.kind == NAIVE_INTEGER ? (double)v.integer : v.decimal;
}

/* --- arithmetic: what does not fit 64 bits is null ------------------------------------- */

__extension__ typedef __int128 wide_t;

static struct naive_value fitting(wide_t wide)
{
    return wide < INT64_MIN || wide > INT64_MAX ? NOTHING : integer((int64_t)wide);
}

struct naive_value naive_arithmetic(enum ns_node_kind operator_kind, struct naive_value a,
                                    struct naive_value b)
{
    if (operator_kind == NS_NODE_NEGATE)
        return a.kind == NAIVE_INTEGER ? fitting(-(wide_t)a.integer)
               : a.kind == NAIVE_DOUBLE ? decimal(-a.decimal)
                                        : NOTHING;
    if (!is_number(a) || !is_number(b))
        return NOTHING;
    bool is_whole = a.kind == NAIVE_INTEGER && b.kind == NAIVE_INTEGER;
    wide_t x = a.integer, y = b.integer;
    bool divides = operator_kind == NS_NODE_DIVIDE || operator_kind == NS_NODE_MODULO;
    if (divides && amount(b) == 0)
        return NOTHING;
    switch (operator_kind) {
    case NS_NODE_ADD:
        return is_whole ? fitting(x + y) : decimal(amount(a) + amount(b));
    case NS_NODE_SUBTRACT:
        return is_whole ? fitting(x - y) : decimal(amount(a) - amount(b));
    case NS_NODE_MULTIPLY:
        return is_whole ? fitting(x * y) : decimal(amount(a) * amount(b));
    case NS_NODE_DIVIDE:
        return is_whole ? fitting(x / y) : decimal(amount(a) / amount(b));
    default:
        return is_whole ? fitting(x % y) : decimal(fmod(amount(a), amount(b)));
    }
}

/* --- finding ---------------------------------------------------------------------------- */

/* The place of the first `wanted` from unit `from` on, SIZE_MAX when there is none; where it
 * ends in *end. */
static size_t find(struct naive *naive, struct naive_string text, struct naive_string wanted,
                   size_t from, bool last, enum naive_fold fold, size_t *end)
{
    uint32_t *t, *w;
    size_t *places, *w_places, found = SIZE_MAX;
    size_t t_count = naive_characters(naive, text, &t, &places);
    size_t w_count = naive_characters(naive, wanted, &w, &w_places);
    for (size_t at = 0; at + w_count <= t_count; at++) {
        size_t same = 0;
        while (same < w_count && naive_fold(fold, t[at + same]) == naive_fold(fold, w[same]))
            same++;
        if (same < w_count || places[at] < from)
            continue;
        found = places[at];
        *end = places[at + w_count];
        if (!last)
            break;
    }
    return found;
}

static struct naive_value between(struct naive *naive, const struct naive_value *a, size_t count,
                                  enum naive_fold fold)
{
    bool is_greedy = count > 3 && a[3].boolean;
    size_t start = 0, end = 0;
    struct naive_value empty = part(a[0].string, 0, 0);
    if (a[1].string.length == 0 || a[2].string.length == 0)
        return a[0];
    if (find(naive, a[0].string, a[1].string, 0, false, fold, &start) == SIZE_MAX)
        return empty;
    size_t right = find(naive, a[0].string, a[2].string, start, is_greedy, fold, &end);
    return right == SIZE_MAX ? empty : part(a[0].string, start, right);
}

static struct naive_value index_of(struct naive *naive, const struct naive_value *a,
                                   size_t count, enum naive_fold fold)
{
    int64_t from = count > 2 ? a[2].integer : 0;
    if (count > 2 && a[2].kind != NAIVE_INTEGER) {
        naive->is_uncertain = true;
        return NOTHING;
    }
    if (from < 0)
        from = 0;
    if (from > (int64_t)a[0].string.length)
        return NOTHING;
    size_t end, found = find(naive, a[0].string, a[1].string, (size_t)from, false, fold, &end);
    if (a[1].string.length == 0)
        return integer(from);
    return found == SIZE_MAX ? NOTHING : integer((int64_t)found);
}

static bool touches(struct naive *naive, struct naive_string text, struct naive_string wanted,
                    bool at_end, enum naive_fold fold)
{
    uint32_t *t, *w;
    size_t *places;
    size_t t_count = naive_characters(naive, text, &t, &places);
    size_t w_count = naive_characters(naive, wanted, &w, &places);
    size_t shift = at_end ? t_count - w_count : 0;
    for (size_t i = 0; t_count >= w_count && i < w_count; i++) {
        if (naive_fold(fold, t[shift + i]) != naive_fold(fold, w[i]))
            return false;
    }
    return t_count >= w_count;
}

static bool contains(struct naive *naive, struct naive_string text, struct naive_string wanted,
                     enum naive_fold fold)
{
    size_t end;
    return wanted.length > 0 && find(naive, text, wanted, 0, false, fold, &end) != SIZE_MAX;
}

/* --- parts and lengths -------------------------------------------------------------------- */

/* Counted from the end when negative, and cut to the text. */
static size_t position(int64_t given, size_t length)
{
    int64_t end = (int64_t)length;
    int64_t at = given < 0 ? (given < -end ? 0 : end + given) : given;
    return (size_t)(at > end ? end : at);
}

static struct naive_value substring(struct naive *naive, const struct naive_value *a,
                                    size_t count)
{
    bool has_end = count > 2 && a[2].kind != NAIVE_NULL;
    if (a[1].kind == NAIVE_NULL) /* as Elasticsearch has it: no start, no cut */
        return a[0];
    if (a[1].kind != NAIVE_INTEGER || (has_end && a[2].kind != NAIVE_INTEGER)) {
        naive->is_uncertain = true;
        return NOTHING;
    }
    size_t length = a[0].string.length;
    size_t start = position(a[1].integer, length);
    size_t end = has_end ? position(a[2].integer, length) : length;
    return part(a[0].string, start, end < start ? start : end);
}

/* --- numbers and text ---------------------------------------------------------------------- */

static struct naive_value from_ascii(struct naive *naive, const char *text)
{
    size_t length = strlen(text);
    uint32_t *units = naive_allocate(naive, length * sizeof *units);
    for (size_t i = 0; i < length; i++)
        units[i] = (unsigned char)text[i];
    return (struct naive_value){.kind = NAIVE_STRING, .string = {units, length}};
}

/* The shortest decimal of two digits or more that reads back as the number, as Java writes
 * it: plain from a thousandth to ten million, else with an exponent; one digit after the
 * point at least. */
static void print_decimal(double d, char out[NUMBER_ROOM])
{
    char shortest[32], digits[32];
    int precision = 1, exponent, count = 0;
    if (isnan(d) || isinf(d)) {
        strcpy(out, isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
        return;
    }
    do
        snprintf(shortest, sizeof shortest, "%.*e", precision, fabs(d));
    while (strtod(shortest, NULL) != fabs(d) && precision++ < 17);
    exponent = atoi(strchr(shortest, 'e') + 1);
    for (const char *at = shortest; *at != 'e'; at++) {
        if (*at != '.')
            digits[count++] = *at;
    }
    if (count == 2 && digits[1] == '0')
        count = 1;
    digits[count] = 0;
    const char *sign = signbit(d) ? "-" : "";
    if (d == 0) {
        snprintf(out, NUMBER_ROOM, "%s0.0", sign);
    } else if (exponent < -3 || exponent >= 7) {
        snprintf(out, NUMBER_ROOM, "%s%c.%sE%d", sign, digits[0], count > 1 ? digits + 1 : "0",
                 exponent);
    } else if (exponent < 0) {
        snprintf(out, NUMBER_ROOM, "%s0.%.*s%s", sign, -exponent - 1, "000", digits);
    } else if (count <= exponent + 1) {
        snprintf(out, NUMBER_ROOM, "%s%s%.*s.0", sign, digits, exponent + 1 - count, "0000000");
    } else {
        snprintf(out, NUMBER_ROOM, "%s%.*s.%s", sign, exponent + 1, digits,
                 digits + exponent + 1);
    }
}

static struct naive_value string_of(struct naive *naive, struct naive_value v)
{
    char text[NUMBER_ROOM];
    if (v.kind == NAIVE_STRING)
        return v;
    if (v.kind == NAIVE_BOOL)
        return from_ascii(naive, v.boolean ? "true" : "false");
    if (v.kind == NAIVE_INTEGER)
        snprintf(text, sizeof text, "%lld", (long long)v.integer);
    else
        print_decimal(v.decimal, text);
    return from_ascii(naive, text);
}

/* Joining may make a character of what were parts of two, depending on the encoding. */
static struct naive_value concat(struct naive *naive, const struct naive_value *a, size_t count)
{
    size_t length = 0;
    struct naive_string parts[32];
    for (size_t i = 0; i < count; i++) {
        parts[i] = string_of(naive, a[i]).string;
        length += parts[i].length;
    }
    uint32_t *units = naive_allocate(naive, length * sizeof *units);
    length = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < parts[i].length; j++) {
            uint32_t unit = parts[i].units[j];
            bool at_edge = j == 0 || j + 1 == parts[i].length;
            if (unit >= NAIVE_BAD_BYTE || (at_edge && unit >= 0xD800 && unit <= 0xDFFF))
                naive->is_uncertain = true;
            units[length++] = unit;
        }
    }
    return (struct naive_value){.kind = NAIVE_STRING, .string = {units, length}};
}

/* Integers and plain decimals; what is at the edge of either is left alone. */
static struct naive_value number(struct naive *naive, const struct naive_value *a, size_t count)
{
    char text[NUMBER_ROOM], *end;
    struct naive_string s = a[0].string;
    size_t start = 0, length = 0;
    if (count > 1 && a[1].kind != NAIVE_NULL) {
        naive->is_uncertain = true;
        return NOTHING;
    }
    while (start < s.length && s.units[start] == ' ')
        start++;
    while (s.length > start && s.units[s.length - 1] == ' ')
        s.length--;
    for (; start < s.length && length + 1 < sizeof text; start++)
        text[length++] = (char)(s.units[start] < 0x80 ? s.units[start] : '!');
    text[length] = 0;
    if (length == 0)
        return NOTHING;
    if (length > MOST_DIGITS || strchr(text, '\t') || strlen(text) != length) {
        naive->is_uncertain = true;
        return NOTHING;
    }
    if (strncmp(text, "0x", 2) == 0) {
        size_t digits = text[2] == '-' || text[2] == '+' ? 3 : 2;
        if (length <= digits || strspn(text + digits, "0123456789abcdefABCDEF") != length - digits)
            return NOTHING;
        naive->is_uncertain |= length > 17;
        return integer(strtoll(text + 2, NULL, 16));
    }
    bool is_signed = *text == '-' || *text == '+';
    if (strspn(text + is_signed, "0123456789") == length - is_signed)
        return is_signed && length == 1 ? NOTHING : integer(strtoll(text, NULL, 10));
    if (strspn(text + is_signed, "0123456789.eE+-") != length - is_signed)
        return NOTHING;
    double d = strtod(text, &end);
    if (*end || strchr(text, '.') == NULL)
        naive->is_uncertain |= strchr(text, '.') == NULL || *end == 'e' || *end == 'E';
    return *end ? NOTHING : decimal(d);
}

/* --- addresses ------------------------------------------------------------------------------ */

static bool parse_address(const char *text, unsigned char bytes[16], unsigned *width)
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    memcpy(bytes, mapped, sizeof mapped);
    *width = 32;
    if (inet_pton(AF_INET, text, bytes + 12) == 1)
        return true;
    *width = 128;
    return inet_pton(AF_INET6, text, bytes) == 1;
}

static bool text_of(struct naive_string s, char *out, size_t room)
{
    for (size_t i = 0; i < s.length && i + 1 < room; i++) {
        if (s.units[i] == 0 || s.units[i] >= 0x80)
            return false;
        out[i] = (char)s.units[i];
    }
    out[s.length < room ? s.length : 0] = 0;
    return s.length < room;
}

static bool is_in_block(struct naive_string block, const unsigned char address[16])
{
    char text[NUMBER_ROOM];
    unsigned char bytes[16];
    unsigned width;
    if (!text_of(block, text, sizeof text))
        return false;
    char *slash = strchr(text, '/');
    if (slash)
        *slash = 0;
    if (!parse_address(text, bytes, &width))
        return false;
    unsigned prefix = 128 - width + (slash ? (unsigned)atoi(slash + 1) : width);
    for (unsigned bit = 0; bit < prefix; bit++) {
        if ((bytes[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1)
            return false;
    }
    return true;
}

static struct naive_value cidr_match(const struct naive_value *a, size_t count)
{
    char text[NUMBER_ROOM];
    unsigned char address[16];
    unsigned width;
    bool found = false;
    if (!text_of(a[0].string, text, sizeof text) || !parse_address(text, address, &width))
        return naive_bool(false);
    for (size_t i = 1; !found && i < count; i++)
        found = is_in_block(a[i].string, address);
    return naive_bool(found);
}

/* --- by name -------------------------------------------------------------------------------- */

enum name {
    ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, BETWEEN, CIDR_MATCH, CONCAT, ENDS_WITH, INDEX_OF,
    LENGTH, NUMBER, STARTS_WITH, STRING, STRING_CONTAINS, SUBSTRING
};

/* Arguments: s a string, n a number, b a boolean, v anything; the last one repeats. A capital
 * may be null. */
static const struct {
    const char *name;
    const char *arguments;
} signatures[] = {
    [ADD] = {"add", "nn"},           [SUBTRACT] = {"subtract", "nn"},
    [MULTIPLY] = {"multiply", "nn"}, [DIVIDE] = {"divide", "nn"},
    [MODULO] = {"modulo", "nn"},     [BETWEEN] = {"between", "sssb"},
    [CIDR_MATCH] = {"cidrMatch", "ss"}, [CONCAT] = {"concat", "v"},
    [ENDS_WITH] = {"endsWith", "ss"},   [INDEX_OF] = {"indexOf", "ssn"},
    [LENGTH] = {"length", "s"},         [NUMBER] = {"number", "sN"},
    [STARTS_WITH] = {"startsWith", "ss"}, [STRING] = {"string", "v"},
    [STRING_CONTAINS] = {"stringContains", "ss"}, [SUBSTRING] = {"substring", "sNN"},
};

static bool fits(struct naive_value v, char wanted)
{
    switch (wanted) {
    case 's':
        return v.kind == NAIVE_STRING;
    case 'n':
        return is_number(v);
    case 'N':
        return is_number(v) || v.kind == NAIVE_NULL;
    case 'b':
        return v.kind == NAIVE_BOOL;
    default:
        return v.kind != NAIVE_NULL;
    }
}

static size_t find_name(struct ns_string name)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        if (strlen(signatures[i].name) == name.length &&
            strncasecmp(signatures[i].name, name.data, name.length) == 0)
            return i;
    }
    FUZZ_CHECK(false, "unknown function %.*s", (int)name.length, name.data);
    return 0;
}

struct naive_value naive_call(struct naive *naive, const struct ns_node *call,
                              const struct naive_value *a)
{
    size_t count = call->child_count, name = find_name(call->text);
    enum naive_fold fold = call->tilde ? naive->fold : NAIVE_EXACT;
    const char *wanted = signatures[name].arguments;
    for (size_t i = 0; i < count; i++) {
        if (!fits(a[i], *wanted))
            return NOTHING;
        wanted += wanted[1] != 0;
    }
    switch (name) {
    case ADD:
        return naive_arithmetic(NS_NODE_ADD, a[0], a[1]);
    case SUBTRACT:
        return naive_arithmetic(NS_NODE_SUBTRACT, a[0], a[1]);
    case MULTIPLY:
        return naive_arithmetic(NS_NODE_MULTIPLY, a[0], a[1]);
    case DIVIDE:
        return naive_arithmetic(NS_NODE_DIVIDE, a[0], a[1]);
    case MODULO:
        return naive_arithmetic(NS_NODE_MODULO, a[0], a[1]);
    case BETWEEN:
        return between(naive, a, count, fold);
    case CIDR_MATCH:
        return cidr_match(a, count);
    case CONCAT:
        return concat(naive, a, count);
    case ENDS_WITH:
        return naive_bool(touches(naive, a[0].string, a[1].string, true, fold));
    case INDEX_OF:
        return index_of(naive, a, count, fold);
    case LENGTH:
        return integer((int64_t)a[0].string.length);
    case NUMBER:
        return number(naive, a, count);
    case STARTS_WITH:
        return naive_bool(touches(naive, a[0].string, a[1].string, false, fold));
    case STRING:
        return string_of(naive, a[0]);
    case STRING_CONTAINS:
        return naive_bool(contains(naive, a[0].string, a[1].string, fold));
    default:
        return substring(naive, a, count);
    }
}
