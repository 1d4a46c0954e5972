/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *block)
{
    cr_assert_not_null(block, "out of memory in the test itself");
    return block;
}

/* --- events --- */

static bool view_get(void *event, size_t field, size_t index, netshare_value *value)
{
    test_view *view = event;
    cr_assert_lt(field, view->field_count, "asked for a field that does not exist");
    view->total_calls++;
    view->calls[field]++;
    if (index != view->next[field]) {
        view->out_of_order = true;
    }
    view->next[field] = index + 1;
    if (index >= view->fields[field].count) {
        return false;
    }
    *value = view->fields[field].values[index];
    return true;
}

const netshare_accessor test_accessor = NETSHARE_ACCESSOR_INIT(view_get);

/* Length of the UTF-8 sequence at `bytes`, 0 when it is not valid. */
static size_t decode(const unsigned char *bytes, size_t left, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xC0 ? 0 : bytes[0] < 0xE0 ? 2
                  : bytes[0] < 0xF0 ? 3 : bytes[0] < 0xF8 ? 4 : 0;
    if (length == 0 || length > left) {
        return 0;
    }
    uint32_t c = length == 1 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (bytes[i] & 0x3Fu);
    }
    if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
        return 0;
    }
    *code = c;
    return length;
}

uint16_t *test_to_utf16(const char *bytes, size_t length, size_t *units)
{
    uint16_t *text = must(malloc((length + 1) * sizeof *text));
    *units = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code = 0;
        size_t step = decode((const unsigned char *)bytes + at, length - at, &code);
        if (step == 0) {
            free(text);
            return NULL;
        }
        at += step;
        if (code < 0x10000) {
            text[(*units)++] = (uint16_t)code;
        } else {
            text[(*units)++] = (uint16_t)(0xD7C0 + (code >> 10));
            text[(*units)++] = (uint16_t)(0xDC00 + (code & 0x3FF));
        }
    }
    return text;
}

static void widen(test_view *view, netshare_value *value)
{
    size_t units = 0;
    if (value->type != NETSHARE_VALUE_UTF8) {
        return;
    }
    uint16_t *text = test_to_utf16(value->as.utf8.data, value->as.utf8.length, &units);
    if (text == NULL) {
        return;
    }
    *value = netshare_value_from_utf16(text, units);
    view->owned = must(realloc(view->owned, (view->owned_count + 1) * sizeof *view->owned));
    view->owned[view->owned_count++] = text;
}

static void copy_field(test_view *view, size_t index, const test_field *from, bool utf16)
{
    netshare_value *values = must(malloc((from->count + 1) * sizeof *values));
    if (from->count > 0) {
        memcpy(values, from->values, from->count * sizeof *values);
    }
    for (size_t i = 0; utf16 && i < from->count; i++) {
        widen(view, &values[i]);
    }
    view->fields[index].count = from->count;
    view->fields[index].values = values;
    view->owned = must(realloc(view->owned, (view->owned_count + 1) * sizeof *view->owned));
    view->owned[view->owned_count++] = values;
}

test_view *test_view_new(const netshare_matcher *matcher, const test_event *event, bool utf16)
{
    test_view *view = must(calloc(1, sizeof *view));
    view->field_count = netshare_matcher_field_count(matcher);
    view->fields = must(calloc(view->field_count + 1, sizeof *view->fields));
    view->calls = must(calloc(view->field_count + 1, sizeof *view->calls));
    view->next = must(calloc(view->field_count + 1, sizeof *view->next));
    for (size_t f = 0; f < view->field_count; f++) {
        const char *name = netshare_matcher_field_name(matcher, f);
        for (size_t i = 0; i < event->count; i++) {
            if (strcmp(event->fields[i].name, name) == 0) {
                copy_field(view, f, &event->fields[i], utf16);
            }
        }
    }
    return view;
}

