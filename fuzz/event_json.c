/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an event document, of every source: refused or read, and then the same by
 * itself, among lines, and read again. */
#include <netshare/netshare.h>

#include "input.h"

enum { SOURCES = NETSHARE_SOURCE_ENDGAME_INDEX + 2, MOST_VALUES = 4096 };

static const char *const queries[] = {
    "process where event.type in (\"start\", \"process_started\") and "
    "process.name : (\"net.exe\", \"n*1.exe\") and process.args : (\"/d*\", \"\\\\\\\\*\")",
    "any where process.command_line : \"*use*\" or length(process.args) > 3",
    "any where process.pid > 5 and process.parent.name != null and not user.id : \"S-1-*\"",
    "any where host.os.type == \"windows\" or process.executable : \"?:\\\\*\"",
    "any where process.hash.sha256 != null or process.pe.original_file_name : \"*.exe\"",
    "any where `@timestamp` != null or event.action == \"start\" or x == true or y < 2.5",
    "any where registry.path : \"*run*\" or destination.ip == \"10.0.0.1\" or "
    "cidrMatch(source.ip, \"10.0.0.0/8\") or file.extension == \"exe\" or dll.name : \"a*\"",
};


static netshare_matcher *matcher;
static netshare_scratch *scratch;
static netshare_event *events[SOURCES]; /* the last one made without a source */

static void open_all(void)
{
    netshare_builder *builder = fuzz_memory(netshare_builder_new(NULL, NULL));
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        netshare_error error;
        netshare_status status = netshare_builder_add_query(builder, "rule", queries[i],
                                                            strlen(queries[i]), &error);
        FUZZ_CHECK(status == NETSHARE_OK, "%s", error.message);
    }
    netshare_builder_add_builtin(builder, NULL);
    matcher = fuzz_memory(netshare_builder_build(builder, NULL));
    scratch = fuzz_memory(netshare_scratch_new(matcher, NULL));
    for (int source = 0; source < SOURCES - 1; source++)
        events[source] = fuzz_memory(
            netshare_event_new_for_source(matcher, (netshare_source)source, NULL));
    events[SOURCES - 1] = fuzz_memory(netshare_event_new(matcher, NULL));
    netshare_builder_free(builder);
}

/* Reads every byte of every value. */
static uint64_t digest(netshare_event *event)
{
    uint64_t sum = 1469598103934665603u;
    for (size_t field = 0; field < netshare_matcher_field_count(matcher); field++) {
        netshare_value value;
        size_t index = 0;
        for (; netshare_event_accessor()->get(event, field, index, &value); index++) {
            FUZZ_CHECK(index < MOST_VALUES, "no end of values");
            sum = (sum ^ value.type) * 1099511628211u;
            for (size_t i = 0; value.type == NETSHARE_VALUE_UTF8 && i < value.as.utf8.length; i++)
                sum = (sum ^ (unsigned char)value.as.utf8.data[i]) * 1099511628211u;
            if (value.type == NETSHARE_VALUE_INT64)
                sum = (sum ^ (uint64_t)value.as.int64) * 1099511628211u;
        }
        sum = (sum ^ index) * 1099511628211u;
    }
    return sum;
}

static void check_event(netshare_event *event, const char *json, size_t size)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_result result, again;
    netshare_status status = netshare_event_parse(event, json, size, &error);
    FUZZ_CHECK(status == error.status, "%d and %d", (int)status, (int)error.status);
    FUZZ_CHECK(status == NETSHARE_OK || error.offset == NETSHARE_NO_OFFSET ||
                   error.offset <= size,
               "offset %zu of %zu", error.offset, size);
    uint64_t first = digest(event);
    if (status == NETSHARE_OK) {
        FUZZ_CHECK(netshare_source_name(netshare_event_source(event)), "unknown source");
        status = netshare_match(matcher, scratch, netshare_event_accessor(), event,
                                NETSHARE_DETAIL_RULES, &result);
        FUZZ_CHECK(status == NETSHARE_OK, "%d", (int)status);
        size_t count = result.match_count;
        status = netshare_match_json(matcher, scratch, event, json, size, NETSHARE_DETAIL_CLAUSES,
                                     &again, NULL);
        FUZZ_CHECK(status == NETSHARE_OK && again.match_count == count, "%zu, again %zu", count,
                   again.match_count);
    } else {
        netshare_event_parse(event, json, size, NULL);
    }
    FUZZ_CHECK(digest(event) == first, "read again, the event is another");
}

/* Each line by itself must come to what the lines come to together. */
static void check_lines(netshare_event *event, const char *text, size_t size)
{
    netshare_lines lines = NETSHARE_LINES_INIT;
    netshare_line found[16];
    size_t matched = 0, malformed = 0, end;
    for (size_t calls = 0; lines.offset < size; calls++) {
        size_t count, before = lines.offset;
        netshare_status status = netshare_match_lines(matcher, scratch, event, text, size, found,
                                                      sizeof found / sizeof *found, &count, &lines);
        FUZZ_CHECK(status == NETSHARE_OK && lines.offset > before, "no progress: %d", (int)status);
        FUZZ_CHECK(calls <= size, "no end of calls");
        for (size_t i = 0; i < count; i++)
            FUZZ_CHECK(found[i].offset <= size && found[i].length <= size - found[i].offset,
                       "line %zu is outside", found[i].number);
    }
    FUZZ_CHECK(lines.blank + lines.events + lines.malformed == lines.line, "%zu lines",
               lines.line);
    for (size_t at = 0; at < size; at = end + 1) {
        const char *feed = memchr(text + at, '\n', size - at);
        netshare_result result;
        end = feed ? (size_t)(feed - text) : size;
        size_t start = at == 0 && size >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : at;
        size_t length = end > start ? end - start : 0;
        if (length > 0 && text[start + length - 1] == '\r')
            length--;
        netshare_status status = netshare_match_json(matcher, scratch, event, text + start, length,
                                                     NETSHARE_DETAIL_VERDICT, &result, NULL);
        matched += status == NETSHARE_OK && result.matched;
        malformed += status != NETSHARE_OK;
    }
    FUZZ_CHECK(matched == lines.matched, "%zu lines match alone, %zu together", matched,
               lines.matched);
    FUZZ_CHECK(malformed == lines.malformed + lines.blank, "%zu malformed or blank alone, %zu",
               malformed, lines.malformed + lines.blank);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!matcher)
        open_all();
    char *json = fuzz_block(size);
    memcpy(json, data, size);
    for (size_t i = 0; i < SOURCES; i++)
        check_event(events[i], json, size);
    check_lines(events[SOURCES - 1], json, size);
    check_lines(events[NETSHARE_SOURCE_AUTOMATIC], json, size);
    free(json);
    return 0;
}
