/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/scratch.h"

#include <string.h>

#include "base/error.h"
#include "eql/evaluate.h"
#include "matcher/index.h"

enum { STRING_MEMORY = 4096 };

static bool allocate(netshare_scratch *s, const netshare_matcher *m)
{
    const netshare_allocator *a = &m->allocator;
    size_t fields = m->fields.count;
    s->value_capacity = NS_KEPT_PER_FIELD * (fields < NS_KEPT_FIELDS ? fields : NS_KEPT_FIELDS);
    s->fields = ns_alloc_zero(a, fields, sizeof *s->fields);
    s->values = ns_alloc(a, s->value_capacity, sizeof *s->values);
    s->answers = ns_alloc_zero(a, m->predicate_count, sizeof *s->answers);
    s->value_indexes = ns_alloc(a, m->predicate_count, sizeof *s->value_indexes);
    s->matches = ns_alloc(a, m->rule_count, sizeof *s->matches);
    s->match_numbers = ns_alloc(a, m->rule_count, sizeof *s->match_numbers);
    s->stack = ns_alloc(a, m->stack_size, sizeof *s->stack);
    s->chosen = ns_alloc(a, m->most_fields, sizeof *s->chosen);
    s->positions = ns_alloc(a, m->most_fields, sizeof *s->positions);
    s->scanned = ns_alloc_zero(a, fields, sizeof *s->scanned);
    s->groups = ns_alloc_zero(a, m->rule_count, sizeof *s->groups);
    s->candidates = ns_alloc(a, m->rule_count / 64 + 1, sizeof *s->candidates);
    return s->scanned && s->groups && s->candidates && s->fields && s->values && s->answers && s->value_indexes && s->matches &&
           s->match_numbers && s->stack && s->chosen && s->positions &&
           (!m->makes_strings || ns_arena_reserve(&s->strings, STRING_MEMORY));
}

netshare_scratch *netshare_scratch_new(const netshare_matcher *matcher, netshare_error *error)
{
    if (!matcher) {
        ns_error_argument(error, "matcher is NULL");
        return NULL;
    }
    netshare_scratch *scratch = ns_alloc_zero(&matcher->allocator, 1, sizeof *scratch);
    if (!scratch) {
        ns_error_no_memory(error);
        return NULL;
    }
    scratch->matcher = netshare_matcher_ref(matcher);
    ns_arena_init(&scratch->strings, &matcher->allocator);
    scratch->context.strings = &scratch->strings;
    if (!allocate(scratch, matcher)) {
        netshare_scratch_free(scratch);
        ns_error_no_memory(error);
        return NULL;
    }
    return scratch;
}

void netshare_scratch_free(netshare_scratch *scratch)
{
    if (!scratch)
        return;
    const netshare_allocator a = scratch->matcher->allocator;
    void *const blocks[] = {scratch->fields,  scratch->values,        scratch->answers,
                            scratch->value_indexes, (void *)scratch->matches,
                            scratch->match_numbers, scratch->stack, scratch->chosen,
                            scratch->positions,     scratch->scanned, scratch->groups,
                            scratch->candidates};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        ns_free(&a, blocks[i]);
    ns_arena_free(&scratch->strings);
    netshare_matcher_unref((netshare_matcher *)(uintptr_t)scratch->matcher);
    ns_free(&a, scratch);
}

void ns_scratch_begin(netshare_scratch *s, const netshare_accessor *accessor, void *event)
{
    if (++s->epoch == UINT32_MAX >> 2) { /* start over before epochs repeat */
        memset(s->fields, 0, s->matcher->fields.count * sizeof *s->fields);
        memset(s->answers, 0, s->matcher->predicate_count * sizeof *s->answers);
        memset(s->scanned, 0, s->matcher->fields.count * sizeof *s->scanned);
        memset(s->groups, 0, s->matcher->rule_count * sizeof *s->groups);
        s->epoch = 1;
    }
    s->get = accessor->get;
    s->event = event;
    s->status = NETSHARE_OK;
    s->value_count = 0;
    s->match_count = 0;
    s->has_clauses = false;
}

/* --- Values of fields -------------------------------------------------------------------- */

static bool ask(netshare_scratch *s, uint32_t field, size_t index, struct ns_value *value)
{
    netshare_value given;
    if (!s->get(s->event, field, index, &given))
        return false;
    ns_value_read(&given, value);
    return true;
}

