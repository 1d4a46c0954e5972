/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every request to an arena or the allocator refused in turn, by the linker's --wrap, and
 * every step of the regex compiler. Arenas take memory in blocks that many requests share, so
 * that failing allocations alone would miss most of them.
 */
#include "base/arena.h"
#include "support.h"
#include "text/pattern_set.h"
#include "text/regex_internal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_REQUESTS = 100000 };

static struct {
    bool is_counting;
    size_t calls;
    size_t fail_at;
    bool fail_all_after;
} requests;

static bool counts_work; /* instead of requests */

static bool refuses(bool is_work)
{
    if (!requests.is_counting || is_work != counts_work)
        return false;
    requests.calls++;
    return requests.calls == requests.fail_at ||
           (requests.fail_all_after && requests.calls > requests.fail_at);
}

void *__real_ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size);
char *__real_ns_arena_string(struct ns_arena *arena, const char *text, size_t length);
void *__real_ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size);
void *__wrap_ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size);
char *__wrap_ns_arena_string(struct ns_arena *arena, const char *text, size_t length);
void *__wrap_ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size);
bool __real_ns_regex_spend(struct ns_regex_build *build, size_t steps);
bool __wrap_ns_regex_spend(struct ns_regex_build *build, size_t steps);

void *__wrap_ns_arena_alloc(struct ns_arena *arena, size_t count, size_t size)
{
    return refuses(false) ? NULL : __real_ns_arena_alloc(arena, count, size);
}

char *__wrap_ns_arena_string(struct ns_arena *arena, const char *text, size_t length)
{
    return refuses(false) ? NULL : __real_ns_arena_string(arena, text, length);
}

void *__wrap_ns_arena_copy(struct ns_arena *arena, const void *items, size_t count, size_t size)
{
    return refuses(false) ? NULL : __real_ns_arena_copy(arena, items, count, size);
}

bool __wrap_ns_regex_spend(struct ns_regex_build *build, size_t steps)
{
    return __real_ns_regex_spend(build, refuses(true) ? SIZE_MAX : steps);
}

static void *allocate(void *user, size_t size)
{
    netshare_allocator counting = test_allocator(user);
    return refuses(false) ? NULL : counting.allocate(user, size);
}

static void *reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    netshare_allocator counting = test_allocator(user);
    return refuses(false) ? NULL : counting.reallocate(user, block, old_size, new_size);
}

/* `call` uses the given text and says what came of it. */
static void with_failing_requests(const char *text,
                                  netshare_status (*call)(const char *text,
                                                          const netshare_allocator *allocator))
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    allocator.allocate = allocate;
    allocator.reallocate = reallocate;
    netshare_status refusal = counts_work ? NETSHARE_ERROR_LIMIT : NETSHARE_ERROR_NO_MEMORY;
    netshare_status status = refusal;
    size_t fail_at = 1;
    for (; status != NETSHARE_OK && fail_at < MOST_REQUESTS; fail_at++) {
        requests.calls = 0;
        requests.fail_at = fail_at;
        requests.is_counting = true;
        status = call(text, &allocator);
        requests.is_counting = false;
        cr_assert_eq(memory.live, 0, "%s, request %zu: blocks are left", text, fail_at);
        cr_assert_eq(status, requests.calls >= fail_at ? refusal : NETSHARE_OK,
                     "%s, request %zu: status %d", text, fail_at, (int)status);
    }
    cr_assert_gt(fail_at, 2, "%s: nothing was requested", text);
}

/* --- Regular expressions ------------------------------------------------------------------ */

static netshare_status compile_regex(const char *pattern, const netshare_allocator *allocator)
{
    const struct ns_string patterns[] = {{pattern, strlen(pattern)}, {"x+yz|yyy", 8}};
    netshare_status worst = NETSHARE_OK;
    for (int fold = NS_FOLD_NONE; fold <= NS_FOLD_UNICODE; fold++) {
        struct ns_regex_problem problem;
        const struct ns_regex *regex;
        struct ns_arena arena;
        ns_arena_init(&arena, allocator);
        netshare_status status = ns_regex_compile(patterns, COUNT(patterns), (enum ns_fold)fold,
                                                  &arena, &regex, &problem);
        cr_assert_eq(regex == NULL, status != NETSHARE_OK);
        worst = worst == NETSHARE_OK ? status : worst;
        ns_arena_free(&arena);
    }
    return worst;
}

static const char *const regexes[] = {
    "",
    "()",
    "(a|b)*c{2,3}[^d-f]\\w+\\D?",
    "\"quoted\"@#|.",
    "<1-100>|<05-17>|<7-7>|<198-203>|<10-1000>",
    "~(ab&~(cd|e)&f*)g",
    "(a{2}){0,}~(<1-9>)\\S{3,}",
    "[\\s\\d\xC3\x84-\xC3\x9C\xE2\x84\xAA-\xE2\x84\xAD]",
    "(((a)|b)|c)&d&e",
    "abc{2,3}d|.*(efgh)+",
};

