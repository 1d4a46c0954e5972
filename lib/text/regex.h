/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions in Lucene's dialect (RegExp with all flags), compiled to a
 * deterministic automaton: matching takes one table look-up per character.
 */
#ifndef NS_TEXT_REGEX_H
#define NS_TEXT_REGEX_H

#include "base/arena.h"
#include "text/fold.h"
#include "text/text.h"

struct ns_regex;

/* Where and why a pattern was refused. */
struct ns_regex_problem {
    size_t pattern; /* which of the patterns */
    size_t offset;  /* in bytes in that pattern */
    char message[160];
};

/*
 * Compiles the union of `count` patterns into `arena`. NETSHARE_ERROR_SYNTAX for a
 * malformed pattern and NETSHARE_ERROR_LIMIT for a too large automaton, with
 * *problem filled; NETSHARE_ERROR_NO_MEMORY.
 */
netshare_status ns_regex_compile(const struct ns_string *patterns, size_t count,
                                 enum ns_fold fold, struct ns_arena *arena,
                                 const struct ns_regex **regex,
                                 struct ns_regex_problem *problem);

/* Does the whole text match? */
bool ns_regex_match(const struct ns_regex *regex, const struct ns_text *text);

/*
 * Literals, folded, of which one stands in every text that matches; `count` 0 when none are
 * known. In a text that is not ASCII, their characters may be others that fold to these. They
 * live as long as the regex.
 */
const struct ns_string *ns_regex_required_literals(const struct ns_regex *regex, size_t *count);

/* States of the automaton, the dead one included, for the dump of compiled rules. */
size_t ns_regex_state_count(const struct ns_regex *regex);

#endif
