/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turning lines of JSON away by their bytes: where every rule has keys, an event that
 * matches has one of the keys' literals somewhere in its text, spelt as it is or, character
 * by character, as JSON escapes. A line with neither cannot match.
 */
#ifndef NS_MATCHER_LINE_FILTER_H
#define NS_MATCHER_LINE_FILTER_H

#include "matcher/matcher.h"
#include "text/probe.h"

/* Literals of the rules; those of escapes and of characters that fold come on top. */
enum {
    NS_LINE_LITERALS = 8,
    NS_MORE_LINE_LITERALS = 5,
    NS_LINE_LITERAL_LENGTH = 32,
    NS_LEAST_LINE_LITERAL = 4
};

struct ns_line_literal {
    char bytes[NS_LINE_LITERAL_LENGTH]; /* lower case when it folds */
    size_t length;
    size_t probe; /* where the bytes begin that are looked for */
    bool folds;
    bool is_value; /* the whole of a string, which stands between quotes then */
    /* Has characters that others outside ASCII fold to (k: the Kelvin sign, s: the long s). */
    bool is_weak;
};

struct ns_line_filter {
    struct ns_line_literal literals[NS_LINE_LITERALS + NS_MORE_LINE_LITERALS];
    size_t count;
    struct ns_probes probes;
    bool for_source; /* holds as well where fields are derived from others */
};

/* Makes matcher->line_filter, if the rules allow one. False when out of memory. */
bool ns_line_filter_build(netshare_matcher *matcher);

struct ns_line {
    size_t end;
    bool may_match;
};

/* The line of the text that begins at `start`. `is_ecs`: the events' fields are the document's
 * own. */
struct ns_line ns_line_filter_read(const struct ns_line_filter *filter, const char *text,
                                   size_t length, size_t start, bool is_ecs);

#endif
