/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a rule: of the ways to choose them, the one that holds least often. */
#include "matcher/estimate.h"
#include "matcher/index.h"

/* The best keys found for a clause: a range of `keys`. */
struct choice {
    size_t start, count;
    double cost; /* how often they hold, and what it takes to know */
    bool found;
};

struct chooser {
    const netshare_matcher *matcher;
    const struct ns_matcher_rule *rule;
    const uint32_t *popularity;
    uint32_t *keys;
    size_t room, used;
};

static bool pattern_is_indexable(const struct ns_pattern *pattern)
{
    return ns_wildcard_required_literal(pattern->compiled).length >= NS_GRAM;
}

bool ns_index_can_be_key(const struct ns_predicate *predicate)
{
    const struct ns_test *test = predicate->test;
    if (predicate->kind != NS_PREDICATE_FIELD || test->kind != NS_TEST_ANY_OF || test->regex ||
        test->value_count)
        return false;
    for (size_t i = 0; i < test->pattern_count; i++) {
        if (!pattern_is_indexable(&test->patterns[i]))
            return false;
    }
    return true;
}

/* How often a value is one of the strings: the more of them, and the shorter, the oftener. */
static double strings_chance(const struct ns_test *test)
{
    enum { SHORT = 5 };
    double chance = 0;
    for (size_t i = 0; i < test->string_count; i++)
        chance += test->strings[i].length < SHORT ? 0.05 : 0.01;
    return chance;
}

/* What is asked of a field with few different values holds too often to be a key. */
static struct choice choose_leaf(struct chooser *c, const struct ns_clause *clause, bool negated)
{
    const double pattern_chance = 0.03, list_factor = 3, look_up = 0.3;
    struct choice none = {.found = false};
    uint32_t number = c->rule->predicates[clause->predicate];
    const struct ns_shared_predicate *p = &c->matcher->predicates[number];
    if (clause->negated != negated || !ns_index_can_be_key(p->spec))
        return none;
    const char *field = c->matcher->fields.items[p->fields[0]].text;
    if (ns_is_common_field(field) || c->used == c->room)
        return none;
    double cost = strings_chance(p->spec->test) +
                  pattern_chance * (double)p->spec->test->pattern_count;
    if (ns_is_list_field(field))
        cost *= list_factor;
    if (c->popularity)
        cost += look_up / (1 + c->popularity[p->fields[0]]);
    c->keys[c->used] = number;
    return (struct choice){c->used++, 1, cost, true};
}

static struct choice choose(struct chooser *c, uint32_t number, bool negated);

/* All of the clauses below hold: the best keys of one. */
static struct choice choose_best(struct chooser *c, uint32_t number, bool negated)
{
    const struct ns_clause *clauses = c->rule->program->clauses;
    struct choice best = {.found = false};
    size_t start = c->used;
    for (uint32_t i = number + 1; i < clauses[number].end; i = clauses[i].end) {
        struct choice next = choose(c, i, negated);
        if (next.found && (!best.found || next.cost < best.cost)) {
            for (size_t k = 0; k < next.count; k++)
                c->keys[start + k] = c->keys[next.start + k];
            best = next;
            best.start = start;
        }
        c->used = start + (best.found ? best.count : 0);
    }
    return best;
}

/* One of the clauses below holds: the keys of all. */
static struct choice choose_all(struct chooser *c, uint32_t number, bool negated)
{
    const struct ns_clause *clauses = c->rule->program->clauses;
    struct choice all = {.start = c->used, .found = true};
    for (uint32_t i = number + 1; i < clauses[number].end; i = clauses[i].end) {
        struct choice next = choose(c, i, negated);
        if (!next.found) {
            c->used = all.start;
            return (struct choice){.found = false};
        }
        all.count += next.count;
        all.cost += next.cost;
    }
    return all;
}

/* Recursion is bounded by the nesting of the query. */
static struct choice choose(struct chooser *c, uint32_t number, bool negated)
{
    const struct ns_clause *clause = &c->rule->program->clauses[number];
    switch (clause->kind) {
    case NS_CLAUSE_LEAF:
        return choose_leaf(c, clause, negated);
    case NS_CLAUSE_NOT:
        return choose(c, number + 1, !negated);
    case NS_CLAUSE_AND:
        return negated ? choose_all(c, number, negated) : choose_best(c, number, negated);
    case NS_CLAUSE_OR:
    default:
        return negated ? choose_best(c, number, negated) : choose_all(c, number, negated);
    }
}

/* The test of `process where` is the first clause of the conjunction, of length 0. */
static uint32_t category_of(const struct ns_matcher_rule *rule)
{
    const struct ns_clause *clauses = rule->program->clauses;
    bool has_category = rule->program->clause_count > 1 && clauses[0].kind == NS_CLAUSE_AND &&
                        clauses[1].kind == NS_CLAUSE_LEAF && clauses[1].span.length == 0;
    return has_category ? rule->predicates[clauses[1].predicate] : NS_NONE;
}

size_t ns_index_keys(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                     const uint32_t *popularity, uint32_t *keys, size_t room,
                     uint32_t *category)
{
    struct chooser c = {matcher, rule, popularity, keys, room, 0};
    *category = category_of(rule);
    struct choice best = choose(&c, 0, false);
    return best.found ? best.count : 0;
}
