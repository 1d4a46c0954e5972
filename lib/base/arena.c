/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

/* Whatever is put into an arena is made of these. */
union any {
    void *pointer;
    int64_t integer;
    double decimal;
};

struct ns_arena_block {
    struct ns_arena_block *next;
    size_t size; /* of data */
    alignas(union any) unsigned char data[];
};

/* A larger item has a block of its own, so that no other block is left half empty. */
enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 32 * 1024, LARGE_ITEM = 512 };
/* Also where the machine aligns less: of a text of no more, eight bytes may be read. */
enum { ALIGNMENT = 8 };
_Static_assert(alignof(union any) <= ALIGNMENT, "items are aligned to less than they need");

void ns_arena_init(struct ns_arena *arena, const netshare_allocator *allocator)
{
    *arena = (struct ns_arena){.allocator = *allocator};
}

static void push(struct ns_arena_block **list, struct ns_arena_block *block)
{
    block->next = *list;
    *list = block;
}

static struct ns_arena_block *pop(struct ns_arena_block **list)
{
    struct ns_arena_block *block = *list;
    *list = block->next;
    return block;
}

static struct ns_arena_block *new_block(struct ns_arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct ns_arena_block))
        return NULL;
    struct ns_arena_block *block =
        ns_alloc(&arena->allocator, 1, sizeof(struct ns_arena_block) + size);
    if (block) {
        block->size = size;
        arena->size += sizeof *block + size;
    }
    return block;
}

/* A spare block, or a new one, with data of that size. */
static struct ns_arena_block *get_block(struct ns_arena *arena, struct ns_arena_block **spare,
                                        size_t at_least, size_t size)
{
    struct ns_arena_block **link = spare;
    while (*link && (*link)->size < at_least)
        link = &(*link)->next;
    return *link ? pop(link) : new_block(arena, size);
}

/* A quarter of what there is, so that not much is left over in the end. */
static size_t next_size(const struct ns_arena *arena, size_t at_least)
{
    size_t size = arena->size / 4 / ALIGNMENT * ALIGNMENT;
    size = size < FIRST_BLOCK ? FIRST_BLOCK : size > LARGEST_BLOCK ? LARGEST_BLOCK : size;
    return size < at_least ? at_least : size;
}

static bool add_block(struct ns_arena *arena, size_t at_least)
{
    struct ns_arena_block *block =
        get_block(arena, &arena->spare_blocks, at_least, next_size(arena, at_least));
    if (!block)
        return false;
    push(&arena->blocks, block);
    arena->used = 0;
    arena->room = block->size / ALIGNMENT * ALIGNMENT;
    return true;
}

bool ns_arena_reserve(struct ns_arena *arena, size_t size)
{
    return add_block(arena, size);
}

static void *add_large(struct ns_arena *arena, size_t size)
{
    struct ns_arena_block *block = get_block(arena, &arena->spare_large, size, size);
    if (!block)
        return NULL;
    push(&arena->large, block);
    return block->data;
}

/* Of one item, from the end of the newest block where the strings are, or from its start. */
static void *take(struct ns_arena *arena, size_t size, bool is_string)
{
    if (size > arena->room - arena->used) {
        if (size >= LARGE_ITEM)
            return add_large(arena, size);
        if (!add_block(arena, size))
            return NULL;
    }
    if (is_string)
        return arena->blocks->data + (arena->room -= size);
    arena->used += size;
    return arena->blocks->data + arena->used - size;
}

void *ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size)
        return NULL;
    size_t total = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (total == 0)
        total = ALIGNMENT;
    void *memory = take(arena, total, false);
    if (memory)
        memset(memory, 0, total);
    return memory;
}

char *ns_arena_string(struct ns_arena *arena, const char *text, size_t length)
{
    char *copy = length == SIZE_MAX ? NULL : take(arena, length + 1, true);
    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void *ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size)
{
    void *copy = ns_arena_alloc(arena, count, size);
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

/* --- Giving back ------------------------------------------------------------------------- */

struct ns_arena_mark ns_arena_mark(const struct ns_arena *arena)
{
    return (struct ns_arena_mark){arena->blocks, arena->large, arena->used, arena->room};
}

static void free_blocks(struct ns_arena *arena, struct ns_arena_block **list,
                        const struct ns_arena_block *up_to)
{
    while (*list != up_to) {
        struct ns_arena_block *block = pop(list);
        arena->size -= sizeof *block + block->size;
        ns_free(&arena->allocator, block);
    }
}

void ns_arena_release(struct ns_arena *arena, const struct ns_arena_mark *mark)
{
    free_blocks(arena, &arena->blocks, mark->blocks);
    free_blocks(arena, &arena->large, mark->large);
    arena->used = mark->used;
    arena->room = mark->room;
}

void ns_arena_rewind(struct ns_arena *arena)
{
    while (arena->blocks)
        push(&arena->spare_blocks, pop(&arena->blocks));
    while (arena->large)
        push(&arena->spare_large, pop(&arena->large));
    arena->used = 0;
    arena->room = 0;
}

void ns_arena_free(struct ns_arena *arena)
{
    ns_arena_rewind(arena);
    free_blocks(arena, &arena->spare_blocks, NULL);
    free_blocks(arena, &arena->spare_large, NULL);
    ns_arena_init(arena, &arena->allocator);
}
