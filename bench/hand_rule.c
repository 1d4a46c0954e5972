/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* strncasecmp */
#include "hand_rule.h"

#include <string.h>
#include <strings.h>

static size_t field_number(const netshare_matcher *matcher, const char *name)
{
    size_t count = netshare_matcher_field_count(matcher), f = 0;
    while (f < count && strcmp(netshare_matcher_field_name(matcher, f), name) != 0)
        f++;
    return f < count ? f : 0;
}

struct hand_rule hand_rule_for(const netshare_matcher *matcher)
{
    return (struct hand_rule){field_number(matcher, "event.category"),
                              field_number(matcher, "host.os.type"),
                              field_number(matcher, "event.type"),
                              field_number(matcher, "process.name"),
                              field_number(matcher, "process.pe.original_file_name"),
                              field_number(matcher, "process.parent.name"),
                              field_number(matcher, "process.args")};
}

static inline bool any(const struct event_row *row, size_t field, const char *text, bool fold)
{
    size_t length = strlen(text);
    for (size_t i = row->starts[field]; i < row->starts[field + 1]; i++) {
        const netshare_value *v = &row->values[i];
        if (v->type == NETSHARE_VALUE_UTF8 && v->as.utf8.length == length
            && (fold ? strncasecmp(v->as.utf8.data, text, length)
                     : memcmp(v->as.utf8.data, text, length)) == 0)
            return true;
    }
    return false;
}

/* \\*\*$*, \\*@SSL\* or http* */
static bool is_share(const char *text, size_t length)
{
    if (length >= 4 && strncasecmp(text, "http", 4) == 0)
        return true;
    if (length < 2 || text[0] != '\\' || text[1] != '\\')
        return false;
    const char *slash = memchr(text + 2, '\\', length - 2);
    if (slash && memchr(slash + 1, '$', (size_t)(text + length - slash - 1)))
        return true;
    for (size_t i = 2; i + 5 <= length; i++)
        if (strncasecmp(text + i, "@ssl\\", 5) == 0)
            return true;
    return false;
}

bool hand_rule_matches(const struct hand_rule *r, const struct event_row *row)
{
    if (!any(row, r->name, "net.exe", true) && !any(row, r->original, "net.exe", false)
        && !((any(row, r->name, "net1.exe", true) || any(row, r->original, "net1.exe", false))
             && !any(row, r->parent, "net.exe", true)))
        return false;
    if (!any(row, r->os, "windows", false) || !any(row, r->type, "start", false)
        || !any(row, r->category, "process", false) || !any(row, r->args, "use", true))
        return false;
    bool share = false;
    for (size_t i = row->starts[r->args]; i < row->starts[r->args + 1]; i++) {
        const netshare_value *v = &row->values[i];
        if (v->type != NETSHARE_VALUE_UTF8)
            continue;
        if (v->as.utf8.length >= 2 && strncasecmp(v->as.utf8.data, "/d", 2) == 0)
            return false;
        share = share || is_share(v->as.utf8.data, v->as.utf8.length);
    }
    return share;
}

bool hand_rule_is_net(const struct hand_rule *r, const struct event_row *row)
{
    return any(row, r->name, "net.exe", true) || any(row, r->name, "net1.exe", true);
}

bool hand_rule_is_use(const struct hand_rule *r, const struct event_row *row)
{
    return any(row, r->args, "use", true);
}
