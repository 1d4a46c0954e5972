/* SPDX-License-Identifier: Apache-2.0 */
/* Matches the lines of batches: what one thread does. */
#ifndef SCAN_WORKER_H
#define SCAN_WORKER_H

#include <netshare/netshare.h>

#include "batch.h"
#include "exceptions.h"
#include "options.h"

/* What all workers share, and none changes. */
struct setup {
    const struct options *options;
    netshare_matcher *matcher;
    struct exceptions *exceptions;
    bool color; /* of standard output */
};

/* Malformed lines told of, in a file and so in a batch; further ones are only counted:
 * a file of another kind has one on every line. */
enum { MOST_REPORTS = 20 };

struct worker;

struct worker *worker_new(const struct setup *setup);
void worker_match(struct worker *worker, struct batch *batch);
void worker_free(struct worker *worker);

#endif
