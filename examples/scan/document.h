/* SPDX-License-Identifier: Apache-2.0 */
/* An event's JSON document, with dotted keys brought into nested form. */
#ifndef SCAN_DOCUMENT_H
#define SCAN_DOCUMENT_H

#include <json-c/json.h>
#include <netshare/netshare.h>
#include <stddef.h>

/* An event in its file: what alerts and explanations are about. */
struct event_line {
    const char *file;
    size_t number; /* from 1 */
    const char *text;
    size_t length;
};

struct document {
    struct json_object *root; /* nested; owned */
    struct json_object *hit;  /* the search hit around it, or NULL; owned */
    struct json_object *identified; /* which of them has _id or _index, NULL: none */
};

/* An empty document when json-c cannot read the line. */
struct document document_read(const struct event_line *line);
void document_free(struct document *document);

/* The value of a dotted name, the first one of an array; NULL when there is none. */
struct json_object *document_get(const struct document *document, const char *name);
/* The same if it is a string (or, converted, a number), else NULL. It may hold NUL. */
const char *document_string(const struct document *document, const char *name,
                            size_t *length);

/* Adds a value, which is taken over, under a dotted name. */
void document_set(struct document *document, const char *name, struct json_object *value);
/* The document's `_id` or `_index`; NULL with length 0 when it has none. */
const char *document_identity(const struct document *document, const char *key,
                              size_t *length);

/* A value of an event as JSON; NULL for null and for UTF-16, which events here do not have. */
struct json_object *document_value(const netshare_value *value);

#endif
