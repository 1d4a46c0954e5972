/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules are looked at: their keys, and the groups that gates make of them. */
#include <string.h>

#include "base/sort.h"
#include "matcher/index_build.h"

enum { MOST_KEYS = 64 };

/* --- Keys --------------------------------------------------------------------------------------- */

static bool add_link(struct ns_index_build *b, uint32_t predicate, uint32_t rule)
{
    struct ns_key_link *links = ns_grow(&b->m->allocator, b->links, &b->link_capacity, b->link_count,
                                 sizeof *links);
    if (!links)
        return false;
    b->links = links;
    links[b->link_count++] = (struct ns_key_link){predicate, rule};
    b->is_key[predicate] = true;
    return true;
}

/* First without knowing what the other rules will choose, to see what is popular. */
static void count_popularity(const netshare_matcher *m, uint32_t *popularity)
{
    uint32_t keys[MOST_KEYS];
    for (int round = 0; round < 2; round++) {
        for (size_t r = 0; r < m->rule_count; r++) {
            size_t count = ns_index_keys(m, &m->rules[r], popularity, keys, MOST_KEYS);
            for (size_t i = 0; i < count; i++)
                popularity[m->predicates[keys[i]].fields[0]]++;
        }
    }
}

static bool choose_keys_of(struct ns_index_build *b, uint32_t rule, const uint32_t *popularity)
{
    uint32_t keys[MOST_KEYS];
    size_t count = ns_index_keys(b->m, &b->m->rules[rule], popularity, keys, MOST_KEYS);
    b->key_counts[rule] = count;
    for (size_t i = 0; i < count; i++) {
        if (!add_link(b, keys[i], rule))
            return false;
    }
    return true;
}

static bool choose_keys(struct ns_index_build *b)
{
    netshare_matcher *m = b->m;
    uint32_t *popularity = ns_alloc_zero(&m->allocator, m->fields.count, sizeof *popularity);
    bool ok = popularity;
    if (ok)
        count_popularity(m, popularity);
    for (uint32_t r = 0; ok && r < m->rule_count; r++)
        ok = choose_keys_of(b, r, popularity);
    ns_free(&m->allocator, popularity);
    return ok;
}

/* --- Groups ----------------------------------------------------------------------------------- */

/* A rule's gates; NS_NONE behind the last. */
struct gates {
    uint32_t predicates[NS_MOST_GATES];
};

/* NS_NONE comes first, so that a group stands before those below it. */
static bool gates_before(const void *context, uint32_t a, uint32_t b)
{
    const struct gates *gates = context;
    for (size_t i = 0; i < NS_MOST_GATES; i++) {
        uint32_t of_a = gates[a].predicates[i] + 1, of_b = gates[b].predicates[i] + 1;
        if (of_a != of_b)
            return of_a < of_b;
    }
    return a < b;
}

/* The groups from the first one, which has no gates, to the one at hand. */
struct group_path {
    uint32_t groups[NS_MOST_GATES + 1];
    size_t depth; /* gates of the last */
};

/* The groups behind which the next one stands end here. */
static void leave_groups(struct ns_index_build *b, struct group_path *path, size_t depth)
{
    for (; path->depth > depth; path->depth--)
        b->groups[path->groups[path->depth]].end = (uint32_t)b->index->group_count;
}

/* Leads the path to the group that has these gates, which are not before those at hand. */
static void enter_group(struct ns_index_build *b, struct group_path *path, const struct gates *gates)
{
    size_t same = 0;
    while (same < path->depth &&
           gates->predicates[same] == b->groups[path->groups[same + 1]].gate)
        same++;
    leave_groups(b, path, same);
    while (path->depth < NS_MOST_GATES && gates->predicates[path->depth] != NS_NONE) {
        uint32_t number = (uint32_t)b->index->group_count++;
        uint32_t gate = gates->predicates[path->depth++];
        b->groups[number].gate = gate;
        b->groups[number].gate_field = b->m->predicates[gate].fields[0];
        path->groups[path->depth] = number;
    }
}

/* Numbers the groups, and notes the group of each rule in `rule_groups`. */
static void plant_groups(struct ns_index_build *b, const struct gates *gates, const uint32_t *order,
                         uint32_t *rule_groups)
{
    struct group_path path = {.depth = 0};
    b->index->group_count = 1; /* without gates */
    for (size_t i = 0; i < b->m->rule_count; i++) {
        enter_group(b, &path, &gates[order[i]]);
        rule_groups[order[i]] = path.groups[path.depth];
    }
    leave_groups(b, &path, 0);
    b->groups[0].end = (uint32_t)b->index->group_count;
}

