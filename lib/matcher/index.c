/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/index.h"

#include <string.h>

#include "base/sort.h"

/* Fewer rules than this are sooner decided than looked up. */
enum { LEAST_RULES = 4, MOST_KEYS = 64 };

/* One key of one rule. */
struct link {
    uint32_t predicate, rule;
};

struct builder {
    netshare_matcher *m;
    struct ns_index *index;
    struct ns_index_group *groups; /* as they grow */
    struct link *links;
    size_t link_count, link_capacity;
    size_t *key_counts; /* by rule */
    bool *is_key;       /* by predicate */
};

static void *make(struct builder *b, size_t count, size_t size)
{
    return ns_arena_alloc(&b->m->arena, count, size);
}

/* --- Groups and keys -------------------------------------------------------------------------- */

static bool add_link(struct builder *b, uint32_t predicate, uint32_t rule)
{
    struct link *links = ns_grow(&b->m->allocator, b->links, &b->link_capacity, b->link_count,
                                 sizeof *links);
    if (!links)
        return false;
    b->links = links;
    links[b->link_count++] = (struct link){predicate, rule};
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

static bool choose_keys_of(struct builder *b, uint32_t rule, const uint32_t *popularity)
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

static bool choose_keys(struct builder *b)
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
static void leave_groups(struct builder *b, struct group_path *path, size_t depth)
{
    for (; path->depth > depth; path->depth--)
        b->groups[path->groups[path->depth]].end = (uint32_t)b->index->group_count;
}

/* Leads the path to the group that has these gates, which are not before those at hand. */
static void enter_group(struct builder *b, struct group_path *path, const struct gates *gates)
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
static void plant_groups(struct builder *b, const struct gates *gates, const uint32_t *order,
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

static bool make_groups(struct builder *b)
{
    const netshare_matcher *m = b->m;
    struct gates *gates = ns_alloc(&m->allocator, m->rule_count, sizeof *gates);
    uint32_t *order = ns_alloc(&m->allocator, m->rule_count, sizeof *order);
    uint32_t *rule_groups = make(b, m->rule_count, sizeof *rule_groups);
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
    const struct link *links = context;
    if (links[a].predicate != links[b].predicate)
        return links[a].predicate < links[b].predicate;
    return links[a].rule != links[b].rule ? links[a].rule < links[b].rule : a < b;
}

static struct ns_number_list copy_numbers(struct builder *b, const uint32_t *numbers,
                                          size_t count)
{
    return (struct ns_number_list){
        ns_arena_copy(&b->m->arena, numbers, count, sizeof *numbers), count};
}

/* The rules of each predicate, from links sorted by predicate. */
static bool list_rules(struct builder *b)
{
    size_t count = b->link_count;
    struct ns_number_list *lists = make(b, b->m->predicate_count, sizeof *lists);
    uint32_t *rules = make(b, count, sizeof *rules);
    uint32_t *order = ns_alloc(&b->m->allocator, count, sizeof *order);
    bool ok = lists && rules && order;
    for (size_t i = 0; ok && i < count; i++)
        order[i] = (uint32_t)i;
    if (ok)
        ns_sort(order, count, link_before, b->links);
    for (size_t i = 0; ok && i < count; i++) {
        const struct link *link = &b->links[order[i]];
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
static void mark_fields_above(const struct builder *b, uint32_t number, bool *seen)
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
static bool fill_group(struct builder *b, uint32_t number, struct ns_index_group *group,
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

static bool fill_groups(struct builder *b)
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
static bool choose_rules(struct builder *b)
{
    return choose_keys(b) && make_groups(b) && fill_groups(b);
}

/* --- Strings --------------------------------------------------------------------------------------- */

static bool asks_strings(const struct ns_shared_predicate *p)
{
    return ns_index_can_be_key(p->spec) && p->test->pattern_count == 0;
}

/* Predicates of strings alone are answered by the look-up too, whether keys or not, if their
 * field is looked up anyway. */
static bool is_answered(const struct builder *b, const bool *is_looked_up, size_t predicate)
{
    const struct ns_shared_predicate *p = &b->m->predicates[predicate];
    return b->is_key[predicate] || (asks_strings(p) && is_looked_up[p->fields[0]]);
}

static void add_strings(struct builder *b, struct ns_index_field *fields, uint32_t number,
                        size_t *count)
{
    const struct ns_shared_predicate *p = &b->m->predicates[number];
    const struct ns_test *test = p->test;
    const struct ns_member *members = test->set ? test->set->members : NULL;
    for (size_t i = 0; i < test->string_count; i++) {
        struct ns_index_string *string = &b->index->strings[(*count)++];
        *string = (struct ns_index_string){
            .hash = ns_index_hash(ns_text_hash(&members[i].text, NS_FOLD_UNICODE), p->fields[0]),
            .member = &members[i],
            .fold = test->fold,
            .field = p->fields[0],
            .predicate = number,
            .next = NS_NONE,
        };
        ns_outline_add(&fields[p->fields[0]].outline, test->strings[i], test->fold);
    }
}

static bool is_same_string(const struct ns_index_string *a, const struct ns_index_string *b)
{
    return a->field == b->field && a->fold == b->fold &&
           ns_text_equal(&a->member->text, &b->member->text, NS_FOLD_NONE);
}

/* Into the chain of its hash, or to the same string of other predicates there. */
static void chain_string(struct ns_index *index, uint32_t number, uint32_t *slot)
{
    struct ns_index_string *string = &index->strings[number];
    string->same = NS_NONE;
    for (uint32_t i = *slot; i != NS_NONE; i = index->strings[i].next) {
        if (is_same_string(&index->strings[i], string)) {
            string->same = index->strings[i].same;
            index->strings[i].same = number;
            return;
        }
    }
    string->next = *slot;
    *slot = number;
}

/* Strings of one hash make a chain that starts in the slot; other hashes go on to the next
 * slot. */
static bool make_string_slots(struct builder *b, size_t count)
{
    struct ns_index *index = b->index;
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    index->string_slots = make(b, size, sizeof *index->string_slots);
    index->string_mask = size - 1;
    if (!index->string_slots)
        return false;
    for (size_t i = 0; i < size; i++)
        index->string_slots[i] = NS_NONE;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = index->strings[i].hash;
        size_t slot = (size_t)hash & index->string_mask;
        while (index->string_slots[slot] != NS_NONE &&
               index->strings[index->string_slots[slot]].hash != hash)
            slot = (slot + 1) & index->string_mask;
        chain_string(index, i, &index->string_slots[slot]);
    }
    return true;
}

static bool index_strings(struct builder *b, struct ns_index_field *fields,
                          const bool *is_looked_up)
{
    size_t total = 0, count = 0;
    for (size_t i = 0; i < b->m->predicate_count; i++) {
        struct ns_shared_predicate *p = &b->m->predicates[i];
        p->is_indexed = is_answered(b, is_looked_up, i);
        if (p->is_indexed)
            total += p->test->string_count;
    }
    b->index->strings = make(b, total, sizeof *b->index->strings);
    if (!b->index->strings || total >= NS_NONE)
        return false;
    for (size_t p = 0; p < b->m->predicate_count; p++) {
        if (b->m->predicates[p].is_indexed)
            add_strings(b, fields, (uint32_t)p, &count);
    }
    return make_string_slots(b, count);
}

/* --- Patterns -------------------------------------------------------------------------------------- */

/* The patterns that are looked up on the field, and whose they are, if there is room for
 * them; how many there are. */
static size_t list_patterns(const struct builder *b, uint32_t field,
                            const struct ns_wildcard **patterns, uint32_t *predicates)
{
    size_t count = 0;
    for (uint32_t n = 0; n < b->m->predicate_count; n++) {
        const struct ns_shared_predicate *p = &b->m->predicates[n];
        if (!p->is_indexed || p->fields[0] != field)
            continue;
        for (size_t i = 0; i < p->test->pattern_count; i++, count++) {
            if (patterns) {
                patterns[count] = p->test->patterns[i].compiled;
                predicates[count] = n;
            }
        }
    }
    return count;
}

static bool index_patterns(struct builder *b, struct ns_index_field *fields)
{
    for (uint32_t f = 0; f < b->m->fields.count; f++) {
        size_t count = list_patterns(b, f, NULL, NULL);
        if (count == 0)
            continue;
        const struct ns_wildcard **patterns = make(b, count, sizeof *patterns);
        uint32_t *predicates = make(b, count, sizeof *predicates);
        if (!patterns || !predicates)
            return false;
        list_patterns(b, f, patterns, predicates);
        fields[f].pattern_predicates = predicates;
        fields[f].patterns = ns_pattern_set_new(patterns, count, &b->m->arena);
        if (!fields[f].patterns)
            return false;
    }
    return true;
}

/* --- All of it ------------------------------------------------------------------------------------- */

/* Fields of keys and gates, and those of which several predicates ask strings. */
static void choose_fields(struct builder *b, uint32_t *asked, bool *is_looked_up)
{
    const netshare_matcher *m = b->m;
    for (size_t i = 0; i < b->link_count; i++)
        is_looked_up[m->predicates[b->links[i].predicate].fields[0]] = true;
    for (size_t i = 1; i < b->index->group_count; i++)
        is_looked_up[b->groups[i].gate_field] = true;
    for (size_t i = 0; i < m->predicate_count; i++) {
        const struct ns_shared_predicate *p = &m->predicates[i];
        if (asks_strings(p) && asked[p->fields[0]]++)
            is_looked_up[p->fields[0]] = true;
    }
}

static bool index_fields(struct builder *b)
{
    const netshare_matcher *m = b->m;
    struct ns_index_field *fields = make(b, m->fields.count, sizeof *fields);
    uint32_t *asked = ns_alloc_zero(&m->allocator, m->fields.count, sizeof *asked);
    bool *is_looked_up = ns_alloc_zero(&m->allocator, m->fields.count, sizeof *is_looked_up);
    bool ok = fields && asked && is_looked_up;
    if (ok)
        choose_fields(b, asked, is_looked_up);
    ok = ok && index_strings(b, fields, is_looked_up) && index_patterns(b, fields);
    b->index->fields = fields;
    ns_free(&m->allocator, asked);
    ns_free(&m->allocator, is_looked_up);
    return ok;
}

bool ns_index_build(netshare_matcher *m)
{
    struct builder b = {.m = m, .index = ns_arena_alloc(&m->arena, 1, sizeof *b.index)};
    b.key_counts = ns_alloc_zero(&m->allocator, m->rule_count, sizeof *b.key_counts);
    b.is_key = ns_alloc_zero(&m->allocator, m->predicate_count, sizeof *b.is_key);
    bool ok = b.index && b.key_counts && b.is_key &&
              (m->rule_count < LEAST_RULES || choose_rules(&b)) && list_rules(&b) &&
              index_fields(&b);
    ns_free(&m->allocator, b.groups);
    ns_free(&m->allocator, b.links);
    ns_free(&m->allocator, b.key_counts);
    ns_free(&m->allocator, b.is_key);
    if (ok)
        m->index = b.index;
    return ok;
}
