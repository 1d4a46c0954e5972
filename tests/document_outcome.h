/* SPDX-License-Identifier: Apache-2.0 */
/* Reading rule documents in tests: what the sink was told, kept to be looked at. */
#ifndef NETSHARE_TESTS_DOCUMENT_OUTCOME_H
#define NETSHARE_TESTS_DOCUMENT_OUTCOME_H

#include "rule/document.h"

enum { MOST_KEPT = 8 };

/* What the sink was told: the first few rules and errors, and one letter for each
 * document: r rule, x refused, s skipped. */
typedef struct outcome {
    netshare_status status;
    netshare_error error;
    struct ns_names texts; /* of the rules that are kept */
    const netshare_rule *rules[MOST_KEPT];
    netshare_error refused[MOST_KEPT];
    size_t rule_count, refused_count, skipped_count, index;
    size_t stop_after; /* documents; 0 for never */
    char letters[64];
} outcome;

struct ns_document_sink outcome_sink(outcome *o);
/* With outcome::stop_after as set, the rest zero. Keeping the rules may fail as reading does. */
void read_text(outcome *o, const char *text, size_t length,
               const netshare_allocator *allocator);
/* A new outcome, to be released. */
outcome *read_documents(const char *text, size_t length);
void release(outcome *o);

#define RULE(id) "{\"type\":\"eql\",\"rule_id\":\"" id "\",\"name\":\"N\",\"query\":\"Q\"}"
#define RULE_WITH(members) \
    "{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\",\"query\":\"Q\"," members "}"

#endif
