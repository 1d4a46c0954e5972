/* SPDX-License-Identifier: Apache-2.0 */
/* The ECS fields of raw events, for what is written about them. */
#ifndef SCAN_ECS_H
#define SCAN_ECS_H

#include <netshare/netshare.h>

#include "document.h"

struct ecs;

/* For one thread. NULL when out of memory. */
struct ecs *ecs_new(netshare_source source);
/* Adds the fields that the library derives to those that the document has. */
void ecs_complete(struct ecs *ecs, struct document *document, const struct event_line *line);
void ecs_free(struct ecs *ecs);

#endif
