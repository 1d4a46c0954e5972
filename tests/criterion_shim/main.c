/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

/* [--fail-fast] [NAME...] */
int main(int argc, char **argv)
{
    bool fail_fast = argc > 1 && strcmp(argv[1], "--fail-fast") == 0;
    int first_name = fail_fast ? 2 : 1;
    return shim_run_all(argc - first_name, argv + first_name, fail_fast);
}
