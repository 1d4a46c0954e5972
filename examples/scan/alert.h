/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_ALERT_H
#define SCAN_ALERT_H

#include <netshare/netshare.h>

#include "document.h"
#include "output.h"

/* Writes the alert for a rule that matched an event, as one line of JSON. */
void alert_write(struct output *out, const struct document *document,
                 const struct event_line *line, const netshare_rule *rule);

#endif
