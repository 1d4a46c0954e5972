/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the parser share. Functions that fail fill the error. */
#ifndef NS_EQL_PARSE_H
#define NS_EQL_PARSE_H

#include "eql/lexer.h"

struct ns_parser {
    struct ns_lexer lexer;
    struct ns_token token; /* the current one */
    size_t previous_end;   /* where the one before it ended */
    struct ns_arena *arena;
    struct ns_node **stack; /* nodes that wait for their parent */
    size_t stack_count, stack_capacity;
    struct ns_buffer text; /* names and strings being put together */
    size_t depth;
    netshare_status status; /* of the failure, when it is not a syntax error */
};

bool ns_parser_advance(struct ns_parser *p);
bool ns_parser_fail_at(struct ns_parser *p, struct ns_span span, netshare_status status,
                       const char *message);
/* The current token is not what was expected. */
bool ns_parser_fail_token(struct ns_parser *p, const char *expected);
bool ns_parser_no_memory(struct ns_parser *p);
/* Moves behind a token of that kind. */
bool ns_parser_expect(struct ns_parser *p, enum ns_token_kind kind, const char *expected);
struct ns_string ns_parser_text(const struct ns_parser *p, struct ns_span span);
/* Decodes the current token, a string or identifier, and moves behind it. */
bool ns_parser_string(struct ns_parser *p, struct ns_string *out);

bool ns_parser_push(struct ns_parser *p, struct ns_node *node);
/* The nodes pushed since the stack had `mark`, in the arena. */
struct ns_node **ns_parser_pop(struct ns_parser *p, size_t mark);

struct ns_node *ns_parse_condition(struct ns_parser *p);
struct ns_node *ns_parse_field(struct ns_parser *p);

#endif
