/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as CSV (RFC 4180, with line feeds only), safe to open in a spreadsheet. */
#ifndef SCAN_CSV_H
#define SCAN_CSV_H

#include "alert.h"
#include "output.h"

void csv_write_header(struct output *out);
void csv_write(struct output *out, const struct alert *alert);

#endif
