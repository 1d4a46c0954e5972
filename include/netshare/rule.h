/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A rule's metadata and its place in MITRE ATT&CK. Rules belong to a matcher and
 * live as long as it does; everything these functions return lives as long as
 * the rule. The keys are those of Kibana's detection rule documents.
 */
#ifndef NETSHARE_RULE_H
#define NETSHARE_RULE_H

#include <netshare/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Query and metadata of one rule; immutable. */
typedef struct netshare_rule netshare_rule;

/** Kibana's severities, in ascending order. */
typedef enum netshare_severity {
    NETSHARE_SEVERITY_UNKNOWN = 0,
    NETSHARE_SEVERITY_LOW = 1,
    NETSHARE_SEVERITY_MEDIUM = 2,
    NETSHARE_SEVERITY_HIGH = 3,
    NETSHARE_SEVERITY_CRITICAL = 4
} netshare_severity;

/** Texts of a rule, see netshare_rule_string(). */
typedef enum netshare_rule_string_key {
    NETSHARE_RULE_ID = 0,
    NETSHARE_RULE_NAME = 1,
    NETSHARE_RULE_DESCRIPTION = 2,
    /** The EQL text, as written. */
    NETSHARE_RULE_QUERY = 3,
    NETSHARE_RULE_TYPE = 4,
    NETSHARE_RULE_LANGUAGE = 5,
    /** "low", "medium", "high" or "critical". */
    NETSHARE_RULE_SEVERITY = 6,
    /** How often the rule runs, as "5m". */
    NETSHARE_RULE_INTERVAL = 7,
    /** Start of the look-back, as "now-9m". */
    NETSHARE_RULE_FROM = 8,
    NETSHARE_RULE_TO = 9,
    NETSHARE_RULE_LICENSE = 10,
    /** The time field to use instead of `@timestamp`. */
    NETSHARE_RULE_TIMESTAMP_OVERRIDE = 11,
    /** How to set up the data, Markdown. */
    NETSHARE_RULE_SETUP = 12,
    /** Investigation guide, Markdown. */
    NETSHARE_RULE_NOTE = 13,
    /** The event category field the rule asks for instead of `event.category`. */
    NETSHARE_RULE_EVENT_CATEGORY_OVERRIDE = 14,
    /** "default" for building block rules, whose alerts are not shown by themselves. */
    NETSHARE_RULE_BUILDING_BLOCK_TYPE = 15
} netshare_rule_string_key;

/** Lists of texts of a rule, see netshare_rule_strings(). */
typedef enum netshare_rule_strings_key {
    NETSHARE_RULE_AUTHORS = 0,
    NETSHARE_RULE_TAGS = 1,
    /** Index patterns of the data that the rule reads. */
    NETSHARE_RULE_INDICES = 2,
    NETSHARE_RULE_REFERENCES = 3,
    NETSHARE_RULE_FALSE_POSITIVES = 4
} netshare_rule_strings_key;

/** Numbers of a rule, see netshare_rule_integer(). */
typedef enum netshare_rule_integer_key {
    /** 0 to 100. */
    NETSHARE_RULE_RISK_SCORE = 0,
    NETSHARE_RULE_VERSION = 1,
    /** Most alerts per execution. */
    NETSHARE_RULE_MAX_SIGNALS = 2
} netshare_rule_integer_key;

/** An ATT&CK tactic, as TA0008 Lateral Movement. No pointer is NULL. */
typedef struct netshare_tactic {
    const char *id;
    const char *name;
    /** URL, empty when the rule gives none. */
    const char *reference;
} netshare_tactic;

/** An ATT&CK technique, as T1021, or subtechnique, as T1021.002. */
typedef struct netshare_technique {
    const char *id;
    const char *name;
    const char *reference;
    /** `subtechnique_count` entries, NULL when there are none. */
    const struct netshare_technique *subtechniques;
    size_t subtechnique_count;
} netshare_technique;

/** One entry of a rule's ATT&CK mapping. */
typedef struct netshare_threat {
    /** "MITRE ATT&CK". */
    const char *framework;
    netshare_tactic tactic;
    /** `technique_count` entries, NULL when there are none. */
    const netshare_technique *techniques;
    size_t technique_count;
} netshare_threat;

/**
 * A text of the rule.
 *
 * @param rule  a rule
 * @param key   which text
 * @return a C string; NULL when the rule does not have it or the key is unknown.
 *         The id, name and query are never NULL.
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const char *netshare_rule_string(const netshare_rule *rule,
                                              netshare_rule_string_key key);

/**
 * A list of texts of the rule.
 *
 * @param rule   a rule
 * @param key    which list
 * @param count  gets the number of entries
 * @return the entries, each a C string; NULL when there are none
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const char *const *netshare_rule_strings(const netshare_rule *rule,
                                                      netshare_rule_strings_key key,
                                                      size_t *count);

/**
 * A number of the rule.
 *
 * @return the number; Kibana's default where the rule does not say: risk score 0,
 *         version 1, 100 signals. -1 for an unknown key.
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API int64_t netshare_rule_integer(const netshare_rule *rule,
                                           netshare_rule_integer_key key);

/**
 * The rule's severity as a number to sort by.
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API netshare_severity netshare_rule_severity(const netshare_rule *rule);

/**
 * The rule's ATT&CK mapping, in the order of its document.
 *
 * @param count  gets the number of entries
 * @return the entries; NULL when there are none
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const netshare_threat *netshare_rule_threats(const netshare_rule *rule,
                                                          size_t *count);

#ifdef __cplusplus
}
#endif

#endif
