/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "document.h"
#include "ecs.h"
#include "evtx.h"
#include "explain.h"
#include "formats.h"
#include "indices.h"

struct worker {
    const struct setup *setup;
    netshare_scratch *scratch;
    netshare_event *event;
    struct exceptions_scratch *exceptions;
    struct ecs *ecs;
    struct rule_texts *texts;
    bool *matched; /* by number of the rule: by the event at hand */
    netshare_line *found; /* room for what one call finds */
    size_t found_capacity;
};

/* More than the rules, so that one call takes many lines. */
enum { MORE_FOUND = 256 };

/* The line at hand and where what comes of it goes. */
struct task {
    struct worker *worker;
    struct batch *batch;
    struct event_line line;
    size_t reports; /* malformed lines told of in this batch */
};

struct worker *worker_new(const struct setup *setup)
{
    struct worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->setup = setup;
    worker->scratch = netshare_scratch_new(setup->matcher, NULL);
    worker->event =
        netshare_event_new_for_source(setup->matcher, setup->options->source, NULL);
    worker->ecs = ecs_new(setup->options->source);
    worker->texts = rule_texts_new(setup->matcher);
    worker->exceptions = exceptions_scratch_new(setup->exceptions);
    worker->matched =
        calloc(netshare_matcher_rule_count(setup->matcher) + 1, sizeof *worker->matched);
    worker->found_capacity = netshare_matcher_rule_count(setup->matcher) + MORE_FOUND;
    worker->found = calloc(worker->found_capacity, sizeof *worker->found);
    if (worker->scratch && worker->event && worker->exceptions && worker->ecs
        && worker->texts && worker->matched && worker->found)
        return worker;
    worker_free(worker);
    return NULL;
}

void worker_free(struct worker *worker)
{
    if (!worker)
        return;
    netshare_scratch_free(worker->scratch);
    netshare_event_free(worker->event);
    exceptions_scratch_free(worker->exceptions);
    ecs_free(worker->ecs);
    rule_texts_free(worker->texts);
    free(worker->matched);
    free(worker->found);
    free(worker);
}

/* Ends the text written for a record. A record that finds no memory is an error of the
 * batch's output, which stops the scan. */
static void add_record(struct task *task, enum record_kind kind, size_t rule)
{
    struct record record = {.kind = kind,
                            .rule = rule,
                            .line = task->line.number,
                            .offset = (size_t)(task->line.text - task->batch->data),
                            .length = task->line.length};
    if (!batch_add(task->batch, record) && !task->batch->text.error)
        task->batch->text.error = ENOMEM;
}

static void write_place(struct task *task, size_t column)
{
    struct output *out = &task->batch->text;
    output_string(out, "netshare-scan: ");
    output_string(out, task->line.file);
    output_format(out, ":%zu:", task->line.number);
    if (column)
        output_format(out, "%zu:", column);
    output_string(out, " ");
}

static void report_trouble(struct task *task, const char *message)
{
    struct output *out = &task->batch->text;
    write_place(task, 0);
    output_string(out, message);
    output_bytes(out, "\n", 1);
    add_record(task, RECORD_TROUBLE, 0);
}

/* What a line of an event log that is no record says about damage; else NULL. */
static const char *damage(const struct event_line *line, size_t *length)
{
    const size_t MARK = sizeof EVTX_DAMAGE - 1;
    if (line->length < MARK || memcmp(line->text, EVTX_DAMAGE, MARK) != 0)
        return NULL;
    *length = line->length - 1;
    return line->text + 1;
}

static void report_malformed(struct task *task, const netshare_error *error)
{
    struct output *out = &task->batch->text;
    size_t length = strlen(error->message);
    const char *what = damage(&task->line, &length);
    if (++task->reports > MOST_REPORTS)
        return;
    write_place(task, what ? 0 : error->column);
    output_text(out, what ? what : error->message, length, ESCAPE_PLAIN, SIZE_MAX);
    output_bytes(out, "\n", 1);
    add_record(task, RECORD_MALFORMED, 0);
}

