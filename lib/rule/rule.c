/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/rule.h"

#include <string.h>

netshare_rule *ns_rule_new_blank(const netshare_allocator *allocator)
{
    netshare_allocator chosen = ns_allocator_or_default(allocator);
    struct ns_arena arena;
    ns_arena_init(&arena, &chosen);
    netshare_rule *rule = ns_arena_alloc(&arena, 1, sizeof *rule);
    if (!rule)
        return NULL;
    rule->arena = arena; /* the rule lives in its own arena */
    rule->integers[NETSHARE_RULE_RISK_SCORE] = 0;
    rule->integers[NETSHARE_RULE_VERSION] = 1;
    rule->integers[NETSHARE_RULE_MAX_SIGNALS] = 100;
    return rule;
}

netshare_rule *ns_rule_new(const netshare_allocator *allocator, const char *rule_id,
                           const char *name, const char *query, size_t query_length)
{
    netshare_rule *rule = ns_rule_new_blank(allocator);
    if (!rule)
        return NULL;
    const char *id_copy = ns_arena_string(&rule->arena, rule_id, strlen(rule_id));
    const char *name_copy = ns_arena_string(&rule->arena, name, strlen(name));
    const char *query_copy = ns_arena_string(&rule->arena, query, query_length);
    if (!id_copy || !name_copy || !query_copy) {
        ns_rule_free(rule);
        return NULL;
    }
    rule->strings[NETSHARE_RULE_ID] = id_copy;
    rule->strings[NETSHARE_RULE_NAME] = name_copy;
    rule->strings[NETSHARE_RULE_QUERY] = query_copy;
    rule->query_length = query_length;
    return rule;
}

void ns_rule_free(const netshare_rule *rule)
{
    if (!rule || !rule->arena.blocks)
        return;
    struct ns_arena arena = rule->arena; /* outlives the rule, which is in it */
    ns_arena_free(&arena);
}

netshare_severity ns_severity_from_string(const char *text)
{
    static const char *const names[] = {
        [NETSHARE_SEVERITY_LOW] = "low",
        [NETSHARE_SEVERITY_MEDIUM] = "medium",
        [NETSHARE_SEVERITY_HIGH] = "high",
        [NETSHARE_SEVERITY_CRITICAL] = "critical",
    };
    for (size_t i = NETSHARE_SEVERITY_LOW; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0)
            return (netshare_severity)i;
    }
    return NETSHARE_SEVERITY_UNKNOWN;
}

const char *netshare_rule_string(const netshare_rule *rule, netshare_rule_string_key key)
{
    size_t index = (size_t)key;
    return index < NS_RULE_STRING_KEYS ? rule->strings[index] : NULL;
}

const char *const *netshare_rule_strings(const netshare_rule *rule,
                                         netshare_rule_strings_key key, size_t *count)
{
    size_t index = (size_t)key;
    if (index >= NS_RULE_STRINGS_KEYS) {
        *count = 0;
        return NULL;
    }
    *count = rule->lists[index].count;
    return rule->lists[index].items;
}

int64_t netshare_rule_integer(const netshare_rule *rule, netshare_rule_integer_key key)
{
    size_t index = (size_t)key;
    return index < NS_RULE_INTEGER_KEYS ? rule->integers[index] : -1;
}

netshare_severity netshare_rule_severity(const netshare_rule *rule)
{
    return rule->severity;
}

const netshare_threat *netshare_rule_threats(const netshare_rule *rule, size_t *count)
{
    *count = rule->threat_count;
    return rule->threats;
}
