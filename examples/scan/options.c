/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <netshare/netshare.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

static const char HELP[] =
    "Usage: netshare-scan [OPTION]... [FILE|DIR]...\n"
    "       netshare-scan test [-v] [--junit FILE] DIR...\n"
    "Match process events (NDJSON or EVTX, gzip or zstd too) against EQL rules.\n"
    "With no FILE, or when FILE is -, read standard input.\n"
    "\n"
    "Rules (all may be repeated and combined; --builtin when none is given):\n"
    "  -b, --builtin          the rule \"Mounting Hidden or WebDav Remote Shares\"\n"
    "  -r, --rules FILE|DIR   Kibana rules: JSON object, array, or exported NDJSON\n"
    "  -e, --query EQL        a query, as 'process where process.name : \"net.exe\"'\n"
    "      --except FILE      EQL conditions under which matches are dropped\n"
    "      --all-indices      also try rules whose index patterns exclude _index\n"
    "Input:\n"
    "      --source NAME      what wrote the events: automatic (the default), ecs,\n"
    "                         winlog, winlogbeat6, evtx, flat, endgame, endgame-index\n"
    "  -j, --jobs N           threads (1); 0 for one per processor\n"
    "  -f, --follow           wait for more at the end of files, as tail -F\n"
    "      --strict           read every line as JSON, also those that cannot match\n"
    "Output:\n"
    "      --format FORMAT    ecs (alerts as NDJSON, the default), text, csv, sarif\n"
    "  -t, --text             the same as --format text, a table\n"
    "  -x, --explain[=all]    why each match matched; all: every rule on every event\n"
    "      --explain-format text|json   a tree (the default), or NDJSON\n"
    "      --schedule         replay the rules' schedules: interval, look-back, limit\n"
    "      --max-signals N    at most N alerts per rule (with --schedule: per run)\n"
    "      --navigator FILE   write an ATT&CK Navigator layer of the matches\n"
    "      --coverage         print the tactics and techniques of the rules; no scan\n"
    "  -q, --quiet            no summary and no progress on standard error\n"
    "  -h, --help; -V, --version\n"
    "\n"
    "Exit status: 0 nothing matched, 1 something matched, 2 trouble: wrong usage, a\n"
    "file or rule that cannot be read, output that cannot be written, an event not\n"
    "decided. test: 0 all passed, 1 some failed, 2 trouble. Manual: netshare-scan(1).\n";

/* What the options mean together is known only after the last of them. */
struct parse {
    struct options *options;
    struct output *out;
    struct output *messages;
    const char *format;         /* NULL when not given */
    const char *explain_format; /* NULL when not given */
    bool explain;
};

static enum options_result wrong(struct output *messages, const char *what, const char *value)
{
    output_format(messages, "netshare-scan: %s", what);
    output_string(messages, value);
    output_format(messages, "\nTry 'netshare-scan --help'.\n");
    return OPTIONS_WRONG;
}

static bool parse_number(const char *text, int64_t most, int64_t *number)
{
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    *number = parsed;
    return text[0] >= '0' && text[0] <= '9' && !*end && !errno && parsed <= most;
}

static enum options_result add_rules(struct parse *parse, enum rules_kind kind, const char *text)
{
    struct options *options = parse->options;
    options->rules[options->rules_count++] = (struct rules_source){kind, text};
    return OPTIONS_RUN;
}

static enum options_result set_builtin(struct parse *parse, const char *value)
{
    return add_rules(parse, RULES_BUILTIN, value);
}

static enum options_result set_rules(struct parse *parse, const char *value)
{
    return add_rules(parse, RULES_FILE, value);
}

static enum options_result set_query(struct parse *parse, const char *value)
{
    return add_rules(parse, RULES_QUERY, value);
}

static enum options_result set_except(struct parse *parse, const char *value)
{
    parse->options->exceptions[parse->options->exceptions_count++] = value;
    return OPTIONS_RUN;
}

static enum options_result set_source(struct parse *parse, const char *value)
{
    const char *name;
    for (int i = 0; (name = netshare_source_name((netshare_source)i)) != NULL; i++) {
        if (strcmp(name, value) == 0) {
            parse->options->source = (netshare_source)i;
            return OPTIONS_RUN;
        }
    }
    return wrong(parse->messages, "--source must be automatic, ecs, winlog, winlogbeat6, evtx, "
                                  "flat, endgame or endgame-index, not ", value);
}

