/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { CELL_LIMIT = 32000 }; /* characters; spreadsheets take 32767 */

static const char *const COLUMNS[] = {
    "timestamp", "host", "user", "severity", "risk_score", "rule_id", "rule", "process",
    "command_line", "attack", "file", "line", "uuid"};

void csv_write_header(struct output *out)
{
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        output_string(out, i ? "," : "");
        output_string(out, COLUMNS[i]);
    }
    output_bytes(out, "\n", 1);
}

/* A cell that a spreadsheet would compute gets an apostrophe in front. */
static void cell(struct output *out, const char *text, size_t length)
{
    struct output plain = {0};
    output_text(&plain, text, length, ESCAPE_PLAIN, CELL_LIMIT);
    out->error = out->error ? out->error : plain.error;
    output_bytes(out, "\"", 1);
    if (plain.length && strchr("=+-@", plain.data[0]))
        output_bytes(out, "'", 1);
    for (size_t i = 0; i < plain.length; i++) {
        output_bytes(out, plain.data + i, 1);
        if (plain.data[i] == '"')
            output_bytes(out, "\"", 1);
    }
    output_bytes(out, "\",", 2);
    output_free(&plain);
}

static void string_cell(struct output *out, const char *text)
{
    cell(out, text ? text : "", text ? strlen(text) : 0);
}

static void field_cell(struct output *out, const struct document *document, const char *field)
{
    size_t length;
    const char *text = document_string(document, field, &length);
    cell(out, text ? text : "", length);
}

typedef void (*write_function)(struct output *out, const struct alert *alert);

static void command(struct output *out, const struct alert *alert)
{
    text_write_command(out, alert->document);
}

static void attack(struct output *out, const struct alert *alert)
{
    text_write_attack(out, alert->rule);
}

static void written_cell(struct output *out, write_function write, const struct alert *alert)
{
    struct output text = {0};
    write(&text, alert);
    cell(out, text.data ? text.data : "", text.length);
    output_free(&text);
}

void csv_write(struct output *out, const struct alert *alert)
{
    const struct document *document = alert->document;
    const netshare_rule *rule = alert->rule;
    field_cell(out, document, "@timestamp");
    field_cell(out, document, "host.name");
    field_cell(out, document, "user.name");
    string_cell(out, netshare_rule_string(rule, NETSHARE_RULE_SEVERITY));
    output_format(out, "%lld,",
                  (long long)netshare_rule_integer(rule, NETSHARE_RULE_RISK_SCORE));
    string_cell(out, netshare_rule_string(rule, NETSHARE_RULE_ID));
    string_cell(out, netshare_rule_string(rule, NETSHARE_RULE_NAME));
    field_cell(out, document, "process.name");
    written_cell(out, command, alert);
    written_cell(out, attack, alert);
    string_cell(out, alert->line->file);
    output_format(out, "%zu,%s\n", alert->line->number, alert->uuid);
}
