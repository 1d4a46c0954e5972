/* SPDX-License-Identifier: Apache-2.0 */
/* Events through the matcher, matches to the output, and the count of it all. */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include <netshare/netshare.h>

#include "input.h"
#include "options.h"

struct counts {
    size_t lines;
    size_t blank;
    size_t malformed;
    size_t events;
    size_t matched_events;
    size_t matches;
    size_t unreadable; /* files */
    size_t unmatched;  /* events that the matcher gave up on */
};

struct scan {
    const struct options *options;
    struct output *out;
    struct output *messages;
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_event *event;
    struct input input;
    struct counts counts;
    size_t *rule_matches; /* by number of the rule */
};

bool scan_start(struct scan *scan, const struct options *options, struct output *out,
                struct output *messages);
/* Stops early when the output fails. */
void scan_files(struct scan *scan);
void scan_write_summary(const struct scan *scan);
void scan_end(struct scan *scan);

#endif