void test_view_reset(test_view *view)
{
    memset(view->calls, 0, view->field_count * sizeof *view->calls);
    memset(view->next, 0, view->field_count * sizeof *view->next);
    view->total_calls = 0;
    view->out_of_order = false;
}

void test_view_free(test_view *view)
{
    for (size_t i = 0; i < view->owned_count; i++) {
        free(view->owned[i]);
    }
    free(view->owned);
    free(view->fields);
    free(view->calls);
    free(view->next);
    free(view);
}

/* --- compiling and matching --- */

netshare_matcher *test_compile(const char *query, uint32_t flags, const char *category_field)
{
    char rendered[1024] = "";
    netshare_error error = {.status = NETSHARE_OK};
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.flags = flags;
    options.event_category_field = category_field;
    netshare_builder *builder = netshare_builder_new(&options, &error);
    cr_assert_not_null(builder);
    netshare_status status =
        netshare_builder_add_query(builder, "query", query, strlen(query), &error);
    if (status != NETSHARE_OK) {
        netshare_error_render(&error, rendered, sizeof rendered);
        netshare_builder_free(builder);
        cr_assert_fail("does not compile: %.200s\n%s", query, rendered);
    }
    netshare_matcher *matcher = netshare_builder_build(builder, &error);
    netshare_builder_free(builder);
    cr_assert_not_null(matcher, "%s", error.message);
    return matcher;
}

netshare_matcher *test_compile_all(const char *const *queries, size_t count, int digits)
{
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    cr_assert_not_null(builder);
    for (size_t i = 0; i < count; i++) {
        char id[16];
        snprintf(id, sizeof id, "%0*zu", digits, i);
        cr_assert_eq(netshare_builder_add_query(builder, id, queries[i], strlen(queries[i]), NULL),
                     NETSHARE_OK, "%s", queries[i]);
    }
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    netshare_builder_free(builder);
    cr_assert_not_null(matcher);
    return matcher;
}

void test_list_matches(const netshare_result *result, char found[TEST_MATCHES])
{
    *found = '\0';
    for (size_t i = 0; i < result->match_count; i++) {
        strcat(found, i ? " " : "");
        strcat(found, netshare_rule_string(result->rules[i], NETSHARE_RULE_ID));
    }
}

static bool run(const netshare_matcher *matcher, netshare_scratch *scratch, test_view *view,
                netshare_detail detail)
{
    netshare_result result = {.matched = true};
    test_view_reset(view);
    netshare_status status =
        netshare_match(matcher, scratch, &test_accessor, view, detail, &result);
    cr_assert_eq(status, NETSHARE_OK, "%s", netshare_status_string(status));
    cr_assert_eq(result.matched, result.match_count > 0);
    return result.matched;
}

bool test_matcher_matches(const netshare_matcher *matcher, const test_event *event)
{
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    cr_assert_not_null(scratch);
    test_view *view = test_view_new(matcher, event, false);
    bool matched = run(matcher, scratch, view, NETSHARE_DETAIL_RULES);
    test_view_free(view);
    netshare_scratch_free(scratch);
    return matched;
}

bool test_matches(const char *query, uint32_t flags, const test_event *event)
{
    netshare_matcher *matcher = test_compile(query, flags, NULL);
    bool matched = test_matcher_matches(matcher, event);
    netshare_matcher_unref(matcher);
    return matched;
}

/* --- the verdict from every side --- */

enum { MAX_STEPS = 512 };

typedef struct steps {
    netshare_step step[MAX_STEPS];
    size_t count;
} steps;

static bool collect(void *user, const netshare_step *step)
{
    steps *all = user;
    cr_assert_lt(all->count, MAX_STEPS);
    all->step[all->count++] = *step;
    return true;
}

