/* SPDX-License-Identifier: Apache-2.0 */
/* Every clause of a rule with its verdict and what decided it; off the path of match. */
#include "base/error.h"
#include "matcher/scratch.h"

struct explainer {
    netshare_scratch *scratch;
    const struct ns_matcher_rule *rule;
    netshare_explain_visitor visitor;
    void *user;
    netshare_status status;
};

/* Counts the field's values, and says whether any is not null. */
static size_t count_values(netshare_scratch *s, uint32_t field, bool *has_value)
{
    struct ns_value value;
    size_t count = 0;
    *has_value = false;
    while (count < NS_MAX_VALUES && ns_scratch_value(s, field, count, &value)) {
        *has_value |= value.kind != NS_NULL;
        count++;
    }
    return count;
}

static void explain_field(struct explainer *e, netshare_step *step, uint32_t field,
                          uint32_t value_index)
{
    bool has_value;
    step->field = field;
    step->value_count = count_values(e->scratch, field, &has_value);
    if (value_index != NS_NO_VALUE &&
        e->scratch->get(e->scratch->event, field, value_index, &step->value)) {
        step->reason = NETSHARE_REASON_VALUE;
        step->value_index = value_index;
    } else if (has_value) {
        step->reason = NETSHARE_REASON_NO_VALUE;
    } else {
        step->reason = step->value_count ? NETSHARE_REASON_NULL : NETSHARE_REASON_ABSENT;
    }
}

/* False when the clause cannot be decided. */
static bool find_verdict(struct explainer *e, uint32_t number, bool *verdict)
{
    enum ns_answer answer = ns_scratch_verdict(e->scratch, e->rule, number);
    *verdict = answer == NS_ANSWER_YES;
    if (answer == NS_ANSWER_FAILED)
        e->status = e->scratch->failure;
    return answer != NS_ANSWER_FAILED;
}

static void explain_leaf(struct explainer *e, const struct ns_clause *clause,
                         netshare_step *step)
{
    uint32_t number = e->rule->predicates[clause->predicate];
    const struct ns_shared_predicate *p = &e->scratch->matcher->predicates[number];
    if (p->spec->field_count == 1)
        explain_field(e, step, p->fields[0], e->scratch->known[number].value_index);
    else if (p->spec->field_count > 1)
        step->reason = NETSHARE_REASON_COMBINATION;
}

/* Visits a clause and those below it. False to stop. Recursion is bounded by the nesting of
 * the query. */
static bool visit(struct explainer *e, uint32_t number, size_t depth)
{
    static const netshare_step_kind KINDS[] = {[NS_CLAUSE_AND] = NETSHARE_STEP_AND,
                                               [NS_CLAUSE_OR] = NETSHARE_STEP_OR,
                                               [NS_CLAUSE_NOT] = NETSHARE_STEP_NOT,
                                               [NS_CLAUSE_LEAF] = NETSHARE_STEP_CLAUSE};
    const struct ns_clause *clauses = e->rule->program->clauses, *clause = &clauses[number];
    netshare_step step = {.kind = KINDS[clause->kind],
                          .depth = depth,
                          .query_offset = clause->span.offset,
                          .query_length = clause->span.length,
                          .field = NETSHARE_NO_INDEX,
                          .value_index = NETSHARE_NO_INDEX};
    if (!find_verdict(e, number, &step.verdict))
        return false;
    if (clause->kind == NS_CLAUSE_LEAF)
        explain_leaf(e, clause, &step);
    if (!e->visitor(e->user, &step))
        return false;
    for (uint32_t i = number + 1; i < clause->end; i = clauses[i].end) {
        if (!visit(e, i, depth + 1))
            return false;
    }
    return true;
}

netshare_status netshare_explain(const netshare_matcher *matcher, netshare_scratch *scratch,
                                 const netshare_accessor *accessor, void *event, size_t rule,
                                 netshare_explain_visitor visitor, void *user)
{
    if (!matcher || !scratch || scratch->matcher != matcher || !visitor ||
        !ns_is_usable(accessor) || !ns_event_fits(accessor, event, matcher) ||
        rule >= matcher->rule_count)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    struct explainer e = {scratch, &matcher->rules[rule], visitor, user, NETSHARE_OK};
    ns_scratch_begin(scratch, accessor, event);
    visit(&e, 0, 0);
    return e.status;
}
