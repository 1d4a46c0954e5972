/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Literals of which one stands in every text that matches, found on the tree: what is one
 * character alone, in a row, and not left to choice.
 */
#include "text/regex_internal.h"

/* Longer ones are cut. */
enum { MOST_BYTES = 32 };

/* Characters in a row. The tree has the last first, and so have these. */
struct run {
    unsigned char characters[MOST_BYTES];
    size_t length;
};

struct collector {
    const struct ns_regex_build *build;
    struct run run, longest;
};

static void end_run(struct collector *c)
{
    if (c->run.length > c->longest.length)
        c->longest = c->run;
    c->run.length = 0;
}

static void add_character(struct collector *c, unsigned char character)
{
    if (c->run.length == MOST_BYTES)
        end_run(c);
    c->run.characters[c->run.length++] = character;
}

/* The ASCII character that all of the set's fold to. */
static bool is_alone(const struct collector *c, const struct ns_regex_node *node,
                     unsigned char *character)
{
    if (node->kind != NS_REGEX_SET)
        return false;
    const struct ns_regex_set *set = &c->build->sets[node->set];
    enum ns_fold fold = c->build->fold;
    for (size_t i = 0; i < set->range_count; i++) {
        uint32_t low = ns_range_low(set->ranges[i]);
        uint32_t folded = ns_fold(fold, low);
        if (low != ns_range_high(set->ranges[i]) || folded >= 0x80 ||
            folded != ns_fold(fold, ns_range_low(set->ranges[0])))
            return false;
        *character = (unsigned char)folded;
    }
    return set->range_count > 0;
}

static void collect(struct collector *c, const struct ns_regex_node *node);

static void add_characters(struct collector *c, unsigned char character, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < MOST_BYTES; i++)
        add_character(c, character);
}

/* What is repeated stands there at least so often, on either side of what more of it there may
 * be. */
static void collect_repeat(struct collector *c, const struct ns_regex_node *node)
{
    unsigned char character;
    if (node->min && is_alone(c, node->children, &character)) {
        add_characters(c, character, node->min);
        if (node->max > node->min || node->min > MOST_BYTES) {
            end_run(c);
            add_characters(c, character, node->min);
        }
        return;
    }
    end_run(c);
    if (node->min)
        collect(c, node->children);
    end_run(c);
}

/* Recursion is bounded by NS_REGEX_MAX_NESTING. */
static void collect(struct collector *c, const struct ns_regex_node *node)
{
    unsigned char character;
    if (is_alone(c, node, &character)) {
        add_character(c, character);
    } else if (node->kind == NS_REGEX_REPEAT) {
        collect_repeat(c, node);
    } else if (node->kind == NS_REGEX_CONCAT) {
        for (const struct ns_regex_node *child = node->children; child; child = child->next)
            collect(c, child);
    } else {
        end_run(c);
    }
}

/* The longest literal of what is no union; false when it has none that is long enough. */
static bool find_longest(struct collector *c, const struct ns_regex_node *node)
{
    c->run.length = c->longest.length = 0;
    collect(c, node);
    end_run(c);
    return c->longest.length >= NS_REGEX_LEAST_LITERAL;
}

static bool add_literal(const struct run *run, struct ns_arena *arena,
                        struct ns_regex_literals *literals)
{
    char *bytes = ns_arena_alloc(arena, run->length, 1);
    if (!bytes)
        return false;
    for (size_t i = 0; i < run->length; i++)
        bytes[i] = (char)run->characters[run->length - 1 - i];
    literals->items[literals->count++] = (struct ns_string){bytes, run->length};
    return true;
}

/* A literal of each alternative. Recursion as above. */
static bool add_literals(struct collector *c, const struct ns_regex_node *node,
                         struct ns_arena *arena, struct ns_regex_literals *literals)
{
    if (node->kind != NS_REGEX_UNION) {
        literals->are_known = literals->are_known && find_longest(c, node) &&
                              literals->count < NS_REGEX_MOST_LITERALS;
        return !literals->are_known || add_literal(&c->longest, arena, literals);
    }
    for (const struct ns_regex_node *child = node->children; child; child = child->next) {
        if (!add_literals(c, child, arena, literals))
            return false;
    }
    return true;
}

bool ns_regex_find_literals(const struct ns_regex_build *build, const struct ns_regex_node *root,
                            struct ns_arena *arena, struct ns_regex_literals *literals)
{
    struct collector c = {.build = build};
    literals->count = 0;
    literals->are_known = true;
    if (!add_literals(&c, root, arena, literals))
        return false;
    if (!literals->are_known)
        literals->count = 0;
    return true;
}
