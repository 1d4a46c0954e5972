/* SPDX-License-Identifier: Apache-2.0 */
#include "event/json_paths.h"

enum { FIRST_BRANCHES_LOG = 5 };

static size_t branch_capacity(const struct ns_json_paths *paths)
{
    return (size_t)1 << (64 - paths->shift);
}

/* A new place with no field; its number, NS_JSON_NOWHERE when out of memory. */
static uint32_t add_place(struct ns_json_paths *paths)
{
    if (paths->place_count == UINT32_MAX)
        return NS_JSON_NOWHERE;
    struct ns_json_place *places =
        ns_grow(&paths->allocator, paths->places, &paths->place_capacity, paths->place_count,
                sizeof *places);
    if (!places)
        return NS_JSON_NOWHERE;
    paths->places = places;
    places[paths->place_count] = (struct ns_json_place){NS_JSON_NO_FIELD};
    return (uint32_t)paths->place_count++;
}

bool ns_json_paths_init(struct ns_json_paths *paths, const netshare_allocator *allocator)
{
    *paths = (struct ns_json_paths){.allocator = *allocator, .shift = 64 - FIRST_BRANCHES_LOG};
    paths->branches = ns_alloc_zero(allocator, branch_capacity(paths), sizeof *paths->branches);
    if (!paths->branches)
        return false;
    add_place(paths); /* NS_JSON_NOWHERE */
    return add_place(paths) == NS_JSON_ROOT;
}

void ns_json_paths_free(struct ns_json_paths *paths)
{
    netshare_allocator allocator = paths->allocator;
    ns_free(&allocator, paths->places);
    ns_free(&allocator, paths->branches);
    *paths = (struct ns_json_paths){.allocator = allocator};
}

/* Room for one more branch: every place but the first two has one. */
static bool grow_branches(struct ns_json_paths *paths)
{
    size_t old_capacity = branch_capacity(paths);
    if (paths->place_count < old_capacity / 2)
        return true;
    struct ns_json_branch *old = paths->branches;
    struct ns_json_branch *branches =
        ns_alloc_zero(&paths->allocator, old_capacity, 2 * sizeof *branches);
    if (!branches)
        return false;
    paths->branches = branches;
    paths->shift--;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].to != NS_JSON_NOWHERE)
            *ns_json_find_branch(paths, old[i].from, &old[i].segment) = old[i];
    ns_free(&paths->allocator, old);
    return true;
}

static uint32_t add_branch(struct ns_json_paths *paths, uint32_t from, const char *text,
                           size_t length)
{
    struct ns_json_segment s = ns_json_segment(text, length, text + length);
    uint32_t to = ns_json_find_branch(paths, from, &s)->to;
    if (to != NS_JSON_NOWHERE || !grow_branches(paths))
        return to;
    to = add_place(paths);
    if (to == NS_JSON_NOWHERE)
        return to;
    *ns_json_find_branch(paths, from, &s) = (struct ns_json_branch){s, from, to};
    return to;
}

/* The length of what comes before the first dot. */
static size_t first_segment(const char *text, size_t length)
{
    const char *dot = length ? memchr(text, '.', length) : NULL;
    return dot ? (size_t)(dot - text) : length;
}

uint32_t ns_json_paths_add(struct ns_json_paths *paths, const char *name, size_t length)
{
    uint32_t place = NS_JSON_ROOT;
    const char *end = name + length;
    for (;;) {
        size_t segment = first_segment(name, (size_t)(end - name));
        place = add_branch(paths, place, name, segment);
        if (place == NS_JSON_NOWHERE || name + segment == end)
            return place;
        name += segment + 1;
    }
}

uint32_t ns_json_paths_dotted(const struct ns_json_paths *paths, uint32_t from,
                              const char *key, size_t length)
{
    const char *end = key + length;
    for (;;) {
        size_t segment = first_segment(key, (size_t)(end - key));
        struct ns_json_segment s = ns_json_segment(key, segment, end);
        from = ns_json_find_branch(paths, from, &s)->to;
        if (from == NS_JSON_NOWHERE || key + segment == end)
            return from;
        key += segment + 1;
    }
}
