/* SPDX-License-Identifier: Apache-2.0 */
/* The public JSON event: a JSON event over the fields of a matcher. */
#include "base/error.h"
#include "event/json_event.h"
#include "matcher/matcher.h"

struct netshare_event {
    netshare_matcher *matcher;
    struct ns_json_event *json;
};

netshare_event *netshare_event_new(const netshare_matcher *matcher, netshare_error *error)
{
    if (!matcher) {
        ns_error_argument(error, "matcher is NULL");
        return NULL;
    }
    netshare_event *event = ns_alloc_zero(&matcher->allocator, 1, sizeof *event);
    if (!event) {
        ns_error_no_memory(error);
        return NULL;
    }
    if (ns_json_event_new(&matcher->fields, &matcher->allocator, &event->json, error) !=
        NETSHARE_OK) {
        ns_free(&matcher->allocator, event);
        return NULL;
    }
    event->matcher = netshare_matcher_ref(matcher);
    return event;
}

netshare_status netshare_event_parse(netshare_event *event, const char *json, size_t length,
                                     netshare_error *error)
{
    if (!event || (!json && length))
        return ns_error_argument(error, "event and json must not be NULL");
    return ns_json_event_parse(event->json, length ? json : "", length, error);
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    const netshare_event *e = event;
    return ns_json_event_get(e->json, field, index, value);
}

const netshare_accessor *netshare_event_accessor(void)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    return &accessor;
}

void netshare_event_free(netshare_event *event)
{
    if (!event)
        return;
    netshare_matcher *matcher = event->matcher;
    ns_json_event_free(event->json);
    ns_free(&matcher->allocator, event);
    netshare_matcher_unref(matcher);
}
