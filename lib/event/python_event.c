/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each field, and each beginning of its name up to a dot, is a place. Keys lead to it from
 * each place above it: `pe` from process to process.pe, `process.pe` from the root. What is
 * at a place is looked up once per dictionary, when it is first asked for: the values, and
 * the dictionaries in which the places below it are looked up.
 */
#include "event/python_event.h"

#include <string.h>

#include "base/error.h"
#include "text/text.h"

enum { MOST_SEGMENTS = 16, MOST_STEPS = 1 << 20 };

enum { ROOT = 0 };

struct place {
    struct place *above; /* NULL: this is ROOT */
    struct way *ways;    /* from the place above, from that above it, and so on to ROOT */
    size_t way_count;    /* its segments */
    bool is_field;
    bool is_inner;  /* there are places below it */
    uint32_t epoch; /* in which it was looked up, and these found: */
    size_t first_dict, dict_count;
    size_t first_value, value_count;
};

struct way {
    const struct place *from;
    void *key; /* an object; NULL when it could not be made */
};

/* With a reference to each. */
struct objects {
    void **items;
    size_t count, capacity;
};

struct ns_python_event {
    netshare_python python;
    netshare_allocator allocator;
    struct ns_names names; /* of the places but ROOT: number n is place n + 1 */
    struct place *places;
    size_t *field_places; /* by number of the field */
    size_t field_count;
    struct way *ways; /* of all places */
    size_t way_count;
    void *source_key;
    /* Of the dictionary at hand. */
    bool is_busy;
    netshare_status status;
    uint32_t epoch;
    size_t steps; /* that may yet be made: a dictionary may contain itself */
    netshare_value *values;
    size_t value_count, value_capacity;
    struct objects dicts;
    struct objects others; /* lists, and strings that values point into */
};

/* --- Places ------------------------------------------------------------------ */

/* Where JSON has a string for a key that was none: a number, true, false, null, NaN,
 * Infinity. */
static bool may_be_no_string(const char *text, size_t length)
{
    static const char *const words[] = {"true", "false", "null", "NaN", "Infinity"};
    bool is_negative = length > 0 && *text == '-';
    text += is_negative;
    length -= is_negative;
    if (length > 0 && *text >= '0' && *text <= '9')
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ns_is_word(words[i], text, length))
            return true;
    return false;
}

/* Names the places on the way to a field and it itself; the number of its own in *last. */
static netshare_status name_places(struct ns_names *names, const struct ns_name *field,
                                   size_t *last)
{
    size_t depth = 0, start = 0;
    for (size_t i = 0; i <= field->length; i++) {
        if (i < field->length && field->text[i] != '.')
            continue;
        if (++depth > MOST_SEGMENTS || may_be_no_string(field->text + start, i - start))
            return NETSHARE_ERROR_UNSUPPORTED;
        *last = ns_names_add(names, field->text, i);
        if (*last == NS_NO_NAME)
            return NETSHARE_ERROR_NO_MEMORY;
        start = i + 1;
    }
    return NETSHARE_OK;
}

static netshare_status name_all_places(struct ns_python_event *event,
                                       const struct ns_names *fields)
{
    netshare_status status = NETSHARE_OK;
    for (size_t i = 0; status == NETSHARE_OK && i < fields->count; i++) {
        size_t number = 0;
        status = name_places(&event->names, &fields->items[i], &number);
        event->field_places[i] = number + 1;
    }
    return status;
}

/* The number of the place above the named one. */
static size_t find_above(const struct ns_names *names, const struct ns_name *name)
{
    size_t length = name->length;
    while (length > 0 && name->text[length - 1] != '.')
        length--;
    return length == 0 ? ROOT : ns_names_find(names, name->text, length - 1) + 1;
}

/* Joins the places, each of which comes behind that above it. */
static void link_places(struct ns_python_event *event)
{
    for (size_t i = 1; i <= event->names.count; i++) {
        struct place *place = &event->places[i];
        place->above = &event->places[find_above(&event->names, &event->names.items[i - 1])];
        place->above->is_inner = true;
        place->way_count = place->above->way_count + 1;
        event->way_count += place->way_count;
    }
    for (size_t i = 0; i < event->field_count; i++)
        event->places[event->field_places[i]].is_field = true;
}

static bool make_key(struct ns_python_event *event, void **key, const char *text, size_t length)
{
    *key = event->python.str_new(text, (ptrdiff_t)length);
    if (!*key)
        event->python.error_clear();
    return *key != NULL;
}

/* A key is what the name of the place adds to that of one above it. */
static bool make_ways(struct ns_python_event *event, struct place *place,
                      const struct ns_name *name)
{
    const struct ns_name *names = event->names.items;
    const struct place *from = place;
    for (size_t i = 0; i < place->way_count; i++) {
        from = from->above;
        place->ways[i].from = from;
        size_t number = (size_t)(from - event->places);
        size_t skipped = number == ROOT ? 0 : names[number - 1].length + 1;
        if (!make_key(event, &place->ways[i].key, name->text + skipped, name->length - skipped))
            return false;
    }
    return true;
}

