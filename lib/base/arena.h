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
    struct ns_arena_block *blocks; /* the newest first */
    struct ns_arena_block *large;  /* of one item each, likewise */
    struct ns_arena_block *spare_blocks, *spare_large; /* emptied, to be used again */
    size_t size;                   /* bytes taken from the allocator */
    size_t used; /* of the newest block, from its start on */
    size_t room; /* from here on, the newest block has strings, which need not be aligned */
};

/* What an arena held at some time. */
struct ns_arena_mark {
    struct ns_arena_block *blocks, *large;
    size_t used, room;
};

void ns_arena_init(struct ns_arena *arena, const netshare_allocator *allocator);
/* Zeroed memory for count elements, aligned for pointers and 64-bit numbers; NULL when out. */
void *ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size);
/* A copy with a final NUL. */
char *ns_arena_string(struct ns_arena *arena, const char *text, size_t length);
void *ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size);
struct ns_arena_mark ns_arena_mark(const struct ns_arena *arena);
/* Gives back what came after the mark. */
void ns_arena_release(struct ns_arena *arena, const struct ns_arena_mark *mark);
/* Makes sure of a first block of that size; false when out of memory. */
bool ns_arena_reserve(struct ns_arena *arena, size_t size);
/* Forgets all contents and keeps the memory. */
void ns_arena_rewind(struct ns_arena *arena);
void ns_arena_free(struct ns_arena *arena);

#endif
