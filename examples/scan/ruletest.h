/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of rules: beside a rule file NAME.json, or in a folder `tests` there, files
 * NAME.match.ndjson and NAME.no-match.ndjson (or NAME.TOPIC.match.ndjson) hold events
 * that the rule must and must not match, one a line. The ECS field labels.test names
 * a line in the report.
 */
#ifndef SCAN_RULETEST_H
#define SCAN_RULETEST_H

#include "options.h"

enum ruletest_result { RULETEST_PASSED = 0, RULETEST_FAILED = 1, RULETEST_TROUBLE = 2 };

/* Runs the tests of all rules in the folders, and reports as a test runner does. */
enum ruletest_result ruletest_run(const struct options *options, struct output *out,
                                  struct output *messages);

#endif
