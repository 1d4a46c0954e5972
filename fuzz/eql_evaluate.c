/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled queries against an interpreter of the syntax tree, on events and queries made of
 * the input; and all ways to ask for a verdict against each other. */
#include "base/memory.h"
#include "eql/check.h"
#include "eql/parser.h"
#include "generate.h"
#include "interpreter.h"

enum { EVENTS = 12 };

struct query {
    struct fuzz_text text;
    struct ns_arena arena;
    const struct ns_statement *statement;
    bool is_valid;
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    uint32_t flags;
};

static netshare_matcher *compile(struct query *query, netshare_error *error)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.flags = query->flags;
    netshare_builder *builder = fuzz_memory(netshare_builder_new(&options, NULL));
    netshare_builder_add_query(builder, "query", query->text.data, query->text.length, error);
    netshare_matcher *matcher = fuzz_memory(netshare_builder_build(builder, NULL));
    netshare_builder_free(builder);
    return matcher;
}

static void open_query(struct fuzz_input *in, struct query *query)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_allocator memory = ns_allocator_or_default(NULL);
    query->flags = fuzz_rarely(in, 4) ? NETSHARE_OPTION_ASCII_FOLDING : 0;
    fuzz_query(in, &query->text);
    struct ns_string text = {query->text.data, query->text.length};
    ns_arena_init(&query->arena, &memory);
    netshare_status status = ns_parse(text, &query->arena, &query->statement, &error);
    FUZZ_CHECK(status == NETSHARE_OK, "%s: %.*s", error.message, (int)text.length, text.data);
    status = ns_check(text, query->statement->filter.condition, &query->arena, &error);
    netshare_error compiled = {.status = NETSHARE_OK};
    query->matcher = compile(query, &compiled);
    query->is_valid = compiled.status == NETSHARE_OK;
    FUZZ_CHECK((status == NETSHARE_OK) == query->is_valid, "%s%s: %.*s", error.message,
               compiled.message, (int)text.length, text.data);
    query->scratch = fuzz_memory(netshare_scratch_new(query->matcher, NULL));
}

static void close_query(struct query *query)
{
    netshare_scratch_free(query->scratch);
    netshare_matcher_unref(query->matcher);
    ns_arena_free(&query->arena);
    fuzz_text_free(&query->text);
}

static bool note_root(void *user, const netshare_step *step)
{
    /* The test of the category and the condition: both must hold. */
    int *verdict = user;
    if (step->depth == 0)
        *verdict = *verdict != 0 && step->verdict;
    return true;
}

static void check_explanation(struct query *query, struct fuzz_view *view, bool verdict)
{
    int explained = -1;
    netshare_status status = netshare_explain(query->matcher, query->scratch, &fuzz_accessor, view,
                                              0, note_root, &explained);
    FUZZ_CHECK(status == NETSHARE_OK && (explained == 1) == verdict,
               "explained as %d, is %d: %.*s", explained, verdict, (int)query->text.length,
               query->text.data);
}

static void check_event(struct query *query, const struct fuzz_event *event)
{
    struct naive naive = {.event = event};
    naive.fold = query->flags & NETSHARE_OPTION_ASCII_FOLDING ? NAIVE_ASCII : NAIVE_UNICODE;
    bool expected = naive_verdict(&naive, &query->statement->filter);
    struct fuzz_view view = {query->matcher, event};
    bool verdict = false;
    for (int detail = NETSHARE_DETAIL_VERDICT; detail <= NETSHARE_DETAIL_CLAUSES; detail++) {
        netshare_result result;
        netshare_status status = netshare_match(query->matcher, query->scratch, &fuzz_accessor,
                                                &view, (netshare_detail)detail, &result);
        FUZZ_CHECK(status == NETSHARE_OK, "status %d", (int)status);
        FUZZ_CHECK(detail == 0 || result.matched == verdict, "detail %d: %d: %.*s", detail,
                   result.matched, (int)query->text.length, query->text.data);
        verdict = result.matched;
    }
    FUZZ_CHECK(naive.is_uncertain || verdict == expected, "expected %d: %.*s", expected,
               (int)query->text.length, query->text.data);
    check_explanation(query, &view, verdict);
    naive_release(&naive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_begin(data, size);
    struct query query = {.text = {NULL, 0, 0}};
    open_query(&in, &query);
    for (int i = 0; query.is_valid && i < EVENTS && fuzz_left(&in) > 0; i++) {
        struct fuzz_event event;
        fuzz_event(&in, &event);
        check_event(&query, &event);
        fuzz_event_free(&event);
    }
    close_query(&query);
    return 0;
}
