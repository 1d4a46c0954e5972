/* SPDX-License-Identifier: Apache-2.0 */
/* A rule's metadata in memory. */
#ifndef NS_RULE_RULE_H
#define NS_RULE_RULE_H

#include <netshare/rule.h>

#include "base/names.h"

enum {
    NS_RULE_STRING_KEYS = NETSHARE_RULE_BUILDING_BLOCK_TYPE + 1,
    NS_RULE_STRINGS_KEYS = NETSHARE_RULE_FALSE_POSITIVES + 1,
    NS_RULE_INTEGER_KEYS = NETSHARE_RULE_MAX_SIGNALS + 1
};

struct ns_string_list {
    const char *const *items;
    size_t count;
};

struct netshare_rule {
    const char *strings[NS_RULE_STRING_KEYS]; /* by netshare_rule_string_key */
    struct ns_string_list lists[NS_RULE_STRINGS_KEYS];
    int64_t integers[NS_RULE_INTEGER_KEYS];
    netshare_severity severity;
    const netshare_threat *threats;
    size_t threat_count;
    size_t query_length;
};

/* A rule of which nothing is known yet: Kibana's default numbers, no texts. */
struct netshare_rule ns_rule_blank(void);
/* A copy of the rule and all it points to in the memory of `texts`, where rules have
 * equal texts in common. NULL when out of memory. */
const netshare_rule *ns_rule_keep(const netshare_rule *rule, struct ns_names *texts);
/* NETSHARE_SEVERITY_UNKNOWN when `text` is none of Kibana's. */
netshare_severity ns_severity_from_string(const char *text);

/* data/rules/mounting_hidden_or_webdav_remote_shares.json, as C. */
extern const netshare_rule ns_builtin_rule;

#endif
