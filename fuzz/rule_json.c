/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as rule documents: what is refused is reported and left out, what is added can
 * be built, asked for everything and matched. */
#include <netshare/netshare.h>

#include "input.h"

struct seen {
    size_t reports;
    size_t added;
};

static bool report(void *user, size_t index, const netshare_error *error)
{
    struct seen *seen = user;
    (void)index;
    seen->reports++;
    seen->added += !error;
    if (error) {
        FUZZ_CHECK(error->status != NETSHARE_OK && error->message[0], "no reason");
        FUZZ_CHECK(memchr(error->path, 0, sizeof error->path) &&
                       memchr(error->rule_id, 0, sizeof error->rule_id) &&
                       memchr(error->excerpt, 0, sizeof error->excerpt),
                   "text without end");
        FUZZ_CHECK(netshare_error_render(error, NULL, 0) > 0, "nothing to show");
    }
    return true;
}

static size_t read_all(const netshare_rule *rule)
{
    size_t sum = 0, count = 0;
    for (int key = 0; key <= NETSHARE_RULE_BUILDING_BLOCK_TYPE; key++) {
        const char *text = netshare_rule_string(rule, (netshare_rule_string_key)key);
        FUZZ_CHECK(text || key > NETSHARE_RULE_QUERY || key == NETSHARE_RULE_DESCRIPTION,
                   "text %d is missing", key);
        sum += text ? strlen(text) : 0;
    }
    for (int key = 0; key <= NETSHARE_RULE_FALSE_POSITIVES; key++) {
        const char *const *texts =
            netshare_rule_strings(rule, (netshare_rule_strings_key)key, &count);
        for (size_t i = 0; i < count; i++)
            sum += strlen(texts[i]);
    }
    const netshare_threat *threats = netshare_rule_threats(rule, &count);
    for (size_t i = 0; i < count; i++) {
        sum += strlen(threats[i].framework) + strlen(threats[i].tactic.id);
        for (size_t t = 0; t < threats[i].technique_count; t++) {
            const netshare_technique *technique = &threats[i].techniques[t];
            sum += strlen(technique->id) + strlen(technique->name) + strlen(technique->reference);
            for (size_t s = 0; s < technique->subtechnique_count; s++)
                sum += strlen(technique->subtechniques[s].id);
        }
    }
    return sum;
}

static bool get_nothing(void *event, size_t field, size_t index, netshare_value *value)
{
    (void)event, (void)field, (void)index, (void)value;
    return false;
}

static void use(const netshare_matcher *matcher)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get_nothing);
    netshare_scratch *scratch = fuzz_memory(netshare_scratch_new(matcher, NULL));
    netshare_result result;
    netshare_status status =
        netshare_match(matcher, scratch, &accessor, NULL, NETSHARE_DETAIL_CLAUSES, &result);
    FUZZ_CHECK(status == NETSHARE_OK, "%d", (int)status);
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++)
        read_all(netshare_matcher_rule(matcher, i));
    netshare_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = {0, 0};
    netshare_error error = {.status = NETSHARE_OK};
    netshare_document_counts counts = {0, 0, 0, 0};
    char *json = fuzz_block(size);
    memcpy(json, data, size);
    netshare_builder *builder = fuzz_memory(netshare_builder_new(NULL, NULL));
    netshare_status status =
        netshare_builder_add_documents(builder, json, size, report, &seen, &counts, &error);
    free(json);
    FUZZ_CHECK(status == error.status, "%d and %d", (int)status, (int)error.status);
    FUZZ_CHECK(counts.added == seen.added, "%zu added, %zu reported", counts.added, seen.added);
    netshare_matcher *matcher = fuzz_memory(netshare_builder_build(builder, NULL));
    FUZZ_CHECK(netshare_matcher_rule_count(matcher) == counts.added, "%zu of %zu rules",
               netshare_matcher_rule_count(matcher), counts.added);
    use(matcher);
    netshare_matcher_unref(matcher);
    netshare_builder_free(builder);
    return 0;
}
