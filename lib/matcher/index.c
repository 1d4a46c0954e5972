/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/index.h"

#include <string.h>

#include "base/sort.h"
#include "text/string_set.h"

/* Fewer rules than this are sooner decided than looked up. */
enum { LEAST_RULES = 4, MOST_KEYS = 64 };

/* One key of one rule. */
struct link {
    uint32_t predicate, rule;
};

struct builder {
    netshare_matcher *m;
    struct ns_index *index;
    struct ns_index_group *groups; /* of the index */
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

static uint32_t find_group(struct builder *b, uint32_t category, struct ns_index_group *groups)
{
    size_t i = 0;
    while (i < b->index->group_count && groups[i].category != category)
        i++;
    if (i == b->index->group_count) {
        groups[i].category = category;
        b->index->group_count++;
    }
    return (uint32_t)i;
}

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
    uint32_t keys[MOST_KEYS], category;
    for (int round = 0; round < 2; round++) {
        for (size_t r = 0; r < m->rule_count; r++) {
            size_t count = ns_index_keys(m, &m->rules[r], popularity, keys, MOST_KEYS, &category);
            for (size_t i = 0; i < count; i++)
                popularity[m->predicates[keys[i]].fields[0]]++;
        }
    }
}

static bool choose_keys_of(struct builder *b, uint32_t rule, const uint32_t *popularity,
                           struct ns_index_group *groups, uint32_t *group)
{
    uint32_t keys[MOST_KEYS], category;
    size_t count = ns_index_keys(b->m, &b->m->rules[rule], popularity, keys, MOST_KEYS, &category);
    *group = find_group(b, category, groups);
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
    struct ns_index_group *groups = ns_alloc_zero(&m->allocator, m->rule_count, sizeof *groups);
    uint32_t *popularity = ns_alloc_zero(&m->allocator, m->fields.count, sizeof *popularity);
    uint32_t *rule_groups = make(b, m->rule_count, sizeof *rule_groups);
    bool ok = groups && popularity && rule_groups;
    if (ok)
        count_popularity(m, popularity);
    for (uint32_t r = 0; ok && r < m->rule_count; r++)
        ok = choose_keys_of(b, r, popularity, groups, &rule_groups[r]);
    b->index->rule_groups = rule_groups;
    if (ok)
        b->groups = ns_arena_copy(&m->arena, groups, b->index->group_count, sizeof *groups);
    b->index->groups = b->groups;
    ns_free(&m->allocator, groups);
    ns_free(&m->allocator, popularity);
    return ok && b->groups;
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
    memset(seen, 0, m->fields.count * sizeof *seen);
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

/* The fields of the groups' predicates: mostly event.category alone. */
static bool list_category_fields(struct builder *b, uint32_t *numbers, bool *seen)
{
    size_t count = 0;
    memset(seen, 0, b->m->fields.count * sizeof *seen);
    for (size_t g = 0; g < b->index->group_count; g++) {
        uint32_t category = b->index->groups[g].category;
        uint32_t field = category == NS_NONE ? NS_NONE : b->m->predicates[category].fields[0];
        if (field != NS_NONE && !seen[field]) {
            seen[field] = true;
            numbers[count++] = field;
        }
    }
    b->index->category_fields = copy_numbers(b, numbers, count);
    return b->index->category_fields.items != NULL;
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
    ok = ok && list_category_fields(b, numbers, seen);
    ns_free(&m->allocator, numbers);
    ns_free(&m->allocator, seen);
    return ok;
}

/* --- Strings --------------------------------------------------------------------------------------- */

/* Predicates of strings alone are answered by the look-up too, whether keys or not, if their
 * field is looked up at all. */
static bool is_answered(const struct builder *b, const bool *has_keys, size_t predicate)
{
    const struct ns_shared_predicate *p = &b->m->predicates[predicate];
    if (p->spec->kind != NS_PREDICATE_FIELD || !has_keys[p->fields[0]])
        return false;
    return b->is_key[predicate] ||
           (ns_index_can_be_key(p->spec) && p->spec->test->pattern_count == 0);
}

static void add_strings(struct builder *b, struct ns_index_field *fields, uint32_t number,
                        size_t *count)
{
    const struct ns_shared_predicate *p = &b->m->predicates[number];
    const struct ns_test *test = p->spec->test;
    for (size_t i = 0; i < test->string_count; i++) {
        struct ns_text text = ns_text_string(test->strings[i]);
        struct ns_index_string *string = &b->index->strings[(*count)++];
        *string = (struct ns_index_string){
            .hash = ns_index_hash(ns_text_hash(&text, NS_FOLD_UNICODE), p->fields[0]),
            .text = test->strings[i],
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
    return a->field == b->field && a->fold == b->fold && a->text.length == b->text.length &&
           (a->text.length == 0 || memcmp(a->text.data, b->text.data, a->text.length) == 0);
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

static bool index_strings(struct builder *b, struct ns_index_field *fields, const bool *has_keys)
{
    size_t total = 0, count = 0;
    bool *is_indexed = make(b, b->m->predicate_count, sizeof *is_indexed);
    for (size_t p = 0; is_indexed && p < b->m->predicate_count; p++) {
        is_indexed[p] = is_answered(b, has_keys, p);
        if (is_indexed[p])
            total += b->m->predicates[p].spec->test->string_count;
    }
    b->index->is_indexed = is_indexed;
    b->index->strings = make(b, total, sizeof *b->index->strings);
    if (!is_indexed || !b->index->strings || total >= NS_NONE)
        return false;
    for (size_t p = 0; p < b->m->predicate_count; p++) {
        if (is_indexed[p])
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
        if (!b->index->is_indexed[n] || p->fields[0] != field)
            continue;
        for (size_t i = 0; i < p->spec->test->pattern_count; i++, count++) {
            if (patterns) {
                patterns[count] = p->spec->test->patterns[i].compiled;
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

static bool index_fields(struct builder *b)
{
    const netshare_matcher *m = b->m;
    struct ns_index_field *fields = make(b, m->fields.count, sizeof *fields);
    bool *has_keys = ns_alloc_zero(&m->allocator, m->fields.count, sizeof *has_keys);
    bool ok = fields && has_keys;
    for (size_t i = 0; ok && i < b->link_count; i++)
        has_keys[m->predicates[b->links[i].predicate].fields[0]] = true;
    for (size_t i = 0; ok && i < b->index->category_fields.count; i++)
        has_keys[b->index->category_fields.items[i]] = true;
    ok = ok && index_strings(b, fields, has_keys) && index_patterns(b, fields);
    b->index->fields = fields;
    ns_free(&m->allocator, has_keys);
    return ok;
}

bool ns_index_build(netshare_matcher *m)
{
    if (m->rule_count < LEAST_RULES)
        return true;
    struct builder b = {.m = m, .index = ns_arena_alloc(&m->arena, 1, sizeof *b.index)};
    b.key_counts = ns_alloc_zero(&m->allocator, m->rule_count, sizeof *b.key_counts);
    b.is_key = ns_alloc_zero(&m->allocator, m->predicate_count, sizeof *b.is_key);
    bool ok = b.index && b.key_counts && b.is_key && choose_keys(&b) && list_rules(&b) &&
              fill_groups(&b) && index_fields(&b);
    ns_free(&m->allocator, b.links);
    ns_free(&m->allocator, b.key_counts);
    ns_free(&m->allocator, b.is_key);
    if (ok)
        m->index = b.index;
    return ok;
}
