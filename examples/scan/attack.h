/* SPDX-License-Identifier: Apache-2.0 */
/* The ATT&CK tactics and techniques of rules, added up. */
#ifndef SCAN_ATTACK_H
#define SCAN_ATTACK_H

#include <netshare/netshare.h>
#include <stdbool.h>
#include <stddef.h>

#include "output.h"

/* A technique or subtechnique under a tactic. Texts belong to the rules. */
struct attack_entry {
    const netshare_tactic *tactic;
    const netshare_technique *technique; /* NULL: the rule names only a tactic */
    size_t count;
    size_t rules;
    size_t last_rule; /* by number: none counts twice */
};

struct attack_table {
    struct attack_entry *entries;
    size_t count;
    size_t capacity;
    size_t unmapped; /* rules without any */
};

/* Each rule counts as often as its entry in `counts` says, or once when that is NULL;
 * then sorted as the matrix shows it. false when out of memory. */
bool attack_collect(struct attack_table *table, const netshare_matcher *matcher,
                    const size_t *counts);
void attack_free(struct attack_table *table);

/* Writes a layer for the ATT&CK Navigator; false after telling why not. */
bool attack_write_layer(const char *file, const struct attack_table *table, bool of_rules,
                        struct output *messages);
/* Writes a table for people: which tactics and techniques how many rules cover. */
void attack_write_coverage(struct output *out, const struct attack_table *table,
                           size_t rule_count);

#endif
