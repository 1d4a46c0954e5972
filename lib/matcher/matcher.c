/* SPDX-License-Identifier: Apache-2.0 */
/* What a matcher tells of itself: fields, rules, the compiled form. */
#include "matcher/matcher.h"

#include <stdio.h>
#include <string.h>

#include "eql/describe.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

const char *netshare_version(void)
{
    return TEXT(NETSHARE_VERSION_MAJOR) "." TEXT(NETSHARE_VERSION_MINOR) "." TEXT(
        NETSHARE_VERSION_PATCH);
}

size_t netshare_matcher_field_count(const netshare_matcher *matcher)
{
    return matcher->fields.count;
}

const char *netshare_matcher_field_name(const netshare_matcher *matcher, size_t field)
{
    return field < matcher->fields.count ? matcher->fields.items[field].text : NULL;
}

size_t netshare_matcher_rule_count(const netshare_matcher *matcher)
{
    return matcher->rule_count;
}

const netshare_rule *netshare_matcher_rule(const netshare_matcher *matcher, size_t index)
{
    return index < matcher->rule_count ? matcher->rules[index].rule : NULL;
}

/* --- Dump ------------------------------------------------------------------------------------ */

static void add(struct ns_buffer *out, const char *text)
{
    ns_buffer_add(out, text, strlen(text));
}

static void add_target(struct ns_buffer *out, const char *label, uint32_t target)
{
    char text[32];
    add(out, label);
    if (target == NS_BRANCH_MATCH) {
        add(out, "match");
    } else if (target == NS_BRANCH_NO_MATCH) {
        add(out, "no match");
    } else {
        snprintf(text, sizeof text, "%u", target);
        add(out, text);
    }
}

static size_t branch_count(const struct ns_matcher_rule *rule)
{
    /* Branches are written from the end to the start. */
    return rule->start < NS_BRANCH_NO_MATCH ? (size_t)rule->start + 1 : 0;
}

static void dump_branch(struct ns_buffer *out, const netshare_matcher *matcher,
                        const struct ns_branch *branch, size_t number)
{
    char text[32];
    const struct ns_shared_predicate *shared = &matcher->predicates[branch->predicate];
    snprintf(text, sizeof text, "%4zu  ", number);
    add(out, text);
    ns_describe_predicate(shared->spec, matcher->fields.items, out);
    add_target(out, "\n      yes: ", branch->if_true);
    add_target(out, ", no: ", branch->if_false);
    add(out, "\n");
}

netshare_status netshare_matcher_dump(const netshare_matcher *matcher, size_t index,
                                      netshare_write write, void *user)
{
    if (!matcher || !write || index >= matcher->rule_count)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    const struct ns_matcher_rule *rule = &matcher->rules[index];
    struct ns_buffer out;
    ns_buffer_init(&out, &matcher->allocator);
    add(&out, "rule ");
    add(&out, rule->rule->strings[NETSHARE_RULE_ID]);
    add(&out, rule->start == NS_BRANCH_MATCH      ? ": always matches\n"
              : rule->start == NS_BRANCH_NO_MATCH ? ": never matches\n"
                                                  : ", from the last step on:\n");
    for (size_t b = branch_count(rule); b-- > 0;)
        dump_branch(&out, matcher, &rule->branches[b], b);
    bool ok = !out.failed;
    if (ok)
        write(user, out.data, out.length);
    ns_buffer_free(&out);
    return ok ? NETSHARE_OK : NETSHARE_ERROR_NO_MEMORY;
}
