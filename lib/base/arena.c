/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

struct ns_arena_block {
    struct ns_arena_block *next;
    size_t size; /* of data */
    alignas(max_align_t) unsigned char data[];
};

enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 4 * 1024, ALIGNMENT = alignof(max_align_t) };

void ns_arena_init(struct ns_arena *arena, const netshare_allocator *allocator)
{
    *arena = (struct ns_arena){.allocator = *allocator};
}

static void use_block(struct ns_arena *arena, struct ns_arena_block *block)
{
    block->next = arena->blocks;
    arena->blocks = block;
    arena->used = 0;
    arena->room = block->size;
}

static bool use_spare(struct ns_arena *arena, size_t at_least)
{
    struct ns_arena_block **link = &arena->spare;
    while (*link && (*link)->size < at_least)
        link = &(*link)->next;
    struct ns_arena_block *block = *link;
    if (!block)
        return false;
    *link = block->next;
    use_block(arena, block);
    return true;
}

static bool add_block(struct ns_arena *arena, size_t at_least)
{
    if (use_spare(arena, at_least))
        return true;
    size_t size = FIRST_BLOCK;
    if (arena->blocks) {
        size = arena->blocks->size * 2;
        if (size > LARGEST_BLOCK)
            size = LARGEST_BLOCK;
    }
    if (size < at_least)
        size = at_least;
    if (size > SIZE_MAX - sizeof(struct ns_arena_block))
        return false;
    struct ns_arena_block *block =
        ns_alloc(&arena->allocator, 1, sizeof(struct ns_arena_block) + size);
    if (!block)
        return false;
    block->size = size;
    use_block(arena, block);
    return true;
}

bool ns_arena_reserve(struct ns_arena *arena, size_t size)
{
    return add_block(arena, size);
}

void ns_arena_rewind(struct ns_arena *arena)
{
    while (arena->blocks) {
        struct ns_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        block->next = arena->spare;
        arena->spare = block;
    }
    arena->used = 0;
    arena->room = 0;
}

void *ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size)
        return NULL;
    size_t total = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (total == 0)
        total = ALIGNMENT;
    if (total > arena->room - arena->used && !add_block(arena, total))
        return NULL;
    void *memory = arena->blocks->data + arena->used;
    arena->used += total;
    memset(memory, 0, total);
    return memory;
}

char *ns_arena_string(struct ns_arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = ns_arena_alloc(arena, length + 1, 1);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

void *ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size)
{
    void *copy = ns_arena_alloc(arena, count, size);
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

size_t ns_arena_size(const struct ns_arena *arena)
{
    size_t total = 0;
    for (const struct ns_arena_block *b = arena->blocks; b; b = b->next)
        total += sizeof *b + b->size;
    for (const struct ns_arena_block *b = arena->spare; b; b = b->next)
        total += sizeof *b + b->size;
    return total;
}

void ns_arena_free(struct ns_arena *arena)
{
    ns_arena_rewind(arena);
    struct ns_arena_block *block = arena->spare;
    while (block) {
        struct ns_arena_block *next = block->next;
        ns_free(&arena->allocator, block);
        block = next;
    }
    ns_arena_init(arena, &arena->allocator);
}
