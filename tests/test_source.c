/* SPDX-License-Identifier: Apache-2.0 */
/* Windows events in every layout, read as ECS: what is derived, what is left alone, and
 * how values are fetched. */
#include "source_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(source, .init = open_automatic, .fini = close_event);

/* --- Sysmon and Security, in every layout --- */

/* The data of a mounted share, and of a run of net that mounts nothing. */
#define SYSMON_DATA                                                                          \
    "\"UtcTime\":\"2024-02-03 04:05:06.789\",\"ProcessGuid\":\"{A-1}\",\"ProcessId\":"       \
    "\"4242\",\"Image\":\"C:\\\\Windows\\\\System32\\\\net.exe\",\"FileVersion\":\"10.0\","  \
    "\"Description\":\"Net Command\",\"Product\":\"Windows\",\"Company\":\"Microsoft\","     \
    "\"OriginalFileName\":\"net.exe\",\"CommandLine\":\"net  use \\\"\\\\\\\\h\\\\c$\\\"\"," \
    "\"CurrentDirectory\":\"C:\\\\\",\"User\":\"DOM\\\\bob\",\"Hashes\":"                    \
    "\"SHA1=AB01,MD5=CD,SHA256=00EF,IMPHASH=0000\",\"ParentProcessGuid\":\"{B-2}\","         \
    "\"ParentProcessId\":\"7\",\"ParentImage\":\"C:\\\\Windows\\\\cmd.exe\","                \
    "\"ParentCommandLine\":\"cmd.exe /c run.cmd\""

#define SECURITY_DATA                                                                        \
    "\"SubjectUserSid\":\"S-1-5-21-1\",\"SubjectUserName\":\"bob\",\"SubjectDomainName\":"   \
    "\"DOM\",\"NewProcessId\":\"0x10a4\",\"NewProcessName\":\"C:\\\\Windows\\\\System32\\\\" \
    "net1.exe\",\"TokenElevationType\":\"%%1937\",\"ProcessId\":\"0x7D8\",\"CommandLine\":"  \
    "\"net1 use http://h/x\",\"TargetUserSid\":\"S-1-0-0\",\"TargetUserName\":\"-\","        \
    "\"TargetDomainName\":\"-\",\"ParentProcessName\":\"C:\\\\Windows\\\\powershell.exe\""

#define SYSMON_CHANNEL "\"Microsoft-Windows-Sysmon/Operational\""
#define SYSMON_PROVIDER "\"Microsoft-Windows-Sysmon\""
#define SECURITY_PROVIDER "\"Microsoft-Windows-Security-Auditing\""

static const want SYSMON_START[] = {
    {"event.kind", "event"},
    {"event.category", "process"},
    {"event.type", "start"},
    {"event.code", "1"},
    {"event.action", "Process creation"},
    {"host.os.type", "windows"},
    {"process.name", "net.exe"},
    {"process.executable", "C:\\Windows\\System32\\net.exe"},
    {"process.command_line", "net  use \"\\\\h\\c$\""},
    {"process.args", "net|use|\\\\h\\c$"},
    {"process.args_count", "#3"},
    {"process.pid", "#4242"},
    {"process.entity_id", "{A-1}"},
    {"process.working_directory", "C:\\"},
    {"process.pe.original_file_name", "net.exe"},
    {"process.pe.company", "Microsoft"},
    {"process.pe.description", "Net Command"},
    {"process.pe.product", "Windows"},
    {"process.pe.file_version", "10.0"},
    {"process.hash.sha1", "ab01"},
    {"process.hash.md5", "cd"},
    {"process.hash.sha256", "00ef"},
    {"process.pe.imphash", NULL},
    {"process.parent.name", "cmd.exe"},
    {"process.parent.executable", "C:\\Windows\\cmd.exe"},
    {"process.parent.pid", "#7"},
    {"process.parent.entity_id", "{B-2}"},
    {"process.parent.command_line", "cmd.exe /c run.cmd"},
    {"process.parent.args", "cmd.exe|/c|run.cmd"},
    {"process.parent.args_count", "#3"},
    {"user.name", "bob"},
    {"user.domain", "DOM"},
    {"user.id", NULL},
    {"process.thread.name", NULL},
    {"winlog.event_data.TokenElevationType", NULL},
};

