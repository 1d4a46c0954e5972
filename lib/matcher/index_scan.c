/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up the values of an event in the index. */
#include "base/bits.h"
#include "matcher/index.h"
#include "matcher/scratch.h"

/* The key holds, or, of a regex, may hold: its rules are to be looked at; and the gate is
 * open. */
static void put_to_use(netshare_scratch *s, const struct ns_index_use *use)
{
    for (uint32_t i = 0; i < use->rule_count; i++)
        ns_set_bit(s->candidates, use->rules[i]);
    if (NS_UNLIKELY(use->gate))
        ns_set_bit(s->gates, use->gate);
}

/* Answers a predicate, if it is not answered yet, so that the rules that it is a key of may
 * match. */
static void settle(netshare_scratch *s, uint32_t predicate, const struct ns_index_use *use,
                   enum ns_answer answer, size_t value_index)
{
    if (NS_UNLIKELY(s->known[predicate].answer >> 2 == s->epoch))
        return;
    ns_scratch_note(s, predicate, answer, (uint32_t)value_index);
    put_to_use(s, use);
}

static bool equals(const struct ns_index_constant *c, const struct ns_text *text, uint64_t head,
                   uint64_t tail)
{
    if (!c->member)
        return false;
    if (NS_UNLIKELY((head | tail) & NS_HIGH_BITS))
        return ns_text_equal(&c->member->text, text, c->fold);
    return ns_member_equals(c->member, text, ns_fold_word(c->fold, head),
                            ns_fold_word(c->fold, tail), c->fold);
}

static inline bool may_be_constant(const struct ns_index *index, uint64_t brief)
{
    return ns_get_bit(index->filter, (uint32_t)(brief & index->filter_mask));
}

/* The constant holds, of all predicates that ask it. */
static void hit_constant(netshare_scratch *s, uint32_t constant, size_t value_index)
{
    const struct ns_index_constant *constants = s->matcher->index->constants;
    for (uint32_t i = constant; i != NS_NONE; i = constants[i].same)
        settle(s, constants[i].predicate, &constants[i].use, NS_ANSWER_YES, value_index);
}

/* The hash of strings that equal the text; false when its ends tell that there are none. */
static bool hash_text(const struct ns_index *index, uint32_t field, const struct ns_text *text,
                      uint64_t head, uint64_t tail, uint64_t *hash)
{
    bool has_ascii_ends = !((head | tail) & NS_HIGH_BITS);
    if (NS_LIKELY(has_ascii_ends)) {
        *hash = ns_index_brief(text, ns_word_fold_ascii(head), ns_word_fold_ascii(tail), field);
        if (!may_be_constant(index, *hash))
            return false;
    }
    if (!has_ascii_ends || text->length > NS_ENDS)
        *hash = ns_index_hash(ns_text_hash(text, NS_FOLD_UNICODE), field);
    return true;
}

static void look_up_string(netshare_scratch *s, uint32_t field, const struct ns_text *text,
                           size_t value_index)
{
    const struct ns_index *index = s->matcher->index;
    uint64_t head = ns_text_head(text), tail = ns_text_tail(text, head), hash;
    if (!hash_text(index, field, text, head, tail, &hash))
        return;
    for (uint32_t i = *ns_index_slot(index, hash); i != NS_NONE; i = index->constants[i].next) {
        if (index->constants[i].field == field && equals(&index->constants[i], text, head, tail))
            hit_constant(s, i, value_index);
    }
}

NS_COLD static void look_up_number(netshare_scratch *s, uint32_t field,
                                   const struct ns_value *value, size_t value_index)
{
    const struct ns_index *index = s->matcher->index;
    int64_t number;
    if (!ns_value_is_whole(value, &number))
        return;
    uint64_t hash = ns_index_hash_number(number, field);
    if (!may_be_constant(index, hash))
        return;
    for (uint32_t i = *ns_index_slot(index, hash); i != NS_NONE; i = index->constants[i].next) {
        const struct ns_index_constant *c = &index->constants[i];
        if (c->field == field && !c->member && c->number == number)
            hit_constant(s, i, value_index);
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
    const netshare_matcher *m = l->scratch->matcher;
    uint32_t predicate = l->field->pattern_predicates[pattern];
    const struct ns_index_use *use = &m->index->uses[predicate];
    if (m->predicates[predicate].is_indexed)
        settle(l->scratch, predicate, use, NS_ANSWER_YES, l->value_index);
    else /* the text may match a regex */
        put_to_use(l->scratch, use);
    return true;
}

NS_COLD static void look_up_patterns(netshare_scratch *s, const struct ns_index_field *field,
                                     const struct ns_text *text, size_t value_index)
{
    struct pattern_look_up l = {s, field, value_index};
    ns_pattern_set_find(field->patterns, text, hit_pattern, &l);
}

static inline void look_up(netshare_scratch *s, uint32_t number,
                           const struct ns_index_field *field, const struct ns_value *value,
                           size_t value_index)
{
    if (NS_UNLIKELY(value->kind != NS_TEXT)) {
        if (field->has_numbers)
            look_up_number(s, number, value, value_index);
        return;
    }
    if (ns_outline_admits(&field->outline, &value->as.text))
        look_up_string(s, number, &value->as.text, value_index);
    if (field->patterns)
        look_up_patterns(s, field, &value->as.text, value_index);
}

/* Predicates of the field that no value is known to pass cannot be answered. */
static void give_up(netshare_scratch *s, uint32_t number)
{
    const netshare_matcher *m = s->matcher;
    s->failure = NETSHARE_ERROR_LIMIT;
    for (uint32_t p = 0; p < m->predicate_count; p++) {
        const struct ns_shared_predicate *predicate = &m->predicates[p];
        if (predicate->spec->kind != NS_PREDICATE_FIELD || predicate->fields[0] != number)
            continue;
        const struct ns_index_use *use = &m->index->uses[p];
        if (predicate->is_indexed)
            settle(s, p, use, NS_ANSWER_FAILED, NS_NO_VALUE);
        else
            put_to_use(s, use);
    }
}

/* The values behind those that are kept. */
NS_COLD static void look_up_rest(netshare_scratch *s, uint32_t number,
                                 const struct ns_index_field *field, size_t i)
{
    struct ns_value value;
    for (; ns_scratch_value(s, number, i, &value); i++) {
        if (i >= NS_MAX_VALUES) {
            give_up(s, number);
            return;
        }
        look_up(s, number, field, &value, i);
    }
}

NS_COLD static void look_up_all(netshare_scratch *s, uint32_t number,
                                const struct ns_index_field *field,
                                const struct ns_field_state *state)
{
    if (field->use)
        put_to_use(s, field->use);
    for (uint32_t i = 0; i < state->kept; i++)
        look_up(s, number, field, &state->values[i], i);
    if (!state->complete)
        look_up_rest(s, number, field, state->kept);
}

void ns_index_scan(netshare_scratch *s, uint32_t number)
{
    const struct ns_field_state *state = ns_scratch_keep(s, number);
    if (NS_UNLIKELY(!state->kept && state->complete))
        return;
    const struct ns_index_field *field = &s->matcher->index->fields[number];
    if (state->kept == 1 && state->complete && !field->use) /* as most are */
        look_up(s, number, field, state->values, 0);
    else
        look_up_all(s, number, field, state);
}
