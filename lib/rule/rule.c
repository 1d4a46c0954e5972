/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/rule.h"

#include <string.h>

struct netshare_rule ns_rule_blank(void)
{
    return (struct netshare_rule){
        .integers = {[NETSHARE_RULE_VERSION] = 1, [NETSHARE_RULE_MAX_SIGNALS] = 100}};
}

/* --- Keeping ------------------------------------------------------------------------ */

/* Each moves what it points to, and is false when out of memory. */
static bool keep_bytes(const char **text, size_t length, struct ns_names *texts)
{
    size_t number = ns_names_add(texts, *text, length);
    if (number == NS_NO_NAME)
        return false;
    *text = texts->items[number].text;
    return true;
}

static bool keep_text(const char **text, struct ns_names *texts)
{
    return !*text || keep_bytes(text, strlen(*text), texts);
}

static bool keep_list(struct ns_string_list *list, struct ns_names *texts)
{
    if (!list->count)
        return true;
    const char **items =
        ns_arena_copy(&texts->arena, list->items, list->count, sizeof *items);
    bool ok = items != NULL;
    for (size_t i = 0; ok && i < list->count; i++)
        ok = keep_text(&items[i], texts);
    list->items = items;
    return ok;
}

/* Recursion ends below the subtechniques, which have none of their own. */
static bool keep_techniques(const netshare_technique **techniques, size_t count,
                            struct ns_names *texts)
{
    if (!count)
        return true;
    netshare_technique *items =
        ns_arena_copy(&texts->arena, *techniques, count, sizeof *items);
    bool ok = items != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        netshare_technique *t = &items[i];
        ok = keep_text(&t->id, texts) && keep_text(&t->name, texts) &&
             keep_text(&t->reference, texts) &&
             keep_techniques(&t->subtechniques, t->subtechnique_count, texts);
    }
    *techniques = items;
    return ok;
}

static bool keep_threats(netshare_rule *rule, struct ns_names *texts)
{
    if (!rule->threat_count)
        return true;
    netshare_threat *items =
        ns_arena_copy(&texts->arena, rule->threats, rule->threat_count, sizeof *items);
    bool ok = items != NULL;
    for (size_t i = 0; ok && i < rule->threat_count; i++) {
        netshare_threat *t = &items[i];
        ok = keep_text(&t->framework, texts) && keep_text(&t->tactic.id, texts) &&
             keep_text(&t->tactic.name, texts) && keep_text(&t->tactic.reference, texts) &&
             keep_techniques(&t->techniques, t->technique_count, texts);
    }
    rule->threats = items;
    return ok;
}

const netshare_rule *ns_rule_keep(const netshare_rule *rule, struct ns_names *texts)
{
    netshare_rule *kept = ns_arena_copy(&texts->arena, rule, 1, sizeof *kept);
    if (!kept)
        return NULL;
    const char **query = &kept->strings[NETSHARE_RULE_QUERY];
    bool ok = keep_bytes(query, rule->query_length, texts); /* which may have NULs inside */
    for (size_t i = 0; ok && i < NS_RULE_STRING_KEYS; i++)
        ok = i == NETSHARE_RULE_QUERY || keep_text(&kept->strings[i], texts);
    for (size_t i = 0; ok && i < NS_RULE_STRINGS_KEYS; i++)
        ok = keep_list(&kept->lists[i], texts);
    return ok && keep_threats(kept, texts) ? kept : NULL;
}

/* --- Reading -------------------------------------------------------------------------- */

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
