/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_SUMMARY_H
#define SCAN_SUMMARY_H

#include "delivery.h"

/* What was read and found, so that nothing is lost in silence. */
void summary_write(struct output *out, const struct delivery *delivery,
                   const struct schedule_counts *schedule, size_t unreadable);

#endif
