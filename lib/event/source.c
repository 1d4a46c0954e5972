/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document is read for the wanted fields and for the raw paths from which they may be
 * made. Its source and class are found at once; a field is made when it is asked for,
 * value by value. Memory for that is reserved while parsing, so that asking cannot fail.
 */
#include "event/source.h"

#include <netshare/command_line.h>
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "event/json_event.h"
#include "event/source_pairs.h"
#include "event/source_plan.h"
#include "event/source_transform.h"

enum phase {
    UNDECIDED,
    OWN, /* the document's values, or nothing */
    MADE
};

/* A field of the document at hand, and how far the making of its values has come. */
struct field_state {
    enum phase phase;
    const struct ns_derivation *how;
    const struct ns_route *route; /* NULL for what needs no raw value */
    struct ns_route own;          /* to the document's values of this field */
    size_t next_raw;
    size_t made; /* values so far, `last` the newest */
    netshare_value last;
    bool splitting;
    netshare_command_line line;
    char *buffer; /* for the arguments of command lines */
    size_t buffer_size;
    size_t buffer_used;
    struct ns_room room;
};

struct ns_source_event {
    netshare_allocator allocator;
    netshare_source selected;
    netshare_source detected;
    size_t field_count;
    struct ns_plan plan;
    struct ns_json_event *document;
    const uint64_t *filled; /* its fields that have values, as bits */
    struct ns_json_event *text; /* NULL when no source has JSON in strings */
    size_t open_text;           /* number of the path whose string `text` has read */
    struct ns_pairs pairs, text_pairs;
    const struct ns_source_plan *source; /* NULL when nothing is derived */
    uint32_t event_class;
    const struct ns_log_event *log_event; /* NULL when the tables do not list it */
    struct field_state *states;
};

/* --- Life ---------------------------------------------------------------------- */

const char *ns_source_name(netshare_source source)
{
    return (unsigned)source < NS_SOURCE_COUNT ? ns_layouts[source].name : NULL;
}

netshare_source ns_source_find(const char *name, size_t length)
{
    int source = 0;
    while (source < NS_SOURCE_COUNT && !ns_is_word(ns_layouts[source].name, name, length))
        source++;
    return (netshare_source)source;
}

static netshare_status make_readers(struct ns_source_event *event, netshare_error *error)
{
    const netshare_allocator *a = &event->allocator;
    netshare_status status = ns_json_event_new(&event->plan.paths, a, &event->document, error);
    if (status == NETSHARE_OK)
        event->filled = ns_json_event_filled(event->document);
    if (status == NETSHARE_OK && event->plan.text_count)
        status = ns_json_event_new(&event->plan.text_paths, a, &event->text, error);
    return status;
}

netshare_status ns_source_event_new(const struct ns_names *fields,
                                    const netshare_allocator *allocator,
                                    netshare_source selected, struct ns_source_event **event,
                                    netshare_error *error)
{
    *event = NULL;
    if ((unsigned)selected >= NS_SOURCE_COUNT)
        return ns_error_argument(error, "unknown source");
    struct ns_source_event *e = ns_alloc_zero(allocator, 1, sizeof *e);
    if (!e)
        return ns_error_no_memory(error);
    e->allocator = *allocator;
    e->selected = selected;
    e->detected = NETSHARE_SOURCE_ECS;
    e->field_count = fields->count;
    ns_plan_init(&e->plan, allocator);
    ns_pairs_init(&e->pairs, allocator);
    ns_pairs_init(&e->text_pairs, allocator);
    e->states = ns_alloc_zero(allocator, fields->count, sizeof *e->states);
    netshare_status status = e->states && ns_plan_make(&e->plan, fields, selected)
                                 ? make_readers(e, error)
                                 : ns_error_no_memory(error);
    if (status != NETSHARE_OK) {
        ns_source_event_free(e);
        return status;
    }
    *event = e;
    return NETSHARE_OK;
}

