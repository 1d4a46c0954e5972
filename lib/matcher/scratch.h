/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's working memory. What it holds of an event is valid in one epoch. */
#ifndef NS_MATCHER_SCRATCH_H
#define NS_MATCHER_SCRATCH_H

#include "base/bits.h"
#include "matcher/matcher.h"

/* Not inline, so that the paths that are mostly taken need few registers. */
#if defined(__GNUC__)
#define NS_COLD __attribute__((noinline))
#else
#define NS_COLD
#endif

/* Values of a field that an accessor is asked for once, as they are kept; those behind are asked
 * for each time. What a JSON document has is all there. */
enum { NS_KEPT_PER_FIELD = 64, NS_KEPT_FIELDS = 32 };

/* More values than these are refused. */
enum { NS_MAX_VALUES = 1 << 24, NS_MAX_COMBINATIONS = 1 << 20 };

struct ns_field_state {
    const struct ns_value *values; /* the first of them, `kept` */
    uint32_t epoch;
    uint32_t kept;
    bool complete; /* there are no values behind the kept ones */
};

enum ns_answer { NS_ANSWER_NO, NS_ANSWER_YES, NS_ANSWER_FAILED };

/* What is known of a predicate, in its epoch. */
struct ns_known {
    uint32_t answer;      /* epoch << 2 | ns_answer */
    uint32_t value_index; /* of the value that passed, or NS_NO_VALUE */
};

struct netshare_scratch {
    const netshare_matcher *matcher;
    uint32_t epoch;
    /* The call at hand. */
    bool (*get)(void *event, size_t field, size_t index, netshare_value *value);
    void *event;
    const struct ns_json_event *json; /* the event, if its values can be had as they are */
    struct ns_json_list *lists; /* and these, by field */
    const uint64_t *filled; /* its fields that have values, as bits; else NULL */
    netshare_value given; /* by the accessor */
    netshare_status status;  /* of rules that could not be decided */
    netshare_status failure; /* of the last predicate that could not be answered */
    struct ns_field_state *fields; /* by field */
    struct ns_value *values;
    size_t value_count, value_capacity;
    struct ns_known *known; /* by predicate */
    const netshare_rule **matches;
    uint32_t *match_numbers; /* of the rules */
    size_t match_count;
    bool has_clauses;
    struct ns_context context;
    struct ns_arena strings; /* of context */
    struct ns_value *stack;
    struct ns_value *chosen; /* a value for each field of an expression */
    size_t *positions;
    bool too_many_values; /* of a field of the expression at hand */
    /* With an index: */
    uint32_t *scanned;    /* by field: the epoch in which it was looked up */
    uint64_t *candidates; /* bits by rule: a key may hold */
    uint64_t *gates;      /* bits by gate: holds */
    struct ns_kind *kinds;
    struct ns_signed_kind *signed_kinds, *last_kind; /* the last is of the last event */
    uint64_t *kind_bits; /* of all kinds */
};

#define NS_NO_VALUE UINT32_MAX

static inline bool ns_is_usable(const netshare_accessor *accessor)
{
    return accessor && accessor->size == sizeof *accessor && accessor->get;
}

/* Begins with an event. */
void ns_scratch_begin(netshare_scratch *scratch, const netshare_accessor *accessor, void *event);

/* False when the field is known to be absent, without asking. */
static inline bool ns_scratch_may_have(const netshare_scratch *scratch, uint32_t field)
{
    return !scratch->filled || ns_get_bit(scratch->filled, field);
}

/* Finds the field's first values: asks the accessor, or takes what the document has. */
void ns_scratch_ask(netshare_scratch *scratch, uint32_t field);
void ns_scratch_borrow(netshare_scratch *scratch, uint32_t field);

/* The field's first values, asked for if they are not known yet. */
static inline const struct ns_field_state *ns_scratch_keep(netshare_scratch *scratch,
                                                           uint32_t field)
{
    const struct ns_field_state *state = &scratch->fields[field];
    if (state->epoch != scratch->epoch) {
        if (scratch->json)
            ns_scratch_borrow(scratch, field);
        else
            ns_scratch_ask(scratch, field);
    }
    return state;
}

/* Value number `index` of the field, null included. False past the last. */
bool ns_scratch_value(netshare_scratch *scratch, uint32_t field, size_t index,
                      struct ns_value *value);

static inline enum ns_answer ns_scratch_note(netshare_scratch *scratch, uint32_t predicate,
                                             enum ns_answer answer, uint32_t value_index)
{
    scratch->known[predicate] =
        (struct ns_known){scratch->epoch << 2 | (uint32_t)answer, value_index};
    return answer;
}

/* The answer of a predicate that is answered if it does not fail to hold. */
static inline enum ns_answer ns_known_answer(const netshare_scratch *scratch, uint32_t predicate)
{
    uint32_t known = scratch->known[predicate].answer;
    return known >> 2 == scratch->epoch ? (enum ns_answer)(known & 3) : NS_ANSWER_NO;
}

/* Finds the predicate's answer on the event out. */
enum ns_answer ns_scratch_find_answer(netshare_scratch *scratch, uint32_t predicate);

/* The predicate's answer on the event, found out if it is not known yet. */
static inline enum ns_answer ns_scratch_answer(netshare_scratch *scratch, uint32_t predicate)
{
    uint32_t known = scratch->known[predicate].answer;
    return known >> 2 == scratch->epoch ? (enum ns_answer)(known & 3)
                                        : ns_scratch_find_answer(scratch, predicate);
}

/* The verdict of a clause of the rule. A predicate that cannot be answered is neither true nor
 * false: it matters only where the others do not decide. Recursion is bounded by the nesting of
 * the query. */
enum ns_answer ns_scratch_verdict(netshare_scratch *scratch, const struct ns_matcher_rule *rule,
                                  uint32_t clause);

#endif
