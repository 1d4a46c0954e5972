/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of rules to one matcher: common fields, common predicates, the rules' order. */
#include <string.h>

#include "base/error.h"
#include "base/sort.h"
#include "matcher/index.h"
#include "matcher/line_filter.h"
#include "matcher/matcher.h"

/* --- Packs ----------------------------------------------------------------------------- */

void ns_pack_init(struct ns_pack *pack, const netshare_allocator *allocator)
{
    *pack = (struct ns_pack){0};
    ns_programs_init(&pack->programs, allocator);
    ns_names_init(&pack->texts, allocator);
}

void ns_pack_free(struct ns_pack *pack)
{
    ns_free(&pack->programs.arena.allocator, pack->entries);
    ns_names_free(&pack->texts);
    ns_programs_free(&pack->programs);
}

/* --- The order of rules -------------------------------------------------------------- */

static bool rule_before(const void *context, uint32_t a, uint32_t b)
{
    const struct ns_entry *entries = context;
    const netshare_rule *x = entries[a].rule, *y = entries[b].rule;
    if (x->severity != y->severity)
        return x->severity > y->severity;
    int order = strcmp(x->strings[NETSHARE_RULE_ID], y->strings[NETSHARE_RULE_ID]);
    return order != 0 ? order < 0 : a < b;
}

static bool add_rules(netshare_matcher *m, const struct ns_pack *pack)
{
    const struct ns_entry *entries = pack->entries;
    size_t count = pack->count;
    uint32_t *order = ns_alloc(&m->allocator, count, sizeof *order);
    m->rules = ns_arena_alloc(&m->arena, count, sizeof *m->rules);
    if (!order || !m->rules) {
        ns_free(&m->allocator, order);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    ns_sort(order, count, rule_before, entries);
    for (size_t i = 0; i < count; i++) {
        const struct ns_entry *entry = &entries[order[i]];
        m->rules[i] = (struct ns_matcher_rule){.rule = entry->rule,
                                               .program = entry->program,
                                               .predicates = entry->program->predicates};
    }
    m->rule_count = count;
    ns_free(&m->allocator, order);
    return true;
}

/* --- Predicates ------------------------------------------------------------------------ */

/* What evaluating it needs of a scratch. */
static void note_needs(netshare_matcher *m, const struct ns_predicate *spec)
{
    if (spec->kind != NS_PREDICATE_EXPRESSION)
        return;
    m->makes_strings = true;
    if (spec->expression.stack_size > m->stack_size)
        m->stack_size = spec->expression.stack_size;
    if (spec->field_count > m->most_fields)
        m->most_fields = spec->field_count;
}

static bool add_predicates(netshare_matcher *m, const struct ns_programs *programs)
{
    m->predicate_count = programs->predicate_count;
    m->predicates = ns_arena_alloc(&m->arena, m->predicate_count, sizeof *m->predicates);
    if (!m->predicates)
        return false;
    for (size_t i = 0; i < m->predicate_count; i++) {
        const struct ns_predicate *spec = programs->predicates[i];
        const struct ns_test *test = spec->kind == NS_PREDICATE_FIELD ? spec->test : NULL;
        m->predicates[i] = (struct ns_shared_predicate){spec, test, spec->fields, 0, false};
        note_needs(m, spec);
    }
    for (size_t r = 0; r < m->rule_count; r++) {
        const struct ns_program *program = m->rules[r].program;
        for (size_t i = 0; i < program->predicate_count; i++)
            m->predicates[program->predicates[i]].uses++;
    }
    return true;
}

/* Branches by what the index answers, and that by the rules' predicates. */
static bool link_rules(netshare_matcher *m, const struct ns_pack *pack)
{
    bool ok = add_rules(m, pack) && add_predicates(m, &pack->programs) && ns_index_build(m) &&
              ns_line_filter_build(m);
    for (size_t i = 0; ok && i < m->rule_count; i++)
        ok = ns_link_branches(m, &m->rules[i]);
    return ok;
}

/* --- Matchers --------------------------------------------------------------------------- */

static void take_over(netshare_matcher *m, struct ns_pack *pack)
{
    m->pack = *pack;
    ns_pack_init(pack, &m->allocator);
    ns_names_init(&m->pack.programs.fields, &m->allocator); /* the matcher's own from now on */
    ns_programs_seal(&m->pack.programs);
    ns_names_seal(&m->pack.texts);
    ns_free(&m->allocator, m->pack.programs.predicates);
    ns_free(&m->allocator, m->pack.entries);
    m->pack.programs.predicates = NULL;
    m->pack.entries = NULL;
}

netshare_matcher *ns_link(struct ns_pack *pack, const netshare_allocator *allocator,
                          netshare_error *error)
{
    netshare_matcher *m = ns_alloc_zero(allocator, 1, sizeof *m);
    if (!m) {
        ns_error_no_memory(error);
        return NULL;
    }
    m->allocator = *allocator;
    m->fields = pack->programs.fields;
    atomic_init(&m->references, 1);
    ns_arena_init(&m->arena, allocator);
    if (!link_rules(m, pack)) {
        ns_arena_free(&m->arena);
        ns_free(allocator, m);
        ns_error_no_memory(error);
        return NULL;
    }
    take_over(m, pack);
    return m;
}

netshare_matcher *netshare_matcher_ref(const netshare_matcher *matcher)
{
    /* The count is no part of what is constant. */
    netshare_matcher *m = (netshare_matcher *)(uintptr_t)matcher;
    atomic_fetch_add_explicit(&m->references, 1, memory_order_relaxed);
    return m;
}

void netshare_matcher_unref(netshare_matcher *m)
{
    if (!m || atomic_fetch_sub_explicit(&m->references, 1, memory_order_acq_rel) != 1)
        return;
    const netshare_allocator a = m->allocator;
    ns_pack_free(&m->pack);
    ns_names_free(&m->fields);
    ns_arena_free(&m->arena);
    ns_free(&a, m);
}