Test(arena_faults, regular_expressions, .timeout = 120)
{
    for (size_t i = 0; i < COUNT(regexes); i++)
        with_failing_requests(regexes[i], compile_regex);
}

/* Characters in front move what is behind to where the lists of states must grow. */
Test(arena_faults, regular_expressions_of_any_length, .timeout = 120)
{
    for (int length = 0; length < 20; length++) {
        char pattern[64];
        snprintf(pattern, sizeof pattern, "%.*sa*(b|c)+d{3,}e{1,3}", length,
                 "0123456789012345678901234567890");
        with_failing_requests(pattern, compile_regex);
    }
}

Test(arena_faults, work_of_regular_expressions, .timeout = 120)
{
    counts_work = true;
    for (size_t i = 0; i < COUNT(regexes); i++)
        with_failing_requests(regexes[i], compile_regex);
    counts_work = false; /* where all tests run in one process */
}

/* --- Patterns ----------------------------------------------------------------------------- */

static netshare_status make_pattern_set(const char *pattern, const netshare_allocator *allocator)
{
    struct ns_arena arena;
    ns_arena_init(&arena, allocator);
    const struct ns_wildcard *patterns[] = {
        ns_wildcard_compile((struct ns_string){pattern, strlen(pattern)}, NS_FOLD_UNICODE, &arena),
        ns_wildcard_literal((struct ns_string){pattern, strlen(pattern)}, NS_ANYWHERE,
                            NS_FOLD_UNICODE, &arena),
    };
    bool is_whole = patterns[0] && patterns[1] &&
                    ns_pattern_set_new(patterns, COUNT(patterns), &arena) != NULL;
    ns_arena_free(&arena);
    return is_whole ? NETSHARE_OK : NETSHARE_ERROR_NO_MEMORY;
}

Test(arena_faults, patterns)
{
    static const char *const patterns[] = {"", "*", "net?.exe", "*a*long literal*?b", "\xC3\xA9*x"};
    for (size_t i = 0; i < COUNT(patterns); i++)
        with_failing_requests(patterns[i], make_pattern_set);
}

/* --- Queries ------------------------------------------------------------------------------ */

static netshare_status build_matcher(const char *query, const netshare_allocator *allocator)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    netshare_error error = {.status = NETSHARE_OK};
    options.allocator = allocator;
    netshare_builder *builder = netshare_builder_new(&options, &error);
    if (builder && netshare_builder_add_query(builder, "id", query, strlen(query), &error) ==
                       NETSHARE_OK)
        netshare_matcher_unref(netshare_builder_build(builder, &error));
    netshare_builder_free(builder);
    return error.status;
}

static netshare_status format(const char *query, const netshare_allocator *allocator)
{
    (void)allocator;
    test_text text = {NULL, 0};
    netshare_error error = {.status = NETSHARE_OK};
    netshare_query_format(query, strlen(query), test_text_write, &text, &error);
    free(text.data);
    return error.status;
}

static const char *const queries[] = {
    "process where (a == 1 or b != null) and not c < -2.5 and d in (\"x\", 1, null)",
    "any where e not in~ (\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", \"j\")",
    "any where f : (\"a*\", \"?b\") and g like~ \"c\" and h regex \"d+(e|f)*\"",
    "any where `i j`.k == \"\\u{e9}\" and length(concat(l, 1)) + 2 * n % 3 > 4",
    "any where cidrMatch(o, \"10.0.0.0/8\", \"fe80::/10\") == true and startsWith~(p, \"q\")",
    "file where a : (\"*one*\", \"*two*\", \"*three*\", \"four*\", \"*five\") or stringContains(b, \"c\")",
    "any where a > \"x\" and wildcard(b, \"a*\", \"?b\", \"c\") and endsWith(c, \"y\") == false",
    "any where b : (\"a*\", \"b*\", \"c*\", \"*d\", \"*e*\", \"f?\") and stringContains(c, d) and null",
    "any where a != concat(b, \"x\") and a in (b, \"y\", null) and not -c > 0 and +d in (1, 2)",
    "any where (null == e) == f and (a != null or c in (\"z\", 1)) == (d : \"x*\" and not e)",
    "any where cidrMatch(a, \"10.0.0.0/8\") == b and c == (wildcard(d, \"x*\") and e)",
    "any where concat(\"x\", string(1)) in (\"x1\", \"y\") and cidrMatch(substring(a, 1), \"::/1\")",
};

static netshare_status build_pack(const char *last, const netshare_allocator *allocator)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    netshare_error error = {.status = NETSHARE_OK};
    options.allocator = allocator;
    netshare_builder *builder = netshare_builder_new(&options, &error);
    for (size_t i = 0; error.status == NETSHARE_OK && i < COUNT(queries); i++)
        netshare_builder_add_query(builder, "id", queries[i], strlen(queries[i]), &error);
    if (error.status == NETSHARE_OK)
        netshare_builder_add_query(builder, "last", last, strlen(last), &error);
    if (error.status == NETSHARE_OK)
        netshare_matcher_unref(netshare_builder_build(builder, &error));
    netshare_builder_free(builder);
    return error.status;
}

