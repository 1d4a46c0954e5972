/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk along the text, in which the quotes have been found before. It steps into what a
 * wanted field may lie in, skips the rest, and notes the text of each wanted value; unescaping
 * and reading numbers wait until somebody asks for the field, which for most fields nobody does.
 */
#include "event/json_event.h"

#include <math.h>

#include "base/error.h"
#include "event/json_paths.h"
#include "event/json_quotes.h"
#include "event/json_reader.h"
#include "event/json_trail.h"
#include "text/number.h"

/* Memory behind the unescaped texts that may be read, though it says nothing. */
enum { SLACK = NS_TEXT_PADDING };
_Static_assert((int)SLACK >= (int)NS_JSON_HEAD, "keys are read in steps of that");

/* An object or array that is open: its place, and the key in the trail whose value it is in. */
struct level {
    const struct ns_json_crumb *crumb;
    uint32_t place;
    char closer;
};

/* Kinds of values that are still JSON text, which nobody has asked for. */
enum { ESCAPED_TEXT = NS_TEXT + 1, NUMBER_TEXT };

struct ns_json_event {
    netshare_allocator allocator;
    struct ns_json_paths paths;
    struct ns_json_list *lists; /* by number of the field; kept between documents */
    size_t field_count;
    uint64_t *filled; /* bits by number of the field: it has values */
    /* Where a string at offset n of the document is unescaped to: it gets shorter, so it
     * meets no other. */
    char *unescaped;
    size_t unescaped_size;
    uint32_t source, index, id; /* places of the keys that make a search hit */
    bool has_identity, has_source, is_hit;
    bool no_memory;
    struct ns_json_quotes quotes;
    struct ns_json_reader reader;
    struct level levels[NS_JSON_MAX_DEPTH + 1]; /* the first is outside of the document */
    struct ns_json_trail trail;
};

/* --- Life -------------------------------------------------------------------- */

static bool add_path(struct ns_json_event *event, const char *name, size_t length,
                     uint32_t *place)
{
    *place = ns_json_paths_add(&event->paths, name, length);
    return *place != NS_JSON_NOWHERE;
}

static bool add_paths(struct ns_json_event *event, const struct ns_names *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        uint32_t place;
        if (!add_path(event, fields->items[i].text, fields->items[i].length, &place))
            return false;
        event->paths.places[place].field = i;
    }
    return add_path(event, "_source", 7, &event->source)
           && add_path(event, "_index", 6, &event->index)
           && add_path(event, "_id", 3, &event->id);
}

netshare_status ns_json_event_new(const struct ns_names *fields,
                                  const netshare_allocator *allocator,
                                  struct ns_json_event **event, netshare_error *error)
{
    *event = NULL;
    struct ns_json_event *e = ns_alloc_zero(allocator, 1, sizeof *e);
    if (!e)
        return ns_error_no_memory(error);
    e->allocator = *allocator;
    e->field_count = fields->count;
    ns_json_trail_init(&e->trail);
    ns_json_quotes_init(&e->quotes);
    bool ok = ns_json_paths_init(&e->paths, allocator) && add_paths(e, fields);
    if (ok) {
        e->lists = ns_alloc_zero(allocator, e->field_count, sizeof *e->lists);
        e->filled = ns_alloc_zero(allocator, ns_words(e->field_count), sizeof *e->filled);
    }
    if (!ok || !e->lists || !e->filled) {
        ns_json_event_free(e);
        return ns_error_no_memory(error);
    }
    *event = e;
    return NETSHARE_OK;
}

void ns_json_event_free(struct ns_json_event *event)
{
    if (!event)
        return;
    netshare_allocator a = event->allocator;
    for (size_t i = 0; event->lists && i < event->field_count; i++)
        ns_free(&a, event->lists[i].values);
    ns_free(&a, event->lists);
    ns_free(&a, event->filled);
    ns_free(&a, event->unescaped);
    ns_json_quotes_free(&event->quotes, &a);
    ns_json_paths_free(&event->paths);
    ns_free(&a, event);
}

/* --- Values ------------------------------------------------------------------ */

static void clear(struct ns_json_event *event)
{
    memset(event->filled, 0, ns_words(event->field_count) * sizeof *event->filled);
}

/* Room to unescape any string of the document. */
static bool reserve_unescaped(struct ns_json_event *event)
{
    size_t length = (size_t)(event->reader.end - event->reader.text);
    if (length <= event->unescaped_size)
        return true;
    size_t size = length <= SIZE_MAX / 4 ? length + length / 2 : length;
    if (size > SIZE_MAX - SLACK)
        return false;
    char *bigger = ns_alloc_zero(&event->allocator, size + SLACK, 1);
    if (!bigger)
        return false;
    ns_free(&event->allocator, event->unescaped);
    event->unescaped = bigger;
    event->unescaped_size = size;
    return true;
}

