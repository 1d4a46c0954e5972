/* SPDX-License-Identifier: Apache-2.0 */
#include "pack_fixture.h"

#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void *make(size_t count, size_t size)
{
    void *block = calloc(count + 1, size);
    cr_assert_not_null(block);
    return block;
}

/* --- matchers --- */

static bool report(void *user, size_t index, const netshare_error *error)
{
    (void)user, (void)index;
    if (error != NULL) {
        char text[1024];
        netshare_error_render(error, text, sizeof text);
        cr_assert_fail("%s", text);
    }
    return true;
}

/* Of the documents `first` on. */
static netshare_matcher *build(const char *const *documents, size_t count,
                               const netshare_options *options)
{
    netshare_builder *builder = netshare_builder_new(options, NULL);
    cr_assert_not_null(builder);
    for (size_t i = 0; i < count; i++) {
        netshare_document_counts counts = {0, 0, 0, 0};
        cr_assert_eq(netshare_builder_add_documents(builder, documents[i], strlen(documents[i]),
                                                    report, NULL, &counts, NULL), NETSHARE_OK);
        cr_assert_eq(counts.added, 1, "%.300s", documents[i]);
    }
    netshare_matcher *matcher = netshare_builder_build(builder, NULL);
    cr_assert_not_null(matcher);
    netshare_builder_free(builder);
    return matcher;
}

static const char *rule_id(const netshare_matcher *matcher, size_t rule)
{
    return netshare_rule_string(netshare_matcher_rule(matcher, rule), NETSHARE_RULE_ID);
}

const char *pack_family_field(const pack_family *family, size_t field)
{
    return netshare_matcher_field_name(family->all.matcher, field);
}

static size_t find_field(const pack_family *family, const char *name)
{
    size_t f = 0;
    while (f < family->field_count && strcmp(pack_family_field(family, f), name) != 0) {
        f++;
    }
    cr_assert_lt(f, family->field_count, "%s", name);
    return f;
}

/* Which document a rule of a pack is: the rules alone are there already. */
static size_t find_document(const pack_family *family, const char *id)
{
    size_t d = 0;
    while (d < family->count && strcmp(rule_id(family->alone[d].matcher, 0), id) != 0) {
        d++;
    }
    cr_assert_lt(d, family->count, "%s", id);
    return d;
}

static void bind(const pack_family *family, pack_matcher *pack)
{
    size_t fields = netshare_matcher_field_count(pack->matcher);
    pack->rule_count = netshare_matcher_rule_count(pack->matcher);
    pack->scratch = netshare_scratch_new(pack->matcher, NULL);
    cr_assert_not_null(pack->scratch);
    pack->fields = make(fields, sizeof *pack->fields);
    pack->rules = make(pack->rule_count, sizeof *pack->rules);
    for (size_t f = 0; f < fields; f++) {
        pack->fields[f] = find_field(family, netshare_matcher_field_name(pack->matcher, f));
    }
    for (size_t r = 0; r < pack->rule_count; r++) {
        pack->rules[r] = find_document(family, rule_id(pack->matcher, r));
    }
}

pack_family *pack_family_new(const char *const *documents, size_t count,
                             const netshare_options *options, const size_t *group_sizes,
                             size_t group_size_count)
{
    pack_family *family = make(1, sizeof *family);
    family->count = count;
    family->all.matcher = build(documents, count, options);
    family->field_count = netshare_matcher_field_count(family->all.matcher);
    family->alone = make(count, sizeof *family->alone);
    family->groups = make(count, sizeof *family->groups);
    family->expected = make(count, sizeof *family->expected);
    family->matches = make(count, sizeof *family->matches);
    for (size_t d = 0; d < count; d++) {
        family->alone[d].matcher = build(&documents[d], 1, options);
    }
    for (size_t d = 0; d < count && group_size_count > 0;) {
        size_t size = group_sizes[family->group_count % group_size_count];
        size = size < count - d ? size : count - d;
        family->groups[family->group_count++].matcher = build(&documents[d], size, options);
        d += size;
    }
    bind(family, &family->all);
    for (size_t d = 0; d < count; d++) {
        bind(family, &family->alone[d]);
    }
    for (size_t g = 0; g < family->group_count; g++) {
        bind(family, &family->groups[g]);
    }
    family->json = netshare_event_new(family->all.matcher, NULL);
    cr_assert_not_null(family->json);
    return family;
}

