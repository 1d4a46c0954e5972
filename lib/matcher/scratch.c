/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/scratch.h"

#include <string.h>

#include "base/error.h"
#include "eql/evaluate.h"
#include "event/json_event.h"
#include "matcher/index.h"
#include "matcher/kind.h"

enum { STRING_MEMORY = 4096 };

static bool allocate(netshare_scratch *s, const netshare_matcher *m)
{
    const netshare_allocator *a = &m->allocator;
    size_t fields = m->fields.count;
    s->value_capacity = NS_KEPT_PER_FIELD * (fields < NS_KEPT_FIELDS ? fields : NS_KEPT_FIELDS);
    s->fields = ns_alloc_zero(a, fields, sizeof *s->fields);
    s->values = ns_alloc(a, s->value_capacity, sizeof *s->values);
    s->known = ns_alloc_zero(a, m->predicate_count, sizeof *s->known);
    s->matches = ns_alloc(a, m->rule_count, sizeof *s->matches);
    s->match_numbers = ns_alloc(a, m->rule_count, sizeof *s->match_numbers);
    s->stack = ns_alloc(a, m->stack_size, sizeof *s->stack);
    s->chosen = ns_alloc(a, m->most_fields, sizeof *s->chosen);
    s->positions = ns_alloc(a, m->most_fields, sizeof *s->positions);
    s->scanned = ns_alloc_zero(a, fields, sizeof *s->scanned);
    s->candidates = ns_alloc(a, ns_words(m->rule_count), sizeof *s->candidates);
    return s->fields && s->values && s->known && s->matches &&
           s->match_numbers && s->stack && s->chosen && s->positions && s->scanned &&
           s->candidates && ns_kinds_make(s) &&
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
    void *const blocks[] = {scratch->fields,        scratch->values, scratch->known,
                            (void *)scratch->matches, scratch->match_numbers, scratch->stack,
                            scratch->chosen,        scratch->positions, scratch->scanned,
                            scratch->candidates};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        ns_free(&a, blocks[i]);
    ns_kinds_free(scratch);
    ns_arena_free(&scratch->strings);
    netshare_matcher_unref((netshare_matcher *)(uintptr_t)scratch->matcher);
    ns_free(&a, scratch);
}

void ns_scratch_begin(netshare_scratch *s, const netshare_accessor *accessor, void *event)
{
    if (NS_UNLIKELY(++s->epoch == UINT32_MAX >> 2)) { /* start over before epochs repeat */
        memset(s->fields, 0, s->matcher->fields.count * sizeof *s->fields);
        memset(s->known, 0, s->matcher->predicate_count * sizeof *s->known);
        memset(s->scanned, 0, s->matcher->fields.count * sizeof *s->scanned);
        s->epoch = 1;
    }
    s->get = accessor->get;
    s->event = event;
    s->json = accessor == &ns_event_accessor ? ns_event_json(event) : NULL;
    s->filled = s->json ? ns_json_event_filled(s->json) : NULL;
    s->lists = s->json ? ns_json_event_lists(s->json) : NULL;
    s->status = NETSHARE_OK;
    s->value_count = 0;
    s->match_count = 0;
    s->has_clauses = false;
}

/* --- Values of fields -------------------------------------------------------------------- */

static inline bool ask(netshare_scratch *s, uint32_t field, size_t index, struct ns_value *value)
{
    if (!s->get(s->event, field, index, &s->given))
        return false;
    ns_value_read(&s->given, value);
    return true;
}

static inline void note_kept(netshare_scratch *s, uint32_t field, const struct ns_value *values,
                             size_t count, bool complete)
{
    s->fields[field] = (struct ns_field_state){values, s->epoch, (uint32_t)count, complete};
    s->value_count += count;
}

/* The first value is kept, and the second has been given. */
NS_COLD static void keep_more(netshare_scratch *s, uint32_t field, struct ns_value *values)
{
    size_t room = s->value_capacity - s->value_count, count = 1;
    if (room > NS_KEPT_PER_FIELD)
        room = NS_KEPT_PER_FIELD;
    bool more = true;
    while (more && count < room) {
        ns_value_read(&s->given, &values[count++]);
        more = s->get(s->event, field, count, &s->given);
    }
    note_kept(s, field, values, count, !more);
}

/* Most fields have one value; of those that many rules ask for most are absent. */
void ns_scratch_ask(netshare_scratch *s, uint32_t field)
{
    struct ns_value *values = s->values + s->value_count;
    bool is_there = s->get(s->event, field, 0, &s->given);
    if (!is_there || s->value_count == s->value_capacity) {
        note_kept(s, field, values, 0, !is_there);
        return;
    }
    ns_value_read(&s->given, values);
    if (s->get(s->event, field, 1, &s->given))
        keep_more(s, field, values);
    else
        note_kept(s, field, values, 1, true);
}

void ns_scratch_borrow(netshare_scratch *s, uint32_t field)
{
    struct ns_json_list *list = &s->lists[field];
    if (!ns_scratch_may_have(s, field)) {
        s->fields[field] = (struct ns_field_state){list->values, s->epoch, 0, true};
        return;
    }
    uint32_t kept = list->count < NS_MAX_VALUES ? (uint32_t)list->count : NS_MAX_VALUES;
    s->fields[field] = (struct ns_field_state){ns_json_list_values(s->json, list), s->epoch, kept,
                                               kept == list->count};
}

