/* SPDX-License-Identifier: Apache-2.0 */
#include "delivery.h"

#include <errno.h>
#include <stdlib.h>

#include "formats.h"

bool delivery_start(struct delivery *delivery)
{
    size_t rules = netshare_matcher_rule_count(delivery->setup->matcher);
    delivery->rule_matches = calloc(rules + 1, sizeof *delivery->rule_matches);
    delivery->rule_cut = calloc(rules + 1, sizeof *delivery->rule_cut);
    return delivery->rule_matches && delivery->rule_cut;
}

void delivery_free(struct delivery *delivery)
{
    free(delivery->rule_matches);
    free(delivery->rule_cut);
    schedule_free(delivery->schedule);
}

/* The cap of a scan in one pass; a schedule has caps of its own. */
static bool is_cut(struct delivery *delivery, size_t rule)
{
    int64_t most = delivery->setup->options->max_signals;
    if (most == NO_LIMIT || (uint64_t)delivery->rule_matches[rule] < (uint64_t)most)
        return false;
    delivery->cut++;
    if (delivery->rule_cut[rule]++ == 0) {
        const netshare_rule *r = netshare_matcher_rule(delivery->setup->matcher, rule);
        output_string(delivery->messages, "netshare-scan: ");
        output_string(delivery->messages, netshare_rule_string(r, NETSHARE_RULE_NAME));
        output_format(delivery->messages,
                      ": the limit of %lld alerts is reached, further ones are only counted\n",
                      (long long)most);
    }
    return true;
}

static void count_match(struct delivery *delivery, size_t rule)
{
    if (delivery->matches++)
        output_string(delivery->out, format_separator(delivery->setup->options->format));
    delivery->rule_matches[rule]++;
}

static void take_match(struct delivery *delivery, const struct batch *batch,
                       const struct record *record, const char *text, size_t length)
{
    if (delivery->schedule) {
        struct event_line line = {.file = batch->file, .number = record->line,
                                  .text = batch->data + record->offset,
                                  .length = record->length};
        if (!schedule_add(delivery->schedule, &line, record->rule))
            delivery->out->error = ENOMEM;
    } else if (!is_cut(delivery, record->rule)) {
        count_match(delivery, record->rule);
        output_bytes(delivery->out, text, length);
    }
}

static void take_malformed(struct delivery *delivery, const struct batch *batch,
                           const char *text, size_t length)
{
    if (delivery->reports_file != batch->file_number) {
        delivery->reports_file = batch->file_number;
        delivery->reports = 0;
    }
    if (++delivery->reports > MOST_REPORTS)
        return;
    output_bytes(delivery->messages, text, length);
    if (delivery->reports < MOST_REPORTS)
        return;
    output_string(delivery->messages, "netshare-scan: ");
    output_string(delivery->messages, batch->file);
    output_format(delivery->messages, ": further malformed lines are only counted\n");
}

static void take_record(struct delivery *delivery, const struct batch *batch,
                        const struct record *record, const char *text, size_t length)
{
    switch (record->kind) {
    case RECORD_MATCH:
        take_match(delivery, batch, record, text, length);
        break;
    case RECORD_REMARK:
        output_bytes(delivery->out, text, length);
        break;
    case RECORD_MALFORMED:
        take_malformed(delivery, batch, text, length);
        break;
    case RECORD_TROUBLE:
        output_bytes(delivery->messages, text, length);
        break;
    }
}

bool delivery_take(struct delivery *delivery, struct batch *batch)
{
    struct output *out = delivery->out;
    size_t start = 0;
    if (batch->record_count)
        progress_clear(delivery->progress);
    for (size_t i = 0; i < batch->record_count && !out->error; i++) {
        const struct record *record = &batch->records[i];
        const char *text = batch->text.data ? batch->text.data + start : "";
        take_record(delivery, batch, record, text, record->text_end - start);
        start = record->text_end;
    }
    counts_add(&delivery->counts, &batch->counts);
    if (batch->text.error && !out->error)
        out->error = batch->text.error;
    bool more = output_flush(out);
    progress_add(delivery->progress, batch->taken, batch->counts.events);
    return more;
}

static bool take_alert(void *user, const struct alert *alert)
{
    struct delivery *delivery = user;
    count_match(delivery, alert->rule_number);
    format_write(delivery->setup->options->format, delivery->out, alert);
    return !delivery->out->error;
}

void delivery_finish(struct delivery *delivery, struct schedule_counts *counts)
{
    *counts = (struct schedule_counts){0};
    progress_clear(delivery->progress);
    if (delivery->schedule && !delivery->out->error
        && !schedule_run(delivery->schedule, take_alert, delivery, counts)
        && !delivery->out->error)
        delivery->out->error = ENOMEM;
}
