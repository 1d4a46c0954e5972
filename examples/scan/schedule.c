/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecs.h"
#include "times.h"

/* Kibana's defaults. */
static const char DEFAULT_INTERVAL[] = "5m";
static const char DEFAULT_FROM[] = "now-6m";

struct plan {
    int64_t interval;
    int64_t from; /* distances into the past, both ends included */
    int64_t to;
    int64_t most; /* alerts per run */
};

struct match {
    size_t rule;
    int64_t time;     /* what windows go by */
    int64_t order;    /* @timestamp, what a search sorts by; INT64_MIN without one */
    int64_t run;      /* that alerted on it, or NO_EXECUTION */
    size_t number;    /* order of the input */
    size_t rank;      /* among the rule's matches as a search sorts them */
    const char *file;
    size_t line;
    char *text; /* owned */
    size_t length;
    bool known; /* Elasticsearch knows the document, so it can come twice */
    char uuid[SHA256_TEXT];
};

struct schedule {
    const netshare_matcher *matcher;
    struct output *messages;
    struct ecs *ecs;
    struct rule_texts *texts;
    struct plan *plans; /* by number of the rule */
    struct match *matches;
    size_t count;
    size_t capacity;
    size_t no_time;
};

static void warn(struct schedule *schedule, const netshare_rule *rule, const char *what)
{
    output_string(schedule->messages, "netshare-scan: ");
    output_string(schedule->messages, netshare_rule_string(rule, NETSHARE_RULE_NAME));
    output_format(schedule->messages, ": %s\n", what);
}

typedef bool (*parse_function)(const char *text, int64_t *milliseconds);

static int64_t read_time(struct schedule *schedule, const netshare_rule *rule,
                         netshare_rule_string_key key, parse_function parse,
                         const char *otherwise)
{
    int64_t milliseconds;
    const char *text = netshare_rule_string(rule, key);
    if (text && parse(text, &milliseconds))
        return milliseconds;
    if (text)
        warn(schedule, rule, key == NETSHARE_RULE_INTERVAL
                                 ? "the interval cannot be read, 5m is taken"
                                 : "'from' or 'to' cannot be read, the default is taken");
    parse(otherwise, &milliseconds);
    return milliseconds;
}

struct schedule *schedule_new(const struct options *options, const netshare_matcher *matcher,
                              struct output *messages)
{
    size_t rules = netshare_matcher_rule_count(matcher);
    struct schedule *schedule = calloc(1, sizeof *schedule);
    if (!schedule)
        return NULL;
    schedule->matcher = matcher;
    schedule->messages = messages;
    schedule->ecs = ecs_new(options->source);
    schedule->texts = rule_texts_new(matcher);
    struct plan *plans = schedule->plans = calloc(rules + 1, sizeof *plans);
    if (!schedule->ecs || !schedule->texts || !plans) {
        schedule_free(schedule);
        return NULL;
    }
    for (size_t i = 0; i < rules; i++) {
        const netshare_rule *rule = netshare_matcher_rule(matcher, i);
        plans[i].interval = read_time(schedule, rule, NETSHARE_RULE_INTERVAL,
                                      times_parse_interval, DEFAULT_INTERVAL);
        plans[i].from = read_time(schedule, rule, NETSHARE_RULE_FROM, times_parse_look_back,
                                  DEFAULT_FROM);
        plans[i].to =
            read_time(schedule, rule, NETSHARE_RULE_TO, times_parse_look_back, "now");
        plans[i].most = options->max_signals != NO_LIMIT
                            ? options->max_signals
                            : netshare_rule_integer(rule, NETSHARE_RULE_MAX_SIGNALS);
    }
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    for (size_t i = 0; i < schedule->count; i++)
        free(schedule->matches[i].text);
    free(schedule->matches);
    free(schedule->plans);
    ecs_free(schedule->ecs);
    rule_texts_free(schedule->texts);
    free(schedule);
}

static bool field_time(const struct document *document, const char *field, int64_t *time)
{
    size_t length;
    const char *text = field ? document_string(document, field, &length) : NULL;
    return text && times_parse(text, length, time);
}

/* false when the event has no time at all. */
static bool match_times(struct match *match, const struct document *document,
                        const netshare_rule *rule)
{
    const char *field = netshare_rule_string(rule, NETSHARE_RULE_TIMESTAMP_OVERRIDE);
    bool stamped = field_time(document, "@timestamp", &match->order);
    if (!stamped)
        match->order = INT64_MIN;
    match->time = match->order;
    return field_time(document, field, &match->time) || stamped;
}

