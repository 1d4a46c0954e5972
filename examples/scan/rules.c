/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "paths.h"

void rules_write_error(struct output *messages, const netshare_error *error)
{
    char text[1200];
    netshare_error_render(error, text, sizeof text);
    output_text(messages, text, strlen(text), ESCAPE_KEEP_LINES, SIZE_MAX);
    output_bytes(messages, "\n", 1);
}

static void write_prefix(struct output *messages, const char *file)
{
    output_string(messages, "netshare-scan: ");
    if (file) {
        output_string(messages, file);
        output_string(messages, ": ");
    }
}

struct reporter {
    struct output *messages;
    const char *file;
};

/* Rules that need several events are only counted: a rule set has many. */
static bool report_document(void *user, size_t index, const netshare_error *error)
{
    struct reporter *reporter = user;
    if (error && error->status != NETSHARE_ERROR_STATEFUL) {
        write_prefix(reporter->messages, reporter->file);
        output_format(reporter->messages, "rule %zu left out: ", index + 1);
        rules_write_error(reporter->messages, error);
    }
    return true;
}

static void write_counts(struct output *messages, const char *file,
                         const netshare_document_counts *counts)
{
    write_prefix(messages, file);
    output_format(messages, "%zu %s", counts->added, counts->added == 1 ? "rule" : "rules");
    if (counts->stateful)
        output_format(messages, ", %zu left out that need several events (sequences, samples)",
                      counts->stateful);
    if (counts->refused)
        output_format(messages, ", %zu left out with errors", counts->refused);
    if (counts->skipped)
        output_format(messages, ", %zu other documents", counts->skipped);
    output_bytes(messages, "\n", 1);
}

static bool add_file(netshare_builder *builder, const char *file, bool quiet,
                     struct output *messages)
{
    size_t length;
    const char *reason;
    char *text = input_read_file(file, &length, &reason);
    if (!text) {
        write_prefix(messages, file);
        output_format(messages, "%s\n", reason);
        return false;
    }
    struct reporter reporter = {messages, file};
    netshare_document_counts counts;
    netshare_error error;
    netshare_status status = netshare_builder_add_documents(
        builder, text, length, report_document, &reporter, &counts, &error);
    free(text);
    if (status != NETSHARE_OK) {
        write_prefix(messages, file);
        rules_write_error(messages, &error);
        return false;
    }
    if (!quiet || counts.refused)
        write_counts(messages, file, &counts);
    return true;
}

/* A file, or those of a folder. */
static bool add_files(netshare_builder *builder, const char *path, bool quiet,
                      struct output *messages)
{
    struct paths paths = {0};
    bool ok = paths_add(&paths, path, PATHS_RULES, messages);
    for (size_t i = 0; i < paths.count && ok; i++)
        ok = add_file(builder, paths.items[i], quiet, messages);
    paths_free(&paths);
    return ok;
}

static bool add_query(netshare_builder *builder, const char *query, size_t number,
                      struct output *messages)
{
    char id[32];
    netshare_error error;
    if (number == 1)
        snprintf(id, sizeof id, "query");
    else
        snprintf(id, sizeof id, "query-%zu", number);
    if (netshare_builder_add_query(builder, id, query, strlen(query), &error) == NETSHARE_OK)
        return true;
    write_prefix(messages, NULL);
    rules_write_error(messages, &error);
    return false;
}

static bool add_sources(netshare_builder *builder, const struct options *options,
                        struct output *messages)
{
    size_t queries = 0;
    netshare_error error;
    for (size_t i = 0; i < options->rules_count; i++) {
        const struct rules_source *source = &options->rules[i];
        bool ok = true;
        if (source->kind == RULES_FILE) {
            ok = add_files(builder, source->text, options->quiet, messages);
        } else if (source->kind == RULES_QUERY) {
            ok = add_query(builder, source->text, ++queries, messages);
        } else if (netshare_builder_add_builtin(builder, &error) != NETSHARE_OK) {
            rules_write_error(messages, &error);
            ok = false;
        }
        if (!ok)
            return false;
    }
    return true;
}

netshare_matcher *rules_load(const struct options *options, struct output *messages)
{
    netshare_error error;
    netshare_matcher *matcher = NULL;
    netshare_builder *builder = netshare_builder_new(NULL, &error);
    if (!builder) {
        rules_write_error(messages, &error);
        return NULL;
    }
    if (add_sources(builder, options, messages)) {
        matcher = netshare_builder_build(builder, &error);
        if (!matcher)
            rules_write_error(messages, &error);
    }
    netshare_builder_free(builder);
    if (matcher && netshare_matcher_rule_count(matcher) == 0) {
        output_format(messages, "netshare-scan: no rule to scan with\n");
        netshare_matcher_unref(matcher);
        return NULL;
    }
    return matcher;
}
