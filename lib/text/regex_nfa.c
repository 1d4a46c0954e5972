/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tree to an NFA. An expression is built with the state that follows it at
 * hand, thus from its end to its start. Recursion is bounded by the tree's height.
 */
#include "text/regex_internal.h"

struct emitter {
    struct ns_regex_build *build;
    struct ns_nfa *nfa;
};

/* NS_NFA_NONE on failure. */
static uint32_t emit(struct emitter *e, const struct ns_regex_node *node, uint32_t next);

static uint32_t add_state(struct emitter *e, enum ns_nfa_kind kind, uint32_t out,
                          uint32_t other, uint32_t set)
{
    struct ns_nfa *nfa = e->nfa;
    if (nfa->count == NS_REGEX_MAX_NFA_STATES) {
        ns_regex_fail(e->build, NETSHARE_ERROR_LIMIT, 0,
                      "the pattern is too large: its repetitions come to more than %d "
                      "characters",
                      NS_REGEX_MAX_NFA_STATES);
        return NS_NFA_NONE;
    }
    struct ns_nfa_state *states = ns_grow(e->build->allocator, nfa->states, &nfa->capacity,
                                          nfa->count, sizeof *states);
    if (!states) {
        ns_regex_no_memory(e->build);
        return NS_NFA_NONE;
    }
    nfa->states = states;
    states[nfa->count] =
        (struct ns_nfa_state){kind, out, other, set, NS_NFA_NONE, 0};
    return (uint32_t)nfa->count++;
}

static uint32_t add_split(struct emitter *e, uint32_t out, uint32_t other)
{
    return add_state(e, NS_NFA_SPLIT, out, other, 0);
}

static uint32_t emit_concat(struct emitter *e, const struct ns_regex_node *node, uint32_t next)
{
    for (const struct ns_regex_node *child = node->children; child && next != NS_NFA_NONE;
         child = child->next)
        next = emit(e, child, next);
    return next;
}

static uint32_t emit_union(struct emitter *e, const struct ns_regex_node *node, uint32_t next)
{
    uint32_t entry = add_split(e, NS_NFA_NONE, NS_NFA_NONE);
    for (const struct ns_regex_node *child = node->children; child && entry != NS_NFA_NONE;
         child = child->next) {
        uint32_t first = emit(e, child, next);
        if (first == NS_NFA_NONE)
            return NS_NFA_NONE;
        entry = add_split(e, first, entry);
    }
    return entry;
}

/*
 * One of several copies of a repeated expression, whose states make chains with
 * those of the others. The first copy takes numbers for the chains, one per state:
 * only then it is known how many, and which are those of repetitions inside it.
 */
static uint32_t emit_copy(struct emitter *e, const struct ns_regex_node *child, uint32_t next,
                          uint32_t *chain, uint32_t rank)
{
    struct ns_nfa *nfa = e->nfa;
    size_t from = nfa->count;
    uint32_t entry = emit(e, child, next);
    if (entry == NS_NFA_NONE)
        return NS_NFA_NONE;
    if (*chain == NS_NFA_NONE) {
        *chain = nfa->chain_count;
        nfa->chain_count += (uint32_t)(nfa->count - from);
    }
    for (size_t s = from; s < nfa->count; s++) {
        if (nfa->states[s].chain != NS_NFA_NONE)
            continue; /* in a repetition inside this one */
        nfa->states[s].chain = *chain + (uint32_t)(s - from);
        nfa->states[s].rank = rank;
    }
    return entry;
}

/* Any number of them from `min`. */
static uint32_t emit_loop(struct emitter *e, const struct ns_regex_node *node, uint32_t next)
{
    const struct ns_regex_node *child = node->children;
    uint32_t loop = add_split(e, next, NS_NFA_NONE);
    if (loop == NS_NFA_NONE)
        return NS_NFA_NONE;
    uint32_t chain = NS_NFA_NONE;
    uint32_t entry =
        node->min <= 1 ? emit(e, child, loop) : emit_copy(e, child, loop, &chain, 0);
    if (entry == NS_NFA_NONE)
        return NS_NFA_NONE;
    e->nfa->states[loop].other = entry;
    if (node->min == 0)
        return loop;
    for (uint32_t needed = 1; needed < node->min && entry != NS_NFA_NONE; needed++)
        entry = emit_copy(e, child, entry, &chain, needed);
    return entry;
}

