/* SPDX-License-Identifier: Apache-2.0 */
/* What docs/embedding.md promises to a host: its allocator only, no locale, fork, stack. */
#if !defined(_WIN32)
#define _DEFAULT_SOURCE
#endif
#include "support.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if !defined(_WIN32)
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

/* --- the caller's allocator only: this program is linked with --wrap=malloc etc. --- */

static bool watching;
static size_t direct_calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size)
{
    direct_calls += watching;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    direct_calls += watching;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    direct_calls += watching;
    return __real_realloc(block, size);
}

void __wrap_free(void *block)
{
    direct_calls += watching;
    __real_free(block);
}

static void *host_allocate(void *user, size_t size)
{
    ++*(size_t *)user;
    return __real_malloc(size);
}

static void *host_reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    (void)old_size;
    ++*(size_t *)user;
    return __real_realloc(block, new_size);
}

static void host_release(void *user, void *block)
{
    (void)user;
    __real_free(block);
}

static bool ignore_text(void *user, const char *text, size_t length)
{
    (void)user;
    (void)text;
    (void)length;
    return true;
}

static bool ignore_step(void *user, const netshare_step *step)
{
    (void)user;
    (void)step;
    return true;
}

static const char *const QUERIES[] = {
    "process where process.name : (\"net.exe\", \"N\xC3\x84*\") and not process.pid == 4",
    "any where concat(process.name, \"-\", process.pid) == \"net.exe-7\"",
    "any where process.name regex~ \"(net|[a-f]+)\\\\.exe\" or process.args like \"*x*y*\"",
    "any where substring(process.name, 0, 3) == \"net\" and number(process.args) > 1.5",
    "any where string(process.uptime) == \"1.5\" and process.uptime in (1.5, 2.5)",
    "any where cidrMatch(source.ip, \"10.0.0.0/8\")",
};

static const char EVENT_TEXT[] =
    "{\"event\":{\"category\":\"process\"},\"process\":{\"name\":\"net.exe\",\"pid\":7,"
    "\"uptime\":1.5,\"args\":[\"use\",\"2.25\",\"\\u00e4\"]},\"source.ip\":\"10.1.2.3\"}";

/* Everything a host does, from the rules to their release. Returns the matches. */
static size_t run_host(const netshare_allocator *allocator)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.allocator = allocator;
    netshare_builder *builder = netshare_builder_new(&options, NULL);
    netshare_builder_add_builtin(builder, NULL);
    for (size_t i = 0; i < COUNT(QUERIES); i++)
        netshare_builder_add_query(builder, "a", QUERIES[i], strlen(QUERIES[i]), NULL);
    netshare_error error;
    netshare_builder_add_query(builder, "bad", "any where a = 1", 15, &error);
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_builder_free(builder);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_event *event = netshare_event_new(matcher, NULL);
    netshare_result result = {false, 0, NULL};
    netshare_event_parse(event, EVENT_TEXT, sizeof EVENT_TEXT - 1, NULL);
    netshare_match(matcher, scratch, netshare_event_accessor(), event, NETSHARE_DETAIL_CLAUSES,
                   &result);
    for (size_t rule = 0; rule < netshare_matcher_rule_count(matcher); rule++) {
        netshare_explain(matcher, scratch, netshare_event_accessor(), event, rule, ignore_step,
                         NULL);
        netshare_matcher_dump(matcher, rule, ignore_text, NULL);
    }
    netshare_wildcard *wildcard = netshare_wildcard_compile("a*\xC3\x84?", 6, 0, allocator, NULL);
    netshare_wildcard_match(wildcard, "abc", 3);
    netshare_wildcard_free(wildcard);
    netshare_event_free(event);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return result.match_count;
}

Test(embedding, uses_the_callers_allocator_only)
{
    size_t calls = 0;
    const netshare_allocator allocator = {host_allocate, host_reallocate, host_release, &calls};
    direct_calls = 0;
    watching = true;
    size_t matches = run_host(&allocator);
    watching = false;
    cr_expect_eq(direct_calls, 0, "%zu calls of malloc, realloc or free", direct_calls);
    cr_expect_eq(matches, COUNT(QUERIES));
    cr_expect_gt(calls, 0);
}

Test(embedding, uses_malloc_without_one)
{
    direct_calls = 0;
    watching = true;
    run_host(NULL);
    watching = false;
    cr_expect_gt(direct_calls, 0, "the test above could not fail");
}

