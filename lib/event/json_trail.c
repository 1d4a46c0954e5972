/* SPDX-License-Identifier: Apache-2.0 */
#include "event/json_trail.h"

void ns_json_trail_init(struct ns_json_trail *trail)
{
    memset(trail, 0, sizeof *trail);
    for (size_t i = 0; i < NS_JSON_CRUMBS; i++) {
        trail->crumbs[i].from = UINT32_MAX; /* fits nowhere */
        trail->crumbs[i].next = trail->crumbs;
    }
    ns_json_trail_start(trail);
}

static uint32_t hash_of(uint64_t parent, const char text[NS_JSON_CRUMB])
{
    uint64_t hash = parent * UINT64_C(0xC2B2AE3D27D4EB4F);
    for (size_t i = 0; i < NS_JSON_CRUMB; i += 8)
        hash = (hash ^ hash >> 32 ^ ns_load_bytes(text + i)) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(hash >> 32);
}

static bool holds(const struct ns_json_crumb *crumb, uint32_t from, const char *text)
{
    return crumb->from == from && memcmp(crumb->text, text, NS_JSON_CRUMB) == 0;
}

/* Where the key is or comes to be: one of two places, but never the start. */
static struct ns_json_crumb *find_room(struct ns_json_trail *trail, uint32_t hash, uint32_t from,
                                       const char *text)
{
    struct ns_json_crumb *first = &trail->crumbs[1 + hash % (NS_JSON_CRUMBS - 1)];
    struct ns_json_crumb *second = &trail->crumbs[1 + (hash >> 16) % (NS_JSON_CRUMBS - 1)];
    bool is_second = !holds(first, from, text) &&
                     (holds(second, from, text) || (first->length && !second->length));
    return is_second ? second : first;
}

void ns_json_trail_add(struct ns_json_trail *trail, const struct ns_json_crumb *parent,
                       uint32_t from, uint32_t to, const char *text, size_t length)
{
    char padded[NS_JSON_CRUMB] = {0};
    if (length > NS_JSON_CRUMB)
        return;
    memcpy(padded, text, length);
    uint64_t number = (uint64_t)(parent - trail->crumbs);
    struct ns_json_crumb *room = find_room(trail, hash_of(number, padded), from, padded);
    if (!holds(room, from, padded)) {
        room->length = (uint32_t)length;
        room->low_bits = (uint16_t)(UINT32_MAX >> (NS_JSON_CRUMB - length));
        room->high_bits = (uint16_t)(UINT32_MAX >> (NS_JSON_CRUMB - length) >> 16);
        room->from = from;
        room->to = to;
        room->is_string = text[length - 1] == '"';
        memcpy(room->text, padded, NS_JSON_CRUMB);
    }
    trail->last->next = room;
    trail->last = room;
}
