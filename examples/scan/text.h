/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_TEXT_H
#define SCAN_TEXT_H

#include "alert.h"
#include "output.h"

/* The table's first line. */
void text_write_header(struct output *out);
/* The row for a rule that matched an event. */
void text_write(struct output *out, const struct alert *alert);

/* The command line, or what comes nearest to it; the columns written. */
size_t text_write_command(struct output *out, const struct document *document);
/* "TA0008: T1021.002; TA0007: T1087.001 T1087.002" */
void text_write_attack(struct output *out, const netshare_rule *rule);
enum color text_severity_color(const netshare_rule *rule);

#endif
