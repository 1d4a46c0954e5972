/* SPDX-License-Identifier: Apache-2.0 */
#include "event/source_plan.h"

#include <string.h>

#include "base/bits.h"
#include "base/buffer.h"
#include "event/source_pairs.h"
#include "text/text.h"

void ns_plan_init(struct ns_plan *plan, const netshare_allocator *allocator)
{
    *plan = (struct ns_plan){.pair_fields = {NS_NO_NAME, NS_NO_NAME},
                             .text_pair_fields = {NS_NO_NAME, NS_NO_NAME}};
    ns_arena_init(&plan->arena, allocator);
    ns_names_init(&plan->paths, allocator);
    ns_names_init(&plan->text_paths, allocator);
}

void ns_plan_free(struct ns_plan *plan)
{
    ns_free(&plan->arena.allocator, plan->makers);
    ns_free(&plan->arena.allocator, plan->routes);
    ns_names_free(&plan->paths);
    ns_names_free(&plan->text_paths);
    ns_arena_free(&plan->arena);
}

/* --- Routes -------------------------------------------------------------------- */

static bool add_joined(struct ns_names *names, const char *prefix, const char *name,
                       size_t *number)
{
    struct ns_buffer path;
    ns_buffer_init(&path, &names->arena.allocator);
    ns_buffer_add(&path, prefix, strlen(prefix));
    ns_buffer_add(&path, name, strlen(name));
    *number = path.failed ? NS_NO_NAME : ns_names_add(names, path.data, path.length);
    ns_buffer_free(&path);
    return *number != NS_NO_NAME;
}

static bool add_route(struct ns_plan *plan, struct ns_stretch *routes, struct ns_route route)
{
    struct ns_route *all = ns_grow(&plan->arena.allocator, plan->routes,
                                   &plan->route_capacity, plan->route_count, sizeof *all);
    if (!all)
        return false;
    plan->routes = all;
    all[plan->route_count++] = route;
    routes->count++;
    return true;
}

static bool add_text(struct ns_plan *plan, const char *path, size_t *text)
{
    *text = NS_NO_NAME;
    if (!path)
        return true;
    if (!add_joined(&plan->paths, path, "", text))
        return false;
    for (size_t i = 0; i < plan->text_count; i++)
        if (plan->texts[i] == *text)
            return true;
    plan->texts[plan->text_count++] = *text;
    return true;
}

/* The route to the name in a list of pairs. The tables have one list in the document
 * and one in a text. */
static bool add_pair_route(struct ns_plan *plan, struct ns_stretch *routes,
                           const struct ns_data_place *place, size_t text, const char *key)
{
    bool in_text = text != NS_NO_NAME;
    struct ns_names *names = in_text ? &plan->text_paths : &plan->paths;
    size_t *fields = in_text ? plan->text_pair_fields : plan->pair_fields;
    *(in_text ? &plan->text_pair_path : &plan->pair_path) = place->pairs;
    return add_joined(names, place->pairs, "." NS_PAIR_NAME, &fields[0])
           && add_joined(names, place->pairs, "." NS_PAIR_TEXT, &fields[1])
           && add_route(plan, routes, (struct ns_route){fields[0], text, key});
}

static bool add_data_route(struct ns_plan *plan, struct ns_stretch *routes,
                           const struct ns_data_place *place, const char *key)
{
    struct ns_route route = {.key = NULL};
    if (!add_text(plan, place->text, &route.text))
        return false;
    if (place->pairs)
        return add_pair_route(plan, routes, place, route.text, key);
    struct ns_names *names = place->text ? &plan->text_paths : &plan->paths;
    return add_joined(names, place->prefix, key, &route.name)
           && add_route(plan, routes, route);
}

static bool is_place(const struct ns_data_place *place)
{
    return place->prefix || place->pairs;
}

static bool add_key(struct ns_plan *plan, struct ns_stretch *routes,
                    const struct ns_layout *layout, const char *key)
{
    for (size_t i = 0; i < NS_MOST_PLACES && is_place(&layout->data[i]); i++)
        if (!add_data_route(plan, routes, &layout->data[i], key))
            return false;
    return true;
}

static bool add_property(struct ns_plan *plan, struct ns_stretch *routes,
                         const struct ns_layout *layout, enum ns_property property)
{
    const char *const *paths = layout->properties[property];
    for (size_t i = 0; i < NS_MOST_PATHS && paths[i]; i++) {
        struct ns_route route = {.text = NS_NO_NAME};
        if (!add_joined(&plan->paths, paths[i], "", &route.name)
            || !add_route(plan, routes, route))
            return false;
    }
    return true;
}

/* --- Makers -------------------------------------------------------------------- */

