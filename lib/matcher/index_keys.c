/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a rule: of the ways to choose them, the one that holds least often. And its
 * gates. */
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

/* Shorter literals stand in too many texts. */
static bool has_long_literal(const struct ns_wildcard *pattern)
{
    return ns_wildcard_required_literal(pattern).length >= NS_LEAST_LITERAL;
}

/* Few texts are not ASCII, and the ends of one are soon compared. */
static bool is_indexable(const struct ns_wildcard *pattern)
{
    return !pattern->is_ascii || pattern->is_all_ends || has_long_literal(pattern);
}

bool ns_index_can_be_key(const struct ns_predicate *predicate)
{
    const struct ns_test *test = predicate->test;
    int64_t whole;
    if (predicate->kind != NS_PREDICATE_FIELD || test->kind != NS_TEST_ANY_OF)
        return false;
    if (test->regex)
        return test->required_count > 0;
    for (size_t i = 0; i < test->value_count; i++) {
        if (!ns_value_is_whole(&test->values[i], &whole))
            return false;
    }
    for (size_t i = 0; i < test->pattern_count; i++) {
        if (!is_indexable(test->patterns[i].compiled))
            return false;
    }
    return true;
}

bool ns_index_asks_constants(const struct ns_predicate *predicate)
{
    return ns_index_can_be_key(predicate) && !predicate->test->pattern_count &&
           !predicate->test->regex;
}

/* Does the test, of what may be a key, ask for nothing but texts that can be found in a line? */
static bool asks_texts(const struct ns_test *test)
{
    for (size_t i = 0; i < ns_test_pattern_count(test); i++) {
        if (!has_long_literal(ns_test_pattern(test, i)))
            return false;
    }
    return test->value_count == 0;
}

/* How often a value passes the test: the more strings, and the shorter, the oftener. */
static double value_chance(const struct ns_test *test)
{
    enum { SHORT = 5 };
    double chance = 0.05 * (double)test->value_count;
    for (size_t i = 0; i < test->string_count; i++)
        chance += test->strings[i].length < SHORT ? 0.05 : 0.01;
    for (size_t i = 0; i < ns_test_pattern_count(test); i++)
        chance += ns_pattern_chance(ns_test_pattern(test, i));
    return chance;
}

static double value_cost(const struct chooser *c, uint32_t field, const struct ns_test *test)
{
    const double list_factor = 3, look_up = 0.3;
    double cost = value_chance(test);
    if (ns_is_list_field(c->matcher->fields.items[field].text))
        cost *= list_factor;
    return c->popularity ? cost + look_up / (1 + c->popularity[field]) : cost;
}

/* What few rules ask for, few events have. */
static double presence_cost(const struct chooser *c, uint32_t field)
{
    double popularity = c->popularity[field];
    return (1 + popularity) / (4 + popularity);
}

/* What is asked of a field with few different values holds too often to be a key. Whatever is
 * asked of a field, it does not hold if that is absent. */
static struct choice choose_leaf(struct chooser *c, const struct ns_clause *clause, bool negated)
{
    struct choice none = {.found = false};
    uint32_t number = c->rule->predicates[clause->predicate];
    const struct ns_shared_predicate *p = &c->matcher->predicates[number];
    if (clause->negated != negated || p->spec->kind != NS_PREDICATE_FIELD || c->used == c->room)
        return none;
    uint32_t field = p->fields[0];
    if (ns_is_common_field(c->matcher->fields.items[field].text))
        return none;
    bool by_value = ns_index_can_be_key(p->spec);
    if (!c->popularity && !(by_value && asks_texts(p->spec->test)))
        return none;
    c->keys[c->used] = by_value ? number : ns_key_of_field(c->matcher, field);
    double cost = by_value ? value_cost(c, field, p->spec->test) : presence_cost(c, field);
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

size_t ns_index_keys(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                     const uint32_t *popularity, uint32_t *keys, size_t room)
{
    struct chooser c = {matcher, rule, popularity, keys, room, 0};
    struct choice best = choose(&c, 0, false);
    return best.found ? best.count : 0;
}

/* --- Gates -------------------------------------------------------------------------------- */

/* A gate and its place in the order. */
struct gate {
    size_t rank;
    uint32_t predicate;
};

static bool asked_before(const struct gate *a, const struct gate *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->predicate < b->predicate;
}

/* Sorts the gate in; the last falls out when there are too many. */
static size_t add_gate(struct gate *gates, size_t count, struct gate gate)
{
    size_t at = count < NS_MOST_GATES ? count : NS_MOST_GATES - 1;
    if (count == NS_MOST_GATES && asked_before(&gates[at], &gate))
        return count;
    for (; at > 0 && asked_before(&gate, &gates[at - 1]); at--)
        gates[at] = gates[at - 1];
    gates[at] = gate;
    return count < NS_MOST_GATES ? count + 1 : count;
}

/* May the clause, one of a conjunction, be a gate? It must ask for strings alone, as kinds are
 * told by texts (kind.c). The test of `process where`, of length 0, comes first. */
static bool is_gate(const netshare_matcher *m, const struct ns_matcher_rule *rule,
                    const struct ns_clause *clause, struct gate *gate)
{
    if (clause->kind != NS_CLAUSE_LEAF || clause->negated)
        return false;
    gate->predicate = rule->predicates[clause->predicate];
    const struct ns_shared_predicate *p = &m->predicates[gate->predicate];
    if (!ns_index_asks_constants(p->spec) || p->test->value_count)
        return false;
    const char *field = m->fields.items[p->fields[0]].text;
    gate->rank = clause->span.length ? ns_gate_rank(field) : 0;
    return gate->rank < NS_NO_GATE;
}

size_t ns_index_gates(const netshare_matcher *m, const struct ns_matcher_rule *rule,
                      uint32_t numbers[NS_MOST_GATES])
{
    const struct ns_clause *clauses = rule->program->clauses;
    struct gate gates[NS_MOST_GATES], gate;
    size_t count = 0;
    uint32_t end = clauses[0].end;
    for (uint32_t i = 0; i < end; i = clauses[i].kind == NS_CLAUSE_AND ? i + 1 : clauses[i].end) {
        if (is_gate(m, rule, &clauses[i], &gate))
            count = add_gate(gates, count, gate);
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = gates[i].predicate;
    return count;
}
