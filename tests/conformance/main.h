/* SPDX-License-Identifier: Apache-2.0 */
/* Tests over third-party data say that they were skipped when it is not there. */
#ifndef NETSHARE_TESTS_CONFORMANCE_MAIN_H
#define NETSHARE_TESTS_CONFORMANCE_MAIN_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* The exit status that meson shows as SKIP. */
enum { SKIPPED = 77 };

/* Takes the path of a file of the data, NULL when there is none. */
static inline int conformance_main(int argc, char **argv, char *path)
{
    if (path == NULL) {
        puts("SKIPPED: the data is not here");
        return SKIPPED;
    }
    free(path);
    struct criterion_test_set *tests = criterion_initialize();
    int status = EXIT_SUCCESS;
    if (criterion_handle_args(argc, argv, true)) {
        status = criterion_run_all_tests(tests) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    criterion_finalize(tests);
    return status;
}

#endif
