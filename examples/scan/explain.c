/* SPDX-License-Identifier: Apache-2.0 */
#include "explain.h"

#include <string.h>

#include "objects.h"

enum { SOURCE_LIMIT = 160, VALUE_LIMIT = 80, SHOWN_VALUES = 4 };

#define TICK "\xE2\x9C\x93"
#define CROSS "\xE2\x9C\x97"

struct writer {
    struct output *out;
    const struct explanation *about;
    const char *query;
    bool first; /* no step written yet */
};

static const char *mark(bool verdict)
{
    return verdict ? TICK : CROSS;
}

static struct writer start(struct output *out, const struct explanation *about)
{
    const netshare_rule *rule = netshare_matcher_rule(about->matcher, about->rule);
    return (struct writer){out, about, netshare_rule_string(rule, NETSHARE_RULE_QUERY), true};
}

/* The category test has no length: its text is the word there, or the quoted name. */
static size_t category_length(const char *text)
{
    if (text[0] == '"') {
        const char *end = strchr(text + 1, '"');
        return end ? (size_t)(end - text) + 1 : strlen(text);
    }
    return strcspn(text, " \t\r\n");
}

static void write_source(struct output *out, const char *query, const netshare_step *step)
{
    const char *text = query + step->query_offset;
    if (step->query_length) {
        output_text(out, text, step->query_length, ESCAPE_FOLD_BLANKS, SOURCE_LIMIT);
        return;
    }
    output_string(out, "event category is ");
    output_text(out, text, category_length(text), ESCAPE_PLAIN, SOURCE_LIMIT);
}

/* An unpaired surrogate is written as its number. */
static void write_utf16(struct output *out, const uint16_t *units, size_t length)
{
    for (size_t i = 0; i < length && i < VALUE_LIMIT; i++) {
        char bytes[1] = {(char)units[i]};
        if (units[i] < 0x80)
            output_text(out, bytes, 1, ESCAPE_QUOTED, 1);
        else
            output_format(out, "\\u%04X", (unsigned)units[i]);
    }
}

static void write_value(struct output *out, const netshare_value *value)
{
    switch (value->type) {
    case NETSHARE_VALUE_BOOL:
        output_string(out, value->as.boolean ? "true" : "false");
        break;
    case NETSHARE_VALUE_INT64:
        output_format(out, "%lld", (long long)value->as.int64);
        break;
    case NETSHARE_VALUE_DOUBLE:
        output_format(out, "%.17g", value->as.float64);
        break;
    case NETSHARE_VALUE_UTF8:
        output_string(out, "\"");
        output_text(out, value->as.utf8.data, value->as.utf8.length, ESCAPE_QUOTED, VALUE_LIMIT);
        output_string(out, "\"");
        break;
    case NETSHARE_VALUE_UTF16:
        output_string(out, "\"");
        write_utf16(out, value->as.utf16.data, value->as.utf16.length);
        output_string(out, "\"");
        break;
    default:
        output_string(out, "null");
    }
}

static bool get_value(const struct explanation *about, size_t field, size_t index,
                      netshare_value *value)
{
    return netshare_event_accessor()->get(about->event, field, index, value);
}

/* The first values of a field, which all failed. */
static void write_values(struct writer *writer, const netshare_step *step)
{
    netshare_value value;
    for (size_t i = 0; i < step->value_count && i < SHOWN_VALUES; i++) {
        if (!get_value(writer->about, step->field, i, &value))
            break;
        output_string(writer->out, i ? ", " : "");
        write_value(writer->out, &value);
    }
    if (step->value_count > SHOWN_VALUES)
        output_format(writer->out, " and %zu more", step->value_count - SHOWN_VALUES);
}

static void write_reason(struct writer *writer, const netshare_step *step)
{
    struct output *out = writer->out;
    const char *field = step->field == NETSHARE_NO_INDEX
                            ? "field"
                            : netshare_matcher_field_name(writer->about->matcher, step->field);
    switch (step->reason) {
    case NETSHARE_REASON_VALUE:
        output_format(out, "   <- %s", field);
        if (step->value_count > 1)
            output_format(out, "[%zu]", step->value_index);
        output_string(out, " is ");
        write_value(out, &step->value);
        break;
    case NETSHARE_REASON_NO_VALUE:
        output_format(out, "   <- %s is ", field);
        write_values(writer, step);
        break;
    case NETSHARE_REASON_ABSENT:
        output_format(out, "   <- %s is absent", field);
        break;
    case NETSHARE_REASON_NULL:
        output_format(out, "   <- %s is null", field);
        break;
    case NETSHARE_REASON_COMBINATION:
        output_string(out, "   <- several fields together");
        break;
    default:
        break;
    }
}

