/* SPDX-License-Identifier: Apache-2.0 */
/* Endgame's events, of the sensor and of the index, read as ECS. */
#include "source_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(source_endgame, .init = open_automatic, .fini = close_event);

#define ENDGAME_DATA                                                                         \
    "\"process_name\":\"net.exe\",\"process_path\":\"C:\\\\Windows\\\\net.exe\","            \
    "\"command_line\":\"net use \\\"\\\\\\\\h@SSL\\\\a b\\\"\",\"pid\":1788,\"ppid\":420,"   \
    "\"parent_process_name\":\"python.exe\",\"parent_process_path\":\"C:\\\\python.exe\","   \
    "\"unique_pid\":53,\"unique_ppid\":\"{48}\",\"user_name\":\"bob\",\"user_domain\":"      \
    "\"DOM\",\"user_sid\":\"S-1-5-21-9\",\"md5\":\"57aa\",\"original_file_name\":\"NET.exe\""

static const want ENDGAME_PROCESS[] = {
    {"event.category", "process"},
    {"event.kind", "event"},
    {"event.module", "endgame"},
    {"host.os.type", "windows"},
    {"process.name", "net.exe"},
    {"process.executable", "C:\\Windows\\net.exe"},
    {"process.command_line", "net use \"\\\\h@SSL\\a b\""},
    {"process.args", "net|use|\\\\h@SSL\\a b"},
    {"process.args_count", "#3"},
    {"process.pid", "#1788"},
    {"process.entity_id", "53"},
    {"process.pe.original_file_name", "NET.exe"},
    {"process.hash.md5", "57aa"},
    {"process.parent.name", "python.exe"},
    {"process.parent.executable", "C:\\python.exe"},
    {"process.parent.pid", "#420"},
    {"process.parent.entity_id", "{48}"},
    {"user.name", "bob"},
    {"user.domain", "DOM"},
    {"user.id", "S-1-5-21-9"},
    {"event.code", NULL},
    {"event.provider", NULL},
};

Test(source_endgame, endgame)
{
    expect_all("{\"event_type_full\":\"process_event\",\"event_subtype_full\":\"creation_event\","
               "\"opcode\":1,\"timestamp\":131509374294209140," ENDGAME_DATA "}",
               "endgame", ENDGAME_PROCESS, COUNT(ENDGAME_PROCESS));
    expect("event.type", "start");
    expect("event.action", "creation_event");
    expect("@timestamp", "2017-09-26T22:10:29.4209140Z");
    expect_all("{\"event_type\":\"process\",\"subtype\":\"create\"," ENDGAME_DATA "}", "endgame",
               ENDGAME_PROCESS, COUNT(ENDGAME_PROCESS));
    expect("event.type", "start");
    expect("event.action", "create");
    EXPECT("{\"event_type_full\":\"process_event\",\"event_subtype_full\":\"termination_event\","
           "\"subtype\":\"create\"," ENDGAME_DATA "}",
           "endgame", {"event.type", "end"});
    EXPECT("{\"event_type_full\":\"process_event\",\"event_subtype_full\":\"already_running\","
           "\"subtype\":\"create\"," ENDGAME_DATA "}",
           "endgame", {"event.type", "info"});
    EXPECT("{\"opcode\":2," ENDGAME_DATA "}", "endgame", {"event.type", "end"});
    EXPECT("{\"event_type_full\":\"file_event\",\"event_subtype_full\":\"file_create_event\","
           ENDGAME_DATA "}",
           "endgame", {"event.category", NULL}, {"event.type", NULL});
}

