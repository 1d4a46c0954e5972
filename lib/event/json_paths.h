/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wanted fields as a tree over the segments of their names, so that nested keys,
 * dotted keys and mixtures of both lead to the same place. The branches of all places
 * share one hash table.
 */
#ifndef NS_EVENT_JSON_PATHS_H
#define NS_EVENT_JSON_PATHS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

/* Places are numbers. NS_JSON_NOWHERE is where all paths lead that nobody wants. */
enum { NS_JSON_NOWHERE = 0, NS_JSON_ROOT = 1 };

#define NS_JSON_NO_FIELD SIZE_MAX

struct ns_json_place {
    size_t field; /* NS_JSON_NO_FIELD when the place is no field itself */
};

enum { NS_JSON_HEAD = 16 };

/* A key or a segment of one; `head` is its beginning, filled up with zeros. */
struct ns_json_segment {
    uint64_t head[2];
    const char *text;
    size_t length;
};

struct ns_json_branch {
    struct ns_json_segment segment;
    uint32_t from;
    uint32_t to; /* NS_JSON_NOWHERE when the slot is empty */
};

struct ns_json_paths {
    netshare_allocator allocator;
    struct ns_json_place *places;
    size_t place_count;
    size_t place_capacity;
    struct ns_json_branch *branches; /* a power of two, at most half of them used */
    unsigned shift;                  /* 64 less its logarithm */
};

/* False when out of memory; what is there must be freed all the same. */
bool ns_json_paths_init(struct ns_json_paths *paths, const netshare_allocator *allocator);
/* The place of a field, added if need be; NS_JSON_NOWHERE when out of memory. The text
 * must outlive the paths. */
uint32_t ns_json_paths_add(struct ns_json_paths *paths, const char *name, size_t length);
/* The place of a key with dots in it. */
uint32_t ns_json_paths_dotted(const struct ns_json_paths *paths, uint32_t from,
                              const char *key, size_t length);
void ns_json_paths_free(struct ns_json_paths *paths);

/* `end` is where readable memory ends, at or behind the end of the text. */
static inline struct ns_json_segment ns_json_segment(const char *text, size_t length,
                                                     const char *end)
{
    static const unsigned char mask[2 * NS_JSON_HEAD] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    };
    struct ns_json_segment s = {{0, 0}, text, length};
    if (length < NS_JSON_HEAD && end - text < NS_JSON_HEAD) {
        memcpy(s.head, text, length);
        return s;
    }
    memcpy(s.head, text, NS_JSON_HEAD);
    if (length < NS_JSON_HEAD) {
        uint64_t keep[2];
        memcpy(keep, mask + NS_JSON_HEAD - length, NS_JSON_HEAD);
        s.head[0] &= keep[0];
        s.head[1] &= keep[1];
    }
    return s;
}

static inline size_t ns_json_slot(const struct ns_json_paths *paths, uint32_t from,
                                  const struct ns_json_segment *s)
{
    uint64_t hash = from * UINT64_C(0xC2B2AE3D27D4EB4F);
    hash = (hash ^ s->head[0]) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ s->head[1] ^ s->length) * UINT64_C(0xD6E8FEB86659FD93);
    return (size_t)(hash >> paths->shift);
}

static inline bool ns_json_is_segment(const struct ns_json_segment *a,
                                      const struct ns_json_segment *b)
{
    return a->head[0] == b->head[0] && a->head[1] == b->head[1] && a->length == b->length
           && (a->length <= NS_JSON_HEAD || memcmp(a->text, b->text, a->length) == 0);
}

/* The slot of the branch, empty when there is no such branch. */
static inline struct ns_json_branch *ns_json_find_branch(const struct ns_json_paths *paths,
                                                         uint32_t from,
                                                         const struct ns_json_segment *s)
{
    size_t slot = ns_json_slot(paths, from, s), last = (size_t)(UINT64_MAX >> paths->shift);
    struct ns_json_branch *branch = &paths->branches[slot];
    while (branch->to != NS_JSON_NOWHERE
           && (branch->from != from || !ns_json_is_segment(&branch->segment, s))) {
        slot = (slot + 1) & last;
        branch = &paths->branches[slot];
    }
    return branch;
}

static inline bool ns_json_has_dot(const struct ns_json_segment *s)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t a = s->head[0] ^ ones * '.', b = s->head[1] ^ ones * '.';
    if ((((a - ones) & ~a) | ((b - ones) & ~b)) & ones << 7)
        return true;
    return s->length > NS_JSON_HEAD
           && memchr(s->text + NS_JSON_HEAD, '.', s->length - NS_JSON_HEAD) != NULL;
}

/* Where the key leads from a place; `end` as above. */
static inline uint32_t ns_json_paths_step(const struct ns_json_paths *paths, uint32_t from,
                                          const char *key, size_t length, const char *end)
{
    struct ns_json_segment s = ns_json_segment(key, length, end);
    uint32_t to = ns_json_find_branch(paths, from, &s)->to;
    if (to == NS_JSON_NOWHERE && ns_json_has_dot(&s))
        to = ns_json_paths_dotted(paths, from, key, length);
    return to;
}

#endif
