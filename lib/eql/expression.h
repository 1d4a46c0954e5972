/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling a value: a function, arithmetic, a condition used as a value. */
#ifndef NS_EQL_EXPRESSION_H
#define NS_EQL_EXPRESSION_H

#include "eql/value_test.h"

/* The fields of one expression: program-wide numbers, each once. */
struct ns_slots {
    const struct ns_names *names; /* all fields of the program */
    uint32_t *fields;
    size_t count;
    size_t capacity;
};

/* Appends the fields it reads to `slots`. False on failure. */
bool ns_expression_compile(struct ns_compile_context *c, struct ns_node *node,
                           struct ns_slots *slots, struct ns_expression *expression);

/* A comparison with null asks whether the other side is null: that side; NULL if the
 * node is no such comparison. */
struct ns_node *ns_compared_with_null(const struct ns_node *node);

/* Are all children but the first constants, so that a test can hold them? */
bool ns_has_constants(const struct ns_node *node);

#endif
