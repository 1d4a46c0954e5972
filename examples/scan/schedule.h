/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replay of the rules' schedules. Each rule runs at the multiples of its interval and
 * looks back from there as far as its `from` says; windows go by the field that the rule's
 * timestamp override names, else by @timestamp. A run searches as EQL does: of the matching
 * events in its window it finds the last ones by @timestamp, at most the rule's max_signals,
 * and alerts on those of them that no run before it has alerted on.
 */
#ifndef SCAN_SCHEDULE_H
#define SCAN_SCHEDULE_H

#include "alert.h"
#include "options.h"

struct schedule;

/* NULL when out of memory. Tells of rules whose times cannot be read. */
struct schedule *schedule_new(const struct options *options, const netshare_matcher *matcher,
                              struct output *messages);
void schedule_free(struct schedule *schedule);

/* A match, to be found by a run. The line is copied. false when out of memory. */
bool schedule_add(struct schedule *schedule, const struct event_line *line, size_t rule);

/* What the replay came to. */
struct schedule_counts {
    size_t runs;      /* that found something */
    size_t cut_runs;  /* whose windows held max_signals matches or more */
    size_t alerts;
    size_t cut;       /* matches in windows, but never among the last max_signals */
    size_t missed;    /* matches that no window reaches */
    size_t no_time;   /* matches of events without a time */
    size_t repeated;  /* matches of documents that had matched already */
};

/* Told of each alert, in the order of runs, then of rules, then of @timestamp. */
typedef bool (*schedule_alert)(void *user, const struct alert *alert);

/* Runs over all that was added; false when out of memory or stopped by the callee. */
bool schedule_run(struct schedule *schedule, schedule_alert alert, void *user,
                  struct schedule_counts *counts);

#endif