static const struct ns_field_state *keep_values(netshare_scratch *s,
                                                struct ns_field_state *state, uint32_t field)
{
    size_t room = s->value_capacity - s->value_count;
    if (room > NS_KEPT_PER_FIELD)
        room = NS_KEPT_PER_FIELD;
    struct ns_value *values = s->values + s->value_count;
    const struct ns_outline *outline = &s->matcher->outlines[field];
    size_t count = 0;
    bool more = true, may_equal = false;
    for (; count < room && (more = ask(s, field, count, &values[count])); count++)
        may_equal |= values[count].kind == NS_TEXT &&
                     ns_outline_admits(outline, &values[count].as.text);
    state->epoch = s->epoch;
    state->first = (uint32_t)s->value_count;
    state->kept = (uint32_t)count;
    state->complete = !more;
    state->may_equal = may_equal || more;
    state->has_too_many = false;
    s->value_count += count;
    return state;
}

const struct ns_field_state *ns_scratch_keep(netshare_scratch *s, uint32_t field)
{
    struct ns_field_state *state = &s->fields[field];
    return state->epoch == s->epoch ? state : keep_values(s, state, field);
}

bool ns_scratch_value(netshare_scratch *s, uint32_t field, size_t index, struct ns_value *value)
{
    const struct ns_field_state *state = ns_scratch_keep(s, field);
    if (index < state->kept) {
        *value = s->values[state->first + index];
        return true;
    }
    return !state->complete && ask(s, field, index, value);
}

/* --- Answers ------------------------------------------------------------------------------- */

static enum ns_answer fail(netshare_scratch *s, netshare_status status)
{
    s->failure = status;
    return NS_ANSWER_FAILED;
}

/* The values behind the kept ones. */
static enum ns_answer answer_of_rest(netshare_scratch *s, uint32_t field,
                                     const struct ns_test *test, size_t index,
                                     uint32_t *value_index)
{
    struct ns_value value;
    for (; ask(s, field, index, &value); index++) {
        if (index >= NS_MAX_VALUES)
            return fail(s, NETSHARE_ERROR_LIMIT);
        if (value.kind != NS_NULL && ns_test_passes(test, &value)) {
            *value_index = (uint32_t)index;
            return NS_ANSWER_YES;
        }
    }
    return NS_ANSWER_NO;
}

static enum ns_answer answer_of_field(netshare_scratch *s, uint32_t field,
                                      const struct ns_test *test, uint32_t *value_index)
{
    const struct ns_field_state *state = ns_scratch_keep(s, field);
    const struct ns_value *values = s->values + state->first;
    for (uint32_t i = 0; i < state->kept; i++) {
        if (values[i].kind != NS_NULL && ns_test_passes(test, &values[i])) {
            *value_index = i;
            return NS_ANSWER_YES;
        }
    }
    if (state->complete)
        return NS_ANSWER_NO;
    return answer_of_rest(s, field, test, state->kept, value_index);
}

/* Chooses the first value of the field at or behind *position that is not null. */
static bool choose_value(netshare_scratch *s, uint32_t field, size_t *position,
                         struct ns_value *chosen)
{
    for (; ns_scratch_value(s, field, *position, chosen); ++*position) {
        if (*position >= NS_MAX_VALUES) {
            s->too_many_values = true;
            break;
        }
        if (chosen->kind != NS_NULL)
            return true;
    }
    return false;
}

/* First values; null where a field has none. */
static void choose_first(netshare_scratch *s, const struct ns_shared_predicate *p)
{
    for (size_t i = 0; i < p->spec->field_count; i++) {
        s->positions[i] = 0;
        if (!choose_value(s, p->fields[i], &s->positions[i], &s->chosen[i]))
            s->chosen[i] = ns_null();
    }
}

/* The next combination of values; the last field changes first. False after the last. */
static bool choose_next(netshare_scratch *s, const struct ns_shared_predicate *p)
{
    for (size_t i = p->spec->field_count; i-- > 0;) {
        if (s->chosen[i].kind == NS_NULL)
            continue; /* absent: null is all there is to choose */
        s->positions[i]++;
        if (choose_value(s, p->fields[i], &s->positions[i], &s->chosen[i]))
            return true;
        s->positions[i] = 0;
        choose_value(s, p->fields[i], &s->positions[i], &s->chosen[i]);
    }
    return false;
}

static enum ns_answer answer_of_expression(netshare_scratch *s,
                                           const struct ns_shared_predicate *p,
                                           uint32_t *value_index)
{
    size_t most = p->spec->field_count == 1 ? NS_MAX_VALUES : NS_MAX_COMBINATIONS;
    size_t count = 0;
    s->context.fields = s->chosen;
    s->context.no_memory = false;
    s->too_many_values = false;
    choose_first(s, p);
    do {
        if (++count > most)
            return fail(s, NETSHARE_ERROR_LIMIT);
        ns_arena_rewind(&s->strings);
        struct ns_value result =
            ns_expression_run(&p->spec->expression, &s->context, s->stack);
        if (s->context.no_memory)
            return fail(s, NETSHARE_ERROR_NO_MEMORY);
        if (ns_test_value(p->spec->test, &result)) {
            if (p->spec->field_count == 1 && s->chosen[0].kind != NS_NULL)
                *value_index = (uint32_t)s->positions[0];
            return NS_ANSWER_YES;
        }
    } while (choose_next(s, p));
    return s->too_many_values ? fail(s, NETSHARE_ERROR_LIMIT) : NS_ANSWER_NO;
}

