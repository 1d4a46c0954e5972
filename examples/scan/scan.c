/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "scan.h"

#include <errno.h>
#include <string.h>

#include "attack.h"
#include "delivery.h"
#include "feed.h"
#include "formats.h"
#include "interrupt.h"
#include "paths.h"
#include "rules.h"
#include "summary.h"

/* Explanations are many times as long as the events. */
enum { PIECE = 256 * 1024, EXPLAIN_PIECE = 16 * 1024 };

void reading_fail(struct reading *reading, const char *file, const char *reason)
{
    reading->unreadable++;
    output_string(reading->messages, "netshare-scan: ");
    output_string(reading->messages, file);
    output_format(reading->messages, ": %s\n", reason);
}

static void read_file(struct reading *reading, const char *path, size_t number)
{
    struct feed feed = {.name = strcmp(path, "-") == 0 ? "<stdin>" : path,
                        .number = number,
                        .piece = reading->piece};
    if (input_open(&feed.input, path))
        while (!interrupt_signal() && feed_run(&feed, reading->pool, true))
            ;
    if (feed.input.reason) { /* told of after what was found in the file */
        pool_rest(reading->pool);
        progress_clear(reading->progress);
        reading_fail(reading, feed.name, feed.input.reason);
    }
    feed_free(&feed);
}

static void read_files(struct reading *reading, const struct paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        if (!interrupt_signal() && !pool_stopped(reading->pool))
            read_file(reading, paths->items[i], i + 1);
}

static void *start_worker(void *user)
{
    struct delivery *delivery = user;
    return worker_new(delivery->setup);
}

static void match(void *worker, struct batch *batch)
{
    worker_match(worker, batch);
}

static void stop_worker(void *worker)
{
    worker_free(worker);
}

static bool deliver(void *user, struct batch *batch)
{
    return delivery_take(user, batch);
}

static bool read_all(struct delivery *delivery, const struct options *options,
                     const struct paths *paths, struct reading *reading)
{
    struct pool_tasks tasks = {start_worker, match, stop_worker, deliver, delivery};
    bool explains =
        options->format == FORMAT_EXPLAIN || options->format == FORMAT_EXPLAIN_JSON;
    reading->piece = explains ? EXPLAIN_PIECE : PIECE;
    reading->pool = pool_new(options->jobs, &tasks);
    if (!reading->pool) {
        output_format(delivery->messages, "netshare-scan: out of memory or threads\n");
        return false;
    }
    if (options->follow)
        follow_files(reading, paths->items, paths->count);
    else
        read_files(reading, paths);
    pool_free(reading->pool);
    return true;
}

static bool write_layer(const struct options *options, const netshare_matcher *matcher,
                        const size_t *counts, struct output *messages)
{
    struct attack_table table;
    if (!options->navigator)
        return true;
    bool ok = attack_collect(&table, matcher, counts);
    if (!ok)
        output_format(messages, "netshare-scan: out of memory\n");
    ok = ok && attack_write_layer(options->navigator, &table, !counts, messages);
    attack_free(&table);
    return ok;
}

static bool write_coverage(const struct options *options, const netshare_matcher *matcher,
                           struct output *out, struct output *messages)
{
    struct attack_table table;
    bool ok = attack_collect(&table, matcher, NULL);
    if (ok)
        attack_write_coverage(out, &table, netshare_matcher_rule_count(matcher));
    else
        output_format(messages, "netshare-scan: out of memory\n");
    attack_free(&table);
    return write_layer(options, matcher, NULL, messages) && ok;
}

/* Is there nothing that keeps the result from being the whole truth? */
static bool is_complete(const struct delivery *delivery, const struct reading *reading)
{
    return !reading->unreadable && !delivery->counts.undecided && !delivery->counts.no_memory;
}

static enum scan_result scan_events(struct delivery *delivery, const struct paths *paths,
                                    struct reading *reading)
{
    const struct options *options = delivery->setup->options;
    struct schedule_counts schedule;
    if (options->schedule) {
        delivery->schedule =
            schedule_new(options, delivery->setup->matcher, delivery->messages);
        if (!delivery->schedule)
            delivery->out->error = ENOMEM;
    }
    format_write_header(options->format, delivery->out, delivery->setup->matcher);
    if (!read_all(delivery, options, paths, reading))
        return SCAN_TROUBLE;
    delivery_finish(delivery, &schedule);
    format_write_footer(options->format, delivery->out);
    output_flush(delivery->out);
    bool ok = write_layer(options, delivery->setup->matcher, delivery->rule_matches,
                          delivery->messages);
    if (!options->quiet)
        summary_write(delivery->messages, delivery, &schedule, reading->unreadable);
    if (!ok || !is_complete(delivery, reading))
        return SCAN_TROUBLE;
    return delivery->matches ? SCAN_MATCH : SCAN_NO_MATCH;
}

static enum scan_result scan_with(const struct setup *setup, struct output *out,
                                  struct output *messages)
{
    const struct options *options = setup->options;
    struct paths paths = {0};
    struct progress progress;
    struct reading reading = {.messages = messages, .progress = &progress};
    struct delivery delivery = {
        .setup = setup, .out = out, .messages = messages, .progress = &progress};
    for (size_t i = 0; i < options->file_count; i++)
        reading.unreadable += !paths_add(&paths, options->files[i], PATHS_EVENTS, messages);
    if (options->file_count == 0)
        reading.unreadable += !paths_add(&paths, "-", PATHS_EVENTS, messages);
    progress_start(&progress, messages, paths.items, options->follow ? 0 : paths.count);
    progress.wanted = progress.wanted && !options->quiet;
    enum scan_result result = SCAN_TROUBLE;
    if (delivery_start(&delivery))
        result = scan_events(&delivery, &paths, &reading);
    else
        output_format(messages, "netshare-scan: out of memory\n");
    delivery_free(&delivery);
    paths_free(&paths);
    return result;
}

enum scan_result scan_run(const struct options *options, struct output *out,
                          struct output *messages)
{
    struct setup setup = {.options = options, .color = out->color};
    enum scan_result result = SCAN_TROUBLE;
    setup.matcher = rules_load(options, messages);
    if (setup.matcher && options->coverage) {
        result = write_coverage(options, setup.matcher, out, messages) ? SCAN_NO_MATCH
                                                                       : SCAN_TROUBLE;
    } else if (setup.matcher) {
        setup.exceptions = exceptions_load(options->exceptions, options->exceptions_count,
                                           setup.matcher, options->source, messages);
        if (setup.exceptions)
            result = scan_with(&setup, out, messages);
    }
    exceptions_free(setup.exceptions);
    netshare_matcher_unref(setup.matcher);
    return result;
}