void ns_source_event_free(struct ns_source_event *event)
{
    if (!event)
        return;
    netshare_allocator a = event->allocator;
    for (size_t i = 0; event->states && i < event->field_count; i++)
        ns_free(&a, event->states[i].buffer);
    ns_free(&a, event->states);
    ns_json_event_free(event->document);
    ns_json_event_free(event->text);
    ns_pairs_free(&event->pairs);
    ns_pairs_free(&event->text_pairs);
    ns_plan_free(&event->plan);
    ns_free(&a, event);
}

netshare_source ns_source_event_detected(const struct ns_source_event *event)
{
    return event->detected;
}

/* --- Raw values ---------------------------------------------------------------- */

/* The value that a list of pairs has under the key of the route. */
static bool get_pair(const struct ns_source_event *event, const struct ns_route *route,
                     netshare_value *value)
{
    bool in_text = route->text != NS_NO_NAME;
    const struct ns_json_event *json = in_text ? event->text : event->document;
    const struct ns_pairs *pairs = in_text ? &event->text_pairs : &event->pairs;
    size_t texts = (in_text ? event->plan.text_pair_fields : event->plan.pair_fields)[1];
    size_t length = strlen(route->key);
    netshare_value name;
    for (size_t i = 0; i < pairs->name_count; i++)
        if (ns_json_event_get(json, route->name, i, &name) && name.type == NETSHARE_VALUE_UTF8
            && name.as.utf8.length == length
            && memcmp(name.as.utf8.data, route->key, length) == 0)
            return ns_json_event_get(json, texts, pairs->texts[i], value);
    return false;
}

static bool get_raw(const struct ns_source_event *event, const struct ns_route *route,
                    size_t index, netshare_value *value)
{
    if (route->text != NS_NO_NAME && route->text != event->open_text)
        return false;
    if (route->key)
        return index == 0 && get_pair(event, route, value);
    return ns_json_event_get(route->text == NS_NO_NAME ? event->document : event->text,
                             route->name, index, value);
}

static bool first_filled(const struct ns_source_event *event, const struct ns_route *route,
                         netshare_value *value)
{
    for (size_t i = 0; get_raw(event, route, i, value); i++)
        if (!ns_is_blank(value))
            return true;
    return false;
}

/* The first of the routes that leads to more than blanks, and the first such value. */
static const struct ns_route *find_route(const struct ns_source_event *event,
                                         const struct ns_stretch *routes, netshare_value *value)
{
    for (size_t i = 0; i < routes->count; i++) {
        const struct ns_route *route = &event->plan.routes[routes->first + i];
        if (first_filled(event, route, value))
            return route;
    }
    return NULL;
}

/* --- Making values ------------------------------------------------------------- */

static bool make_constant(struct field_state *state, const char *const *texts, size_t most)
{
    if (state->made == most || !texts[state->made])
        return false;
    const char *text = texts[state->made++];
    state->last = netshare_value_from_utf8(text, strlen(text));
    return true;
}

static void start_splitting(struct field_state *state, const netshare_value *raw)
{
    size_t length = raw->as.utf8.length;
    if (length > state->buffer_size - state->buffer_used)
        return;
    state->line = netshare_command_line_from_utf8(raw->as.utf8.data, length,
                                                  state->buffer + state->buffer_used);
    state->buffer_used += length;
    state->splitting = true;
}

static int64_t count_arguments(netshare_command_line line)
{
    netshare_value argument;
    int64_t count = 0;
    while (netshare_command_line_next(&line, &argument))
        count++;
    return count;
}

/* Begins a command line; true when that gives a value, which is its number of arguments. */
static bool take_command_line(struct field_state *state, const netshare_value *raw,
                              netshare_value *value)
{
    if (raw->type != NETSHARE_VALUE_UTF8)
        return false;
    start_splitting(state, raw);
    if (state->how->transform == NS_ARGUMENTS || !state->splitting)
        return false;
    state->splitting = false;
    *value = netshare_value_from_int64(count_arguments(state->line));
    return true;
}

