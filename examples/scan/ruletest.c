/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "ruletest.h"

#include <errno.h>
#include <netshare/netshare.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "explain.h"
#include "input.h"
#include "junit.h"
#include "paths.h"
#include "platform.h"
#include "rules.h"

static const char MATCH_END[] = ".match.ndjson", NO_MATCH_END[] = ".no-match.ndjson";

struct run {
    const struct options *options;
    struct output *out;
    struct output *messages;
    struct test_report report;
    size_t rules;
    size_t untested;
    bool trouble;
};

/* One rule file's rules and the events at hand. */
struct rig {
    struct run *run;
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_event *event;
    struct test_suite *suite;
    bool must_match;
};

static void out_of_memory(struct run *run)
{
    if (!run->trouble)
        output_format(run->messages, "netshare-scan: out of memory\n");
    run->trouble = true;
}

/* Takes over what an output in memory holds, as a C string. */
static char *take_text(struct output *text)
{
    output_bytes(text, "", 1);
    if (!text->error)
        return text->data;
    output_free(text);
    return strdup("out of memory");
}

static void show_case(struct rig *rig, const char *name, const char *failure)
{
    struct output *out = rig->run->out;
    if (!failure && !rig->run->options->verbose)
        return;
    output_format(out, "  ");
    output_color(out, failure ? COLOR_RED : COLOR_GREEN);
    output_string(out, failure ? "FAILED" : "ok");
    output_color(out, COLOR_NONE);
    output_string(out, failure ? "  " : "      ");
    output_string(out, name);
    output_bytes(out, "\n", 1);
    for (const char *line = failure; line && *line;) {
        size_t length = strcspn(line, "\n");
        output_string(out, "          ");
        output_text(out, line, length, ESCAPE_PLAIN, SIZE_MAX);
        output_bytes(out, "\n", 1);
        line += length + (line[length] == '\n');
    }
}

/* `failure` is taken over. */
static void add_case(struct rig *rig, const char *name, char *failure)
{
    show_case(rig, name, failure);
    if (!suite_add_case(rig->suite, name, failure))
        out_of_memory(rig->run);
}

static void explain_rules(struct rig *rig, const struct event_line *line, bool matched,
                          struct output *text)
{
    for (size_t i = 0; i < netshare_matcher_rule_count(rig->matcher); i++) {
        struct explanation explanation = {rig->matcher, rig->scratch, rig->event,
                                          line,         i,            matched};
        explain_text(text, &explanation);
    }
}

/* NULL: as it must be. Of several rules in a file one has to match, or none. */
static char *judge(struct rig *rig, const struct event_line *line)
{
    netshare_error error;
    netshare_result result = {0};
    struct output text = {0};
    if (netshare_event_parse(rig->event, line->text, line->length, &error) != NETSHARE_OK) {
        output_format(&text, "not an event: ");
        output_string(&text, error.message);
        return take_text(&text);
    }
    netshare_status status =
        netshare_match(rig->matcher, rig->scratch, netshare_event_accessor(), rig->event,
                       NETSHARE_DETAIL_VERDICT, &result);
    if (status != NETSHARE_OK) {
        output_format(&text, "not decided: %s", netshare_status_string(status));
        return take_text(&text);
    }
    if (result.matched == rig->must_match)
        return NULL;
    output_format(&text, "%s\n", rig->must_match ? "must match and does not"
                                                 : "must not match and does");
    explain_rules(rig, line, result.matched, &text);
    return take_text(&text);
}

static void test_line(struct rig *rig, const struct event_line *line)
{
    struct output name = {0};
    struct document document = document_read(line);
    size_t length;
    const char *label = document_string(&document, "labels.test", &length);
    output_format(&name, "line %zu%s", line->number, label ? ": " : "");
    if (label)
        output_text(&name, label, length, ESCAPE_PLAIN, 200);
    char *text = take_text(&name);
    if (text)
        add_case(rig, text, judge(rig, line));
    else
        out_of_memory(rig->run);
    free(text);
    document_free(&document);
}

static size_t test_lines(struct rig *rig, const char *file, const char *text, size_t length)
{
    struct event_line line = {.file = file};
    size_t at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, events = 0;
    while (at < length) {
        const char *end = memchr(text + at, '\n', length - at);
        line.text = text + at;
        line.length = (end ? (size_t)(end - text) : length) - at;
        line.number++;
        at += line.length + 1;
        size_t blank = 0;
        while (blank < line.length && strchr(" \t\r", line.text[blank]) && line.text[blank])
            blank++;
        if (blank == line.length)
            continue;
        test_line(rig, &line);
        events++;
    }
    return events;
}

static bool begin_suite(struct rig *rig, const char *file)
{
    const char *name = NULL;
    if (rig->matcher && netshare_matcher_rule_count(rig->matcher) == 1)
        name = netshare_rule_string(netshare_matcher_rule(rig->matcher, 0), NETSHARE_RULE_NAME);
    rig->suite = report_add_suite(&rig->run->report, file, name);
    if (!rig->suite) {
        out_of_memory(rig->run);
        return false;
    }
    output_string(rig->run->out, file);
    output_bytes(rig->run->out, "\n", 1);
    return true;
}

static void fail_suite(struct rig *rig, const char *name, const char *why)
{
    char *copy = strdup(why);
    if (copy)
        add_case(rig, name, copy);
    else
        out_of_memory(rig->run);
}

