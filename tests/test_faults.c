/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every public function that takes memory, with each of its allocations failing in turn,
 * alone and with all later ones: the call says so, nothing is lost, and what existed before
 * is still of use. Functions that use malloc() and not the hooks have it failing instead,
 * by the linker's --wrap.
 */
#include "fake_python.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ALLOCATIONS = 100000, LONG_TEXT = 9000 };

/* --- malloc() that fails ------------------------------------------------------------- */

static struct {
    bool is_counting;
    size_t calls;
    size_t fail_at;
    bool fail_all_after;
} standard;

void *__real_malloc(size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool refuses(void)
{
    if (!standard.is_counting)
        return false;
    standard.calls++;
    return standard.calls == standard.fail_at ||
           (standard.fail_all_after && standard.calls > standard.fail_at);
}

void *__wrap_malloc(size_t size)
{
    return refuses() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return refuses() ? NULL : __real_realloc(block, size);
}

/* `call` gives NETSHARE_OK or the failure, having left nothing behind. */
static void with_failing_malloc(const char *what, netshare_status (*call)(void))
{
    for (int mode = 0; mode < 2; mode++) {
        size_t fail_at = 1;
        netshare_status status = NETSHARE_ERROR_NO_MEMORY;
        for (; status != NETSHARE_OK && fail_at < MOST_ALLOCATIONS; fail_at++) {
            standard.calls = 0;
            standard.fail_at = fail_at;
            standard.fail_all_after = mode == 1;
            standard.is_counting = true;
            status = call();
            standard.is_counting = false;
            bool has_failed = standard.calls >= fail_at;
            cr_assert_eq(status, has_failed ? NETSHARE_ERROR_NO_MEMORY : NETSHARE_OK,
                         "%s, allocation %zu: status %d", what, fail_at, (int)status);
        }
        cr_expect_gt(fail_at, 2, "%s takes no memory", what);
    }
}

static const char plain_query[] =
    "process where process.name : (\"net.exe\", \"n*1.exe\") and not a in~ (\"x\", \"y\", \"z\") and "
    "length(concat(a, b)) + 1 > 2 and c regex \"(a|b)*c{3,4}\" and concat(\"x\", \"y\") != \"z\"";

static netshare_status make_builtin(void)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_matcher_unref(netshare_matcher_new(&error));
    return error.status;
}

static netshare_status make_from_query(void)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_matcher_unref(
        netshare_matcher_new_from_query(plain_query, sizeof plain_query - 1, &error));
    return error.status;
}

static netshare_status check(void)
{
    return netshare_query_check(plain_query, sizeof plain_query - 1, NULL);
}

static bool ignore(void *user, const char *text, size_t length)
{
    (void)user, (void)text, (void)length;
    return true;
}

static netshare_status format(void)
{
    static const char sequence[] =
        "sequence by a with maxspan=5m [process where x : \"y\"] by b [any where z in (1, 2)] by c";
    return netshare_query_format(sequence, sizeof sequence - 1, ignore, NULL, NULL);
}

Test(faults, malloc_fails)
{
    with_failing_malloc("netshare_matcher_new", make_builtin);
    with_failing_malloc("netshare_matcher_new_from_query", make_from_query);
    with_failing_malloc("netshare_query_check", check);
    with_failing_malloc("netshare_query_format", format);
}

/* Memory comes in blocks that many nodes share. A string of each length in front of a query
 * moves every one of its nodes to where a new block is asked for. */
static const char *const all_syntax[] = {
    "(a == 1 or b != null) and not c < -2.5 and d in (\"x\", 1, null) and e not in~ (\"y\")",
    "f : (\"a*\", \"?b\") and g like~ \"c\" and h regex \"d{3}(e|f)*\" and `i j`.k == \"\\u{e9}\"",
    "length(concat(l, 1)) + 2 * n % 3 > 4 and cidrMatch(o, \"10.0.0.0/8\") == true",
};
enum { BLOCK = 4096, STEP = 24 };

static char padded[BLOCK + 400];

static netshare_status check_padded(void)
{
    return netshare_query_check(padded, strlen(padded), NULL);
}

static netshare_status format_padded(void)
{
    netshare_error error = {.status = NETSHARE_OK};
    return netshare_query_format(padded, strlen(padded), ignore, NULL, &error);
}

