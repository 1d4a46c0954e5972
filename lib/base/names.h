/* SPDX-License-Identifier: Apache-2.0 */
/* A set of byte strings, each with a number from 0 in order of arrival. */
#ifndef NS_BASE_NAMES_H
#define NS_BASE_NAMES_H

#include "base/arena.h"

struct ns_name {
    const char *text; /* NUL-terminated */
    size_t length;
    uint64_t hash;
};

struct ns_names {
    struct ns_arena arena;
    struct ns_name *items;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* number + 1, 0 for empty; slot_count is a power of two */
    size_t slot_count;
};

#define NS_NO_NAME SIZE_MAX

void ns_names_init(struct ns_names *names, const netshare_allocator *allocator);
/* The number of the name, NS_NO_NAME when it is not there. */
size_t ns_names_find(const struct ns_names *names, const char *text, size_t length);
/* The number of the name, added if need be; NS_NO_NAME when out of memory. */
size_t ns_names_add(struct ns_names *names, const char *text, size_t length);
/* Forgets all names but the first `count`. */
void ns_names_cut(struct ns_names *names, size_t count);
/* Keeps the texts alone: from now on there are no numbers. */
void ns_names_seal(struct ns_names *names);
void ns_names_free(struct ns_names *names);

#endif
