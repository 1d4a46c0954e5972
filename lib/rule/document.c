/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/document.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* ---- One rule out of one JSON object ---- */

/* Where in a document: a key of an object (or, without key, an element of an array)
 * that is itself at `in`. */
struct place {
    const struct place *in;
    const char *key;
    size_t index;
};

/* The rule being filled, and the error that says why it cannot be. */
struct reader {
    netshare_rule *rule;
    const struct place *root;
    netshare_error *error;
};

enum { DEEPEST_PLACE = 16 };

static void write_path(const struct place *where, char *path, size_t size)
{
    const struct place *steps[DEEPEST_PLACE];
    size_t count = 0, used = 0;
    for (; where && count < DEEPEST_PLACE; where = where->in)
        steps[count++] = where;
    path[0] = '\0';
    while (count > 0 && used < size) {
        const struct place *step = steps[--count];
        char *at = path + used;
        int n = step->key ? snprintf(at, size - used, "%s%s", used ? "." : "", step->key)
                          : snprintf(at, size - used, "[%zu]", step->index);
        used += n > 0 ? (size_t)n : 0;
    }
}

static const char *type_name(const struct json_object *value)
{
    static const char *const names[] = {
        [json_type_null] = "nothing",    [json_type_boolean] = "a boolean",
        [json_type_double] = "a number", [json_type_int] = "a number",
        [json_type_array] = "an array",  [json_type_object] = "an object",
        [json_type_string] = "a string",
    };
    return names[json_object_get_type(value)];
}

static bool refuse(const struct reader *r, const struct place *where, const char *expected,
                   const char *found)
{
    char path[sizeof r->error->path];
    ns_error_set(r->error, NETSHARE_ERROR_DOCUMENT, "expected %s, found %s", expected, found);
    write_path(where, path, sizeof path);
    ns_error_set_rule(r->error, NULL, path);
    return false;
}

static bool refuse_type(const struct reader *r, const struct place *where, const char *expected,
                        const struct json_object *value)
{
    return refuse(r, where, expected, type_name(value));
}

static bool no_memory(const struct reader *r)
{
    ns_error_no_memory(r->error);
    return false;
}

/* NULL also for an explicit null, which means the same. */
static struct json_object *member(const struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, key, &value);
    return value;
}

static bool is_type(const struct json_object *value, enum json_type type)
{
    return value && json_object_is_type(value, type);
}

static bool is_text(struct json_object *value, const char *text)
{
    return is_type(value, json_type_string) && strcmp(json_object_get_string(value), text) == 0;
}

/* Copies a string, NUL characters included. */
static bool copy_text(const struct reader *r, const struct place *where,
                      struct json_object *value, const char **text, size_t *length)
{
    if (!is_type(value, json_type_string))
        return refuse_type(r, where, "a string", value);
    *length = (size_t)json_object_get_string_len(value);
    *text = ns_arena_string(&r->rule->arena, json_object_get_string(value), *length);
    if (!*text)
        return no_memory(r);
    return true;
}

static bool copy_string(const struct reader *r, const struct place *where,
                        struct json_object *value, const char **text)
{
    size_t length = 0;
    if (!copy_text(r, where, value, text, &length))
        return false;
    if (memchr(*text, '\0', length))
        return refuse(r, where, "a text", "one with a NUL character");
    return true;
}

struct string_key {
    const char *name;
    netshare_rule_string_key key;
};

static const struct string_key STRING_KEYS[] = {
    {"description", NETSHARE_RULE_DESCRIPTION},
    {"type", NETSHARE_RULE_TYPE},
    {"language", NETSHARE_RULE_LANGUAGE},
    {"severity", NETSHARE_RULE_SEVERITY},
    {"interval", NETSHARE_RULE_INTERVAL},
    {"from", NETSHARE_RULE_FROM},
    {"to", NETSHARE_RULE_TO},
    {"license", NETSHARE_RULE_LICENSE},
    {"timestamp_override", NETSHARE_RULE_TIMESTAMP_OVERRIDE},
    {"setup", NETSHARE_RULE_SETUP},
    {"note", NETSHARE_RULE_NOTE},
    {"event_category_override", NETSHARE_RULE_EVENT_CATEGORY_OVERRIDE},
    {"building_block_type", NETSHARE_RULE_BUILDING_BLOCK_TYPE},
};