static const want SECURITY_START[] = {
    {"event.kind", "event"},
    {"event.category", "process"},
    {"event.type", "start"},
    {"event.code", "4688"},
    {"event.action", "created-process"},
    {"host.os.type", "windows"},
    {"process.name", "net1.exe"},
    {"process.executable", "C:\\Windows\\System32\\net1.exe"},
    {"process.command_line", "net1 use http://h/x"},
    {"process.args", "net1|use|http://h/x"},
    {"process.args_count", "#3"},
    {"process.pid", "#4260"},
    {"process.entity_id", NULL},
    {"process.pe.original_file_name", NULL},
    {"process.parent.name", "powershell.exe"},
    {"process.parent.executable", "C:\\Windows\\powershell.exe"},
    {"process.parent.pid", "#2008"},
    {"user.id", "S-1-5-21-1"},
    {"user.name", "bob"},
    {"user.domain", "DOM"},
    {"user.effective.id", "S-1-0-0"},
    {"user.effective.name", NULL},
    {"user.effective.domain", NULL},
    {"winlog.event_data.TokenElevationType", "%%1937"},
};

static void expect_sysmon(const char *json, const char *source)
{
    expect_all(json, source, SYSMON_START, COUNT(SYSMON_START));
}

static void expect_security(const char *json, const char *source)
{
    expect_all(json, source, SECURITY_START, COUNT(SECURITY_START));
}

Test(source, winlog)
{
    expect_sysmon("{\"winlog\":{\"channel\":" SYSMON_CHANNEL ",\"event_id\":1,"
                  "\"computer_name\":\"H\",\"provider_name\":" SYSMON_PROVIDER
                  ",\"event_data\":{" SYSMON_DATA "}}}",
                  "winlog");
    expect("@timestamp", "2024-02-03T04:05:06.789Z");
    expect("host.name", "H");
    expect("event.provider", "Microsoft-Windows-Sysmon");
    expect("winlog.event_id", "1");
    expect_security("{\"winlog.channel\":\"Security\",\"winlog.event_id\":\"4688\","
                    "\"winlog.event_data\":{" SECURITY_DATA "},"
                    "\"winlog.time_created\":\"2019-11-14T17:10:15.151Z\"}",
                    "winlog");
    expect("@timestamp", "2019-11-14T17:10:15.151Z");
    expect("host.name", NULL);
    expect("event.provider", NULL);
}

Test(source, winlogbeat_6)
{
    /* user and host are of Sysmon's service and of the collector. */
    expect_sysmon("{\"@timestamp\":\"T\",\"event_id\":1,\"log_name\":" SYSMON_CHANNEL
                  ",\"source_name\":" SYSMON_PROVIDER ",\"computer_name\":\"H\",\"user\":"
                  "{\"name\":\"SYSTEM\",\"domain\":\"NT AUTHORITY\"},\"host\":{\"name\":\"C\"},"
                  "\"event_data\":{" SYSMON_DATA "}}",
                  "winlogbeat6");
    expect("@timestamp", "T");
    expect("host.name", "H");
    expect_security("{\"event_id\":4688,\"log_name\":\"Security\",\"event_data\":{" SECURITY_DATA
                    "}}",
                    "winlogbeat6");
}

#define EVTX_SYSTEM(id, provider, channel, time)                                          \
    "\"System\":{\"EventID\":" id ",\"Provider" provider ",\"Channel\":" channel          \
    ",\"Computer\":\"H\",\"TimeCreated" time "}"

Test(source, evtx)
{
    expect_sysmon("{\"Event\":{" EVTX_SYSTEM(
                      "{\"#attributes\":{\"Qualifiers\":\"\"},\"#text\":1}",
                      "\":{\"#attributes\":{\"Name\":" SYSMON_PROVIDER "}}", SYSMON_CHANNEL,
                      "\":{\"#attributes\":{\"SystemTime\":\"2020-01-01T00:00:00Z\"}}")
                  ",\"EventData\":{\"#attributes\":{\"Name\":\"\"}," SYSMON_DATA "}}}",
                  "evtx");
    expect("host.name", "H");
    expect("event.provider", "Microsoft-Windows-Sysmon");
    expect_security("{\"Event\":{" EVTX_SYSTEM(
                        "4688", "_attributes\":{\"Name\":" SECURITY_PROVIDER "}", "\"Security\"",
                        "_attributes\":{\"SystemTime\":\"2019-02-13 18:01:47.562412\"}")
                    ",\"EventData\":{" SECURITY_DATA "}}}",
                    "evtx");
    expect("@timestamp", "2019-02-13T18:01:47.562412Z");
    expect("event.provider", "Microsoft-Windows-Security-Auditing");
}