/* --- locales --- */

/* Sets the locale; is it there, with its decimal comma? */
static bool is_foreign(const char *locale)
{
    char number[16];
    if (setlocale(LC_ALL, locale) == NULL)
        return false;
    snprintf(number, sizeof number, "%.1f", 1.5);
    return strcmp(number, "1,5") == 0;
}

#if defined(_WIN32)
static void use_locale(const char *posix, const char *windows)
{
    (void)posix;
    if (!is_foreign(windows))
        cr_skip_test("no such locale");
}
#else
/* Made here, since systems seldom have them. */
static void use_locale(const char *posix, const char *windows)
{
    char folder[] = "/tmp/netshare-locale-XXXXXX";
    char command[256];
    (void)windows;
    cr_assert_not_null(mkdtemp(folder));
    snprintf(command, sizeof command, "localedef -i %.5s -f UTF-8 %s/%s >/dev/null 2>&1", posix,
             folder, posix);
    int made = system(command);
    setenv("LOCPATH", folder, 1);
    bool foreign = is_foreign(posix);
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command) != 0 || made != 0 || !foreign)
        cr_skip_test("localedef does not make this locale");
}
#endif

static void expect_same_in_every_locale(void)
{
    const test_event event =
        EVENT(FIELD("name", STR("TITLE.EXE")), FIELD("turkish", STR("\xC4\xB0I")),
              FIELD("uptime", DBL(1.5)), FIELD("text", STR("2.25")));
    static const test_row rows[] = {
        {"name : \"title.exe\"", true},          {"name : \"*\xC4\xB1*\"", false},
        {"turkish : \"\xC4\xB0i\"", true},       {"turkish : \"i*\"", false},
        {"name regex~ \"title.*\"", true},       {"name in~ (\"title.exe\")", true},
        {"uptime == 1.5", true},                 {"string(uptime) == \"1.5\"", true},
        {"number(text) == 2.25", true},          {"concat(\"x\", uptime) == \"x1.5\"", true},
        {"startsWith~(name, \"tit\")", true},    {"name like~ \"t?tle*\"", true},
    };
    test_expect_rows(&event, rows, COUNT(rows));
    static const char query[] = "any where a>1.5 and b:\"\xC4\xB0\"";
    char *text = test_format(query, sizeof query - 1);
    cr_expect_str_eq(text, "any where a > 1.5 and b : \"\xC4\xB0\"");
    free(text);
    cr_expect_eq(run_host(NULL), COUNT(QUERIES));
}

Test(embedding, turkish)
{
    use_locale("tr_TR.UTF-8", "Turkish_Turkey.1254");
    expect_same_in_every_locale();
    setlocale(LC_ALL, "C");
}

Test(embedding, german)
{
    use_locale("de_DE.UTF-8", "German_Germany.1252");
    expect_same_in_every_locale();
    cr_expect_str_eq(localeconv()->decimal_point, ",", "the library set the locale");
    setlocale(LC_ALL, "C");
}

#if !defined(_WIN32)
/* --- fork --- */

static void *keep_matching(void *stop)
{
    while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED))
        run_host(NULL);
    return NULL;
}

/* While another thread uses it, the child goes on with what the parent made. */
Test(embedding, survives_fork)
{
    pthread_t thread;
    bool stop = false;
    netshare_matcher *matcher = netshare_matcher_new(NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_event *event = netshare_event_new(matcher, NULL);
    static const char text[] = "{\"event\":{\"category\":\"process\",\"type\":\"start\"},"
                               "\"host.os.type\":\"windows\",\"process\":{\"name\":\"net.exe\","
                               "\"args\":[\"use\",\"\\\\\\\\h\\\\c$\"]}}";
    cr_assert_eq(pthread_create(&thread, NULL, keep_matching, &stop), 0);
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        cr_assert_geq(child, 0);
        if (child == 0) {
            netshare_result result = {false, 0, NULL};
            netshare_match_json(matcher, scratch, event, text, sizeof text - 1,
                                NETSHARE_DETAIL_RULES, &result, NULL);
            _exit(result.match_count == 1 ? 42 : 1);
        }
        int status = 0;
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 42, "status %x", (unsigned)status);
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    netshare_event_free(event);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

/* --- stack --- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

/* As docs/embedding.md states it, for an optimised build without a sanitizer. */
#if defined(__OPTIMIZE__)
enum { STACK_BOUND = 128 << 10 };
#else
enum { STACK_BOUND = 384 << 10 };
#endif
enum { STACK = 8 << 20, PAINT = 0xA5 };

/* Runs `step` on a painted stack of its own; returns how many bytes it used. */
static size_t stack_use(void *(*step)(void *), void *user)
{
    pthread_t thread;
    pthread_attr_t attributes;
    unsigned char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                                -1, 0);
    cr_assert(stack != MAP_FAILED);
    memset(stack, PAINT, STACK);
    pthread_attr_init(&attributes);
    cr_assert_eq(pthread_attr_setstack(&attributes, stack, STACK), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, step, user), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    size_t untouched = 0;
    while (untouched < STACK && stack[untouched] == PAINT)
        untouched++;
    munmap(stack, STACK);
    return STACK - untouched;
}