Test(arena_faults, packs_of_rules, .timeout = 120)
{
    with_failing_requests("process where process.name : (\"net.exe\", \"*x.exe\") and a == \"x\"",
                          build_pack);
}

Test(arena_faults, queries, .timeout = 120)
{
    for (size_t i = 0; i < COUNT(queries); i++) {
        with_failing_requests(queries[i], build_matcher);
        with_failing_requests(queries[i], format);
    }
    with_failing_requests("sequence by a with maxspan=5m [process where b] by c with runs=2 "
                          "![file where d : \"e\"] by f until [any where g] by h | head 5",
                          format);
    with_failing_requests("sample by a, b [any where c in (1, 2)] by d [\"e\" where f] by g",
                          format);
}

/* --- Strings that functions make ---------------------------------------------------------- */

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* The event that the queries below match. */
static const test_event texts = EVENT(
    FIELD("long", STR(HUNDRED HUNDRED HUNDRED TEN)), FIELD("part", STR(HUNDRED HUNDRED HUNDRED)),
    FIELD("faces", STR("\xF0\x9F\x98\x80\xF0\x9F\x98\x80")), FIELD("n", INT(5)));

static netshare_status match_texts(const char *query, const netshare_allocator *allocator)
{
    (void)allocator;
    requests.is_counting = false;
    netshare_matcher *matcher = test_compile(query, 0, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &texts, false);
    netshare_result result;
    requests.is_counting = true;
    netshare_status status = netshare_match(matcher, scratch, &test_accessor, view,
                                            NETSHARE_DETAIL_RULES, &result);
    cr_assert_eq(result.matched, status == NETSHARE_OK, "%s", query);
    requests.is_counting = false;
    cr_assert_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_OK);
    cr_assert(result.matched, "%s: no verdict though there is memory again", query);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return status;
}

Test(arena_faults, strings_that_functions_make)
{
    static const char *const makers[] = {
        "any where indexOf(long, part) == 0",
        "any where stringContains(long, part)",
        "any where between(long, part, \"9\") == \"012345678\"",
        "any where between(long, \"9\", part, true) == \"\"",
        "any where length(substring(faces, 1, 3)) == 2",
        "any where concat(string(n), \"-\", faces) : \"5-??\"",
    };
    for (size_t i = 0; i < COUNT(makers); i++)
        with_failing_requests(makers[i], match_texts);
}

/* --- Rule documents ----------------------------------------------------------------------- */

#ifdef NS_WITH_JSON
struct json_tokener *__real_json_tokener_new_ex(int depth);
struct json_tokener *__wrap_json_tokener_new_ex(int depth);
struct json_object *__real_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int length);
struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int length);

/* json-c's own memory is malloc's: these stand for the whole of it. */
struct json_tokener *__wrap_json_tokener_new_ex(int depth)
{
    return refuses(false) ? NULL : __real_json_tokener_new_ex(depth);
}

struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int length)
{
    return refuses(false) ? NULL : __real_json_tokener_parse_ex(tokener, text, length);
}

static bool note_failure(void *user, size_t index, const netshare_error *error)
{
    (void)index;
    if (error && error->status != NETSHARE_ERROR_DOCUMENT)
        *(netshare_error *)user = *error;
    return true;
}

static netshare_status add_document(const char *json, const netshare_allocator *allocator)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    netshare_error error = {.status = NETSHARE_OK};
    options.allocator = allocator;
    netshare_builder *builder = netshare_builder_new(&options, &error);
    if (builder)
        netshare_builder_add_documents(builder, json, strlen(json), note_failure, &error, NULL,
                                       &error);
    netshare_builder_free(builder);
    return error.status;
}

Test(arena_faults, documents)
{
    with_failing_requests(
        "{\"rule_id\":\"1\",\"name\":\"n\",\"type\":\"eql\",\"language\":\"eql\",\"risk_score\":1,"
        "\"severity\":\"low\",\"query\":\"any where a : \\\"x*\\\"\",\"tags\":[\"a\",\"b\"],"
        "\"author\":[\"c\"],\"references\":[\"d\"],\"false_positives\":[\"e\"],\"index\":[\"f\"],"
        "\"note\":\"g\",\"setup\":\"h\",\"description\":\"i\",\"from\":\"now-9m\",\"threat\":"
        "[{\"framework\":\"MITRE ATT&CK\",\"tactic\":{\"id\":\"j\",\"name\":\"k\",\"reference\":"
        "\"l\"},\"technique\":[{\"id\":\"m\",\"name\":\"n\",\"reference\":\"o\",\"subtechnique\":"
        "[{\"id\":\"p\",\"name\":\"q\",\"reference\":\"r\"}]}]}]}",
        add_document);
}

/* When the look ahead finds no memory, the reading itself must. */
Test(arena_faults, malformed_documents)
{
    requests.fail_all_after = true;
    with_failing_requests("{oops}\n{\"a\":1}", add_document);
}
#endif
