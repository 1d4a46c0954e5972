/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_OPTIONS_H
#define SCAN_OPTIONS_H

#include <netshare/netshare.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"

/* Where rules come from, in the order of the command line. */
enum rules_kind { RULES_BUILTIN, RULES_FILE, RULES_QUERY };

struct rules_source {
    enum rules_kind kind;
    const char *text; /* file name or query */
};

enum format {
    FORMAT_ECS,
    FORMAT_TEXT,
    FORMAT_CSV,
    FORMAT_SARIF,
    FORMAT_EXPLAIN,
    FORMAT_EXPLAIN_JSON
};

enum { NO_LIMIT = -1 };

struct options {
    bool test;   /* the files are folders of rule tests */
    bool verbose;
    const char *junit;

    struct rules_source *rules;
    size_t rules_count;
    const char **exceptions; /* file names */
    size_t exceptions_count;
    bool all_indices;

    netshare_source source;
    char **files;
    size_t file_count;
    size_t jobs;
    bool follow;
    bool strict; /* read lines that cannot match, too */

    enum format format;
    bool explain_all; /* also what did not match */
    int64_t max_signals; /* NO_LIMIT when not given */
    bool schedule;
    const char *navigator;
    bool coverage;
    bool quiet;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* OPTIONS_DONE after --help or --version, OPTIONS_WRONG after telling what is wrong. */
enum options_result options_parse(struct options *options, int argc, char **argv,
                                  struct output *out, struct output *messages);
void options_free(struct options *options);

#endif