static void test_file(struct rig *rig, const char *file)
{
    size_t length;
    const char *reason;
    rig->must_match = !paths_has_end(file, NO_MATCH_END);
    if (!begin_suite(rig, file))
        return;
    char *text = input_read_file(file, &length, &reason);
    if (!text)
        fail_suite(rig, "file", reason);
    else if (test_lines(rig, file, text, length) == 0)
        fail_suite(rig, "file", "there is no event in it");
    free(text);
    if (!rig->suite->failures)
        output_format(rig->run->out, "  %zu %s, %s\n", rig->suite->count,
                      rig->suite->count == 1 ? "event" : "events",
                      rig->must_match ? "all match" : "none matches");
}

static const char *base_name(const char *path)
{
    const char *name = path;
    for (const char *c = path; *c; c++)
        if (strchr(PLATFORM_SEPARATORS, *c))
            name = c + 1;
    return name;
}

/* The length of NAME in NAME.json. */
static size_t stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? (size_t)(dot - name) : strlen(name);
}

static bool is_test_of(const char *test, const char *rule_file)
{
    const char *name = base_name(rule_file), *test_name = base_name(test);
    size_t stem = stem_length(name);
    if (!paths_has_end(test_name, MATCH_END) && !paths_has_end(test_name, NO_MATCH_END))
        return false;
    return strncmp(test_name, name, stem) == 0 && test_name[stem] == '.';
}

/* The tests beside a rule file, or in `tests` there. */
static bool find_tests(struct run *run, const char *rule_file, struct paths *tests)
{
    int folder = (int)(base_name(rule_file) - rule_file);
    struct output beside = {0}, below = {0};
    struct stat status;
    output_format(&beside, "%.*s.%c", folder, rule_file, '\0');
    output_format(&below, "%.*stests%c", folder, rule_file, '\0');
    bool ok = !beside.error && !below.error
              && paths_add(tests, beside.data, PATHS_TESTS, run->messages);
    if (ok && stat(below.data, &status) == 0 && S_ISDIR(status.st_mode))
        ok = paths_add(tests, below.data, PATHS_TESTS, run->messages);
    output_free(&beside);
    output_free(&below);
    return ok;
}

/* What is wrong with the file, NULL if nothing; some of its rules may still be usable. */
static char *load_rules(const char *file, netshare_matcher **matcher)
{
    struct rules_source source = {RULES_FILE, file};
    struct options options = {.rules = &source, .rules_count = 1, .quiet = true};
    struct output problems = {0};
    *matcher = rules_load(&options, &problems);
    if (problems.length)
        return take_text(&problems);
    output_free(&problems);
    return *matcher ? NULL : strdup("no rule");
}

static void test_rule(struct run *run, const char *file)
{
    struct rig rig = {.run = run};
    struct paths tests = {0};
    char *problem = load_rules(file, &rig.matcher);
    size_t tested = 0;
    run->rules += rig.matcher ? netshare_matcher_rule_count(rig.matcher) : 0;
    if (problem && begin_suite(&rig, file))
        add_case(&rig, "rule file", problem);
    if (rig.matcher) {
        rig.scratch = netshare_scratch_new(rig.matcher, NULL);
        rig.event = netshare_event_new_for_source(rig.matcher, NETSHARE_SOURCE_AUTOMATIC, NULL);
        if (!rig.scratch || !rig.event)
            out_of_memory(run);
    }
    if (!find_tests(run, file, &tests))
        run->trouble = true;
    for (size_t i = 0; i < tests.count && rig.scratch && rig.event; i++) {
        if (!is_test_of(tests.items[i], file))
            continue;
        test_file(&rig, tests.items[i]);
        tested++;
    }
    if (!tested && !problem) {
        run->untested++;
        output_string(run->out, file);
        output_format(run->out, "\n  no tests\n");
    }
    paths_free(&tests);
    netshare_event_free(rig.event);
    netshare_scratch_free(rig.scratch);
    netshare_matcher_unref(rig.matcher);
}

static enum ruletest_result finish(struct run *run)
{
    size_t tests = 0, failures = 0;
    for (size_t i = 0; i < run->report.count; i++) {
        tests += run->report.suites[i].count;
        failures += run->report.suites[i].failures;
    }
    if (!run->options->quiet)
        output_format(run->messages,
                      "netshare-scan: %zu passed, %zu failed; %zu %s, %zu %s without tests\n",
                      tests - failures, failures, run->rules, run->rules == 1 ? "rule" : "rules",
                      run->untested, run->untested == 1 ? "file" : "files");
    if (run->options->junit
        && !report_write_junit(&run->report, run->options->junit, run->messages))
        run->trouble = true;
    if (tests == 0 && !run->trouble) {
        output_format(run->messages, "netshare-scan: there are no tests\n");
        run->trouble = true;
    }
    report_free(&run->report);
    return run->trouble ? RULETEST_TROUBLE : failures ? RULETEST_FAILED : RULETEST_PASSED;
}

static bool exists(struct run *run, const char *path)
{
    struct stat status;
    if (platform_stat(path, &status) == 0)
        return true;
    output_format(run->messages, "netshare-scan: ");
    output_string(run->messages, path);
    output_format(run->messages, ": %s\n", strerror(errno));
    return false;
}

enum ruletest_result ruletest_run(const struct options *options, struct output *out,
                                  struct output *messages)
{
    struct run run = {.options = options, .out = out, .messages = messages};
    struct paths rules = {0};
    for (size_t i = 0; i < options->file_count; i++)
        if (!exists(&run, options->files[i])
            || !paths_add(&rules, options->files[i], PATHS_RULES, messages))
            run.trouble = true;
    for (size_t i = 0; i < rules.count && !run.trouble && !out->error; i++)
        test_rule(&run, rules.items[i]);
    paths_free(&rules);
    return finish(&run);
}