Test(faults, malloc_fails_at_any_node, .timeout = 240)
{
    static const char sequence[] = "sequence by `%.*s` with maxspan=5m [process where a] by b with "
                                   "runs=2 ![file where c : \"d\"] by e until [any where f] by g | head 5";
    static const char sample[] = "sample by `%.*s`, h [any where a in (1, 2)] by b [\"k\" where c] by d";
    static char filler[BLOCK];
    memset(filler, 'p', sizeof filler);
    for (int length = 1; length < BLOCK; length += STEP * (int)test_thinning()) {
        for (size_t i = 0; i < COUNT(all_syntax); i++) {
            snprintf(padded, sizeof padded, "process where \"%.*s\" == z and %s", length, filler,
                     all_syntax[i]);
            with_failing_malloc("netshare_query_check", check_padded);
            with_failing_malloc("netshare_query_format", format_padded);
        }
        snprintf(padded, sizeof padded, sequence, length, filler);
        with_failing_malloc("netshare_query_format", format_padded);
        snprintf(padded, sizeof padded, sample, length, filler);
        with_failing_malloc("netshare_query_format", format_padded);
    }
}

/* Memory for nodes that wait for their parents grows from time to time: with each number of
 * them waiting, whatever comes next meets it. */
Test(faults, malloc_fails_with_any_number_of_nodes)
{
    static const char *const nodes[] = {"a and b", "a or b or c", "not a", "-a", "a == b",
                                        "a not in (1, b)", "a : \"x\"", "f(a)", "a like (\"x\", \"y\")",
                                        "a + b * c"};
    for (size_t i = 0; i < COUNT(nodes); i++) {
        for (int waiting = 0; waiting <= 9; waiting++) {
            strcpy(padded, "any where concat(");
            for (int n = 0; n < waiting; n++)
                strcat(padded, "a, ");
            strcat(strcat(padded, nodes[i]), ") == z");
            with_failing_malloc("netshare_query_format", format_padded);
        }
        snprintf(padded, sizeof padded, "any where %s", nodes[i]);
        with_failing_malloc("netshare_query_format", format_padded);
    }
}

