/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random documents, whole and damaged, read by the JSON event and by json-c: both must
 * find the same documents valid and the same values in them. What the event allows
 * beyond json-c is taken out of the text before json-c sees it.
 */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "event/json_event.h"

enum { ROUNDS = 20000, TEXT_ROOM = 1 << 16, MOST_VALUES = 4096 };

/* --- Documents at random -------------------------------------------------------- */

struct writer {
    char text[TEXT_ROOM];
    size_t length;
    uint64_t seed;
};

static unsigned below(struct writer *w, unsigned limit)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->seed >> 33) % limit;
}

static void put(struct writer *w, const char *text, size_t length)
{
    cr_assert_leq(length, TEXT_ROOM - w->length);
    memcpy(w->text + w->length, text, length);
    w->length += length;
}

static void put_string(struct writer *w, const char *text)
{
    put(w, text, strlen(text));
}

#define PICK(w, array) ((array)[below((w), sizeof(array) / sizeof *(array))])

static void put_blanks(struct writer *w)
{
    static const char *const blanks[] = {"", "", "", "", " ", "\n", "\t ", "\r\n    "};
    put_string(w, PICK(w, blanks));
}

/* Pieces of JSON strings. None is NUL, which json-c ends keys at. */
static const char *const PIECES[] = {
    "a", "b", "ab", "name", "C:", "\\\\", "\\\"", "\\/", "\\b\\f", "\\n", "\\r\\t", "\\u0041",
    "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\uDBFF", "\xc3\xa9", "\xff",
    "\xed\xa0\xbd", "{", "}", "[", ",", ":", "'", "sixteen bytes long", " ",
    "a string that is longer than the sixty-four bytes which are looked at in one go",
};

static void put_text(struct writer *w)
{
    put_string(w, "\"");
    for (unsigned n = below(w, 8); n > 0; n--)
        put_string(w, PICK(w, PIECES));
    put_string(w, "\"");
}

static void put_number(struct writer *w)
{
    static const char *const numbers[] = {
        "0", "-0", "1", "-1", "42", "-0.0", "1.5", "0.1", "1e5", "-2.5E-3", "1E+2", "1e-400",
        "1e400", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551615", "2.2250738585072011e-308", "4.9e-324", "1.7976931348623157e308",
        "179769313486231580793e289", "0.30000000000000004", "9007199254740993.0",
        "123456789012345678", "NaN", "Infinity", "-Infinity",
    };
    char text[64];
    if (below(w, 3)) {
        put_string(w, PICK(w, numbers));
        return;
    }
    snprintf(text, sizeof text, "%s%u.%u%ue%d", below(w, 2) ? "-" : "", below(w, 1000),
             below(w, 1u << 30), below(w, 1u << 30), (int)below(w, 620) - 310);
    put_string(w, text);
}

static void put_value(struct writer *w, unsigned depth);

/* Keys whose combinations make wanted fields; each comes once in an object, as json-c
 * keeps only the last of several. */
static void put_object(struct writer *w, unsigned depth)
{
    static const char *const keys[][2] = {
        {"a", "\\u0061"},   {"b", "\\u0062"},       {"c", "c"},
        {"a.b", "a\\u002eb"}, {"b.c", "b.\\u0063"}, {"a.b.c", "a.b.c"},
        {"", ""},           {"other", "\\u006fther"}, {"a.", "a."},
        {"a key of more than sixteen bytes", "a \\u006bey of more than sixteen bytes"},
        {"_source", "_source"}, {"_id", "_id"},     {"_index", "_inde\\u0078"},
    };
    enum { KEYS = sizeof keys / sizeof *keys };
    bool used[KEYS] = {false};
    unsigned count = below(w, depth > 0 ? 6 : 3);
    put_string(w, "{");
    put_blanks(w);
    for (unsigned i = 0; i < count; i++) {
        unsigned key = below(w, KEYS);
        while (used[key])
            key = (key + 1) % KEYS;
        used[key] = true;
        put_string(w, i ? "," : "");
        put_blanks(w);
        put_string(w, "\"");
        put_string(w, keys[key][below(w, 4) == 0]);
        put_string(w, "\"");
        put_blanks(w);
        put_string(w, ":");
        put_blanks(w);
        put_value(w, depth);
        put_blanks(w);
    }
    put_string(w, "}");
}

