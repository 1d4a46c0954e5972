/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules are looked at: their keys and gates. */
#include "base/sort.h"
#include "matcher/index_build.h"

/* Fewer rules are sooner decided than looked up. */
enum { LEAST_RULES = 4, MOST_KEYS = 64 };

/* --- Keys --------------------------------------------------------------------------------------- */

static bool add_link(struct ns_index_build *b, uint32_t key, uint32_t rule)
{
    struct ns_key_link *links = ns_grow(&b->m->allocator, b->links, &b->link_capacity, b->link_count,
                                 sizeof *links);
    if (!links)
        return false;
    b->links = links;
    links[b->link_count++] = (struct ns_key_link){key, rule};
    b->is_key[key] = true;
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
                popularity[ns_field_of_key(m, keys[i])] += ns_key_is_predicate(m, keys[i]);
        }
    }
}

static bool choose_keys_of(struct ns_index_build *b, uint32_t rule, const uint32_t *popularity)
{
    uint32_t keys[MOST_KEYS];
    size_t count = ns_index_keys(b->m, &b->m->rules[rule], popularity, keys, MOST_KEYS);
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

/* --- Gates --------------------------------------------------------------------------------------- */

/* Adds a number, if it is not there, to a list that has room for it. */
static void add_number(uint32_t *numbers, size_t *count, uint32_t number)
{
    size_t i = 0;
    while (i < *count && numbers[i] != number)
        i++;
    if (i == *count)
        numbers[(*count)++] = number;
}

/* Numbers the predicates that are gates as rules come, and lists their fields. */
static bool number_gates(struct ns_index_build *b, struct ns_index_rule *needs,
                         struct ns_index_use *uses)
{
    const netshare_matcher *m = b->m;
    uint32_t *fields = ns_index_make(b, m->fields.count, sizeof *fields);
    size_t field_count = 0;
    for (uint32_t r = 0; fields && r < m->rule_count; r++) {
        uint32_t gates[NS_MOST_GATES];
        size_t count = ns_index_gates(m, &m->rules[r], gates);
        for (size_t i = 0; i < count; i++) {
            struct ns_index_use *use = &uses[gates[i]];
            if (!use->gate)
                use->gate = (uint32_t)++b->index->gate_count;
            needs[r].gates[i] = use->gate;
            add_number(fields, &field_count, m->predicates[gates[i]].fields[0]);
        }
    }
    b->index->gate_fields = (struct ns_number_list){fields, field_count};
    return fields != NULL;
}

/* --- Lists -------------------------------------------------------------------------------------- */

static bool link_before(const void *context, uint32_t a, uint32_t b)
{
    const struct ns_key_link *links = context;
    if (links[a].key != links[b].key)
        return links[a].key < links[b].key;
    return links[a].rule != links[b].rule ? links[a].rule < links[b].rule : a < b;
}

/* The rules of each key, from links sorted by key. */
static bool list_rules(struct ns_index_build *b, struct ns_index_use *uses)
{
    size_t count = b->link_count;
    uint32_t *rules = ns_index_make(b, count, sizeof *rules);
    uint32_t *order = ns_alloc(&b->m->allocator, count, sizeof *order);
    bool ok = rules && order;
    for (size_t i = 0; ok && i < count; i++)
        order[i] = (uint32_t)i;
    if (ok)
        ns_sort(order, count, link_before, b->links);
    for (size_t i = 0; ok && i < count; i++) {
        const struct ns_key_link *link = &b->links[order[i]];
        struct ns_index_use *use = &uses[link->key];
        if (use->rule_count++ == 0)
            use->rules = &rules[i];
        rules[i] = link->rule;
    }
    ns_free(&b->m->allocator, order);
    return ok;
}

/* The fields of each rule's keys, from links in the order of rules. */
static bool list_fields(struct ns_index_build *b, struct ns_index_rule *needs)
{
    uint32_t *fields = ns_index_make(b, b->link_count, sizeof *fields);
    for (size_t i = 0, start = 0; fields && i < b->link_count; i++) {
        struct ns_number_list *list = &needs[b->links[i].rule].fields;
        if (list->count == 0)
            list->items = &fields[start];
        add_number(&fields[start], &list->count, ns_field_of_key(b->m, b->links[i].key));
        if (i + 1 < b->link_count && b->links[i + 1].rule != b->links[i].rule)
            start += list->count;
    }
    return fields != NULL;
}

bool ns_index_choose_rules(struct ns_index_build *b)
{
    struct ns_index_rule *needs = ns_index_make(b, b->m->rule_count, sizeof *needs);
    struct ns_index_use *uses =
        ns_index_make(b, b->m->predicate_count + b->m->fields.count, sizeof *uses);
    b->index->uses = uses;
    if (!needs || !uses || b->m->rule_count < LEAST_RULES)
        return needs && uses;
    b->index->needs = needs;
    return choose_keys(b) && number_gates(b, needs, uses) && list_rules(b, uses) &&
           list_fields(b, needs);
}