static bool make_groups(struct ns_index_build *b)
{
    const netshare_matcher *m = b->m;
    struct gates *gates = ns_alloc(&m->allocator, m->rule_count, sizeof *gates);
    uint32_t *order = ns_alloc(&m->allocator, m->rule_count, sizeof *order);
    uint32_t *rule_groups = ns_index_make(b, m->rule_count, sizeof *rule_groups);
    b->groups = ns_alloc_zero(&m->allocator, m->rule_count * NS_MOST_GATES + 1, sizeof *b->groups);
    bool ok = gates && order && rule_groups && b->groups;
    for (uint32_t r = 0; ok && r < m->rule_count; r++) {
        size_t count = ns_index_gates(m, &m->rules[r], gates[r].predicates);
        for (; count < NS_MOST_GATES; count++)
            gates[r].predicates[count] = NS_NONE;
        order[r] = r;
    }
    if (ok) {
        ns_sort(order, m->rule_count, gates_before, gates);
        plant_groups(b, gates, order, rule_groups);
    }
    b->index->rule_groups = rule_groups;
    ns_free(&m->allocator, gates);
    ns_free(&m->allocator, order);
    return ok;
}

/* --- Lists -------------------------------------------------------------------------------------- */

static bool link_before(const void *context, uint32_t a, uint32_t b)
{
    const struct ns_key_link *links = context;
    if (links[a].predicate != links[b].predicate)
        return links[a].predicate < links[b].predicate;
    return links[a].rule != links[b].rule ? links[a].rule < links[b].rule : a < b;
}

static struct ns_number_list copy_numbers(struct ns_index_build *b, const uint32_t *numbers,
                                          size_t count)
{
    return (struct ns_number_list){
        ns_arena_copy(&b->m->arena, numbers, count, sizeof *numbers), count};
}

/* The rules of each predicate, from links sorted by predicate. */
bool ns_index_list_rules(struct ns_index_build *b)
{
    size_t count = b->link_count;
    struct ns_number_list *lists = ns_index_make(b, b->m->predicate_count, sizeof *lists);
    uint32_t *rules = ns_index_make(b, count, sizeof *rules);
    uint32_t *order = ns_alloc(&b->m->allocator, count, sizeof *order);
    bool ok = lists && rules && order;
    for (size_t i = 0; ok && i < count; i++)
        order[i] = (uint32_t)i;
    if (ok)
        ns_sort(order, count, link_before, b->links);
    for (size_t i = 0; ok && i < count; i++) {
        const struct ns_key_link *link = &b->links[order[i]];
        struct ns_number_list *list = &lists[link->predicate];
        if (list->count == 0)
            list->items = &rules[i];
        rules[i] = link->rule;
        list->count++;
    }
    b->index->rules = lists;
    ns_free(&b->m->allocator, order);
    return ok;
}

/* Marks the fields that are looked up when the group's turn comes. */
static void mark_fields_above(const struct ns_index_build *b, uint32_t number, bool *seen)
{
    memset(seen, 0, b->m->fields.count * sizeof *seen);
    for (uint32_t above = 0; above < number; above++) {
        const struct ns_number_list *fields = &b->groups[above].fields;
        for (size_t i = 0; b->groups[above].end > number && i < fields->count; i++)
            seen[fields->items[i]] = true;
    }
}

/* The rules without keys of each group, and the fields of the other rules' keys. `numbers`
 * has room for as many as there are rules or fields, `seen` is a flag for each field. */
static bool fill_group(struct ns_index_build *b, uint32_t number, struct ns_index_group *group,
                       uint32_t *numbers, bool *seen)
{
    const netshare_matcher *m = b->m;
    size_t count = 0;
    for (uint32_t r = 0; r < m->rule_count; r++) {
        if (b->index->rule_groups[r] == number && b->key_counts[r] == 0)
            numbers[count++] = r;
    }
    group->unkeyed = copy_numbers(b, numbers, count);
    count = 0;
    mark_fields_above(b, number, seen);
    for (size_t i = 0; i < b->link_count; i++) {
        uint32_t field = m->predicates[b->links[i].predicate].fields[0];
        if (b->index->rule_groups[b->links[i].rule] == number && !seen[field]) {
            seen[field] = true;
            numbers[count++] = field;
        }
    }
    group->fields = copy_numbers(b, numbers, count);
    return group->unkeyed.items && group->fields.items;
}

static bool fill_groups(struct ns_index_build *b)
{
    const netshare_matcher *m = b->m;
    size_t most = m->rule_count > m->fields.count ? m->rule_count : m->fields.count;
    uint32_t *numbers = ns_alloc(&m->allocator, most, sizeof *numbers);
    bool *seen = ns_alloc(&m->allocator, m->fields.count, sizeof *seen);
    bool ok = numbers && seen;
    for (size_t g = 0; ok && g < b->index->group_count; g++)
        ok = fill_group(b, (uint32_t)g, &b->groups[g], numbers, seen);
    b->index->groups =
        ok ? ns_arena_copy(&b->m->arena, b->groups, b->index->group_count, sizeof *b->groups) : NULL;
    ns_free(&m->allocator, numbers);
    ns_free(&m->allocator, seen);
    return b->index->groups != NULL;
}

/* What decides which rules are looked at. */
bool ns_index_choose_rules(struct ns_index_build *b)
{
    return choose_keys(b) && make_groups(b) && fill_groups(b);
}
