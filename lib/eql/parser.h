/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens to a syntax tree. */
#ifndef NS_EQL_PARSER_H
#define NS_EQL_PARSER_H

#include "base/error.h"
#include "eql/ast.h"

/*
 * Parses a whole query into `arena`. The tree borrows nothing from `text`. On
 * failure the arena may hold remains, and *error says where and why.
 */
netshare_status ns_parse(struct ns_string text, struct ns_arena *arena,
                         const struct ns_statement **statement, netshare_error *error);

#endif