static void put_array(struct writer *w, unsigned depth)
{
    put_string(w, "[");
    put_blanks(w);
    for (unsigned n = below(w, 4); n > 0; n--) {
        put_value(w, depth);
        put_blanks(w);
        put_string(w, n > 1 ? "," : "");
        put_blanks(w);
    }
    put_string(w, "]");
}

static void put_value(struct writer *w, unsigned depth)
{
    static const char *const words[] = {"true", "false", "null"};
    unsigned kind = below(w, depth > 0 ? 10 : 5);
    if (kind < 2)
        put_text(w);
    else if (kind < 4)
        put_number(w);
    else if (kind == 4)
        put_string(w, PICK(w, words));
    else if (kind < 8)
        put_object(w, depth - 1);
    else
        put_array(w, depth - 1);
}

/* Cuts, or changes, drops or doubles some bytes. */
static void damage(struct writer *w)
{
    static const char bytes[] = "{}[]:,\"\\'/u0129eE+-.tfnNI \n\x01\x1f\x80\xff\0";
    if (below(w, 4) == 0) {
        w->length = below(w, (unsigned)w->length + 1);
        return;
    }
    for (unsigned n = 1 + below(w, 3); n > 0 && w->length > 0; n--) {
        size_t at = below(w, (unsigned)w->length);
        switch (below(w, 3)) {
        case 0:
            w->text[at] = bytes[below(w, sizeof bytes - 1)];
            break;
        case 1:
            memmove(w->text + at, w->text + at + 1, --w->length - at);
            break;
        default:
            cr_assert_lt(w->length, TEXT_ROOM);
            memmove(w->text + at + 1, w->text + at, w->length++ - at);
        }
    }
}

/* --- What json-c makes of them ---------------------------------------------------- */

struct plain_text {
    char *text; /* control characters in strings are `x`; NUL-terminated */
    size_t members; /* colons outside strings */
    bool changed;
};

