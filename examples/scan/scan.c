/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert.h"
#include "document.h"
#include "explain.h"
#include "rules.h"
#include "text.h"

/* A file of another kind has a malformed line on every line. */
enum { MOST_REPORTS = 20 };

static void report(struct scan *scan, const struct event_line *line, size_t column,
                   const char *message)
{
    output_string(scan->messages, "netshare-scan: ");
    output_string(scan->messages, line->file);
    output_format(scan->messages, ":%zu:", line->number);
    if (column)
        output_format(scan->messages, "%zu:", column);
    output_string(scan->messages, " ");
    output_string(scan->messages, message);
    output_bytes(scan->messages, "\n", 1);
}

static void report_malformed(struct scan *scan, const struct event_line *line,
                             const netshare_error *error, size_t *reports)
{
    scan->counts.malformed++;
    if (++*reports <= MOST_REPORTS)
        report(scan, line, error->column, error->message);
    if (*reports == MOST_REPORTS)
        report(scan, line, 0, "further malformed lines of this file are only counted");
}

static void report_failure(struct scan *scan, const struct event_line *line,
                           netshare_status status)
{
    scan->counts.unmatched++;
    report(scan, line, 0, netshare_status_string(status));
}

static bool is_blank(const struct event_line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->text[i] != ' ' && line->text[i] != '\t' && line->text[i] != '\r')
            return false;
    return true;
}

static void explain(struct scan *scan, const struct event_line *line, size_t rule, bool matched)
{
    struct explanation explanation = {scan->matcher, scan->scratch, scan->event,
                                      line,          rule,          matched};
    netshare_status status = scan->options->format == FORMAT_EXPLAIN
                                 ? explain_text(scan->out, &explanation)
                                 : explain_json(scan->out, &explanation);
    if (status != NETSHARE_OK)
        report_failure(scan, line, status);
}

/* Both lists of rules have the same order: one pass finds each match's number. */
static void write_explanations(struct scan *scan, const struct event_line *line,
                               const netshare_rule *const *matches, size_t match_count)
{
    size_t rules = netshare_matcher_rule_count(scan->matcher);
    for (size_t i = 0, next = 0; i < rules; i++) {
        bool matched = next < match_count && matches[next] == netshare_matcher_rule(scan->matcher, i);
        next += matched;
        if (matched || scan->options->explain_all)
            explain(scan, line, i, matched);
    }
}

static void write_alerts(struct scan *scan, const struct event_line *line,
                         const netshare_result *result)
{
    struct document document = document_read(line);
    for (size_t i = 0; i < result->match_count; i++) {
        if (scan->options->format == FORMAT_TEXT)
            text_write(scan->out, &document, result->rules[i]);
        else
            alert_write(scan->out, &document, line, result->rules[i]);
    }
    document_free(&document);
}

static void count_matches(struct scan *scan, const netshare_result *result)
{
    scan->counts.matched_events += result->matched;
    scan->counts.matches += result->match_count;
    for (size_t i = 0, next = 0; next < result->match_count; i++) {
        if (netshare_matcher_rule(scan->matcher, i) == result->rules[next]) {
            scan->rule_matches[i]++;
            next++;
        }
    }
}

/* What was matched outlives the next call to the matcher, which explain makes. */
static void write_result(struct scan *scan, const struct event_line *line,
                         const netshare_result *result)
{
    if (scan->options->format == FORMAT_ALERTS || scan->options->format == FORMAT_TEXT) {
        if (result->match_count)
            write_alerts(scan, line, result);
        return;
    }
    if (!result->match_count && !scan->options->explain_all)
        return;
    size_t size = result->match_count * sizeof *result->rules;
    const netshare_rule **matches = malloc(size + 1);
    if (!matches) {
        report_failure(scan, line, NETSHARE_ERROR_NO_MEMORY);
        return;
    }
    if (size)
        memcpy(matches, result->rules, size);
    write_explanations(scan, line, matches, result->match_count);
    free(matches);
}

static void scan_event(struct scan *scan, const struct event_line *line, size_t *reports)
{
    netshare_error error;
    netshare_result result;
    netshare_status status =
        netshare_event_parse(scan->event, line->text, line->length, &error);
    if (status == NETSHARE_ERROR_NO_MEMORY) {
        report_failure(scan, line, status);
        return;
    }
    if (status != NETSHARE_OK) {
        report_malformed(scan, line, &error, reports);
        return;
    }
    scan->counts.events++;
    status = netshare_match(scan->matcher, scan->scratch, netshare_event_accessor(),
                            scan->event, NETSHARE_DETAIL_RULES, &result);
    if (status != NETSHARE_OK) {
        report_failure(scan, line, status);
        return;
    }
    count_matches(scan, &result);
    write_result(scan, line, &result);
}

