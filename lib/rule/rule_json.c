/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/rule_json.h"

#include <stdio.h>
#include <string.h>

/* The rule being filled, and the error that says why it cannot be. */
struct reader {
    netshare_rule *rule;
    struct ns_arena *arena;
    const struct ns_place *root;
    netshare_error *error;
};

enum { DEEPEST_PLACE = 16 };

static void write_path(const struct ns_place *where, char *path, size_t size)
{
    const struct ns_place *steps[DEEPEST_PLACE];
    size_t count = 0, used = 0;
    for (; where && count < DEEPEST_PLACE; where = where->in)
        steps[count++] = where;
    path[0] = '\0';
    while (count > 0 && used < size) {
        const struct ns_place *step = steps[--count];
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

static bool set_error(netshare_error *error, const struct ns_place *where, const char *expected,
                      const char *found)
{
    char path[sizeof error->path];
    ns_error_set(error, NETSHARE_ERROR_DOCUMENT, "expected %s, found %s", expected, found);
    write_path(where, path, sizeof path);
    ns_error_set_rule(error, NULL, path);
    return false;
}

bool ns_json_refuse_type(netshare_error *error, const struct ns_place *where,
                         const char *expected, const struct json_object *value)
{
    return set_error(error, where, expected, type_name(value));
}

static bool refuse(const struct reader *r, const struct ns_place *where, const char *expected,
                   const char *found)
{
    return set_error(r->error, where, expected, found);
}

static bool refuse_type(const struct reader *r, const struct ns_place *where,
                        const char *expected, const struct json_object *value)
{
    return ns_json_refuse_type(r->error, where, expected, value);
}

static bool no_memory(const struct reader *r)
{
    ns_error_no_memory(r->error);
    return false;
}

struct json_object *ns_json_member(const struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, key, &value);
    return value;
}

bool ns_json_is_type(const struct json_object *value, enum json_type type)
{
    return value && json_object_is_type(value, type);
}

/* A string, which may have NUL characters in it. */
static bool read_text(const struct reader *r, const struct ns_place *where,
                      struct json_object *value, const char **text, size_t *length)
{
    if (!ns_json_is_type(value, json_type_string))
        return refuse_type(r, where, "a string", value);
    *length = (size_t)json_object_get_string_len(value);
    *text = json_object_get_string(value);
    return true;
}

static bool read_string(const struct reader *r, const struct ns_place *where,
                        struct json_object *value, const char **text)
{
    size_t length = 0;
    if (!read_text(r, where, value, text, &length))
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
        struct ns_place where = {r->root, k->name, 0};
        struct json_object *value = ns_json_member(object, k->name);
        if (value && !read_string(r, &where, value, &r->rule->strings[k->key]))
            return false;
    }
    return true;
}

static bool read_required(const struct reader *r, const struct json_object *object,
                          const char *key, const char **text)
{
    struct ns_place where = {r->root, key, 0};
    if (!read_string(r, &where, ns_json_member(object, key), text))
        return false;
    if (!**text)
        return refuse(r, &where, "a text", "an empty one");
    return true;
}

static bool read_query(const struct reader *r, const struct json_object *object)
{
    struct ns_place where = {r->root, "query", 0};
    const char **query = &r->rule->strings[NETSHARE_RULE_QUERY];
    if (!read_text(r, &where, ns_json_member(object, "query"), query, &r->rule->query_length))
        return false;
    if (!r->rule->query_length)
        return refuse(r, &where, "a text", "an empty one");
    return true;
}

/* Rules written by hand, and some exports, have no rule_id. */
static bool read_id(const struct reader *r, const struct json_object *object)
{
    bool has_id_alone = !ns_json_member(object, "rule_id") && ns_json_member(object, "id");
    const char *key = has_id_alone ? "id" : "rule_id";
    return read_required(r, object, key, &r->rule->strings[NETSHARE_RULE_ID]);
}

/* What an array is made of. */
struct item_kind {
    const char *expected; /* of the array */
    size_t size;          /* of an item, as it is kept */
    bool (*read)(const struct reader *r, const struct ns_place *where, struct json_object *value,
                 void *item);
};

struct items {
    const void *items; /* NULL when there are none */
    size_t count;
};