static bool read_strings(const struct reader *r, const struct json_object *object)
{
    for (size_t i = 0; i < sizeof STRING_KEYS / sizeof *STRING_KEYS; i++) {
        const struct string_key *k = &STRING_KEYS[i];
        struct place where = {r->root, k->name, 0};
        struct json_object *value = member(object, k->name);
        if (value && !copy_string(r, &where, value, &r->rule->strings[k->key]))
            return false;
    }
    return true;
}

static bool read_required(const struct reader *r, const struct json_object *object,
                          const char *key, const char **text)
{
    struct place where = {r->root, key, 0};
    if (!copy_string(r, &where, member(object, key), text))
        return false;
    if (!**text)
        return refuse(r, &where, "a text", "an empty one");
    return true;
}

static bool read_query(const struct reader *r, const struct json_object *object)
{
    struct place where = {r->root, "query", 0};
    const char **query = &r->rule->strings[NETSHARE_RULE_QUERY];
    if (!copy_text(r, &where, member(object, "query"), query, &r->rule->query_length))
        return false;
    if (!r->rule->query_length)
        return refuse(r, &where, "a text", "an empty one");
    return true;
}

/* Rules written by hand, and some exports, have no rule_id. */
static bool read_id(const struct reader *r, const struct json_object *object)
{
    const char *key = !member(object, "rule_id") && member(object, "id") ? "id" : "rule_id";
    return read_required(r, object, key, &r->rule->strings[NETSHARE_RULE_ID]);
}

struct list_key {
    const char *name;
    netshare_rule_strings_key key;
};

static const struct list_key LIST_KEYS[] = {
    {"author", NETSHARE_RULE_AUTHORS},
    {"tags", NETSHARE_RULE_TAGS},
    {"index", NETSHARE_RULE_INDICES},
    {"references", NETSHARE_RULE_REFERENCES},
    {"false_positives", NETSHARE_RULE_FALSE_POSITIVES},
};

static bool read_list(const struct reader *r, const struct place *where,
                      struct json_object *array, struct ns_string_list *list)
{
    if (!is_type(array, json_type_array))
        return refuse_type(r, where, "an array of strings", array);
    size_t count = json_object_array_length(array);
    if (count == 0)
        return true;
    const char **items = ns_arena_alloc(&r->rule->arena, count, sizeof *items);
    if (!items)
        return no_memory(r);
    for (size_t i = 0; i < count; i++) {
        struct place element = {where, NULL, i};
        if (!copy_string(r, &element, json_object_array_get_idx(array, i), &items[i]))
            return false;
    }
    *list = (struct ns_string_list){items, count};
    return true;
}

static bool read_lists(const struct reader *r, const struct json_object *object)
{
    for (size_t i = 0; i < sizeof LIST_KEYS / sizeof *LIST_KEYS; i++) {
        const struct list_key *k = &LIST_KEYS[i];
        struct place where = {r->root, k->name, 0};
        struct json_object *array = member(object, k->name);
        if (array && !read_list(r, &where, array, &r->rule->lists[k->key]))
            return false;
    }
    return true;
}

struct integer_key {
    const char *name;
    netshare_rule_integer_key key;
    int64_t smallest;
    int64_t largest;
    const char *expected;
};

static const struct integer_key INTEGER_KEYS[] = {
    {"risk_score", NETSHARE_RULE_RISK_SCORE, 0, 100, "a whole number from 0 to 100"},
    {"version", NETSHARE_RULE_VERSION, 1, INT64_MAX, "a whole number from 1"},
    {"max_signals", NETSHARE_RULE_MAX_SIGNALS, 1, INT64_MAX, "a whole number from 1"},
};

/* A number without fraction that int64 can hold, also when it is written as 47.0. */
static bool whole_number(const struct json_object *value, int64_t *number)
{
    if (is_type(value, json_type_double)) {
        double d = json_object_get_double(value);
        /* cppcheck-suppress incorrectLogicOperator ; it cannot read hexadecimal floats */
        if (!(d > -0x1p63 && d < 0x1p63))
            return false;
        *number = (int64_t)d;
        return !(d < (double)*number || d > (double)*number);
    }
    *number = json_object_get_int64(value);
    return *number < INT64_MAX || json_object_get_uint64(value) == INT64_MAX;
}

