/* SPDX-License-Identifier: Apache-2.0 */
/* Memory: every allocation may fail, none is made by a match, none is left over. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/names.h"
#include "event/json_paths.h"
#include "support.h"

#include <criterion/criterion.h>
#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const queries[] = {
    "process where a : \"x*\" and not b in (\"p\", \"q\", \"r\") and c like (\"?a*\", \"*b?\", \"c\")",
    "any where a == \"x\" or a in~ (\"one\", \"two\") or length(concat(a, b, \"!\")) > 3",
    "any where c regex (\"[a-z]+[0-9]{2,5}(x|y)\", \".*\\\\.exe\") or c regex~ \"abc\"",
    "any where cidrMatch(ip, \"10.0.0.0/8\", \"fe80::/10\") and substring(a, 1, 3) : \"b\"",
    "any where n + 1 * 2 > 5 and n in (1, 2) and string(n) == \"5\" and between(a, \"x\", \"y\") : \"\"",
    "any where wildcard(a, \"*a*\", \"b?\") and number(a, 16) == 5 and indexOf(a, \"b\", 1) == null",
};

static const test_event event = EVENT(
    FIELD("event.category", STR("process")), FIELD("a", STR("xylophone"), STR("y")),
    FIELD("b", STR("s"), STR("\xC3\xA9")), FIELD("c", STR("aab"), STR("abc12x")),
    FIELD("ip", STR("10.1.2.3")), FIELD("n", INT(5)));

static bool add_queries(netshare_builder *builder, netshare_error *error)
{
    for (size_t i = 0; i < COUNT(queries); i++) {
        netshare_status status =
            netshare_builder_add_query(builder, "rule", queries[i], strlen(queries[i]), error);
        if (status != NETSHARE_OK) {
            cr_expect_eq(status, NETSHARE_ERROR_NO_MEMORY, "%s", error->message);
            return false;
        }
    }
    netshare_status status = netshare_builder_add_builtin(builder, error);
    cr_expect(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY);
    return status == NETSHARE_OK;
}

/* NULL when memory ran out on the way. */
static netshare_matcher *make(const netshare_allocator *allocator)
{
    netshare_error error = {.status = NETSHARE_ERROR_NO_MEMORY};
    netshare_options options = NETSHARE_OPTIONS_INIT;
    netshare_matcher *matcher = NULL;
    options.allocator = allocator;
    netshare_builder *builder = netshare_builder_new(&options, &error);
    if (builder != NULL && add_queries(builder, &error)) {
        matcher = netshare_builder_build(builder, &error);
    }
    if (matcher == NULL) {
        cr_expect_eq(error.status, NETSHARE_ERROR_NO_MEMORY);
    }
    netshare_builder_free(builder);
    return matcher;
}

/* One run with the given failure; true when nothing failed. */
static bool survives(test_memory *memory)
{
    netshare_allocator allocator = test_allocator(memory);
    netshare_scratch *scratch = NULL;
    netshare_matcher *matcher = make(&allocator);
    if (matcher != NULL) {
        netshare_error error = {.status = NETSHARE_OK};
        scratch = netshare_scratch_new(matcher, &error);
        cr_expect(scratch != NULL || error.status == NETSHARE_ERROR_NO_MEMORY);
    }
    if (scratch != NULL) {
        netshare_result result;
        test_view *view = test_view_new(matcher, &event, false);
        cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view,
                                    NETSHARE_DETAIL_RULES, &result), NETSHARE_OK);
        cr_expect_eq(result.match_count, 3);
        test_view_free(view);
    }
    bool whole = scratch != NULL;
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    cr_expect_eq(memory->live, 0, "call %zu failed: %zu blocks left", memory->fail_at,
                 memory->live);
    return whole;
}

Test(memory, every_allocation_may_fail, .timeout = 120)
{
    for (int all_after = 0; all_after < 2; all_after++) {
        bool whole = false;
        size_t fail_at = 0;
        while (!whole && fail_at < 100000) {
            test_memory memory = {.fail_at = ++fail_at, .fail_all_after = all_after == 1};
            whole = survives(&memory);
            cr_assert(!whole || memory.calls < fail_at,
                      "call %zu failed and nothing came of it", fail_at);
        }
        cr_expect(whole);
        cr_expect_gt(fail_at, 10);
    }
}