static enum options_result set_jobs(struct parse *parse, const char *value)
{
    enum { MOST_JOBS = 256 };
    int64_t number;
    if (!parse_number(value, MOST_JOBS, &number))
        return wrong(parse->messages, "--jobs takes a number from 0 to 256, not ", value);
    if (number == 0)
        number = platform_processors();
    parse->options->jobs = number < 1 ? 1 : number > MOST_JOBS ? MOST_JOBS : (size_t)number;
    return OPTIONS_RUN;
}

static enum options_result set_max_signals(struct parse *parse, const char *value)
{
    if (!parse_number(value, INT64_MAX, &parse->options->max_signals)
        || parse->options->max_signals == 0)
        return wrong(parse->messages, "--max-signals takes a number from 1 on, not ", value);
    return OPTIONS_RUN;
}

static enum options_result set_format(struct parse *parse, const char *value)
{
    static const struct {
        const char *name;
        enum format format;
    } FORMATS[] = {{"ecs", FORMAT_ECS},
                   {"text", FORMAT_TEXT},
                   {"csv", FORMAT_CSV},
                   {"sarif", FORMAT_SARIF}};
    if (parse->format && strcmp(parse->format, value) != 0)
        return wrong(parse->messages, "two formats, choose one: ", value);
    parse->format = value;
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) {
        if (strcmp(value, FORMATS[i].name) == 0) {
            parse->options->format = FORMATS[i].format;
            return OPTIONS_RUN;
        }
    }
    return wrong(parse->messages, "--format must be ecs, text, csv or sarif, not ", value);
}

static enum options_result set_text(struct parse *parse, const char *value)
{
    (void)value;
    return set_format(parse, "text");
}

static enum options_result set_explain(struct parse *parse, const char *value)
{
    if (value && strcmp(value, "all") != 0)
        return wrong(parse->messages, "--explain takes nothing or =all, not ", value);
    parse->explain = true;
    parse->options->explain_all = value != NULL;
    return OPTIONS_RUN;
}

static enum options_result set_explain_format(struct parse *parse, const char *value)
{
    if (strcmp(value, "text") != 0 && strcmp(value, "json") != 0)
        return wrong(parse->messages, "--explain-format must be text or json, not ", value);
    parse->explain_format = value;
    return OPTIONS_RUN;
}

static enum options_result set_navigator(struct parse *parse, const char *value)
{
    parse->options->navigator = value;
    return OPTIONS_RUN;
}

static enum options_result set_junit(struct parse *parse, const char *value)
{
    parse->options->junit = value;
    return OPTIONS_RUN;
}

static enum options_result show_help(struct parse *parse, const char *value)
{
    (void)value;
    output_bytes(parse->out, HELP, sizeof HELP - 1);
    return OPTIONS_DONE;
}

static enum options_result show_version(struct parse *parse, const char *value)
{
    (void)value;
    output_format(parse->out, "netshare-scan %s\n", netshare_version());
    return OPTIONS_DONE;
}

/* For whom an option is. */
enum { FOR_SCAN = 1, FOR_TEST = 2 };

struct setting {
    char letter; /* 0: has none */
    const char *name;
    int argument;
    int whom;
    enum options_result (*apply)(struct parse *parse, const char *value);
    size_t flag; /* without `apply`: offset of a bool to set */
};

#define FLAG(member) NULL, offsetof(struct options, member)

static const struct setting SETTINGS[] = {
    {'b', "builtin", no_argument, FOR_SCAN, set_builtin, 0},
    {'r', "rules", required_argument, FOR_SCAN, set_rules, 0},
    {'e', "query", required_argument, FOR_SCAN, set_query, 0},
    {0, "except", required_argument, FOR_SCAN, set_except, 0},
    {0, "all-indices", no_argument, FOR_SCAN, FLAG(all_indices)},
    {0, "source", required_argument, FOR_SCAN, set_source, 0},
    {'j', "jobs", required_argument, FOR_SCAN, set_jobs, 0},
    {'f', "follow", no_argument, FOR_SCAN, FLAG(follow)},
    {0, "strict", no_argument, FOR_SCAN, FLAG(strict)},
    {0, "format", required_argument, FOR_SCAN, set_format, 0},
    {'t', "text", no_argument, FOR_SCAN, set_text, 0},
    {'x', "explain", optional_argument, FOR_SCAN, set_explain, 0},
    {0, "explain-format", required_argument, FOR_SCAN, set_explain_format, 0},
    {0, "schedule", no_argument, FOR_SCAN, FLAG(schedule)},
    {0, "max-signals", required_argument, FOR_SCAN, set_max_signals, 0},
    {0, "navigator", required_argument, FOR_SCAN, set_navigator, 0},
    {0, "coverage", no_argument, FOR_SCAN, FLAG(coverage)},
    {'v', "verbose", no_argument, FOR_TEST, FLAG(verbose)},
    {0, "junit", required_argument, FOR_TEST, set_junit, 0},
    {'q', "quiet", no_argument, FOR_SCAN | FOR_TEST, FLAG(quiet)},
    {'h', "help", no_argument, FOR_SCAN | FOR_TEST, show_help, 0},
    {'V', "version", no_argument, FOR_SCAN | FOR_TEST, show_version, 0},
};

