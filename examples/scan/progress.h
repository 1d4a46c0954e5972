/* SPDX-License-Identifier: Apache-2.0 */
/* How far the scan is, on a terminal's last line. */
#ifndef SCAN_PROGRESS_H
#define SCAN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"

struct progress {
    struct output *out;
    bool wanted; /* it is a terminal */
    bool shown;  /* there is such a line */
    uint64_t total; /* bytes, 0 when unknown */
    uint64_t done;
    size_t events;
    double start; /* seconds of a clock */
    double last;
};

/* The files tell the total, unless one of them has no size. */
void progress_start(struct progress *progress, struct output *out, char *const *files,
                    size_t count);
void progress_add(struct progress *progress, uint64_t bytes, size_t events);
/* Takes the line away, before anything else is written to the terminal. */
void progress_clear(struct progress *progress);

#endif
