/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
/*
 * An alert as Kibana writes one: the event's document with everything it says, the
 * rule under `kibana.alert.*`, and the rule's ATT&CK mapping as `threat`.
 */
#include "alert.h"

#include <errno.h>
#include <string.h>

#include "objects.h"
#include "times.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

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
    object_add_string(signal, "kind", "signal");
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
    object_add_string(netshare, "file", line->file);
    json_object_object_add(netshare, "line", json_object_new_int64((int64_t)line->number));
    json_object_object_add(alert, "netshare", netshare);
    if (!document->identified)
        return;
    struct json_object *ancestor = json_object_new_object(), *value;
    if (json_object_object_get_ex(document->identified, "_id", &value))
        json_object_object_add(ancestor, "id", json_object_get(value));
    if (json_object_object_get_ex(document->identified, "_index", &value))
        json_object_object_add(ancestor, "index", json_object_get(value));
    object_add_string(ancestor, "type", "event");
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
    object_add_string(json, "kibana.alert.rule.execution.timestamp", time);
}

static bool has_threats(const netshare_rule *rule)
{
    size_t count;
    netshare_rule_threats(rule, &count);
    return count > 0;
}

/* The members of two objects, which have some each, in one. */
static void write_joined(struct output *out, const struct output *a, const struct output *b)
{
    if (a->error || b->error) {
        out->error = ENOMEM;
        return;
    }
    output_bytes(out, a->data, a->length - 1);
    output_bytes(out, ",", 1);
    output_bytes(out, b->data + 1, b->length - 1);
    output_bytes(out, "\n", 1);
}

void alert_write(struct output *out, const struct alert *alert)
{
    struct json_object *json = json_object_new_object();
    add_document(json, alert->document);
    object_add_string(json, "kibana.alert.uuid", alert->uuid);
    json_object_object_add(json, "kibana.alert.depth", json_object_new_int(1));
    add_execution(json, alert);
    add_reason(json, alert);
    add_provenance(json, alert->document, alert->line);
    if (has_threats(alert->rule)) /* the rule's take the place of the event's */
        json_object_object_del(json, "threat");

    struct output event = {0};
    object_write(&event, json);
    write_joined(out, &event, rule_texts_get(alert->texts, alert->rule_number));
    output_free(&event);
}
