/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hopcroft's algorithm: states are in blocks that are split as long as some class
 * leads from a part of one into another block that has still to be looked at.
 */
#include "text/regex_internal.h"

#include <string.h>

struct block {
    uint16_t first; /* of its states */
    uint16_t count;
    uint16_t marked; /* of these, at their start */
    bool waiting;
};

struct partition {
    struct ns_regex_build *build;
    const struct ns_regex_dfa *dfa;
    struct ns_arena arena;
    uint16_t *states; /* block by block */
    uint16_t *places; /* of the states in that list */
    uint16_t *block_of;
    struct block *blocks;
    size_t block_count;
    uint16_t *waiting; /* blocks to look at */
    size_t waiting_count;
    uint16_t *touched; /* blocks with marked states */
    size_t touched_count;
    uint16_t *splitter; /* the states of the block looked at */
    /* Those that lead to a state by a class: from source_starts[state * classes + class]
     * to the next start. */
    uint32_t *source_starts;
    uint16_t *sources;
};

static bool allocate(struct partition *p)
{
    size_t states = p->dfa->state_count, cells = states * p->build->class_count;
    struct ns_arena *arena = &p->arena;
    p->states = ns_arena_alloc(arena, states, sizeof *p->states);
    p->places = ns_arena_alloc(arena, states, sizeof *p->places);
    p->block_of = ns_arena_alloc(arena, states, sizeof *p->block_of);
    p->blocks = ns_arena_alloc(arena, states, sizeof *p->blocks);
    p->waiting = ns_arena_alloc(arena, states, sizeof *p->waiting);
    p->touched = ns_arena_alloc(arena, states, sizeof *p->touched);
    p->splitter = ns_arena_alloc(arena, states, sizeof *p->splitter);
    p->source_starts = ns_arena_alloc(arena, cells + 2, sizeof *p->source_starts);
    p->sources = ns_arena_alloc(arena, cells, sizeof *p->sources);
    if (!p->states || !p->places || !p->block_of || !p->blocks || !p->waiting || !p->touched ||
        !p->splitter || !p->source_starts || !p->sources)
        return ns_regex_no_memory(p->build);
    return true;
}

static void find_sources(struct partition *p)
{
    const struct ns_regex_dfa *dfa = p->dfa;
    size_t classes = p->build->class_count, cells = dfa->state_count * classes;
    uint32_t *starts = p->source_starts;
    for (size_t s = 0, cell = 0; s < dfa->state_count; s++)
        for (size_t c = 0; c < classes; c++, cell++)
            starts[dfa->next[cell] * classes + c + 2]++;
    for (size_t i = 2; i < cells + 2; i++)
        starts[i] += starts[i - 1];
    /* starts[i + 1] is where i starts, and moves to where it ends. */
    for (size_t s = 0, cell = 0; s < dfa->state_count; s++)
        for (size_t c = 0; c < classes; c++, cell++)
            p->sources[starts[dfa->next[cell] * classes + c + 1]++] = (uint16_t)s;
}

static void wait_for(struct partition *p, size_t block)
{
    p->blocks[block].waiting = true;
    p->waiting[p->waiting_count++] = (uint16_t)block;
}

/* A block of states that accept, and one of those that do not. */
static void start_blocks(struct partition *p)
{
    size_t count = 0, states = p->dfa->state_count;
    for (unsigned char accept = 0; accept < 2; accept++) {
        struct block *block = &p->blocks[p->block_count];
        block->first = (uint16_t)count;
        for (size_t s = 0; s < states; s++) {
            if (p->dfa->accept[s] != accept)
                continue;
            p->places[s] = (uint16_t)count;
            p->block_of[s] = (uint16_t)p->block_count;
            p->states[count++] = (uint16_t)s;
        }
        block->count = (uint16_t)(count - block->first);
        p->block_count += block->count > 0;
    }
    if (p->block_count == 2)
        wait_for(p, p->blocks[1].count < p->blocks[0].count);
}