static struct ns_text unescape(const struct ns_json_event *event, const char *text,
                               size_t length)
{
    const struct ns_json_quotes *quotes = &event->quotes;
    size_t offset = (size_t)(text - event->reader.text);
    char *out = event->unescaped + offset;
    if (quotes->drop_backslashes && !quotes->has_rare_escapes)
        length = quotes->drop_backslashes(quotes, event->reader.text, offset, length, out);
    else
        length = ns_json_unescape(text, length, event->reader.end, out);
    return (struct ns_text){out, length, NS_UTF8, true};
}

/* A number that the reader has checked: an int64, or what does not fit as a double. */
static struct ns_value number_value(const char *text, size_t length)
{
    bool negative = text[0] == '-';
    const char *digits = text + negative;
    size_t count = length - negative;
    if (*digits == 'N')
        return ns_decimal(NAN);
    if (*digits == 'I')
        return ns_decimal(negative ? -INFINITY : INFINITY);
    int64_t integer;
    if (ns_parse_integer(digits, count, 10, &integer))
        return ns_integer(negative ? -integer : integer);
    if (negative && count == 19 && memcmp(digits, "9223372036854775808", 19) == 0)
        return ns_integer(INT64_MIN);
    double number = 0;
    ns_parse_decimal(digits, count, &number);
    return ns_decimal(negative ? -number : number);
}

static struct ns_value *grow_list(struct ns_json_event *event, struct ns_json_list *list)
{
    struct ns_value *values = ns_grow(&event->allocator, list->values, &list->capacity,
                                      list->count, sizeof *values);
    if (values)
        list->values = values;
    return values;
}

/* Room for one more value of a field; NULL when out of memory. */
static inline struct ns_value *add_value(struct ns_json_event *event, size_t field, bool is_raw)
{
    struct ns_json_list *list = &event->lists[field];
    if (NS_LIKELY(!ns_get_bit(event->filled, (uint32_t)field))) {
        list->count = 0; /* of another document */
        list->is_raw = false;
        ns_set_bit(event->filled, (uint32_t)field);
    }
    if (NS_UNLIKELY(list->count == list->capacity) && !grow_list(event, list)) {
        event->no_memory = true;
        return NULL;
    }
    list->is_raw |= is_raw;
    return &list->values[list->count++];
}

const uint64_t *ns_json_event_filled(const struct ns_json_event *event)
{
    return event->filled;
}

void ns_json_list_read(const struct ns_json_event *event, struct ns_json_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct ns_value *value = &list->values[i];
        struct ns_text text = value->as.text;
        if ((int)value->kind == ESCAPED_TEXT)
            *value = ns_text_value(unescape(event, text.data, text.length));
        else if ((int)value->kind == NUMBER_TEXT)
            *value = number_value(text.data, text.length);
    }
    list->is_raw = false;
}

struct ns_json_list *ns_json_event_lists(const struct ns_json_event *event)
{
    return event->lists;
}

static netshare_value given(const struct ns_value *value)
{
    switch (value->kind) {
    case NS_BOOL:
        return netshare_value_from_bool(value->as.boolean);
    case NS_INTEGER:
        return netshare_value_from_int64(value->as.integer);
    case NS_DECIMAL:
        return netshare_value_from_double(value->as.decimal);
    case NS_TEXT:
        return netshare_value_from_utf8(value->as.text.data, value->as.text.length);
    case NS_NULL:
    default:
        return (netshare_value){.type = NETSHARE_VALUE_NULL};
    }
}

bool ns_json_event_get(const struct ns_json_event *event, size_t field, size_t index,
                       netshare_value *value)
{
    if (field >= event->field_count || !ns_get_bit(event->filled, (uint32_t)field)
        || index >= event->lists[field].count)
        return false;
    *value = given(&ns_json_list_values(event, &event->lists[field])[index]);
    return true;
}

/* --- The walk ---------------------------------------------------------------- */

/*
 * A search hit stands for the document in it. When its `_source` comes behind its
 * identity, as is usual, what was found so far is dropped and the walk goes on in the
 * `_source`; else there is a second walk once the whole is known to be a hit.
 */
static uint32_t root_member(struct ns_json_event *event, uint32_t place, bool is_object)
{
    if (place == event->index || place == event->id)
        event->has_identity = true;
    if (place == event->source && is_object) {
        if (event->has_identity && !event->has_source) {
            clear(event);
            event->is_hit = true;
        }
        event->has_source = true;
        if (event->is_hit)
            return NS_JSON_ROOT;
    }
    return event->is_hit ? NS_JSON_NOWHERE : place;
}

