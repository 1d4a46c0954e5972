/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "interrupt.h"

enum { BATCHES_PER_JOB = 3 };

struct pool {
    struct pool_tasks tasks;
    size_t jobs;
    pthread_mutex_t lock;
    pthread_cond_t work;     /* there is a batch to match, or the end has come */
    pthread_cond_t progress; /* a batch has become free */
    struct batch *unused;
    struct batch *first; /* of those submitted, in order; not delivered yet */
    struct batch *last;
    struct batch *todo; /* the first of them that no thread has taken */
    size_t batches;     /* made so far */
    bool delivering;
    bool stopped;
    bool ended;
    size_t started;
    struct pool_worker {
        struct pool *pool;
        void *state;
        pthread_t thread;
    } workers[];
};

static void give_back(struct pool *pool, struct batch *batch)
{
    batch_clear(batch);
    batch->next = pool->unused;
    pool->unused = batch;
}

/* Delivers what is complete at the head, unless another thread is at it. Locked. */
static void deliver_ready(struct pool *pool)
{
    if (pool->delivering)
        return;
    pool->delivering = true;
    while (pool->first && pool->first->done) {
        struct batch *batch = pool->first;
        bool deliver = !pool->stopped, more = true;
        pthread_mutex_unlock(&pool->lock);
        if (deliver)
            more = pool->tasks.deliver(pool->tasks.user, batch);
        pthread_mutex_lock(&pool->lock);
        pool->stopped = pool->stopped || !more;
        pool->first = batch->next;
        if (!pool->first)
            pool->last = NULL;
        give_back(pool, batch);
        pthread_cond_broadcast(&pool->progress);
    }
    pool->delivering = false;
    pthread_cond_broadcast(&pool->progress);
}

static void *run(void *argument)
{
    struct pool_worker *worker = argument;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->todo && !pool->ended)
            pthread_cond_wait(&pool->work, &pool->lock);
        struct batch *batch = pool->todo;
        if (!batch)
            break;
        pool->todo = batch->next;
        bool skip = pool->stopped;
        pthread_mutex_unlock(&pool->lock);
        if (!skip)
            pool->tasks.match(worker->state, batch);
        pthread_mutex_lock(&pool->lock);
        batch->done = true;
        deliver_ready(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static bool start_threads(void *user)
{
    struct pool *pool = user;
    bool ok = true;
    while (ok && pool->started < pool->jobs) {
        struct pool_worker *worker = &pool->workers[pool->started];
        ok = pthread_create(&worker->thread, NULL, run, worker) == 0;
        pool->started += ok;
    }
    return ok;
}

struct pool *pool_new(size_t jobs, const struct pool_tasks *tasks)
{
    struct pool *pool = calloc(1, sizeof *pool + jobs * sizeof *pool->workers);
    if (!pool)
        return NULL;
    pool->tasks = *tasks;
    pool->jobs = jobs;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->progress, NULL);
    bool ok = true;
    for (size_t i = 0; i < jobs && ok; i++) {
        pool->workers[i].pool = pool;
        pool->workers[i].state = tasks->start(tasks->user);
        ok = pool->workers[i].state != NULL;
    }
    /* Signals are for the thread that reads. */
    if (ok && (jobs == 1 || interrupt_held_off(start_threads, pool)))
        return pool;
    pool_free(pool);
    return NULL;
}

struct batch *pool_take(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t most = pool->jobs == 1 ? 1 : BATCHES_PER_JOB * pool->jobs;
    while (!pool->unused && pool->batches >= most && !pool->stopped)
        pthread_cond_wait(&pool->progress, &pool->lock);
    struct batch *batch = pool->stopped ? NULL : pool->unused;
    if (batch) {
        pool->unused = batch->next;
        batch->next = NULL;
    } else if (!pool->stopped) {
        batch = calloc(1, sizeof *batch);
        pool->batches += batch != NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    return batch;
}

void pool_submit(struct pool *pool, struct batch *batch)
{
    if (pool->jobs == 1)
        pool->tasks.match(pool->workers[0].state, batch);
    pthread_mutex_lock(&pool->lock);
    batch->done = pool->jobs == 1;
    if (pool->last)
        pool->last->next = batch;
    else
        pool->first = batch;
    pool->last = batch;
    if (pool->jobs == 1) {
        deliver_ready(pool);
    } else {
        if (!pool->todo)
            pool->todo = batch;
        pthread_cond_signal(&pool->work);
    }
    pthread_mutex_unlock(&pool->lock);
}

bool pool_is_parallel(const struct pool *pool)
{
    return pool->jobs > 1;
}

bool pool_stopped(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool stopped = pool->stopped;
    pthread_mutex_unlock(&pool->lock);
    return stopped;
}

void pool_rest(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->first || pool->delivering)
        pthread_cond_wait(&pool->progress, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ended = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    for (size_t i = 0; i < pool->jobs; i++)
        if (pool->workers[i].state)
            pool->tasks.stop(pool->workers[i].state);
    while (pool->unused) {
        struct batch *batch = pool->unused;
        pool->unused = batch->next;
        batch_free(batch);
    }
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->progress);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
