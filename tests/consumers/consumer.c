/* SPDX-License-Identifier: Apache-2.0 */
/* A program of somebody else's: it matches one event by the built-in rule, and defines
 * names that the library has inside too. */
#include <netshare/netshare.h>

#include <stdio.h>
#include <string.h>

int ns_fold_unicode(int value);
int ns_fold_unicode(int value)
{
    return value;
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    static const char *const texts[][2] = {
        {"event.category", "process"},    {"event.type", "start"},
        {"host.os.type", "windows"},      {"process.name", "net.exe"},
        {"process.args", "\\\\server\\c$"}, {"process.parent.name", "cmd.exe"},
    };
    const char *name = netshare_matcher_field_name(event, field);
    if (strcmp(name, "process.args") == 0 && index == 1) {
        *value = netshare_value_from_utf8("use", 3);
        return true;
    }
    for (size_t i = 0; index == 0 && i < sizeof texts / sizeof *texts; i++)
        if (strcmp(name, texts[i][0]) == 0) {
            *value = netshare_value_from_utf8(texts[i][1], strlen(texts[i][1]));
            return true;
        }
    return false;
}

int main(void)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    netshare_result result = {false, 0, NULL};
    netshare_matcher *matcher = netshare_matcher_new(NULL);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    netshare_match(matcher, scratch, &accessor, matcher, NETSHARE_DETAIL_RULES, &result);
    if (result.matched)
        printf("%s %s\n", netshare_version(),
               netshare_rule_string(result.rules[0], NETSHARE_RULE_NAME));
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return ns_fold_unicode(result.matched ? 0 : 1);
}
