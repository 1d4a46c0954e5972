/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up the values of an event in the index. */
#include "base/bits.h"
#include "matcher/index.h"
#include "matcher/scratch.h"

/* The rules are to be looked at, and the gate is open. */
static void put_to_use(netshare_scratch *s, const struct ns_index_use *use)
{
    for (uint32_t i = 0; i < use->rule_count; i++)
        ns_set_bit(s->candidates, use->rules[i]);
    if (use->gate)
        ns_set_bit(s->gates, use->gate);
}

/* Answers a predicate, if it is not answered yet, so that the rules that it is a key of may
 * match. */
static void settle(netshare_scratch *s, uint32_t predicate, enum ns_answer answer,
                   uint32_t value_index)
{
    if (s->answers[predicate] >> 2 == s->epoch)
        return;
    ns_scratch_note(s, predicate, answer, value_index);
    put_to_use(s, &s->matcher->index->uses[predicate]);
}

/* The predicate holds. */
static void hit(netshare_scratch *s, uint32_t predicate, size_t value_index)
{
    settle(s, predicate, NS_ANSWER_YES, (uint32_t)value_index);
}

static bool equals(const struct ns_index_string *string, const struct ns_text *text,
                   uint64_t head, uint64_t tail)
{
    if ((head | tail) & NS_HIGH_BITS)
        return ns_text_equal(&string->member->text, text, string->fold);
    return ns_member_equals(string->member, text, ns_fold_word(string->fold, head),
                            ns_fold_word(string->fold, tail), string->fold);
}

static void look_up_string(netshare_scratch *s, uint32_t field, const struct ns_text *text,
                           size_t value_index)
{
    const struct ns_index *index = s->matcher->index;
    uint64_t hash = ns_index_hash(ns_text_hash(text, NS_FOLD_UNICODE), field);
    uint32_t i = *ns_index_slot(index, hash);
    if (i == NS_NONE)
        return;
    uint64_t head = ns_text_head(text), tail = ns_text_tail(text, head);
    for (; i != NS_NONE; i = index->strings[i].next) {
        if (index->strings[i].field != field || !equals(&index->strings[i], text, head, tail))
            continue;
        for (uint32_t same = i; same != NS_NONE; same = index->strings[same].same)
            hit(s, index->strings[same].predicate, value_index);
    }
}

/* A value of a field with patterns. */
struct pattern_look_up {
    netshare_scratch *scratch;
    const struct ns_index_field *field;
    size_t value_index;
};

static bool hit_pattern(void *user, size_t pattern)
{
    const struct pattern_look_up *l = user;
    hit(l->scratch, l->field->pattern_predicates[pattern], l->value_index);
    return true;
}

static void look_up(netshare_scratch *s, uint32_t number, const struct ns_value *value,
                    size_t value_index)
{
    const struct ns_index_field *field = &s->matcher->index->fields[number];
    if (value->kind != NS_TEXT)
        return;
    if (ns_outline_admits(&field->outline, &value->as.text))
        look_up_string(s, number, &value->as.text, value_index);
    if (field->patterns)
        ns_pattern_set_find(field->patterns, &value->as.text, hit_pattern,
                            &(struct pattern_look_up){s, field, value_index});
}

/* Predicates of the field that no value is known to pass cannot be answered. */
static void give_up(netshare_scratch *s, uint32_t number)
{
    const netshare_matcher *m = s->matcher;
    s->failure = NETSHARE_ERROR_LIMIT;
    for (uint32_t p = 0; p < m->predicate_count; p++) {
        if (m->predicates[p].is_indexed && m->predicates[p].fields[0] == number)
            settle(s, p, NS_ANSWER_FAILED, NS_NO_VALUE);
    }
}

/* The values behind those that are kept. */
static void look_up_rest(netshare_scratch *s, uint32_t number, size_t i)
{
    struct ns_value value;
    for (; ns_scratch_value(s, number, i, &value); i++) {
        if (i >= NS_MAX_VALUES) {
            give_up(s, number);
            return;
        }
        look_up(s, number, &value, i);
    }
}

NS_COLD static void look_up_values(netshare_scratch *s, uint32_t number,
                                   const struct ns_field_state *state)
{
    for (uint32_t i = 0; i < state->kept; i++)
        look_up(s, number, &s->values[state->first + i], i);
    if (!state->complete)
        look_up_rest(s, number, state->kept);
}

void ns_index_scan(netshare_scratch *s, uint32_t number)
{
    s->scanned[number] = s->epoch;
    if (s->filled && !ns_get_bit(s->filled, number))
        return;
    const struct ns_field_state *state = ns_scratch_keep(s, number);
    if (state->kept || !state->complete)
        look_up_values(s, number, state);
}
