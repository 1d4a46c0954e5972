/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/document.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "rule/rule_json.h"
#include "text/text.h"

/* Deeper documents are refused; Kibana's own need about ten levels. */
enum { DEEPEST_JSON = 128 };

struct stream {
    const char *text;
    size_t length;
    size_t at; /* all before it has been read */
    size_t counted;
    size_t line; /* number of the line at `counted`, from 1 */
    size_t index; /* of the next document */
    struct json_tokener *tokener;
    struct ns_arena arena; /* of the rule at hand */
    const struct ns_document_sink *sink;
    netshare_status status;
    bool found; /* the text does have an object or array somewhere */
};

/* Hands a document to the sink; false ends the reading. */
static bool send_refused(struct stream *s, const netshare_error *error)
{
    return s->sink->refused(s->sink->user, s->index++, error);
}

static bool out_of_memory(struct stream *s)
{
    s->status = NETSHARE_ERROR_NO_MEMORY;
    return false;
}

static bool is_text(struct json_object *value, const char *text)
{
    return ns_json_is_type(value, json_type_string) &&
           strcmp(json_object_get_string(value), text) == 0;
}

/* Without a usable type, the language tells. */
static bool is_eql_rule(const struct json_object *object)
{
    struct json_object *type = ns_json_member(object, "type");
    bool is_usable = ns_json_is_type(type, json_type_string);
    return is_text(is_usable ? type : ns_json_member(object, "language"), "eql");
}

static bool send_rule(struct stream *s, const struct json_object *object,
                      const struct ns_place *where)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_rule rule = ns_rule_blank();
    ns_arena_rewind(&s->arena);
    if (ns_rule_read(object, where, &s->arena, &rule, &error))
        return s->sink->rule(s->sink->user, s->index++, &rule);
    return error.status == NETSHARE_ERROR_NO_MEMORY ? out_of_memory(s) : send_refused(s, &error);
}

static bool read_document(struct stream *s, const struct json_object *object)
{
    static const struct ns_place in_saved_object = {NULL, "attributes", 0};
    if (is_eql_rule(object))
        return send_rule(s, object, NULL);
    const struct json_object *attributes = ns_json_member(object, "attributes");
    if (ns_json_is_type(attributes, json_type_object) && is_eql_rule(attributes))
        return send_rule(s, attributes, &in_saved_object);
    return s->sink->skipped(s->sink->user, s->index++);
}

static bool read_array(struct stream *s, const struct json_object *array)
{
    size_t count = json_object_array_length(array);
    for (size_t i = 0; i < count; i++) {
        const struct json_object *element = json_object_array_get_idx(array, i);
        netshare_error error;
        bool go_on;
        if (ns_json_is_type(element, json_type_object)) {
            go_on = read_document(s, element);
        } else {
            struct ns_place where = {NULL, NULL, i};
            ns_json_refuse_type(&error, &where, "an object, a rule document", element);
            go_on = send_refused(s, &error);
        }
        if (!go_on)
            return false;
    }
    return true;
}

/* An object or array at the top of the text. */
static bool read_value(struct stream *s, const struct json_object *value)
{
    if (ns_json_is_type(value, json_type_array))
        return read_array(s, value);
    /* What Kibana's find API answers is a page of rules. */
    const struct json_object *data = ns_json_member(value, "data");
    if (ns_json_is_type(data, json_type_array) && !ns_json_member(value, "type"))
        return read_array(s, data);
    return read_document(s, value);
}

struct parsed {
    struct json_object *value; /* an object or array, to be put; NULL otherwise */
    size_t end;                /* of the value, or where the fault is */
    const char *fault;         /* NULL when there is no memory */
};

/* Of the JSON itself, by json_tokener_error. */
static const char *const FAULTS[] = {
    [json_tokener_error_depth] = "nested too deeply",
    [json_tokener_error_parse_unexpected] = "unexpected character",
    [json_tokener_error_parse_null] = "expected a value, a misspelt 'null' found",
    [json_tokener_error_parse_boolean] = "expected a value, a misspelt 'true' or 'false' found",
    [json_tokener_error_parse_number] = "malformed number",
    [json_tokener_error_parse_array] = "expected ',' or ']'",
    [json_tokener_error_parse_object_key_name] = "expected a key in double quotes",
    [json_tokener_error_parse_object_key_sep] = "expected ':'",
    [json_tokener_error_parse_object_value_sep] = "expected ',' or '}'",
    [json_tokener_error_parse_string] = "malformed string",
};

/* Why the tokener gave nothing for the `room` bytes at `from`; NULL for want of memory. */
static const char *fault_at(const struct stream *s, size_t from, size_t end, size_t room)
{
    enum json_tokener_error error = json_tokener_get_error(s->tokener);
    if (end < s->length && s->text[end] == '\0')
        return "unexpected NUL byte";
    if (error == json_tokener_continue && end == s->length)
        return "unexpected end";
    /* GCOVR_EXCL_START: texts of gigabytes, and codes of other versions */
    if (error == json_tokener_continue && end == from + room)
        return "longer than 2 GiB";
#if JSON_C_VERSION_NUM >= (0 << 16 | 17 << 8)
    if (error == json_tokener_error_memory)
        return NULL;
#endif
    /* Older versions have no code for it, and say success or continue. */
    if (error == json_tokener_success || error == json_tokener_continue)
        return NULL;
    size_t index = (size_t)error;
    bool known = index < sizeof FAULTS / sizeof *FAULTS && FAULTS[index];
    return known ? FAULTS[index] : "unexpected character";
    /* GCOVR_EXCL_STOP */
}

