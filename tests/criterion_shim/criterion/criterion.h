/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of Criterion that these tests use, for targets that Criterion is not
 * packaged for. All tests of a program run in one process, one after the other: a
 * failed cr_assert ends its test, a crash or a time-out the program.
 */
#ifndef CRITERION_SHIM_H
#define CRITERION_SHIM_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct shim_options {
    void (*init)(void);
    void (*fini)(void);
    double timeout; /* left to whoever runs the program */
    bool disabled;
    bool set;
} shim_options;

typedef struct shim_test {
    const char *suite;
    const char *name; /* NULL: these are the options of the suite */
    void (*run)(void);
    shim_options options;
    struct shim_test *next;
} shim_test;

void shim_register(shim_test *test);
int shim_run_all(int count, char **names, bool fail_fast);

struct criterion_test_set;
struct criterion_test_set *criterion_initialize(void);
bool criterion_handle_args(int argc, char **argv, bool handle_unknown);
int criterion_run_all_tests(struct criterion_test_set *tests);
void criterion_finalize(struct criterion_test_set *tests);

/* Counts a failed check and, if it is fatal, leaves the test. */
#if defined(__MINGW_PRINTF_FORMAT)
__attribute__((format(__MINGW_PRINTF_FORMAT, 5, 6)))
#elif defined(__GNUC__)
__attribute__((format(printf, 5, 6)))
#endif
void shim_failed(bool fatal, const char *file, int line, const char *check,
                 const char *format, ...);

#if defined(__GNUC__)
__attribute__((noreturn))
#endif
void shim_skip(const char *reason);

#define SHIM_ENTRY(id, suite_, name_, run_, ...)                                     \
    static shim_test id##_entry = {                                                  \
        suite_, name_, run_, {.set = true, __VA_ARGS__}, NULL};                      \
    __attribute__((constructor)) static void id##_register(void)                     \
    {                                                                                \
        shim_register(&id##_entry);                                                  \
    }

#define Test(suite_, name_, ...)                                                     \
    static void suite_##_##name_##_run(void);                                        \
    SHIM_ENTRY(suite_##_##name_, #suite_, #name_, suite_##_##name_##_run, __VA_ARGS__) \
    static void suite_##_##name_##_run(void)

#define TestSuite(suite_, ...)                                                       \
    SHIM_ENTRY(suite_##_suite, #suite_, NULL, NULL, __VA_ARGS__)                     \
    struct shim_needs_a_semicolon

#define SHIM_CHECK(fatal, holds, text, ...)                                          \
    do {                                                                             \
        if (!(holds))                                                                \
            shim_failed(fatal, __FILE__, __LINE__, text, "" __VA_ARGS__);            \
    } while (0)

#define cr_skip_test(...) shim_skip("" __VA_ARGS__)

#define cr_assert(a, ...) SHIM_CHECK(true, a, #a, __VA_ARGS__)
#define cr_assert_not(a, ...) SHIM_CHECK(true, !(a), "not " #a, __VA_ARGS__)
#define cr_assert_fail(...) SHIM_CHECK(true, false, "fail", __VA_ARGS__)
#define cr_assert_null(a, ...) SHIM_CHECK(true, (a) == NULL, #a " is null", __VA_ARGS__)
#define cr_assert_not_null(a, ...) SHIM_CHECK(true, (a) != NULL, #a " is not null", __VA_ARGS__)
#define cr_assert_eq(a, b, ...) SHIM_CHECK(true, (a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_assert_neq(a, b, ...) SHIM_CHECK(true, (a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_assert_lt(a, b, ...) SHIM_CHECK(true, (a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_assert_leq(a, b, ...) SHIM_CHECK(true, (a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_assert_gt(a, b, ...) SHIM_CHECK(true, (a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_assert_geq(a, b, ...) SHIM_CHECK(true, (a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) \
    SHIM_CHECK(true, strcmp((a), (b)) == 0, #a " equals " #b, __VA_ARGS__)
#define cr_assert_arr_eq(a, b, size, ...) \
    SHIM_CHECK(true, memcmp((a), (b), (size)) == 0, #a " equals " #b, __VA_ARGS__)

#define cr_expect(a, ...) SHIM_CHECK(false, a, #a, __VA_ARGS__)
#define cr_expect_not(a, ...) SHIM_CHECK(false, !(a), "not " #a, __VA_ARGS__)
#define cr_expect_fail(...) SHIM_CHECK(false, false, "fail", __VA_ARGS__)
#define cr_expect_null(a, ...) SHIM_CHECK(false, (a) == NULL, #a " is null", __VA_ARGS__)
#define cr_expect_not_null(a, ...) \
    SHIM_CHECK(false, (a) != NULL, #a " is not null", __VA_ARGS__)
#define cr_expect_eq(a, b, ...) SHIM_CHECK(false, (a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_expect_neq(a, b, ...) SHIM_CHECK(false, (a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_expect_lt(a, b, ...) SHIM_CHECK(false, (a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_expect_leq(a, b, ...) SHIM_CHECK(false, (a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_expect_gt(a, b, ...) SHIM_CHECK(false, (a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_expect_geq(a, b, ...) SHIM_CHECK(false, (a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) \
    SHIM_CHECK(false, strcmp((a), (b)) == 0, #a " equals " #b, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) \
    SHIM_CHECK(false, strcmp((a), (b)) != 0, #a " differs from " #b, __VA_ARGS__)
#define cr_expect_str_empty(a, ...) \
    SHIM_CHECK(false, (a)[0] == '\0', #a " is empty", __VA_ARGS__)
#define cr_expect_arr_eq(a, b, size, ...) \
    SHIM_CHECK(false, memcmp((a), (b), (size)) == 0, #a " equals " #b, __VA_ARGS__)

#endif