static struct match *next_match(struct schedule *schedule)
{
    if (schedule->count == schedule->capacity) {
        size_t wanted = schedule->capacity ? 2 * schedule->capacity : 64;
        struct match *grown = realloc(schedule->matches, wanted * sizeof *grown);
        if (!grown)
            return NULL;
        schedule->matches = grown;
        schedule->capacity = wanted;
    }
    return &schedule->matches[schedule->count];
}

bool schedule_add(struct schedule *schedule, const struct event_line *line, size_t rule)
{
    struct match *match = next_match(schedule);
    char *text = match ? malloc(line->length + 1) : NULL;
    if (!text)
        return false;
    memcpy(text, line->text, line->length);
    *match = (struct match){.rule = rule, .run = NO_EXECUTION, .number = schedule->count,
                            .file = line->file, .line = line->number, .text = text,
                            .length = line->length};
    struct document document = document_read(line);
    ecs_complete(schedule->ecs, &document, line);
    struct alert alert = {.document = &document, .line = line,
                          .rule = netshare_matcher_rule(schedule->matcher, rule)};
    size_t id_length;
    bool timed = match_times(match, &document, alert.rule);
    alert_identify(&alert);
    memcpy(match->uuid, alert.uuid, sizeof match->uuid);
    match->known = document_identity(&document, "_id", &id_length) != NULL;
    document_free(&document);
    schedule->count += timed;
    schedule->no_time += !timed;
    if (!timed)
        free(text);
    return true;
}

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_sizes(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* By rule, then time, then the same documents together. */
static int by_time(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    int order = compare_sizes(x->rule, y->rule);
    order = order ? order : compare(x->time, y->time);
    order = order || !x->known || !y->known ? order : strcmp(x->uuid, y->uuid);
    return order ? order : compare_sizes(x->number, y->number);
}

/* As a search sorts what it finds. */
static int by_order(const struct match *x, const struct match *y)
{
    int order = compare(x->order, y->order);
    return order ? order : compare_sizes(x->number, y->number);
}

static int by_order_indirect(const void *a, const void *b)
{
    return by_order(*(struct match *const *)a, *(struct match *const *)b);
}

static int by_run(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    int order = compare(x->run, y->run);
    order = order ? order : compare_sizes(x->rule, y->rule);
    return order ? order : by_order(x, y);
}

/* The first multiple of the interval that is not before the time. */
static int64_t next_run(int64_t time, int64_t interval)
{
    int64_t rest = time % interval;
    return rest > 0 ? time - rest + interval : time - rest;
}

/* The matches of one rule that the window of a run holds. */
struct window {
    struct match *matches; /* all of the rule, by time */
    size_t count;
    size_t start; /* the window is [start, end) of them */
    size_t end;
    struct match **ranked; /* the same matches by rank, NULL where the window has none */
    size_t top;            /* ranks from here on are not in the window */
};

static void rank_matches(struct window *window)
{
    for (size_t i = 0; i < window->count; i++)
        window->ranked[i] = &window->matches[i];
    qsort(window->ranked, window->count, sizeof *window->ranked, by_order_indirect);
    for (size_t i = 0; i < window->count; i++)
        window->ranked[i]->rank = i;
    memset(window->ranked, 0, window->count * sizeof *window->ranked);
}

/* Moves the window on, and counts the matches that leave it without an alert. */
static void move_window(struct window *window, int64_t from, int64_t to,
                        struct schedule_counts *counts)
{
    size_t seen = window->end;
    for (; window->end < window->count && window->matches[window->end].time <= to;
         window->end++) {
        struct match *match = &window->matches[window->end];
        window->ranked[match->rank] = match;
        window->top = match->rank >= window->top ? match->rank + 1 : window->top;
    }
    for (; window->start < window->end && window->matches[window->start].time < from;
         window->start++) {
        struct match *match = &window->matches[window->start];
        window->ranked[match->rank] = NULL;
        counts->cut += match->run == NO_EXECUTION && window->start < seen;
        counts->missed += match->run == NO_EXECUTION && window->start >= seen;
    }
    while (window->top && !window->ranked[window->top - 1])
        window->top--;
}

/* A search finds the last of the matches in the window, those alerted on before or not. */
static size_t alert_on_last(const struct window *window, int64_t most, int64_t run)
{
    int64_t found = 0;
    size_t alerts = 0;
    for (size_t i = window->top; i > 0 && found < most; i--) {
        struct match *match = window->ranked[i - 1];
        if (!match)
            continue;
        found++;
        alerts += match->run == NO_EXECUTION;
        if (match->run == NO_EXECUTION)
            match->run = run;
    }
    return alerts;
}

/* The next run whose window holds other matches than that of this run. */
static int64_t next_change(const struct window *window, const struct plan *plan, int64_t run)
{
    const struct match *matches = window->matches;
    int64_t next = run;
    if (window->start < window->end)
        next = next_run(matches[window->start].time + plan->from + 1, plan->interval);
    if (window->end == window->count)
        return next;
    int64_t entry = next_run(matches[window->end].time + plan->to, plan->interval);
    return entry < next || window->start == window->end ? entry : next;
}

/* One rule's matches, by time. false when out of memory. */
static bool run_rule(struct schedule *schedule, struct match *matches, size_t count,
                     struct schedule_counts *counts)
{
    const struct plan *plan = &schedule->plans[matches[0].rule];
    struct window window = {.matches = matches, .count = count};
    window.ranked = calloc(count, sizeof *window.ranked);
    if (!window.ranked)
        return false;
    rank_matches(&window);
    int64_t run = next_change(&window, plan, 0);
    while (window.start < count) {
        move_window(&window, run - plan->from, run - plan->to, counts);
        size_t alerts = alert_on_last(&window, plan->most, run);
        int64_t next = next_change(&window, plan, run);
        counts->alerts += alerts;
        counts->runs += alerts > 0;
        if ((int64_t)(window.end - window.start) >= plan->most)
            counts->cut_runs += (size_t)((next - run) / plan->interval);
        run = next;
    }
    free(window.ranked);
    return true;
}

/* An engine makes one alert of a document, however often it meets it. */
static size_t drop_repeated(struct match *matches, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept && matches[i].known && matches[kept - 1].rule == matches[i].rule
            && strcmp(matches[kept - 1].uuid, matches[i].uuid) == 0)
            free(matches[i].text);
        else
            matches[kept++] = matches[i];
    }
    return kept;
}

