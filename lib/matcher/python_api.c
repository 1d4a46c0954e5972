/* SPDX-License-Identifier: Apache-2.0 */
/* The public Python event, and matching it. */
#include <netshare/python.h>

#include "base/error.h"
#include "event/python_event.h"
#include "matcher/matcher.h"

struct netshare_python_event {
    netshare_matcher *matcher;
    struct ns_python_event *python;
};

static bool is_whole(const netshare_python *p)
{
    return p && p->size == sizeof *p && p->dict_type && p->list_type && p->str_type &&
           p->int_type && p->float_type && p->bool_type && p->none && p->true_object && p->ref &&
           p->unref && p->error_occurred && p->error_clear && p->dict_get && p->list_size &&
           p->list_get && p->str_new && p->str_utf8 && p->int_value && p->float_value &&
           p->bool_new;
}

netshare_python_event *netshare_python_event_new(const netshare_matcher *matcher,
                                                 const netshare_python *python,
                                                 netshare_error *error)
{
    if (!matcher || !is_whole(python)) {
        ns_error_argument(error, "matcher is NULL, or python is not filled");
        return NULL;
    }
    netshare_python_event *event = ns_alloc_zero(&matcher->allocator, 1, sizeof *event);
    if (!event) {
        ns_error_no_memory(error);
        return NULL;
    }
    event->matcher = netshare_matcher_ref(matcher);
    if (ns_python_event_new(&matcher->fields, &matcher->allocator, python, &event->python,
                            error) == NETSHARE_OK)
        return event;
    netshare_python_event_free(event);
    return NULL;
}

void netshare_python_event_free(netshare_python_event *event)
{
    if (!event)
        return;
    netshare_matcher *matcher = event->matcher;
    ns_python_event_free(event->python);
    ns_free(&matcher->allocator, event);
    netshare_matcher_unref(matcher);
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    return ns_python_event_get(event, field, index, value);
}

netshare_status netshare_match_python(const netshare_matcher *matcher,
                                      netshare_scratch *scratch, netshare_python_event *event,
                                      void *object, netshare_detail detail,
                                      netshare_result *result)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    if (!result)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    *result = (netshare_result){.matched = false};
    if (!event || event->matcher != matcher || !object)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    netshare_status status = ns_python_event_begin(event->python, object);
    if (status != NETSHARE_OK)
        return status;
    status = netshare_match(matcher, scratch, &accessor, event->python, detail, result);
    netshare_status read = ns_python_event_end(event->python);
    if (read == NETSHARE_OK)
        return status;
    *result = (netshare_result){.matched = false};
    return read;
}

void *netshare_python_matches(void *self, void *object)
{
    const netshare_python_call *call = ((void *const *)self)[2];
    const netshare_python *python = ns_python_event_python(call->event->python);
    netshare_result result;
    netshare_status status = netshare_match_python(call->matcher, call->scratch, call->event,
                                                   object, NETSHARE_DETAIL_VERDICT, &result);
    if (status == NETSHARE_OK || result.matched)
        return python->bool_new(result.matched);
    python->ref(python->none);
    return python->none;
}
