/* SPDX-License-Identifier: Apache-2.0 */
/* The public JSON event: a JSON event over the fields of a matcher, in ECS as it stands or
 * with what its source's fields give. */
#include "base/error.h"
#include "event/json_event.h"
#include "event/source.h"
#include "matcher/matcher.h"

struct netshare_event {
    netshare_matcher *matcher;
    struct ns_json_event *json; /* one of these two */
    struct ns_source_event *source;
};

/* An event without contents; NULL when out of memory. */
static netshare_event *new_event(const netshare_matcher *matcher, netshare_error *error)
{
    if (!matcher) {
        ns_error_argument(error, "matcher is NULL");
        return NULL;
    }
    netshare_event *event = ns_alloc_zero(&matcher->allocator, 1, sizeof *event);
    if (event)
        event->matcher = netshare_matcher_ref(matcher);
    else
        ns_error_no_memory(error);
    return event;
}

static netshare_event *finish(netshare_event *event, netshare_status status)
{
    if (status == NETSHARE_OK)
        return event;
    netshare_event_free(event);
    return NULL;
}

netshare_event *netshare_event_new(const netshare_matcher *matcher, netshare_error *error)
{
    netshare_event *event = new_event(matcher, error);
    if (!event)
        return NULL;
    return finish(event, ns_json_event_new(&matcher->fields, &matcher->allocator, &event->json,
                                           error));
}

netshare_event *netshare_event_new_for_source(const netshare_matcher *matcher,
                                              netshare_source source, netshare_error *error)
{
    netshare_event *event = new_event(matcher, error);
    if (!event)
        return NULL;
    return finish(event, ns_source_event_new(&matcher->fields, &matcher->allocator, source,
                                             &event->source, error));
}

netshare_status netshare_event_parse(netshare_event *event, const char *json, size_t length,
                                     netshare_error *error)
{
    if (!event || (!json && length))
        return ns_error_argument(error, "event and json must not be NULL");
    const char *text = length ? json : "";
    return event->source ? ns_source_event_parse(event->source, text, length, error)
                         : ns_json_event_parse(event->json, text, length, error);
}

bool ns_event_is_ecs(const netshare_event *event)
{
    return event->source == NULL;
}

netshare_source netshare_event_source(const netshare_event *event)
{
    return event->source ? ns_source_event_detected(event->source) : NETSHARE_SOURCE_ECS;
}

const char *netshare_source_name(netshare_source source)
{
    return ns_source_name(source);
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    const netshare_event *e = event;
    return e->source ? ns_source_event_get(e->source, field, index, value)
                     : ns_json_event_get(e->json, field, index, value);
}

const netshare_accessor ns_event_accessor = NETSHARE_ACCESSOR_INIT(get);

const netshare_accessor *netshare_event_accessor(void)
{
    return &ns_event_accessor;
}

bool ns_event_is_of(const void *event, const netshare_matcher *matcher)
{
    const netshare_event *e = event;
    return e && e->matcher == matcher;
}

const struct ns_json_event *ns_event_json(const void *event)
{
    const netshare_event *e = event;
    return e->source ? ns_source_event_plain(e->source) : e->json;
}

void netshare_event_free(netshare_event *event)
{
    if (!event)
        return;
    netshare_matcher *matcher = event->matcher;
    ns_json_event_free(event->json);
    ns_source_event_free(event->source);
    ns_free(&matcher->allocator, event);
    netshare_matcher_unref(matcher);
}
