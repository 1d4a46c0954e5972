/* SPDX-License-Identifier: Apache-2.0 */
/* How each value of an event that is not in ECS becomes one that is: times, numbers, hashes,
 * paths, and the names in lists of pairs. */
#include "source_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(source_values, .init = open_automatic, .fini = close_event);

#define SYSMON_CHANNEL "\"Microsoft-Windows-Sysmon/Operational\""

typedef struct row {
    const char *given;  /* JSON */
    const char *values; /* as expect() has them */
} row;

/* The values of `field` for each given value in its place in the document. */
static void expect_rows(const char *before, const char *after, const char *source,
                        const char *field, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char json[2048];
        snprintf(json, sizeof json, "%s%s%s", before, rows[i].given, after);
        expect_all(json, source, &(const want){field, rows[i].values}, 1);
    }
}

#define SYSMON_BEFORE(name) \
    "{\"winlog\":{\"event_id\":1,\"channel\":" SYSMON_CHANNEL ",\"event_data\":{\"" name "\":"
#define EXPECT_ROWS(before, after, source, field, ...)                                 \
    do {                                                                               \
        static const row rows[] = {__VA_ARGS__};                                       \
        expect_rows(before, after, source, field, rows, COUNT(rows));                  \
    } while (0)
#define EXPECT_SYSMON(name, field, ...) \
    EXPECT_ROWS(SYSMON_BEFORE(name), "}}}", "winlog", field, __VA_ARGS__)
#define EXPECT_ENDGAME(name, field, ...)                                               \
    EXPECT_ROWS("{\"event_type_full\":\"process_event\",\"" name "\":", "}", "endgame", field, \
                __VA_ARGS__)

/* --- times --- */

Test(source_values, times_of_a_known_form_are_in_utc)
{
    EXPECT_SYSMON("UtcTime", "@timestamp",
        {"\"2024-02-03 04:05:06\"", "2024-02-03T04:05:06Z"},
        {"\"2024-02-03T04:05:06\"", "2024-02-03T04:05:06Z"},
        {"\"2024-02-03 04:05:06.\"", "2024-02-03T04:05:06.Z"},
        {"\"2024-02-03 04:05:06.789\"", "2024-02-03T04:05:06.789Z"},
        {"\"2024-02-03T04:05:06.789Z\"", "2024-02-03T04:05:06.789Z"},
        {"\"2024-02-03T04:05:06+01:00\"", "2024-02-03T04:05:06+01:00"},
        {"\"2024-02-03 04:05:06.78x\"", "2024-02-03 04:05:06.78x"},
        {"\"2024-02-03 04:05:06./\"", "2024-02-03 04:05:06./"},
        {"\"2024-02-03 04:05:06,789\"", "2024-02-03 04:05:06,789"},
        {"\"2024-02-03 04:05\"", "2024-02-03 04:05"},
        {"\"2024-02-03\"", "2024-02-03"},
        {"\"2024-02-03_04:05:06\"", "2024-02-03_04:05:06"},
        {"\"2024/02/03 04:05:06\"", "2024/02/03 04:05:06"},
        {"\"2024T02-03 04:05:06\"", "2024T02-03 04:05:06"},
        {"\"2024-02-0/ 04:05:06\"", "2024-02-0/ 04:05:06"},
        {"\"202a-02-03 04:05:06\"", "202a-02-03 04:05:06"},
        {"\"x\"", "x"},
        {"1706933106", NULL},
        {"true", NULL});
}

Test(source_values, file_times_beyond_the_calendar_are_none)
{
    EXPECT_ENDGAME("timestamp", "@timestamp",
        {"0.0", "1601-01-01T00:00:00.0000000Z"},
        {"9223372036854775807", NULL},
        {"9e18", NULL},
        {"-9e18", NULL},
        {"-1e300", NULL},
        {"NaN", NULL},
        {"Infinity", NULL},
        {"\"0X0\"", "1601-01-01T00:00:00.0000000Z"});
}

