/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_RULES_H
#define SCAN_RULES_H

#include <netshare/netshare.h>

#include "options.h"

/* A matcher of all rules that the options name; NULL after telling why not. */
netshare_matcher *rules_load(const struct options *options, struct output *messages);

/* Writes an error of the library with its position, escaped. */
void rules_write_error(struct output *messages, const netshare_error *error);

#endif
