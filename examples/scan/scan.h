/* SPDX-License-Identifier: Apache-2.0 */
/* A whole scan: rules, files through the pool, the summary. */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "options.h"
#include "pool.h"

enum scan_result { SCAN_NO_MATCH = 0, SCAN_MATCH = 1, SCAN_TROUBLE = 2 };

/* Also --coverage. What is wrong with files and rules is told on the way. */
enum scan_result scan_run(const struct options *options, struct output *out,
                          struct output *messages);

/* Of the reading: where files that cannot be read are told of and counted. */
struct reading {
    struct pool *pool;
    struct output *messages;
    struct progress *progress;
    size_t piece; /* most bytes to read at a time */
    size_t unreadable;
};

void reading_fail(struct reading *reading, const char *file, const char *reason);
/* Reads files to their end, and what is appended to them, until a signal comes. */
void follow_files(struct reading *reading, char *const *files, size_t count);

#endif