Test(faults, null_pointers_are_refused)
{
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_eq(netshare_query_check(NULL, 0, &error), NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_query_format(NULL, 0, ignore, NULL, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_query_format("any where true", 14, NULL, NULL, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_null(netshare_event_new(NULL, NULL));
    cr_expect_null(netshare_event_new_for_source(NULL, NETSHARE_SOURCE_ECS, NULL));
    cr_expect_null(netshare_scratch_new(NULL, NULL));
    cr_expect_null(netshare_wildcard_compile(NULL, 1, 0, NULL, NULL));
    cr_expect_null(netshare_matcher_new_from_query(NULL, 0, NULL));
    netshare_event_free(NULL);
    netshare_scratch_free(NULL);
    netshare_wildcard_free(NULL);
    netshare_builder_free(NULL);
    netshare_matcher_unref(NULL);
}

/* --- hooks that fail ------------------------------------------------------------------ */

static const char *const queries[] = {
    "process where process.name : (\"powershell.exe\", \"*cmd?.exe\") and a like \"*system32*\"",
    "process where process.name in (\"net.exe\", \"net1.exe\", \"sc.exe\") and process.args : \"use*\"",
    "file where file.path : (\"C:\\\\Windows\\\\*\", \"*\\\\startup\\\\*\") or a == \"literal\"",
    "any where stringContains~(a, \"needle\") and startsWith(b, \"prefix\") or c == 5",
    "any where c regex~ \"[a-z]+[0-9]{2,5}xyz(x|y)\" or cidrMatch(ip, \"10.0.0.0/8\", \"fe80::/10\")",
    "any where length(concat(long, string(c), long)) > 5 and substring(long, 1) != null",
    "any where wildcard(a, \"*a*\", \"b?\") and number(a, 16) == 5 or long : \"*no such text*\"",
    "any where a == \"the other rule\"",
};

static char long_text[LONG_TEXT];

static const netshare_value long_values[] = {
    {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {long_text, sizeof long_text}}};
static const test_field fields[] = {
    {.name = "long", .count = 1, .values = long_values},
    FIELD("a", STR("x"), STR("the other rule")),
    FIELD("c", INT(5)),
    FIELD("event.category", STR("process")),
};
static const test_event event = {.count = COUNT(fields), .fields = fields};

/* One way to use the library. Returns whether all of it worked; every failure in it must be
 * NETSHARE_ERROR_NO_MEMORY. */
typedef bool use(const netshare_allocator *allocator, test_memory *memory);

static void with_failing_hooks(const char *what, use *run)
{
    memset(long_text, 'L', sizeof long_text);
    for (int mode = 0; mode < 2; mode++) {
        size_t fail_at = 1;
        for (bool is_whole = false; !is_whole && fail_at < MOST_ALLOCATIONS; fail_at++) {
            test_memory memory = {.fail_at = fail_at, .fail_all_after = mode == 1};
            netshare_allocator allocator = test_allocator(&memory);
            is_whole = run(&allocator, &memory);
            cr_assert_eq(memory.live, 0, "%s, allocation %zu: %zu blocks are left", what,
                         fail_at, memory.live);
            cr_assert(!is_whole || memory.fail_at == 0 || memory.calls < fail_at,
                      "%s: allocation %zu failed and nothing came of it", what, fail_at);
        }
        cr_expect_gt(fail_at, 2, "%s takes no memory", what);
    }
}

static void expect_no_memory(const netshare_error *error)
{
    cr_assert_eq(error->status, NETSHARE_ERROR_NO_MEMORY, "%s", error->message);
    cr_assert(error->message[0]);
}

static bool use_wildcard(const netshare_allocator *allocator, test_memory *memory)
{
    static const char pattern[] = "*\xC3\xA9t\xC3\xA9*a?b*some text*";
    (void)memory;
    for (uint32_t flags = 0; flags <= NETSHARE_WILDCARD_ASCII_FOLDING; flags++) {
        netshare_error error;
        netshare_wildcard *wildcard =
            netshare_wildcard_compile(pattern, sizeof pattern - 1, flags, allocator, &error);
        if (wildcard == NULL) {
            expect_no_memory(&error);
            return false;
        }
        cr_assert(netshare_wildcard_match(wildcard, "\xC3\xA9t\xC3\xA9""axbsome text", 17));
        netshare_wildcard_free(wildcard);
    }
    return true;
}

static netshare_builder *new_builder(const netshare_allocator *allocator)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    netshare_error error;
    options.allocator = allocator;
    netshare_builder *builder = netshare_builder_new(&options, &error);
    if (builder == NULL)
        expect_no_memory(&error);
    return builder;
}

static bool add_all(netshare_builder *builder)
{
    for (size_t i = 0; i < COUNT(queries); i++) {
        netshare_error error;
        if (netshare_builder_add_query(builder, "rule", queries[i], strlen(queries[i]), &error) !=
            NETSHARE_OK) {
            expect_no_memory(&error);
            return false;
        }
    }
    return true;
}

/* The builder lost nothing and takes more: with memory, it has what was added, once. */
static void expect_usable(netshare_builder *builder, test_memory *memory, size_t least)
{
    memory->fail_at = 0;
    memory->fail_all_after = false;
    cr_assert_eq(netshare_builder_add_query(builder, "last", "any where true", 14, NULL),
                 NETSHARE_OK);
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    cr_assert_not_null(matcher);
    cr_assert_geq(netshare_matcher_rule_count(matcher), least + 1);
    cr_assert(test_matcher_matches(matcher, &event));
    netshare_matcher_unref(matcher);
}

static bool use_builder(const netshare_allocator *allocator, test_memory *memory)
{
    netshare_builder *builder = new_builder(allocator);
    if (builder == NULL)
        return false;
    size_t added = 0;
    bool is_whole = true;
    for (; is_whole && added < COUNT(queries); added += is_whole) {
        netshare_error error;
        is_whole = netshare_builder_add_query(builder, "rule", queries[added],
                                              strlen(queries[added]), &error) == NETSHARE_OK;
        if (!is_whole)
            expect_no_memory(&error);
    }
    if (is_whole) {
        netshare_status status = netshare_builder_add_builtin(builder, NULL);
        cr_assert(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY);
        is_whole = status == NETSHARE_OK;
        added += is_whole;
    }
    if (!is_whole)
        expect_usable(builder, memory, added);
    netshare_builder_free(builder);
    return is_whole;
}

static bool use_build(const netshare_allocator *allocator, test_memory *memory)
{
    size_t fail_at = memory->fail_at;
    memory->fail_at = 0;
    netshare_builder *builder = new_builder(allocator);
    cr_assert(add_all(builder));
    memory->calls = 0;
    memory->fail_at = fail_at;
    netshare_error error;
    netshare_matcher *matcher = netshare_builder_build(builder, &error);
    if (matcher == NULL) {
        expect_no_memory(&error);
        expect_usable(builder, memory, COUNT(queries));
    }
    netshare_builder_free(builder);
    netshare_matcher_unref(matcher);
    return matcher != NULL;
}

/* A matcher made while nothing fails; from then on the given allocation does. */
static netshare_matcher *new_matcher(const netshare_allocator *allocator, test_memory *memory)
{
    size_t fail_at = memory->fail_at;
    bool fail_all_after = memory->fail_all_after;
    memory->fail_at = 0;
    memory->fail_all_after = false;
    netshare_builder *builder = new_builder(allocator);
    cr_assert(add_all(builder));
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    cr_assert_not_null(matcher);
    netshare_builder_free(builder);
    memory->calls = 0;
    memory->fail_at = fail_at;
    memory->fail_all_after = fail_all_after;
    return matcher;
}

static bool has_match(const netshare_result *result, const char *part)
{
    for (size_t i = 0; i < result->match_count; i++) {
        if (strstr(netshare_rule_string(result->rules[i], NETSHARE_RULE_QUERY), part))
            return true;
    }
    return false;
}

static bool continue_on(void *user, const netshare_step *step)
{
    (void)step;
    ++*(size_t *)user;
    return true;
}

/* The rule that needs memory is undecided, the other one matches all the same. */
static bool match_all(netshare_matcher *matcher, netshare_scratch *scratch, test_view *view)
{
    netshare_result result = {false, 0, NULL};
    test_view_reset(view);
    netshare_status status = netshare_match(matcher, scratch, &test_accessor, view,
                                            NETSHARE_DETAIL_CLAUSES, &result);
    cr_assert(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY);
    cr_assert(has_match(&result, "the other rule"));
    cr_assert_eq(has_match(&result, "concat(long"), status == NETSHARE_OK);
    return status == NETSHARE_OK;
}

static bool explain_all(netshare_matcher *matcher, netshare_scratch *scratch, test_view *view)
{
    bool is_whole = true;
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        size_t steps = 0;
        test_view_reset(view);
        netshare_status status =
            netshare_explain(matcher, scratch, &test_accessor, view, i, continue_on, &steps);
        cr_assert(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY);
        is_whole = is_whole && status == NETSHARE_OK;
    }
    return is_whole;
}

static bool use_scratch(const netshare_allocator *allocator, test_memory *memory,
                        bool (*call)(netshare_matcher *, netshare_scratch *, test_view *))
{
    netshare_error error;
    netshare_matcher *matcher = new_matcher(allocator, memory);
    netshare_scratch *scratch = netshare_scratch_new(matcher, &error);
    bool is_whole = scratch != NULL;
    if (is_whole) {
        test_view *view = test_view_new(matcher, &event, false);
        is_whole = call(matcher, scratch, view);
        const test_memory first = *memory;
        memory->fail_at = 0;
        memory->fail_all_after = false;
        cr_assert(call(matcher, scratch, view), "it fails though there is memory again");
        memory->calls = first.calls;
        memory->fail_at = first.fail_at;
        test_view_free(view);
    } else {
        expect_no_memory(&error);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return is_whole;
}

/* All of a dump is written, or nothing. */
static bool dump_all(netshare_matcher *matcher, netshare_scratch *scratch, test_view *view)
{
    bool is_whole = true;
    (void)scratch, (void)view;
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        test_text text = {NULL, 0};
        netshare_status status = netshare_matcher_dump(matcher, i, test_text_write, &text);
        cr_assert(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY);
        cr_assert_eq(text.length > 0, status == NETSHARE_OK);
        is_whole = is_whole && status == NETSHARE_OK;
        free(text.data);
    }
    return is_whole;
}

static bool use_dump(const netshare_allocator *allocator, test_memory *memory)
{
    return use_scratch(allocator, memory, dump_all);
}

static bool use_match(const netshare_allocator *allocator, test_memory *memory)
{
    return use_scratch(allocator, memory, match_all);
}

static bool use_explain(const netshare_allocator *allocator, test_memory *memory)
{
    return use_scratch(allocator, memory, explain_all);
}

Test(faults, wildcard) { with_failing_hooks("wildcard", use_wildcard); }
Test(faults, builder) { with_failing_hooks("builder", use_builder); }
Test(faults, build, .timeout = 120) { with_failing_hooks("build", use_build); }
Test(faults, match, .timeout = 120) { with_failing_hooks("match", use_match); }
Test(faults, dump) { with_failing_hooks("dump", use_dump); }
Test(faults, explain, .timeout = 120) { with_failing_hooks("explain", use_explain); }

/* --- events and lines ------------------------------------------------------------------ */

static const char document[] =
    "{\"a\":\"the other \\u0072ule\",\"c\":5,\"x\":[1,2,{\"y\":[\"z\"]}],"
    "\"event_data\":{\"CommandLine\":\"net.exe \\\"use\\\" x\",\"Image\":\"C:\\\\net.exe\"},"
    "\"winlog\":{\"event_id\":1,\"channel\":\"Microsoft-Windows-Sysmon/Operational\","
    "\"event_data\":{\"CommandLine\":\"net.exe use\",\"Image\":\"C:\\\\net.exe\"}},"
    "\"event\":{\"category\":[\"process\",\"fi\\u006ce\"]}}";

static size_t count_values(const netshare_matcher *matcher, netshare_event *parsed)
{
    size_t count = 0;
    netshare_value value;
    for (size_t i = 0; i < netshare_matcher_field_count(matcher); i++)
        for (size_t v = 0; netshare_event_accessor()->get(parsed, i, v, &value); v++)
            count++;
    return count;
}

static bool use_event(const netshare_allocator *allocator, test_memory *memory)
{
    bool is_whole = true;
    netshare_matcher *matcher = new_matcher(allocator, memory);
    for (int source = -1; is_whole && source <= NETSHARE_SOURCE_ENDGAME_INDEX; source++) {
        netshare_error error = {.status = NETSHARE_OK};
        netshare_event *parsed =
            source < 0 ? netshare_event_new(matcher, &error)
                       : netshare_event_new_for_source(matcher, (netshare_source)source, &error);
        is_whole = parsed != NULL;
        if (is_whole && netshare_event_parse(parsed, document, sizeof document - 1, &error) !=
                            NETSHARE_OK) {
            is_whole = false;
            cr_assert_eq(count_values(matcher, parsed), 0, "values after a failure");
            memory->fail_at = 0;
            memory->fail_all_after = false;
            cr_assert_eq(netshare_event_parse(parsed, document, sizeof document - 1, NULL),
                         NETSHARE_OK);
            cr_assert_gt(count_values(matcher, parsed), 2);
        }
        if (!is_whole)
            expect_no_memory(&error);
        netshare_event_free(parsed);
    }
    netshare_matcher_unref(matcher);
    return is_whole;
}

/* Lines whose rules find no memory count as undecided and are named as such. */
static bool use_lines(const netshare_allocator *allocator, test_memory *memory)
{
    static char text[3 * LONG_TEXT];
    int length = snprintf(text, sizeof text, "{\"a\":\"the other rule\"}\n{\"long\":\"%.*s\"}\nx\n",
                          LONG_TEXT, long_text);
    netshare_error error = {.status = NETSHARE_ERROR_NO_MEMORY};
    netshare_matcher *matcher = new_matcher(allocator, memory);
    netshare_scratch *scratch = netshare_scratch_new(matcher, &error);
    netshare_event *parsed = scratch ? netshare_event_new(matcher, &error) : NULL;
    bool is_whole = parsed != NULL;
    if (is_whole) {
        netshare_line found[16];
        netshare_lines lines = NETSHARE_LINES_INIT;
        size_t count, no_memory = 0, others = 0;
        while (lines.offset < (size_t)length) {
            cr_assert_eq(netshare_match_lines(matcher, scratch, parsed, text, (size_t)length, found,
                                              COUNT(found), &count, &lines), NETSHARE_OK);
            for (size_t i = 0; i < count; i++) {
                no_memory += found[i].status == NETSHARE_ERROR_NO_MEMORY;
                others += found[i].number == 1 && found[i].status == NETSHARE_OK;
            }
        }
        is_whole = no_memory == 0;
        cr_assert(is_whole || memory->calls >= memory->fail_at);
        cr_assert_eq(lines.line, 3);
        cr_assert(others > 0 || !is_whole, "the match in line 1 is lost");
    } else {
        expect_no_memory(&error);
    }
    netshare_event_free(parsed);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return is_whole;
}

/* More of everything than there is room for at first. */
static const char dictionary[] =
    "{\"a\":[\"the other rule\",1,2,3,4,5,6,7,8,9,10],\"event\":[{\"category\":[\"process\"]},"
    "{},{},{},{},{},{},{},{},{},{\"category\":[]}],\"event.category\":[\"a\",\"b\",\"c\",\"d\","
    "\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]}";

static bool use_python(const netshare_allocator *allocator, test_memory *memory)
{
    netshare_error error = {.status = NETSHARE_ERROR_NO_MEMORY};
    netshare_matcher *matcher = new_matcher(allocator, memory);
    netshare_scratch *scratch = netshare_scratch_new(matcher, &error);
    netshare_python_event *python =
        scratch ? netshare_python_event_new(matcher, &fake_python, &error) : NULL;
    bool is_whole = python != NULL;
    void *object = fake_parse(dictionary);
    for (int time = 0; python && time < 2; time++) {
        netshare_result result;
        netshare_status status = netshare_match_python(matcher, scratch, python, object,
                                                       NETSHARE_DETAIL_RULES, &result);
        is_whole = is_whole && status == NETSHARE_OK;
        cr_assert(status == NETSHARE_OK || (status == NETSHARE_ERROR_NO_MEMORY && time == 0));
        cr_assert_eq(has_match(&result, "the other rule"), status == NETSHARE_OK);
        if (status != NETSHARE_OK)
            memory->fail_at = 0;
        memory->fail_all_after = memory->fail_all_after && is_whole;
    }
    if (!python)
        expect_no_memory(&error);
    fake_unref(object);
    netshare_python_event_free(python);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    cr_assert_eq(fake_live(), 0, "%zu objects are left", fake_live());
    return is_whole;
}

#ifdef NS_WITH_JSON
static bool count_reports(void *user, size_t index, const netshare_error *error)
{
    size_t *failures = user;
    (void)index;
    *failures += error != NULL;
    cr_assert(error == NULL || error->status == NETSHARE_ERROR_NO_MEMORY, "%s", error->message);
    return true;
}

/* json-c has memory of its own; all else is the hooks'. */
static bool use_documents(const netshare_allocator *allocator, test_memory *memory)
{
    static const char documents[] =
        "[{\"rule_id\":\"1\",\"name\":\"n\",\"type\":\"eql\",\"language\":\"eql\",\"risk_score\":1,"
        "\"severity\":\"low\",\"query\":\"process where process.name : \\\"x*\\\"\","
        "\"tags\":[\"a\",\"b\"],\"threat\":[{\"framework\":\"MITRE ATT&CK\",\"tactic\":{\"id\":"
        "\"TA0008\",\"name\":\"n\",\"reference\":\"r\"},\"technique\":[{\"id\":\"T1021\",\"name\":"
        "\"n\",\"reference\":\"r\",\"subtechnique\":[{\"id\":\"T1021.002\",\"name\":\"n\","
        "\"reference\":\"r\"}]}]}]},{\"rule_id\":\"2\",\"name\":\"m\",\"type\":\"eql\","
        "\"language\":\"eql\",\"risk_score\":1,\"severity\":\"low\",\"query\":"
        "\"any where true\"}]";
    netshare_builder *builder = new_builder(allocator);
    if (builder == NULL)
        return false;
    size_t failures = 0;
    netshare_document_counts counts = {0, 0, 0, 0};
    netshare_error error = {.status = NETSHARE_OK};
    netshare_status status = netshare_builder_add_documents(
        builder, documents, sizeof documents - 1, count_reports, &failures, &counts, &error);
    cr_assert(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY, "%s", error.message);
    bool is_whole = status == NETSHARE_OK && failures == 0;
    cr_assert(!is_whole || counts.added == 2);
    if (!is_whole)
        expect_usable(builder, memory, counts.added);
    netshare_builder_free(builder);
    return is_whole;
}

Test(faults, documents) { with_failing_hooks("documents", use_documents); }
#endif

Test(faults, event, .timeout = 120) { with_failing_hooks("event", use_event); }
Test(faults, python, .timeout = 120) { with_failing_hooks("python", use_python); }
Test(faults, lines, .timeout = 120) { with_failing_hooks("lines", use_lines); }