/* What has been read must be UTF-8; what is not comes before another fault. */
static struct parsed check_utf8(const struct stream *s, size_t from, struct parsed p)
{
    size_t invalid = from + ns_utf8_find_invalid(s->text + from, p.end - from);
    if (invalid == p.end)
        return p;
    json_object_put(p.value);
    return (struct parsed){NULL, invalid, "not UTF-8"};
}

static struct parsed parse(const struct stream *s, size_t from)
{
    if (s->text[from] != '{' && s->text[from] != '[')
        return (struct parsed){NULL, from, "expected a JSON object or array"};
    size_t room = s->length - from;
    if (room > INT_MAX) /* GCOVR_EXCL_BR_LINE */
        room = INT_MAX; /* GCOVR_EXCL_LINE */
    json_tokener_reset(s->tokener);
    struct json_object *value = json_tokener_parse_ex(s->tokener, s->text + from, (int)room);
    size_t end = from + json_tokener_get_parse_end(s->tokener);
    const char *fault = value ? NULL : fault_at(s, from, end, room);
    struct parsed parsed = {value, end, fault};
    return value || fault ? check_utf8(s, from, parsed) : parsed;
}

/*
 * Where reading resumes after a fault: the next line that opens an object or array in
 * its first column, as documents do and as the lines inside an indented one do not.
 * The lines of a broken array are its elements: it is passed over whole.
 */
static size_t next_document(const struct stream *s, size_t from)
{
    if (s->text[from] == '[')
        return s->length;
    while (from < s->length) {
        const char *newline = memchr(s->text + from, '\n', s->length - from);
        if (!newline)
            break;
        from = (size_t)(newline - s->text) + 1;
        if (from < s->length && (s->text[from] == '{' || s->text[from] == '['))
            return from;
    }
    return s->length;
}

static bool document_follows(const struct stream *s, size_t from)
{
    for (; from < s->length; from = next_document(s, from)) {
        struct parsed p = parse(s, from);
        if (p.value) {
            json_object_put(p.value);
            return true;
        }
        if (!p.fault)
            return true; /* out of memory: leave it to the reading itself */
    }
    return false;
}

static size_t line_at(struct stream *s, size_t offset)
{
    for (; s->counted < offset; s->counted++)
        s->line += s->text[s->counted] == '\n';
    return s->line;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool refuse_line(struct stream *s, const struct parsed *p)
{
    size_t start = p->end, end = p->end;
    while (start > 0 && s->text[start - 1] != '\n')
        start--;
    while (end < s->length && s->text[end] != '\n')
        end++;
    netshare_error error;
    ns_error_at(&error, NETSHARE_ERROR_DOCUMENT, s->text + start, end - start, p->end - start,
                p->end < end, "malformed JSON: %s", p->fault);
    error.offset = NETSHARE_NO_OFFSET; /* the path tells where */
    error.line = error.column = 0;
    char path[32];
    snprintf(path, sizeof path, "line %zu", line_at(s, start));
    ns_error_set_rule(&error, NULL, path);
    return send_refused(s, &error);
}

/* Passes over what is malformed; without any JSON in the text the call itself fails. */
static bool refuse_value(struct stream *s, struct parsed p, netshare_error *error)
{
    size_t resume = next_document(s, s->at);
    if (p.end >= resume) { /* it ran on, perhaps into the next document */
        p.fault = "unexpected end";
        p.end = resume;
        while (is_blank(s->text[p.end - 1])) /* a bracket is no blank */
            p.end--;
    }
    if (!s->found && !document_follows(s, resume)) {
        s->status = ns_error_at(error, NETSHARE_ERROR_DOCUMENT, s->text, s->length, p.end,
                                p.end < s->length, "malformed JSON: %s", p.fault);
        return false;
    }
    s->found = true;
    s->at = resume;
    return refuse_line(s, &p);
}

static bool read_next(struct stream *s, netshare_error *error)
{
    while (s->at < s->length && is_blank(s->text[s->at]))
        s->at++;
    if (s->at == s->length)
        return false;
    struct parsed p = parse(s, s->at);
    if (!p.value)
        return p.fault ? refuse_value(s, p, error) : out_of_memory(s);
    s->at = p.end;
    s->found = true;
    bool go_on = read_value(s, p.value);
    json_object_put(p.value);
    return go_on;
}

netshare_status ns_documents_read(const char *json, size_t length,
                                  const netshare_allocator *allocator,
                                  const struct ns_document_sink *sink, netshare_error *error)
{
    struct stream s = {
        .text = json, .length = length, .line = 1, .sink = sink, .status = NETSHARE_OK};
    const netshare_allocator chosen = ns_allocator_or_default(allocator);
    s.tokener = json_tokener_new_ex(DEEPEST_JSON);
    if (!s.tokener)
        return ns_error_no_memory(error);
    json_tokener_set_flags(s.tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    if (length >= 3 && memcmp(json, "\xEF\xBB\xBF", 3) == 0)
        s.at = 3;
    ns_arena_init(&s.arena, &chosen);
    while (read_next(&s, error))
        ;
    ns_arena_free(&s.arena);
    json_tokener_free(s.tokener);
    if (s.status == NETSHARE_ERROR_NO_MEMORY)
        return ns_error_no_memory(error);
    if (s.status == NETSHARE_OK && !s.found)
        return ns_error_at(error, NETSHARE_ERROR_DOCUMENT, json, length, length, 0,
                           "expected a JSON object or array, found the end of the text");
    return s.status;
}