static void report_undecided(struct task *task, netshare_status status)
{
    task->batch->counts.undecided++;
    report_trouble(task, status == NETSHARE_ERROR_NO_MEMORY
                             ? "some rules were not decided: out of memory"
                             : "some rules were not decided: the event exceeds a limit");
}

/* Marks the rules that matched. Both lists have the same order: one pass does. */
static void mark_matches(struct worker *worker, const netshare_result *result)
{
    size_t rules = netshare_matcher_rule_count(worker->setup->matcher);
    for (size_t i = 0, next = 0; i < rules; i++) {
        worker->matched[i] = next < result->match_count
                             && result->rules[next]
                                    == netshare_matcher_rule(worker->setup->matcher, i);
        next += worker->matched[i];
    }
}

/* Does the match count, or do index patterns or exceptions drop it? */
static bool passes(struct task *task, const struct document *document, const netshare_rule *rule)
{
    const struct setup *setup = task->worker->setup;
    size_t length;
    const char *index = document_identity(document, "_index", &length);
    if (index && !setup->options->all_indices && !indices_take(rule, index)) {
        task->batch->counts.other_index++;
        return false;
    }
    if (exceptions_hold(task->worker->exceptions, rule)) {
        task->batch->counts.excepted++;
        return false;
    }
    return true;
}

static void explain(struct task *task, size_t rule)
{
    struct worker *worker = task->worker;
    struct explanation explanation = {worker->setup->matcher, worker->scratch, worker->event,
                                      &task->line,            rule, worker->matched[rule]};
    struct output *out = &task->batch->text;
    netshare_status status = worker->setup->options->format == FORMAT_EXPLAIN
                                 ? explain_text(out, &explanation)
                                 : explain_json(out, &explanation);
    (void)status; /* the match call has told of it already */
}

/* With --schedule the alert is written when its execution comes. */
static void write_match(struct task *task, const struct document *document, size_t rule)
{
    const struct setup *setup = task->worker->setup;
    enum format format = setup->options->format;
    struct alert alert = {.document = document,
                          .line = &task->line,
                          .rule = netshare_matcher_rule(setup->matcher, rule),
                          .rule_number = rule,
                          .texts = task->worker->texts,
                          .execution = NO_EXECUTION};
    if (format == FORMAT_EXPLAIN || format == FORMAT_EXPLAIN_JSON) {
        explain(task, rule);
    } else if (!setup->options->schedule) {
        alert_identify(&alert);
        format_write(format, &task->batch->text, &alert);
    }
    add_record(task, RECORD_MATCH, rule);
}

static void write_matches(struct task *task, size_t match_count)
{
    struct worker *worker = task->worker;
    const struct setup *setup = worker->setup;
    struct document document = {NULL, NULL, NULL};
    if (match_count) {
        document = document_read(&task->line);
        ecs_complete(worker->ecs, &document, &task->line);
        exceptions_try(worker->exceptions, &task->line);
    }
    for (size_t i = 0; i < netshare_matcher_rule_count(setup->matcher); i++) {
        if (worker->matched[i]
            && passes(task, &document, netshare_matcher_rule(setup->matcher, i))) {
            write_match(task, &document, i);
        } else if (setup->options->explain_all) {
            explain(task, i);
            add_record(task, RECORD_REMARK, i);
        }
    }
    document_free(&document);
}

static void report_no_event(struct task *task, const netshare_error *error)
{
    struct counts *counts = &task->batch->counts;
    if (error->status == NETSHARE_ERROR_NO_MEMORY) {
        counts->no_memory++;
        report_trouble(task, "out of memory");
        return;
    }
    if (error->status == NETSHARE_ERROR_LIMIT)
        counts->too_deep++;
    else
        counts->malformed++;
    report_malformed(task, error);
}

static bool is_blank(const struct event_line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->text[i] != ' ' && line->text[i] != '\t' && line->text[i] != '\r')
            return false;
    return true;
}