#define PAIR(name, text) "{\"@Name\":\"" name "\",\"#text\":\"" text "\"}"
#define SECURITY_PAIRS                                                                      \
    PAIR("SubjectUserSid", "S-1-5-21-1") "," PAIR("SubjectUserName", "bob") ","            \
    PAIR("SubjectDomainName", "DOM") ",{\"@Name\":\"SubjectLogonId\"},"                    \
    PAIR("NewProcessId", "0x10a4") ",{\"#text\":\"C:\\\\Windows\\\\System32\\\\net1.exe\"," \
    "\"@Name\":\"NewProcessName\"}," PAIR("TokenElevationType", "%%1937") ","              \
    PAIR("ProcessId", "0x7D8") ",{},{\"#text\":\"no name\"},"                              \
    PAIR("CommandLine", "net1 use http://h/x") "," PAIR("TargetUserSid", "S-1-0-0")        \
    ",{\"@Name\":\"TargetUserName\",\"#text\":null}," PAIR("TargetDomainName", "-") ","     \
    PAIR("ParentProcessName", "C:\\\\Windows\\\\powershell.exe")

Test(source, evtx_in_pairs)
{
    static const char document[] =
        "{\"Event\":{" EVTX_SYSTEM("\"4688\"", "\":{\"@Name\":" SECURITY_PROVIDER "}",
                                   "\"Security\"", "\":{\"@SystemTime\":\"2020-01-02T03:04:05\"}")
        ",\"EventData\":{\"Data\":[" SECURITY_PAIRS "]}}}";
    char hit[sizeof document + 64];
    expect_security(document, "evtx");
    expect("@timestamp", "2020-01-02T03:04:05Z");
    snprintf(hit, sizeof hit, "{\"_index\":\"i\",\"_id\":\"1\",\"_source\":%s}", document);
    expect_security(hit, "evtx");
    /* Two such lists, one of them by a dotted key, are not told apart. */
    EXPECT("{\"Event\":{\"System\":{\"EventID\":4688,\"Channel\":\"Security\"},\"EventData\":"
           "{\"Data\":[" PAIR("NewProcessName", "a") "]}},\"Event.EventData\":{\"Data\":["
           "{\"@Name\":\"x\"}," PAIR("NewProcessName", "b") "]}}",
           "evtx", {"process.executable", NULL}, {"event.type", "start"});
    /* One element is not a list. */
    EXPECT("{\"Event\":{\"System\":{\"EventID\":4688,\"Channel\":\"Security\"},\"EventData\":"
           "{\"Data\":" PAIR("NewProcessName", "C:\\\\net.exe") "}}}",
           "evtx", {"process.name", "net.exe"}, {"process.command_line", NULL});
}

/* Pairs that cannot be told apart are not guessed. */
Test(source, pairs_of_another_form)
{
    static const char *const lists[] = {
        "[{\"@Name\":\"NewProcessName\",\"#text\":{\"a\":1}},{\"@Name\":\"x\",\"#text\":\"y\"}]",
        "[{\"@Name\":[\"NewProcessName\",\"b\"],\"#text\":\"c\"}]",
        "[{\"@Name\":\"NewProcessName\",\"#text\":\"a\"},[]]",
        "[{\"@Name\":\"NewProcessName\",\"#text\":\"a\",\"#text\":\"b\"}]",
        "[\"@Name\",\"#text\"]",
        "[]",
        "{}",
        "7",
    };
    for (size_t i = 0; i < COUNT(lists); i++) {
        char json[512];
        snprintf(json, sizeof json,
                 "{\"Event\":{\"System\":{\"EventID\":4688,\"Channel\":\"Security\"},"
                 "\"EventData\":{\"Data\":%s}}}",
                 lists[i]);
        EXPECT(json, "evtx", {"process.executable", NULL}, {"event.type", "start"});
    }
}