static bool splits(const struct ns_derivation *how)
{
    return how->transform == NS_ARGUMENTS || how->transform == NS_ARGUMENT_COUNT;
}

static bool make_from_raw(struct ns_source_event *event, struct field_state *state)
{
    netshare_value raw, value;
    for (;;) {
        if (state->splitting && netshare_command_line_next(&state->line, &value))
            break;
        state->splitting = false;
        if (!get_raw(event, state->route, state->next_raw, &raw))
            return false;
        state->next_raw++;
        if (state->route != &state->own && ns_is_blank(&raw))
            continue;
        if (splits(state->how) ? take_command_line(state, &raw, &value)
                               : ns_transform(state->how, &raw, &state->room, &value))
            break;
    }
    state->last = value;
    state->made++;
    return true;
}

static bool make_next(struct ns_source_event *event, struct field_state *state)
{
    const struct ns_log_event *known = event->log_event;
    switch (state->how->transform) {
    case NS_CONSTANT:
        return make_constant(state, &state->how->text, 1);
    case NS_EVENT_CATEGORIES:
        return known && make_constant(state, known->categories, NS_MOST_CONSTANTS);
    case NS_EVENT_TYPES:
        return known && make_constant(state, known->types, NS_MOST_CONSTANTS);
    case NS_EVENT_ACTION:
        return known && make_constant(state, &known->action, 1);
    default:
        return make_from_raw(event, state);
    }
}

static void restart(struct field_state *state)
{
    state->next_raw = state->made = state->buffer_used = state->room.used = 0;
    state->splitting = false;
}

/* Makes the first value; false when there is none. */
static bool start(struct ns_source_event *event, struct field_state *state,
                  const struct ns_derivation *how, const struct ns_route *route)
{
    if (how->transform < NS_CONSTANT && !route)
        return false;
    state->how = how;
    state->route = route;
    restart(state);
    return make_next(event, state);
}

/* --- Fields -------------------------------------------------------------------- */

static bool has_value(const struct ns_source_event *event, size_t field)
{
    const struct ns_json_list *list = &ns_json_event_lists(event->document)[field];
    for (size_t i = 0; i < list->count; i++)
        if (list->values[i].kind != NS_NULL)
            return true;
    return false;
}

static inline bool has_own(const struct ns_source_event *event, size_t field)
{
    return ns_get_bit(event->filled, (uint32_t)field) && has_value(event, field);
}

static enum phase decide(struct ns_source_event *event, size_t field)
{
    struct field_state *state = &event->states[field];
    const struct ns_stretch *span = &event->source->fields[field];
    bool own = has_own(event, field);
    netshare_value unused;
    for (size_t i = 0; i < span->count; i++) {
        const struct ns_maker *maker = &event->plan.makers[span->first + i];
        const struct ns_route *route = NULL;
        if (!(maker->how->events & event->event_class)
            || (own && !(maker->how->flags & (NS_REPLACES | NS_KEYWORD))))
            continue;
        if (own && (maker->how->flags & NS_KEYWORD)) {
            state->own = (struct ns_route){field, NS_NO_NAME, NULL};
            route = &state->own;
        } else {
            route = find_route(event, &maker->routes, &unused);
        }
        if (start(event, state, maker->how, route))
            return MADE;
    }
    return OWN;
}

struct ns_json_event *ns_source_event_plain(const struct ns_source_event *event)
{
    return event->source ? NULL : event->document;
}

bool ns_source_event_get(struct ns_source_event *event, size_t field, size_t index,
                         netshare_value *value)
{
    if (!event->source || field >= event->field_count)
        return field < event->field_count
               && ns_json_event_get(event->document, field, index, value);
    struct field_state *state = &event->states[field];
    if (state->phase == UNDECIDED)
        state->phase = decide(event, field);
    if (state->phase == OWN)
        return ns_json_event_get(event->document, field, index, value);
    if (index + 1 < state->made)
        restart(state);
    while (state->made <= index)
        if (!make_next(event, state))
            return false;
    *value = state->last;
    return true;
}

