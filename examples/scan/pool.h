/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that match batches, and hand them on in the order in which they came. */
#ifndef SCAN_POOL_H
#define SCAN_POOL_H

#include "batch.h"

struct pool;

struct pool_tasks {
    /* One thread's own state; NULL on failure. */
    void *(*start)(void *user);
    void (*match)(void *worker, struct batch *batch);
    void (*stop)(void *worker);
    /* In order, one at a time, by whichever thread is at it. false: no more batches. */
    bool (*deliver)(void *user, struct batch *batch);
    void *user;
};

/* With one job all is done in the thread that submits. NULL on failure. */
struct pool *pool_new(size_t jobs, const struct pool_tasks *tasks);
/* An empty batch, as soon as there is one; NULL when there shall be no more. */
struct batch *pool_take(struct pool *pool);
void pool_submit(struct pool *pool, struct batch *batch);
/* Are batches matched while others are read? */
bool pool_is_parallel(const struct pool *pool);
/* Has a delivery asked to stop? */
bool pool_stopped(struct pool *pool);
/* Waits until all that was submitted is delivered. */
void pool_rest(struct pool *pool);
/* Waits until all is delivered, and ends the threads. */
void pool_free(struct pool *pool);

#endif