static bool add_maker(struct ns_plan *plan, const struct ns_layout *layout, size_t field,
                      const struct ns_derivation *how, const char *key)
{
    struct ns_maker maker = {how, field, {plan->route_count, 0}};
    if (!add_property(plan, &maker.routes, layout, how->property))
        return false;
    if (key && !add_key(plan, &maker.routes, layout, key))
        return false;
    for (size_t i = 0; i < NS_MOST_KEYS && how->keys[i]; i++)
        if (!add_key(plan, &maker.routes, layout, how->keys[i]))
            return false;
    struct ns_maker *all = ns_grow(&plan->arena.allocator, plan->makers,
                                   &plan->maker_capacity, plan->maker_count, sizeof *all);
    if (!all)
        return false;
    plan->makers = all;
    all[plan->maker_count++] = maker;
    return true;
}

static bool is_for(const struct ns_derivation *how, const struct ns_layout *layout,
                   const struct ns_name *field)
{
    uint32_t source = UINT32_C(1) << (layout - ns_layouts);
    return (how->events & layout->events) && (!how->sources || (how->sources & source))
           && ns_is_word(how->field, field->text, field->length);
}

static bool add_field(struct ns_plan *plan, const struct ns_layout *layout, size_t number,
                      const struct ns_name *field)
{
    static const size_t prefix = sizeof NS_EVENT_DATA_PREFIX - 1;
    const char *name = plan->paths.items[number].text; /* which lives as long as the plan */
    for (size_t i = 0; i < ns_derivation_count; i++)
        if (is_for(&ns_derivations[i], layout, field)
            && !add_maker(plan, layout, number, &ns_derivations[i], NULL))
            return false;
    if ((ns_event_data.events & layout->events) && field->length > prefix
        && memcmp(name, NS_EVENT_DATA_PREFIX, prefix) == 0)
        return add_maker(plan, layout, number, &ns_event_data, name + prefix);
    return true;
}

/* --- Sources ------------------------------------------------------------------- */

static bool add_fields(struct ns_plan *plan, struct ns_source_plan *source,
                       const struct ns_layout *layout, const struct ns_names *fields)
{
    source->fields = ns_arena_alloc(&plan->arena, fields->count, sizeof *source->fields);
    if (!source->fields)
        return false;
    source->makers.first = plan->maker_count;
    for (size_t i = 0; i < fields->count; i++) {
        source->fields[i].first = plan->maker_count;
        if (!add_field(plan, layout, i, &fields->items[i]))
            return false;
        source->fields[i].count = plan->maker_count - source->fields[i].first;
    }
    source->makers.count = plan->maker_count - source->makers.first;
    return true;
}

/* What tells the class of an event. */
static bool add_classification(struct ns_plan *plan, struct ns_source_plan *source,
                               const struct ns_layout *layout)
{
    for (size_t i = 0; i < NS_PROPERTY_COUNT; i++) {
        source->properties[i].first = plan->route_count;
        if (!add_property(plan, &source->properties[i], layout, (enum ns_property)i))
            return false;
    }
    for (size_t i = 0; i < NS_LOG_COUNT && (layout->events & ns_logs[i].other_class); i++) {
        source->log_keys[i].first = plan->route_count;
        if (!add_key(plan, &source->log_keys[i], layout, ns_logs[i].key))
            return false;
    }
    return true;
}

static bool add_markers(struct ns_plan *plan)
{
    plan->markers = ns_arena_alloc(&plan->arena, ns_marker_count, sizeof *plan->markers);
    if (!plan->markers)
        return false;
    for (size_t i = 0; i < ns_marker_count; i++)
        for (size_t j = 0; j < 2; j++) {
            const char *path = ns_markers[i].paths[j];
            plan->markers[i][j] = NS_NO_NAME;
            if (path && !add_joined(&plan->paths, path, "", &plan->markers[i][j]))
                return false;
        }
    plan->first_markers =
        ns_arena_alloc(&plan->arena, ns_words(plan->paths.count), sizeof *plan->first_markers);
    for (size_t i = 0; plan->first_markers && i < ns_marker_count; i++)
        ns_set_bit(plan->first_markers, (uint32_t)plan->markers[i][0]);
    return plan->first_markers != NULL;
}

bool ns_plan_make(struct ns_plan *plan, const struct ns_names *fields, netshare_source source)
{
    for (size_t i = 0; i < fields->count; i++)
        if (ns_names_add(&plan->paths, fields->items[i].text, fields->items[i].length)
            == NS_NO_NAME)
            return false;
    for (size_t i = 0; i < NS_SOURCE_COUNT; i++) {
        bool wanted = source == NETSHARE_SOURCE_AUTOMATIC || i == (size_t)source;
        if (!wanted || !ns_layouts[i].events)
            continue;
        if (!add_fields(plan, &plan->sources[i], &ns_layouts[i], fields)
            || !add_classification(plan, &plan->sources[i], &ns_layouts[i]))
            return false;
    }
    return source != NETSHARE_SOURCE_AUTOMATIC || add_markers(plan);
}
