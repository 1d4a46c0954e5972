/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"

#include <string.h>

#include "base/hash.h"

void ns_names_init(struct ns_names *names, const netshare_allocator *allocator)
{
    *names = (struct ns_names){0};
    ns_arena_init(&names->arena, allocator);
}

/* Eight bytes at a time: many a text is long. */
static uint64_t hash_text(const char *text, size_t length)
{
    uint64_t hash = NS_HASH_START ^ length, word;
    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = ns_hash_end(hash ^ word);
    }
    for (size_t i = 0; i < length; i++)
        hash = ns_hash_step(hash, (unsigned char)text[i]);
    return ns_hash_end(hash);
}

static size_t find_slot(const struct ns_names *names, const char *text, size_t length)
{
    size_t mask = names->slot_count - 1;
    size_t slot = (size_t)hash_text(text, length) & mask;
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

/* Of all names, the last one added can leave its slot: none was added past it. */
void ns_names_cut(struct ns_names *names, size_t count)
{
    for (; names->count > count; names->count--) {
        const struct ns_name *last = &names->items[names->count - 1];
        names->slots[find_slot(names, last->text, last->length)] = 0;
    }
}

void ns_names_seal(struct ns_names *names)
{
    const struct ns_arena arena = names->arena;
    ns_free(&arena.allocator, names->items);
    ns_free(&arena.allocator, names->slots);
    *names = (struct ns_names){.arena = arena};
}

void ns_names_free(struct ns_names *names)
{
    ns_names_seal(names);
    ns_arena_free(&names->arena);
}