/* Values that are made share a little room, more than any one needs. */
Test(source_values, a_list_of_times_ends_with_the_room)
{
    EXPECT_SYSMON("UtcTime", "@timestamp",
        {"[\"2024-02-03 04:05:01\",\"2024-02-03 04:05:02\",\"2024-02-03 04:05:03\","
         "\"2024-02-03 04:05:04\",\"2024-02-03 04:05:05\",\"later\"]",
         "2024-02-03T04:05:01Z|2024-02-03T04:05:02Z|2024-02-03T04:05:03Z|"
         "2024-02-03T04:05:04Z|later"});
}

/* --- numbers --- */

Test(source_values, process_ids_are_whole_numbers)
{
    EXPECT_SYSMON("ProcessId", "process.pid",
        {"4", "#4"}, {"4.0", "#4"}, {"\"4\"", "#4"}, {"\"0x1F\"", "#31"}, {"\"0X1f\"", "#31"},
        {"\"0\"", "#0"}, {"\"00\"", "#0"}, {"\"010\"", "#10"}, {"\"0x\"", NULL}, {"\"0y1\"", NULL},
        {"\"1x1\"", NULL}, {"\"0xG\"", NULL}, {"\"4 \"", NULL}, {"4.5", NULL}, {"1e300", NULL},
        {"-1e300", NULL}, {"NaN", NULL}, {"false", NULL});
}

Test(source_values, numbers_become_texts_as_long_as_there_is_room)
{
    EXPECT_ENDGAME("unique_pid", "process.entity_id",
        {"5", "5"}, {"5.0", "5"}, {"-5", "-5"}, {"5.5", "5.5"}, {"1e300", "1.0E300"},
        {"\"abc\"", "abc"}, {"true", "true"},
        {"[1111111111111111111,2222222222222222222,3333333333333333333,4444444444444444444,5,"
         "6666666666666666666,7,\"x\"]",
         "1111111111111111111|2222222222222222222|3333333333333333333|4444444444444444444|5|"
         "#6666666666666666666|7|x"});
}

Test(source_values, an_event_id_that_is_none_names_no_event)
{
    EXPECT_ROWS("{\"winlog\":{\"event_id\":", ",\"channel\":" SYSMON_CHANNEL "}}", "winlog",
                "event.action",
        {"1", "Process creation"}, {"\"1\"", "Process creation"}, {"999999", NULL}, {"\"x\"", NULL},
        {"true", NULL}, {"1.5", NULL});
    EXPECT("{\"winlog\":{\"event_id\":999999,\"channel\":" SYSMON_CHANNEL "}}", "winlog",
           {"event.type", NULL}, {"event.category", NULL}, {"event.code", "999999"});
    EXPECT("{\"winlog\":{\"event_id\":\"x\",\"channel\":" SYSMON_CHANNEL "}}", "winlog",
           {"event.type", NULL}, {"event.code", "x"});
}

/* --- hashes --- */

Test(source_values, a_hash_is_found_by_its_name)
{
    EXPECT_SYSMON("Hashes", "process.hash.md5",
        {"\"MD5=AB\"", "ab"}, {"\"md5=AB\"", "ab"}, {"\"SHA1=CD,MD5=AB\"", "ab"},
        {"\"XYZ=CD,MD5=AB\"", "ab"}, {"\"MD4=CD\"", NULL}, {"\"MD5\"", NULL}, {"\"MD5:AB\"", NULL},
        {"\"MD5=\"", NULL}, {"\"MD5=000\"", NULL}, {"\"MD5=0A0\"", "0a0"}, {"\",,MD5=AB,\"", "ab"},
        {"\"XMD5=AB\"", NULL}, {"7", NULL});
}

/* --- names and paths --- */