/* Where a key leads to. Its unescaped text is needed no longer than that. */
static uint32_t step(struct ns_json_event *event, uint32_t from,
                     const struct ns_json_scalar *key)
{
    if (key->kind != NS_JSON_ESCAPED)
        return ns_json_paths_step(&event->paths, from, key->text, key->length,
                                  event->reader.end);
    struct ns_text text = unescape(event, key->text, key->length);
    return ns_json_paths_step(&event->paths, from, text.data, text.length,
                              event->unescaped + event->unescaped_size + SLACK);
}

/* Reads a key that is not the expected one, and the colon; where it leads to in *place. */
static const char *read_new_key(struct ns_json_event *event, const struct level *level,
                                const char *p, uint32_t *place)
{
    struct ns_json_scalar key;
    p = ns_json_blanks(p, event->reader.end);
    const char *behind = ns_json_key(&event->reader, p, &key);
    if (!behind)
        return NULL;
    *place = level->place == NS_JSON_NOWHERE ? NS_JSON_NOWHERE : step(event, level->place, &key);
    size_t length = key.length + 3;
    if (p[length - 1] == ':') {
        if (length < NS_JSON_CRUMB && behind == p + length && behind < event->reader.end)
            length += *behind == '"';
        ns_json_trail_add(&event->trail, level->crumb, level->place, *place, p, length);
    }
    return behind;
}

/* The length of the string whose text begins at `p`; NS_JSON_UNSURE when it is malformed. */
NS_NOINLINE size_t long_length(struct ns_json_event *event, const char *p, bool *escaped)
{
    struct ns_json_reader *reader = &event->reader;
    size_t length = ns_json_string_length(&event->quotes, (size_t)(p - reader->text), escaped);
    if (length != NS_JSON_UNSURE)
        return length;
    const char *behind = ns_json_long_string(reader, p, escaped);
    return behind ? (size_t)(behind - 1 - p) : NS_JSON_UNSURE;
}

/* A string whose text begins at `p`. */
static inline const char *read_string(struct ns_json_event *event, const char *p, size_t field)
{
    bool escaped = false;
    size_t offset = (size_t)(p - event->reader.text);
    size_t length = ns_json_short_length(&event->quotes, offset, &escaped);
    if (NS_UNLIKELY(length == NS_JSON_UNSURE)) {
        length = long_length(event, p, &escaped);
        if (length == NS_JSON_UNSURE)
            return NULL;
    }
    if (field != NS_JSON_NO_FIELD) {
        struct ns_value *value = add_value(event, field, escaped);
        if (!value)
            return NULL;
        value->kind = (enum ns_value_kind)(escaped ? ESCAPED_TEXT : NS_TEXT);
        bool is_padded = (size_t)(event->reader.end - p) >= length + NS_TEXT_PADDING;
        value->as.text = (struct ns_text){p, length, NS_UTF8, is_padded};
    }
    return p + length + 1;
}

/* A scalar that is no string. */
static const char *read_other(struct ns_json_event *event, const char *p, size_t field)
{
    struct ns_json_scalar scalar;
    const char *behind = ns_json_number_or_word(&event->reader, p, &scalar);
    if (!behind || field == NS_JSON_NO_FIELD)
        return behind;
    struct ns_value *value = add_value(event, field, scalar.kind == NS_JSON_NUMBER);
    if (!value)
        return NULL;
    if (scalar.kind == NS_JSON_NUMBER) {
        value->kind = (enum ns_value_kind)NUMBER_TEXT;
        value->as.text = ns_text_utf8(scalar.text, scalar.length);
    } else {
        *value = scalar.kind == NS_JSON_NULL ? ns_null() : ns_bool(scalar.kind == NS_JSON_TRUE);
    }
    return behind;
}

/* The byte at the first place from *p on that is not blank; NUL at the end. */
static inline char first_byte(const char **p, const char *end)
{
    if (NS_LIKELY(*p < end && (unsigned char)**p > ' '))
        return **p;
    *p = ns_json_blanks(*p, end);
    return *p < end ? **p : '\0';
}