Test(source, flat)
{
    expect_sysmon("{\"EventID\":1,\"SourceName\":" SYSMON_PROVIDER ",\"Channel\":" SYSMON_CHANNEL
                  ",\"Hostname\":\"H\",\"host\":\"collector\"," SYSMON_DATA "}",
                  "flat");
    expect("host.name", "H");
    expect_security("{\"EventID\":4688,\"EventSourceName\":" SECURITY_PROVIDER
                    ",\"Channel\":\"Security\",\"Computer\":\"H\","
                    "\"TimeGenerated\":\"2022-05-13T08:54:08.42Z\"," SECURITY_DATA "}",
                    "flat");
    expect("host.name", "H");
    expect("@timestamp", "2022-05-13T08:54:08.42Z");
    /* Without channel and provider the data tell the log. */
    expect_sysmon("{\"EventId\":1," SYSMON_DATA "}", "flat");
    expect_security("{\"EventId\":\"4688\"," SECURITY_DATA "}", "flat");
    expect_sysmon("{\"EventId\":1,\"Channel\":\"ForwardedEvents\"," SYSMON_DATA "}", "flat");
}

Test(source, flat_with_event_data)
{
    /* What stands outside is not about the process. */
    expect_sysmon("{\"EventID\":1,\"Provider\":" SYSMON_PROVIDER ",\"ProcessId\":999,"
                  "\"EventData\":{" SYSMON_DATA "}}",
                  "flat");
    expect_security("{\"EventID\":4688,\"Channel\":\"Security\",\"Computer\":\"H\",\"EventData\":"
                    "\"{\\\"NewProcessName\\\":\\\"C:\\\\\\\\Windows\\\\\\\\System32\\\\\\\\net1."
                    "exe\\\",\\\"CommandLine\\\":\\\"net1 use http://h/x\\\",\\\"NewProcessId\\\":"
                    "4260,\\\"ProcessId\\\":2008,\\\"SubjectUserSid\\\":\\\"S-1-5-21-1\\\","
                    "\\\"SubjectUserName\\\":\\\"bob\\\",\\\"SubjectDomainName\\\":\\\"DOM\\\","
                    "\\\"TokenElevationType\\\":\\\"%%1937\\\",\\\"TargetUserSid\\\":"
                    "\\\"S-1-0-0\\\",\\\"ParentProcessName\\\":"
                    "\\\"C:\\\\\\\\Windows\\\\\\\\powershell.exe\\\"}\",\"ProcessId\":\"9\"}",
                    "flat");
    EXPECT("{\"EventId\":4688,\"Provider\":" SECURITY_PROVIDER ",\"Channel\":\"Security\","
           "\"ProcessId\":4,\"Computer\":\"H\",\"Payload\":\"{\\\"EventData\\\":{\\\"Data\\\":["
           "{\\\"@Name\\\":\\\"SubjectUserName\\\"},{\\\"@Name\\\":\\\"NewProcessName\\\","
           "\\\"#text\\\":\\\"C:\\\\\\\\net.exe\\\"},{\\\"@Name\\\":\\\"ProcessId\\\","
           "\\\"#text\\\":\\\"0x7d8\\\"},{\\\"@Name\\\":\\\"CommandLine\\\",\\\"#text\\\":"
           "\\\"net use \\\\\\\\\\\\\\\\h\\\\\\\\c$\\\"}]}}\"}",
           "flat", {"process.name", "net.exe"}, {"process.parent.pid", "#2008"},
           {"process.args", "net|use|\\\\h\\c$"}, {"user.name", NULL}, {"event.type", "start"});
}

/* A string that looks like JSON and is not harms nothing. */
Test(source, broken_json_in_a_string)
{
    static const char *const texts[] = {"{\\\"Image\\\":", "{", "[]", "", "<EventData/>", "{}x"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        char json[256];
        snprintf(json, sizeof json,
                 "{\"EventID\":1,\"Channel\":" SYSMON_CHANNEL
                 ",\"EventData\":\"%s\",\"Image\":\"C:\\\\net.exe\"}",
                 texts[i]);
        EXPECT(json, "flat", {"process.name", "net.exe"}, {"event.type", "start"});
    }
    test_text deep = {NULL, 0};
    test_text_add(&deep, "{\"EventID\":1,\"Channel\":" SYSMON_CHANNEL ",\"EventData\":\"");
    for (int i = 0; i < 600; i++)
        test_text_add(&deep, "{\\\"a\\\":");
    test_text_add(&deep, "\"}");
    EXPECT(deep.data, "flat", {"process.name", NULL}, {"event.type", "start"});
    free(deep.data);
}

/* --- other events of Windows --- */