static bool make_all_ways(struct ns_python_event *event)
{
    event->ways = ns_alloc_zero(&event->allocator, event->way_count, sizeof *event->ways);
    bool ok = event->ways && make_key(event, &event->source_key, "_source", 7);
    struct way *ways = event->ways;
    for (size_t i = 1; ok && i <= event->names.count; i++) {
        event->places[i].ways = ways;
        ways += event->places[i].way_count;
        ok = make_ways(event, &event->places[i], &event->names.items[i - 1]);
    }
    return ok;
}

/* --- Life -------------------------------------------------------------------- */

static netshare_status make(struct ns_python_event *event, const struct ns_names *fields)
{
    const netshare_allocator *a = &event->allocator;
    event->field_places = ns_alloc_zero(a, fields->count, sizeof *event->field_places);
    if (!event->field_places)
        return NETSHARE_ERROR_NO_MEMORY;
    netshare_status status = name_all_places(event, fields);
    if (status != NETSHARE_OK)
        return status;
    event->places = ns_alloc_zero(a, event->names.count + 1, sizeof *event->places);
    if (!event->places)
        return NETSHARE_ERROR_NO_MEMORY;
    event->field_count = fields->count;
    link_places(event);
    return make_all_ways(event) ? NETSHARE_OK : NETSHARE_ERROR_NO_MEMORY;
}

netshare_status ns_python_event_new(const struct ns_names *fields,
                                    const netshare_allocator *allocator,
                                    const netshare_python *python,
                                    struct ns_python_event **event, netshare_error *error)
{
    *event = NULL;
    struct ns_python_event *e = ns_alloc_zero(allocator, 1, sizeof *e);
    if (!e)
        return ns_error_no_memory(error);
    e->allocator = *allocator;
    e->python = *python;
    ns_names_init(&e->names, allocator);
    netshare_status status = make(e, fields);
    if (status == NETSHARE_OK) {
        *event = e;
        return status;
    }
    ns_python_event_free(e);
    return status == NETSHARE_ERROR_NO_MEMORY
               ? ns_error_no_memory(error)
               : ns_error_set(error, status, "a field has a name that dictionaries are not "
                                             "looked up for");
}

void ns_python_event_free(struct ns_python_event *event)
{
    if (!event)
        return;
    netshare_allocator a = event->allocator;
    for (size_t i = 0; event->ways && i < event->way_count; i++)
        if (event->ways[i].key)
            event->python.unref(event->ways[i].key);
    if (event->source_key)
        event->python.unref(event->source_key);
    ns_names_free(&event->names);
    void *const blocks[] = {event->places, event->field_places,  event->ways,
                            event->values, (void *)event->dicts.items,
                            (void *)event->others.items};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        ns_free(&a, blocks[i]);
    ns_free(&a, event);
}

/* --- Objects ----------------------------------------------------------------- */

static const void *type_of(void *object)
{
    return ((void *const *)object)[1];
}

static void fail(struct ns_python_event *event, netshare_status status)
{
    if (event->status == NETSHARE_OK)
        event->status = status;
}

/* Also for an error of the interpreter's, which is forgotten: the other way will meet it. */
static void refuse(struct ns_python_event *event)
{
    event->python.error_clear();
    fail(event, NETSHARE_ERROR_UNSUPPORTED);
}

static inline void *get_item(struct ns_python_event *event, void *dict, void *key)
{
    void *item = event->python.dict_get(dict, key);
    if (!item && event->python.error_occurred())
        refuse(event);
    return item;
}

/* Keeps a borrowed object alive, since looking up a key may run code that lets go of it. */
static bool hold(struct ns_python_event *event, struct objects *objects, void *object)
{
    if (objects->count == objects->capacity) {
        void **items = ns_grow(&event->allocator, objects->items, &objects->capacity,
                               objects->count, sizeof *items);
        if (!items) {
            fail(event, NETSHARE_ERROR_NO_MEMORY);
            return false;
        }
        objects->items = items;
    }
    objects->items[objects->count++] = object;
    event->python.ref(object);
    return true;
}

static void let_go(struct ns_python_event *event, struct objects *objects)
{
    while (objects->count > 0)
        event->python.unref(objects->items[--objects->count]);
}

/* Counts what a dictionary that contains itself has without end. */
static bool may_step(struct ns_python_event *event)
{
    if (event->steps == 0)
        refuse(event);
    return event->status == NETSHARE_OK && event->steps-- > 0;
}

/* --- Values ------------------------------------------------------------------ */

static void add_value(struct ns_python_event *event, netshare_value value)
{
    if (event->value_count == event->value_capacity) {
        netshare_value *values = ns_grow(&event->allocator, event->values,
                                         &event->value_capacity, event->value_count,
                                         sizeof *values);
        if (!values) {
            fail(event, NETSHARE_ERROR_NO_MEMORY);
            return;
        }
        event->values = values;
    }
    event->values[event->value_count++] = value;
}

static void add_str(struct ns_python_event *event, void *str)
{
    ptrdiff_t length = 0;
    const char *text = event->python.str_utf8(str, &length);
    if (!text)
        refuse(event);
    else if (hold(event, &event->others, str))
        add_value(event, netshare_value_from_utf8(text, (size_t)length));
}

