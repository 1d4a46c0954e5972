/* SPDX-License-Identifier: Apache-2.0 */
#include "summary.h"

#include "text.h"

static void write_count(struct output *out, size_t count, const char *one, const char *many)
{
    output_format(out, "%zu %s", count, count == 1 ? one : many);
}

/* One line for each of those that is not 0. */
struct remark {
    size_t count;
    const char *one;
    const char *many;
};

static void write_remarks(struct output *out, const struct remark *remarks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!remarks[i].count)
            continue;
        output_format(out, "netshare-scan: ");
        write_count(out, remarks[i].count, remarks[i].one, remarks[i].many);
        output_bytes(out, "\n", 1);
    }
}

static void write_lines(struct output *out, const struct counts *c)
{
    write_count(out, c->lines, "line", "lines");
    output_format(out, ": %zu blank, %zu malformed", c->blank, c->malformed);
    if (c->too_deep)
        output_format(out, ", %zu nested too deeply", c->too_deep);
    if (c->no_memory)
        output_format(out, ", %zu not read for want of memory", c->no_memory);
}

static void write_rules(struct output *out, const struct delivery *delivery)
{
    const netshare_matcher *matcher = delivery->setup->matcher;
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        if (!delivery->rule_matches[i])
            continue;
        const netshare_rule *rule = netshare_matcher_rule(matcher, i);
        const char *severity = netshare_rule_string(rule, NETSHARE_RULE_SEVERITY);
        output_format(out, "%8zu  ", delivery->rule_matches[i]);
        output_color(out, text_severity_color(rule));
        output_format(out, "%-8s", severity ? severity : "-");
        output_color(out, COLOR_NONE);
        output_format(out, "  ");
        output_string(out, netshare_rule_string(rule, NETSHARE_RULE_NAME));
        output_format(out, " (");
        output_string(out, netshare_rule_string(rule, NETSHARE_RULE_ID));
        output_format(out, ")\n");
    }
}

void summary_write(struct output *out, const struct delivery *delivery,
                   const struct schedule_counts *schedule, size_t unreadable)
{
    const struct counts *c = &delivery->counts;
    const struct remark REMARKS[] = {
        {unreadable, "file was not read to its end", "files were not read to their end"},
        {c->undecided, "event on which some rule was not decided",
         "events on which some rules were not decided"},
        {c->excepted, "match dropped by exceptions", "matches dropped by exceptions"},
        {c->other_index, "match dropped: the rule's index patterns do not take the _index",
         "matches dropped: the rules' index patterns do not take the _index"},
        {delivery->cut, "match beyond --max-signals", "matches beyond --max-signals"},
        {schedule->runs, "run with alerts", "runs with alerts"},
        {schedule->cut, "match lost to the limit of alerts per run",
         "matches lost to the limit of alerts per run"},
        {schedule->missed, "match that no run's window reaches",
         "matches that no run's window reaches"},
        {schedule->no_time, "match of an event without a time",
         "matches of events without a time"},
        {schedule->repeated, "match of a document that came again",
         "matches of documents that came again"},
    };
    output_format(out, "netshare-scan: ");
    write_count(out, delivery->matches, "match", "matches");
    output_format(out, " in ");
    write_count(out, c->events, "event", "events");
    output_format(out, " (");
    write_lines(out, c);
    output_format(out, ")\n");
    write_remarks(out, REMARKS, sizeof REMARKS / sizeof *REMARKS);
    write_rules(out, delivery);
}