static void release(pack_matcher *pack)
{
    netshare_scratch_free(pack->scratch);
    netshare_matcher_unref(pack->matcher);
    free(pack->fields);
    free(pack->rules);
}

void pack_family_free(pack_family *family)
{
    for (size_t d = 0; d < family->count; d++) {
        release(&family->alone[d]);
    }
    for (size_t g = 0; g < family->group_count; g++) {
        release(&family->groups[g]);
    }
    release(&family->all);
    netshare_event_free(family->json);
    free(family->alone);
    free(family->groups);
    free(family->expected);
    free(family->matches);
    free(family);
}

/* --- events --- */

/* An event as one matcher sees it. */
typedef struct view {
    const size_t *fields;
    const pack_event *event;
} view;

static bool view_get(void *event, size_t field, size_t index, netshare_value *value)
{
    const view *v = event;
    size_t f = v->fields[field];
    if (index >= v->event->counts[f]) {
        return false;
    }
    *value = v->event->values[f][index];
    return true;
}

static const netshare_accessor view_accessor = NETSHARE_ACCESSOR_INIT(view_get);

/* A copy whose strings are UTF-16, but those that are not UTF-8. */
static pack_event widened(const pack_family *family, const pack_event *from)
{
    pack_event event = {make(family->field_count, sizeof *event.counts),
                        make(family->field_count, sizeof *event.values)};
    for (size_t f = 0; f < family->field_count; f++) {
        event.counts[f] = from->counts[f];
        event.values[f] = make(from->counts[f], sizeof **event.values);
        for (size_t i = 0; i < from->counts[f]; i++) {
            netshare_value value = from->values[f][i];
            size_t units = 0;
            uint16_t *text = value.type != NETSHARE_VALUE_UTF8 ? NULL
                : test_to_utf16(value.as.utf8.data, value.as.utf8.length, &units);
            event.values[f][i] =
                text != NULL ? netshare_value_from_utf16(text, units) : value;
        }
    }
    return event;
}

static void free_widened(const pack_family *family, pack_event *event)
{
    for (size_t f = 0; f < family->field_count; f++) {
        for (size_t i = 0; i < event->counts[f]; i++) {
            if (event->values[f][i].type == NETSHARE_VALUE_UTF16) {
                free((void *)(uintptr_t)event->values[f][i].as.utf16.data);
            }
        }
        free(event->values[f]);
    }
    free(event->counts);
    free(event->values);
}

/* --- comparison --- */

static netshare_result match(const pack_matcher *pack, const netshare_accessor *accessor,
                             void *event, netshare_detail detail)
{
    netshare_result result;
    netshare_status status =
        netshare_match(pack->matcher, pack->scratch, accessor, event, detail, &result);
    cr_assert_eq(status, NETSHARE_OK, "%s", netshare_status_string(status));
    return result;
}

static void find_expected(pack_family *family, const pack_event *event)
{
    for (size_t d = 0; d < family->count; d++) {
        view v = {family->alone[d].fields, event};
        family->expected[d] =
            match(&family->alone[d], &view_accessor, &v, NETSHARE_DETAIL_RULES).matched;
        family->matches[d] += family->expected[d];
    }
}

/* The rules that match are those expected, in the matcher's order. Of a verdict alone, the
 * first of them. */
static void expect_matches(const pack_family *family, const pack_matcher *pack,
                           const netshare_result *result, netshare_detail detail)
{
    size_t found = 0;
    for (size_t r = 0; r < pack->rule_count; r++) {
        bool is_next = found < result->match_count &&
                       result->rules[found] == netshare_matcher_rule(pack->matcher, r);
        bool expected = family->expected[pack->rules[r]] &&
                        !(detail == NETSHARE_DETAIL_VERDICT && found > 0);
        cr_assert_eq(is_next, expected,
                     "among %zu rules (detail %d) this one %s:\n%s", pack->rule_count,
                     (int)detail, expected ? "does not match" : "matches",
                     netshare_rule_string(netshare_matcher_rule(pack->matcher, r),
                                          NETSHARE_RULE_QUERY));
        found += is_next;
    }
    cr_assert_eq(found, result->match_count);
    cr_assert_eq(result->matched, found > 0);
}

enum { MOST_CLAUSES = 256 };