Test(memory, a_builder_can_go_on_after_a_failure)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.allocator = &allocator;
    netshare_builder *builder = netshare_builder_new(&options, NULL);
    cr_assert_not_null(builder);
    for (size_t step = 1; step < 60; step++) {
        memory.fail_at = memory.calls + step;
        netshare_status status =
            netshare_builder_add_query(builder, "rule", queries[0], strlen(queries[0]), NULL);
        memory.fail_at = 0;
        cr_expect(status == NETSHARE_OK || status == NETSHARE_ERROR_NO_MEMORY);
    }
    netshare_matcher *matcher = NULL;
    for (size_t step = 1; matcher == NULL && step < 1000; step++) {
        memory.fail_at = memory.calls + step;
        matcher = netshare_builder_build(builder, NULL);
    }
    memory.fail_at = 0;
    cr_assert_not_null(matcher);
    cr_expect(test_matcher_matches(matcher, &event));
    netshare_builder_free(builder);
    netshare_matcher_unref(matcher);
    cr_expect_eq(memory.live, 0);
}

Test(memory, a_match_allocates_nothing)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    netshare_matcher *matcher = make(&allocator);
    cr_assert_not_null(matcher);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    cr_assert_not_null(scratch);
    for (int utf16 = 0; utf16 < 2; utf16++) {
        test_view *view = test_view_new(matcher, &event, utf16 == 1);
        size_t calls = memory.calls;
        for (int i = 0; i < 300; i++) {
            netshare_result result;
            netshare_clause clauses[4];
            cr_assert_eq(netshare_match(matcher, scratch, &test_accessor, view,
                                        (netshare_detail)(i % 3), &result), NETSHARE_OK);
            cr_assert(result.matched);
            netshare_result_clauses(scratch, 0, clauses, COUNT(clauses));
        }
        cr_expect_eq(memory.calls, calls);
        test_view_free(view);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    cr_expect_eq(memory.live, 0);
}

/* The exception that netshare_match() documents. */
Test(memory, a_long_computed_string_may_fail_and_then_stays)
{
    static char text[100000];
    memset(text, 'a', sizeof text);
    const test_field field = {"a", 1, (const netshare_value[]){
        netshare_value_from_utf8(text, sizeof text)}};
    const test_event large = {1, &field};
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.allocator = &allocator;
    netshare_builder *builder = netshare_builder_new(&options, NULL);
    static const char query[] = "any where length(concat(a, \"!\", a)) == 200001";
    cr_assert_eq(netshare_builder_add_query(builder, "r", query, strlen(query), NULL), NETSHARE_OK);
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    test_view *view = test_view_new(matcher, &large, false);
    netshare_result result = {.matched = true};
    memory.fail_at = memory.calls + 1;
    memory.fail_all_after = true;
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_ERROR_NO_MEMORY);
    cr_expect_not(result.matched);
    memory.fail_at = 0;
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_OK);
    cr_expect(result.matched);
    size_t calls = memory.calls;
    cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                &result), NETSHARE_OK);
    cr_expect_eq(memory.calls, calls);
    test_view_free(view);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    netshare_builder_free(builder);
    cr_expect_eq(memory.live, 0);
}

/* --- sizes that cannot be --- */

Test(memory, sizes_that_overflow_are_out_of_memory)
{
    test_memory memory = {.fail_at = 1, .fail_all_after = true};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_arena arena;
    ns_arena_init(&arena, &allocator);
    cr_expect_null(ns_alloc(&allocator, SIZE_MAX / 8 + 1, 8));
    cr_expect_null(ns_alloc_zero(&allocator, SIZE_MAX, SIZE_MAX));
    cr_expect_null(ns_copy_string(&allocator, "", SIZE_MAX));
    cr_expect_null(ns_arena_alloc(&arena, SIZE_MAX / 8 + 1, 8));
    cr_expect_null(ns_arena_string(&arena, "", SIZE_MAX));
    cr_expect_eq(memory.calls, 0, "a product that wrapped was asked for");
    for (size_t less = 0; less < 200; less++) {
        cr_expect_null(ns_arena_alloc(&arena, 1, SIZE_MAX - less));
        cr_expect_null(ns_arena_alloc(&arena, SIZE_MAX - less, 1));
    }
    size_t capacity = SIZE_MAX / 2 + 1;
    cr_expect_null(ns_grow(&allocator, NULL, &capacity, capacity, 1));
    capacity = SIZE_MAX / 16;
    cr_expect_null(ns_grow(&allocator, NULL, &capacity, capacity, 9));
    cr_expect_eq(capacity, SIZE_MAX / 16);
    ns_arena_free(&arena);
}