static bool read_integer(const struct reader *r, const struct integer_key *k,
                         const struct json_object *value)
{
    struct place where = {r->root, k->name, 0};
    bool is_number = is_type(value, json_type_int) || is_type(value, json_type_double);
    if (!is_number)
        return refuse_type(r, &where, k->expected, value);
    int64_t number = 0;
    if (!whole_number(value, &number))
        return refuse(r, &where, k->expected, "a fraction or a number too large");
    if (number < k->smallest || number > k->largest) {
        char found[24];
        snprintf(found, sizeof found, "%lld", (long long)number);
        return refuse(r, &where, k->expected, found);
    }
    r->rule->integers[k->key] = number;
    return true;
}

static bool read_integers(const struct reader *r, const struct json_object *object)
{
    for (size_t i = 0; i < sizeof INTEGER_KEYS / sizeof *INTEGER_KEYS; i++) {
        struct json_object *value = member(object, INTEGER_KEYS[i].name);
        if (value && !read_integer(r, &INTEGER_KEYS[i], value))
            return false;
    }
    return true;
}

/* What tactics and techniques have in common. */
static bool read_entry(const struct reader *r, const struct place *where,
                       const struct json_object *object, const char **id, const char **name,
                       const char **reference)
{
    if (!is_type(object, json_type_object))
        return refuse_type(r, where, "an object", object);
    struct place at_id = {where, "id", 0}, at_name = {where, "name", 0};
    struct place at_reference = {where, "reference", 0};
    struct json_object *link = member(object, "reference");
    *reference = "";
    return copy_string(r, &at_id, member(object, "id"), id) &&
           copy_string(r, &at_name, member(object, "name"), name) &&
           (!link || copy_string(r, &at_reference, link, reference));
}

/* Reads the array at `key`, whose elements may have one more such array at `below`. */
static bool read_techniques(const struct reader *r, const struct place *in,
                            const struct json_object *object, const char *key,
                            const char *below, const netshare_technique **techniques,
                            size_t *technique_count)
{
    struct place where = {in, key, 0};
    struct json_object *array = member(object, key);
    if (!array)
        return true;
    if (!is_type(array, json_type_array))
        return refuse_type(r, &where, "an array", array);
    size_t count = json_object_array_length(array);
    if (count == 0)
        return true;
    netshare_technique *items = ns_arena_alloc(&r->rule->arena, count, sizeof *items);
    if (!items)
        return no_memory(r);
    for (size_t i = 0; i < count; i++) {
        struct place element = {&where, NULL, i};
        netshare_technique *t = &items[i];
        struct json_object *value = json_object_array_get_idx(array, i);
        if (!read_entry(r, &element, value, &t->id, &t->name, &t->reference))
            return false;
        if (below && !read_techniques(r, &element, value, below, NULL, &t->subtechniques,
                                      &t->subtechnique_count))
            return false;
    }
    *techniques = items;
    *technique_count = count;
    return true;
}

static bool read_threat(const struct reader *r, const struct place *where,
                        const struct json_object *object, netshare_threat *threat)
{
    if (!is_type(object, json_type_object))
        return refuse_type(r, where, "an object", object);
    struct place at_framework = {where, "framework", 0}, at_tactic = {where, "tactic", 0};
    netshare_tactic *tactic = &threat->tactic;
    return copy_string(r, &at_framework, member(object, "framework"), &threat->framework) &&
           read_entry(r, &at_tactic, member(object, "tactic"), &tactic->id, &tactic->name,
                      &tactic->reference) &&
           read_techniques(r, where, object, "technique", "subtechnique", &threat->techniques,
                           &threat->technique_count);
}

static bool read_threats(const struct reader *r, const struct json_object *object)
{
    struct place where = {r->root, "threat", 0};
    struct json_object *array = member(object, "threat");
    if (!array)
        return true;
    if (!is_type(array, json_type_array))
        return refuse_type(r, &where, "an array", array);
    size_t count = json_object_array_length(array);
    if (count == 0)
        return true;
    netshare_threat *threats = ns_arena_alloc(&r->rule->arena, count, sizeof *threats);
    if (!threats)
        return no_memory(r);
    for (size_t i = 0; i < count; i++) {
        struct place element = {&where, NULL, i};
        if (!read_threat(r, &element, json_object_array_get_idx(array, i), &threats[i]))
            return false;
    }
    r->rule->threats = threats;
    r->rule->threat_count = count;
    return true;
}

