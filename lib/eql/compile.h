/* SPDX-License-Identifier: Apache-2.0 */
/* EQL text to a program. */
#ifndef NS_EQL_COMPILE_H
#define NS_EQL_COMPILE_H

#include "base/error.h"
#include "eql/program.h"

struct ns_compile_options {
    enum ns_fold fold;          /* of case-insensitive operators */
    const char *category_field; /* that `process where` tests */
};

/*
 * Parses, checks and compiles a query. NETSHARE_ERROR_SYNTAX, _TYPE, _STATEFUL, _LIMIT or
 * _NO_MEMORY, with *program NULL.
 */
netshare_status ns_compile(struct ns_string text, const struct ns_compile_options *options,
                           const netshare_allocator *allocator, struct ns_program **program,
                           netshare_error *error);
/* NULL is allowed. */
void ns_program_free(struct ns_program *program);

#endif