static bool write_alert(struct schedule *schedule, const struct match *match,
                        schedule_alert write, void *user)
{
    struct event_line line = {.file = match->file, .number = match->line, .text = match->text,
                              .length = match->length};
    struct document document = document_read(&line);
    ecs_complete(schedule->ecs, &document, &line);
    struct alert alert = {.document = &document, .line = &line, .rule_number = match->rule,
                          .texts = schedule->texts,
                          .rule = netshare_matcher_rule(schedule->matcher, match->rule),
                          .execution = match->run};
    memcpy(alert.uuid, match->uuid, sizeof alert.uuid);
    bool more = write(user, &alert);
    document_free(&document);
    return more;
}

static void warn_of_caps(struct schedule *schedule, size_t rule, size_t cut_runs)
{
    char text[120];
    snprintf(text, sizeof text, "%zu %s reached the limit of %lld alerts", cut_runs,
             cut_runs == 1 ? "run" : "runs", (long long)schedule->plans[rule].most);
    warn(schedule, netshare_matcher_rule(schedule->matcher, rule), text);
}

bool schedule_run(struct schedule *schedule, schedule_alert alert, void *user,
                  struct schedule_counts *counts)
{
    struct match *matches = schedule->matches;
    *counts = (struct schedule_counts){.no_time = schedule->no_time};
    if (schedule->count)
        qsort(matches, schedule->count, sizeof *matches, by_time);
    size_t kept = drop_repeated(matches, schedule->count);
    counts->repeated = schedule->count - kept;
    schedule->count = kept;
    for (size_t start = 0, end; start < kept; start = end) {
        size_t before = counts->cut_runs;
        for (end = start; end < kept && matches[end].rule == matches[start].rule; end++)
            ;
        if (!run_rule(schedule, matches + start, end - start, counts))
            return false;
        if (counts->cut_runs > before)
            warn_of_caps(schedule, matches[start].rule, counts->cut_runs - before);
    }
    if (kept)
        qsort(matches, kept, sizeof *matches, by_run);
    for (size_t i = 0; i < kept; i++)
        if (matches[i].run != NO_EXECUTION && !write_alert(schedule, &matches[i], alert, user))
            return false;
    return true;
}
