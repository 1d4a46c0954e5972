/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

int main(int argc, char **argv)
{
    return shim_run_all(argc - 1, argv + 1);
}