static void explain_event(struct task *task)
{
    struct worker *worker = task->worker;
    netshare_error error;
    netshare_result result = {0};
    if (netshare_event_parse(worker->event, task->line.text, task->line.length, &error)
        != NETSHARE_OK) {
        report_no_event(task, &error);
        return;
    }
    task->batch->counts.events++;
    netshare_status status =
        netshare_match(worker->setup->matcher, worker->scratch, netshare_event_accessor(),
                       worker->event, NETSHARE_DETAIL_RULES, &result);
    if (status != NETSHARE_OK)
        report_undecided(task, status);
    mark_matches(worker, &result);
    write_matches(task, result.match_count);
}

/* --- Batches ------------------------------------------------------------------------------- */

/* What the library found of one line: rules that matched, or why it is no event. */
static void take_line(struct task *task, const netshare_line *found, size_t count)
{
    struct worker *worker = task->worker;
    netshare_status status = NETSHARE_OK;
    size_t match_count = 0;
    memset(worker->matched, 0,
           netshare_matcher_rule_count(worker->setup->matcher) * sizeof *worker->matched);
    for (size_t i = 0; i < count; i++) {
        if (found[i].status != NETSHARE_OK) {
            status = found[i].status;
        } else {
            worker->matched[found[i].rule] = true;
            match_count++;
        }
    }
    task->line.number = found->number;
    task->line.text = task->batch->data + found->offset;
    task->line.length = found->length;
    netshare_error error;
    if (status != NETSHARE_ERROR_NO_MEMORY
        && netshare_event_parse(worker->event, task->line.text, task->line.length, &error)
               != NETSHARE_OK) {
        report_no_event(task, &error);
        return;
    }
    if (status != NETSHARE_OK)
        report_undecided(task, status);
    if (match_count)
        write_matches(task, match_count);
}

/* The findings of one line follow each other. */
static void take_findings(struct task *task, size_t count)
{
    const netshare_line *found = task->worker->found;
    for (size_t i = 0, next; i < count && !task->batch->text.error; i = next) {
        for (next = i + 1; next < count && found[next].number == found[i].number; next++)
            ;
        take_line(task, &found[i], next - i);
    }
}

/* The lines of the batch in few calls, which read only those that can match. */
static void match_lines(struct task *task)
{
    struct worker *worker = task->worker;
    struct batch *batch = task->batch;
    struct counts *counts = &batch->counts;
    netshare_lines lines = NETSHARE_LINES_INIT;
    lines.flags = worker->setup->options->strict ? NETSHARE_LINES_READ_ALL : 0;
    lines.line = batch->first_line - 1;
    while (lines.offset < batch->length && !batch->text.error) {
        size_t count;
        if (netshare_match_lines(worker->setup->matcher, worker->scratch, worker->event,
                                 batch->data, batch->length, worker->found,
                                 worker->found_capacity, &count, &lines)
            != NETSHARE_OK)
            break;
        take_findings(task, count);
    }
    counts->lines += lines.line - (batch->first_line - 1);
    counts->blank += lines.blank;
    counts->events += lines.events;
}

/* Every event, whether a rule matches or not. */
static void explain_lines(struct task *task)
{
    struct batch *batch = task->batch;
    const char *at = batch->data, *end = batch->data + batch->length;
    for (task->line.number = batch->first_line; at < end && !batch->text.error;
         task->line.number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        task->line.text = at;
        task->line.length = (size_t)((stop ? stop : end) - at);
        at = stop ? stop + 1 : end;
        batch->counts.lines++;
        if (is_blank(&task->line))
            batch->counts.blank++;
        else
            explain_event(task);
    }
}

void worker_match(struct worker *worker, struct batch *batch)
{
    struct task task = {.worker = worker, .batch = batch};
    batch->text.color = worker->setup->color;
    task.line.file = batch->file;
    if (worker->setup->options->explain_all)
        explain_lines(&task);
    else
        match_lines(&task);
    if (batch->lines)
        *batch->lines += batch->counts.lines;
}
