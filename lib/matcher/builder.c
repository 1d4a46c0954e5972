/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting rules. Each is compiled when it is added, so that it can be refused then. */
#include <string.h>

#include "base/error.h"
#include "matcher/matcher.h"
#include "rule/document.h"

struct netshare_builder {
    netshare_allocator allocator;
    enum ns_fold fold;
    char *category_field;
    struct ns_pack pack;
};

static bool check_options(const netshare_options *options, netshare_error *error)
{
    const uint32_t known = NETSHARE_OPTION_ASCII_FOLDING;
    const char *wrong = NULL;
    if (options->size != sizeof *options)
        wrong = "options has an unknown size; start from NETSHARE_OPTIONS_INIT";
    else if (options->flags & ~known)
        wrong = "options has a reserved flag set";
    else if (options->event_category_field && !options->event_category_field[0])
        wrong = "event_category_field is empty";
    if (wrong)
        ns_error_argument(error, wrong);
    return !wrong;
}

netshare_builder *netshare_builder_new(const netshare_options *options, netshare_error *error)
{
    static const netshare_options defaults = NETSHARE_OPTIONS_INIT;
    if (!options)
        options = &defaults;
    if (!check_options(options, error))
        return NULL;
    netshare_allocator allocator = ns_allocator_or_default(options->allocator);
    const char *category =
        options->event_category_field ? options->event_category_field : "event.category";
    netshare_builder *builder = ns_alloc_zero(&allocator, 1, sizeof *builder);
    if (builder) {
        builder->allocator = allocator;
        ns_pack_init(&builder->pack, &allocator);
        builder->fold =
            options->flags & NETSHARE_OPTION_ASCII_FOLDING ? NS_FOLD_ASCII : NS_FOLD_UNICODE;
        builder->category_field = ns_copy_string(&allocator, category, strlen(category));
    }
    if (!builder || !builder->category_field) {
        ns_free(&allocator, builder);
        ns_error_no_memory(error);
        return NULL;
    }
    return builder;
}

void netshare_builder_free(netshare_builder *builder)
{
    if (!builder)
        return;
    const netshare_allocator a = builder->allocator;
    ns_pack_free(&builder->pack);
    ns_free(&a, builder->category_field);
    ns_free(&a, builder);
}

/* The built-in rule stays where it is. */
static const netshare_rule *keep_rule(struct ns_pack *pack, const netshare_rule *rule)
{
    return rule == &ns_builtin_rule ? rule : ns_rule_keep(rule, &pack->texts);
}

static netshare_status add_entry(struct ns_pack *pack, const netshare_rule *rule,
                                 const struct ns_program *program, netshare_error *error)
{
    struct ns_entry *entries = ns_grow(&pack->programs.arena.allocator, pack->entries,
                                       &pack->capacity, pack->count, sizeof *entries);
    if (entries)
        pack->entries = entries;
    const netshare_rule *kept = entries ? keep_rule(pack, rule) : NULL;
    if (!kept)
        return ns_error_no_memory(error);
    entries[pack->count++] = (struct ns_entry){kept, program};
    return NETSHARE_OK;
}

/* The rule is copied. */
static netshare_status add_rule(netshare_builder *builder, const netshare_rule *rule,
                                netshare_error *error)
{
    const char *override = rule->strings[NETSHARE_RULE_EVENT_CATEGORY_OVERRIDE];
    const struct ns_compile_options options = {
        builder->fold, override && override[0] ? override : builder->category_field};
    struct ns_string query = {rule->strings[NETSHARE_RULE_QUERY], rule->query_length};
    const struct ns_program *program;
    netshare_status status =
        ns_compile(query, &options, &builder->pack.programs, &program, error);
    if (status == NETSHARE_OK)
        status = add_entry(&builder->pack, rule, program, error);
    if (status != NETSHARE_OK)
        ns_error_set_rule(error, rule->strings[NETSHARE_RULE_ID], NULL);
    return status;
}

