/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guesses of what a predicate costs and how often it holds, from the kind of its test and
 * from its field. A wrong guess costs time, never a verdict.
 */
#ifndef NS_MATCHER_ESTIMATE_H
#define NS_MATCHER_ESTIMATE_H

#include "matcher/matcher.h"

struct ns_estimate {
    double cost;   /* of finding it out */
    double chance; /* that it is true */
};

struct ns_estimate ns_estimate_predicate(const netshare_matcher *matcher, uint32_t predicate);
/* Does the field have few different values, each in many events? */
bool ns_is_common_field(const char *field);
/* Of such fields that tell kinds of events apart: in which order many rules had best ask
 * them, from 1. NS_NO_GATE of others. */
size_t ns_gate_rank(const char *field);
#define NS_NO_GATE SIZE_MAX
/* The chance that a text matches the pattern. */
double ns_pattern_chance(const struct ns_wildcard *pattern);
/* Does the field mostly have several values? */
bool ns_is_list_field(const char *field);

#endif