/* Reads the object at `p`; NULL when it is malformed or memory is out. */
static const char *walk(struct ns_json_event *event, const char *p)
{
    struct ns_json_reader *const reader = &event->reader;
    const char *const end = reader->end;
    struct level *const outside = event->levels, *level = outside;
    uint32_t place = NS_JSON_ROOT;
    ns_json_trail_start(&event->trail);
    for (;;) {
        char c = first_byte(&p, end);
        if (NS_LIKELY(c == '"')) {
            p = read_string(event, p + 1, event->paths.places[place].field);
        } else if (c != '{' && c != '[') {
            p = read_other(event, p, event->paths.places[place].field);
        } else {
            if (level - outside == NS_JSON_MAX_DEPTH)
                return ns_json_fail(reader, p, NULL);
            *++level = (struct level){event->trail.last, place, c == '{' ? '}' : ']'};
            p++;
            if (first_byte(&p, end) != level->closer) /* it is not empty */
                goto inside;
        }
    behind:
        if (NS_UNLIKELY(!p))
            return NULL;
        while (NS_UNLIKELY(p == end || *p != ',')) {
            c = first_byte(&p, end);
            if (c == ',')
                break;
            if (c != level->closer)
                return ns_json_fail_behind(reader, p, level->closer);
            p++;
            if (--level == outside)
                return p;
        }
        p++;
    inside:
        place = level->place;
        if (NS_UNLIKELY(level->closer != '}'))
            continue;
        const struct ns_json_crumb *crumb = ns_json_trail_follow(&event->trail, place, p, end);
        if (NS_LIKELY(crumb != NULL)) {
            p += crumb->length;
            place = crumb->to;
        } else {
            p = read_new_key(event, level, p, &place);
            if (!p)
                return NULL;
        }
        bool is_string = crumb && crumb->is_string;
        if (NS_UNLIKELY(level == outside + 1))
            place = root_member(event, place, !is_string && first_byte(&p, end) == '{');
        if (NS_LIKELY(is_string)) {
            p = read_string(event, p, event->paths.places[place].field);
            goto behind;
        }
    }
}

/* --- Documents ---------------------------------------------------------------- */

static netshare_status read_error(const struct ns_json_event *event, netshare_error *error)
{
    const struct ns_json_reader *r = &event->reader;
    size_t length = (size_t)(r->end - r->text), offset = (size_t)(r->at - r->text);
    if (event->no_memory)
        return ns_error_no_memory(error);
    if (!r->expected)
        return ns_error_at(error, NETSHARE_ERROR_LIMIT, r->text, length, offset, 1,
                           "the document nests deeper than %d levels", NS_JSON_MAX_DEPTH);
    if (offset == length)
        return ns_error_at(error, NETSHARE_ERROR_EVENT, r->text, length, offset, 0,
                           "not JSON: the document ends here, but it is not complete");
    return ns_error_at(error, NETSHARE_ERROR_EVENT, r->text, length, offset, 1,
                       "not JSON: %s%s", *r->at ? "" : "a NUL byte where ", r->expected);
}

/* What a JSON value other than an object is called. */
static const char *kind_of(const char *json)
{
    switch (*json) {
    case '[':
        return "an array";
    case '"':
        return "a string";
    case 't':
    case 'f':
        return "a boolean";
    case 'n':
        return "null";
    default:
        return "a number";
    }
}

/* The object at `p` is walked; a second time when only its end has shown it to be a hit. */
static const char *read_object(struct ns_json_event *event, const char *p)
{
    event->has_identity = event->has_source = event->is_hit = false;
    const char *behind = walk(event, p);
    if (behind && event->has_identity && event->has_source && !event->is_hit) {
        clear(event);
        event->is_hit = true;
        behind = walk(event, p);
    }
    return behind;
}

static netshare_status read_document(struct ns_json_event *event, netshare_error *error)
{
    struct ns_json_reader *r = &event->reader;
    size_t length = (size_t)(r->end - r->text);
    const char *start = ns_json_blanks(r->text, r->end);
    if (start == r->end)
        return ns_error_at(error, NETSHARE_ERROR_EVENT, r->text, length, length, 0,
                           "an empty document, a JSON object was expected");
    bool is_object = *start == '{';
    const char *p = is_object ? read_object(event, start) : ns_json_skip(r, start);
    if (!p)
        return read_error(event, error);
    if (!is_object)
        return ns_error_at(error, NETSHARE_ERROR_EVENT, r->text, length,
                           (size_t)(start - r->text), 1, "%s, a JSON object was expected",
                           kind_of(start));
    p = ns_json_blanks(p, r->end);
    if (p < r->end)
        return ns_error_at(error, NETSHARE_ERROR_EVENT, r->text, length, (size_t)(p - r->text),
                           1, "text after the end of the JSON object");
    return NETSHARE_OK;
}

netshare_status ns_json_event_parse(struct ns_json_event *event, const char *json,
                                    size_t length, netshare_error *error)
{
    clear(event);
    ns_json_start(&event->reader, json, length);
    event->no_memory = !ns_json_quotes_find(&event->quotes, &event->allocator,
                                            event->reader.text, length)
                       || (event->quotes.has_escapes && !reserve_unescaped(event));
    if (event->no_memory)
        return ns_error_no_memory(error);
    netshare_status status = read_document(event, error);
    if (status != NETSHARE_OK)
        clear(event);
    return status;
}
