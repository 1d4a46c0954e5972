/* SPDX-License-Identifier: Apache-2.0 */
/* libnetshare in a Windows agent: what PsSetCreateProcessNotifyRoutineEx() reports goes to
 * the rules as it is, UTF-16 by pointer and length, without conversion or allocation. The
 * kernel's structures are declared here so that the example builds anywhere:
 *     cc windows_agent.c $(pkg-config --cflags --libs netshare) -o windows_agent */
#include <netshare/netshare.h>
#include <stdio.h>
#include <string.h>

typedef struct UNICODE_STRING { /* as in ntdef.h, WCHAR being a 16-bit unit */
    uint16_t Length;            /* in bytes */
    uint16_t MaximumLength;
    const uint16_t *Buffer;
} UNICODE_STRING;

typedef struct PS_CREATE_NOTIFY_INFO { /* the members that rules ask for */
    uintptr_t ParentProcessId;
    const UNICODE_STRING *ImageFileName;
    const UNICODE_STRING *CommandLine; /* NULL when it could not be had */
} PS_CREATE_NOTIFY_INFO;

enum { MAX_FIELDS = 64, MAX_ARGUMENTS = 256, MAX_UNITS = 32768 };

/* An event: the report, and what the agent made of it. */
struct process_start {
    uintptr_t process_id;
    const PS_CREATE_NOTIFY_INFO *info;
    netshare_value parent_image; /* from the agent's own table of processes */
    netshare_value arguments[MAX_ARGUMENTS];
    size_t argument_count;
};

enum member { ABSENT, CATEGORY, TYPE, OS, NAME, EXECUTABLE, COMMAND_LINE, ARGS, ARGS_COUNT,
              PID, PARENT_PID, PARENT_NAME, MEMBERS };
static const char *const FIELD_NAMES[MEMBERS] = {
    "", "event.category", "event.type", "host.os.type", "process.name", "process.executable",
    "process.command_line", "process.args", "process.args_count", "process.pid",
    "process.parent.pid", "process.parent.name"};
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

static netshare_value from_unicode(const UNICODE_STRING *string)
{
    return netshare_value_from_utf16(string->Buffer, string->Length / sizeof(uint16_t));
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    const struct process_start *e = event;
    enum member member = bound[field];
    if (member == ARGS) {
        if (index < e->argument_count)
            *value = e->arguments[index];
        return index < e->argument_count;
    }
    if (index > 0)
        return false;
    switch (member) {
    case CATEGORY: *value = netshare_value_from_utf8("process", 7); return true;
    case TYPE: *value = netshare_value_from_utf8("start", 5); return true;
    case OS: *value = netshare_value_from_utf8("windows", 7); return true;
    case EXECUTABLE: *value = from_unicode(e->info->ImageFileName); return true;
    case NAME: *value = netshare_file_name(from_unicode(e->info->ImageFileName)); return true;
    case COMMAND_LINE:
        if (e->info->CommandLine)
            *value = from_unicode(e->info->CommandLine);
        return e->info->CommandLine != NULL;
    case ARGS_COUNT: *value = netshare_value_from_int64((int64_t)e->argument_count); return true;
    case PID: *value = netshare_value_from_int64((int64_t)e->process_id); return true;
    case PARENT_PID:
        *value = netshare_value_from_int64((int64_t)e->info->ParentProcessId);
        return true;
    case PARENT_NAME: *value = netshare_file_name(e->parent_image); return true;
    default: return false;
    }
}

/* The callback: one event, in the working memory of the thread it runs in. */
static bool on_process_start(const netshare_matcher *matcher, netshare_scratch *scratch,
                             struct process_start *event)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    static uint16_t buffer[MAX_UNITS]; /* one per thread; UNICODE_STRING is no longer */
    const UNICODE_STRING *line = event->info->CommandLine;
    netshare_result result;
    event->argument_count = 0;
    if (line) {
        netshare_command_line rest = netshare_command_line_from_utf16(
            line->Buffer, line->Length / sizeof(uint16_t), buffer);
        while (event->argument_count < MAX_ARGUMENTS &&
               netshare_command_line_next(&rest, &event->arguments[event->argument_count]))
            event->argument_count++;
    }
    netshare_status status =
        netshare_match(matcher, scratch, &accessor, event, NETSHARE_DETAIL_RULES, &result);
    if (status != NETSHARE_OK) /* some rules undecided; the others' matches are there */
        fprintf(stderr, "windows_agent: %s\n", netshare_status_string(status));
    if (status == NETSHARE_ERROR_INVALID_ARGUMENT)
        return false;
    printf("%s\n", result.matched ? "MATCH" : "no match");
    for (size_t i = 0; i < result.match_count; i++)
        printf("  %s\n", netshare_rule_string(result.rules[i], NETSHARE_RULE_NAME));
    return true;
}

#define UNICODE(text) {sizeof(text) - 2, sizeof(text), (const uint16_t *)(text)}

int main(void)
{
    static const UNICODE_STRING net =
        UNICODE(u"\\Device\\HarddiskVolume3\\Windows\\System32\\net.exe");
    static const UNICODE_STRING share = UNICODE(u"net  use Z: \"\\\\fileserver\\c$\" /user:x");
    static const UNICODE_STRING plain = UNICODE(u"\"C:\\Windows\\System32\\net.exe\" view");
    static const uint16_t cmd[] = {'c', 'm', 'd', '.', 'e', 'x', 'e'};
    const PS_CREATE_NOTIFY_INFO reports[] = {{704, &net, &share}, {704, &net, &plain},
                                             {704, &net, NULL}};
    netshare_error error;
    netshare_scratch *scratch = NULL;
    netshare_matcher *matcher = netshare_matcher_new(&error);
    if (matcher && bind_fields(matcher))
        scratch = netshare_scratch_new(matcher, &error);
    bool good = scratch != NULL;
    if (!scratch)
        fprintf(stderr, "windows_agent: %s\n", matcher ? "no scratch" : error.message);
    for (size_t i = 0; good && i < sizeof reports / sizeof *reports; i++) {
        struct process_start event = {4321, &reports[i], {0}, {{0}}, 0};
        event.parent_image = netshare_value_from_utf16(cmd, sizeof cmd / sizeof *cmd);
        good = on_process_start(matcher, scratch, &event);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return good ? 0 : 2;
}
