/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <setjmp.h>
#include <stdarg.h>

static shim_test *first;
static shim_test **last = &first;

static const shim_test *running;
static unsigned failed_checks;
static bool skipped;
static jmp_buf out;

void shim_register(shim_test *test)
{
    *last = test;
    last = &test->next;
}

void shim_failed(bool fatal, const char *file, int line, const char *check, const char *format,
                 ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("[FAIL] %s/%s: %s:%d: %s", running->suite, running->name, file, line, check);
    if (format[0] != '\0') {
        fputs(": ", stdout);
        vprintf(format, arguments);
    }
    putchar('\n');
    va_end(arguments);
    failed_checks++;
    if (fatal)
        longjmp(out, 1);
}

void shim_skip(const char *reason)
{
    skipped = true;
    printf("[SKIP] %s/%s: %s\n", running->suite, running->name, reason);
    longjmp(out, 1);
}

static const shim_options *suite_options(const char *suite)
{
    static const shim_options none;
    for (const shim_test *test = first; test != NULL; test = test->next)
        if (test->name == NULL && strcmp(test->suite, suite) == 0)
            return &test->options;
    return &none;
}

static void run_guarded(void (*step)(void))
{
    if (step != NULL && setjmp(out) == 0)
        step();
}

static void run(const shim_test *test)
{
    const shim_options *suite = suite_options(test->suite);
    running = test;
    failed_checks = 0;
    skipped = false;
    run_guarded(suite->init);
    if (failed_checks == 0 && !skipped)
        run_guarded(test->options.init);
    if (failed_checks == 0 && !skipped)
        run_guarded(test->run);
    run_guarded(test->options.fini);
    run_guarded(suite->fini);
}

/* No names: every test; else those of the suites and tests (`suite/name`) named. */
static bool is_wanted(const shim_test *test, int count, char **names)
{
    char full[256];
    snprintf(full, sizeof full, "%s/%s", test->suite, test->name);
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], test->suite) == 0 || strcmp(names[i], full) == 0)
            return true;
    return count == 0;
}

int shim_run_all(int count, char **names, bool fail_fast)
{
    unsigned passing = 0, failing = 0, skipping = 0;
    for (const shim_test *test = first; test && !(fail_fast && failing); test = test->next) {
        if (test->name == NULL || test->options.disabled || !is_wanted(test, count, names))
            continue;
        printf("[RUN ] %s/%s\n", test->suite, test->name);
        fflush(stdout); /* so that a crash has a name */
        run(test);
        passing += failed_checks == 0 && !skipped;
        failing += failed_checks != 0;
        skipping += failed_checks == 0 && skipped;
    }
    printf("[====] Synthesis: Tested: %u | Passing: %u | Failing: %u | Crashing: 0\n",
           passing + failing, passing, failing);
    if (passing + failing + skipping == 0)
        puts("no tests");
    return failing == 0 && passing + skipping > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- for programs with a main() of their own --- */

struct criterion_test_set *criterion_initialize(void)
{
    return NULL;
}

bool criterion_handle_args(int argc, char **argv, bool handle_unknown)
{
    (void)argc;
    (void)argv;
    (void)handle_unknown;
    return true;
}

int criterion_run_all_tests(struct criterion_test_set *tests)
{
    (void)tests;
    return shim_run_all(0, NULL, false) == EXIT_SUCCESS;
}

void criterion_finalize(struct criterion_test_set *tests)
{
    (void)tests;
}
