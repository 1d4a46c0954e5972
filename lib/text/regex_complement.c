/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complements. A complement is the DFA of what it negates, with accepting and other
 * states exchanged; as a fragment it becomes a part of the NFA around it.
 */
#include "text/regex_internal.h"

bool ns_regex_build_dfa(struct ns_regex_build *build, const struct ns_regex_node *root,
                        struct ns_regex_dfa *dfa)
{
    struct ns_nfa nfa;
    *dfa = (struct ns_regex_dfa){0};
    bool ok = ns_regex_emit(build, root, &nfa) && ns_regex_determinise(build, &nfa, dfa);
    ns_free(build->allocator, nfa.states);
    if (ok && !ns_regex_minimise(build, dfa)) {
        ns_regex_dfa_free(build, dfa);
        ok = false;
    }
    return ok;
}

struct inverter {
    struct ns_regex_build *build;
    const struct ns_regex_dfa *dfa;
    size_t hopeless;   /* the state that accepts everything, if any: it turns dead */
    uint32_t *counts;  /* by target: classes that lead there, then where they end */
    uint16_t *reached; /* targets of the state at hand */
    struct ns_regex_edge *edges;
    size_t edge_count, edge_capacity;
};

static const uint16_t *row_of(const struct inverter *v, size_t state)
{
    return v->dfa->next + state * v->build->class_count;
}

static size_t find_hopeless(const struct inverter *v)
{
    for (size_t s = 0; s < v->dfa->state_count; s++) {
        const uint16_t *row = row_of(v, s);
        size_t c = 0;
        while (v->dfa->accept[s] && c < v->build->class_count && row[c] == s)
            c++;
        if (c == v->build->class_count)
            return s;
    }
    return SIZE_MAX;
}

static bool add_edge(struct inverter *v, const uint16_t *classes, size_t count, uint32_t target)
{
    struct ns_regex_edge *edges = ns_grow(v->build->allocator, v->edges, &v->edge_capacity,
                                          v->edge_count, sizeof *edges);
    if (!edges)
        return ns_regex_no_memory(v->build);
    v->edges = edges;
    edges[v->edge_count].target = target;
    return ns_regex_add_class_set(v->build, classes, count, &edges[v->edge_count++].set);
}

/* One edge to each target, by all classes that lead there. */
static bool add_edges(struct inverter *v, size_t state)
{
    const uint16_t *row = row_of(v, state);
    size_t classes = v->build->class_count, reached = 0;
    uint16_t *sorted = ns_arena_alloc(&v->build->arena, classes, sizeof *sorted);
    if (!sorted)
        return ns_regex_no_memory(v->build);
    for (size_t c = 0; c < classes; c++)
        if (v->counts[row[c]]++ == 0)
            v->reached[reached++] = row[c];
    uint32_t end = 0;
    for (size_t i = 0; i < reached; i++) {
        uint32_t count = v->counts[v->reached[i]];
        v->counts[v->reached[i]] = end;
        end += count;
    }
    for (size_t c = 0; c < classes; c++)
        sorted[v->counts[row[c]]++] = (uint16_t)c;
    uint32_t start = 0;
    for (size_t i = 0; i < reached; i++) {
        uint16_t target = v->reached[i];
        end = v->counts[target];
        v->counts[target] = 0;
        if (target != v->hopeless && !add_edge(v, sorted + start, end - start, target))
            return false;
        start = end;
    }
    return true;
}

static bool invert(struct inverter *v, struct ns_regex_fragment *fragment)
{
    struct ns_arena *arena = &v->build->arena;
    size_t states = v->dfa->state_count;
    v->counts = ns_arena_alloc(arena, states, sizeof *v->counts);
    v->reached = ns_arena_alloc(arena, states, sizeof *v->reached);
    unsigned char *accept = ns_arena_alloc(arena, states, 1);
    size_t *edge_start = ns_arena_alloc(arena, states + 1, sizeof *edge_start);
    if (!v->counts || !v->reached || !accept || !edge_start)
        return ns_regex_no_memory(v->build);
    v->hopeless = find_hopeless(v);
    for (size_t s = 0; s < states; s++) {
        accept[s] = !v->dfa->accept[s];
        if (s != v->hopeless && !add_edges(v, s))
            return false;
        edge_start[s + 1] = v->edge_count;
    }
    struct ns_regex_edge *edges = ns_arena_copy(arena, v->edges, v->edge_count, sizeof *edges);
    if (!edges)
        return ns_regex_no_memory(v->build);
    *fragment = (struct ns_regex_fragment){states, v->dfa->start, accept, edge_start, edges};
    return true;
}

static bool build_complement(struct ns_regex_build *build, struct ns_regex_node *node)
{
    struct ns_regex_fragment *fragment = ns_arena_alloc(&build->arena, 1, sizeof *fragment);
    if (!fragment)
        return ns_regex_no_memory(build);
    struct ns_regex_dfa dfa;
    if (!ns_regex_build_dfa(build, node->children, &dfa))
        return false;
    struct inverter v = {.build = build, .dfa = &dfa};
    bool ok = ns_regex_spend(build, dfa.state_count * build->class_count) &&
              invert(&v, fragment);
    ns_free(build->allocator, v.edges);
    ns_regex_dfa_free(build, &dfa);
    node->fragment = fragment;
    return ok;
}

/* Recursion is bounded by the tree's height. */
bool ns_regex_build_complements(struct ns_regex_build *build, struct ns_regex_node *node)
{
    for (struct ns_regex_node *child = node->children; child; child = child->next)
        if (!ns_regex_build_complements(build, child))
            return false;
    return node->kind != NS_REGEX_COMPLEMENT || build_complement(build, node);
}
