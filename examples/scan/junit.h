/* SPDX-License-Identifier: Apache-2.0 */
/* Results of tests, and their report as JUnit XML. */
#ifndef SCAN_JUNIT_H
#define SCAN_JUNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

struct test_case {
    char *name;    /* owned */
    char *failure; /* what is wrong, with details in lines below; NULL: passed. Owned */
};

/* The cases of one file of events, or what is wrong with a rule file. */
struct test_suite {
    char *name; /* the file; owned */
    char *rule; /* its name; owned, may be NULL */
    struct test_case *cases;
    size_t count;
    size_t failures;
};

struct test_report {
    struct test_suite *suites;
    size_t count;
};

/* NULL when out of memory. */
struct test_suite *report_add_suite(struct test_report *report, const char *name,
                                    const char *rule);
/* `failure` is taken over. false when out of memory. */
bool suite_add_case(struct test_suite *suite, const char *name, char *failure);
void report_free(struct test_report *report);

/* false after telling why not. */
bool report_write_junit(const struct test_report *report, const char *file,
                        struct output *messages);

#endif
