/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many small allocations that are released together: syntax trees, programs,
 * rule metadata. A failed allocation leaves the arena usable.
 */
#ifndef NS_BASE_ARENA_H
#define NS_BASE_ARENA_H

#include "base/memory.h"

struct ns_arena_block;

struct ns_arena {
    netshare_allocator allocator;
    struct ns_arena_block *blocks;
    struct ns_arena_block *spare; /* emptied by ns_arena_rewind(), to be used again */
    size_t used; /* of the newest block */
    size_t room;
};

void ns_arena_init(struct ns_arena *arena, const netshare_allocator *allocator);
/* Zeroed memory for count elements, aligned for any type; NULL when out. */
void *ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size);
/* A copy with a final NUL. */
char *ns_arena_string(struct ns_arena *arena, const char *text, size_t length);
void *ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size);
/* Makes sure of a first block of that size; false when out of memory. */
bool ns_arena_reserve(struct ns_arena *arena, size_t size);
/* Forgets all contents and keeps the memory. */
void ns_arena_rewind(struct ns_arena *arena);
/* Bytes taken from the allocator. */
size_t ns_arena_size(const struct ns_arena *arena);
void ns_arena_free(struct ns_arena *arena);

#endif
