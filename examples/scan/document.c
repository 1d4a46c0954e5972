/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "document.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

/* Deeper than MAX_DEPTH, dotted keys stay as they are. Few events are deeper than
 * COMMON_DEPTH. */
enum { MAX_DEPTH = 600, COMMON_DEPTH = 16 };

static void insert(struct json_object *target, const char *key, struct json_object *value,
                   int depth);

static void insert_members(struct json_object *target, struct json_object *source, int depth)
{
    json_object_object_foreach(source, key, value) {
        insert(target, key, value, depth);
    }
}

/* Two values of one key: objects are merged, all else becomes an array of both. */
static void combine(struct json_object *target, const char *key, struct json_object *value,
                    int depth)
{
    struct json_object *existing;
    bool is_object = json_object_is_type(value, json_type_object) && depth < MAX_DEPTH;
    if (!json_object_object_get_ex(target, key, &existing)) {
        struct json_object *copy = is_object ? json_object_new_object() : json_object_get(value);
        json_object_object_add(target, key, copy);
        if (is_object)
            insert_members(copy, value, depth + 1);
    } else if (is_object && json_object_is_type(existing, json_type_object)) {
        insert_members(existing, value, depth + 1);
    } else {
        struct json_object *both = json_object_new_array();
        json_object_array_add(both, json_object_get(existing));
        json_object_array_add(both, json_object_get(value));
        json_object_object_add(target, key, both);
    }
}

static void insert(struct json_object *target, const char *key, struct json_object *value,
                   int depth)
{
    const char *dot = strchr(key, '.');
    if (!dot || dot == key || !dot[1] || depth >= MAX_DEPTH) {
        combine(target, key, value, depth);
        return;
    }
    char *head = strndup(key, (size_t)(dot - key));
    if (!head)
        return;
    struct json_object *inner;
    if (!json_object_object_get_ex(target, head, &inner)) {
        inner = json_object_new_object();
        json_object_object_add(target, head, inner);
    }
    if (json_object_is_type(inner, json_type_object))
        insert(inner, dot + 1, value, depth + 1);
    else
        combine(target, key, value, depth);
    free(head);
}

static bool is_nested(struct json_object *json, int depth)
{
    json_object_object_foreach(json, key, value) {
        if (strchr(key, '.'))
            return false;
        if (json_object_is_type(value, json_type_object)
            && (depth == MAX_DEPTH || !is_nested(value, depth + 1)))
            return false;
    }
    return true;
}

/* The object in nested form: itself if it has it, which most have. */
static struct json_object *nest(struct json_object *json)
{
    if (is_nested(json, 0))
        return json_object_get(json);
    struct json_object *nested = json_object_new_object();
    insert_members(nested, json, 0);
    return nested;
}

/* *too_deep: it nests deeper. */
static struct json_object *parse_to_depth(const char *text, int length, int depth,
                                          bool *too_deep)
{
    struct json_tokener *tokener = json_tokener_new_ex(depth);
    *too_deep = false;
    if (!tokener)
        return NULL;
    struct json_object *json = json_tokener_parse_ex(tokener, text, length);
    *too_deep = json_tokener_get_error(tokener) == json_tokener_error_depth;
    json_tokener_free(tokener);
    return json;
}

/* A tokener takes time to make, the more the deeper it goes. */
static struct json_object *parse(const char *text, size_t length)
{
    bool too_deep;
    if (length > INT_MAX)
        return NULL;
    struct json_object *json = parse_to_depth(text, (int)length, COMMON_DEPTH, &too_deep);
    return too_deep ? parse_to_depth(text, (int)length, MAX_DEPTH, &too_deep) : json;
}

