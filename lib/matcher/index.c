/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked up: the constants and patterns that predicates ask of each field. */
#include "base/bits.h"
#include "matcher/index_build.h"

/* --- Constants --------------------------------------------------------------------------- */

/* Predicates of constants alone are answered by the look-up too, whether keys or not, if their
 * field is looked up anyway. Those of regexes are not: what these require may stand in other
 * texts. */
static bool is_answered(const struct ns_index_build *b, const bool *is_looked_up,
                        size_t predicate)
{
    const struct ns_shared_predicate *p = &b->m->predicates[predicate];
    if (b->is_key[predicate])
        return !p->test->regex;
    return ns_index_asks_constants(p->spec) && is_looked_up[p->fields[0]];
}

static struct ns_index_constant string_constant(const struct ns_member *member, uint32_t field)
{
    uint64_t hash = ns_text_hash(&member->text, NS_FOLD_UNICODE);
    return (struct ns_index_constant){.hash = ns_index_hash(hash, field), .member = member};
}

static struct ns_index_constant number_constant(const struct ns_value *value, uint32_t field)
{
    int64_t number = 0;
    ns_value_is_whole(value, &number);
    return (struct ns_index_constant){.hash = ns_index_hash_number(number, field),
                                      .number = number};
}

static size_t constant_count(const struct ns_test *test)
{
    return test->string_count + test->value_count;
}

static void add_constants(struct ns_index_build *b, struct ns_index_field *fields,
                          uint32_t predicate, size_t *count)
{
    const struct ns_shared_predicate *p = &b->m->predicates[predicate];
    const struct ns_test *test = p->test;
    uint32_t field = p->fields[0];
    for (size_t i = 0; i < constant_count(test); i++) {
        bool is_string = i < test->string_count;
        struct ns_index_constant *c = &b->index->constants[(*count)++];
        *c = is_string ? string_constant(&test->set->members[i], field)
                       : number_constant(&test->values[i - test->string_count], field);
        c->fold = test->fold;
        c->field = field;
        c->predicate = predicate;
        c->use = b->index->uses[predicate];
        c->next = NS_NONE;
        if (is_string)
            ns_outline_add(&fields[field].outline, test->strings[i], test->fold);
        else
            fields[field].has_numbers = true;
    }
}

static bool is_same(const struct ns_index_constant *a, const struct ns_index_constant *b)
{
    if (a->field != b->field || !a->member != !b->member)
        return false;
    if (!a->member)
        return a->number == b->number;
    return a->fold == b->fold && ns_text_equal(&a->member->text, &b->member->text, NS_FOLD_NONE);
}

/* Into the chain of its hash, or to the same constant of other predicates there. */
static void chain_constant(struct ns_index *index, uint32_t number, uint32_t *slot)
{
    struct ns_index_constant *constant = &index->constants[number];
    constant->same = NS_NONE;
    for (uint32_t i = *slot; i != NS_NONE; i = index->constants[i].next) {
        if (is_same(&index->constants[i], constant)) {
            constant->same = index->constants[i].same;
            index->constants[i].same = number;
            return;
        }
    }
    constant->next = *slot;
    *slot = number;
}

/* Constants of one hash make a chain that starts in the slot; other hashes go on to the next
 * slot. */
static bool make_slots(struct ns_index_build *b, size_t count)
{
    struct ns_index *index = b->index;
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    index->slots = ns_index_make(b, size, sizeof *index->slots);
    index->slot_mask = size - 1;
    if (!index->slots)
        return false;
    for (size_t i = 0; i < size; i++)
        index->slots[i] = NS_NONE;
    for (uint32_t i = 0; i < count; i++)
        chain_constant(index, i, ns_index_slot(index, index->constants[i].hash));
    return true;
}

/* What the filter has of a constant. False of a string with ends that are not ASCII: no text
 * with ASCII ends equals it, folded or not. */
static bool brief_of(const struct ns_index_constant *c, uint64_t *brief)
{
    *brief = c->hash;
    if (!c->member)
        return true;
    const struct ns_text *text = &c->member->text;
    uint64_t head = ns_text_head(text), tail = ns_text_tail(text, head);
    *brief = ns_index_brief(text, ns_word_fold_ascii(head), ns_word_fold_ascii(tail), c->field);
    return !((head | tail) & NS_HIGH_BITS);
}

