/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of event/source_table.h, worked out for the fields that are wanted: which
 * paths of a document to read, and by which of them each field can be made.
 */
#ifndef NS_EVENT_SOURCE_PLAN_H
#define NS_EVENT_SOURCE_PLAN_H

#include "base/names.h"
#include "event/source_table.h"

/* Where a raw value may stand. */
struct ns_route {
    size_t name;     /* number of the path; of a list of names when `key` is given */
    size_t text;     /* number of the document's path whose text it is in, or NS_NO_NAME */
    const char *key; /* the name that the value has in a list of pairs, or NULL */
};

struct ns_stretch {
    size_t first;
    size_t count;
};

/* A derivation that can make a field in events of one source. */
struct ns_maker {
    const struct ns_derivation *how;
    size_t field;
    struct ns_stretch routes;
};

struct ns_source_plan {
    struct ns_stretch makers;  /* of all fields, in their order */
    struct ns_stretch *fields; /* by number of the field: its makers; NULL: no such source */
    struct ns_stretch properties[NS_PROPERTY_COUNT];
    struct ns_stretch log_keys[NS_LOG_COUNT];
};

enum { NS_MOST_TEXTS = 4 };

struct ns_plan {
    struct ns_arena arena;
    struct ns_names paths;      /* of the document: first the fields, by their numbers */
    struct ns_names text_paths; /* of JSON in its strings */
    struct ns_source_plan sources[NS_SOURCE_COUNT];
    size_t texts[NS_MOST_TEXTS]; /* numbers of the paths of such strings */
    size_t text_count;
    /* Lists of pairs in the document and in a text: where the list is, and the paths of
     * the names and of the texts, NS_NO_NAME when no source has such a list. */
    const char *pair_path, *text_pair_path;
    size_t pair_fields[2], text_pair_fields[2];
    size_t (*markers)[2]; /* by number of the marker: paths, NS_NO_NAME for none */
    uint64_t *first_markers; /* the first paths of all of them, as bits by number */
    struct ns_maker *makers;
    size_t maker_count, maker_capacity;
    struct ns_route *routes;
    size_t route_count, route_capacity;
};

void ns_plan_init(struct ns_plan *plan, const netshare_allocator *allocator);
/* For documents of the source, or of any source. False when out of memory. */
bool ns_plan_make(struct ns_plan *plan, const struct ns_names *fields, netshare_source source);
void ns_plan_free(struct ns_plan *plan);

#endif
