/* SPDX-License-Identifier: Apache-2.0 */
#include "text/regex_internal.h"

#include <stdarg.h>
#include <stdio.h>

/*
 * A state is the number of the first cell of its row, so that a step is an addition
 * and a look-up. The dead state comes first, then those that do not accept, then
 * those that do, and last of all the one that no character leads out of, if any.
 */
struct ns_regex {
    enum ns_fold fold;
    struct ns_regex_required required;
    const struct ns_string *literals;
    size_t literal_count;
    uint32_t start;
    uint32_t accepting; /* states from here on */
    uint32_t endless;   /* the state that accepts whatever follows, or NO_STATE */
    uint32_t *next;
    size_t state_count;
    uint16_t ascii[0x80]; /* classes, of what the character folds to */
    /* Class range_classes[i] from the character range_starts[i] to the next start. */
    uint32_t *range_starts;
    uint16_t *range_classes;
    size_t range_count;
};

#define DEAD UINT32_C(0)
#define NO_STATE UINT32_MAX

/* --- failing --- */

bool ns_regex_fail(struct ns_regex_build *build, netshare_status status, size_t offset,
                   const char *format, ...)
{
    struct ns_regex_problem *problem = build->problem;
    build->status = status;
    problem->pattern = build->pattern;
    problem->offset = offset;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem->message, sizeof problem->message, format, arguments);
    va_end(arguments);
    return false;
}

bool ns_regex_no_memory(struct ns_regex_build *build)
{
    return ns_regex_fail(build, NETSHARE_ERROR_NO_MEMORY, 0, "out of memory");
}

bool ns_regex_spend(struct ns_regex_build *build, size_t steps)
{
    if (steps > NS_REGEX_MAX_WORK - build->work)
        return ns_regex_fail(build, NETSHARE_ERROR_LIMIT, 0,
                             "the pattern is too complex: its automaton would take too long "
                             "to build");
    build->work += steps;
    return true;
}

/* --- compiling --- */

static uint16_t range_class(const struct ns_regex *regex, uint32_t character)
{
    size_t low = 0, high = regex->range_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (regex->range_starts[middle] <= character)
            low = middle;
        else
            high = middle;
    }
    return regex->range_classes[low];
}

static bool copy_classes(struct ns_regex *regex, const struct ns_regex_build *build,
                         struct ns_arena *arena)
{
    size_t count = build->part_count;
    regex->range_starts =
        ns_arena_copy(arena, build->part_starts, count, sizeof *build->part_starts);
    regex->range_classes =
        ns_arena_copy(arena, build->part_classes, count, sizeof *build->part_classes);
    if (!regex->range_starts || !regex->range_classes)
        return false;
    regex->range_count = count;
    for (uint32_t c = 0; c < 0x80; c++)
        regex->ascii[c] = range_class(regex, ns_fold(build->fold, c));
    return true;
}

static bool has_no_way_out(const struct ns_regex_dfa *dfa, size_t class_count, size_t state)
{
    size_t c = 0;
    while (c < class_count && dfa->next[state * class_count + c] == state)
        c++;
    return c == class_count;
}

/* Gives the states their rows. */
static void number_states(struct ns_regex *regex, const struct ns_regex_dfa *dfa,
                          size_t class_count, uint32_t *rows)
{
    size_t endless = SIZE_MAX;
    uint32_t row = 0, step = (uint32_t)class_count;
    for (unsigned char accept = 0; accept < 2; accept++) {
        if (accept)
            regex->accepting = row;
        for (size_t s = 0; s < dfa->state_count; s++) {
            if (dfa->accept[s] != accept)
                continue;
            if (accept && has_no_way_out(dfa, class_count, s)) {
                endless = s;
            } else {
                rows[s] = row;
                row += step;
            }
        }
    }
    if (endless != SIZE_MAX)
        rows[endless] = row;
    regex->endless = endless != SIZE_MAX ? row : NO_STATE;
}

static bool copy_states(struct ns_regex *regex, struct ns_regex_build *build,
                        const struct ns_regex_dfa *dfa, struct ns_arena *arena)
{
    size_t classes = build->class_count;
    uint32_t *rows = ns_arena_alloc(&build->arena, dfa->state_count, sizeof *rows);
    regex->next = ns_arena_alloc(arena, dfa->state_count * classes, sizeof *regex->next);
    if (!rows || !regex->next)
        return false;
    number_states(regex, dfa, classes, rows);
    for (size_t s = 0; s < dfa->state_count; s++)
        for (size_t c = 0; c < classes; c++)
            regex->next[rows[s] + c] = rows[dfa->next[s * classes + c]];
    regex->start = rows[dfa->start];
    regex->state_count = dfa->state_count;
    return true;
}

