/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_OPTIONS_H
#define SCAN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

/* Where rules come from, in the order of the command line. */
enum source_kind { SOURCE_BUILTIN, SOURCE_RULES, SOURCE_QUERY };

struct source {
    enum source_kind kind;
    const char *text; /* file name or query */
};

enum format { FORMAT_ALERTS, FORMAT_TEXT, FORMAT_EXPLAIN, FORMAT_EXPLAIN_JSON };

struct options {
    enum format format;
    bool explain_all; /* also what did not match */
    bool quiet;
    struct source *sources;
    size_t source_count;
    char **files;
    size_t file_count;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* OPTIONS_DONE after --help or --version, OPTIONS_WRONG after telling what is wrong. */
enum options_result options_parse(struct options *options, int argc, char **argv,
                                  struct output *out, struct output *messages);
void options_free(struct options *options);

#endif
