/* SPDX-License-Identifier: Apache-2.0 */
/* One file's text, cut into batches of whole lines of any length. */
#ifndef SCAN_FEED_H
#define SCAN_FEED_H

#include "input.h"
#include "pool.h"

struct feed {
    struct input input;
    const char *name; /* for messages */
    size_t number;    /* of the file */
    size_t piece;     /* most bytes to read at a time */
    size_t lines;     /* sent so far */
    char *data;
    size_t length;
    size_t capacity;
    size_t searched; /* no line feed before here but in whole lines */
    size_t whole;    /* end of the last whole line */
    uint64_t reported;
};

/*
 * Reads once and hands on the lines that are complete, with `last` also one without
 * line feed once the input is at its end. false when nothing was read, for whatever
 * reason: input.at_end, input.reason, a signal, or a pool that has stopped.
 */
bool feed_run(struct feed *feed, struct pool *pool, bool last);
/* Hands on what is there as if the file ended here. */
void feed_finish(struct feed *feed, struct pool *pool);
void feed_free(struct feed *feed);

#endif