static bool check_words(const struct reader *r)
{
    netshare_rule *rule = r->rule;
    const char *language = rule->strings[NETSHARE_RULE_LANGUAGE];
    const char *severity = rule->strings[NETSHARE_RULE_SEVERITY];
    struct place at_language = {r->root, "language", 0}, at_severity = {r->root, "severity", 0};
    if (language && strcmp(language, "eql") != 0)
        return refuse(r, &at_language, "eql", language);
    if (severity) {
        rule->severity = ns_severity_from_string(severity);
        if (rule->severity == NETSHARE_SEVERITY_UNKNOWN)
            return refuse(r, &at_severity, "low, medium, high or critical", severity);
    }
    return true;
}

static bool read_rule(const struct reader *r, const struct json_object *object)
{
    return read_id(r, object) && /* first, so that the other errors can name the rule */
           read_required(r, object, "name", &r->rule->strings[NETSHARE_RULE_NAME]) &&
           read_query(r, object) && read_strings(r, object) && read_lists(r, object) &&
           read_integers(r, object) && read_threats(r, object) && check_words(r);
}

/* ---- Documents out of a text ---- */

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
    const netshare_allocator *allocator;
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

/* Without a usable type, the language tells. */
static bool is_eql_rule(const struct json_object *object)
{
    struct json_object *type = member(object, "type");
    return is_text(is_type(type, json_type_string) ? type : member(object, "language"), "eql");
}

static bool send_rule(struct stream *s, const struct json_object *object,
                      const struct place *root)
{
    netshare_error error;
    struct reader r = {ns_rule_new_blank(s->allocator), root, &error};
    if (!r.rule)
        return out_of_memory(s);
    if (read_rule(&r, object))
        return s->sink->rule(s->sink->user, s->index++, r.rule);
    ns_error_set_rule(&error, r.rule->strings[NETSHARE_RULE_ID], NULL);
    ns_rule_free(r.rule);
    if (error.status == NETSHARE_ERROR_NO_MEMORY)
        return out_of_memory(s);
    return send_refused(s, &error);
}

static bool read_document(struct stream *s, const struct json_object *object)
{
    static const struct place in_saved_object = {NULL, "attributes", 0};
    if (is_eql_rule(object))
        return send_rule(s, object, NULL);
    const struct json_object *attributes = member(object, "attributes");
    if (is_type(attributes, json_type_object) && is_eql_rule(attributes))
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
        if (is_type(element, json_type_object)) {
            go_on = read_document(s, element);
        } else {
            struct place where = {NULL, NULL, i};
            struct reader r = {NULL, NULL, &error};
            refuse_type(&r, &where, "an object, a rule document", element);
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
    if (is_type(value, json_type_array))
        return read_array(s, value);
    /* What Kibana's find API answers is a page of rules. */
    const struct json_object *data = member(value, "data");
    if (is_type(data, json_type_array) && !member(value, "type"))
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
    [json_tokener_error_parse_utf8_string] = "not UTF-8",
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
    return (struct parsed){value, end, value ? NULL : fault_at(s, from, end, room)};
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
    struct stream s = {.text = json, .length = length, .line = 1, .allocator = allocator,
                       .sink = sink, .status = NETSHARE_OK};
    s.tokener = json_tokener_new_ex(DEEPEST_JSON);
    if (!s.tokener)
        return ns_error_no_memory(error);
    json_tokener_set_flags(s.tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS |
                                          JSON_TOKENER_VALIDATE_UTF8);
    if (length >= 3 && memcmp(json, "\xEF\xBB\xBF", 3) == 0)
        s.at = 3;
    while (read_next(&s, error))
        ;
    json_tokener_free(s.tokener);
    if (s.status == NETSHARE_ERROR_NO_MEMORY)
        return ns_error_no_memory(error);
    if (s.status == NETSHARE_OK && !s.found)
        return ns_error_at(error, NETSHARE_ERROR_DOCUMENT, json, length, length, 0,
                           "expected a JSON object or array, found the end of the text");
    return s.status;
}
