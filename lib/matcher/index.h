/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strings and patterns that predicates ask of a field, looked up together in one pass over
 * the field's values.
 *
 * And which of many rules an event can match at all. Each rule has keys, if it can: predicates
 * of which one must hold for the rule to match; rules of which no key held are not looked at.
 * Before that come its gates, which tell kinds of events apart, such as the category and the
 * operating system: all of them must hold. Events on which the same gates hold are of one kind.
 */
#ifndef NS_MATCHER_INDEX_H
#define NS_MATCHER_INDEX_H

#include "matcher/scratch.h"
#include "text/pattern_set.h"
#include "text/string_set.h"

#define NS_NONE UINT32_MAX

/* A list of numbers that several owners share an array for. */
struct ns_number_list {
    const uint32_t *items;
    size_t count;
};

/* A string that predicates of a field ask for. */
struct ns_index_string {
    uint64_t hash; /* of the field and the folded string */
    const struct ns_member *member;
    enum ns_fold fold;
    uint32_t field;
    uint32_t predicate;
    uint32_t next; /* another string with the same hash, or NS_NONE */
    uint32_t same; /* the same for another predicate, or NS_NONE */
};

/* What is looked up of one field. */
struct ns_index_field {
    struct ns_outline outline;      /* of the strings */
    const struct ns_pattern_set *patterns; /* NULL when there are none */
    const uint32_t *pattern_predicates;    /* by number of the pattern */
};

enum { NS_MOST_GATES = 3 };

/* What it means that a predicate holds. */
struct ns_index_use {
    const uint32_t *rules; /* that it is a key of */
    uint32_t rule_count;
    uint32_t gate; /* its number among the gates, from 1; 0: it is none */
};

/* What must hold for a rule to match. */
struct ns_index_rule {
    uint32_t gates[NS_MOST_GATES]; /* numbers from 1; 0 behind the last */
    struct ns_number_list fields;  /* of its keys; none: the gates alone decide */
};

struct ns_index {
    struct ns_index_string *strings;
    uint32_t *string_slots; /* first string, or NS_NONE */
    size_t string_mask;
    const struct ns_index_field *fields;  /* by field */
    const struct ns_index_use *uses;      /* by predicate */
    const struct ns_index_rule *needs;    /* by rule; NULL when rules are few and all looked at */
    size_t gate_count;
    struct ns_number_list gate_fields;
};

/* The keys of a rule: numbers of predicates in `keys`, at most `room`. 0 when it has
 * none. Fields that many other rules' keys are about are preferred, by `popularity`: for
 * each field how many; NULL when that does not matter. */
size_t ns_index_keys(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                     const uint32_t *popularity, uint32_t *keys, size_t room);
/* The gates of a rule, predicates that come first when events are told apart; how many. */
size_t ns_index_gates(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                      uint32_t gates[NS_MOST_GATES]);
/* May the predicate be a key? */
bool ns_index_can_be_key(const struct ns_predicate *predicate);

static inline uint64_t ns_index_hash(uint64_t text_hash, uint32_t field)
{
    return text_hash ^ (field + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

/* Makes matcher->index. False when out of memory. */
bool ns_index_build(netshare_matcher *matcher);

/* The slot of the strings with the hash, or the empty one where they would go. */
static inline uint32_t *ns_index_slot(const struct ns_index *index, uint64_t hash)
{
    size_t slot = (size_t)hash & index->string_mask;
    while (index->string_slots[slot] != NS_NONE &&
           index->strings[index->string_slots[slot]].hash != hash)
        slot = (slot + 1) & index->string_mask;
    return &index->string_slots[slot];
}

/* Looks all values of the field up: answers with yes what indexed predicates hold, and
 * makes the rules that these are keys of candidates. */
void ns_index_scan(netshare_scratch *scratch, uint32_t field);

static inline void ns_index_look_up(netshare_scratch *scratch, uint32_t field)
{
    if (scratch->scanned[field] != scratch->epoch)
        ns_index_scan(scratch, field);
}

/* The answer of an indexed predicate: what the look-up has not found to hold does not. */
static inline enum ns_answer ns_index_answer(netshare_scratch *scratch, uint32_t predicate,
                                             uint32_t field)
{
    ns_index_look_up(scratch, field);
    return ns_known_answer(scratch, predicate);
}

#endif
