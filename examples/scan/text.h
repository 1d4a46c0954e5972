/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_TEXT_H
#define SCAN_TEXT_H

#include <netshare/netshare.h>

#include "document.h"
#include "output.h"

/* The table's first line. */
void text_write_header(struct output *out);
/* The row for a rule that matched an event. */
void text_write(struct output *out, const struct document *document,
                const netshare_rule *rule);

#endif
