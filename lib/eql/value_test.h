/* SPDX-License-Identifier: Apache-2.0 */
/* Making tests of constants: what is right of an operator, or an argument. */
#ifndef NS_EQL_VALUE_TEST_H
#define NS_EQL_VALUE_TEST_H

#include "base/error.h"
#include "eql/program.h"

/* What is compiled, and how. */
struct ns_compile_context {
    struct ns_string text;      /* the query, for errors */
    enum ns_fold fold;          /* of case-insensitive operators */
    struct ns_arena *arena;     /* of the program */
    struct ns_arena *temporary; /* of the syntax tree */
    netshare_status status;     /* of the failure */
    netshare_error *error;
};

bool ns_compile_no_memory(struct ns_compile_context *c);

/* The value of a literal or of a number with signs. False when it is none. */
bool ns_constant_of(const struct ns_node *node, struct ns_value *value);

/* Each makes a test in the arena, NULL on failure. */
const struct ns_test *ns_test_new(struct ns_compile_context *c, enum ns_test_kind kind);
const struct ns_test *ns_test_compare(struct ns_compile_context *c, enum ns_node_kind comparison,
                                      struct ns_value constant);
/* == with a constant */
const struct ns_test *ns_test_equal(struct ns_compile_context *c, struct ns_value constant);
/* Of the node's children from the second on: an in, :, like or regex, or a call of
 * wildcard(), cidrMatch(), or of a function that looks for a literal. */
const struct ns_test *ns_test_of_operator(struct ns_compile_context *c,
                                          const struct ns_node *node);
const struct ns_test *ns_test_of_call(struct ns_compile_context *c, const struct ns_node *call);

#endif
