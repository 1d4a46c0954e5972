/* SPDX-License-Identifier: Apache-2.0 */
/* Many rules together must say of an event what each of them says alone, whatever level of
 * detail is asked for: that is what the index over rules must keep. */
#include "generate.h"

enum { MOST_RULES = 12, EVENTS = 4 };

struct alone {
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    char id[8];
};

struct pack {
    struct alone rules[MOST_RULES];
    size_t count;
    netshare_matcher *matcher;
    netshare_scratch *scratch;
};

static void add_rule(struct pack *pack, netshare_builder *builder, const struct fuzz_text *query)
{
    struct alone *rule = &pack->rules[pack->count];
    rule->matcher = netshare_matcher_new_from_query(query->data, query->length, NULL);
    snprintf(rule->id, sizeof rule->id, "%02zu", pack->count);
    netshare_status status =
        netshare_builder_add_query(builder, rule->id, query->data, query->length, NULL);
    FUZZ_CHECK((status == NETSHARE_OK) == !!rule->matcher, "status %d: %.*s", (int)status,
               (int)query->length, query->data);
    if (!rule->matcher)
        return;
    rule->scratch = fuzz_memory(netshare_scratch_new(rule->matcher, NULL));
    pack->count++;
}

static bool is_among(const netshare_result *result, const char *id)
{
    for (size_t i = 0; i < result->match_count; i++) {
        if (strcmp(netshare_rule_string(result->rules[i], NETSHARE_RULE_ID), id) == 0)
            return true;
    }
    return false;
}

static void check_event(struct pack *pack, const struct fuzz_event *event)
{
    bool expected[MOST_RULES], is_decided[MOST_RULES];
    bool any = false, all_decided = true;
    for (size_t i = 0; i < pack->count; i++) {
        struct fuzz_view view = {pack->rules[i].matcher, event};
        netshare_result result;
        is_decided[i] = netshare_match(pack->rules[i].matcher, pack->rules[i].scratch,
                                       &fuzz_accessor, &view, NETSHARE_DETAIL_VERDICT,
                                       &result) == NETSHARE_OK;
        expected[i] = result.matched;
        any = any || result.matched;
        all_decided = all_decided && is_decided[i];
    }
    struct fuzz_view view = {pack->matcher, event};
    for (int detail = NETSHARE_DETAIL_VERDICT; detail <= NETSHARE_DETAIL_CLAUSES; detail++) {
        netshare_result result;
        netshare_status status = netshare_match(pack->matcher, pack->scratch, &fuzz_accessor, &view,
                                                (netshare_detail)detail, &result);
        FUZZ_CHECK(status == NETSHARE_OK || !all_decided, "status %d", (int)status);
        FUZZ_CHECK(result.matched == any, "detail %d: expected %d", detail, any);
        for (size_t i = 0; detail > NETSHARE_DETAIL_VERDICT && i < pack->count; i++)
            FUZZ_CHECK(is_among(&result, pack->rules[i].id) == expected[i] || !is_decided[i],
                       "detail %d: expected %d of %s", detail, expected[i],
                       netshare_rule_string(netshare_matcher_rule(pack->rules[i].matcher, 0),
                                            NETSHARE_RULE_QUERY));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = fuzz_begin(data, size);
    struct pack pack = {.count = 0};
    struct fuzz_text query = {NULL, 0, 0};
    netshare_builder *builder = fuzz_memory(netshare_builder_new(NULL, NULL));
    for (size_t left = 4 + fuzz_below(&in, MOST_RULES - 3); left > 0; left--) {
        fuzz_query(&in, &query);
        add_rule(&pack, builder, &query);
    }
    pack.matcher = fuzz_memory(netshare_builder_build(builder, NULL));
    pack.scratch = fuzz_memory(netshare_scratch_new(pack.matcher, NULL));
    for (int i = 0; i < EVENTS; i++) {
        struct fuzz_event event;
        fuzz_event(&in, &event);
        check_event(&pack, &event);
        fuzz_event_free(&event);
    }
    netshare_scratch_free(pack.scratch);
    netshare_matcher_unref(pack.matcher);
    for (size_t i = 0; i < pack.count; i++) {
        netshare_scratch_free(pack.rules[i].scratch);
        netshare_matcher_unref(pack.rules[i].matcher);
    }
    netshare_builder_free(builder);
    fuzz_text_free(&query);
    return 0;
}