static void add_int(struct ns_python_event *event, void *integer)
{
    int overflow = 0;
    long long value = event->python.int_value(integer, &overflow);
    if (overflow)
        refuse(event);
    else
        add_value(event, netshare_value_from_int64(value));
}

/* An object that is none of those below. */
static void add_other(struct ns_python_event *event, void *object, const void *type)
{
    const netshare_python *py = &event->python;
    if (object == py->none)
        add_value(event, (netshare_value){.type = NETSHARE_VALUE_NULL});
    else if (type == py->bool_type)
        add_value(event, netshare_value_from_bool(object == py->true_object));
    else
        add_value(event, netshare_value_from_double(py->float_value(object)));
}

static bool is_other(const netshare_python *py, const void *object, const void *type)
{
    return object == py->none || type == py->bool_type || type == py->float_type;
}

/* An object at a place, which is no list, or in a list. */
static void take_one(struct ns_python_event *event, const struct place *place, void *object,
                     const void *type)
{
    const netshare_python *py = &event->python;
    if (type == py->str_type) {
        if (place->is_field)
            add_str(event, object);
    } else if (type == py->dict_type) {
        if (place->is_inner && may_step(event))
            hold(event, &event->dicts, object);
    } else if (type == py->int_type) {
        if (place->is_field)
            add_int(event, object);
    } else if (!is_other(py, object, type)) {
        refuse(event);
    } else if (place->is_field) {
        add_other(event, object, type);
    }
}

static void take_list(struct ns_python_event *event, const struct place *place, void *list)
{
    if (!hold(event, &event->others, list))
        return;
    ptrdiff_t count = event->python.list_size(list);
    for (ptrdiff_t i = 0; i < count && may_step(event); i++) {
        void *element = event->python.list_get(list, i);
        if (element)
            take_one(event, place, element, type_of(element));
        else
            refuse(event);
    }
}

/* What stands behind a key in each of the dictionaries at a place above. */
static inline void follow(struct ns_python_event *event, const struct place *place,
                          const struct way *way)
{
    size_t end = way->from->first_dict + way->from->dict_count;
    for (size_t i = way->from->first_dict; i < end; i++) {
        void *object = get_item(event, event->dicts.items[i], way->key);
        if (!object)
            continue;
        const void *type = type_of(object);
        if (type == event->python.list_type)
            take_list(event, place, object);
        else
            take_one(event, place, object, type);
    }
}

/* Follows the keys to a place from all places above it, which are looked up first.
 * Recursion is bounded by MOST_SEGMENTS. */
static void look_up(struct ns_python_event *event, struct place *place)
{
    if (place->above->epoch != event->epoch)
        look_up(event, place->above);
    size_t first_dict = event->dicts.count, first_value = event->value_count;
    const struct way *end = place->ways + place->way_count;
    for (const struct way *way = place->ways; way < end; way++)
        follow(event, place, way);
    place->epoch = event->epoch;
    place->first_dict = first_dict;
    place->dict_count = event->dicts.count - first_dict;
    place->first_value = first_value;
    place->value_count = event->value_count - first_value;
}

bool ns_python_event_get(struct ns_python_event *event, size_t field, size_t index,
                         netshare_value *value)
{
    if (field >= event->field_count || event->status != NETSHARE_OK)
        return false;
    struct place *place = &event->places[event->field_places[field]];
    if (place->epoch != event->epoch)
        look_up(event, place);
    if (index >= place->value_count || event->status != NETSHARE_OK)
        return false;
    *value = event->values[place->first_value + index];
    return true;
}

/* --- Dictionaries ------------------------------------------------------------ */

static void next_epoch(struct ns_python_event *event)
{
    if (++event->epoch == 0) { /* start over before epochs repeat */
        for (size_t i = 0; i <= event->names.count; i++)
            event->places[i].epoch = 0;
        event->epoch = 1;
    }
}

netshare_status ns_python_event_begin(struct ns_python_event *event, void *object)
{
    if (event->is_busy || type_of(object) != event->python.dict_type)
        return NETSHARE_ERROR_UNSUPPORTED;
    event->is_busy = true;
    event->status = NETSHARE_OK;
    event->steps = MOST_STEPS;
    next_epoch(event);
    if (get_item(event, object, event->source_key))
        fail(event, NETSHARE_ERROR_UNSUPPORTED);
    struct place *root = &event->places[ROOT];
    if (event->status == NETSHARE_OK && hold(event, &event->dicts, object)) {
        root->epoch = event->epoch;
        root->dict_count = 1;
    }
    return event->status == NETSHARE_OK ? NETSHARE_OK : ns_python_event_end(event);
}

netshare_status ns_python_event_end(struct ns_python_event *event)
{
    netshare_status status = event->status;
    let_go(event, &event->others);
    let_go(event, &event->dicts);
    event->value_count = 0;
    event->is_busy = false;
    return status;
}

const netshare_python *ns_python_event_python(const struct ns_python_event *event)
{
    return &event->python;
}