Test(source, other_events_of_windows)
{
    EXPECT("{\"winlog\":{\"event_id\":5,\"channel\":" SYSMON_CHANNEL ",\"event_data\":{"
           SYSMON_DATA "}}}",
           "winlog", {"event.category", "process"}, {"event.type", "end"},
           {"event.action", "Process terminated"}, {"process.name", "net.exe"},
           {"process.pe.original_file_name", NULL}, {"process.hash.md5", NULL});
    EXPECT("{\"winlog\":{\"event_id\":10,\"channel\":" SYSMON_CHANNEL ",\"event_data\":"
           "{\"SourceImage\":\"C:\\\\a.exe\",\"SourceProcessId\":\"5\",\"SourceProcessGUID\":"
           "\"{G}\",\"TargetImage\":\"C:\\\\b.exe\"}}}",
           "winlog", {"event.category", "process"}, {"event.type", "access"},
           {"process.name", "a.exe"}, {"process.pid", "#5"}, {"process.entity_id", "{G}"});
    EXPECT("{\"winlog\":{\"event_id\":3,\"channel\":" SYSMON_CHANNEL "}}", "winlog",
           {"event.category", "network"}, {"event.type", "start|connection|protocol"});
    EXPECT("{\"winlog\":{\"event_id\":13,\"channel\":" SYSMON_CHANNEL "}}", "winlog",
           {"event.category", "configuration|registry"}, {"event.type", "change"});
    EXPECT("{\"winlog\":{\"event_id\":24,\"channel\":" SYSMON_CHANNEL "}}", "winlog",
           {"event.category", NULL}, {"event.type", "change"});
    EXPECT("{\"winlog\":{\"event_id\":4689,\"channel\":\"security\",\"event_data\":"
           "{\"ProcessId\":\"0x10\",\"ProcessName\":\"C:\\\\net.exe\",\"SubjectUserName\":"
           "\"bob\"}}}",
           "winlog", {"event.type", "end"}, {"event.action", "exited-process"},
           {"process.pid", "#16"}, {"process.parent.pid", NULL}, {"process.name", "net.exe"},
           {"user.name", "bob"});
    /* Number 1 of another log; a number that no log lists; none. */
    EXPECT("{\"winlog\":{\"event_id\":1,\"channel\":\"System\",\"provider_name\":"
           "\"Microsoft-Windows-Kernel-General\",\"event_data\":{" SYSMON_DATA "}}}",
           "winlog", {"event.category", NULL}, {"event.type", NULL}, {"process.name", NULL},
           {"host.os.type", "windows"}, {"event.code", "1"});
    EXPECT("{\"winlog\":{\"event_id\":4624,\"channel\":\"Security\",\"event_data\":{"
           SECURITY_DATA "}}}",
           "winlog", {"event.category", NULL}, {"process.args", NULL}, {"user.name", NULL},
           {"host.os.type", "windows"}, {"event.code", "4624"});
    EXPECT("{\"winlog\":{\"channel\":" SYSMON_CHANNEL "}}", "winlog", {"event.category", NULL},
           {"event.code", NULL}, {"host.os.type", "windows"});
    /* The channel does not outvote the provider. */
    EXPECT("{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL ",\"provider_name\":\"x\"}}",
           "winlog", {"event.category", NULL});
}

Test(source, without_value)
{
    EXPECT("{\"winlog\":{\"event_id\":4688,\"channel\":\"Security\",\"event_data\":"
           "{\"NewProcessName\":\"C:\\\\net.exe\",\"CommandLine\":\"\",\"ParentProcessName\":"
           "\"-\",\"NewProcessId\":\"0xZ\",\"ProcessId\":\"-\",\"SubjectUserName\":null}}}",
           "winlog", {"process.name", "net.exe"}, {"process.args", NULL},
           {"process.args_count", NULL}, {"process.command_line", NULL},
           {"process.parent.name", NULL}, {"process.parent.executable", NULL},
           {"process.pid", NULL}, {"process.parent.pid", NULL}, {"user.name", NULL});
    EXPECT("{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL ",\"event_data\":"
           "{\"Image\":\"C:\\\\dir\\\\\",\"ProcessGuid\":\"{00000000-0000-0000-0000-"
           "000000000000}\",\"User\":\"bob\",\"Hashes\":\"MD5,SHA1=,=AB,sha256=AB\","
           "\"CommandLine\":\" \"}}}",
           "winlog", {"process.name", NULL}, {"process.executable", "C:\\dir\\"},
           {"process.entity_id", NULL}, {"user.name", "bob"}, {"user.domain", NULL},
           {"process.hash.md5", NULL}, {"process.hash.sha1", NULL},
           {"process.hash.sha256", "ab"}, {"process.args", ""}, {"process.args_count", "#1"});
    /* More hexadecimal digits than any hash has. */
    EXPECT("{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL ",\"event_data\":"
           "{\"Hashes\":\"MD5=1234567890123456789012345678901234567890123456789012345678901234"
           "567890123456789012345678901\"}}}",
           "winlog", {"process.hash.md5", NULL});
}

