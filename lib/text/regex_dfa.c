/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subset construction. A state of the DFA is the set of NFA states some text
 * leads to; of these it keeps those that read a character, and the accepting one.
 */
#include "text/regex_internal.h"

#include "base/hash.h"

#include <string.h>

/* A power of two, well above the number of subsets. */
enum { SLOT_COUNT = 32 * 1024, SLOT_MASK = SLOT_COUNT - 1 };

struct subset {
    size_t first; /* of its members */
    size_t count;
    uint32_t hash;
};

/* The lowest rank met of a chain, valid in this round. */
struct best {
    uint32_t round;
    uint32_t rank;
};

struct builder {
    struct ns_regex_build *build;
    const struct ns_nfa *nfa;
    struct ns_regex_dfa *dfa;
    size_t row_capacity, accept_capacity; /* of the DFA */
    struct ns_arena arena;                /* for all below that does not grow */
    struct subset *subsets;               /* by number of the DFA's state */
    size_t subset_capacity;
    uint32_t *members; /* of all subsets; behind them those of the one being built */
    size_t member_count, member_capacity;
    uint16_t *slots; /* hash table of subsets, 0 for empty */
    /* The subset being built, in a round of its own. */
    uint32_t round;
    uint32_t *seen; /* by NFA state: the last round that met it */
    struct best *best;
    uint32_t *stack;
    /* The row being filled: by class, where its characters lead. */
    uint32_t *target_ends;
    uint16_t *classes; /* that lead anywhere */
    size_t row_class_count;
    uint32_t *targets;
    size_t target_capacity;
};

/* Makes room for `count` elements. */
static bool reserve(struct builder *b, uint32_t **items, size_t *capacity, size_t count)
{
    while (*capacity < count) {
        uint32_t *grown =
            ns_grow(b->build->allocator, *items, capacity, *capacity, sizeof **items);
        if (!grown)
            return ns_regex_no_memory(b->build);
        *items = grown;
    }
    return true;
}

/* --- what is reached without reading a character --- */

/* Puts a state onto the stack unless it is there already, or one that accepts more. */
static size_t enter(struct builder *b, uint32_t number, size_t depth)
{
    if (number == NS_NFA_NONE || b->seen[number] == b->round)
        return depth;
    const struct ns_nfa_state *state = &b->nfa->states[number];
    if (state->chain != NS_NFA_NONE) {
        struct best *best = &b->best[state->chain];
        if (best->round == b->round && best->rank < state->rank)
            return depth;
        *best = (struct best){b->round, state->rank};
    }
    b->seen[number] = b->round;
    b->stack[depth] = number;
    return depth + 1;
}

/* A loop over any character at the end of the pattern. */
static bool accepts_anything(const struct builder *b, uint32_t number)
{
    const struct ns_nfa *nfa = b->nfa;
    const struct ns_nfa_state *loop = &nfa->states[number];
    if (loop->out != nfa->accept || loop->other == NS_NFA_NONE)
        return false;
    const struct ns_nfa_state *body = &nfa->states[loop->other];
    return body->kind == NS_NFA_SET && body->out == number &&
           b->build->sets[body->set].class_count == b->build->class_count;
}

/* The subset of that loop alone: what else was reached makes no difference. */
static size_t put_loop(struct builder *b, uint32_t number, uint32_t *members)
{
    uint32_t body = b->nfa->states[number].other;
    b->round++;
    b->seen[b->nfa->accept] = b->seen[body] = b->round;
    members[0] = b->nfa->accept;
    members[1] = body;
    return 2;
}

/* Writes what `depth` states on the stack lead to; returns how many. */
static size_t close_over(struct builder *b, size_t depth, uint32_t *members, size_t *steps)
{
    size_t count = 0;
    while (depth > 0) {
        uint32_t number = b->stack[--depth];
        const struct ns_nfa_state *state = &b->nfa->states[number];
        ++*steps;
        if (state->kind != NS_NFA_SPLIT) {
            members[count++] = number;
        } else if (accepts_anything(b, number)) {
            return put_loop(b, number, members);
        } else {
            depth = enter(b, state->other, depth);
            depth = enter(b, state->out, depth);
        }
    }
    return count;
}