static bool text_step(void *user, const netshare_step *step)
{
    static const char *const WORDS[] = {
        [NETSHARE_STEP_AND] = "and", [NETSHARE_STEP_OR] = "or", [NETSHARE_STEP_NOT] = "not"};
    struct writer *writer = user;
    struct output *out = writer->out;
    int indent = step->depth < 64 ? (int)step->depth : 64;
    output_format(out, "%*s%s ", 2 * indent + 2, "", mark(step->verdict));
    if (step->kind == NETSHARE_STEP_CLAUSE) {
        write_source(out, writer->query, step);
        write_reason(writer, step);
    } else {
        output_string(out, WORDS[step->kind]);
    }
    output_bytes(out, "\n", 1);
    return !out->error;
}

netshare_status explain_text(struct output *out, const struct explanation *about)
{
    struct writer writer = start(out, about);
    const netshare_rule *rule = netshare_matcher_rule(about->matcher, about->rule);
    output_string(out, about->line->file);
    output_format(out, ":%zu: %s ", about->line->number, mark(about->matched));
    output_string(out, netshare_rule_string(rule, NETSHARE_RULE_NAME));
    output_string(out, about->matched ? " matches" : " does not match");
    output_bytes(out, "\n", 1);
    return netshare_explain(about->matcher, about->scratch, netshare_event_accessor(),
                            about->event, about->rule, text_step, &writer);
}

static void add_values(struct json_object *object, const struct explanation *about,
                       const netshare_step *step)
{
    struct json_object *values = json_object_new_array();
    netshare_value value;
    for (size_t i = 0; i < step->value_count && i < SHOWN_VALUES; i++)
        if (get_value(about, step->field, i, &value))
            json_object_array_add(values, document_value(&value));
    json_object_object_add(object, "values", values);
}

static struct json_object *json_step(const struct writer *writer, const netshare_step *step)
{
    static const char *const KINDS[] = {
        [NETSHARE_STEP_AND] = "and", [NETSHARE_STEP_OR] = "or", [NETSHARE_STEP_NOT] = "not",
        [NETSHARE_STEP_CLAUSE] = "clause"};
    static const char *const REASONS[] = {
        [NETSHARE_REASON_NONE] = "none",     [NETSHARE_REASON_VALUE] = "value",
        [NETSHARE_REASON_NO_VALUE] = "no value", [NETSHARE_REASON_ABSENT] = "absent",
        [NETSHARE_REASON_NULL] = "null",     [NETSHARE_REASON_COMBINATION] = "combination"};
    const char *text = writer->query + step->query_offset;
    size_t length = step->query_length ? step->query_length : category_length(text);
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "depth", json_object_new_int64((int64_t)step->depth));
    object_add_string(json, "kind", KINDS[step->kind]);
    json_object_object_add(json, "verdict", json_object_new_boolean(step->verdict));
    json_object_object_add(json, "offset", json_object_new_int64((int64_t)step->query_offset));
    json_object_object_add(json, "length", json_object_new_int64((int64_t)step->query_length));
    json_object_object_add(json, "source", json_object_new_string_len(text, (int)length));
    if (step->kind != NETSHARE_STEP_CLAUSE)
        return json;
    object_add_string(json, "reason", REASONS[step->reason]);
    if (step->field == NETSHARE_NO_INDEX)
        return json;
    const char *field = netshare_matcher_field_name(writer->about->matcher, step->field);
    object_add_string(json, "field", field);
    json_object_object_add(json, "value_count",
                           json_object_new_int64((int64_t)step->value_count));
    if (step->reason == NETSHARE_REASON_VALUE) {
        json_object_object_add(json, "value_index",
                               json_object_new_int64((int64_t)step->value_index));
        json_object_object_add(json, "value", document_value(&step->value));
    } else if (step->reason == NETSHARE_REASON_NO_VALUE) {
        add_values(json, writer->about, step);
    }
    return json;
}

/* Steps are written one by one: a long query needs no tree in memory. */
static bool write_json_step(void *user, const netshare_step *step)
{
    struct writer *writer = user;
    if (!writer->first)
        output_bytes(writer->out, ",", 1);
    writer->first = false;
    object_write(writer->out, json_step(writer, step));
    return !writer->out->error;
}

static void write_member(struct output *out, const char *before, const char *text)
{
    output_bytes(out, before, strlen(before));
    object_write(out, json_object_new_string(text));
}

netshare_status explain_json(struct output *out, const struct explanation *about)
{
    struct writer writer = start(out, about);
    const netshare_rule *rule = netshare_matcher_rule(about->matcher, about->rule);
    write_member(out, "{\"file\":", about->line->file);
    output_format(out, ",\"line\":%zu", about->line->number);
    write_member(out, ",\"rule_id\":", netshare_rule_string(rule, NETSHARE_RULE_ID));
    write_member(out, ",\"rule_name\":", netshare_rule_string(rule, NETSHARE_RULE_NAME));
    output_format(out, ",\"matched\":%s,\"steps\":[", about->matched ? "true" : "false");
    netshare_status status =
        netshare_explain(about->matcher, about->scratch, netshare_event_accessor(), about->event,
                         about->rule, write_json_step, &writer);
    output_bytes(out, "]}\n", 3);
    return status;
}
