/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "sarif.h"

#include <json-c/json.h>
#include <string.h>

#include "objects.h"
#include "platform.h"

static struct json_object *message(const char *text)
{
    struct json_object *object = json_object_new_object();
    object_add_string(object, "text", text);
    return object;
}

static const char *level(const netshare_rule *rule)
{
    static const char *const LEVELS[] = {
        [NETSHARE_SEVERITY_UNKNOWN] = "warning", [NETSHARE_SEVERITY_LOW] = "note",
        [NETSHARE_SEVERITY_MEDIUM] = "warning",  [NETSHARE_SEVERITY_HIGH] = "error",
        [NETSHARE_SEVERITY_CRITICAL] = "error"};
    return LEVELS[netshare_rule_severity(rule)];
}

/* Once each: a technique may belong to several tactics. */
static void add_tag(struct json_object *tags, const char *id)
{
    for (size_t i = 0; i < json_object_array_length(tags); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(tags, i)), id) == 0)
            return;
    json_object_array_add(tags, json_object_new_string(id));
}

/* The rule's tags, then its tactics and techniques by id. */
static struct json_object *rule_tags(const netshare_rule *rule)
{
    struct json_object *tags = json_object_new_array();
    size_t count;
    const char *const *texts = netshare_rule_strings(rule, NETSHARE_RULE_TAGS, &count);
    for (size_t i = 0; i < count; i++)
        add_tag(tags, texts[i]);
    const netshare_threat *threats = netshare_rule_threats(rule, &count);
    for (size_t i = 0; i < count; i++) {
        add_tag(tags, threats[i].tactic.id);
        for (size_t j = 0; j < threats[i].technique_count; j++) {
            const netshare_technique *t = &threats[i].techniques[j];
            add_tag(tags, t->id);
            for (size_t k = 0; k < t->subtechnique_count; k++)
                add_tag(tags, t->subtechniques[k].id);
        }
    }
    return tags;
}

static struct json_object *rule_entry(const netshare_rule *rule)
{
    struct json_object *entry = json_object_new_object();
    struct json_object *level_entry = json_object_new_object();
    struct json_object *properties = json_object_new_object();
    const char *description = netshare_rule_string(rule, NETSHARE_RULE_DESCRIPTION);
    object_add_string(entry, "id", netshare_rule_string(rule, NETSHARE_RULE_ID));
    json_object_object_add(entry, "shortDescription",
                           message(netshare_rule_string(rule, NETSHARE_RULE_NAME)));
    if (description)
        json_object_object_add(entry, "fullDescription", message(description));
    object_add_string(level_entry, "level", level(rule));
    json_object_object_add(entry, "defaultConfiguration", level_entry);
    json_object_object_add(properties, "tags", rule_tags(rule));
    json_object_object_add(
        properties, "risk_score",
        json_object_new_int64(netshare_rule_integer(rule, NETSHARE_RULE_RISK_SCORE)));
    json_object_object_add(entry, "properties", properties);
    return entry;
}

void sarif_write_header(struct output *out, const netshare_matcher *matcher)
{
    output_format(out,
                  "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
                  "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":"
                  "{\"name\":\"netshare-scan\",\"version\":\"%s\",\"rules\":[\n",
                  netshare_version());
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        output_string(out, i ? "," : "");
        object_write(out, rule_entry(netshare_matcher_rule(matcher, i)));
        output_bytes(out, "\n", 1);
    }
    output_string(out, "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[");
    output_bytes(out, "\n", 1);
}

/* A URI reference: relative names stay relative, and no first segment has a colon. */
static struct json_object *uri_of(const char *file)
{
    static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-._~/";
    struct output uri = {0};
    size_t drive = platform_drive(file);
    output_string(&uri, drive ? "file:///" : file[0] == '/' ? "file://" : "");
    output_bytes(&uri, file, drive);
    for (const char *c = file + drive; *c; c++) {
        if (strchr(SAFE, *c))
            output_bytes(&uri, c, 1);
        else if (strchr(PLATFORM_SEPARATORS, *c))
            output_bytes(&uri, "/", 1);
        else
            output_format(&uri, "%%%02X", (unsigned)(unsigned char)*c);
    }
    struct json_object *json =
        json_object_new_string_len(uri.data ? uri.data : "", (int)uri.length);
    output_free(&uri);
    return json;
}

static struct json_object *location(const struct event_line *line)
{
    struct json_object *object = json_object_new_object();
    struct json_object *physical = json_object_new_object();
    struct json_object *artifact = json_object_new_object();
    struct json_object *region = json_object_new_object();
    json_object_object_add(artifact, "uri", uri_of(line->file));
    json_object_object_add(region, "startLine", json_object_new_int64((int64_t)line->number));
    json_object_object_add(physical, "artifactLocation", artifact);
    json_object_object_add(physical, "region", region);
    json_object_object_add(object, "physicalLocation", physical);
    return object;
}

void sarif_write(struct output *out, const struct alert *alert)
{
    struct json_object *result = json_object_new_object();
    struct json_object *locations = json_object_new_array();
    struct json_object *prints = json_object_new_object();
    struct output reason = {0};
    alert_write_reason(&reason, alert);
    output_bytes(&reason, "", 1);
    object_add_string(result, "ruleId", netshare_rule_string(alert->rule, NETSHARE_RULE_ID));
    json_object_object_add(result, "ruleIndex", json_object_new_int64((int64_t)alert->rule_number));
    object_add_string(result, "level", level(alert->rule));
    json_object_object_add(result, "message", message(reason.error ? "" : reason.data));
    json_object_array_add(locations, location(alert->line));
    json_object_object_add(result, "locations", locations);
    object_add_string(prints, "netshareAlert/v1", alert->uuid);
    json_object_object_add(result, "partialFingerprints", prints);
    object_write(out, result);
    output_bytes(out, "\n", 1);
    output_free(&reason);
}

void sarif_write_footer(struct output *out)
{
    output_string(out, "]}]}");
    output_bytes(out, "\n", 1);
}
