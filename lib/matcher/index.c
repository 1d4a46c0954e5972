/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked up: the strings and patterns that predicates ask of each field. */
#include "matcher/index_build.h"

/* --- Strings --------------------------------------------------------------------------------------- */

static bool asks_strings(const struct ns_shared_predicate *p)
{
    return ns_index_can_be_key(p->spec) && p->test->pattern_count == 0;
}

/* Predicates of strings alone are answered by the look-up too, whether keys or not, if their
 * field is looked up anyway. */
static bool is_answered(const struct ns_index_build *b, const bool *is_looked_up, size_t predicate)
{
    const struct ns_shared_predicate *p = &b->m->predicates[predicate];
    return b->is_key[predicate] || (asks_strings(p) && is_looked_up[p->fields[0]]);
}

static void add_strings(struct ns_index_build *b, struct ns_index_field *fields, uint32_t number,
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
static bool make_string_slots(struct ns_index_build *b, size_t count)
{
    struct ns_index *index = b->index;
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    index->string_slots = ns_index_make(b, size, sizeof *index->string_slots);
    index->string_mask = size - 1;
    if (!index->string_slots)
        return false;
    for (size_t i = 0; i < size; i++)
        index->string_slots[i] = NS_NONE;
    for (uint32_t i = 0; i < count; i++)
        chain_string(index, i, ns_index_slot(index, index->strings[i].hash));
    return true;
}

static bool index_strings(struct ns_index_build *b, struct ns_index_field *fields,
                          const bool *is_looked_up)
{
    size_t total = 0, count = 0;
    for (size_t i = 0; i < b->m->predicate_count; i++) {
        struct ns_shared_predicate *p = &b->m->predicates[i];
        p->is_indexed = is_answered(b, is_looked_up, i);
        if (p->is_indexed)
            total += p->test->string_count;
    }
    b->index->strings = ns_index_make(b, total, sizeof *b->index->strings);
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
static size_t list_patterns(const struct ns_index_build *b, uint32_t field,
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

static bool index_patterns(struct ns_index_build *b, struct ns_index_field *fields)
{
    for (uint32_t f = 0; f < b->m->fields.count; f++) {
        size_t count = list_patterns(b, f, NULL, NULL);
        if (count == 0)
            continue;
        const struct ns_wildcard **patterns = ns_index_make(b, count, sizeof *patterns);
        uint32_t *predicates = ns_index_make(b, count, sizeof *predicates);
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
static void choose_fields(struct ns_index_build *b, uint32_t *asked, bool *is_looked_up)
{
    const netshare_matcher *m = b->m;
    for (size_t i = 0; i < b->link_count; i++)
        is_looked_up[m->predicates[b->links[i].predicate].fields[0]] = true;
    for (size_t i = 0; i < b->index->gate_fields.count; i++)
        is_looked_up[b->index->gate_fields.items[i]] = true;
    for (size_t i = 0; i < m->predicate_count; i++) {
        const struct ns_shared_predicate *p = &m->predicates[i];
        if (asks_strings(p) && asked[p->fields[0]]++)
            is_looked_up[p->fields[0]] = true;
    }
}

static bool index_fields(struct ns_index_build *b)
{
    const netshare_matcher *m = b->m;
    struct ns_index_field *fields = ns_index_make(b, m->fields.count, sizeof *fields);
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
    struct ns_index_build b = {.m = m, .index = ns_arena_alloc(&m->arena, 1, sizeof *b.index)};
    b.is_key = ns_alloc_zero(&m->allocator, m->predicate_count, sizeof *b.is_key);
    bool ok = b.index && b.is_key && ns_index_choose_rules(&b) && index_fields(&b);
    ns_free(&m->allocator, b.links);
    ns_free(&m->allocator, b.is_key);
    if (ok)
        m->index = b.index;
    return ok;
}