/* Leaves out states that were met before another of their chain that accepts more. */
static size_t drop_lesser(struct builder *b, uint32_t *members, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct ns_nfa_state *state = &b->nfa->states[members[i]];
        if (state->chain != NS_NFA_NONE && b->best[state->chain].round == b->round &&
            b->best[state->chain].rank < state->rank)
            b->seen[members[i]] = 0;
        else
            members[kept++] = members[i];
    }
    return kept;
}

/* --- subsets and their numbers --- */

/* The same for any order of the members. */
static uint32_t hash_members(const uint32_t *members, size_t count)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++)
        hash += ns_hash_end(ns_hash_step(NS_HASH_START, members[i]));
    return (uint32_t)(hash ^ hash >> 32);
}

/* Is it the subset being built, whose members this round has seen? */
static bool is_current(const struct builder *b, const struct subset *subset, uint32_t hash,
                       size_t count)
{
    /* GCOVR_EXCL_START: different subsets of one hash */
    if (subset->hash != hash || subset->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (b->seen[b->members[subset->first + i]] != b->round)
            return false;
    /* GCOVR_EXCL_STOP */
    return true;
}

static bool check_size(struct builder *b)
{
    size_t states = b->dfa->state_count + 1, classes = b->build->class_count;
    if (states > NS_REGEX_MAX_STATES)
        return ns_regex_fail(b->build, NETSHARE_ERROR_LIMIT, 0,
                             "the pattern is too complex: its automaton has more than %d "
                             "states",
                             NS_REGEX_MAX_STATES);
    if (states * classes > NS_REGEX_MAX_CELLS)
        return ns_regex_fail(b->build, NETSHARE_ERROR_LIMIT, 0,
                             "the pattern is too complex: its automaton has more than %zu "
                             "states for %zu classes of characters",
                             states - 1, classes);
    return true;
}

/* Makes the last `count` members a new state with an empty row. */
static bool add_subset(struct builder *b, size_t count, uint32_t hash)
{
    const netshare_allocator *allocator = b->build->allocator;
    struct ns_regex_dfa *dfa = b->dfa;
    size_t number = dfa->state_count, row = b->build->class_count;
    if (!check_size(b))
        return false;
    uint16_t *next =
        ns_grow(allocator, dfa->next, &b->row_capacity, number, row * sizeof *next);
    if (!next)
        return ns_regex_no_memory(b->build);
    dfa->next = next;
    unsigned char *accept = ns_grow(allocator, dfa->accept, &b->accept_capacity, number, 1);
    if (!accept)
        return ns_regex_no_memory(b->build);
    dfa->accept = accept;
    struct subset *subsets =
        ns_grow(allocator, b->subsets, &b->subset_capacity, number, sizeof *subsets);
    if (!subsets)
        return ns_regex_no_memory(b->build);
    b->subsets = subsets;
    memset(next + number * row, 0, row * sizeof *next);
    accept[number] = b->seen[b->nfa->accept] == b->round;
    subsets[number] = (struct subset){b->member_count, count, hash};
    b->member_count += count;
    dfa->state_count++;
    return true;
}

/* The state for what `targets` lead to. */
static bool find_state(struct builder *b, const uint32_t *targets, size_t target_count,
                       uint16_t *number)
{
    if (!reserve(b, &b->members, &b->member_capacity, b->member_count + b->nfa->count))
        return false;
    uint32_t *members = b->members + b->member_count;
    size_t depth = 0, steps = target_count;
    b->round++;
    for (size_t i = 0; i < target_count; i++)
        depth = enter(b, targets[i], depth);
    size_t count = drop_lesser(b, members, close_over(b, depth, members, &steps));
    if (!ns_regex_spend(b->build, steps + count))
        return false;
    *number = 0;
    if (count == 0)
        return true;
    uint32_t hash = hash_members(members, count);
    size_t slot = hash & SLOT_MASK;
    for (; b->slots[slot] != 0; slot = (slot + 1) & SLOT_MASK) {
        if (is_current(b, &b->subsets[b->slots[slot]], hash, count)) {
            *number = b->slots[slot];
            return true;
        }
    }
    *number = b->slots[slot] = (uint16_t)b->dfa->state_count;
    return add_subset(b, count, hash);
}

/* --- rows --- */

static const struct ns_regex_set *set_of(const struct builder *b, uint32_t number)
{
    const struct ns_nfa_state *state = &b->nfa->states[number];
    return state->kind == NS_NFA_SET ? &b->build->sets[state->set] : NULL;
}

/* Sets target_ends to where each class's targets start. */
static bool count_targets(struct builder *b, const struct subset *subset)
{
    size_t total = 0;
    for (size_t i = 0; i < subset->count; i++) {
        const struct ns_regex_set *set = set_of(b, b->members[subset->first + i]);
        total += set ? set->class_count : 0;
    }
    if (!ns_regex_spend(b->build, subset->count + 2 * total) ||
        !reserve(b, &b->targets, &b->target_capacity, total))
        return false;
    b->row_class_count = 0;
    for (size_t i = 0; i < subset->count; i++) {
        const struct ns_regex_set *set = set_of(b, b->members[subset->first + i]);
        for (size_t c = 0; set && c < set->class_count; c++) {
            if (b->target_ends[set->classes[c]]++ == 0)
                b->classes[b->row_class_count++] = set->classes[c];
        }
    }
    uint32_t start = 0;
    for (size_t c = 0; c < b->row_class_count; c++) {
        uint32_t count = b->target_ends[b->classes[c]];
        b->target_ends[b->classes[c]] = start;
        start += count;
    }
    return true;
}

static void list_targets(struct builder *b, const struct subset *subset)
{
    for (size_t i = 0; i < subset->count; i++) {
        uint32_t number = b->members[subset->first + i];
        const struct ns_regex_set *set = set_of(b, number);
        for (size_t c = 0; set && c < set->class_count; c++)
            b->targets[b->target_ends[set->classes[c]]++] = b->nfa->states[number].out;
    }
}

/* Neighbouring classes often lead to the same: any character but a few. */
static bool fill_row(struct builder *b, size_t state)
{
    const struct subset subset = b->subsets[state];
    if (!ns_regex_spend(b->build, 1 + b->build->class_count / 16) ||
        !count_targets(b, &subset))
        return false;
    list_targets(b, &subset);
    const uint32_t *last = NULL;
    size_t last_count = 0, start = 0;
    uint16_t number = 0;
    for (size_t c = 0; c < b->row_class_count; c++) {
        uint16_t class = b->classes[c];
        const uint32_t *targets = b->targets + start;
        size_t count = b->target_ends[class] - start;
        if (!last || count != last_count ||
            memcmp(targets, last, count * sizeof *targets) != 0) {
            if (!find_state(b, targets, count, &number))
                return false;
            last = targets;
            last_count = count;
        }
        b->dfa->next[state * b->build->class_count + class] = number;
        start += count;
        b->target_ends[class] = 0;
    }
    return true;
}

static bool prepare(struct builder *b)
{
    size_t states = b->nfa->count, classes = b->build->class_count;
    b->slots = ns_arena_alloc(&b->arena, SLOT_COUNT, sizeof *b->slots);
    b->seen = ns_arena_alloc(&b->arena, states, sizeof *b->seen);
    b->best = ns_arena_alloc(&b->arena, b->nfa->chain_count, sizeof *b->best);
    b->stack = ns_arena_alloc(&b->arena, states, sizeof *b->stack);
    b->target_ends = ns_arena_alloc(&b->arena, classes, sizeof *b->target_ends);
    b->classes = ns_arena_alloc(&b->arena, classes, sizeof *b->classes);
    if (!b->slots || !b->seen || !b->best || !b->stack || !b->target_ends || !b->classes)
        return ns_regex_no_memory(b->build);
    b->round = 1;
    return add_subset(b, 0, 0); /* the dead state */
}

bool ns_regex_determinise(struct ns_regex_build *build, const struct ns_nfa *nfa,
                          struct ns_regex_dfa *dfa)
{
    struct builder b = {.build = build, .nfa = nfa, .dfa = dfa};
    ns_arena_init(&b.arena, build->allocator);
    *dfa = (struct ns_regex_dfa){0};
    uint16_t start = 0;
    bool ok = prepare(&b) && find_state(&b, &nfa->start, 1, &start);
    for (size_t state = 1; ok && state < dfa->state_count; state++)
        ok = fill_row(&b, state);
    dfa->start = start;
    ns_arena_free(&b.arena);
    ns_free(build->allocator, b.subsets);
    ns_free(build->allocator, b.members);
    ns_free(build->allocator, b.targets);
    if (!ok)
        ns_regex_dfa_free(build, dfa);
    return ok;
}