/* Windows programs put one before UTF-8; UTF-16 (PowerShell's `>`) is none of ours. */
static bool skip_byte_order_mark(struct event_line *line)
{
    if (line->length >= 3 && memcmp(line->text, "\xEF\xBB\xBF", 3) == 0) {
        line->text += 3;
        line->length -= 3;
    }
    return line->length < 2
           || (memcmp(line->text, "\xFF\xFE", 2) != 0 && memcmp(line->text, "\xFE\xFF", 2) != 0);
}

static void scan_line(struct scan *scan, const struct event_line *line, size_t *reports)
{
    scan->counts.lines++;
    if (is_blank(line))
        scan->counts.blank++;
    else
        scan_event(scan, line, reports);
}

static void report_unreadable(struct scan *scan, const char *file, const char *reason)
{
    scan->counts.unreadable++;
    output_string(scan->messages, "netshare-scan: ");
    output_string(scan->messages, file);
    output_format(scan->messages, ": %s\n", reason);
}

/* What is found is written before the next read, which may wait for more input. */
static void scan_lines(struct scan *scan, const char *file)
{
    struct event_line line = {.file = file};
    size_t reports = 0;
    do {
        while (!scan->out->error
               && input_take_line(&scan->input, &line.text, &line.length)) {
            if (++line.number == 1 && !skip_byte_order_mark(&line)) {
                report_unreadable(scan, file, "this is UTF-16, UTF-8 was expected");
                return;
            }
            scan_line(scan, &line, &reports);
        }
    } while (output_flush(scan->out) && input_fill(&scan->input));
    if (scan->input.error)
        report_unreadable(scan, file, strerror(scan->input.error));
}

static void scan_file(struct scan *scan, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        report_unreadable(scan, path, strerror(errno));
        return;
    }
    input_restart(&scan->input, file);
    scan_lines(scan, standard ? "<stdin>" : path);
    if (!standard)
        close(file);
}

void scan_files(struct scan *scan)
{
    const struct options *options = scan->options;
    if (options->format == FORMAT_TEXT)
        text_write_header(scan->out);
    if (options->file_count == 0)
        scan_file(scan, "-");
    for (size_t i = 0; i < options->file_count && !scan->out->error; i++)
        scan_file(scan, options->files[i]);
}

bool scan_start(struct scan *scan, const struct options *options, struct output *out,
                struct output *messages)
{
    netshare_error error;
    *scan = (struct scan){.options = options, .out = out, .messages = messages};
    scan->matcher = rules_load(options, messages);
    if (!scan->matcher)
        return false;
    scan->scratch = netshare_scratch_new(scan->matcher, &error);
    if (scan->scratch)
        scan->event = netshare_event_new(scan->matcher, &error);
    if (!scan->event) {
        rules_write_error(messages, &error);
        return false;
    }
    size_t rules = netshare_matcher_rule_count(scan->matcher);
    scan->rule_matches = calloc(rules + 1, sizeof *scan->rule_matches);
    if (!scan->rule_matches)
        output_format(messages, "netshare-scan: out of memory\n");
    return scan->rule_matches != NULL;
}

void scan_end(struct scan *scan)
{
    free(scan->rule_matches);
    input_free(&scan->input);
    netshare_event_free(scan->event);
    netshare_scratch_free(scan->scratch);
    netshare_matcher_unref(scan->matcher);
}

static void write_count(struct output *out, size_t count, const char *one, const char *many)
{
    output_format(out, "%zu %s", count, count == 1 ? one : many);
}

void scan_write_summary(const struct scan *scan)
{
    struct output *out = scan->messages;
    const struct counts *c = &scan->counts;
    output_format(out, "netshare-scan: ");
    write_count(out, c->matches, "match", "matches");
    output_format(out, " in ");
    write_count(out, c->events, "event", "events");
    output_format(out, " (");
    write_count(out, c->lines, "line", "lines");
    output_format(out, ": %zu blank, %zu malformed)\n", c->blank, c->malformed);
    if (c->unmatched)
        output_format(out, "netshare-scan: %zu not matched for want of memory or limits\n",
                      c->unmatched);
    for (size_t i = 0; i < netshare_matcher_rule_count(scan->matcher); i++) {
        if (!scan->rule_matches[i])
            continue;
        const netshare_rule *rule = netshare_matcher_rule(scan->matcher, i);
        const char *severity = netshare_rule_string(rule, NETSHARE_RULE_SEVERITY);
        output_format(out, "%8zu  %-8s  ", scan->rule_matches[i], severity ? severity : "-");
        output_string(out, netshare_rule_string(rule, NETSHARE_RULE_NAME));
        output_format(out, " (");
        output_string(out, netshare_rule_string(rule, NETSHARE_RULE_ID));
        output_format(out, ")\n");
    }
}
