/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers of NDJSON lines. */
#include <netshare/lines.h>
#include <string.h>

#include "base/error.h"
#include "matcher/line_filter.h"
#include "matcher/scratch.h"

struct reader {
    const netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_event *event;
    netshare_lines *lines;
    netshare_line *found;
    size_t count;
    const struct ns_line_filter *filter; /* NULL to read every line */
    bool is_ecs;
};

static void add(struct reader *r, size_t offset, size_t length, size_t rule,
                netshare_status status)
{
    r->found[r->count++] = (netshare_line){r->lines->line, offset, length, rule, status};
}

static bool is_blank_byte(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_blank(const char *text, size_t length)
{
    while (length && is_blank_byte(text[length - 1]))
        length--;
    return length == 0;
}

static void match_event(struct reader *r, size_t offset, size_t length)
{
    netshare_result result;
    netshare_status status = netshare_match(r->matcher, r->scratch, netshare_event_accessor(),
                                            r->event, NETSHARE_DETAIL_RULES, &result);
    r->lines->events++;
    r->lines->matched += result.matched;
    for (size_t i = 0; i < result.match_count; i++)
        add(r, offset, length, r->scratch->match_numbers[i], NETSHARE_OK);
    if (status != NETSHARE_OK) {
        r->lines->undecided++;
        add(r, offset, length, NETSHARE_NO_INDEX, status);
    }
}

/* Shorter lines are read in any case: it costs little, and shows what is malformed. */
enum { LEAST_DISMISSED = 256 };

/* Begins and ends as an object does. */
static bool looks_whole(const char *text, size_t length)
{
    static const char LAST[] = "\"}]0123456789el"; /* of a value: also true, false, null */
    size_t start = 0;
    while (length && is_blank_byte(text[length - 1]))
        length--;
    while (start < length && is_blank_byte(text[start]))
        start++;
    if (length - start < LEAST_DISMISSED || text[start] != '{' || text[length - 1] != '}')
        return false;
    return text[start + 1] == '"' && text[length - 2] != '\0' && strchr(LAST, text[length - 2]);
}

static struct ns_line read_line(const struct reader *r, const char *data, size_t length,
                                size_t start)
{
    if (r->filter)
        return ns_line_filter_read(r->filter, data, length, start, r->is_ecs);
    const char *feed = memchr(data + start, '\n', length - start);
    return (struct ns_line){feed ? (size_t)(feed - data) : length, true};
}

static void match_line(struct reader *r, const char *data, size_t offset, size_t length,
                       bool may_match)
{
    const char *text = data + offset;
    r->lines->line++;
    if (!may_match && looks_whole(text, length)) {
        r->lines->events++;
        r->lines->dismissed++;
        return;
    }
    if (r->lines->line == 1 && length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        offset += 3;
        length -= 3;
        text += 3;
    }
    if (is_blank(text, length)) {
        r->lines->blank++;
        return;
    }
    netshare_status status = netshare_event_parse(r->event, text, length, NULL);
    if (status == NETSHARE_OK) {
        match_event(r, offset, length);
    } else if (status == NETSHARE_ERROR_NO_MEMORY) { /* it may well be an event */
        r->lines->events++;
        r->lines->undecided++;
        add(r, offset, length, NETSHARE_NO_INDEX, status);
    } else {
        r->lines->malformed++;
        add(r, offset, length, NETSHARE_NO_INDEX, status);
    }
}

netshare_status netshare_match_lines(const netshare_matcher *matcher, netshare_scratch *scratch,
                                     netshare_event *event, const char *data, size_t length,
                                     netshare_line *found, size_t capacity, size_t *count,
                                     netshare_lines *lines)
{
    if (count)
        *count = 0;
    if (!matcher || !scratch || scratch->matcher != matcher ||
        !ns_event_is_of(event, matcher) || (!data && length) ||
        !found || !count || !lines || lines->size != sizeof *lines || lines->offset > length ||
        capacity <= matcher->rule_count || lines->flags & ~(uint32_t)NETSHARE_LINES_READ_ALL)
        return NETSHARE_ERROR_INVALID_ARGUMENT;
    struct reader r = {.matcher = matcher,
                       .scratch = scratch,
                       .event = event,
                       .lines = lines,
                       .found = found,
                       .is_ecs = ns_event_is_ecs(event)};
    bool may_filter = matcher->line_filter && (r.is_ecs || matcher->line_filter->for_source);
    if (may_filter && !(lines->flags & NETSHARE_LINES_READ_ALL))
        r.filter = matcher->line_filter;
    while (lines->offset < length && capacity - r.count > matcher->rule_count) {
        struct ns_line line = read_line(&r, data, length, lines->offset);
        match_line(&r, data, lines->offset, line.end - lines->offset, line.may_match);
        lines->offset = line.end + (line.end < length);
    }
    *count = r.count;
    return NETSHARE_OK;
}

netshare_status netshare_match_json(const netshare_matcher *matcher, netshare_scratch *scratch,
                                    netshare_event *event, const char *json, size_t length,
                                    netshare_detail detail, netshare_result *result,
                                    netshare_error *error)
{
    if (!result)
        return ns_error_argument(error, "result is NULL");
    *result = (netshare_result){.matched = false};
    netshare_status status = netshare_event_parse(event, json, length, error);
    if (status != NETSHARE_OK)
        return status;
    status = netshare_match(matcher, scratch, netshare_event_accessor(), event, detail, result);
    if (status != NETSHARE_OK)
        ns_error_set(error, status, "%s", netshare_status_string(status));
    return status;
}
