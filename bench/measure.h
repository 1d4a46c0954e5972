/* SPDX-License-Identifier: Apache-2.0 */
/* Times of repeated runs: the median is to be quoted, the spread to be seen. */
#ifndef NETSHARE_BENCH_MEASURE_H
#define NETSHARE_BENCH_MEASURE_H

#include <time.h>

enum { MEASURE_MOST = 101 };

struct times {
    double sorted[MEASURE_MOST]; /* in nanoseconds */
    int count;
};

/* The time that this thread has had a processor: what others take does not count. */
static inline double measure_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline void times_add(struct times *times, double time)
{
    if (times->count == MEASURE_MOST)
        return;
    int at = times->count++;
    for (; at > 0 && times->sorted[at - 1] > time; at--)
        times->sorted[at] = times->sorted[at - 1];
    times->sorted[at] = time;
}

static inline double times_median(const struct times *times)
{
    return times->count ? times->sorted[times->count / 2] : 0;
}

static inline double times_least(const struct times *times)
{
    return times->count ? times->sorted[0] : 0;
}

static inline double times_most(const struct times *times)
{
    return times->count ? times->sorted[times->count - 1] : 0;
}

#endif
