/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of rules to one matcher: common fields, common predicates, the rules' order. */
#include <string.h>

#include "base/error.h"
#include "base/sort.h"
#include "eql/compile.h"
#include "eql/describe.h"
#include "matcher/index.h"
#include "matcher/line_filter.h"
#include "matcher/matcher.h"

struct linker {
    netshare_matcher *matcher;
    struct ns_names texts; /* of the predicates, numbered as they are */
    struct ns_buffer text;
    size_t predicate_capacity;
};

void ns_entry_free(struct ns_entry *entry)
{
    ns_program_free(entry->program);
    ns_rule_free(entry->rule);
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

static bool add_rules(netshare_matcher *m, const struct ns_entry *entries, size_t count)
{
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
        m->rules[i].rule = entries[order[i]].rule;
        m->rules[i].program = entries[order[i]].program;
    }
    m->rule_count = count;
    ns_free(&m->allocator, order);
    return true;
}

/* --- Predicates ------------------------------------------------------------------------ */

static bool add_shared(struct linker *l, const struct ns_program *program,
                       const struct ns_predicate *spec)
{
    netshare_matcher *m = l->matcher;
    uint32_t *fields = ns_arena_alloc(&m->arena, spec->field_count, sizeof *fields);
    struct ns_shared_predicate *predicates =
        ns_grow(&m->allocator, m->predicates, &l->predicate_capacity, m->predicate_count,
                sizeof *predicates);
    if (predicates)
        m->predicates = predicates;
    if (!fields || !predicates)
        return false;
    for (size_t i = 0; i < spec->field_count; i++) {
        struct ns_string name = program->fields[spec->fields[i]];
        fields[i] = (uint32_t)ns_names_find(&m->fields, name.data, name.length);
    }
    predicates[m->predicate_count++] = (struct ns_shared_predicate){
        spec, spec->kind == NS_PREDICATE_FIELD ? spec->test : NULL, fields, 0, false};
    if (spec->kind == NS_PREDICATE_EXPRESSION) {
        m->makes_strings = true;
        if (spec->expression.stack_size > m->stack_size)
            m->stack_size = spec->expression.stack_size;
        if (spec->field_count > m->most_fields)
            m->most_fields = spec->field_count;
    }
    return true;
}

static bool link_predicates(struct linker *l, struct ns_matcher_rule *rule)
{
    const struct ns_program *program = rule->program;
    rule->predicates = ns_arena_alloc(&l->matcher->arena, program->predicate_count,
                                      sizeof *rule->predicates);
    if (!rule->predicates)
        return false;
    for (size_t i = 0; i < program->predicate_count; i++) {
        l->text.length = 0;
        ns_describe_predicate(&program->predicates[i], program->fields, &l->text);
        if (l->text.failed)
            return false;
        size_t number = ns_names_add(&l->texts, l->text.data, l->text.length);
        if (number == NS_NO_NAME)
            return false;
        if (number == l->matcher->predicate_count &&
            !add_shared(l, program, &program->predicates[i]))
            return false;
        rule->predicates[i] = (uint32_t)number;
        l->matcher->predicates[number].uses++;
    }
    return true;
}

static bool link_rule(struct linker *l, struct ns_matcher_rule *rule)
{
    netshare_matcher *m = l->matcher;
    const struct ns_program *program = rule->program;
    for (size_t i = 0; i < program->field_count; i++) {
        if (ns_names_add(&m->fields, program->fields[i].data, program->fields[i].length) ==
            NS_NO_NAME)
            return false;
    }
    return link_predicates(l, rule);
}

static bool link_all_predicates(netshare_matcher *m)
{
    struct linker l = {.matcher = m};
    ns_names_init(&l.texts, &m->allocator);
    ns_buffer_init(&l.text, &m->allocator);
    bool ok = true;
    for (size_t i = 0; ok && i < m->rule_count; i++)
        ok = link_rule(&l, &m->rules[i]);
    ns_names_free(&l.texts);
    ns_buffer_free(&l.text);
    return ok;
}

/* Branches by what the index answers, and that by the rules' predicates. */
static bool link_rules(netshare_matcher *m)
{
    bool ok = link_all_predicates(m) && ns_index_build(m) && ns_line_filter_build(m);
    for (size_t i = 0; ok && i < m->rule_count; i++)
        ok = ns_link_branches(m, &m->rules[i]);
    return ok;
}

/* --- Matchers --------------------------------------------------------------------------- */

/* Releases all but rules and programs. */
static void free_linked(netshare_matcher *m)
{
    const netshare_allocator a = m->allocator;
    ns_free(&a, m->predicates);
    ns_names_free(&m->fields);
    ns_arena_free(&m->arena);
    ns_free(&a, m);
}

netshare_matcher *ns_link(struct ns_entry *entries, size_t count,
                          const netshare_allocator *allocator, netshare_error *error)
{
    netshare_matcher *m = ns_alloc_zero(allocator, 1, sizeof *m);
    if (!m) {
        ns_error_no_memory(error);
        return NULL;
    }
    m->allocator = *allocator;
    atomic_init(&m->references, 1);
    ns_arena_init(&m->arena, allocator);
    ns_names_init(&m->fields, allocator);
    if (!add_rules(m, entries, count) || !link_rules(m)) {
        free_linked(m);
        ns_error_no_memory(error);
        return NULL;
    }
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
    for (size_t i = 0; i < m->rule_count; i++) {
        struct ns_entry entry = {m->rules[i].rule, m->rules[i].program};
        ns_entry_free(&entry);
    }
    free_linked(m);
}
