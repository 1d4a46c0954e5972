/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as a SARIF 2.1.0 log, written as they come. */
#ifndef SCAN_SARIF_H
#define SCAN_SARIF_H

#include "alert.h"
#include "output.h"

/* Up to the list of results. */
void sarif_write_header(struct output *out, const netshare_matcher *matcher);
/* One result. Between two results belongs a comma. */
void sarif_write(struct output *out, const struct alert *alert);
void sarif_write_footer(struct output *out);

#endif