Test(memory, a_buffer_of_more_than_there_can_be_fails_and_stays_failed)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_buffer buffer;
    ns_buffer_init(&buffer, &allocator);
    ns_buffer_add(&buffer, "abc", 3);
    ns_buffer_add(&buffer, "abc", SIZE_MAX - 2);
    cr_expect(buffer.failed);
    ns_buffer_add_byte(&buffer, 'd');
    cr_expect(buffer.failed);
    cr_expect_eq(buffer.length, 3);
    ns_buffer_free(&buffer);
    cr_expect_eq(memory.live, 0);
}

/* Numbers of 32 bits name them. */
Test(memory, there_are_no_more_names_and_places_than_have_numbers)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_names names;
    ns_names_init(&names, &allocator);
    cr_assert_eq(ns_names_add(&names, "a", 1), 0);
    names.count = UINT32_MAX - 1;
    cr_expect_eq(ns_names_add(&names, "b", 1), NS_NO_NAME);
    names.count = 1;
    cr_expect_eq(ns_names_add(&names, "b", 1), 1);
    ns_names_free(&names);

    struct ns_json_paths paths;
    cr_assert(ns_json_paths_init(&paths, &allocator));
    size_t count = paths.place_count;
    cr_assert_neq(ns_json_paths_add(&paths, "a", 1), NS_JSON_NOWHERE);
    paths.place_count = UINT32_MAX;
    cr_expect_eq(ns_json_paths_add(&paths, "b", 1), NS_JSON_NOWHERE);
    paths.place_count = count + 1;
    ns_json_paths_free(&paths);
    cr_expect_eq(memory.live, 0);
}

Test(memory, names_can_be_cut_and_sealed)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_names names;
    char text[12];
    ns_names_init(&names, &allocator);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 1000; i++)
            cr_assert_eq(ns_names_add(&names, text, (size_t)sprintf(text, "%zu", i)), i);
        ns_names_cut(&names, 300);
        for (size_t i = 0; i < 1000; i++)
            cr_assert_eq(ns_names_find(&names, text, (size_t)sprintf(text, "%zu", i)),
                         i < 300 ? i : NS_NO_NAME);
    }
    const char *kept = names.items[299].text;
    size_t live = memory.live;
    ns_names_seal(&names);
    cr_expect_lt(memory.live, live);
    cr_expect_str_eq(kept, "299");
    cr_expect_eq(ns_names_find(&names, "299", 3), NS_NO_NAME);
    ns_names_free(&names);
    cr_expect_eq(memory.live, 0);
}

/* --- arenas --- */

Test(memory, an_arena_keeps_strings_apart_and_items_aligned)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_arena arena;
    ns_arena_init(&arena, &allocator);
    uint64_t *numbers[200];
    char *strings[200], text[700];
    for (size_t i = 0; i < COUNT(strings); i++) {
        size_t length = i % 50 == 49 ? sizeof text : i; /* some have blocks of their own */
        memset(text, 'a' + (int)(i % 26), sizeof text);
        strings[i] = ns_arena_string(&arena, text, length);
        numbers[i] = ns_arena_alloc(&arena, 1 + i % 3, sizeof **numbers);
        cr_assert(strings[i] && numbers[i]);
        cr_expect_eq((uintptr_t)numbers[i] % alignof(uint64_t), 0);
        *numbers[i] = i;
    }
    for (size_t i = 0; i < COUNT(strings); i++) {
        size_t length = i % 50 == 49 ? sizeof text : i;
        cr_expect_eq(strlen(strings[i]), length);
        cr_expect_eq(strspn(strings[i], (char[]){(char)('a' + i % 26), 0}), length);
        cr_expect_eq(*numbers[i], i);
    }
    ns_arena_free(&arena);
    cr_expect_eq(memory.live, 0);
}

Test(memory, an_arena_gives_back_what_came_after_a_mark)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_arena arena;
    ns_arena_init(&arena, &allocator);
    const struct ns_arena_mark empty = ns_arena_mark(&arena);
    const char *kept = ns_arena_string(&arena, "kept", 4);
    const struct ns_arena_mark mark = ns_arena_mark(&arena);
    size_t live = memory.live, size = arena.size;
    for (int round = 0; round < 3; round++) {
        const char *next = ns_arena_string(&arena, "gone", 4);
        cr_assert_not_null(next);
        cr_expect_eq(next, kept - 5, "the room is not used again");
        for (size_t i = 0; i < 100; i++)
            cr_assert(ns_arena_alloc(&arena, i, 16) && ns_arena_string(&arena, "more", 4));
        ns_arena_release(&arena, &mark);
        cr_expect_eq(memory.live, live);
        cr_expect_eq(arena.size, size);
        cr_expect_str_eq(kept, "kept");
    }
    ns_arena_release(&arena, &empty);
    cr_expect_eq(memory.live, 0);
    ns_arena_free(&arena);
}