static uint32_t emit_counted(struct emitter *e, const struct ns_regex_node *node, uint32_t next)
{
    const struct ns_regex_node *child = node->children;
    uint32_t chain = NS_NFA_NONE, entry = next, optional = node->max - node->min;
    for (uint32_t rank = optional; rank > 0 && entry != NS_NFA_NONE; rank--) {
        entry = optional == 1 ? emit(e, child, entry)
                              : emit_copy(e, child, entry, &chain, rank);
        if (entry != NS_NFA_NONE)
            entry = add_split(e, entry, next);
    }
    for (uint32_t i = 0; i < node->min && entry != NS_NFA_NONE; i++)
        entry = emit(e, child, entry);
    return entry;
}

static uint32_t emit_edges(struct emitter *e, const struct ns_regex_fragment *fragment,
                           size_t state, uint32_t first, uint32_t next)
{
    uint32_t entry = fragment->accept[state] ? next : NS_NFA_NONE;
    for (size_t i = fragment->edge_start[state]; i < fragment->edge_start[state + 1]; i++) {
        const struct ns_regex_edge *edge = &fragment->edges[i];
        uint32_t step =
            add_state(e, NS_NFA_SET, first + edge->target, NS_NFA_NONE, edge->set);
        if (step == NS_NFA_NONE)
            return NS_NFA_NONE;
        if (entry != NS_NFA_NONE && (step = add_split(e, step, entry)) == NS_NFA_NONE)
            return NS_NFA_NONE;
        entry = step;
    }
    e->nfa->states[first + state].out = entry;
    return first;
}

/* A split for each state of the DFA, then what each leads to. */
static uint32_t emit_fragment(struct emitter *e, const struct ns_regex_fragment *fragment,
                              uint32_t next)
{
    uint32_t first = (uint32_t)e->nfa->count;
    for (size_t s = 0; s < fragment->state_count; s++)
        if (add_split(e, NS_NFA_NONE, NS_NFA_NONE) == NS_NFA_NONE)
            return NS_NFA_NONE;
    for (size_t s = 0; s < fragment->state_count; s++)
        if (emit_edges(e, fragment, s, first, next) == NS_NFA_NONE)
            return NS_NFA_NONE;
    return first + (uint32_t)fragment->start;
}

static uint32_t emit(struct emitter *e, const struct ns_regex_node *node, uint32_t next)
{
    if (!ns_regex_spend(e->build, 1))
        return NS_NFA_NONE;
    switch (node->kind) {
    case NS_REGEX_SET:
        return add_state(e, NS_NFA_SET, next, NS_NFA_NONE, node->set);
    case NS_REGEX_CONCAT:
        return emit_concat(e, node, next);
    case NS_REGEX_UNION:
        return emit_union(e, node, next);
    case NS_REGEX_REPEAT:
        return node->max == NS_REGEX_UNBOUNDED ? emit_loop(e, node, next)
                                               : emit_counted(e, node, next);
    default: /* NS_REGEX_COMPLEMENT */
        return emit_fragment(e, node->fragment, next);
    }
}

bool ns_regex_emit(struct ns_regex_build *build, const struct ns_regex_node *root,
                   struct ns_nfa *nfa)
{
    /* cppcheck-suppress ctuuninitvar ; this function is what fills it */
    struct emitter e = {build, nfa};
    *nfa = (struct ns_nfa){0};
    nfa->accept = add_state(&e, NS_NFA_ACCEPT, NS_NFA_NONE, NS_NFA_NONE, 0);
    nfa->start = nfa->accept != NS_NFA_NONE ? emit(&e, root, nfa->accept) : NS_NFA_NONE;
    return nfa->start != NS_NFA_NONE;
}
