/* SPDX-License-Identifier: Apache-2.0 */
/* A dictionary of CPython, see netshare/python.h, asked for the values of given fields. */
#ifndef NS_EVENT_PYTHON_EVENT_H
#define NS_EVENT_PYTHON_EVENT_H

#include <netshare/python.h>

#include "base/names.h"

struct ns_python_event;

/* `fields` names the fields, by number; it must outlive the event. */
netshare_status ns_python_event_new(const struct ns_names *fields,
                                    const netshare_allocator *allocator,
                                    const netshare_python *python,
                                    struct ns_python_event **event, netshare_error *error);
void ns_python_event_free(struct ns_python_event *event);

/* NETSHARE_ERROR_UNSUPPORTED when the object is no plain dictionary by its looks, or the event
 * is in use. */
netshare_status ns_python_event_begin(struct ns_python_event *event, void *object);
/* As netshare_accessor::get, after a successful beginning. There is nothing more to get once
 * the dictionary has turned out to be not plain. */
bool ns_python_event_get(struct ns_python_event *event, size_t field, size_t index,
                         netshare_value *value);
/* Lets go of all values. The status is that of the whole: whether all of what was asked for
 * could be read. */
netshare_status ns_python_event_end(struct ns_python_event *event);

const netshare_python *ns_python_event_python(const struct ns_python_event *event);

#endif
