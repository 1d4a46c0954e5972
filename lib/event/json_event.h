/* SPDX-License-Identifier: Apache-2.0 */
/* An ECS JSON document, flattened to the values of given fields. */
#ifndef NS_EVENT_JSON_EVENT_H
#define NS_EVENT_JSON_EVENT_H

#include <netshare/event.h>
#include <stdint.h>

#include "base/names.h"
#include "eql/value.h"

struct ns_json_event;

/* `fields` names the fields to keep, by number; it must outlive the event. */
netshare_status ns_json_event_new(const struct ns_names *fields,
                                  const netshare_allocator *allocator,
                                  struct ns_json_event **event, netshare_error *error);
/* See netshare_event_parse(). */
netshare_status ns_json_event_parse(struct ns_json_event *event, const char *json,
                                    size_t length, netshare_error *error);
/* As netshare_accessor::get. */
bool ns_json_event_get(const struct ns_json_event *event, size_t field, size_t index,
                       netshare_value *value);

/* The values of a field; meaningless of one without values. */
struct ns_json_list {
    struct ns_value *values;
    size_t count;
    size_t capacity;
    bool is_raw; /* some are still JSON text, which nobody has asked for */
};

/* The lists of all `fields`, by number; for as long as the event. */
struct ns_json_list *ns_json_event_lists(const struct ns_json_event *event);
/* Reads the values that are still JSON text. */
void ns_json_list_read(const struct ns_json_event *event, struct ns_json_list *list);
/* The values of one of these lists; until the next document. */
static inline const struct ns_value *ns_json_list_values(const struct ns_json_event *event,
                                                         struct ns_json_list *list)
{
    if (list->is_raw)
        ns_json_list_read(event, list);
    return list->values;
}

/* The fields that have values, as bits by number; for as long as the event. */
const uint64_t *ns_json_event_filled(const struct ns_json_event *event);
void ns_json_event_free(struct ns_json_event *event);

#endif
