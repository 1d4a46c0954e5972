/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside a matcher: the programs of its rules, linked. Predicates that several rules
 * share are one predicate here and are answered once per event. Everything is immutable
 * once built.
 */
#ifndef NS_MATCHER_MATCHER_H
#define NS_MATCHER_MATCHER_H

#include <netshare/matcher.h>
#include <stdatomic.h>

#include "base/names.h"
#include "eql/compile.h"
#include "rule/rule.h"

/* A predicate of a program with the matcher's field numbers. */
struct ns_shared_predicate {
    const struct ns_predicate *spec; /* of the first program that has it */
    const struct ns_test *test;      /* of a predicate on a field: spec->test; NULL of others */
    const uint32_t *fields;          /* spec->field_count of them */
    uint32_t uses;                   /* clauses that ask it */
    bool is_indexed; /* looking its field up in the index answers it */
};

/* Where a branch leads besides to other branches. */
#define NS_BRANCH_MATCH UINT32_MAX
#define NS_BRANCH_NO_MATCH (UINT32_MAX - 1)

/* One step of deciding a rule: ask a predicate, go on by its answer. */
struct ns_branch {
    uint32_t predicate;
    uint32_t if_true, if_false;
    uint32_t field; /* whose look-up in the index answers the predicate, or NS_NO_FIELD */
};
#define NS_NO_FIELD UINT32_MAX

struct ns_matcher_rule {
    const netshare_rule *rule;
    const struct ns_program *program;
    const uint32_t *predicates; /* the program's, by its numbers of leaves */
    const struct ns_branch *branches;
    uint32_t start; /* of the branches */
};

/* Rules that a builder holds or hands over. */
struct ns_entry {
    const netshare_rule *rule;
    const struct ns_program *program;
};

struct ns_pack {
    struct ns_programs programs;
    struct ns_names texts; /* and all else of the rules */
    struct ns_entry *entries;
    size_t count, capacity;
};

void ns_pack_init(struct ns_pack *pack, const netshare_allocator *allocator);
void ns_pack_free(struct ns_pack *pack);

struct netshare_matcher {
    atomic_size_t references;
    netshare_allocator allocator;
    struct ns_pack pack;   /* without entries */
    struct ns_arena arena; /* of what linking makes */
    struct ns_names fields; /* of the pack's programs */
    struct ns_matcher_rule *rules; /* by severity, id, as added */
    size_t rule_count;
    struct ns_shared_predicate *predicates;
    size_t predicate_count;
    size_t stack_size;      /* the most that an expression needs */
    size_t most_fields;     /* of one predicate */
    bool makes_strings;     /* has expressions */
    const struct ns_index *index;
    const struct ns_line_filter *line_filter; /* NULL when the rules allow none */
};

/* Are the event's fields the document's own, none derived? */
bool ns_event_is_ecs(const struct netshare_event *event);
/* What netshare_event_accessor() returns. */
extern const netshare_accessor ns_event_accessor;
/* Of events of that accessor. False for NULL. */
bool ns_event_is_of(const void *event, const netshare_matcher *matcher);
/* Its document, if that has all the event's values; else NULL. */
const struct ns_json_event *ns_event_json(const void *event);

/* False for an event that netshare_event_new() has made for another matcher, and for NULL as
 * one. */
static inline bool ns_event_fits(const netshare_accessor *accessor, const void *event,
                                 const netshare_matcher *matcher)
{
    return accessor != &ns_event_accessor || ns_event_is_of(event, matcher);
}

/* Takes over what the pack has on success, and leaves it alone on failure (NULL). */
netshare_matcher *ns_link(struct ns_pack *pack, const netshare_allocator *allocator,
                          netshare_error *error);
/* The branches of one rule, whose predicates are numbered. False when out of memory. */
bool ns_link_branches(netshare_matcher *matcher, struct ns_matcher_rule *rule);

#endif
