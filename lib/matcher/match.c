/* SPDX-License-Identifier: Apache-2.0 */
/* Deciding rules on an event, and which clauses made a rule match. */
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "matcher/index.h"
#include "matcher/kind.h"
#include "matcher/scratch.h"

static enum ns_answer decide(netshare_scratch *s, const struct ns_matcher_rule *rule)
{
    uint32_t at = rule->start;
    while (at < NS_BRANCH_NO_MATCH) {
        const struct ns_branch *branch = &rule->branches[at];
        enum ns_answer answer = branch->field == NS_NO_FIELD
                                    ? ns_scratch_answer(s, branch->predicate)
                                    : ns_index_answer(s, branch->predicate, branch->field);
        if (NS_UNLIKELY(answer == NS_ANSWER_FAILED))
            return answer;
        at = answer == NS_ANSWER_YES ? branch->if_true : branch->if_false;
    }
    return at == NS_BRANCH_MATCH ? NS_ANSWER_YES : NS_ANSWER_NO;
}

/* For clauses: answers also what the verdict did not need. */
static void answer_all(netshare_scratch *s, const struct ns_matcher_rule *rule)
{
    for (size_t i = 0; i < rule->program->predicate_count; i++)
        ns_scratch_answer(s, rule->predicates[i]);
}

/* Decides a rule and notes a match. False when that is enough. A rule that cannot be decided
 * does not keep the others from being. */
static bool try_rule(netshare_scratch *s, uint32_t number, netshare_detail detail)
{
    const struct ns_matcher_rule *rule = &s->matcher->rules[number];
    enum ns_answer answer = decide(s, rule);
    if (NS_LIKELY(answer == NS_ANSWER_NO))
        return true;
    if (answer == NS_ANSWER_FAILED)
        answer = ns_scratch_verdict(s, rule, 0);
    if (answer == NS_ANSWER_FAILED)
        s->status = s->failure;
    if (answer != NS_ANSWER_YES)
        return true;
    s->match_numbers[s->match_count] = number;
    s->matches[s->match_count++] = rule->rule;
    if (detail == NETSHARE_DETAIL_CLAUSES)
        answer_all(s, rule);
    return detail != NETSHARE_DETAIL_VERDICT;
}

/* Of the rules for the kind of event: those of which a key may hold, and those without keys. */
static void try_candidates(netshare_scratch *s, netshare_detail detail)
{
    const netshare_matcher *m = s->matcher;
    memset(s->candidates, 0, ns_words(m->rule_count) * sizeof *s->candidates);
    const struct ns_kind *kind = ns_kind_find(s);
    for (uint32_t w = 0; w < ns_words(m->fields.count); w++) {
        uint64_t bits = s->filled ? kind->fields[w] & s->filled[w] : kind->fields[w];
        for (; bits; bits &= bits - 1)
            ns_index_look_up(s, w * 64 + ns_lowest_bit(bits));
    }
    for (uint32_t w = 0; w < ns_words(m->rule_count); w++) {
        uint64_t bits = (s->candidates[w] & kind->rules[w]) | kind->unkeyed[w];
        for (; bits; bits &= bits - 1) {
            if (!try_rule(s, w * 64 + ns_lowest_bit(bits), detail))
                return;
        }
    }
}

static void try_rules(netshare_scratch *s, netshare_detail detail)
{
    if (s->matcher->index->needs) {
        try_candidates(s, detail);
        return;
    }
    for (uint32_t i = 0; i < s->matcher->rule_count; i++) {
        if (!try_rule(s, i, detail))
            return;
    }
}

netshare_status netshare_match(const netshare_matcher *matcher, netshare_scratch *scratch,
                               const netshare_accessor *accessor, void *event,
                               netshare_detail detail, netshare_result *result)
{
    if (!result)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    *result = (netshare_result){.matched = false};
    if (!matcher || !scratch || scratch->matcher != matcher || !ns_is_usable(accessor) ||
        !ns_event_fits(accessor, event, matcher) || (unsigned)detail > NETSHARE_DETAIL_CLAUSES)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    ns_scratch_begin(scratch, accessor, event);
    try_rules(scratch, detail);
    scratch->has_clauses = detail == NETSHARE_DETAIL_CLAUSES;
    result->matched = scratch->match_count > 0;
    result->match_count = scratch->match_count;
    result->rules = scratch->matches;
    return scratch->status;
}

/* --- Clauses of a match ------------------------------------------------------------------- */

struct collector {
    netshare_scratch *scratch; /* in which all answers are there */
    const struct ns_matcher_rule *rule;
    netshare_clause *clauses;
    size_t capacity;
    size_t count;
};

static void add_clause(struct collector *c, const struct ns_clause *clause,
                       const struct ns_clause *leaf)
{
    netshare_clause found = {clause->span.offset, clause->span.length, NETSHARE_NO_INDEX,
                             NETSHARE_NO_INDEX};
    if (leaf) {
        uint32_t number = c->rule->predicates[leaf->predicate];
        const struct ns_shared_predicate *p = &c->scratch->matcher->predicates[number];
        if (p->spec->field_count == 1)
            found.field = p->fields[0];
        if (c->scratch->known[number].value_index != NS_NO_VALUE)
            found.value_index = c->scratch->known[number].value_index;
    }
    if (c->count < c->capacity)
        c->clauses[c->count] = found;
    c->count++;
}

/* Of a clause that holds: the leaves that make it hold; a `not` stands for what is below
 * it. Recursion is bounded by the nesting of the query. */
static void collect(struct collector *c, uint32_t number)
{
    const struct ns_clause *clauses = c->rule->program->clauses;
    const struct ns_clause *clause = &clauses[number], *below = clause + 1;
    switch (clause->kind) {
    case NS_CLAUSE_LEAF:
        add_clause(c, clause, clause);
        break;
    case NS_CLAUSE_NOT:
        if (below->kind == NS_CLAUSE_NOT)
            collect(c, number + 2);
        else
            add_clause(c, clause, below->kind == NS_CLAUSE_LEAF ? below : NULL);
        break;
    case NS_CLAUSE_AND:
    case NS_CLAUSE_OR:
    default:
        for (uint32_t i = number + 1; i < clause->end; i = clauses[i].end) {
            if (ns_scratch_verdict(c->scratch, c->rule, i) == NS_ANSWER_YES)
                collect(c, i);
        }
        break;
    }
}

size_t netshare_result_clauses(const netshare_scratch *scratch, size_t match,
                               netshare_clause *clauses, size_t capacity)
{
    if (!scratch || !scratch->has_clauses || match >= scratch->match_count)
        return 0;
    struct collector c = {.scratch = (netshare_scratch *)(uintptr_t)scratch,
                          .rule = &scratch->matcher->rules[scratch->match_numbers[match]],
                          .clauses = clauses,
                          .capacity = clauses ? capacity : 0};
    collect(&c, 0);
    return c.count;
}
