/* SPDX-License-Identifier: Apache-2.0 */
#include "formats.h"

#include "csv.h"
#include "sarif.h"
#include "text.h"

struct writer {
    void (*header)(struct output *out, const netshare_matcher *matcher);
    void (*alert)(struct output *out, const struct alert *alert);
    void (*footer)(struct output *out);
    const char *separator;
};

static void text_header(struct output *out, const netshare_matcher *matcher)
{
    (void)matcher;
    output_color(out, COLOR_BOLD);
    text_write_header(out);
    output_color(out, COLOR_NONE);
}

static void csv_header(struct output *out, const netshare_matcher *matcher)
{
    (void)matcher;
    csv_write_header(out);
}

/* Explanations are no alerts: they are written with the event at hand. */
static const struct writer WRITERS[] = {
    [FORMAT_ECS] = {NULL, alert_write, NULL, ""},
    [FORMAT_TEXT] = {text_header, text_write, NULL, ""},
    [FORMAT_CSV] = {csv_header, csv_write, NULL, ""},
    [FORMAT_SARIF] = {sarif_write_header, sarif_write, sarif_write_footer, ","},
    [FORMAT_EXPLAIN] = {NULL, NULL, NULL, ""},
    [FORMAT_EXPLAIN_JSON] = {NULL, NULL, NULL, ""},
};

void format_write_header(enum format format, struct output *out,
                         const netshare_matcher *matcher)
{
    if (WRITERS[format].header)
        WRITERS[format].header(out, matcher);
}

void format_write(enum format format, struct output *out, const struct alert *alert)
{
    if (WRITERS[format].alert)
        WRITERS[format].alert(out, alert);
}

const char *format_separator(enum format format)
{
    return WRITERS[format].separator;
}

void format_write_footer(enum format format, struct output *out)
{
    if (WRITERS[format].footer)
        WRITERS[format].footer(out);
}
