/* SPDX-License-Identifier: Apache-2.0 */
/* What batches came to, in order: written, counted, and limited. */
#ifndef SCAN_DELIVERY_H
#define SCAN_DELIVERY_H

#include "batch.h"
#include "progress.h"
#include "schedule.h"
#include "worker.h"

struct delivery {
    const struct setup *setup;
    struct output *out;
    struct output *messages;
    struct progress *progress;
    struct schedule *schedule; /* NULL: alerts are written as they come */
    struct counts counts;
    size_t matches;       /* written, by whatever rule */
    size_t *rule_matches; /* of them, by number of the rule */
    size_t *rule_cut;     /* matches beyond --max-signals */
    size_t cut;
    size_t reports;       /* malformed lines told of in the file */
    size_t reports_file;  /* number of that file */
};

/* false when out of memory. */
bool delivery_start(struct delivery *delivery);
/* false when the scan has to stop, since the output has failed. */
bool delivery_take(struct delivery *delivery, struct batch *batch);
/* With a schedule: replays it. */
void delivery_finish(struct delivery *delivery, struct schedule_counts *counts);
void delivery_free(struct delivery *delivery);

#endif
