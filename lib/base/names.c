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

static struct ns_name make_name(const char *text, size_t length)
{
    return (struct ns_name){text, length, hash_text(text, length)};
}

static bool same(const struct ns_name *a, const struct ns_name *b)
{
    return a->hash == b->hash && a->length == b->length
           && memcmp(a->text, b->text, a->length) == 0;
}

/* The name's slot, or the empty one where it would go. */
static size_t find_slot(const struct ns_names *names, const struct ns_name *name)
{
    size_t mask = names->slot_count - 1, slot = (size_t)name->hash & mask;
    while (names->slots[slot] && !same(&names->items[names->slots[slot] - 1], name))
        slot = (slot + 1) & mask;
    return slot;
}

static size_t find(const struct ns_names *names, const struct ns_name *name)
{
    uint32_t number = names->slot_count ? names->slots[find_slot(names, name)] : 0;
    return number ? number - 1 : NS_NO_NAME;
}

size_t ns_names_find(const struct ns_names *names, const char *text, size_t length)
{
    struct ns_name name = make_name(text, length);
    return find(names, &name);
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
        slots[find_slot(names, &names->items[i])] = (uint32_t)i + 1;
    return true;
}

size_t ns_names_add(struct ns_names *names, const char *text, size_t length)
{
    struct ns_name name = make_name(text, length);
    size_t found = find(names, &name);
    if (found != NS_NO_NAME)
        return found;
    if (names->count == UINT32_MAX - 1 || !grow_slots(names))
        return NS_NO_NAME;
    struct ns_name *items = ns_grow(&names->arena.allocator, names->items, &names->capacity,
                                    names->count, sizeof *items);
    if (!items)
        return NS_NO_NAME;
    names->items = items;
    name.text = ns_arena_string(&names->arena, text, length);
    if (!name.text)
        return NS_NO_NAME;
    items[names->count] = name;
    names->slots[find_slot(names, &name)] = (uint32_t)names->count + 1;
    return names->count++;
}

/* Of all names, the last one added can leave its slot: none was added past it. */
void ns_names_cut(struct ns_names *names, size_t count)
{
    for (; names->count > count; names->count--) {
        names->slots[find_slot(names, &names->items[names->count - 1])] = 0;
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