static enum ns_answer find_answer(netshare_scratch *s, const struct ns_shared_predicate *p,
                                  uint32_t *value_index)
{
    switch (p->spec->kind) {
    case NS_PREDICATE_FIELD:
        return answer_of_field(s, p->fields[0], p->spec->test, value_index);
    case NS_PREDICATE_EXPRESSION:
        return answer_of_expression(s, p, value_index);
    case NS_PREDICATE_CONSTANT:
    default:
        return p->spec->verdict ? NS_ANSWER_YES : NS_ANSWER_NO;
    }
}

/* What looking its field up has not found to hold does not. */
static enum ns_answer look_up(netshare_scratch *s, uint32_t predicate)
{
    uint32_t field = s->matcher->predicates[predicate].fields[0];
    ns_index_scan(s, field);
    if (s->answers[predicate] >> 2 == s->epoch)
        return (enum ns_answer)(s->answers[predicate] & 3);
    return s->fields[field].has_too_many ? NS_ANSWER_FAILED : NS_ANSWER_NO;
}

/* None of the field's values looks like what is asked for, as mostly is so. */
static bool is_no_by_outline(netshare_scratch *s, const struct ns_shared_predicate *p)
{
    const struct ns_field_state *state = ns_scratch_keep(s, p->fields[0]);
    if (!state->may_equal)
        return true;
    const struct ns_value *value = s->values + state->first, *end = value + state->kept;
    for (; value < end; value++) {
        if (value->kind == NS_TEXT && ns_outline_admits(p->outline, &value->as.text))
            return false;
    }
    return state->complete;
}

static inline enum ns_answer note(netshare_scratch *s, uint32_t predicate,
                                  enum ns_answer answer, uint32_t value_index)
{
    s->answers[predicate] = s->epoch << 2 | (uint32_t)answer;
    s->value_indexes[predicate] = value_index;
    return answer;
}

/* Not inline, so that the path below needs few registers. */
#if defined(__GNUC__)
__attribute__((noinline))
#endif
static enum ns_answer find_and_note(netshare_scratch *s, uint32_t predicate)
{
    uint32_t value_index = NS_NO_VALUE;
    enum ns_answer answer = find_answer(s, &s->matcher->predicates[predicate], &value_index);
    return note(s, predicate, answer, value_index);
}

enum ns_answer ns_scratch_find_answer(netshare_scratch *s, uint32_t predicate)
{
    const struct ns_index *index = s->matcher->index;
    const struct ns_shared_predicate *p = &s->matcher->predicates[predicate];
    if (index && index->is_indexed[predicate]) {
        enum ns_answer answer = look_up(s, predicate);
        return answer == NS_ANSWER_YES ? answer : note(s, predicate, answer, NS_NO_VALUE);
    }
    if (p->outline && is_no_by_outline(s, p))
        return note(s, predicate, NS_ANSWER_NO, NS_NO_VALUE);
    return find_and_note(s, predicate);
}

/* --- Verdicts ------------------------------------------------------------------------------ */

static enum ns_answer opposite(enum ns_answer answer)
{
    return answer == NS_ANSWER_FAILED ? answer
           : answer == NS_ANSWER_YES  ? NS_ANSWER_NO
                                      : NS_ANSWER_YES;
}

enum ns_answer ns_scratch_verdict(netshare_scratch *s, const struct ns_matcher_rule *rule,
                                  uint32_t number)
{
    const struct ns_clause *clauses = rule->program->clauses, *clause = &clauses[number];
    if (clause->kind == NS_CLAUSE_NOT)
        return opposite(ns_scratch_verdict(s, rule, number + 1));
    if (clause->kind == NS_CLAUSE_LEAF) {
        enum ns_answer answer = ns_scratch_answer(s, rule->predicates[clause->predicate]);
        return clause->negated ? opposite(answer) : answer;
    }
    enum ns_answer decisive = clause->kind == NS_CLAUSE_OR ? NS_ANSWER_YES : NS_ANSWER_NO;
    enum ns_answer verdict = opposite(decisive);
    for (uint32_t i = number + 1; i < clause->end; i = clauses[i].end) {
        enum ns_answer below = ns_scratch_verdict(s, rule, i);
        if (below == decisive)
            return decisive;
        if (below == NS_ANSWER_FAILED)
            verdict = below;
    }
    return verdict;
}
