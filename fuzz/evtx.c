/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the records of a Windows event log: in pieces of any size they give the same
 * lines, and each is an event or tells of damage. */
#include "evtx.h"

#include <netshare/netshare.h>

#include "input.h"

enum { HEADER_SIZE = 0x1000, CHUNK_HEADER_SIZE = 0x200, MOST_RECORDS = 0x10000 - 0x200 };

struct pieces {
    size_t in;
    size_t out;
};

/* All that is written about the log. */
static char *read_log(const char *log, size_t size, struct pieces pieces, size_t *length)
{
    struct evtx *evtx = fuzz_memory(evtx_new());
    char *lines = NULL;
    size_t at = 0, written = 0, capacity = 0;
    bool last = false;
    *length = 0;
    while (!last || written) {
        last = at == size;
        size_t given = size - at < pieces.in ? size - at : pieces.in, room = pieces.out;
        const char *in = log + at;
        if (capacity - *length < room) {
            capacity = 2 * (capacity + room);
            lines = fuzz_memory(realloc(lines, capacity));
        }
        char *out = lines + *length;
        FUZZ_CHECK(evtx_step(evtx, &in, &given, &out, &room, last), "out of memory");
        at = (size_t)(in - log);
        written = pieces.out - room;
        *length += written;
    }
    evtx_free(evtx);
    return lines;
}

static void check_line(netshare_event *event, const char *line, size_t length)
{
    const size_t mark = sizeof EVTX_DAMAGE - 1;
    netshare_error error = {.status = NETSHARE_OK};
    if (length >= mark && memcmp(line, EVTX_DAMAGE, mark) == 0)
        return;
    FUZZ_CHECK(netshare_event_parse(event, line, length, &error) == NETSHARE_OK, "%s in %.*s",
               error.message, (int)length, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static netshare_event *event;
    enum { DIRTY = 1, FLAGS = 120, RECORDS_END = 48 };
    if (!event) {
        netshare_matcher *matcher = fuzz_memory(netshare_matcher_new(NULL));
        event = fuzz_memory(netshare_event_new(matcher, NULL));
        netshare_matcher_unref(matcher);
    }
    if (size > MOST_RECORDS)
        return 0;
    const size_t head = HEADER_SIZE + CHUNK_HEADER_SIZE, whole = head + size;
    char *log = fuzz_memory(calloc(1, whole));
    memcpy(log, "ElfFile", 8);
    log[FLAGS] = DIRTY;
    memcpy(log + HEADER_SIZE, "ElfChnk", 8);
    log[HEADER_SIZE + RECORDS_END + 2] = 1; /* where the chunk ends */
    if (size)
        memcpy(log + head, data, size);
    size_t length, again;
    char *lines = read_log(log, whole, (struct pieces){whole, 4096}, &length);
    char *same = read_log(log, whole, (struct pieces){100, 77}, &again);
    FUZZ_CHECK(length == again && (!length || memcmp(lines, same, length) == 0),
               "%zu bytes, in pieces %zu", length, again);
    for (size_t at = 0; at < length;) {
        const char *end = memchr(lines + at, '\n', length - at);
        FUZZ_CHECK(end, "a line does not end");
        check_line(event, lines + at, (size_t)(end - lines) - at);
        at = (size_t)(end - lines) + 1;
    }
    free(lines);
    free(same);
    free(log);
    return 0;
}
