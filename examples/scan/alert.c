/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
/*
 * An alert as Kibana writes one: the event's document with everything it says, the
 * rule under `kibana.alert.*`, and the rule's ATT&CK mapping as `threat`.
 */
#include "alert.h"

#include <errno.h>
#include <string.h>

#include "times.h"

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

static struct json_object *threats(const netshare_rule *rule)
{
    size_t count;
    const netshare_threat *list = netshare_rule_threats(rule, &count);
    struct json_object *array = json_object_new_array();
    for (size_t i = 0; i < count; i++) {
        const netshare_threat *t = &list[i];
        struct json_object *entry = json_object_new_object();
        add_string(entry, "framework", t->framework);
        json_object_object_add(entry, "tactic",
                               attack_entry(t->tactic.id, t->tactic.name, t->tactic.reference));
        json_object_object_add(entry, "technique",
                               techniques(t->techniques, t->technique_count));
        json_object_array_add(array, entry);
    }
    return array;
}

static void add_threats(struct json_object *alert, const netshare_rule *rule)
{
    struct json_object *array = threats(rule);
    json_object_object_add(alert, "kibana.alert.rule.threat", json_object_get(array));
    if (json_object_array_length(array))
        json_object_object_add(alert, "threat", json_object_get(array));
    json_object_put(array);
}

struct clause {
    const char *before;
    const char *field;
};

void alert_write_reason(struct output *out, const struct alert *alert)
{
    static const struct clause CLAUSES[] = {
        {"", "event.category"},
        {" event with process ", "process.name"},
        {", parent process ", "process.parent.name"},
        {", file ", "file.name"},
        {", by ", "user.name"},
        {" on ", "host.name"},
    };
    enum { VALUE_LIMIT = 256 };
    const char *severity = netshare_rule_string(alert->rule, NETSHARE_RULE_SEVERITY);
    for (size_t i = 0; i < COUNT(CLAUSES); i++) {
        size_t length;
        const char *value = document_string(alert->document, CLAUSES[i].field, &length);
        if (value) {
            output_string(out, CLAUSES[i].before);
            output_text(out, value, length, ESCAPE_PLAIN, VALUE_LIMIT);
        } else if (i == 0) {
            output_string(out, "event");
        }
    }
    output_string(out, " created ");
    if (severity)
        output_string(out, severity);
    output_string(out, severity ? " alert " : "alert ");
    output_string(out, netshare_rule_string(alert->rule, NETSHARE_RULE_NAME));
    output_string(out, ".");
}

static void add_reason(struct json_object *json, const struct alert *alert)
{
    struct output reason = {0};
    alert_write_reason(&reason, alert);
    if (!reason.error)
        json_object_object_add(json, "kibana.alert.reason",
                               json_object_new_string_len(reason.data, (int)reason.length));
    output_free(&reason);
}

/* What belongs to the document as a whole, and is no field of an alert's. */
static bool is_metadata(const char *key)
{
    static const char *const KEYS[] = {"_id", "_index", "_score", "_type", "_version",
                                       "_seq_no", "_primary_term", "_routing", "_ignored"};
    for (size_t i = 0; i < COUNT(KEYS); i++)
        if (strcmp(key, KEYS[i]) == 0)
            return true;
    return false;
}

/* An alert is an event of its own kind; what the event said of itself is kept. */
static void add_event(struct json_object *json, struct json_object *event)
{
    struct json_object *signal = json_object_new_object();
    if (json_object_is_type(event, json_type_object)) {
        json_object_object_foreach(event, key, value) {
            json_object_object_add(signal, key, json_object_get(value));
        }
        json_object_object_add(json, "kibana.alert.original_event", json_object_get(event));
    }
    add_string(signal, "kind", "signal");
    json_object_object_add(json, "event", signal);
}

static void add_document(struct json_object *json, const struct document *document)
{
    struct json_object *value;
    json_object_object_foreach(document->root, key, member) {
        if (!is_metadata(key))
            json_object_object_add(json, key, json_object_get(member));
    }
    if (json_object_object_get_ex(document->root, "@timestamp", &value))
        json_object_object_add(json, "kibana.alert.original_time", json_object_get(value));
    if (!json_object_object_get_ex(document->root, "event", &value))
        value = NULL;
    add_event(json, value);
}

static void add_provenance(struct json_object *alert, const struct document *document,
                           const struct event_line *line)
{
    struct json_object *netshare = json_object_new_object();
    add_string(netshare, "file", line->file);
    json_object_object_add(netshare, "line", json_object_new_int64((int64_t)line->number));
    json_object_object_add(alert, "netshare", netshare);
    if (!document->identified)
        return;
    struct json_object *ancestor = json_object_new_object(), *value;
    if (json_object_object_get_ex(document->identified, "_id", &value))
        json_object_object_add(ancestor, "id", json_object_get(value));
    if (json_object_object_get_ex(document->identified, "_index", &value))
        json_object_object_add(ancestor, "index", json_object_get(value));
    add_string(ancestor, "type", "event");
    json_object_object_add(ancestor, "depth", json_object_new_int(0));
    struct json_object *ancestors = json_object_new_array();
    json_object_array_add(ancestors, ancestor);
    json_object_object_add(alert, "kibana.alert.ancestors", ancestors);
}

/* An event that Elasticsearch knows goes by its id there, any other by its bytes. */
void alert_identify(struct alert *alert)
{
    struct sha256 hash;
    size_t index_length, id_length;
    const char *rule = netshare_rule_string(alert->rule, NETSHARE_RULE_ID);
    const char *index = document_identity(alert->document, "_index", &index_length);
    const char *id = document_identity(alert->document, "_id", &id_length);
    sha256_start(&hash);
    sha256_add(&hash, rule, strlen(rule) + 1);
    if (id) {
        sha256_add(&hash, "id", 3);
        sha256_add(&hash, index, index_length);
        sha256_add(&hash, "", 1);
        sha256_add(&hash, id, id_length);
    } else {
        sha256_add(&hash, "line", 5);
        sha256_add(&hash, alert->line->text, alert->line->length);
    }
    sha256_end(&hash, alert->uuid);
}

static void add_execution(struct json_object *json, const struct alert *alert)
{
    char time[TIMES_TEXT];
    if (alert->execution == NO_EXECUTION)
        return;
    times_write(alert->execution, time);
    add_string(json, "kibana.alert.rule.execution.timestamp", time);
}

void alert_write(struct output *out, const struct alert *alert)
{
    struct json_object *json = json_object_new_object();
    add_document(json, alert->document);
    add_string(json, "kibana.alert.uuid", alert->uuid);
    add_rule(json, alert->rule);
    add_threats(json, alert->rule);
    for (size_t i = 0; i < COUNT(FIXED); i++)
        add_string(json, FIXED[i].key, FIXED[i].value);
    json_object_object_add(json, "kibana.alert.depth", json_object_new_int(1));
    add_execution(json, alert);
    add_reason(json, alert);
    add_provenance(json, alert->document, alert->line);

    size_t length;
    const char *text = json_object_to_json_string_length(
        json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    if (text) {
        output_json(out, text, length);
        output_bytes(out, "\n", 1);
    } else {
        out->error = ENOMEM;
    }
    json_object_put(json);
}