Test(memory, an_arena_that_was_rewound_uses_its_blocks_again)
{
    test_memory memory = {.fail_at = 0};
    netshare_allocator allocator = test_allocator(&memory);
    struct ns_arena arena;
    ns_arena_init(&arena, &allocator);
    for (int round = 0; round < 3; round++) {
        size_t calls = memory.calls;
        for (size_t i = 1; i < 100; i++) {
            unsigned char *block = ns_arena_alloc(&arena, i, 17);
            cr_assert_not_null(block);
            for (size_t b = 0; b < i * 17; b++)
                cr_assert_eq(block[b], 0, "memory of an arena is not all zero");
            memset(block, 0xFF, i * 17);
        }
        cr_expect(round == 0 || memory.calls == calls);
        size_t size = arena.size;
        cr_expect_gt(size, 99 * 100 / 2 * 17);
        ns_arena_rewind(&arena);
        cr_expect_eq(arena.size, size, "rewinding released something");
    }
    ns_arena_free(&arena);
    cr_expect_eq(arena.size, 0);
    cr_expect_eq(memory.live, 0);
}

Test(memory, empty_copies_are_copies)
{
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_arena arena;
    ns_arena_init(&arena, &allocator);
    char *text = ns_copy_string(&allocator, NULL, 0);
    cr_expect_str_eq(text, "");
    ns_free(&allocator, text);
    void *nothing = ns_alloc(&allocator, 5, 0);
    cr_expect_not_null(nothing);
    ns_free(&allocator, nothing);
    cr_expect_str_eq(ns_arena_string(&arena, NULL, 0), "");
    void *first = ns_arena_copy(&arena, NULL, 0, 8), *second = ns_arena_alloc(&arena, 0, 0);
    cr_expect(first && second && first != second);
    ns_arena_free(&arena);
}

/* --- nothing is written beyond a block --- */

enum { HEADER = 16, GUARD = 64, GUARD_BYTE = 0xA5 };
static_assert(HEADER >= sizeof(size_t) && HEADER % alignof(max_align_t) == 0, "stays aligned");

static void *guarded_allocate(void *user, size_t size)
{
    char *whole = malloc(HEADER + size + GUARD);
    (void)user;
    if (!whole)
        return NULL;
    memcpy(whole, &size, sizeof size);
    memset(whole + HEADER + size, GUARD_BYTE, GUARD);
    return whole + HEADER;
}

static void guarded_release(void *user, void *block)
{
    (void)user;
    if (!block)
        return;
    char *whole = (char *)block - HEADER;
    size_t size;
    memcpy(&size, whole, sizeof size);
    for (size_t i = 0; i < GUARD; i++)
        cr_assert_eq((unsigned char)whole[HEADER + size + i], GUARD_BYTE, "%zu bytes, byte %zu",
                     size, size + i);
    free(whole);
}

static void *guarded_reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    void *moved = guarded_allocate(user, new_size);
    if (moved && block) {
        memcpy(moved, block, old_size < new_size ? old_size : new_size);
        guarded_release(user, block);
    }
    return moved;
}

enum { FIELDS = 40, VALUES = 100 };

static bool get_one_of_many(void *user, size_t field, size_t index, netshare_value *value)
{
    (void)user, (void)field;
    *value = netshare_value_from_int64((int64_t)index);
    return index < VALUES;
}

/* More fields than there is room for all values of, and more values than are kept of one. */
Test(memory, values_stay_within_what_was_allocated)
{
    static const netshare_accessor many = NETSHARE_ACCESSOR_INIT(get_one_of_many);
    netshare_allocator allocator = {guarded_allocate, guarded_reallocate, guarded_release, NULL};
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.allocator = &allocator;
    netshare_builder *builder = netshare_builder_new(&options, NULL);
    for (int field = 0; field < FIELDS; field++) {
        char query[64];
        int length = snprintf(query, sizeof query, "any where f%d == %d", field, VALUES - 1);
        cr_assert_eq(netshare_builder_add_query(builder, "rule", query, (size_t)length, NULL),
                     NETSHARE_OK);
    }
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_result result;
    cr_expect_eq(netshare_match(matcher, scratch, &many, NULL, NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_OK);
    cr_expect_eq(result.match_count, FIELDS);
    netshare_scratch_free(scratch);
    netshare_builder_free(builder);
    netshare_matcher_unref(matcher);
}
