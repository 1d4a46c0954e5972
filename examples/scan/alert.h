/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_ALERT_H
#define SCAN_ALERT_H

#include <netshare/netshare.h>

#include "document.h"
#include "output.h"
#include "rule_texts.h"
#include "sha256.h"

#define NO_EXECUTION INT64_MIN

/* A rule that matched an event. */
struct alert {
    const struct document *document;
    const struct event_line *line;
    const netshare_rule *rule;
    size_t rule_number;
    struct rule_texts *texts;
    int64_t execution;      /* when the rule's schedule found it, or NO_EXECUTION */
    char uuid[SHA256_TEXT]; /* of this rule and this event, the same in every run */
};

/* Fills in the uuid. */
void alert_identify(struct alert *alert);
/* Writes the alert as one line of JSON. */
void alert_write(struct output *out, const struct alert *alert);
/* "process event with process net.exe, by user on HOST created medium alert NAME." */
void alert_write_reason(struct output *out, const struct alert *alert);

#endif
