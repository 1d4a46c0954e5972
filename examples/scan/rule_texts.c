/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_texts.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "objects.h"

struct rule_texts {
    const netshare_matcher *matcher;
    struct output texts[]; /* by number of the rule; without data until it is wanted */
};

struct string_entry {
    const char *key;
    netshare_rule_string_key value;
};

static const struct string_entry STRINGS[] = {
    {"kibana.alert.rule.uuid", NETSHARE_RULE_ID},
    {"kibana.alert.rule.rule_id", NETSHARE_RULE_ID},
    {"kibana.alert.rule.name", NETSHARE_RULE_NAME},
    {"kibana.alert.rule.description", NETSHARE_RULE_DESCRIPTION},
    {"kibana.alert.rule.type", NETSHARE_RULE_TYPE},
    {"kibana.alert.rule.severity", NETSHARE_RULE_SEVERITY},
    {"kibana.alert.rule.interval", NETSHARE_RULE_INTERVAL},
    {"kibana.alert.rule.from", NETSHARE_RULE_FROM},
    {"kibana.alert.rule.to", NETSHARE_RULE_TO},
    {"kibana.alert.rule.timestamp_override", NETSHARE_RULE_TIMESTAMP_OVERRIDE},
    {"kibana.alert.rule.note", NETSHARE_RULE_NOTE},
    {"kibana.alert.rule.setup", NETSHARE_RULE_SETUP},
    {"kibana.alert.rule.parameters.query", NETSHARE_RULE_QUERY},
    {"kibana.alert.rule.parameters.language", NETSHARE_RULE_LANGUAGE},
    {"kibana.alert.rule.license", NETSHARE_RULE_LICENSE},
    {"kibana.alert.building_block_type", NETSHARE_RULE_BUILDING_BLOCK_TYPE},
    {"kibana.alert.severity", NETSHARE_RULE_SEVERITY},
};

struct integer_entry {
    const char *key;
    netshare_rule_integer_key value;
};

static const struct integer_entry INTEGERS[] = {
    {"kibana.alert.rule.risk_score", NETSHARE_RULE_RISK_SCORE},
    {"kibana.alert.rule.version", NETSHARE_RULE_VERSION},
    {"kibana.alert.rule.max_signals", NETSHARE_RULE_MAX_SIGNALS},
    {"kibana.alert.risk_score", NETSHARE_RULE_RISK_SCORE},
};

struct list_entry {
    const char *key;
    netshare_rule_strings_key value;
};

static const struct list_entry LISTS[] = {
    {"kibana.alert.rule.author", NETSHARE_RULE_AUTHORS},
    {"kibana.alert.rule.tags", NETSHARE_RULE_TAGS},
    {"kibana.alert.rule.indices", NETSHARE_RULE_INDICES},
    {"kibana.alert.rule.references", NETSHARE_RULE_REFERENCES},
    {"kibana.alert.rule.false_positives", NETSHARE_RULE_FALSE_POSITIVES},
};

struct fixed_entry {
    const char *key;
    const char *value;
};

/* What every alert of an EQL rule has. */
static const struct fixed_entry FIXED[] = {
    {"kibana.alert.status", "active"},
    {"kibana.alert.workflow_status", "open"},
    {"kibana.alert.rule.category", "Event Correlation Rule"},
    {"kibana.alert.rule.rule_type_id", "siem.eqlRule"},
    {"kibana.alert.rule.producer", "siem"},
    {"kibana.alert.rule.consumer", "siem"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void add_rule(struct json_object *json, const netshare_rule *rule)
{
    for (size_t i = 0; i < COUNT(STRINGS); i++)
        object_add_string(json, STRINGS[i].key, netshare_rule_string(rule, STRINGS[i].value));
    for (size_t i = 0; i < COUNT(INTEGERS); i++)
        json_object_object_add(
            json, INTEGERS[i].key,
            json_object_new_int64(netshare_rule_integer(rule, INTEGERS[i].value)));
    for (size_t i = 0; i < COUNT(LISTS); i++) {
        size_t count;
        const char *const *texts = netshare_rule_strings(rule, LISTS[i].value, &count);
        struct json_object *list = json_object_new_array();
        for (size_t j = 0; j < count; j++)
            json_object_array_add(list, json_object_new_string(texts[j]));
        json_object_object_add(json, LISTS[i].key, list);
    }
}

static struct json_object *attack_entry(const char *id, const char *name, const char *reference)
{
    struct json_object *entry = json_object_new_object();
    object_add_string(entry, "id", id);
    object_add_string(entry, "name", name);
    if (reference[0])
        object_add_string(entry, "reference", reference);
    return entry;
}

/* Subtechniques have none of their own. */
static struct json_object *techniques(const netshare_technique *list, size_t count)
{
    struct json_object *array = json_object_new_array();
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = attack_entry(list[i].id, list[i].name, list[i].reference);
        struct json_object *below = list[i].subtechnique_count ? json_object_new_array() : NULL;
        for (size_t j = 0; j < list[i].subtechnique_count; j++) {
            const netshare_technique *s = &list[i].subtechniques[j];
            json_object_array_add(below, attack_entry(s->id, s->name, s->reference));
        }
        if (below)
            json_object_object_add(entry, "subtechnique", below);
        json_object_array_add(array, entry);
    }
    return array;
}

static struct json_object *threats(const netshare_rule *rule)
{
    size_t count;
    const netshare_threat *list = netshare_rule_threats(rule, &count);
    struct json_object *array = json_object_new_array();
    for (size_t i = 0; i < count; i++) {
        const netshare_threat *t = &list[i];
        struct json_object *entry = json_object_new_object();
        object_add_string(entry, "framework", t->framework);
        json_object_object_add(entry, "tactic",
                               attack_entry(t->tactic.id, t->tactic.name, t->tactic.reference));
        json_object_object_add(entry, "technique",
                               techniques(t->techniques, t->technique_count));
        json_object_array_add(array, entry);
    }
    return array;
}

static void add_threats(struct json_object *json, const netshare_rule *rule)
{
    struct json_object *array = threats(rule);
    json_object_object_add(json, "kibana.alert.rule.threat", json_object_get(array));
    if (json_object_array_length(array))
        json_object_object_add(json, "threat", json_object_get(array));
    json_object_put(array);
}

static void write_members(struct output *text, const netshare_rule *rule)
{
    struct json_object *json = json_object_new_object();
    add_rule(json, rule);
    add_threats(json, rule);
    for (size_t i = 0; i < COUNT(FIXED); i++)
        object_add_string(json, FIXED[i].key, FIXED[i].value);
    object_write(text, json);
}

struct rule_texts *rule_texts_new(const netshare_matcher *matcher)
{
    size_t count = netshare_matcher_rule_count(matcher);
    struct rule_texts *texts = calloc(1, sizeof *texts + count * sizeof *texts->texts);
    if (texts)
        texts->matcher = matcher;
    return texts;
}

void rule_texts_free(struct rule_texts *texts)
{
    if (!texts)
        return;
    for (size_t i = 0; i < netshare_matcher_rule_count(texts->matcher); i++)
        output_free(&texts->texts[i]);
    free(texts);
}

const struct output *rule_texts_get(struct rule_texts *texts, size_t rule)
{
    struct output *text = &texts->texts[rule];
    if (!text->length)
        write_members(text, netshare_matcher_rule(texts->matcher, rule));
    return text;
}
