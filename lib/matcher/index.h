/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of many rules an event can match at all. Each rule has keys, if it can: predicates
 * of which one must hold for the rule to match. The strings and patterns of all keys on a
 * field are looked up together, in one pass over the field's values; rules of which no
 * key held are not looked at. Rules are grouped by event category besides.
 */
#ifndef NS_MATCHER_INDEX_H
#define NS_MATCHER_INDEX_H

#include "matcher/matcher.h"
#include "text/pattern_set.h"

#define NS_NONE UINT32_MAX

/* A list of numbers that several owners share an array for. */
struct ns_number_list {
    const uint32_t *items;
    size_t count;
};

/* A string that predicates of a field ask for. */
struct ns_index_string {
    uint64_t hash; /* of the field and the folded string */
    struct ns_string text;
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

/* Rules that ask for the same event category. */
struct ns_index_group {
    uint32_t category; /* predicate, or NS_NONE: rules for any */
    struct ns_number_list fields;  /* of the rules' keys */
    struct ns_number_list unkeyed; /* rules that are looked at for each event */
};

struct ns_index {
    struct ns_index_string *strings;
    uint32_t *string_slots; /* first string, or NS_NONE */
    size_t string_mask;
    const struct ns_index_field *fields;  /* by field */
    const bool *is_indexed;               /* by predicate: scanning its field answers it */
    const struct ns_number_list *rules;   /* by predicate: rules that it is a key of */
    const uint32_t *rule_groups;          /* by rule */
    const struct ns_index_group *groups;
    size_t group_count;
    struct ns_number_list category_fields; /* of the groups' predicates */
};

/* The keys of a rule: numbers of predicates in `keys`, at most `room`. 0 when it has
 * none. Fields that many other rules' keys are about are preferred, by `popularity`: for
 * each field how many; NULL when that does not matter. `category` gets the predicate that tests the event category, or
 * NS_NONE. */
size_t ns_index_keys(const netshare_matcher *matcher, const struct ns_matcher_rule *rule,
                     const uint32_t *popularity, uint32_t *keys, size_t room,
                     uint32_t *category);
/* May the predicate be a key? */
bool ns_index_can_be_key(const struct ns_predicate *predicate);

static inline uint64_t ns_index_hash(uint64_t text_hash, uint32_t field)
{
    return text_hash ^ (field + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

/* Makes matcher->index, if there are rules enough. False when out of memory. */
bool ns_index_build(netshare_matcher *matcher);

struct netshare_scratch;
/* Looks all values of the field up: answers with yes what indexed predicates hold, and
 * makes the rules that these are keys of candidates. */
void ns_index_scan(struct netshare_scratch *scratch, uint32_t field);
/* Makes candidates of all rules that the event may match, and of some that it does not:
 * those of groups that are not active. */
void ns_index_find(struct netshare_scratch *scratch);

#endif