/* Does the node's verdict follow from those of the nodes right below it? */
static void expect_consistent(const steps *all, size_t node, const char *query)
{
    const netshare_step *parent = &all->step[node];
    size_t below = 0, holding = 0;
    for (size_t i = node + 1; i < all->count && all->step[i].depth > parent->depth; i++) {
        if (all->step[i].depth == parent->depth + 1) {
            below++;
            holding += all->step[i].verdict;
        }
    }
    bool follows = parent->kind == NETSHARE_STEP_AND ? holding == below
                 : parent->kind == NETSHARE_STEP_OR  ? holding > 0
                 : parent->kind == NETSHARE_STEP_NOT ? holding == 0 : parent->verdict;
    cr_expect_eq(parent->verdict, follows, "explain: node %zu of %.200s", node, query);
    cr_expect_eq(below > 0, parent->kind != NETSHARE_STEP_CLAUSE, "explain: node %zu of %.200s",
                 node, query);
    cr_expect(parent->kind != NETSHARE_STEP_NOT || below == 1);
}

static void expect_explained(const netshare_matcher *matcher, netshare_scratch *scratch,
                             test_view *view, const char *query, bool verdict)
{
    steps *all = must(calloc(1, sizeof *all));
    netshare_status status =
        netshare_explain(matcher, scratch, &test_accessor, view, 0, collect, all);
    cr_assert_eq(status, NETSHARE_OK, "explain: %s", netshare_status_string(status));
    cr_assert_gt(all->count, 0);
    cr_expect_eq(all->step[0].depth, 0);
    cr_expect_eq(all->step[0].verdict, verdict, "explain differs: %.200s", query);
    for (size_t i = 0; i < all->count; i++) {
        cr_expect(i == 0 || (all->step[i].depth > 0 &&
                             all->step[i].depth <= all->step[i - 1].depth + 1),
                  "explain: depth of node %zu of %.200s", i, query);
        cr_expect_leq(all->step[i].query_offset + all->step[i].query_length, strlen(query));
        expect_consistent(all, i, query);
    }
    free(all);
}

