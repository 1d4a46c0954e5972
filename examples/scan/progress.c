/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "progress.h"

#include <time.h>

#include "platform.h"

/* Seconds: quick scans show nothing, and the line does not flicker. */
static const double FIRST_AFTER = 1.0, EVERY = 0.25;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void progress_start(struct progress *progress, struct output *out, char *const *files,
                    size_t count)
{
    *progress = (struct progress){.out = out, .start = now()};
    progress->wanted = out->file && isatty(fileno(out->file)) == 1;
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        if (stat(files[i], &status) != 0 || !S_ISREG(status.st_mode)) {
            progress->total = 0;
            return;
        }
        progress->total += (uint64_t)status.st_size;
    }
}

static void show(struct progress *progress, double seconds)
{
    struct output *out = progress->out;
    double done = (double)progress->done, total = (double)progress->total;
    output_format(out, "\r");
    if (progress->total && done > 0) {
        double part = done < total ? done / total : 1;
        double rest = seconds / part - seconds;
        int left = rest < 1e6 ? (int)rest : 1000000;
        output_format(out, "%3.0f%%  ", 100 * part);
        if (left >= 3600)
            output_format(out, "%d h %02d min left  ", left / 3600, left / 60 % 60);
        else if (left >= 60)
            output_format(out, "%d min %02d s left  ", left / 60, left % 60);
        else
            output_format(out, "%d s left  ", left);
    }
    output_format(out, "%zu events, %.0f/s, %.1f MB/s\x1b[K", progress->events,
                  (double)progress->events / seconds, done / seconds / 1e6);
    progress->shown = true;
}

void progress_add(struct progress *progress, uint64_t bytes, size_t events)
{
    progress->done += bytes;
    progress->events += events;
    if (!progress->wanted)
        return;
    double time = now();
    if (time - progress->start < FIRST_AFTER || time - progress->last < EVERY)
        return;
    progress->last = time;
    show(progress, time - progress->start);
    output_flush(progress->out);
}

void progress_clear(struct progress *progress)
{
    if (!progress->shown)
        return;
    output_format(progress->out, "\r\x1b[K");
    output_flush(progress->out);
    progress->shown = false;
}
