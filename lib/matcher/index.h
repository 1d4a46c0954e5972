/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strings, numbers and patterns that predicates ask of a field, looked up together in one
 * pass over the field's values.
 *
 * And which of many rules an event can match at all. Each rule has keys, if it can: predicates
 * of which one must hold for the rule to match, or fields of which one must have a value; rules
 * of which no key held are not looked at.
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

/* What it means that a predicate holds, or that a field has values. */
struct ns_index_use {
    const uint32_t *rules; /* that it is a key of */
    uint32_t rule_count;
    uint32_t gate; /* its number among the gates, from 1; 0: it is none */
};

/* A string or a whole number that predicates of a field ask for. All that a hit takes is side
 * by side: most look-ups find it in no cache near by. */
struct ns_index_constant {
    uint64_t hash; /* of the field and the folded string, or the number */
    const struct ns_member *member; /* NULL of a number */
    struct ns_index_use use; /* of the predicate */
    int64_t number;
    enum ns_fold fold;
    uint32_t field;
    uint32_t predicate;
    uint32_t next; /* another constant with the same hash, or NS_NONE */
    uint32_t same; /* the same for another predicate, or NS_NONE */
};

/* What is looked up of one field. */
struct ns_index_field {
    struct ns_outline outline;      /* of the strings */
    const struct ns_pattern_set *patterns; /* and what regexes require; NULL: none */
    const uint32_t *pattern_predicates;    /* by number of the pattern */
    const struct ns_index_use *use;        /* of the field as a key; NULL when it is none */
    bool has_numbers;
};

enum { NS_MOST_GATES = 3 };

/* Keys are numbers: a predicate's, or, behind those, a field's that must have values. */
static inline uint32_t ns_key_of_field(const netshare_matcher *matcher, uint32_t field)
{
    return (uint32_t)matcher->predicate_count + field;
}

static inline bool ns_key_is_predicate(const netshare_matcher *matcher, uint32_t key)
{
    return key < matcher->predicate_count;
}

static inline uint32_t ns_field_of_key(const netshare_matcher *matcher, uint32_t key)
{
    return ns_key_is_predicate(matcher, key) ? matcher->predicates[key].fields[0]
                                             : key - (uint32_t)matcher->predicate_count;
}

/* What must hold for a rule to match. */
struct ns_index_rule {
    uint32_t gates[NS_MOST_GATES]; /* numbers from 1; 0 behind the last */
    struct ns_number_list fields;  /* of its keys; none: the gates alone decide */
};

struct ns_index {
    struct ns_index_constant *constants;
    uint32_t *slots; /* by hash: the first constant, or NS_NONE */
    size_t slot_mask;
    /* Bits by what a brief look tells of a constant, as many as `filter_mask` and one; where it
     * is 0 there is none. */
    uint64_t *filter;
    size_t filter_mask;
    const struct ns_index_field *fields;  /* by field */
    const struct ns_index_use *uses;      /* by key */
    const struct ns_index_rule *needs;    /* by rule; NULL when rules are few and all looked at */
    size_t gate_count;
    struct ns_number_list gate_fields;
};

/* The keys of a rule in `keys`, at most `room`. 0 when it has none. Fields that many other
 * rules' keys are about are preferred, and mostly have values, by `popularity`: for each field
 * how many. NULL: keys are predicates that ask for texts, and that does not matter. */
size_t ns_index_keys(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                     const uint32_t *popularity, uint32_t *keys, size_t room);
/* The gates of a rule, predicates that come first when events are told apart; how many. */
size_t ns_index_gates(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                      uint32_t gates[NS_MOST_GATES]);
/* May the predicate be a key: does looking values up answer it, or, of a regex, tell mostly
 * that it does not hold? */
bool ns_index_can_be_key(const struct ns_predicate *predicate);
/* Does it ask for strings and whole numbers alone? */
bool ns_index_asks_constants(const struct ns_predicate *predicate);

static inline uint64_t ns_index_hash(uint64_t text_hash, uint32_t field)
{
    return text_hash ^ (field + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

/* A hash of what a look at the ends tells of a text: these, which are ASCII and folded, and the
 * length of a short one, of which it is ns_index_hash(). */
static inline uint64_t ns_index_brief(const struct ns_text *text, uint64_t head, uint64_t tail,
                                      uint32_t field)
{
    size_t length = text->length <= NS_ENDS ? text->length : 0;
    return ns_index_hash(ns_hash_ends(head, tail, length), field);
}

static inline uint64_t ns_index_hash_number(int64_t number, uint32_t field)
{
    return ns_index_hash(ns_mix(0, (uint64_t)number), field);
}

/* Makes matcher->index. False when out of memory. */
bool ns_index_build(netshare_matcher *matcher);

/* The slot of the constants with the hash, or the empty one where they would go. */
static inline uint32_t *ns_index_slot(const struct ns_index *index, uint64_t hash)
{
    size_t slot = (size_t)hash & index->slot_mask;
    while (index->slots[slot] != NS_NONE && index->constants[index->slots[slot]].hash != hash)
        slot = (slot + 1) & index->slot_mask;
    return &index->slots[slot];
}

/* Looks all values of the field up: answers with yes what indexed predicates hold, and
 * makes the rules that these are keys of candidates. */
void ns_index_scan(netshare_scratch *scratch, uint32_t field);

static inline void ns_index_look_up(netshare_scratch *scratch, uint32_t field)
{
    if (scratch->scanned[field] == scratch->epoch)
        return;
    scratch->scanned[field] = scratch->epoch;
    if (ns_scratch_may_have(scratch, field))
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
