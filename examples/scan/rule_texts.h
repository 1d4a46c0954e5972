/* SPDX-License-Identifier: Apache-2.0 */
/* What an alert says of its rule, `kibana.alert.rule.*` and `threat`, which is the same in all
 * alerts of the rule: written when it is first wanted. One thread at a time. */
#ifndef SCAN_RULE_TEXTS_H
#define SCAN_RULE_TEXTS_H

#include <netshare/netshare.h>

#include "output.h"

struct rule_texts;

/* NULL when out of memory. The matcher must outlive it. */
struct rule_texts *rule_texts_new(const netshare_matcher *matcher);
void rule_texts_free(struct rule_texts *texts);

/* A JSON object, in `data`; check `error`. */
const struct output *rule_texts_get(struct rule_texts *texts, size_t rule);

#endif