/* The clauses of a match are those of the rule alone. */
static void expect_clauses(const pack_family *family, const pack_matcher *pack,
                           const netshare_result *result, const pack_event *event)
{
    netshare_clause clauses[MOST_CLAUSES], expected[MOST_CLAUSES];
    for (size_t m = 0, r = 0; m < result->match_count; m++) {
        while (netshare_matcher_rule(pack->matcher, r) != result->rules[m]) {
            r++;
        }
        const pack_matcher *alone = &family->alone[pack->rules[r]];
        view v = {alone->fields, event};
        match(alone, &view_accessor, &v, NETSHARE_DETAIL_CLAUSES);
        size_t count = netshare_result_clauses(pack->scratch, m, clauses, MOST_CLAUSES);
        cr_assert_eq(count, netshare_result_clauses(alone->scratch, 0, expected, MOST_CLAUSES));
        for (size_t i = 0; i < count && i < MOST_CLAUSES; i++) {
            cr_assert_eq(clauses[i].query_offset, expected[i].query_offset);
            cr_assert_eq(clauses[i].query_length, expected[i].query_length);
            cr_assert_eq(clauses[i].value_index, expected[i].value_index);
            cr_assert_eq(clauses[i].field == NETSHARE_NO_INDEX,
                         expected[i].field == NETSHARE_NO_INDEX);
            cr_assert(clauses[i].field == NETSHARE_NO_INDEX ||
                      pack->fields[clauses[i].field] == alone->fields[expected[i].field]);
        }
    }
}

static bool take_verdict(void *user, const netshare_step *step)
{
    *(bool *)user = step->verdict;
    return false;
}

static void expect_explanations(const pack_family *family, const pack_matcher *pack, view *v)
{
    for (size_t r = 0; r < pack->rule_count; r++) {
        bool verdict = false;
        cr_assert_eq(netshare_explain(pack->matcher, pack->scratch, &view_accessor, v, r,
                                      take_verdict, &verdict), NETSHARE_OK);
        cr_assert_eq(verdict, family->expected[pack->rules[r]]);
    }
}

static void expect_pack(const pack_family *family, const pack_matcher *pack,
                        const pack_event *event, bool thorough)
{
    view v = {pack->fields, event};
    netshare_result result = match(pack, &view_accessor, &v, NETSHARE_DETAIL_RULES);
    expect_matches(family, pack, &result, NETSHARE_DETAIL_RULES);
    if (!thorough) {
        return;
    }
    result = match(pack, &view_accessor, &v, NETSHARE_DETAIL_VERDICT);
    expect_matches(family, pack, &result, NETSHARE_DETAIL_VERDICT);
    result = match(pack, &view_accessor, &v, NETSHARE_DETAIL_CLAUSES);
    expect_matches(family, pack, &result, NETSHARE_DETAIL_CLAUSES);
    expect_clauses(family, pack, &result, event);
    expect_explanations(family, pack, &v);
}

static void expect_packs(const pack_family *family, const pack_event *event, bool thorough)
{
    expect_pack(family, &family->all, event, thorough);
    for (size_t g = 0; g < family->group_count; g++) {
        expect_pack(family, &family->groups[g], event, thorough);
    }
}

void pack_family_expect(pack_family *family, const pack_event *event, bool thorough)
{
    find_expected(family, event);
    expect_packs(family, event, thorough);
    pack_event wide = widened(family, event);
    expect_packs(family, &wide, thorough);
    free_widened(family, &wide);
}

/* All values of the parsed event. */
static pack_event read_values(const pack_family *family)
{
    const netshare_accessor *accessor = netshare_event_accessor();
    pack_event event = {make(family->field_count, sizeof *event.counts),
                        make(family->field_count, sizeof *event.values)};
    for (size_t f = 0; f < family->field_count; f++) {
        netshare_value value;
        size_t count = 0;
        while (accessor->get(family->json, f, count, &value)) {
            count++;
        }
        event.counts[f] = count;
        event.values[f] = make(count, sizeof **event.values);
        for (size_t i = 0; i < count; i++) {
            cr_assert(accessor->get(family->json, f, i, &event.values[f][i]));
        }
    }
    return event;
}

void pack_family_expect_json(pack_family *family, const char *json, size_t length)
{
    cr_assert_eq(netshare_event_parse(family->json, json, length, NULL), NETSHARE_OK);
    pack_event event = read_values(family);
    pack_family_expect(family, &event, false);
    netshare_result result =
        match(&family->all, netshare_event_accessor(), family->json, NETSHARE_DETAIL_RULES);
    expect_matches(family, &family->all, &result, NETSHARE_DETAIL_RULES);
    for (size_t f = 0; f < family->field_count; f++) {
        free(event.values[f]);
    }
    free(event.counts);
    free(event.values);
}
