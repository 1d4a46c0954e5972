/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "options.h"

#include <getopt.h>
#include <netshare/netshare.h>
#include <stdlib.h>
#include <string.h>

static const char HELP[] =
    "Usage: netshare-scan [OPTION]... [FILE]...\n"
    "Match process events in NDJSON files (ECS documents, one JSON object per line,\n"
    "bare or as Elasticsearch search hits) against EQL detection rules.\n"
    "With no FILE, or when FILE is -, read standard input.\n"
    "\n"
    "Rules (all may be repeated and combined; --builtin when none is given):\n"
    "  -b, --builtin          the rule \"Mounting Hidden or WebDav Remote Shares\"\n"
    "  -r, --rules FILE       Kibana rules: JSON object, array, or exported NDJSON\n"
    "  -e, --query EQL        a query, as 'process where process.name : \"net.exe\"'\n"
    "\n"
    "Output (on standard output; alerts as NDJSON when none is given):\n"
    "  -t, --text             a table for people to read\n"
    "  -x, --explain[=all]    why each match matched, clause by clause; with =all\n"
    "                         every rule on every event, also what did not match\n"
    "      --explain-format text|json\n"
    "                         text (default), or one JSON object per event and rule\n"
    "  -q, --quiet            no summary on standard error\n"
    "  -h, --help             this text\n"
    "  -V, --version          the version\n"
    "\n"
    "Exit status: 0 nothing matched, 1 something matched, 2 wrong usage, a file or\n"
    "rule that cannot be read, or output that cannot be written. Lines that are not\n"
    "JSON objects are reported and skipped; they do not change the exit status.\n";

enum { EXPLAIN_FORMAT = 256 };

static const struct option LONG_OPTIONS[] = {
    {"builtin", no_argument, NULL, 'b'},
    {"rules", required_argument, NULL, 'r'},
    {"query", required_argument, NULL, 'e'},
    {"text", no_argument, NULL, 't'},
    {"explain", optional_argument, NULL, 'x'},
    {"explain-format", required_argument, NULL, EXPLAIN_FORMAT},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static enum options_result wrong(struct output *messages, const char *what, const char *value)
{
    output_format(messages, "netshare-scan: %s", what);
    output_string(messages, value);
    output_format(messages, "\nTry 'netshare-scan --help'.\n");
    return OPTIONS_WRONG;
}

static void add_source(struct options *options, enum source_kind kind, const char *text)
{
    options->sources[options->source_count++] = (struct source){kind, text};
}

struct explain_options {
    bool wanted;
    const char *format; /* NULL when not given */
    bool text;          /* --text was given */
};

static enum options_result choose_format(struct options *options,
                                         const struct explain_options *explain,
                                         struct output *messages)
{
    const char *format = explain->format ? explain->format : "text";
    if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
        return wrong(messages, "--explain-format must be text or json, not ", format);
    if (explain->format && !explain->wanted)
        return wrong(messages, "--explain-format is of no use without --explain", "");
    if (explain->wanted && explain->text)
        return wrong(messages, "--text and --explain exclude each other", "");
    if (explain->wanted)
        options->format = strcmp(format, "json") == 0 ? FORMAT_EXPLAIN_JSON : FORMAT_EXPLAIN;
    else if (explain->text)
        options->format = FORMAT_TEXT;
    return OPTIONS_RUN;
}

static enum options_result read_option(struct options *options, struct explain_options *explain,
                                       int option, struct output *out, struct output *messages)
{
    switch (option) {
    case 'b':
        add_source(options, SOURCE_BUILTIN, NULL);
        break;
    case 'r':
        add_source(options, SOURCE_RULES, optarg);
        break;
    case 'e':
        add_source(options, SOURCE_QUERY, optarg);
        break;
    case 't':
        explain->text = true;
        break;
    case 'x':
        if (optarg && strcmp(optarg, "all") != 0)
            return wrong(messages, "--explain takes nothing or =all, not ", optarg);
        explain->wanted = true;
        options->explain_all = optarg != NULL;
        break;
    case EXPLAIN_FORMAT:
        explain->format = optarg;
        break;
    case 'q':
        options->quiet = true;
        break;
    case 'h':
        output_bytes(out, HELP, sizeof HELP - 1);
        return OPTIONS_DONE;
    case 'V':
        output_format(out, "netshare-scan %s\n", netshare_version());
        return OPTIONS_DONE;
    default: /* getopt has said what is wrong */
        output_format(messages, "Try 'netshare-scan --help'.\n");
        return OPTIONS_WRONG;
    }
    return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options, int argc, char **argv,
                                  struct output *out, struct output *messages)
{
    struct explain_options explain = {false, NULL, false};
    *options = (struct options){.format = FORMAT_ALERTS};
    options->sources = calloc((size_t)argc + 1, sizeof *options->sources);
    if (!options->sources)
        return wrong(messages, "out of memory", "");
    int option;
    while ((option = getopt_long(argc, argv, "br:e:tx::qhV", LONG_OPTIONS, NULL)) != -1) {
        enum options_result result = read_option(options, &explain, option, out, messages);
        if (result != OPTIONS_RUN)
            return result;
    }
    if (options->source_count == 0)
        add_source(options, SOURCE_BUILTIN, NULL);
    options->files = argv + optind;
    options->file_count = (size_t)(argc - optind);
    return choose_format(options, &explain, messages);
}

void options_free(struct options *options)
{
    free(options->sources);
    options->sources = NULL;
}
