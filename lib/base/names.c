/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"

#include <string.h>

#include "base/hash.h"

void ns_names_init(struct ns_names *names, const netshare_allocator *allocator)
{
    *names = (struct ns_names){0};
    ns_arena_init(&names->arena, allocator);
}

static size_t find_slot(const struct ns_names *names, const char *text, size_t length)
{
    size_t mask = names->slot_count - 1;
    size_t slot = (size_t)ns_hash_bytes(text, length) & mask;
    while (names->slots[slot]) {
        size_t i = names->slots[slot] - 1;
        if (names->items[i].length == length && memcmp(names->items[i].text, text, length) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

size_t ns_names_find(const struct ns_names *names, const char *text, size_t length)
{
    if (!names->slot_count)
        return NS_NO_NAME;
    uint32_t number = names->slots[find_slot(names, text, length)];
    return number ? number - 1 : NS_NO_NAME;
}

/* Keeps at least half of the slots empty, so that probes stay short. */
static bool grow_slots(struct ns_names *names)
{
    if (names->count * 2 < names->slot_count)
        return true;
    const netshare_allocator *a = &names->arena.allocator;
    size_t count = names->slot_count ? names->slot_count * 2 : 16;
    uint32_t *slots = ns_alloc_zero(a, count, sizeof *slots);
    if (!slots)
        return false;
    ns_free(a, names->slots);
    names->slots = slots;
    names->slot_count = count;
    for (size_t i = 0; i < names->count; i++)
        slots[find_slot(names, names->items[i].text, names->items[i].length)] = (uint32_t)i + 1;
    return true;
}

size_t ns_names_add(struct ns_names *names, const char *text, size_t length)
{
    size_t found = ns_names_find(names, text, length);
    if (found != NS_NO_NAME)
        return found;
    if (names->count == UINT32_MAX - 1 || !grow_slots(names))
        return NS_NO_NAME;
    struct ns_name *items = ns_grow(&names->arena.allocator, names->items, &names->capacity,
                                    names->count, sizeof *items);
    if (!items)
        return NS_NO_NAME;
    names->items = items;
    char *copy = ns_arena_string(&names->arena, text, length);
    if (!copy)
        return NS_NO_NAME;
    items[names->count] = (struct ns_name){copy, length};
    names->slots[find_slot(names, text, length)] = (uint32_t)names->count + 1;
    return names->count++;
}

void ns_names_free(struct ns_names *names)
{
    netshare_allocator allocator = names->arena.allocator;
    ns_free(&allocator, names->items);
    ns_free(&allocator, names->slots);
    ns_arena_free(&names->arena);
    ns_names_init(names, &allocator);
}
