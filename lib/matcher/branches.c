/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order in which a rule asks its predicates. `and` and `or` have no side effects, so
 * what is cheap and likely to decide comes first.
 */
#include "base/sort.h"
#include "matcher/estimate.h"
#include "matcher/index.h"

/* --- Order ------------------------------------------------------------------------------- */

struct plan {
    struct ns_estimate estimate;
    double rank;        /* by which siblings are ordered */
    uint32_t last;      /* the child to be asked last; itself names the one before it */
    uint32_t previous;  /* among the siblings, or NONE */
};

#define NONE UINT32_MAX

struct planner {
    const netshare_matcher *matcher;
    const struct ns_matcher_rule *rule;
    struct plan *plans; /* by clause */
    uint32_t *children; /* of the clause at hand */
};

static bool ranks_before(const void *context, uint32_t a, uint32_t b)
{
    const struct plan *plans = context;
    if (plans[a].rank < plans[b].rank || plans[a].rank > plans[b].rank)
        return plans[a].rank < plans[b].rank;
    return a < b;
}

/* The least expected cost has who asks first what costs little for its chance to decide. */
static double rank_of(struct ns_estimate e, bool decides_if_true)
{
    double deciding = decides_if_true ? e.chance : 1 - e.chance;
    return deciding > 0 ? e.cost / deciding : 1e300;
}

static void plan_children(struct planner *p, uint32_t clause)
{
    const struct ns_clause *clauses = p->rule->program->clauses;
    bool is_or = clauses[clause].kind == NS_CLAUSE_OR;
    size_t count = 0;
    for (uint32_t i = clause + 1; i < clauses[clause].end; i = clauses[i].end) {
        while (clauses[i].kind == clauses[clause].kind) /* a or (b or c): its own children */
            i++;
        p->plans[i].rank = rank_of(p->plans[i].estimate, is_or);
        p->children[count++] = i;
    }
    ns_sort(p->children, count, ranks_before, p->plans);
    double cost = 0, reached = 1; /* the chance that a child is asked */
    uint32_t previous = NONE;
    for (size_t i = 0; i < count; i++) {
        struct plan *child = &p->plans[p->children[i]];
        cost += reached * child->estimate.cost;
        reached *= is_or ? 1 - child->estimate.chance : child->estimate.chance;
        child->previous = previous;
        previous = p->children[i];
    }
    p->plans[clause].last = previous;
    p->plans[clause].estimate = (struct ns_estimate){cost, is_or ? 1 - reached : reached};
}

/* A rule is tried only where its gates hold. They are asked all the same, last, as one may be
 * undecided. */
static bool is_gate(const struct planner *p, uint32_t predicate)
{
    const struct ns_index *index = p->matcher->index;
    uint32_t gate = index->uses[predicate].gate;
    if (!gate)
        return false;
    const uint32_t *gates = index->needs[p->rule - p->matcher->rules].gates;
    size_t i = 0;
    while (i < NS_MOST_GATES && gates[i] != gate)
        i++;
    return i < NS_MOST_GATES;
}

static struct ns_estimate estimate_leaf(const struct planner *p, const struct ns_clause *clause)
{
    uint32_t predicate = p->rule->predicates[clause->predicate];
    struct ns_estimate e = ns_estimate_predicate(p->matcher, predicate);
    if (is_gate(p, predicate))
        e.chance = 1;
    if (clause->negated)
        e.chance = 1 - e.chance;
    return e;
}

/* Clauses below others stand behind them: from the end, all below is planned already. */
static void plan_clauses(struct planner *p)
{
    const struct ns_program *program = p->rule->program;
    for (size_t i = program->clause_count; i-- > 0;) {
        const struct ns_clause *clause = &program->clauses[i];
        struct plan *plan = &p->plans[i];
        if (clause->kind == NS_CLAUSE_NOT) {
            plan->estimate = p->plans[i + 1].estimate;
            plan->estimate.chance = 1 - plan->estimate.chance;
        } else if (clause->kind != NS_CLAUSE_LEAF) {
            plan_children(p, (uint32_t)i);
        } else {
            plan->estimate = estimate_leaf(p, clause);
        }
    }
}

/* --- Branches ------------------------------------------------------------------------------ */

struct writer {
    const struct planner *planner;
    struct ns_branch *branches;
    uint32_t count;
};

static uint32_t write_leaf(struct writer *w, const struct ns_clause *clause, uint32_t if_true,
                           uint32_t if_false)
{
    uint32_t number = w->planner->rule->predicates[clause->predicate];
    const struct ns_shared_predicate *predicate = &w->planner->matcher->predicates[number];
    const struct ns_predicate *spec = predicate->spec;
    if (clause->negated) {
        uint32_t swapped = if_true;
        if_true = if_false;
        if_false = swapped;
    }
    if (spec->kind == NS_PREDICATE_CONSTANT)
        return spec->verdict ? if_true : if_false;
    w->branches[w->count] = (struct ns_branch){
        number, if_true, if_false, predicate->is_indexed ? predicate->fields[0] : NS_NO_FIELD};
    return w->count++;
}

/* Writes what decides the clause and returns where that starts. From the end, so that
 * what follows is known. Recursion is bounded by the nesting of the query. */
static uint32_t write_clause(struct writer *w, uint32_t number, uint32_t if_true,
                             uint32_t if_false)
{
    const struct plan *plans = w->planner->plans;
    const struct ns_clause *clause = &w->planner->rule->program->clauses[number];
    if (clause->kind == NS_CLAUSE_LEAF)
        return write_leaf(w, clause, if_true, if_false);
    if (clause->kind == NS_CLAUSE_NOT)
        return write_clause(w, number + 1, if_false, if_true);
    bool is_or = clause->kind == NS_CLAUSE_OR;
    uint32_t next = is_or ? if_false : if_true;
    for (uint32_t child = plans[number].last; child != NONE; child = plans[child].previous)
        next = is_or ? write_clause(w, child, if_true, next)
                     : write_clause(w, child, next, if_false);
    return next;
}

bool ns_link_branches(netshare_matcher *m, struct ns_matcher_rule *rule)
{
    const struct ns_program *program = rule->program;
    const netshare_allocator *a = &m->allocator;
    struct planner planner = {.matcher = m, .rule = rule};
    planner.plans = ns_alloc_zero(a, program->clause_count, sizeof *planner.plans);
    planner.children = ns_alloc(a, program->clause_count, sizeof *planner.children);
    struct writer writer = {.planner = &planner};
    writer.branches =
        ns_arena_alloc(&m->arena, program->predicate_count, sizeof *writer.branches);
    bool ok = planner.plans && planner.children && writer.branches;
    if (ok) {
        plan_clauses(&planner);
        rule->start = write_clause(&writer, 0, NS_BRANCH_MATCH, NS_BRANCH_NO_MATCH);
        rule->branches = writer.branches;
    }
    ns_free(a, planner.plans);
    ns_free(a, planner.children);
    return ok;
}
