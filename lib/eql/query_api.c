/* SPDX-License-Identifier: Apache-2.0 */
/* The public functions on EQL text by itself. */
#include <netshare/query.h>

#include "eql/compile.h"
#include "eql/format.h"
#include "eql/parser.h"

netshare_status netshare_query_format(const char *query, size_t length, netshare_write write,
                                      void *user, netshare_error *error)
{
    if (!query || !write)
        return ns_error_argument(error, "netshare_query_format: query and write must not be NULL");
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_arena arena;
    ns_arena_init(&arena, &allocator);
    const struct ns_statement *statement;
    netshare_status status =
        ns_parse((struct ns_string){query, length}, &arena, &statement, error);
    if (status == NETSHARE_OK) {
        status = ns_format(statement, &allocator, write, user);
        if (status == NETSHARE_ERROR_NO_MEMORY)
            ns_error_no_memory(error);
    }
    ns_arena_free(&arena);
    return status;
}

netshare_status netshare_query_check(const char *query, size_t length, netshare_error *error)
{
    if (!query)
        return ns_error_argument(error, "netshare_query_check: query must not be NULL");
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    const struct ns_compile_options options = {NS_FOLD_UNICODE, "event.category"};
    struct ns_programs programs;
    ns_programs_init(&programs, &allocator);
    const struct ns_program *program;
    netshare_status status =
        ns_compile((struct ns_string){query, length}, &options, &programs, &program, error);
    ns_programs_free(&programs);
    return status;
}