static bool copy_literals(struct ns_regex *regex, const struct ns_regex_literals *literals,
                          struct ns_arena *arena)
{
    regex->literals =
        ns_arena_copy(arena, literals->items, literals->count, sizeof *literals->items);
    regex->literal_count = literals->count;
    return regex->literals != NULL;
}

static struct ns_regex *copy_result(struct ns_regex_build *build,
                                    const struct ns_regex_dfa *dfa,
                                    const struct ns_regex_literals *literals,
                                    struct ns_arena *arena)
{
    struct ns_regex *regex = ns_arena_alloc(arena, 1, sizeof *regex);
    if (!regex || !copy_classes(regex, build, arena) ||
        !copy_states(regex, build, dfa, arena) || !copy_literals(regex, literals, arena) ||
        !ns_regex_require(build, dfa, regex->ascii, &regex->required)) {
        ns_regex_no_memory(build);
        return NULL;
    }
    regex->fold = build->fold;
    return regex;
}

static struct ns_regex *compile(struct ns_regex_build *build, const struct ns_string *patterns,
                                size_t count, struct ns_arena *arena)
{
    struct ns_regex_node *root = ns_regex_parse(build, patterns, count);
    struct ns_regex_literals literals;
    struct ns_regex_dfa dfa;
    if (root && !ns_regex_find_literals(build, root, arena, &literals)) {
        ns_regex_no_memory(build);
        return NULL;
    }
    if (!root || !ns_regex_partition(build) || !ns_regex_build_complements(build, root) ||
        !ns_regex_build_dfa(build, root, &dfa))
        return NULL;
    struct ns_regex *regex = copy_result(build, &dfa, &literals, arena);
    ns_regex_dfa_free(build, &dfa);
    return regex;
}

netshare_status ns_regex_compile(const struct ns_string *patterns, size_t count,
                                 enum ns_fold fold, struct ns_arena *arena,
                                 const struct ns_regex **regex,
                                 struct ns_regex_problem *problem)
{
    struct ns_regex_build build = {
        .allocator = &arena->allocator, .fold = fold, .problem = problem};
    ns_arena_init(&build.arena, build.allocator);
    *regex = compile(&build, patterns, count, arena);
    ns_free(build.allocator, build.ranges);
    ns_free(build.allocator, build.folds);
    ns_free(build.allocator, build.sets);
    ns_arena_free(&build.arena);
    return *regex ? NETSHARE_OK : build.status;
}

/* --- matching --- */

static uint16_t class_of(const struct ns_regex *regex, uint32_t character)
{
    return range_class(regex, ns_fold(regex->fold, character));
}

static uint32_t run_utf8(const struct ns_regex *regex, const unsigned char *text, size_t length)
{
    const uint32_t *next = regex->next;
    const uint32_t endless = regex->endless;
    uint32_t state = regex->start;
    for (size_t at = 0; at < length;) {
        uint16_t class;
        if (text[at] < 0x80) {
            class = regex->ascii[text[at++]];
        } else {
            size_t end = at; /* so that `at` can stay in a register */
            class = class_of(regex, ns_utf8_next_slow(text, length, &end));
            at = end;
        }
        state = next[state + class];
        if (state == DEAD || state == endless)
            break;
    }
    return state;
}

static uint32_t run_utf16(const struct ns_regex *regex, const uint16_t *text, size_t length)
{
    const uint32_t *next = regex->next;
    const uint32_t endless = regex->endless;
    uint32_t state = regex->start;
    for (size_t at = 0; at < length;) {
        uint32_t c = ns_utf16_next(text, length, &at);
        state = next[state + (c < 0x80 ? regex->ascii[c] : class_of(regex, c))];
        if (state == DEAD || state == endless)
            break;
    }
    return state;
}

bool ns_regex_match(const struct ns_regex *regex, const struct ns_text *text)
{
    if (!ns_regex_has_required(&regex->required, text))
        return false;
    uint32_t state = text->encoding == NS_UTF8 ? run_utf8(regex, text->data, text->length)
                                               : run_utf16(regex, text->data, text->length);
    return state >= regex->accepting;
}

const struct ns_string *ns_regex_required_literals(const struct ns_regex *regex, size_t *count)
{
    *count = regex->literal_count;
    return regex->literals;
}

size_t ns_regex_state_count(const struct ns_regex *regex)
{
    return regex->state_count;
}