static void expect_query(const char *query, uint32_t flags, const test_event *event, bool verdict)
{
    netshare_matcher *matcher = test_compile(query, flags, NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    cr_assert_not_null(scratch);
    for (int utf16 = 0; utf16 < 2; utf16++) {
        test_view *view = test_view_new(matcher, event, utf16 == 1);
        const char *kind = utf16 ? "UTF-16" : "UTF-8";
        for (int detail = NETSHARE_DETAIL_VERDICT; detail <= NETSHARE_DETAIL_CLAUSES; detail++) {
            cr_expect_eq(run(matcher, scratch, view, (netshare_detail)detail), verdict,
                         "expected %s (%s, detail %d): %.200s", verdict ? "true" : "false", kind,
                         detail, query);
        }
        expect_explained(matcher, scratch, view, query, verdict);
        test_view_free(view);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

void test_expect(const char *condition, uint32_t flags, const test_event *event, bool verdict)
{
    size_t room = strlen(condition) + 32;
    char *query = must(malloc(room));
    snprintf(query, room, "any where %s", condition);
    expect_query(query, flags, event, verdict);
    char *formatted = test_format(query, strlen(query));
    expect_query(formatted, flags, event, verdict);
    free(formatted);
    snprintf(query, room, "any where not (%s\n)", condition);
    expect_query(query, flags, event, !verdict);
    free(query);
}

void test_expect_rows(const test_event *event, const test_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_expect(rows[i].condition, 0, event, rows[i].verdict);
    }
}

void test_refused(const char *query, size_t length, netshare_status status, size_t line,
                  size_t column, const char *text)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_status got = netshare_query_check(query, length, &error);
    int shown = length > 120 ? 120 : (int)length;
    cr_expect_eq(got, status, "%.*s\n  expected: %s\n  got: %s: %s", shown, query,
                 netshare_status_string(status), netshare_status_string(got),
                 got == NETSHARE_OK ? "" : error.message);
    if (got == NETSHARE_OK) {
        return;
    }
    cr_expect_eq(error.status, got);
    cr_expect(error.message[0] != 0);
    cr_expect(error.line == line && (column == 0 || error.column == column),
              "%.*s\n  expected at %zu:%zu, got %zu:%zu: %s", shown, query, line, column,
              error.line, error.column, error.message);
    cr_expect(error.offset == NETSHARE_NO_OFFSET ||
                  (error.offset <= length && error.length <= length - error.offset),
              "%.*s\n  %zu bytes at %zu of %zu", shown, query, error.length, error.offset, length);
    cr_expect(text == NULL || strstr(error.message, text) != NULL,
              "%.*s\n  expected '%s' in: %s", shown, query, text ? text : "", error.message);
}

/* --- text --- */

bool test_text_write(void *user, const char *piece, size_t length)
{
    test_text *text = user;
    text->data = must(realloc(text->data, text->length + length + 1));
    if (length > 0) {
        memcpy(text->data + text->length, piece, length);
    }
    text->length += length;
    text->data[text->length] = 0;
    return true;
}

void test_text_add(test_text *text, const char *piece)
{
    test_text_write(text, piece, strlen(piece));
}

char *test_format(const char *query, size_t length)
{
    test_text text = {NULL, 0};
    netshare_error error = {.status = NETSHARE_OK};
    test_text_add(&text, "");
    netshare_status status = netshare_query_format(query, length, test_text_write, &text, &error);
    cr_assert_eq(status, NETSHARE_OK, "format: %s: %.200s", error.message, query);
    return text.data;
}

/* --- memory --- */

static bool refuse(test_memory *memory)
{
    memory->calls++;
    return memory->fail_at != 0 &&
           (memory->calls == memory->fail_at ||
            (memory->fail_all_after && memory->calls > memory->fail_at));
}

static void *counting_allocate(void *user, size_t size)
{
    test_memory *memory = user;
    cr_assert_neq(size, 0);
    void *block = refuse(memory) ? NULL : malloc(size);
    memory->live += block != NULL;
    return block;
}

static void *counting_reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    test_memory *memory = user;
    cr_assert_neq(new_size, 0);
    cr_assert(block != NULL || old_size == 0);
    void *moved = refuse(memory) ? NULL : realloc(block, new_size);
    memory->live += block == NULL && moved != NULL;
    return moved;
}

static void counting_release(void *user, void *block)
{
    test_memory *memory = user;
    memory->live -= block != NULL;
    free(block);
}

netshare_allocator test_allocator(test_memory *memory)
{
    return (netshare_allocator){counting_allocate, counting_reallocate, counting_release, memory};
}

/* --- files --- */

char *test_read_file(const char *path, size_t *length)
{
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *data = must(malloc((size_t)size + 1));
    *length = fread(data, 1, (size_t)size, file);
    data[*length] = 0;
    fclose(file);
    return data;
}

static char *existing(const char *folder, const char *name)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = must(malloc(room));
    snprintf(path, room, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        free(path);
        return NULL;
    }
    fclose(file);
    return path;
}

static char *shared_path(const char *variable, const char *fallback, const char *name)
{
    const char *folder = getenv(variable);
    return existing(folder != NULL ? folder : fallback, name);
}

char *test_source_path(const char *name)
{
    return existing(NETSHARE_SOURCE_ROOT, name);
}

char *test_conformance_path(const char *name)
{
    return shared_path("NETSHARE_CONFORMANCE_DIR", NETSHARE_SOURCE_ROOT "/../shared/conformance",
                       name);
}

char *test_corpus_path(const char *name)
{
    return shared_path("NETSHARE_CORPUS_DIR", NETSHARE_SOURCE_ROOT "/../shared/corpus", name);
}

size_t test_thinning(void)
{
    const char *wanted = getenv("NETSHARE_TEST_THINNING");
    size_t thinning = wanted ? strtoul(wanted, NULL, 10) : 1;
    return thinning > 0 ? thinning : 1;
}
