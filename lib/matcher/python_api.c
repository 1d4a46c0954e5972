/* SPDX-License-Identifier: Apache-2.0 */
/* The public Python event, and matching it. */
#include <netshare/python.h>

#include <string.h>

#include "base/error.h"
#include "event/python_event.h"
#include "matcher/matcher.h"

struct netshare_python_event {
    netshare_matcher *matcher;
    struct ns_python_event *python;
    void *list; /* given out last; NULL before the first */
};

static bool is_whole(const netshare_python *p)
{
    return p && p->size == sizeof *p && p->dict_type && p->list_type && p->str_type &&
           p->int_type && p->float_type && p->bool_type && p->none && p->true_object && p->ref &&
           p->unref && p->error_occurred && p->error_clear && p->dict_get && p->list_size &&
           p->list_get && p->str_new && p->str_utf8 && p->int_value && p->float_value &&
           p->bool_new && p->type_alloc;
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
    if (event->list)
        ns_python_event_python(event->python)->unref(event->list);
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

static netshare_status decide(const netshare_python_call *call, void *object,
                              netshare_result *result)
{
    return netshare_match_python(call->matcher, call->scratch, call->event, object,
                                 NETSHARE_DETAIL_VERDICT, result);
}

static const netshare_python_call *call_of(void *self)
{
    return ((void *const *)self)[2];
}

static void *no_answer(const netshare_python *python)
{
    python->ref(python->none);
    return python->none;
}

void *netshare_python_matches(void *self, void *object)
{
    const netshare_python_call *call = call_of(self);
    const netshare_python *python = ns_python_event_python(call->event->python);
    netshare_result result;
    netshare_status status = decide(call, object, &result);
    return status == NETSHARE_OK || result.matched ? python->bool_new(result.matched)
                                                   : no_answer(python);
}

/* Does nobody else have the list, and has nobody put anything into it? */
static bool is_spare(const netshare_python *python, void *list, const void *type)
{
    struct {
        size_t references;
        const void *type;
    } head;
    memcpy(&head, list, sizeof head);
    return head.references == 1 && head.type == type && python->list_size(list) == 0;
}

static void *new_list(netshare_python_event *event, const netshare_python *python, void *type)
{
    void *list = python->type_alloc(type, 0);
    if (!list)
        return NULL;
    python->ref(list);
    /* Both making one and letting go of one may run code that comes here again. */
    void *old = event->list;
    event->list = list;
    if (old)
        python->unref(old);
    return list;
}

static void *empty_list(netshare_python_event *event, const netshare_python *python, void *type)
{
    if (!event->list || !is_spare(python, event->list, type))
        return new_list(event, python, type);
    python->ref(event->list);
    return event->list;
}

void *netshare_python_no_match(void *self, void *object)
{
    const netshare_python_call *call = call_of(self);
    const netshare_python *python = ns_python_event_python(call->event->python);
    netshare_result result;
    netshare_status status = decide(call, object, &result);
    return status == NETSHARE_OK && !result.matched
               ? empty_list(call->event, python, call->list_type)
               : no_answer(python);
}
