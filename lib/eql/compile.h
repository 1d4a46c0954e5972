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

void ns_programs_init(struct ns_programs *programs, const netshare_allocator *allocator);
/*
 * Parses, checks and compiles a query. NETSHARE_ERROR_SYNTAX, _TYPE, _STATEFUL, _LIMIT or
 * _NO_MEMORY, with *program NULL and the programs as they were.
 */
netshare_status ns_compile(struct ns_string text, const struct ns_compile_options *options,
                           struct ns_programs *programs, const struct ns_program **program,
                           netshare_error *error);
/* Frees what only compiling needs: there will be no more queries. */
void ns_programs_seal(struct ns_programs *programs);
void ns_programs_free(struct ns_programs *programs);

#endif