Test(source_endgame, endgame_says_which_system)
{
#define ENDGAME_EVENT "{\"event_type_full\":\"process_event\","
    EXPECT(ENDGAME_EVENT "\"process_path\":\"/usr/bin/net\",\"user_domain\":\"h\"}", "endgame",
           {"host.os.type", NULL}, {"process.name", "net"}, {"event.category", "process"});
    EXPECT(ENDGAME_EVENT "\"process_path\":\"\\\\SystemRoot\\\\smss.exe\"}", "endgame",
           {"host.os.type", "windows"});
    EXPECT(ENDGAME_EVENT "\"process_path\":\"c:/a.exe\"}", "endgame", {"host.os.type", "windows"});
    EXPECT(ENDGAME_EVENT "\"process_path\":\"c:a.exe\"}", "endgame", {"host.os.type", NULL});
    EXPECT(ENDGAME_EVENT "\"parent_process_path\":\"D:\\\\a\\\\b.exe\"}", "endgame",
           {"host.os.type", "windows"}, {"process.parent.name", "b.exe"});
    EXPECT(ENDGAME_EVENT "\"user_domain\":\"NT AUTHORITY\"}", "endgame",
           {"host.os.type", "windows"});
    EXPECT(ENDGAME_EVENT "\"pid\":0}", "endgame", {"host.os.type", NULL});
    EXPECT("{\"endgame\":" ENDGAME_EVENT "\"pid\":0},\"host\":{\"os\":{\"platform\":\"Windows\"}}}",
           "endgame-index", {"host.os.type", "windows"});
    EXPECT("{\"endgame\":" ENDGAME_EVENT "\"process_path\":\"/sbin/x\"},"
           "\"host\":{\"os\":{\"platform\":\"darwin\"}}}",
           "endgame-index", {"host.os.type", "macos"});
    EXPECT("{\"endgame\":" ENDGAME_EVENT "\"pid\":0},\"host\":{\"os\":{\"name\":[\"Plan 9\"]}}}",
           "endgame-index", {"host.os.type", NULL});
}

Test(source_endgame, endgame_index)
{
    expect_all("{\"endgame\":{\"event_type_full\":\"process_event\",\"event_subtype_full\":"
               "\"creation_event\"," ENDGAME_DATA "}}",
               "endgame-index", ENDGAME_PROCESS, COUNT(ENDGAME_PROCESS));
    expect("event.type", "start");
    /* As its user interface has it: every leaf a list, the event type an old one. */
    EXPECT("{\"event\":{\"module\":[\"endgame\"],\"action\":[\"creation_event\"],\"category\":"
           "[\"process\"],\"type\":[\"process_start\"]},\"host\":{\"os\":{\"platform\":"
           "[\"windows\"]}},\"process\":{\"pid\":[4],\"name\":[\"net1.exe\"],\"args\":"
           "[\"net1\",\"use\",\"https://h/\"]},\"endgame\":{\"process_name\":[\"net1.exe\"],"
           "\"parent_process_name\":[\"svchost.exe\"]}}",
           "endgame-index", {"event.type", "start"}, {"event.category", "process"},
           {"host.os.type", "windows"}, {"process.name", "net1.exe"},
           {"process.args", "net1|use|https://h/"}, {"process.parent.name", "svchost.exe"},
           {"process.pid", "#4"});
    /* An action that says nothing leaves what there is. */
    EXPECT("{\"event\":{\"action\":\"x\",\"type\":[\"start\"]},\"endgame\":{\"process_name\":"
           "\"a\"}}",
           "endgame-index", {"event.type", "start"});
}

Test(source_endgame, filetimes)
{
    static const struct {
        const char *ticks;
        const char *date;
    } rows[] = {
        {"0", "1601-01-01T00:00:00.0000000Z"},
        {"\"116444736000000000\"", "1970-01-01T00:00:00.0000000Z"},
        {"125911583999999999", "1999-12-31T23:59:59.9999999Z"},
        {"125911584000000000", "2000-01-01T00:00:00.0000000Z"},
        {"31291488000000000", "1700-02-28T00:00:00.0000000Z"},
        {"31292352000000000", "1700-03-01T00:00:00.0000000Z"},
        {"95667264000000000", "1904-02-29T00:00:00.0000000Z"},
        {"125962560000000000", "2000-02-29T00:00:00.0000000Z"},
        {"126226944000000000", "2000-12-31T00:00:00.0000000Z"},
        {"133536384000000000", "2024-02-29T00:00:00.0000000Z"},
        {"157519296000000000", "2100-02-28T00:00:00.0000000Z"},
        {"157520160000000000", "2100-03-01T00:00:00.0000000Z"},
        {"2650466880000000000", "9999-12-31T00:00:00.0000000Z"},
        {"2650467744000000000", NULL},
        {"-1", NULL},
        {"1.5", NULL},
        {"\"x\"", NULL},
        {"1e300", NULL},
        {"true", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"event_type_full\":\"process_event\",\"timestamp\":%s}",
                 rows[i].ticks);
        EXPECT(json, "endgame", {"@timestamp", rows[i].date});
    }
}
