/* SPDX-License-Identifier: Apache-2.0 */
/* Rules in packs against the same rules each alone: they must find the same. */
#ifndef NETSHARE_TESTS_PACK_FIXTURE_H
#define NETSHARE_TESTS_PACK_FIXTURE_H

#include <netshare/netshare.h>

/* The values of an event, by field of the family. */
typedef struct pack_event {
    size_t *counts;
    netshare_value **values;
} pack_event;

/* A matcher of some of the rules, or of one. */
typedef struct pack_matcher {
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    size_t *fields; /* by its fields: the family's */
    size_t *rules;  /* by its rules: which of the documents */
    size_t rule_count;
} pack_matcher;

typedef struct pack_family {
    size_t count;        /* rules */
    size_t field_count;
    pack_matcher all;
    pack_matcher *alone; /* by document */
    pack_matcher *groups; /* of rules that follow each other */
    size_t group_count;
    netshare_event *json; /* for `all` */
    bool *expected;       /* by document: does it match the event at hand? */
    size_t *matches;      /* by document: how often it did */
} pack_family;

/* Rule documents, whose ids all differ. Groups have `group_sizes` rules in turn. */
pack_family *pack_family_new(const char *const *documents, size_t count,
                             const netshare_options *options, const size_t *group_sizes,
                             size_t group_size_count);
void pack_family_free(pack_family *family);

const char *pack_family_field(const pack_family *family, size_t field);

/* Expects every pack to find on the event, with UTF-8 and with UTF-16 strings, the rules that
 * match it alone. Thorough: also all levels of detail, clauses and explanations. */
void pack_family_expect(pack_family *family, const pack_event *event, bool thorough);

/* The same of a JSON event, which the pack of all rules is also given as JSON. */
void pack_family_expect_json(pack_family *family, const char *json, size_t length);

#endif