bool ns_scratch_value(netshare_scratch *s, uint32_t field, size_t index, struct ns_value *value)
{
    const struct ns_field_state *state = ns_scratch_keep(s, field);
    if (index < state->kept) {
        *value = state->values[index];
        return true;
    }
    return !state->complete && ask(s, field, index, value);
}

/* --- Answers ------------------------------------------------------------------------------- */

static enum ns_answer fail(netshare_scratch *s, uint32_t predicate, netshare_status status)
{
    s->failure = status;
    return ns_scratch_note(s, predicate, NS_ANSWER_FAILED, NS_NO_VALUE);
}

/* By the values behind the kept ones. */
NS_COLD static enum ns_answer answer_by_rest(netshare_scratch *s, uint32_t predicate, size_t index)
{
    const struct ns_shared_predicate *p = &s->matcher->predicates[predicate];
    struct ns_value value;
    for (; ask(s, p->fields[0], index, &value); index++) {
        if (index >= NS_MAX_VALUES)
            return fail(s, predicate, NETSHARE_ERROR_LIMIT);
        if (value.kind != NS_NULL && ns_test_passes(p->test, &value))
            return ns_scratch_note(s, predicate, NS_ANSWER_YES, (uint32_t)index);
    }
    return ns_scratch_note(s, predicate, NS_ANSWER_NO, NS_NO_VALUE);
}

/* The first that passes, `count` if none does. */
static inline uint32_t find_text(const struct ns_test *test, const struct ns_value *values,
                                 uint32_t count)
{
    uint32_t i = 0;
    while (i < count && !ns_test_outlined(test, &values[i]))
        i++;
    return i;
}

static uint32_t find_value(const struct ns_test *test, const struct ns_value *values,
                           uint32_t count)
{
    uint32_t i = 0;
    while (i < count && (values[i].kind == NS_NULL || !ns_test_value(test, &values[i])))
        i++;
    return i;
}

static enum ns_answer answer_of_field(netshare_scratch *s, uint32_t predicate, uint32_t field,
                                      const struct ns_test *test)
{
    const struct ns_field_state *state = ns_scratch_keep(s, field);
    uint32_t i = test->has_outline ? find_text(test, state->values, state->kept)
                                   : find_value(test, state->values, state->kept);
    if (i < state->kept)
        return ns_scratch_note(s, predicate, NS_ANSWER_YES, i);
    return state->complete ? ns_scratch_note(s, predicate, NS_ANSWER_NO, NS_NO_VALUE)
                           : answer_by_rest(s, predicate, state->kept);
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

NS_COLD static enum ns_answer answer_of_expression(netshare_scratch *s, uint32_t predicate)
{
    const struct ns_shared_predicate *p = &s->matcher->predicates[predicate];
    size_t most = p->spec->field_count == 1 ? NS_MAX_VALUES : NS_MAX_COMBINATIONS;
    size_t count = 0;
    s->context.fields = s->chosen;
    s->context.no_memory = false;
    s->too_many_values = false;
    choose_first(s, p);
    do {
        if (++count > most)
            return fail(s, predicate, NETSHARE_ERROR_LIMIT);
        ns_arena_rewind(&s->strings);
        struct ns_value result =
            ns_expression_run(&p->spec->expression, &s->context, s->stack);
        if (s->context.no_memory)
            return fail(s, predicate, NETSHARE_ERROR_NO_MEMORY);
        if (ns_test_value(p->spec->test, &result)) {
            bool has_value = p->spec->field_count == 1 && s->chosen[0].kind != NS_NULL;
            return ns_scratch_note(s, predicate, NS_ANSWER_YES,
                                   has_value ? (uint32_t)s->positions[0] : NS_NO_VALUE);
        }
    } while (choose_next(s, p));
    return s->too_many_values ? fail(s, predicate, NETSHARE_ERROR_LIMIT)
                              : ns_scratch_note(s, predicate, NS_ANSWER_NO, NS_NO_VALUE);
}

static enum ns_answer look_up(netshare_scratch *s, uint32_t predicate, uint32_t field)
{
    enum ns_answer answer = ns_index_answer(s, predicate, field);
    return answer == NS_ANSWER_NO ? ns_scratch_note(s, predicate, answer, NS_NO_VALUE) : answer;
}

enum ns_answer ns_scratch_find_answer(netshare_scratch *s, uint32_t predicate)
{
    const struct ns_shared_predicate *p = &s->matcher->predicates[predicate];
    if (p->is_indexed)
        return look_up(s, predicate, p->fields[0]);
    if (p->test)
        return answer_of_field(s, predicate, p->fields[0], p->test);
    if (p->spec->kind == NS_PREDICATE_EXPRESSION)
        return answer_of_expression(s, predicate);
    return ns_scratch_note(s, predicate, p->spec->verdict ? NS_ANSWER_YES : NS_ANSWER_NO,
                           NS_NO_VALUE);
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
