/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
/*
 * An alert as Kibana writes one: the event's document with everything it says, the
 * rule under `kibana.alert.*`, and the rule's ATT&CK mapping as `threat`.
 */
#include "alert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void add_string(struct json_object *object, const char *key, const char *text)
{
    if (text)
        json_object_object_add(object, key, json_object_new_string(text));
}

static void add_rule(struct json_object *alert, const netshare_rule *rule)
{
    for (size_t i = 0; i < COUNT(STRINGS); i++)
        add_string(alert, STRINGS[i].key, netshare_rule_string(rule, STRINGS[i].value));
    for (size_t i = 0; i < COUNT(INTEGERS); i++)
        json_object_object_add(
            alert, INTEGERS[i].key,
            json_object_new_int64(netshare_rule_integer(rule, INTEGERS[i].value)));
    for (size_t i = 0; i < COUNT(LISTS); i++) {
        size_t count;
        const char *const *texts = netshare_rule_strings(rule, LISTS[i].value, &count);
        struct json_object *list = json_object_new_array();
        for (size_t j = 0; j < count; j++)
            json_object_array_add(list, json_object_new_string(texts[j]));
        json_object_object_add(alert, LISTS[i].key, list);
    }
}

static struct json_object *attack_entry(const char *id, const char *name, const char *reference)
{
    struct json_object *entry = json_object_new_object();
    add_string(entry, "id", id);
    add_string(entry, "name", name);
    if (reference[0])
        add_string(entry, "reference", reference);
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

static void add_threats(struct json_object *alert, const netshare_rule *rule)
{
    size_t count;
    const netshare_threat *threats = netshare_rule_threats(rule, &count);
    if (!count)
        return;
    struct json_object *array = json_object_new_array();
    for (size_t i = 0; i < count; i++) {
        const netshare_threat *t = &threats[i];
        struct json_object *entry = json_object_new_object();
        add_string(entry, "framework", t->framework);
        json_object_object_add(entry, "tactic",
                               attack_entry(t->tactic.id, t->tactic.name, t->tactic.reference));
        json_object_object_add(entry, "technique",
                               techniques(t->techniques, t->technique_count));
        json_object_array_add(array, entry);
    }
    json_object_object_add(alert, "threat", array);
}

struct clause {
    const char *before;
    const char *field;
};

/* "process event with process net.exe, by user on HOST created medium alert NAME." */
static void add_reason(struct json_object *alert, const struct document *document,
                       const netshare_rule *rule)
{
    static const struct clause CLAUSES[] = {
        {"", "event.category"},
        {" event with process ", "process.name"},
        {", parent process ", "process.parent.name"},
        {", file ", "file.name"},
        {", by ", "user.name"},
        {" on ", "host.name"},
    };
    const char *severity = netshare_rule_string(rule, NETSHARE_RULE_SEVERITY);
    char *reason = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&reason, &size);
    if (!text)
        return;
    for (size_t i = 0; i < COUNT(CLAUSES); i++) {
        size_t length;
        const char *value = document_string(document, CLAUSES[i].field, &length);
        if (value)
            fprintf(text, "%s%.*s", CLAUSES[i].before, (int)(length < 256 ? length : 256), value);
        else if (i == 0)
            fprintf(text, "event");
    }
    fprintf(text, " created %s%salert %s.", severity ? severity : "", severity ? " " : "",
            netshare_rule_string(rule, NETSHARE_RULE_NAME));
    if (fclose(text) == 0)
        add_string(alert, "kibana.alert.reason", reason);
    free(reason);
}

static void add_provenance(struct json_object *alert, const struct document *document,
                           const struct event_line *line)
{
    struct json_object *netshare = json_object_new_object();
    add_string(netshare, "file", line->file);
    json_object_object_add(netshare, "line", json_object_new_int64((int64_t)line->number));
    json_object_object_add(alert, "netshare", netshare);
    if (!document->hit)
        return;
    struct json_object *ancestor = json_object_new_object(), *value;
    if (json_object_object_get_ex(document->hit, "_id", &value))
        json_object_object_add(ancestor, "id", json_object_get(value));
    if (json_object_object_get_ex(document->hit, "_index", &value))
        json_object_object_add(ancestor, "index", json_object_get(value));
    add_string(ancestor, "type", "event");
    json_object_object_add(ancestor, "depth", json_object_new_int(0));
    struct json_object *ancestors = json_object_new_array();
    json_object_array_add(ancestors, ancestor);
    json_object_object_add(alert, "kibana.alert.ancestors", ancestors);
}

void alert_write(struct output *out, const struct document *document,
                 const struct event_line *line, const netshare_rule *rule)
{
    struct json_object *alert = json_object_new_object(), *time;
    json_object_object_foreach(document->root, key, value) {
        json_object_object_add(alert, key, json_object_get(value));
    }
    add_rule(alert, rule);
    add_threats(alert, rule);
    if (json_object_object_get_ex(document->root, "@timestamp", &time))
        json_object_object_add(alert, "kibana.alert.original_time", json_object_get(time));
    add_string(alert, "kibana.alert.status", "active");
    add_reason(alert, document, rule);
    add_provenance(alert, document, line);

    size_t length;
    const char *text = json_object_to_json_string_length(
        alert, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    if (text) {
        output_json(out, text, length);
        output_bytes(out, "\n", 1);
    } else {
        out->error = ENOMEM;
    }
    json_object_put(alert);
}
