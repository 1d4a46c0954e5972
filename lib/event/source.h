/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON events as agents and collectors write them, read as ECS. A field that the
 * document has is taken as it stands; one that is absent is derived from the source's
 * own values, if the source is known. docs/sources.md says how.
 */
#ifndef NS_EVENT_SOURCE_H
#define NS_EVENT_SOURCE_H

#include <netshare/event.h>

#include "base/names.h"

enum { NS_SOURCE_COUNT = NETSHARE_SOURCE_ENDGAME_INDEX + 1 };

/* A short name for people, as "winlog"; NULL for an unknown source. */
const char *ns_source_name(netshare_source source);
/* The source of that name, NS_SOURCE_COUNT when there is none. */
netshare_source ns_source_find(const char *name, size_t length);

/* Is a derived value of the field, of whichever source, a part of some raw value as it
 * stands there? */
bool ns_source_keeps_text(const char *field);

struct ns_source_event;

/*
 * `fields` names the fields to serve, by number; it must outlive the event. Documents
 * are taken to be of the source `selected`; which one is found out for each document
 * when that is NETSHARE_SOURCE_AUTOMATIC.
 */
netshare_status ns_source_event_new(const struct ns_names *fields,
                                    const netshare_allocator *allocator,
                                    netshare_source selected, struct ns_source_event **event,
                                    netshare_error *error);
/* See netshare_event_parse(). The values borrow from `json`. */
netshare_status ns_source_event_parse(struct ns_source_event *event, const char *json,
                                      size_t length, netshare_error *error);
struct ns_json_event;
/* The document itself, when nothing is derived from it. NULL otherwise. */
struct ns_json_event *ns_source_event_plain(const struct ns_source_event *event);

/* As netshare_accessor::get. Values are valid until the next parse. */
bool ns_source_event_get(struct ns_source_event *event, size_t field, size_t index,
                         netshare_value *value);
/* The source of the document that was parsed last, NETSHARE_SOURCE_ECS when none is known. */
netshare_source ns_source_event_detected(const struct ns_source_event *event);
void ns_source_event_free(struct ns_source_event *event);

#endif
