/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows event logs (EVTX) as lines of JSON, one for each record. What is damaged is passed
 * over, up to the next record that can be read, and takes a line that says so.
 */
#ifndef SCAN_EVTX_H
#define SCAN_EVTX_H

#include <stdbool.h>
#include <stddef.h>

/* The lines about damage begin with this, of which only the first character is not for people. */
#define EVTX_DAMAGE "\x01" "damaged event log: "

struct evtx;

/* NULL when out of memory. */
struct evtx *evtx_new(void);
/*
 * Reads from the input and writes to the output, and moves both on, as long as there is input
 * and room. With `last` there is no more input: then the end has come when nothing is written.
 * false when out of memory.
 */
bool evtx_step(struct evtx *evtx, const char **in, size_t *in_length, char **out,
               size_t *out_length, bool last);
/* Has anything been passed over? */
bool evtx_is_damaged(const struct evtx *evtx);
void evtx_free(struct evtx *evtx);

#endif