/* --- ECS already there --- */

Test(source, own_values_win)
{
    /* The integration keeps the quotes; no agent said which system it is. */
    EXPECT("{\"event\":{\"action\":\"created-process\",\"category\":[\"process\"],\"code\":"
           "\"4688\",\"type\":[\"start\"]},\"host\":{\"name\":\"own\"},\"process\":{\"args\":"
           "[\"net\",\"\",\"use\",\"\\\"\\\\\\\\h\\\\my share$\\\"\"],\"name\":\"NET.exe\","
           "\"executable\":\"\"},\"winlog\":{\"channel\":\"Security\",\"event_id\":\"4688\","
           "\"computer_name\":\"H\",\"event_data\":{" SECURITY_DATA "}}}",
           "winlog", {"process.args", "net||use|\"\\\\h\\my share$\""},
           {"process.name", "NET.exe"}, {"process.executable", ""}, {"host.name", "own"},
           {"host.os.type", "windows"}, {"process.parent.name", "powershell.exe"});
    /* Winlogbeat 7: numbers, and paths for names. */
    EXPECT("{\"event\":{\"code\":4688,\"provider\":" SECURITY_PROVIDER ",\"type\":[\"start\","
           "\"process_start\"]},\"process\":{\"name\":\"net.exe\",\"parent\":{\"name\":"
           "\"C:\\\\cmd.exe\"}},\"winlog\":{\"event_id\":4688,\"computer_name\":\"H\"}}",
           "winlog", {"event.code", "4688"}, {"event.type", "start|process_start"},
           {"process.parent.name", "C:\\cmd.exe"}, {"event.category", "process"},
           {"winlog.event_id", "4688"}, {"host.name", "H"});
    /* An explicit null is absence, an empty list too. */
    EXPECT("{\"process\":{\"args\":[],\"name\":null,\"parent\":{\"name\":[null]}},\"winlog\":"
           "{\"event_id\":4688,\"channel\":\"Security\",\"event_data\":{" SECURITY_DATA "}}}",
           "winlog", {"process.args", "net1|use|http://h/x"}, {"process.name", "net1.exe"},
           {"process.parent.name", "powershell.exe"});
    EXPECT("{\"process\":{\"name\":null},\"winlog\":{\"event_id\":1,\"channel\":\"x\"}}",
           "winlog", {"process.name", "null"});
    EXPECT("{\"event\":{\"code\":[\"\",null,7,8.5]},\"winlog\":{\"event_id\":1}}", "winlog",
           {"event.code", "|null|7|8.5"});
}

Test(source, elastic_defend)
{
    EXPECT("{\"event\":{\"category\":[\"process\"],\"type\":[\"start\"],\"action\":\"start\"},"
           "\"host\":{\"os\":{\"type\":\"windows\"}},\"process\":{\"name\":\"net.exe\",\"args\":"
           "[\"net\",\"use\"],\"command_line\":\"net use x\",\"pid\":5,\"parent\":{\"args\":[]}}}",
           "ecs", {"event.category", "process"}, {"event.type", "start"},
           {"process.args", "net|use"}, {"process.pid", "#5"}, {"process.parent.args", NULL},
           {"process.args_count", NULL}, {"event.kind", NULL});
    EXPECT("{\"EventID\":1,\"process\":{\"name\":\"x\"}}", "ecs", {"process.name", "x"},
           {"host.os.type", NULL});
    EXPECT("{}", "ecs", {"process.name", NULL});
}

/* --- how values are fetched --- */

static void expect_value(const char *field, size_t index, const char *text)
{
    netshare_value value;
    cr_assert(ns_source_event_get(event, number_of(field), index, &value), "%s %zu", field, index);
    cr_expect(value.as.utf8.length == strlen(text)
              && memcmp(value.as.utf8.data, text, strlen(text)) == 0);
}