/* Rules that nest, repeat and combine as much as they may: a level has two parentheses
 * and a `not`, and two parentheses are left for the rest. */
enum { LEVELS = (NETSHARE_MAX_QUERY_DEPTH - 2) / 3 };

static void add_deepest(test_text *query)
{
    test_text_add(query, "any where ");
    for (int i = 0; i < LEVELS; i++)
        test_text_add(query, "(true and not (false or a : \"x\" and ");
    test_text_add(query, "b regex \"((((((a|b)*c){1,20})|d)+e)?)\"");
    for (int i = 0; i < LEVELS; i++)
        test_text_add(query, "))");
    for (int i = 0; i < 300; i++)
        test_text_add(query, " or a == concat(b, \"-\", length(c)) or n + 1 * 2 - n > 4");
}

struct stack_case {
    test_text query;
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_event *event;
    bool done;
};

static void *do_nothing(void *user)
{
    return user;
}

static void *build_deepest(void *user)
{
    struct stack_case *c = user;
    netshare_error error;
    c->matcher = netshare_matcher_new_from_query(c->query.data, c->query.length, &error);
    if (c->matcher == NULL) {
        printf("%s\n", error.message);
        return NULL;
    }
    netshare_status status = netshare_query_format(c->query.data, c->query.length, ignore_text,
                                                   NULL, NULL);
    c->scratch = netshare_scratch_new(c->matcher, NULL);
    c->event = netshare_event_new(c->matcher, NULL);
    c->done = status == NETSHARE_OK;
    return NULL;
}

static void *match_deepest(void *user)
{
    struct stack_case *c = user;
    test_text json = {NULL, 0};
    netshare_result result;
    test_text_add(&json, "{\"a\":[\"x\",\"y\"],\"b\":[\"abc\",\"ed\"],\"c\":\"\",\"n\":3,\"z\":");
    for (int i = 0; i < 500; i++)
        test_text_add(&json, "[");
    for (int i = 0; i < 500; i++)
        test_text_add(&json, "]");
    test_text_add(&json, "}");
    netshare_status status = netshare_match_json(c->matcher, c->scratch, c->event, json.data,
                                                 json.length, NETSHARE_DETAIL_CLAUSES, &result,
                                                 NULL);
    c->done = status == NETSHARE_OK &&
              netshare_explain(c->matcher, c->scratch, netshare_event_accessor(), c->event, 0,
                               ignore_step, NULL) == NETSHARE_OK;
    free(json.data);
    return NULL;
}

Test(embedding, stack_use_is_bounded)
{
    struct stack_case c = {{NULL, 0}, NULL, NULL, NULL, false};
    add_deepest(&c.query);
    size_t none = stack_use(do_nothing, NULL);
    size_t build = stack_use(build_deepest, &c) - none;
    cr_assert(c.done, "the rules do not compile");
    c.done = false;
    size_t match = stack_use(match_deepest, &c) - none;
    cr_expect(c.done);
    printf("stack: %zu bytes to build, %zu to match\n", build, match);
#if !defined(HAS_SANITIZER)
    cr_expect_lt(build, STACK_BOUND);
    cr_expect_lt(match, STACK_BOUND);
#endif
    netshare_event_free(c.event);
    netshare_scratch_free(c.scratch);
    netshare_matcher_unref(c.matcher);
    free(c.query.data);
}
#endif
