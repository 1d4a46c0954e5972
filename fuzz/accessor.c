/* SPDX-License-Identifier: Apache-2.0 */
/* A host whose accessor breaks its promises: other values at each call, types that do not
 * exist, fields that end and begin again, strings of no memory, very many values. Whatever
 * the verdict, nothing may be read that was not given, and every call ends. */
#include "generate.h"

enum { CALLS = 6 };

struct host {
    struct fuzz_input *in;
    size_t endless; /* a field that has as many values as are asked for; none if large */
    size_t answers;
    /* Answers to a call, then fields have no more values: mostly more than are kept of one, and
     * few enough for the combinations of several. */
    size_t patience;
    void *strings[64];
    size_t next_string;
};

static bool get(void *user, size_t field, size_t index, netshare_value *value)
{
    struct host *host = user;
    if (host->answers++ > host->patience)
        return false;
    if (field == host->endless) {
        *value = netshare_value_from_int64((int64_t)index);
        return true;
    }
    switch (fuzz_below(host->in, 10)) {
    case 0:
        return false;
    case 1:
        *value = netshare_value_from_utf8(NULL, 0);
        return true;
    case 2:
        *value = netshare_value_from_utf16(NULL, 0);
        return true;
    case 3:
        *value = netshare_value_from_utf8(NULL, 12345);
        return true;
    case 4:
        value->type = (netshare_value_type)(6 + fuzz_byte(host->in));
        return true;
    case 5:
        *value = netshare_value_from_double((double)fuzz_word(host->in) / 0.0);
        return true;
    case 6:
        *value = netshare_value_from_bool(fuzz_byte(host->in) & 1);
        return true;
    case 7:
        *value = netshare_value_from_int64((int8_t)fuzz_byte(host->in));
        return true;
    default:
        break;
    }
    size_t length = fuzz_below(host->in, 24);
    if (host->next_string == sizeof host->strings / sizeof *host->strings)
        return false;
    void *string = fuzz_take(host->in, &length);
    host->strings[host->next_string++] = string;
    *value = length % 2 == 0 && length > 0 && fuzz_byte(host->in) & 1
                 ? netshare_value_from_utf16(string, length / 2)
                 : netshare_value_from_utf8(string, length);
    return true;
}

static void forget_strings(struct host *host)
{
    while (host->next_string > 0)
        free(host->strings[--host->next_string]);
}

static bool visit(void *user, const netshare_step *step)
{
    size_t *steps = user;
    ++*steps;
    return step->depth < 100;
}

static netshare_matcher *compile(struct fuzz_input *in)
{
    struct fuzz_text query = {NULL, 0, 0};
    netshare_builder *builder = fuzz_memory(netshare_builder_new(NULL, NULL));
    for (size_t left = 1 + fuzz_below(in, 6); left > 0; left--) {
        fuzz_query(in, &query);
        netshare_builder_add_query(builder, "rule", query.data, query.length, NULL);
    }
    netshare_matcher *matcher = fuzz_memory(netshare_builder_build(builder, NULL));
    netshare_builder_free(builder);
    fuzz_text_free(&query);
    return matcher;
}

static void ask(const netshare_matcher *matcher, netshare_scratch *scratch, struct host *host,
                netshare_detail detail)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    netshare_result result = {false, 0, NULL};
    netshare_clause clauses[8];
    netshare_status status = netshare_match(matcher, scratch, &accessor, host, detail, &result);
    FUZZ_CHECK(status == NETSHARE_OK || status == NETSHARE_ERROR_LIMIT, "%d", (int)status);
    FUZZ_CHECK(result.match_count <= netshare_matcher_rule_count(matcher) &&
                   result.matched == (result.match_count > 0),
               "%zu matches", result.match_count);
    for (size_t i = 0; i < result.match_count; i++) {
        FUZZ_CHECK(netshare_rule_string(result.rules[i], NETSHARE_RULE_QUERY), "match %zu", i);
        if (detail == NETSHARE_DETAIL_CLAUSES)
            netshare_result_clauses(scratch, i, clauses, sizeof clauses / sizeof *clauses);
    }
    forget_strings(host);
    size_t steps = 0;
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        status = netshare_explain(matcher, scratch, &accessor, host, i, visit, &steps);
        FUZZ_CHECK(status == NETSHARE_OK || status == NETSHARE_ERROR_LIMIT, "%d", (int)status);
        forget_strings(host);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_begin(data, size);
    netshare_matcher *matcher = compile(&in);
    netshare_scratch *scratch = fuzz_memory(netshare_scratch_new(matcher, NULL));
    struct host host = {.in = &in, .endless = fuzz_below(&in, 32), .patience = 80};
    if (fuzz_byte(&in) == 255)
        host.patience = 4096;
    for (int i = 0; i < CALLS; i++) {
        host.answers = 0;
        ask(matcher, scratch, &host, (netshare_detail)(i % 3));
        forget_strings(&host);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return 0;
}