Test(source, values_in_any_order)
{
    netshare_value first, value;
    size_t args = number_of("process.args");
    parse("{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL ",\"event_data\":"
          "{\"CommandLine\":[\"a \\\"b c\\\" d\",null,\"-\",\"\\\"e\\\" \\\"f\\\"\"]}}}");
    cr_assert(ns_source_event_get(event, args, 1, &first));
    for (int round = 0; round < 2; round++) {
        expect_value("process.args", 4, "f");
        expect_value("process.args", 4, "f");
        cr_expect(memcmp(first.as.utf8.data, "b c", 3) == 0, "earlier values stay");
        cr_expect_not(ns_source_event_get(event, args, 5, &value));
        cr_expect_not(ns_source_event_get(event, args, 99, &value));
        cr_expect_not(ns_source_event_get(event, args, SIZE_MAX, &value));
        expect_value("process.args", 4, "f");
        expect_value("process.args", 0, "a");
        expect_value("process.args", 1, "b c");
        expect_value("process.args", 3, "e");
    }
    cr_expect_not(ns_source_event_get(event, fields.count, 0, &value));
    cr_expect_not(ns_source_event_get(event, SIZE_MAX, 0, &value));
}

/* The scalar forms of a list and the list forms of a scalar. */
Test(source, lists_and_scalars)
{
    EXPECT("{\"winlog\":{\"event_id\":[1],\"channel\":[" SYSMON_CHANNEL "],\"event_data\":"
           "{\"Image\":[\"C:\\\\a.exe\",\"C:\\\\b.exe\"],\"ProcessId\":[7,\"8\",9.0,9.5],"
           "\"CommandLine\":[\"a b\",\"c\"],\"User\":[\"-\",\"D\\\\u\"]}}}",
           "winlog", {"event.type", "start"}, {"process.name", "a.exe|b.exe"},
           {"process.pid", "#7|#8|#9"}, {"process.args", "a|b|c"},
           {"process.args_count", "#2|#1"}, {"user.name", "u"}, {"process.executable",
           "C:\\a.exe|C:\\b.exe"});
    EXPECT("{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL ",\"event_data\":"
           "{\"CommandLine\":5,\"Image\":true,\"User\":6}},\"process\":{\"parent\":{\"args\":"
           "\"x\"}}}",
           "winlog", {"process.args", NULL}, {"process.args_count", NULL}, {"process.name", NULL},
           {"process.command_line", "#5"}, {"user.name", NULL}, {"process.parent.args", "x"});
}

Test(source, any_bytes)
{
    static const char json[] = "{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL
                               ",\"event_data\":{\"CommandLine\":\"\xff \\u0000\xc3 \\\"\xed\\\"\","
                               "\"Image\":\"\\\\\x80\\u0000\"}}}";
    netshare_value value;
    parse(json);
    cr_assert(ns_source_event_get(event, number_of("process.args"), 1, &value));
    cr_expect_eq(value.as.utf8.length, 2);
    cr_expect_arr_eq(value.as.utf8.data, "\0\xc3", 2);
    cr_assert(ns_source_event_get(event, number_of("process.name"), 0, &value));
    cr_expect_eq(value.as.utf8.length, 2);
    cr_expect_arr_eq(value.as.utf8.data, "\x80\0", 2);
}

Test(source, documents_follow_each_other)
{
    netshare_error error;
    netshare_value value;
    expect_sysmon("{\"EventId\":1," SYSMON_DATA "}", "flat");
    EXPECT("{\"EventId\":1,\"UtcTime\":\"x\",\"CommandLine\":\"a\"}", "flat", {"process.args", "a"},
           {"process.name", NULL}, {"@timestamp", "x"});
    cr_expect_eq(ns_source_event_parse(event, "{\"EventId\":1,", 13, &error),
                 NETSHARE_ERROR_EVENT);
    for (size_t i = 0; i < fields.count; i++)
        cr_expect_not(ns_source_event_get(event, i, 0, &value));
    cr_expect_eq(ns_source_event_detected(event), NETSHARE_SOURCE_ECS);
    EXPECT("{\"process\":{\"args\":\"a\"}}", "ecs", {"process.args", "a"}, {"event.type", NULL});
    expect_security("{\"EventId\":4688," SECURITY_DATA "}", "flat");
}

/* --- a source that is given --- */