/* --- Documents ----------------------------------------------------------------- */

static bool has_marker(const struct ns_source_event *event, size_t path)
{
    return path == NS_NO_NAME || has_own(event, path);
}

/* Most documents are ECS and have none. */
static bool has_first_marker(const struct ns_source_event *event)
{
    uint64_t any = 0;
    for (size_t w = 0; w < ns_words(event->plan.paths.count); w++)
        any |= event->filled[w] & event->plan.first_markers[w];
    return any != 0;
}

static netshare_source detect(const struct ns_source_event *event)
{
    if (event->selected != NETSHARE_SOURCE_AUTOMATIC)
        return event->selected;
    if (!has_first_marker(event))
        return NETSHARE_SOURCE_ECS;
    for (size_t i = 0; i < ns_marker_count; i++)
        if (has_marker(event, event->plan.markers[i][0])
            && has_marker(event, event->plan.markers[i][1]))
            return ns_markers[i].source;
    return NETSHARE_SOURCE_ECS;
}

/* The log of which the property is the mark; NS_LOG_COUNT when it is another one's or
 * when there is no such property, which then is not `told`. */
static size_t log_by_property(const struct ns_source_event *event, enum ns_property property,
                              bool *told)
{
    netshare_value value;
    size_t log = 0;
    *told = find_route(event, &event->source->properties[property], &value) != NULL;
    if (!*told)
        return NS_LOG_COUNT;
    while (log < NS_LOG_COUNT
           && !ns_same_name(&value, property == NS_PROVIDER ? ns_logs[log].provider
                                                            : ns_logs[log].channel))
        log++;
    return log;
}

static size_t find_log(const struct ns_source_event *event)
{
    bool told;
    netshare_value unused;
    size_t log = log_by_property(event, NS_PROVIDER, &told);
    if (told)
        return log;
    log = log_by_property(event, NS_CHANNEL, &told);
    if (log < NS_LOG_COUNT)
        return log;
    for (log = 0; log < NS_LOG_COUNT; log++)
        if (find_route(event, &event->source->log_keys[log], &unused))
            break;
    return log;
}

static void classify(struct ns_source_event *event)
{
    event->log_event = NULL;
    event->event_class = ns_layouts[event->detected].events;
    if (!(event->event_class & NS_WINDOWS_OTHER))
        return;
    size_t log = find_log(event);
    int64_t id = -1;
    netshare_value value;
    event->event_class = log < NS_LOG_COUNT ? ns_logs[log].other_class : NS_WINDOWS_OTHER;
    if (!find_route(event, &event->source->properties[NS_EVENT_ID], &value)
        || !ns_whole_number(&value, &id))
        return;
    for (size_t i = 0; i < ns_log_event_count; i++)
        if (ns_log_events[i].log == (enum ns_log)log && ns_log_events[i].id == id) {
            event->log_event = &ns_log_events[i];
            event->event_class = ns_log_events[i].event_class;
        }
}

/* Reads the pairs whose flattened names and texts `event` has. They are good for nothing
 * unless as many are found. */
static bool read_pairs(struct ns_pairs *pairs, const struct ns_json_event *event,
                       const char *json, size_t length, const char *path,
                       const size_t fields[2])
{
    netshare_value unused;
    pairs->name_count = 0;
    if (!ns_json_event_get(event, fields[0], 0, &unused))
        return true;
    if (!ns_pairs_read(pairs, json, length, path))
        return false;
    const size_t counts[2] = {pairs->name_count, pairs->text_count};
    for (size_t i = 0; i < 2; i++)
        if (ns_json_event_get(event, fields[i], counts[i], &unused)
            || (counts[i] > 0 && !ns_json_event_get(event, fields[i], counts[i] - 1, &unused)))
            pairs->name_count = 0;
    return true;
}