enum { SETTING_COUNT = sizeof SETTINGS / sizeof *SETTINGS, FIRST_CODE = 256 };

static void make_getopt_tables(int whom, char *letters, struct option *names)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *s = &SETTINGS[i];
        if (!(s->whom & whom))
            continue;
        *names++ = (struct option){s->name, s->argument, NULL, FIRST_CODE + (int)i};
        if (!s->letter)
            continue;
        *letters++ = s->letter;
        for (int colons = s->argument == optional_argument ? 2 : s->argument; colons; colons--)
            *letters++ = ':';
    }
    *names = (struct option){0};
    *letters = '\0';
}

static const struct setting *find_setting(int code)
{
    if (code >= FIRST_CODE)
        return &SETTINGS[code - FIRST_CODE];
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (SETTINGS[i].letter && SETTINGS[i].letter == code)
            return &SETTINGS[i];
    return NULL;
}

static enum options_result apply(struct parse *parse, int code)
{
    const struct setting *setting = find_setting(code);
    if (!setting) { /* getopt has said what is wrong */
        output_format(parse->messages, "Try 'netshare-scan --help'.\n");
        return OPTIONS_WRONG;
    }
    if (setting->apply)
        return setting->apply(parse, optarg);
    *(bool *)((char *)parse->options + setting->flag) = true;
    return OPTIONS_RUN;
}

/* Options that say nothing together, or need each other. */
static enum options_result check(struct parse *parse)
{
    struct options *options = parse->options;
    const struct {
        bool wrong;
        const char *message;
    } CHECKS[] = {
        {parse->explain_format && !parse->explain,
         "--explain-format is of no use without --explain"},
        {parse->explain && parse->format, "--text or --format and --explain exclude each other"},
        {parse->explain && options->schedule, "--schedule and --explain exclude each other"},
        {options->follow && options->schedule, "--schedule and --follow exclude each other"},
        {options->coverage && (options->follow || options->schedule || parse->explain),
         "--coverage is not for scanning options"},
        {options->test && options->file_count == 0, "test needs a folder of rules and tests"},
    };
    for (size_t i = 0; i < sizeof CHECKS / sizeof *CHECKS; i++)
        if (CHECKS[i].wrong)
            return wrong(parse->messages, CHECKS[i].message, "");
    if (parse->explain)
        options->format = parse->explain_format && strcmp(parse->explain_format, "json") == 0
                              ? FORMAT_EXPLAIN_JSON
                              : FORMAT_EXPLAIN;
    return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options, int argc, char **argv,
                                  struct output *out, struct output *messages)
{
    struct parse parse = {.options = options, .out = out, .messages = messages};
    char letters[4 * SETTING_COUNT];
    struct option names[SETTING_COUNT + 1];
    size_t most = (size_t)argc + 1;
    *options = (struct options){.format = FORMAT_ECS, .jobs = 1, .max_signals = NO_LIMIT};
    options->test = argc > 1 && strcmp(argv[1], "test") == 0;
    options->rules = calloc(most, sizeof *options->rules);
    options->exceptions = calloc(most, sizeof *options->exceptions);
    if (!options->rules || !options->exceptions)
        return wrong(messages, "out of memory", "");
    make_getopt_tables(options->test ? FOR_TEST : FOR_SCAN, letters, names);
    optind = options->test ? 2 : 1;
    int code;
    while ((code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
        enum options_result result = apply(&parse, code);
        if (result != OPTIONS_RUN)
            return result;
    }
    if (options->rules_count == 0)
        add_rules(&parse, RULES_BUILTIN, NULL);
    options->files = argv + optind;
    options->file_count = (size_t)(argc - optind);
    return check(&parse);
}

void options_free(struct options *options)
{
    free(options->rules);
    free(options->exceptions);
    options->rules = NULL;
    options->exceptions = NULL;
}
