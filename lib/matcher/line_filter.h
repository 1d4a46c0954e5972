/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turning lines of JSON away by their bytes: where every rule has keys, an event that
 * matches has one of the keys' literals somewhere in its text, spelt as it is or, character
 * by character, as JSON escapes. A line with neither cannot match.
 */
#ifndef NS_MATCHER_LINE_FILTER_H
#define NS_MATCHER_LINE_FILTER_H

#include "matcher/matcher.h"

enum { NS_LINE_LITERALS = 8, NS_LINE_LITERAL_LENGTH = 32, NS_LEAST_LINE_LITERAL = 4 };

struct ns_line_literal {
    char bytes[NS_LINE_LITERAL_LENGTH]; /* lower case when it folds */
    size_t length;
    size_t first, second; /* the two of its bytes that are looked for */
    bool folds;
    bool is_value; /* the whole of a string, which stands between quotes then */
    /* Has characters that others outside ASCII fold to (k: the Kelvin sign, s: the long s). */
    bool is_weak;
};

struct ns_line_filter {
    struct ns_line_literal literals[NS_LINE_LITERALS];
    size_t count;
    bool is_weak;    /* some literal is */
    bool for_source; /* holds as well where fields are derived from others */
};

/* Makes matcher->line_filter, if the rules allow one. False when out of memory. */
bool ns_line_filter_build(netshare_matcher *matcher);

/* Where in a text the literals stand; begin with all zero. */
struct ns_line_cursor {
    size_t next[NS_LINE_LITERALS]; /* the first place at or behind the line at hand */
    size_t next_escape;
    bool has_begun;
};

/*
 * May the line from `start` to `end` of the text match? Lines are asked for in order.
 * `is_ecs`: the events' fields are the document's own.
 */
bool ns_line_filter_admits(const struct ns_line_filter *filter, struct ns_line_cursor *cursor,
                           const char *text, size_t length, size_t start, size_t end,
                           bool is_ecs);

#endif
