/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

/* Columns are fixed, so that rows can be written as they come. */
enum {
    TIME_WIDTH = 24,
    HOST_WIDTH = 16,
    USER_WIDTH = 16,
    SEVERITY_WIDTH = 8,
    RULE_WIDTH = 40,
    COMMAND_WIDTH = 40,
    COMMAND_LIMIT = 400,
    SHOWN_ARGS = 32
};

static void pad(struct output *out, size_t used, size_t width)
{
    output_format(out, "%*s", used < width ? (int)(width - used) + 2 : 2, "");
}

static void cell(struct output *out, const char *text, size_t length, size_t width)
{
    size_t used = length ? output_text(out, text, length, ESCAPE_PLAIN, width + 8)
                         : output_string(out, "-");
    pad(out, used, width);
}

static void string_cell(struct output *out, const char *text, size_t width)
{
    cell(out, text, text ? strlen(text) : 0, width);
}

static void field_cell(struct output *out, const struct document *document, const char *field,
                       size_t width)
{
    size_t length;
    const char *text = document_string(document, field, &length);
    cell(out, text, length, width);
}

void text_write_header(struct output *out)
{
    string_cell(out, "TIME", TIME_WIDTH);
    string_cell(out, "HOST", HOST_WIDTH);
    string_cell(out, "USER", USER_WIDTH);
    string_cell(out, "SEVERITY", SEVERITY_WIDTH);
    string_cell(out, "RULE", RULE_WIDTH);
    string_cell(out, "COMMAND LINE", COMMAND_WIDTH);
    output_string(out, "ATT&CK TACTICS: TECHNIQUES");
    output_bytes(out, "\n", 1);
}

static void put(struct output *out, const char *before, const char *text)
{
    output_string(out, before);
    output_string(out, text);
}

void text_write_attack(struct output *out, const netshare_rule *rule)
{
    size_t count;
    const netshare_threat *threats = netshare_rule_threats(rule, &count);
    for (size_t i = 0; i < count; i++) {
        put(out, i ? "; " : "", threats[i].tactic.id);
        for (size_t j = 0; j < threats[i].technique_count; j++) {
            const netshare_technique *t = &threats[i].techniques[j];
            const char *before = j ? " " : ": ";
            if (!t->subtechnique_count)
                put(out, before, t->id);
            for (size_t k = 0; k < t->subtechnique_count; k++)
                put(out, k ? " " : before, t->subtechniques[k].id);
        }
    }
    if (!count)
        output_string(out, "-");
}

/* The columns written, 0 when there are no arguments. */
static size_t write_args(struct output *out, const struct document *document)
{
    struct json_object *process = document_get(document, "process"), *args;
    if (!json_object_is_type(process, json_type_object)
        || !json_object_object_get_ex(process, "args", &args)
        || !json_object_is_type(args, json_type_array))
        return 0;
    size_t count = json_object_array_length(args), columns = 0;
    for (size_t i = 0; i < count && i < SHOWN_ARGS; i++) {
        struct json_object *arg = json_object_array_get_idx(args, i);
        columns += output_string(out, i ? " " : "");
        if (json_object_is_type(arg, json_type_string))
            columns += output_text(out, json_object_get_string(arg),
                                   (size_t)json_object_get_string_len(arg), ESCAPE_PLAIN,
                                   COMMAND_LIMIT / 4);
    }
    if (count > SHOWN_ARGS)
        columns += output_string(out, " ...");
    return columns;
}

size_t text_write_command(struct output *out, const struct document *document)
{
    static const char *const INSTEAD[] = {"process.executable", "process.name"};
    size_t length, used = 0;
    const char *text = document_string(document, "process.command_line", &length);
    if (!length)
        used = write_args(out, document);
    for (size_t i = 0; !length && !used && i < 2; i++)
        text = document_string(document, INSTEAD[i], &length);
    return length ? output_text(out, text, length, ESCAPE_PLAIN, COMMAND_LIMIT) : used;
}

static void command_cell(struct output *out, const struct document *document)
{
    size_t used = text_write_command(out, document);
    if (!used)
        used = output_string(out, "-");
    pad(out, used, COMMAND_WIDTH);
}

enum color text_severity_color(const netshare_rule *rule)
{
    static const enum color COLORS[] = {
        [NETSHARE_SEVERITY_UNKNOWN] = COLOR_BOLD,  [NETSHARE_SEVERITY_LOW] = COLOR_GREEN,
        [NETSHARE_SEVERITY_MEDIUM] = COLOR_YELLOW, [NETSHARE_SEVERITY_HIGH] = COLOR_RED,
        [NETSHARE_SEVERITY_CRITICAL] = COLOR_RED};
    return COLORS[netshare_rule_severity(rule)];
}

void text_write(struct output *out, const struct alert *alert)
{
    const struct document *document = alert->document;
    const netshare_rule *rule = alert->rule;
    field_cell(out, document, "@timestamp", TIME_WIDTH);
    field_cell(out, document, "host.name", HOST_WIDTH);
    field_cell(out, document, "user.name", USER_WIDTH);
    output_color(out, text_severity_color(rule));
    string_cell(out, netshare_rule_string(rule, NETSHARE_RULE_SEVERITY), SEVERITY_WIDTH);
    output_color(out, COLOR_NONE);
    string_cell(out, netshare_rule_string(rule, NETSHARE_RULE_NAME), RULE_WIDTH);
    command_cell(out, document);
    text_write_attack(out, rule);
    output_bytes(out, "\n", 1);
}
