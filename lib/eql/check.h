/* SPDX-License-Identifier: Apache-2.0 */
/* Do the types of a condition fit, and are its functions known? */
#ifndef NS_EQL_CHECK_H
#define NS_EQL_CHECK_H

#include "base/error.h"
#include "eql/ast.h"

/*
 * Sets the type of every node of `condition` and the function of every call. `text` is
 * the query, for errors: NETSHARE_ERROR_TYPE, NETSHARE_ERROR_NO_MEMORY.
 */
netshare_status ns_check(struct ns_string text, struct ns_node *condition,
                         struct ns_arena *arena, netshare_error *error);

#endif
