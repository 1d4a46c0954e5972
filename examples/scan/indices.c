/* SPDX-License-Identifier: Apache-2.0 */
#include "indices.h"

#include <string.h>

struct span {
    const char *text;
    size_t length;
};

/* On a mismatch the last `*` takes one more character: no pattern costs more than m*n. */
static bool matches(struct span pattern, struct span name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, resume = 0;
    while (n < name.length) {
        if (p < pattern.length && pattern.text[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.length && pattern.text[p] == name.text[n]) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.text[p] == '*')
        p++;
    return p == pattern.length;
}

static bool starts_with(struct span name, const char *start)
{
    size_t length = strlen(start);
    return name.length >= length && memcmp(name.text, start, length) == 0;
}

/* Cuts what fits the template from the end: `0` stands for a digit. */
static bool cut_end(struct span *name, const char *template)
{
    size_t length = strlen(template);
    if (name->length <= length)
        return false;
    const char *end = name->text + name->length - length;
    for (size_t i = 0; i < length; i++)
        if (template[i] == '0' ? end[i] < '0' || end[i] > '9' : end[i] != template[i])
            return false;
    name->length -= length;
    return true;
}

/* ".ds-NAME-2024.05.14-000001", also mounted from a snapshot, is part of NAME. */
static bool data_stream(struct span index, struct span *stream)
{
    static const char *const PREFIXES[] = {".ds-", "partial-.ds-", "restored-.ds-",
                                           "shrink-.ds-"};
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        if (!starts_with(index, PREFIXES[i]))
            continue;
        size_t length = strlen(PREFIXES[i]);
        *stream = (struct span){index.text + length, index.length - length};
        if (cut_end(stream, "-000000"))
            cut_end(stream, "-0000.00.00");
        return true;
    }
    return false;
}

/* Applies one list of patterns, separated by commas, to what was taken so far. */
static bool apply(const char *list, struct span name, bool taken)
{
    for (const char *at = list;; at++) {
        struct span pattern = {at, strcspn(at, ",")};
        at += pattern.length;
        bool exclude = pattern.length && pattern.text[0] == '-';
        pattern.text += exclude;
        pattern.length -= exclude;
        if (taken == exclude && matches(pattern, name))
            taken = !exclude;
        if (!*at)
            return taken;
    }
}

static bool take(const char *const *patterns, size_t count, struct span name)
{
    bool taken = false;
    for (size_t i = 0; i < count; i++)
        taken = apply(patterns[i], name, taken);
    return taken;
}

bool indices_take(const netshare_rule *rule, const char *index)
{
    size_t count;
    const char *const *patterns = netshare_rule_strings(rule, NETSHARE_RULE_INDICES, &count);
    struct span name = {index, strlen(index)}, stream;
    return count == 0 || take(patterns, count, name)
           || (data_stream(name, &stream) && take(patterns, count, stream));
}