static bool make_filter(struct ns_index_build *b, size_t count)
{
    enum { BITS_EACH = 8 };
    struct ns_index *index = b->index;
    size_t size = 64;
    uint64_t brief;
    while (size < count * BITS_EACH)
        size *= 2;
    index->filter = ns_index_make(b, size / 64, sizeof *index->filter);
    index->filter_mask = size - 1;
    for (size_t i = 0; index->filter && i < count; i++) {
        if (brief_of(&index->constants[i], &brief))
            ns_set_bit(index->filter, (uint32_t)(brief & index->filter_mask));
    }
    return index->filter != NULL;
}

/* Room that begins with a line of the cache, which a constant fills. */
static struct ns_index_constant *make_constants(struct ns_index_build *b, size_t count)
{
    const size_t LINE = 64, size = sizeof(struct ns_index_constant);
    unsigned char *room = ns_index_make(b, count + LINE / size + 1, size);
    return room ? (void *)(room + (LINE - (uintptr_t)room % LINE) % LINE) : NULL;
}

static bool index_constants(struct ns_index_build *b, struct ns_index_field *fields,
                            const bool *is_looked_up)
{
    size_t total = 0, count = 0;
    for (size_t i = 0; i < b->m->predicate_count; i++) {
        struct ns_shared_predicate *p = &b->m->predicates[i];
        p->is_indexed = is_answered(b, is_looked_up, i);
        if (p->is_indexed)
            total += constant_count(p->test);
    }
    b->index->constants = make_constants(b, total);
    if (!b->index->constants || total >= NS_NONE)
        return false;
    for (size_t p = 0; p < b->m->predicate_count; p++) {
        if (b->m->predicates[p].is_indexed)
            add_constants(b, fields, (uint32_t)p, &count);
    }
    return make_slots(b, count) && make_filter(b, count);
}

/* --- Patterns ---------------------------------------------------------------------------- */

/* The patterns that are looked up on the field, and whose they are, if there is room for
 * them; how many there are. */
static size_t list_patterns(const struct ns_index_build *b, uint32_t field,
                            const struct ns_wildcard **patterns, uint32_t *predicates)
{
    size_t count = 0;
    for (uint32_t n = 0; n < b->m->predicate_count; n++) {
        const struct ns_shared_predicate *p = &b->m->predicates[n];
        if ((!p->is_indexed && !b->is_key[n]) || p->fields[0] != field)
            continue;
        const struct ns_test *test = p->test;
        for (size_t i = 0; i < ns_test_pattern_count(test); i++, count++) {
            if (patterns) {
                patterns[count] = ns_test_pattern(test, i);
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

/* --- Keys that are fields ---------------------------------------------------------------- */

static void link_uses(const struct ns_index_build *b, struct ns_index_field *fields)
{
    for (uint32_t f = 0; f < b->m->fields.count; f++) {
        const struct ns_index_use *use = &b->index->uses[ns_key_of_field(b->m, f)];
        fields[f].use = use->rule_count ? use : NULL;
    }
}

/* --- All of it --------------------------------------------------------------------------- */

/* Fields of keys and gates, and those of which several predicates ask constants. */
static void choose_fields(struct ns_index_build *b, uint32_t *asked, bool *is_looked_up)
{
    const netshare_matcher *m = b->m;
    for (size_t i = 0; i < b->link_count; i++)
        is_looked_up[ns_field_of_key(m, b->links[i].key)] = true;
    for (size_t i = 0; i < b->index->gate_fields.count; i++)
        is_looked_up[b->index->gate_fields.items[i]] = true;
    for (size_t i = 0; i < m->predicate_count; i++) {
        const struct ns_shared_predicate *p = &m->predicates[i];
        if (ns_index_asks_constants(p->spec) && asked[p->fields[0]]++)
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
    ok = ok && index_constants(b, fields, is_looked_up) && index_patterns(b, fields);
    if (ok)
        link_uses(b, fields);
    b->index->fields = fields;
    ns_free(&m->allocator, asked);
    ns_free(&m->allocator, is_looked_up);
    return ok;
}

bool ns_index_build(netshare_matcher *m)
{
    struct ns_index_build b = {.m = m, .index = ns_arena_alloc(&m->arena, 1, sizeof *b.index)};
    size_t keys = m->predicate_count + m->fields.count;
    b.is_key = ns_alloc_zero(&m->allocator, keys, sizeof *b.is_key);
    bool ok = b.index && b.is_key && ns_index_choose_rules(&b) && index_fields(&b);
    ns_free(&m->allocator, b.links);
    ns_free(&m->allocator, b.is_key);
    if (ok)
        m->index = b.index;
    return ok;
}
