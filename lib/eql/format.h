/* SPDX-License-Identifier: Apache-2.0 */
/* A syntax tree back to EQL text, in canonical formatting. */
#ifndef NS_EQL_FORMAT_H
#define NS_EQL_FORMAT_H

#include "eql/ast.h"

/*
 * Writes the statement in pieces. NETSHARE_OK, also when `write` stopped it;
 * NETSHARE_ERROR_NO_MEMORY.
 */
netshare_status ns_format(const struct ns_statement *statement,
                          const netshare_allocator *allocator, netshare_write write, void *user);

#endif