Test(source_values, what_has_a_windows_path_runs_windows)
{
    EXPECT_ENDGAME("process_path", "host.os.type",
        {"\"C:\\\\a.exe\"", "windows"}, {"\"c:/a.exe\"", "windows"},
        {"\"\\\\\\\\host\\\\a.exe\"", "windows"}, {"\"z:\\\\\"", "windows"}, {"\"/bin/sh\"", NULL},
        {"\"C:a\"", NULL}, {"\"C:\"", NULL}, {"\"C\"", NULL}, {"\"1:\\\\a\"", NULL},
        {"\"[:\\\\a\"", NULL}, {"\"CC\\\\a\"", NULL}, {"5", NULL});
}

Test(source_values, names_are_mapped_whatever_their_case)
{
    EXPECT_ENDGAME("user_domain", "host.os.type",
        {"\"NT AUTHORITY\"", "windows"}, {"\"nt authority\"", "windows"},
        {"\"XX AUTHORITY\"", NULL}, {"\"NT AUTHORIT\"", NULL}, {"5", NULL}, {"true", NULL});
}

/* --- lists of pairs --- */

#define PAIRS_BEFORE                                                                          \
    "{\"Event\":{\"System\":{\"EventID\":4688,\"Channel\":\"Security\"},\"EventData\":{\"Data\":"

Test(source_values, pairs_are_found_by_their_names)
{
    EXPECT_ROWS(PAIRS_BEFORE, "}}}", "evtx", "process.executable",
        {"[{\"@Name\":\"NewProcessName\",\"#text\":\"a\"}]", "a"},
        {"[{\"@Name\":5,\"#text\":\"b\"},{\"@Name\":\"NewProcessName\",\"#text\":\"a\"}]", "a"},
        {"[{\"@Name\":\"NewProcessNames\",\"#text\":\"b\"},"
         "{\"@Name\":\"XewProcessName\",\"#text\":\"c\"},"
         "{\"@Name\":\"NewProcessName\",\"#text\":\"a\"}]", "a"},
        {"[{\"#name\":1,\"-Name\":2,\"@Name\":\"NewProcessName\",\"#text\":\"a\",\"x\":{\"y\":[]}}]",
         "a"},
        {"[ { } , { \"@Name\" : \"NewProcessName\" , \"#text\" : \"a\" } ]", "a"},
        {"[{\"@Name\":\"NewProcessName\"}]", NULL},
        {"[{\"#text\":\"a\"}]", NULL},
        {"[{\"@Name\":\"NewProcessName\",\"@Name\":\"x\",\"#text\":\"a\"}]", NULL},
        {"[{\"@Name\":\"NewProcessName\",\"#text\":[\"a\"]}]", NULL},
        {"[{\"@Name\":{\"a\":\"NewProcessName\"},\"#text\":\"a\"}]", NULL});
}

/* Where keys are written with dots, the list is not found as one, and is not guessed at. */
Test(source_values, pairs_below_dotted_keys)
{
    static const char *const documents[] = {
        "{\"Event.System.EventID\":4688,\"Event.System.Channel\":\"Security\","
        "\"Event.EventData.Data\":[{\"@Name\":\"NewProcessName\",\"#text\":\"a\"}]}",
        "{\"Event\":{\"System\":{\"EventID\":4688,\"Channel\":\"Security\"},"
        "\"EventData.Data\":[{\"@Name\":\"NewProcessName\",\"#text\":\"a\"}]}}",
        "{\"Event\":{\"System\":{\"EventID\":4688,\"Channel\":\"Security\"},"
        "\"EventData\":[{\"Data\":[{\"@Name\":\"NewProcessName\",\"#text\":\"a\"}]}]}}",
    };
    for (size_t i = 0; i < COUNT(documents); i++)
        EXPECT(documents[i], "evtx", {"process.executable", NULL}, {"event.type", "start"});
}

Test(source_values, a_string_that_should_hold_json_and_is_none)
{
    EXPECT_ROWS("{\"EventID\":1,\"Channel\":" SYSMON_CHANNEL ",\"EventData\":",
                ",\"Image\":\"C:\\\\net.exe\"}", "flat", "event.type",
        {"5", "start"}, {"null", "start"}, {"[]", "start"}, {"\"5\"", "start"});
}