static void mark(struct partition *p, uint16_t state)
{
    struct block *block = &p->blocks[p->block_of[state]];
    if (block->marked == 0)
        p->touched[p->touched_count++] = p->block_of[state];
    uint16_t place = (uint16_t)(block->first + block->marked++), other = p->states[place];
    p->states[p->places[state]] = other;
    p->places[other] = p->places[state];
    p->states[place] = state;
    p->places[state] = place;
}

/* Moves the marked states into a block of their own, unless all are. */
static void split(struct partition *p, uint16_t number)
{
    struct block *block = &p->blocks[number];
    uint16_t marked = block->marked;
    block->marked = 0;
    if (marked == block->count)
        return;
    size_t added = p->block_count++;
    p->blocks[added] = (struct block){block->first, marked, 0, false};
    for (size_t i = 0; i < marked; i++)
        p->block_of[p->states[block->first + i]] = (uint16_t)added;
    block->first = (uint16_t)(block->first + marked);
    block->count = (uint16_t)(block->count - marked);
    wait_for(p, block->waiting || marked <= block->count ? added : number);
}

/* Splits all blocks by whether a class leads from their states into this one. */
static bool split_by(struct partition *p, size_t number)
{
    size_t classes = p->build->class_count, count = p->blocks[number].count, steps = 0;
    memcpy(p->splitter, p->states + p->blocks[number].first, count * sizeof *p->splitter);
    for (size_t c = 0; c < classes; c++) {
        for (size_t i = 0; i < count; i++) {
            size_t cell = p->splitter[i] * classes + c;
            for (size_t k = p->source_starts[cell]; k < p->source_starts[cell + 1]; k++)
                mark(p, p->sources[k]);
            steps += 1 + p->source_starts[cell + 1] - p->source_starts[cell];
        }
        while (p->touched_count > 0)
            split(p, p->touched[--p->touched_count]);
    }
    return ns_regex_spend(p->build, steps);
}

/* A state for each block, numbered by its first state, so that the dead one stays 0. */
static void merge(const struct partition *p, struct ns_regex_dfa *dfa)
{
    size_t classes = p->build->class_count, count = 0;
    uint16_t *numbers = p->touched, *firsts = p->splitter; /* of blocks; free by now */
    memset(numbers, 0xFF, p->block_count * sizeof *numbers);
    for (size_t s = 0; s < dfa->state_count; s++) {
        if (numbers[p->block_of[s]] == UINT16_MAX) {
            numbers[p->block_of[s]] = (uint16_t)count;
            firsts[count++] = (uint16_t)s;
        }
    }
    for (size_t n = 0; n < count; n++) { /* firsts[n] >= n: no row is needed once overwritten */
        const uint16_t *row = dfa->next + firsts[n] * classes;
        for (size_t c = 0; c < classes; c++)
            dfa->next[n * classes + c] = numbers[p->block_of[row[c]]];
        dfa->accept[n] = dfa->accept[firsts[n]];
    }
    dfa->start = numbers[p->block_of[dfa->start]];
    dfa->state_count = count;
}

bool ns_regex_minimise(struct ns_regex_build *build, struct ns_regex_dfa *dfa)
{
    struct partition p = {.build = build, .dfa = dfa};
    ns_arena_init(&p.arena, build->allocator);
    bool ok = ns_regex_spend(build, dfa->state_count * build->class_count) && allocate(&p);
    if (ok) {
        find_sources(&p);
        start_blocks(&p);
    }
    while (ok && p.waiting_count > 0) {
        uint16_t number = p.waiting[--p.waiting_count];
        p.blocks[number].waiting = false;
        ok = split_by(&p, number);
    }
    if (ok)
        merge(&p, dfa);
    ns_arena_free(&p.arena);
    return ok;
}

void ns_regex_dfa_free(struct ns_regex_build *build, struct ns_regex_dfa *dfa)
{
    ns_free(build->allocator, dfa->next);
    ns_free(build->allocator, dfa->accept);
    *dfa = (struct ns_regex_dfa){0};
}