/* The array at `key`, if there is one. */
static bool read_array(const struct reader *r, const struct ns_place *in,
                       const struct json_object *object, const char *key,
                       const struct item_kind *kind, struct items *result)
{
    struct ns_place where = {in, key, 0};
    struct json_object *array = ns_json_member(object, key);
    *result = (struct items){NULL, 0};
    if (!array)
        return true;
    if (!ns_json_is_type(array, json_type_array))
        return refuse_type(r, &where, kind->expected, array);
    size_t count = json_object_array_length(array);
    if (count == 0)
        return true;
    char *items = ns_arena_alloc(r->arena, count, kind->size);
    if (!items)
        return no_memory(r);
    for (size_t i = 0; i < count; i++) {
        struct ns_place element = {&where, NULL, i};
        if (!kind->read(r, &element, json_object_array_get_idx(array, i), items + i * kind->size))
            return false;
    }
    *result = (struct items){items, count};
    return true;
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

static bool read_item(const struct reader *r, const struct ns_place *where,
                      struct json_object *value, void *item)
{
    return read_string(r, where, value, (const char **)item);
}

static const struct item_kind STRINGS = {"an array of strings", sizeof(const char *), read_item};

static bool read_lists(const struct reader *r, const struct json_object *object)
{
    for (size_t i = 0; i < sizeof LIST_KEYS / sizeof *LIST_KEYS; i++) {
        const struct list_key *k = &LIST_KEYS[i];
        struct items items;
        if (!read_array(r, r->root, object, k->name, &STRINGS, &items))
            return false;
        r->rule->lists[k->key] = (struct ns_string_list){items.items, items.count};
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
    if (ns_json_is_type(value, json_type_double)) {
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
    struct ns_place where = {r->root, k->name, 0};
    bool is_number =
        ns_json_is_type(value, json_type_int) || ns_json_is_type(value, json_type_double);
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
        struct json_object *value = ns_json_member(object, INTEGER_KEYS[i].name);
        if (value && !read_integer(r, &INTEGER_KEYS[i], value))
            return false;
    }
    return true;
}

/* What tactics and techniques have in common. */
static bool read_entry(const struct reader *r, const struct ns_place *where,
                       const struct json_object *object, const char **id, const char **name,
                       const char **reference)
{
    if (!ns_json_is_type(object, json_type_object))
        return refuse_type(r, where, "an object", object);
    struct ns_place at_id = {where, "id", 0}, at_name = {where, "name", 0};
    struct ns_place at_reference = {where, "reference", 0};
    struct json_object *link = ns_json_member(object, "reference");
    *reference = "";
    return read_string(r, &at_id, ns_json_member(object, "id"), id) &&
           read_string(r, &at_name, ns_json_member(object, "name"), name) &&
           (!link || read_string(r, &at_reference, link, reference));
}

static bool read_subtechnique(const struct reader *r, const struct ns_place *where,
                              struct json_object *value, void *item)
{
    netshare_technique *t = item;
    return read_entry(r, where, value, &t->id, &t->name, &t->reference);
}

static const struct item_kind SUBTECHNIQUES = {"an array", sizeof(netshare_technique),
                                               read_subtechnique};

static bool read_technique(const struct reader *r, const struct ns_place *where,
                           struct json_object *value, void *item)
{
    netshare_technique *t = item;
    struct items below;
    if (!read_subtechnique(r, where, value, t) ||
        !read_array(r, where, value, "subtechnique", &SUBTECHNIQUES, &below))
        return false;
    t->subtechniques = below.items;
    t->subtechnique_count = below.count;
    return true;
}

static const struct item_kind TECHNIQUES = {"an array", sizeof(netshare_technique),
                                            read_technique};

static bool read_threat(const struct reader *r, const struct ns_place *where,
                        struct json_object *value, void *item)
{
    if (!ns_json_is_type(value, json_type_object))
        return refuse_type(r, where, "an object", value);
    struct ns_place at_framework = {where, "framework", 0}, at_tactic = {where, "tactic", 0};
    netshare_threat *threat = item;
    netshare_tactic *tactic = &threat->tactic;
    struct items techniques;
    if (!read_string(r, &at_framework, ns_json_member(value, "framework"), &threat->framework) ||
        !read_entry(r, &at_tactic, ns_json_member(value, "tactic"), &tactic->id, &tactic->name,
                    &tactic->reference) ||
        !read_array(r, where, value, "technique", &TECHNIQUES, &techniques))
        return false;
    threat->techniques = techniques.items;
    threat->technique_count = techniques.count;
    return true;
}

static const struct item_kind THREATS = {"an array", sizeof(netshare_threat), read_threat};

static bool read_threats(const struct reader *r, const struct json_object *object)
{
    struct items threats;
    if (!read_array(r, r->root, object, "threat", &THREATS, &threats))
        return false;
    r->rule->threats = threats.items;
    r->rule->threat_count = threats.count;
    return true;
}

static bool check_words(const struct reader *r)
{
    netshare_rule *rule = r->rule;
    const char *language = rule->strings[NETSHARE_RULE_LANGUAGE];
    const char *severity = rule->strings[NETSHARE_RULE_SEVERITY];
    struct ns_place at_language = {r->root, "language", 0}, at_severity = {r->root, "severity", 0};
    if (language && strcmp(language, "eql") != 0)
        return refuse(r, &at_language, "eql", language);
    if (severity) {
        rule->severity = ns_severity_from_string(severity);
        if (rule->severity == NETSHARE_SEVERITY_UNKNOWN)
            return refuse(r, &at_severity, "low, medium, high or critical", severity);
    }
    return true;
}

static bool read_members(const struct reader *r, const struct json_object *object)
{
    return read_id(r, object) && /* first, so that the other errors can name the rule */
           read_required(r, object, "name", &r->rule->strings[NETSHARE_RULE_NAME]) &&
           read_query(r, object) && read_strings(r, object) && read_lists(r, object) &&
           read_integers(r, object) && read_threats(r, object) && check_words(r);
}

bool ns_rule_read(const struct json_object *object, const struct ns_place *where,
                  struct ns_arena *arena, netshare_rule *rule, netshare_error *error)
{
    const struct reader r = {rule, arena, where, error};
    if (read_members(&r, object))
        return true;
    if (error->status != NETSHARE_ERROR_NO_MEMORY)
        ns_error_set_rule(error, rule->strings[NETSHARE_RULE_ID], NULL);
    return false;
}