/* Reads the JSON in a string of the document, if there is such a string. */
static netshare_status read_text(struct ns_source_event *event, netshare_error *error)
{
    const struct ns_plan *plan = &event->plan;
    netshare_value text;
    event->open_text = NS_NO_NAME;
    for (size_t i = 0; i < plan->text_count && event->open_text == NS_NO_NAME; i++) {
        if (!ns_json_event_get(event->document, plan->texts[i], 0, &text)
            || text.type != NETSHARE_VALUE_UTF8)
            continue;
        const char *json = text.as.utf8.data;
        size_t length = text.as.utf8.length;
        netshare_status status = ns_json_event_parse(event->text, json, length, NULL);
        if (status == NETSHARE_ERROR_NO_MEMORY
            || (status == NETSHARE_OK
                && !read_pairs(&event->text_pairs, event->text, json, length,
                               plan->text_pair_path, plan->text_pair_fields)))
            return ns_error_no_memory(error);
        if (status == NETSHARE_OK)
            event->open_text = plan->texts[i];
    }
    return NETSHARE_OK;
}

static bool reserve_buffer(struct ns_source_event *event, struct field_state *state,
                           const struct ns_route *route)
{
    size_t size = 0;
    netshare_value raw;
    for (size_t i = 0; get_raw(event, route, i, &raw); i++) {
        if (raw.type == NETSHARE_VALUE_UTF8)
            size += raw.as.utf8.length;
    }
    if (size <= state->buffer_size)
        return true;
    char *buffer = ns_alloc(&event->allocator, size, 1);
    if (!buffer)
        return false;
    ns_free(&event->allocator, state->buffer);
    state->buffer = buffer;
    state->buffer_size = size;
    return true;
}

/* Makes room for the arguments of all command lines that may be asked for. */
static netshare_status reserve_buffers(struct ns_source_event *event, netshare_error *error)
{
    const struct ns_stretch *span = &event->source->makers;
    netshare_value unused;
    for (size_t i = 0; i < span->count; i++) {
        const struct ns_maker *maker = &event->plan.makers[span->first + i];
        if (!splits(maker->how) || !(maker->how->events & event->event_class)
            || has_own(event, maker->field))
            continue;
        const struct ns_route *route = find_route(event, &maker->routes, &unused);
        if (route && !reserve_buffer(event, &event->states[maker->field], route))
            return ns_error_no_memory(error);
    }
    return NETSHARE_OK;
}

static netshare_status prepare(struct ns_source_event *event, const char *json, size_t length,
                               netshare_error *error)
{
    netshare_status status = read_text(event, error);
    if (status != NETSHARE_OK)
        return status;
    if (!read_pairs(&event->pairs, event->document, json, length, event->plan.pair_path,
                    event->plan.pair_fields))
        return ns_error_no_memory(error);
    classify(event);
    return reserve_buffers(event, error);
}

netshare_status ns_source_event_parse(struct ns_source_event *event, const char *json,
                                      size_t length, netshare_error *error)
{
    event->source = NULL;
    event->detected = NETSHARE_SOURCE_ECS;
    netshare_status status = ns_json_event_parse(event->document, json, length, error);
    if (status != NETSHARE_OK)
        return status;
    event->detected = detect(event);
    if (!ns_layouts[event->detected].events)
        return NETSHARE_OK;
    for (size_t i = 0; i < event->field_count; i++)
        event->states[i].phase = UNDECIDED;
    event->source = &event->plan.sources[event->detected];
    status = prepare(event, json, length, error);
    if (status != NETSHARE_OK) { /* leaves no values, as any failure */
        event->source = NULL;
        event->detected = NETSHARE_SOURCE_ECS;
        ns_json_event_parse(event->document, "{}", 2, NULL);
    }
    return status;
}

bool ns_source_keeps_text(const char *field)
{
    for (size_t i = 0; i < ns_derivation_count; i++) {
        const struct ns_derivation *d = &ns_derivations[i];
        if (strcmp(d->field, field) == 0 && d->transform != NS_COPY &&
            d->transform != NS_FILE_NAME)
            return false;
    }
    return true;
}
