/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in rule written by hand in C, on values in UTF-8: a floor for the engine, not a
 * peer, since it can do nothing else. */
#ifndef NETSHARE_BENCH_HAND_RULE_H
#define NETSHARE_BENCH_HAND_RULE_H

#include "event_table.h"

/* Numbers of the rule's fields in a matcher. */
struct hand_rule {
    size_t category, os, type, name, original, parent, args;
};

struct hand_rule hand_rule_for(const netshare_matcher *matcher);
bool hand_rule_matches(const struct hand_rule *rule, const struct event_row *row);

/* Is the program net.exe or net1.exe by its name? */
bool hand_rule_is_net(const struct hand_rule *rule, const struct event_row *row);
/* Is "use" among the arguments? */
bool hand_rule_is_use(const struct hand_rule *rule, const struct event_row *row);

#endif
