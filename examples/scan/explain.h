/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_EXPLAIN_H
#define SCAN_EXPLAIN_H

#include <netshare/netshare.h>
#include <stdbool.h>

#include "document.h"
#include "output.h"

/* One rule and one event. */
struct explanation {
    const netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_event *event;
    const struct event_line *line;
    size_t rule; /* its number */
    bool matched;
};

/* As a tree with ticks and crosses. */
netshare_status explain_text(struct output *out, const struct explanation *explanation);
/* As one JSON object on a line. */
netshare_status explain_json(struct output *out, const struct explanation *explanation);

#endif
