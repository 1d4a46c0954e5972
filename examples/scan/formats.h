/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts in the format that was chosen. */
#ifndef SCAN_FORMATS_H
#define SCAN_FORMATS_H

#include "alert.h"
#include "options.h"

void format_write_header(enum format format, struct output *out,
                         const netshare_matcher *matcher);
void format_write(enum format format, struct output *out, const struct alert *alert);
/* What stands between two alerts, "" if nothing. */
const char *format_separator(enum format format);
void format_write_footer(enum format format, struct output *out);

#endif
