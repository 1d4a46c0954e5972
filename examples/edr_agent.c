/* SPDX-License-Identifier: Apache-2.0 */
/* libnetshare in an EDR agent: the agent's own structs, no JSON, no copies. Build it with
 *     cc edr_agent.c $(pkg-config --cflags --libs netshare) -o edr_agent */
#include <netshare/netshare.h>
#include <stdio.h>
#include <string.h>

struct text { /* as the sensor got it: UTF-8, or UTF-16 as Windows has it */
    const void *data; /* NULL when unknown */
    size_t length;    /* in bytes, or in 16-bit units */
    bool is_utf16;
};

#define UTF8(literal) {literal, sizeof(literal) - 1, false}
#define UTF16(literal) {literal, sizeof(literal) / 2 - 1, true}

struct process_event {
    struct text category, type, os, name, parent_name, original_file_name;
    const struct text *args;
    size_t arg_count;
};

enum member { ABSENT, CATEGORY, TYPE, OS, NAME, PARENT_NAME, ORIGINAL_FILE_NAME, ARGS, MEMBERS };
static const char *const FIELD_NAMES[MEMBERS] = {
    "", "event.category", "event.type", "host.os.type", "process.name",
    "process.parent.name", "process.pe.original_file_name", "process.args"};

enum { MAX_FIELDS = 64 };
static enum member bound[MAX_FIELDS]; /* by the matcher's field index; set once */

static bool bind_fields(const netshare_matcher *matcher)
{
    size_t count = netshare_matcher_field_count(matcher);
    for (size_t field = 0; field < count && field < MAX_FIELDS; field++)
        for (int m = ABSENT; m < MEMBERS; m++)
            if (strcmp(netshare_matcher_field_name(matcher, field), FIELD_NAMES[m]) == 0)
                bound[field] = (enum member)m;
    return count <= MAX_FIELDS;
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    const struct process_event *e = event;
    const struct text *const members[MEMBERS] = {
        NULL, &e->category, &e->type, &e->os, &e->name, &e->parent_name,
        &e->original_file_name, e->args};
    enum member member = bound[field];
    size_t count = member == ARGS ? e->arg_count : member != ABSENT && members[member]->data;
    if (index >= count)
        return false;
    const struct text *text = &members[member][index];
    *value = text->is_utf16 ? netshare_value_from_utf16(text->data, text->length)
                            : netshare_value_from_utf8(text->data, text->length);
    return true;
}

static void print(const netshare_result *result)
{
    printf("%s\n", result->matched ? "MATCH" : "no match");
    for (size_t i = 0; i < result->match_count; i++) {
        size_t count;
        const netshare_threat *threats = netshare_rule_threats(result->rules[i], &count);
        printf("  %s\n", netshare_rule_string(result->rules[i], NETSHARE_RULE_NAME));
        for (size_t t = 0; t < count; t++)
            printf("  %s %s\n", threats[t].tactic.id, threats[t].tactic.name);
    }
}

int main(void)
{
    const struct text share[] = {UTF8("net"), UTF8("use"), UTF8("\\\\server\\c$")};
    const struct text webdav[] = {UTF16(u"net1"), UTF16(u"USE"), UTF16(u"\\\\drive@SSL\\dav")};
    struct process_event events[] = {
        {UTF8("process"), UTF8("start"), UTF8("windows"), UTF8("net.exe"), UTF8("cmd.exe"),
         {0}, share, 3},
        {UTF8("process"), UTF8("start"), UTF8("windows"), UTF16(u"NET1.EXE"), {0},
         UTF16(u"net1.exe"), webdav, 3},
        {UTF8("process"), UTF8("start"), UTF8("windows"), UTF16(u"NET1.EXE"), UTF16(u"net.exe"),
         UTF16(u"net1.exe"), webdav, 3},
    };
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    netshare_error error;
    netshare_scratch *scratch = NULL;
    netshare_matcher *matcher = netshare_matcher_new(&error); /* one for all threads */
    if (matcher && bind_fields(matcher))
        scratch = netshare_scratch_new(matcher, &error);      /* one for each thread */
    if (!scratch)
        fprintf(stderr, "edr_agent: %s\n", matcher ? "no scratch" : error.message);
    for (size_t i = 0; scratch && i < sizeof events / sizeof *events; i++) {
        netshare_result result;
        if (netshare_match(matcher, scratch, &accessor, &events[i], NETSHARE_DETAIL_RULES,
                           &result) == NETSHARE_OK)
            print(&result);
    }
    int status = scratch ? 0 : 2;
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return status;
}
