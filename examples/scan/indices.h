/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_INDICES_H
#define SCAN_INDICES_H

#include <netshare/netshare.h>
#include <stdbool.h>

/*
 * Do the rule's index patterns take this index? As in Elasticsearch: `*` stands for
 * any characters, `-pattern` takes back what patterns before it took, commas separate.
 * The backing index of a data stream goes by the name of the stream too. A rule
 * without patterns takes every index.
 */
bool indices_take(const netshare_rule *rule, const char *index);

#endif
