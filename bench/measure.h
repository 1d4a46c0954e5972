/* SPDX-License-Identifier: Apache-2.0 */
/* Repeated runs of a function, timed: the median is to be quoted, the spread to be seen. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <time.h>

struct measure {
    double median, least, most; /* in nanoseconds */
};

static inline double measure_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* One run to warm up, then nine that count. */
static inline struct measure measure(void (*run)(void *user), void *user)
{
    enum { RUNS = 9 };
    double times[RUNS];
    run(user);
    for (int i = 0; i < RUNS; i++) {
        double start = measure_now();
        run(user);
        double time = measure_now() - start;
        int at = i;
        for (; at > 0 && times[at - 1] > time; at--)
            times[at] = times[at - 1];
        times[at] = time;
    }
    return (struct measure){times[RUNS / 2], times[0], times[RUNS - 1]};
}

#endif
