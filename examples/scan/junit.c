/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "junit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct test_suite *report_add_suite(struct test_report *report, const char *name,
                                    const char *rule)
{
    struct test_suite *grown =
        realloc(report->suites, (report->count + 1) * sizeof *report->suites);
    if (!grown)
        return NULL;
    report->suites = grown;
    struct test_suite *suite = &report->suites[report->count];
    *suite = (struct test_suite){.name = strdup(name), .rule = rule ? strdup(rule) : NULL};
    if (!suite->name)
        return NULL;
    report->count++;
    return suite;
}

bool suite_add_case(struct test_suite *suite, const char *name, char *failure)
{
    struct test_case *grown = realloc(suite->cases, (suite->count + 1) * sizeof *suite->cases);
    char *copy = grown ? strdup(name) : NULL;
    if (grown)
        suite->cases = grown;
    if (!copy) {
        free(failure);
        return false;
    }
    suite->cases[suite->count++] = (struct test_case){copy, failure};
    suite->failures += failure != NULL;
    return true;
}

void report_free(struct test_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        struct test_suite *suite = &report->suites[i];
        for (size_t j = 0; j < suite->count; j++) {
            free(suite->cases[j].name);
            free(suite->cases[j].failure);
        }
        free(suite->cases);
        free(suite->name);
        free(suite->rule);
    }
    free(report->suites);
    *report = (struct test_report){0};
}

/* Text escaped for an attribute or an element; XML has no way to say control characters,
 * which output_text() has written as \xNN. */
static void write_escaped(struct output *out, const char *text)
{
    struct output plain = {0};
    output_text(&plain, text, strlen(text), ESCAPE_KEEP_LINES, SIZE_MAX);
    out->error = out->error ? out->error : plain.error;
    for (size_t i = 0; i < plain.length; i++) {
        static const struct {
            char character;
            const char *entity;
        } ENTITIES[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
        size_t e = 0;
        while (e < 4 && ENTITIES[e].character != plain.data[i])
            e++;
        if (e < 4)
            output_bytes(out, ENTITIES[e].entity, strlen(ENTITIES[e].entity));
        else
            output_bytes(out, plain.data + i, 1);
    }
    output_free(&plain);
}

static void write_case(struct output *out, const struct test_suite *suite,
                       const struct test_case *test)
{
    output_format(out, "    <testcase classname=\"");
    write_escaped(out, suite->rule ? suite->rule : suite->name);
    output_format(out, "\" name=\"");
    write_escaped(out, test->name);
    if (!test->failure) {
        output_format(out, "\"/>\n");
        return;
    }
    size_t first = strcspn(test->failure, "\n");
    char *message = strndup(test->failure, first);
    output_format(out, "\">\n      <failure message=\"");
    write_escaped(out, message ? message : "failed");
    output_format(out, "\">");
    write_escaped(out, test->failure + first + (test->failure[first] == '\n'));
    output_format(out, "</failure>\n    </testcase>\n");
    free(message);
}

static void write_report(struct output *out, const struct test_report *report)
{
    size_t tests = 0, failures = 0;
    for (size_t i = 0; i < report->count; i++) {
        tests += report->suites[i].count;
        failures += report->suites[i].failures;
    }
    output_format(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<testsuites name=\"netshare-scan\" tests=\"%zu\" failures=\"%zu\" "
                       "errors=\"0\">\n", tests, failures);
    for (size_t i = 0; i < report->count; i++) {
        const struct test_suite *suite = &report->suites[i];
        output_format(out, "  <testsuite name=\"");
        write_escaped(out, suite->name);
        output_format(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
                      suite->count, suite->failures);
        for (size_t j = 0; j < suite->count; j++)
            write_case(out, suite, &suite->cases[j]);
        output_format(out, "  </testsuite>\n");
    }
    output_format(out, "</testsuites>\n");
}

bool report_write_junit(const struct test_report *report, const char *file,
                        struct output *messages)
{
    struct output out = output_open(file);
    if (out.file)
        write_report(&out, report);
    return output_close(&out, file, messages);
}