netshare_status netshare_builder_add_builtin(netshare_builder *builder, netshare_error *error)
{
    if (!builder)
        return ns_error_argument(error, "builder is NULL");
    return add_rule(builder, &ns_builtin_rule, error);
}

netshare_status netshare_builder_add_query(netshare_builder *builder, const char *rule_id,
                                           const char *query, size_t length,
                                           netshare_error *error)
{
    if (!builder || !rule_id || !query)
        return ns_error_argument(error, "builder, rule_id and query must not be NULL");
    netshare_rule rule = ns_rule_blank();
    rule.strings[NETSHARE_RULE_ID] = rule_id;
    rule.strings[NETSHARE_RULE_NAME] = rule_id;
    rule.strings[NETSHARE_RULE_QUERY] = query;
    rule.query_length = length;
    return add_rule(builder, &rule, error);
}

/* --- Documents ------------------------------------------------------------------------------ */

struct adding {
    netshare_builder *builder;
    netshare_document_report report;
    void *user;
    netshare_document_counts counts;
    bool no_memory;
};

static bool tell(struct adding *a, size_t index, const netshare_error *error)
{
    return !a->report || a->report(a->user, index, error);
}

/* A place in a query within a document: the path to it, then line and column there. */
static bool add_document(void *user, size_t index, const netshare_rule *rule)
{
    struct adding *a = user;
    netshare_error error;
    netshare_status status = add_rule(a->builder, rule, &error);
    if (status == NETSHARE_OK) {
        a->counts.added++;
        return tell(a, index, NULL);
    }
    if (status == NETSHARE_ERROR_NO_MEMORY) {
        a->no_memory = true;
        return false;
    }
    if (status == NETSHARE_ERROR_STATEFUL)
        a->counts.stateful++;
    else
        a->counts.refused++;
    ns_error_set_rule(&error, NULL, "query");
    return tell(a, index, &error);
}

static bool refuse_document(void *user, size_t index, const netshare_error *error)
{
    struct adding *a = user;
    a->counts.refused++;
    return tell(a, index, error);
}

static bool skip_document(void *user, size_t index)
{
    struct adding *a = user;
    (void)index;
    a->counts.skipped++;
    return true;
}

netshare_status netshare_builder_add_documents(netshare_builder *builder, const char *json,
                                               size_t length, netshare_document_report report,
                                               void *user, netshare_document_counts *counts,
                                               netshare_error *error)
{
    if (counts)
        *counts = (netshare_document_counts){0};
    if (!builder || (!json && length))
        return ns_error_argument(error, "builder and json must not be NULL");
    struct adding adding = {.builder = builder, .report = report, .user = user};
    const struct ns_document_sink sink = {&adding, add_document, refuse_document, skip_document};
    netshare_status status =
        ns_documents_read(length ? json : "", length, &builder->allocator, &sink, error);
    if (adding.no_memory)
        status = ns_error_no_memory(error);
    if (counts)
        *counts = adding.counts;
    return status;
}

/* --- Matchers ---------------------------------------------------------------------------------- */

netshare_matcher *netshare_builder_build(netshare_builder *builder, netshare_error *error)
{
    if (!builder) {
        ns_error_argument(error, "builder is NULL");
        return NULL;
    }
    return ns_link(&builder->pack, &builder->allocator, error);
}

netshare_matcher *netshare_matcher_new(netshare_error *error)
{
    netshare_builder *builder = netshare_builder_new(NULL, error);
    netshare_matcher *matcher = NULL;
    if (builder && netshare_builder_add_builtin(builder, error) == NETSHARE_OK)
        matcher = netshare_builder_build(builder, error);
    netshare_builder_free(builder);
    return matcher;
}

netshare_matcher *netshare_matcher_new_from_query(const char *query, size_t length,
                                                  netshare_error *error)
{
    netshare_builder *builder = netshare_builder_new(NULL, error);
    netshare_matcher *matcher = NULL;
    if (builder &&
        netshare_builder_add_query(builder, "query", query, length, error) == NETSHARE_OK)
        matcher = netshare_builder_build(builder, error);
    netshare_builder_free(builder);
    return matcher;
}