/* A copy in which each NUL byte is an escape, as json-c takes a NUL for the end. */
static char *escape_nul(const struct event_line *line, size_t *length)
{
    size_t count = 0;
    for (size_t i = 0; i < line->length; i++)
        count += line->text[i] == '\0';
    char *copy = malloc(line->length + 5 * count);
    *length = 0;
    for (size_t i = 0; copy && i < line->length; i++) {
        if (line->text[i]) {
            copy[(*length)++] = line->text[i];
        } else {
            memcpy(copy + *length, "\\u0000", 6);
            *length += 6;
        }
    }
    return copy;
}

static struct json_object *parse_line(const struct event_line *line)
{
    if (!memchr(line->text, '\0', line->length))
        return parse(line->text, line->length);
    size_t length;
    char *copy = escape_nul(line, &length);
    struct json_object *json = copy ? parse(copy, length) : NULL;
    free(copy);
    return json;
}

static bool is_identified(struct json_object *json)
{
    return json_object_object_get_ex(json, "_index", NULL)
           || json_object_object_get_ex(json, "_id", NULL);
}

struct document document_read(const struct event_line *line)
{
    struct document document = {NULL, NULL, NULL};
    struct json_object *json = parse_line(line), *source;
    if (!json_object_is_type(json, json_type_object)) {
        json_object_put(json);
        document.root = json_object_new_object();
        return document;
    }
    bool identified = is_identified(json);
    if (identified && json_object_object_get_ex(json, "_source", &source)
        && json_object_is_type(source, json_type_object)) {
        document.root = nest(source);
        document.hit = document.identified = json;
        return document;
    }
    document.root = nest(json);
    document.identified = identified ? document.root : NULL;
    json_object_put(json);
    return document;
}

void document_free(struct document *document)
{
    json_object_put(document->root);
    json_object_put(document->hit);
    *document = (struct document){NULL, NULL, NULL};
}

const char *document_identity(const struct document *document, const char *key, size_t *length)
{
    struct json_object *value;
    *length = 0;
    if (!document->identified
        || !json_object_object_get_ex(document->identified, key, &value)
        || !json_object_is_type(value, json_type_string))
        return NULL;
    *length = (size_t)json_object_get_string_len(value);
    return json_object_get_string(value);
}

void document_set(struct document *document, const char *name, struct json_object *value)
{
    insert(document->root, name, value, 0);
    json_object_put(value);
}

static struct json_object *first(struct json_object *value)
{
    while (json_object_is_type(value, json_type_array))
        value = json_object_array_length(value) ? json_object_array_get_idx(value, 0) : NULL;
    return value;
}

struct json_object *document_get(const struct document *document, const char *name)
{
    struct json_object *value = document->root;
    while (value && *name) {
        size_t length = strcspn(name, ".");
        char *key = strndup(name, length);
        struct json_object *inner = NULL;
        if (key && json_object_is_type(value, json_type_object))
            json_object_object_get_ex(value, key, &inner);
        free(key);
        value = first(inner);
        name += length + (name[length] == '.');
    }
    return value;
}

const char *document_string(const struct document *document, const char *name, size_t *length)
{
    struct json_object *value = document_get(document, name);
    const char *text = NULL;
    *length = 0;
    if (json_object_is_type(value, json_type_string)) {
        text = json_object_get_string(value);
        *length = (size_t)json_object_get_string_len(value);
    } else if (json_object_is_type(value, json_type_int)
               || json_object_is_type(value, json_type_double)) {
        text = json_object_get_string(value);
        *length = strlen(text);
    }
    return text;
}

struct json_object *document_value(const netshare_value *value)
{
    switch (value->type) {
    case NETSHARE_VALUE_BOOL:
        return json_object_new_boolean(value->as.boolean);
    case NETSHARE_VALUE_INT64:
        return json_object_new_int64(value->as.int64);
    case NETSHARE_VALUE_DOUBLE:
        return json_object_new_double(value->as.float64);
    case NETSHARE_VALUE_UTF8: {
        size_t length = value->as.utf8.length;
        return json_object_new_string_len(length ? value->as.utf8.data : "",
                                          length < INT32_MAX ? (int)length : INT32_MAX);
    }
    default:
        return NULL;
    }
}
