/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/estimate.h"

#include <string.h>

/* Fields that have few different values. Rules mostly run on events of their kind, where a
 * rule alone finds the value it asks for; of many rules each asks for another. The first ones
 * tell kinds of events apart. */
static const char *const COMMON_FIELDS[] = {
    "event.category", "host.os.type", "event.dataset",  "data_stream.dataset", "event.module",
    "event.provider", "event.type",   "host.os.family", "host.os.name",        "event.kind",
    "event.action",   "agent.type",   "event.outcome",  "network.protocol",    "user.id",
};
enum { GATE_FIELDS = 7, COMMON_FIELD_COUNT = sizeof COMMON_FIELDS / sizeof *COMMON_FIELDS };

static size_t find_common_field(const char *field)
{
    size_t i = 0;
    while (i < COMMON_FIELD_COUNT && strcmp(field, COMMON_FIELDS[i]) != 0)
        i++;
    return i;
}

bool ns_is_common_field(const char *field)
{
    return find_common_field(field) < COMMON_FIELD_COUNT;
}

size_t ns_gate_rank(const char *field)
{
    size_t i = find_common_field(field);
    return i < GATE_FIELDS ? i + 1 : NS_NO_GATE;
}

/* The chance that a field has the one value that a predicate asks for. */
static double exact_chance(const char *field, uint32_t uses)
{
    const double rare = 0.01, alone = 0.9, among_others = 0.4;
    if (!ns_is_common_field(field))
        return rare;
    return uses > 1 ? among_others : alone;
}

#define RARE_PATTERN 0.03

double ns_pattern_chance(const struct ns_wildcard *pattern)
{
    const double almost_any = 0.9, common = 0.5, short_one = 0.2;
    struct ns_string literal = ns_wildcard_required_literal(pattern);
    if (!pattern->is_ascii)
        return RARE_PATTERN;
    if (literal.length == 0)
        return almost_any;
    if (ns_is_common(literal))
        return common;
    return literal.length < NS_LEAST_LITERAL ? short_one : RARE_PATTERN;
}

static double at_most(double value, double limit)
{
    return value < limit ? value : limit;
}

static struct ns_estimate estimate_test(const struct ns_test *test, double exact)
{
    size_t patterns = test->pattern_count, n = test->string_count + test->value_count;
    double chance = exact * (double)n + RARE_PATTERN * (double)test->regex_count;
    for (size_t i = 0; i < patterns; i++)
        chance += ns_pattern_chance(test->patterns[i].compiled);
    switch (test->kind) {
    case NS_TEST_ANY_OF:
        return (struct ns_estimate){
            1 + 2 * at_most((double)patterns, 1000) + (test->regex ? 20 : 0),
            at_most(chance, 0.9)};
    case NS_TEST_COMPARE:
        return (struct ns_estimate){1, 0.3};
    case NS_TEST_NETWORKS:
        return (struct ns_estimate){10 + 2 * (double)test->network_count, 0.2};
    case NS_TEST_PRESENT:
        return (struct ns_estimate){1, 0.7};
    case NS_TEST_NULL:
    case NS_TEST_TRUE:
    default:
        return (struct ns_estimate){1, 0.2};
    }
}

bool ns_is_list_field(const char *field)
{
    size_t length = strlen(field);
    return length >= 4 && strcmp(field + length - 4, "args") == 0;
}

struct ns_estimate ns_estimate_predicate(const netshare_matcher *m, uint32_t number)
{
    enum { FETCH = 4, LIST_VALUES = 5 };
    const struct ns_shared_predicate *p = &m->predicates[number];
    if (p->spec->kind == NS_PREDICATE_CONSTANT)
        return (struct ns_estimate){0, p->spec->verdict ? 1 : 0};
    const char *field = m->fields.items[p->fields[0]].text;
    struct ns_estimate e = estimate_test(p->spec->test, exact_chance(field, p->uses));
    double values = ns_is_list_field(field) ? LIST_VALUES : 1;
    if (p->spec->kind == NS_PREDICATE_EXPRESSION)
        e = (struct ns_estimate){10 * (double)(p->spec->expression.op_count + 1), 0.2};
    /* What other rules ask too is mostly known already. */
    e.cost = 1 + (FETCH + e.cost) * values / (p->uses > 1 ? p->uses : 1);
    return e;
}