static struct plain_text make_plain(const struct writer *w)
{
    struct plain_text plain = {malloc(w->length + 1), 0, false};
    cr_assert(plain.text);
    plain.text[w->length] = '\0';
    bool in_string = false;
    for (size_t i = 0; i < w->length; i++) {
        unsigned char c = (unsigned char)w->text[i];
        bool is_control = in_string && c < 0x20;
        plain.text[i] = is_control ? 'x' : (char)c;
        plain.changed |= is_control;
        plain.members += !in_string && c == ':';
        if (c == '"')
            in_string = !in_string;
        else if (in_string && c == '\\' && i + 1 < w->length && w->text[i + 1] == '"')
            plain.text[++i] = '"';
        else if (in_string && c == '\\' && i + 1 < w->length && w->text[i + 1] == '\\')
            plain.text[++i] = '\\';
    }
    return plain;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_digits(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* Is the number at *at one by RFC 8259, too? Moves *at behind it. */
static bool is_json_number(const char *text, size_t length, size_t *at)
{
    size_t start = *at + (text[*at] == '-'), end = skip_digits(text, length, start);
    bool ok = end > start && (text[start] != '0' || end - start == 1);
    if (end < length && text[end] == '.') {
        start = end + 1;
        end = skip_digits(text, length, start);
        ok = ok && end > start;
    }
    if (end < length && (text[end] == 'e' || text[end] == 'E')) {
        start = end + 1;
        start += start < length && (text[start] == '+' || text[start] == '-');
        end = skip_digits(text, length, start);
        ok = ok && end > start;
    }
    *at = end;
    return ok;
}

/* json-c takes `1.` and `1e` for numbers, which the event does not. */
static bool has_only_json_numbers(const char *text, size_t length)
{
    bool in_string = false, ok = true;
    for (size_t i = 0; i < length && ok; i++) {
        if (text[i] == '"')
            in_string = !in_string;
        else if (in_string && text[i] == '\\')
            i++;
        else if (!in_string && text[i] == '-' && i + 1 < length && text[i + 1] == 'I')
            i++;
        else if (!in_string && (text[i] == '-' || (text[i] >= '0' && text[i] <= '9'))) {
            ok = is_json_number(text, length, &i);
            i--;
        }
    }
    return ok;
}

/* The object that the text is, NULL when it is none. */
static struct json_object *parse_peer(const char *text, size_t length)
{
    struct json_tokener *tokener = json_tokener_new_ex(1000);
    cr_assert(tokener);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    struct json_object *json = json_tokener_parse_ex(tokener, text, (int)length);
    size_t end = json_tokener_get_parse_end(tokener);
    bool ok = json_tokener_get_error(tokener) == json_tokener_success;
    json_tokener_free(tokener);
    while (ok && end < length && is_blank(text[end]))
        end++;
    if (ok && end == length && json_object_is_type(json, json_type_object))
        return json;
    json_object_put(json);
    return NULL;
}

static size_t count_members(struct json_object *json)
{
    size_t count = 0;
    if (json_object_is_type(json, json_type_object)) {
        json_object_object_foreach(json, key, value) {
            (void)key;
            count += 1 + count_members(value);
        }
    } else if (json_object_is_type(json, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(json); i++)
            count += count_members(json_object_array_get_idx(json, i));
    }
    return count;
}

static const char *const FIELDS[] = {
    "a", "a.b", "a.b.c", "b", "b.c", "c.a", "a.a", "", "other.a",
    "a key of more than sixteen bytes", "a.a key of more than sixteen bytes.b", "_id",
    "_source.a",
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS };

struct values {
    struct json_object *items[MOST_VALUES];
    size_t count;
};

/* Appends what the field has below `json`, whose path is `path`. */
static void collect(struct json_object *json, const char *path, const char *field,
                    struct values *values)
{
    if (json_object_is_type(json, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(json); i++)
            collect(json_object_array_get_idx(json, i), path, field, values);
    } else if (json_object_is_type(json, json_type_object)) {
        json_object_object_foreach(json, key, value) {
            char longer[1024];
            snprintf(longer, sizeof longer, "%s%s%s", path ? path : "", path ? "." : "", key);
            collect(value, longer, field, values);
        }
    } else if (strcmp(path, field) == 0) {
        cr_assert_lt(values->count, MOST_VALUES);
        values->items[values->count++] = json;
    }
}

static struct json_object *document_of(struct json_object *root)
{
    struct json_object *source;
    if (json_object_object_get_ex(root, "_source", &source)
        && json_object_is_type(source, json_type_object)
        && (json_object_object_get_ex(root, "_index", NULL)
            || json_object_object_get_ex(root, "_id", NULL)))
        return source;
    return root;
}

/* --- The comparison ----------------------------------------------------------------- */

static bool same_double(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && !signbit(a) == !signbit(b);
}

/* json-c has uint64 too, and takes the nearest integer for one beyond that. */
static bool same_integer(const netshare_value *value, struct json_object *json)
{
    if (value->type == NETSHARE_VALUE_INT64)
        return value->as.int64 == json_object_get_int64(json);
    uint64_t positive = json_object_get_uint64(json);
    if (positive == UINT64_MAX)
        return value->as.float64 >= 0x1p64;
    if (positive > INT64_MAX)
        return value->as.float64 == (double)positive;
    return json_object_get_int64(json) == INT64_MIN && value->as.float64 <= -0x1p63;
}

static bool same_value(const netshare_value *value, struct json_object *json)
{
    switch (json_object_get_type(json)) {
    case json_type_null:
        return value->type == NETSHARE_VALUE_NULL;
    case json_type_boolean:
        return value->type == NETSHARE_VALUE_BOOL
               && value->as.boolean == (json_object_get_boolean(json) != 0);
    case json_type_double:
        return value->type == NETSHARE_VALUE_DOUBLE
               && same_double(value->as.float64, json_object_get_double(json));
    case json_type_int:
        return (value->type == NETSHARE_VALUE_INT64 || value->type == NETSHARE_VALUE_DOUBLE)
               && same_integer(value, json);
    default:
        return value->type == NETSHARE_VALUE_UTF8
               && value->as.utf8.length == (size_t)json_object_get_string_len(json)
               && memcmp(value->as.utf8.data, json_object_get_string(json),
                         value->as.utf8.length) == 0;
    }
}

static void compare_values(const struct ns_json_event *event, struct json_object *root,
                           const struct writer *w)
{
    struct values *values = malloc(sizeof *values);
    cr_assert(values);
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        netshare_value value;
        values->count = 0;
        collect(document_of(root), NULL, FIELDS[field], values);
        for (size_t i = 0; i < values->count; i++)
            cr_assert(ns_json_event_get(event, field, i, &value)
                          && same_value(&value, values->items[i]),
                      "value %zu of '%s' in %.*s", i, FIELDS[field], (int)w->length, w->text);
        cr_assert_not(ns_json_event_get(event, field, values->count, &value),
                      "'%s' in %.*s", FIELDS[field], (int)w->length, w->text);
    }
    free(values);
}

/* Does json-c keep all of a valid text? Of a key it keeps what comes before a NUL, and
 * of members with one key the last. */
static bool peer_keeps_all(const struct plain_text *plain, struct json_object *peer)
{
    return !plain->changed && count_members(peer) == plain->members
           && !strstr(plain->text, "\\u0000");
}

struct tally {
    size_t valid, invalid, compared;
};

static void compare(struct ns_json_event *event, const struct writer *w, struct tally *tally)
{
    netshare_error error;
    char *copy = malloc(w->length ? w->length : 1); /* ends where its memory does */
    cr_assert(copy);
    memcpy(copy, w->text, w->length);
    bool valid = ns_json_event_parse(event, copy, w->length, &error) == NETSHARE_OK;
    struct plain_text plain = make_plain(w);
    struct json_object *peer = parse_peer(plain.text, w->length);
    if (!has_only_json_numbers(plain.text, w->length)) {
        json_object_put(peer);
        peer = NULL;
    }
    cr_assert_eq(valid, peer != NULL, "%s, offset %zu: %.*s", valid ? "" : error.message,
                 valid ? 0 : error.offset, (int)w->length, w->text);
    tally->valid += valid;
    tally->invalid += !valid;
    if (valid && peer_keeps_all(&plain, peer)) {
        tally->compared++;
        compare_values(event, peer, w);
    }
    json_object_put(peer);
    free(plain.text);
    free(copy);
}

static struct tally compare_many(uint64_t seed, unsigned rounds, bool damaged)
{
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_names names;
    struct ns_json_event *event;
    struct tally tally = {0, 0, 0};
    static struct writer w;
    ns_names_init(&names, &allocator);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        cr_assert_eq(ns_names_add(&names, FIELDS[i], strlen(FIELDS[i])), i);
    cr_assert_eq(ns_json_event_new(&names, &allocator, &event, NULL), NETSHARE_OK);
    w.seed = seed;
    for (unsigned i = 0; i < rounds; i++) {
        w.length = 0;
        put_blanks(&w);
        put_object(&w, 1 + below(&w, 4));
        put_blanks(&w);
        if (damaged)
            damage(&w);
        compare(event, &w, &tally);
    }
    ns_json_event_free(event);
    ns_names_free(&names);
    return tally;
}

Test(json_differential, whole_documents, .timeout = 120)
{
    struct tally tally = compare_many(1, ROUNDS, false);
    cr_expect_eq(tally.valid, ROUNDS);
    cr_expect_eq(tally.compared, ROUNDS);
}

Test(json_differential, damaged_documents, .timeout = 120)
{
    struct tally tally = compare_many(2, 2 * ROUNDS, true);
    cr_expect_gt(tally.invalid, ROUNDS);
    cr_expect_gt(tally.valid, ROUNDS / 10);
    cr_expect_gt(tally.compared, ROUNDS / 10);
}