Test(source_given, ecs)
{
    open_event(NETSHARE_SOURCE_ECS);
    EXPECT("{\"EventId\":1," SYSMON_DATA ",\"process\":{\"name\":\"x\"}}", "ecs",
           {"process.name", "x"}, {"process.args", NULL}, {"host.os.type", NULL});
    close_event();
}

Test(source_given, each)
{
    static const struct {
        netshare_source source;
        const char *json;
    } rows[] = {
        {NETSHARE_SOURCE_FLAT, "{\"EventID\":\"1\"," SYSMON_DATA "}"},
        {NETSHARE_SOURCE_WINLOG, "{\"winlog\":{\"event_id\":1,\"event_data\":{" SYSMON_DATA "}}}"},
        {NETSHARE_SOURCE_WINLOGBEAT_6, "{\"event_id\":1,\"event_data\":{" SYSMON_DATA "}}"},
        {NETSHARE_SOURCE_EVTX,
         "{\"Event\":{\"System\":{\"EventID\":1},\"EventData\":{" SYSMON_DATA "}}}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        open_event(rows[i].source);
        expect_sysmon(rows[i].json, ns_source_name(rows[i].source));
        EXPECT("{\"process\":{\"args\":\"a\"}}", ns_source_name(rows[i].source),
               {"process.args", "a"}, {"host.os.type", "windows"}, {"event.type", NULL});
        close_event();
    }
}

Test(source_given, names)
{
    for (int i = 0; i < NS_SOURCE_COUNT; i++) {
        const char *name = ns_source_name((netshare_source)i);
        cr_assert_not_null(name);
        cr_expect_eq((int)ns_source_find(name, strlen(name)), i);
    }
    cr_expect_null(ns_source_name((netshare_source)NS_SOURCE_COUNT));
    cr_expect_eq(ns_source_find("win", 3), NS_SOURCE_COUNT);
    cr_expect_eq(ns_source_find("", 0), NS_SOURCE_COUNT);
    netshare_error error = {.status = NETSHARE_OK};
    memory = (test_memory){.calls = 0};
    allocator = test_allocator(&memory);
    cr_expect_eq(ns_source_event_new(&fields, &allocator, (netshare_source)NS_SOURCE_COUNT, &event, &error),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_null(event);
    ns_source_event_free(NULL);
}

/* --- memory --- */

static const char HUNGRY[] =
    "{\"EventID\":1,\"Channel\":" SYSMON_CHANNEL ",\"CommandLine\":\"a \\\"b\\\" c\","
    "\"Payload\":\"{\\\"EventData\\\":{\\\"Data\\\":[{\\\"@Name\\\":\\\"Image\\\","
    "\\\"#text\\\":\\\"C:\\\\\\\\n.exe\\\"}]}}\",\"Event\":{\"EventData\":{\"Data\":["
    "{\"@Name\":\"a\"}]}},\"user\":{\"id\":\"own\"}}";

Test(source_memory, every_allocation_may_fail)
{
    size_t failures = 0;
    for (size_t fail_at = 1;; fail_at++) {
        memory = (test_memory){.calls = 0};
        allocator = test_allocator(&memory);
        name_fields();
        size_t before = memory.calls;
        memory.fail_at = before + fail_at;
        netshare_error error = {.status = NETSHARE_OK};
        netshare_status status =
            ns_source_event_new(&fields, &allocator, NETSHARE_SOURCE_AUTOMATIC, &event, &error);
        bool created = status == NETSHARE_OK;
        if (created)
            status = ns_source_event_parse(event, HUNGRY, sizeof HUNGRY - 1, &error);
        if (status != NETSHARE_OK) {
            failures++;
            cr_assert_eq(status, NETSHARE_ERROR_NO_MEMORY);
            cr_assert_eq(error.status, NETSHARE_ERROR_NO_MEMORY);
        }
        if (created && status != NETSHARE_OK) {
            netshare_value value;
            cr_expect_not(ns_source_event_get(event, number_of("event.type"), 0, &value));
            cr_expect_not(ns_source_event_get(event, number_of("user.id"), 0, &value));
            parse(HUNGRY);
        }
        if (created) {
            expect("process.args", "a|b|c");
            expect("process.name", "n.exe");
        }
        bool reached = memory.calls >= memory.fail_at;
        close_event();
        if (!reached)
            break;
    }
    cr_expect_gt(failures, 20);
}
