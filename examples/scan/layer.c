/* SPDX-License-Identifier: Apache-2.0 */
/* ATT&CK Navigator layers, layer format 4.5. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "attack.h"
#include "objects.h"

static const char LAYER_VERSION[] = "4.5";
static const char NAVIGATOR_VERSION[] = "4.9.0"; /* the first one that reads these layers */

/* "Command and Control" -> "command-and-control", as the Navigator names tactics. */
static struct json_object *short_name(const char *name)
{
    struct output text = {0};
    for (; *name; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        output_bytes(&text, c == ' ' ? "-" : &c, 1);
    }
    struct json_object *json =
        json_object_new_string_len(text.data ? text.data : "", (int)text.length);
    output_free(&text);
    return json;
}

static struct json_object *technique(const struct attack_entry *entry, bool of_rules)
{
    struct json_object *json = json_object_new_object();
    struct output comment = {0};
    if (of_rules)
        output_format(&comment, "%zu %s", entry->rules, entry->rules == 1 ? "rule" : "rules");
    else
        output_format(&comment, "%zu %s by %zu %s", entry->count,
                      entry->count == 1 ? "alert" : "alerts", entry->rules,
                      entry->rules == 1 ? "rule" : "rules");
    output_bytes(&comment, "", 1);
    object_add_string(json, "techniqueID", entry->technique->id);
    json_object_object_add(json, "tactic", short_name(entry->tactic->name));
    json_object_object_add(json, "score", json_object_new_int64((int64_t)entry->count));
    object_add_string(json, "comment", comment.error ? "" : comment.data);
    json_object_object_add(json, "enabled", json_object_new_boolean(1));
    if (entry->technique->subtechnique_count > 0)
        json_object_object_add(json, "showSubtechniques", json_object_new_boolean(1));
    output_free(&comment);
    return json;
}

/* From white to red, the highest count being the darkest. */
static struct json_object *gradient(size_t most)
{
    struct json_object *json = json_object_new_object();
    struct json_object *colors = json_object_new_array();
    json_object_array_add(colors, json_object_new_string("#ffffffff"));
    json_object_array_add(colors, json_object_new_string("#ff6666ff"));
    json_object_object_add(json, "colors", colors);
    json_object_object_add(json, "minValue", json_object_new_int(0));
    json_object_object_add(json, "maxValue", json_object_new_int64(most ? (int64_t)most : 1));
    return json;
}

/* The version of ATT&CK itself is left out: rules do not say which one they follow. */
static struct json_object *layer(const struct attack_table *table, bool of_rules)
{
    struct json_object *json = json_object_new_object();
    struct json_object *versions = json_object_new_object();
    struct json_object *techniques = json_object_new_array();
    size_t most = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (!table->entries[i].technique)
            continue;
        json_object_array_add(techniques, technique(&table->entries[i], of_rules));
        most = table->entries[i].count > most ? table->entries[i].count : most;
    }
    object_add_string(versions, "navigator", NAVIGATOR_VERSION);
    object_add_string(versions, "layer", LAYER_VERSION);
    object_add_string(json, "name", of_rules ? "netshare-scan: coverage" : "netshare-scan: alerts");
    json_object_object_add(json, "versions", versions);
    object_add_string(json, "domain", "enterprise-attack");
    object_add_string(json, "description", of_rules ? "Score: rules that name the technique"
                                             : "Score: alerts of rules that name the technique");
    json_object_object_add(json, "techniques", techniques);
    json_object_object_add(json, "gradient", gradient(most));
    json_object_object_add(json, "hideDisabled", json_object_new_boolean(0));
    return json;
}

bool attack_write_layer(const char *file, const struct attack_table *table, bool of_rules,
                        struct output *messages)
{
    struct output out = output_open(file);
    if (out.file) {
        struct json_object *json = layer(table, of_rules);
        errno = 0;
        object_write(&out, json);
        output_bytes(&out, "\n", 1);
    }
    return output_close(&out, file, messages);
}
