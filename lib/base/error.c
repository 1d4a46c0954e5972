/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const STATUS_STRINGS[] = {
    [NETSHARE_OK] = "ok",
    [NETSHARE_ERROR_NO_MEMORY] = "out of memory",
    [NETSHARE_ERROR_INVALID_ARGUMENT] = "invalid argument",
    [NETSHARE_ERROR_SYNTAX] = "syntax error in query",
    [NETSHARE_ERROR_TYPE] = "type error in query",
    [NETSHARE_ERROR_STATEFUL] = "query needs several events",
    [NETSHARE_ERROR_LIMIT] = "limit exceeded",
    [NETSHARE_ERROR_DOCUMENT] = "malformed rule document",
    [NETSHARE_ERROR_EVENT] = "malformed event",
    [NETSHARE_ERROR_UNSUPPORTED] = "not supported by this build",
};

const char *netshare_status_string(netshare_status status)
{
    size_t index = (size_t)status;
    if (index < sizeof STATUS_STRINGS / sizeof *STATUS_STRINGS)
        return STATUS_STRINGS[index];
    return "unknown status";
}

/* A text that was cut to fill its array must not end inside a UTF-8 sequence. */
static void trim_partial_character(char *text, size_t size)
{
    size_t end = size - 1, start = end;
    while (end - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t expected = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (end - start < expected)
        text[start - 1] = '\0';
}

static void set_message(netshare_error *error, netshare_status status, const char *format,
                        va_list arguments) NS_PRINTF(3, 0);
static void set_message(netshare_error *error, netshare_status status, const char *format,
                        va_list arguments)
{
    memset(error, 0, sizeof *error);
    error->status = status;
    error->offset = NETSHARE_NO_OFFSET;
    int n = vsnprintf(error->message, sizeof error->message, format, arguments);
    if (n >= (int)sizeof error->message)
        trim_partial_character(error->message, sizeof error->message);
}

netshare_status ns_error_set(netshare_error *error, netshare_status status, const char *format,
                             ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        set_message(error, status, format, arguments);
        va_end(arguments);
    }
    return status;
}

netshare_status ns_error_no_memory(netshare_error *error)
{
    return ns_error_set(error, NETSHARE_ERROR_NO_MEMORY, "out of memory");
}

netshare_status ns_error_argument(netshare_error *error, const char *what)
{
    return ns_error_set(error, NETSHARE_ERROR_INVALID_ARGUMENT, "%s", what);
}

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/*
 * Columns on either side of the offending text that an excerpt shows, fewer where characters
 * take more than two bytes: with dots, blanks and caret it always has room.
 */
enum { EXCERPT_BEFORE = 60, EXCERPT_AFTER = 40 };
static_assert(3 * EXCERPT_BEFORE + 3 * EXCERPT_AFTER + 3 * 3 + 2 <=
                  sizeof ((netshare_error *)0)->excerpt,
              "an excerpt may be cut");

/* Moves `from` back by up to `characters`, and twice as many bytes, to `start` at most. */
static size_t step_back(const char *text, size_t start, size_t from, size_t characters)
{
    size_t least = from - start > 2 * characters ? from - 2 * characters : start;
    size_t at = from;
    for (size_t i = from; i > least && characters > 0;) {
        i--;
        if (starts_character(text[i])) {
            characters--;
            at = i;
        }
    }
    return at;
}

/* Moves `from` forth by up to `characters`, and twice as many bytes, to `end` at most. */
static size_t step_forward(const char *text, size_t from, size_t end, size_t characters)
{
    size_t most = end - from > 2 * characters ? from + 2 * characters : end;
    size_t at = from;
    for (size_t i = from; i < most && characters > 0;) {
        i++;
        if (i == end || starts_character(text[i])) {
            characters--;
            at = i;
        }
    }
    return at;
}

static size_t count_characters(const char *text, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += starts_character(text[i]);
    return n;
}

/* Returns what is behind what it writes. */
static char *put(char *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        *out++ = c < 0x20 || c == 0x7F ? ' ' : text[i];
    }
    return out;
}

static char *repeat(char *out, char byte, size_t count)
{
    memset(out, byte, count);
    return out + count;
}

static void set_excerpt(netshare_error *error, const char *text, size_t line_start,
                        size_t line_end)
{
    size_t first = step_back(text, line_start, error->offset, EXCERPT_BEFORE);
    size_t last = step_forward(text, error->offset, line_end, EXCERPT_AFTER);
    size_t dots_before = first > line_start ? 3 : 0, dots_after = last < line_end ? 3 : 0;
    size_t end = error->offset + error->length;
    size_t carets = count_characters(text, error->offset, end < last ? end : last);
    char *out = repeat(error->excerpt, '.', dots_before);
    out = put(out, text + first, last - first);
    out = repeat(out, '.', dots_after);
    *out++ = '\n';
    out = repeat(out, ' ', dots_before + count_characters(text, first, error->offset));
    *out++ = '^';
    out = repeat(out, '~', carets > 0 ? carets - 1 : 0);
    *out = '\0';
}

netshare_status ns_error_at(netshare_error *error, netshare_status status, const char *text,
                            size_t text_length, size_t offset, size_t length,
                            const char *format, ...)
{
    if (!error)
        return status;
    va_list arguments;
    va_start(arguments, format);
    set_message(error, status, format, arguments);
    va_end(arguments);

    size_t line = 1, line_start = 0;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    size_t line_end = offset;
    while (line_end < text_length && text[line_end] != '\n' && text[line_end] != '\r')
        line_end++;
    error->offset = offset;
    error->length = length;
    error->line = line;
    error->column = 1 + count_characters(text, line_start, offset);
    set_excerpt(error, text, line_start, line_end);
    return status;
}

void ns_error_set_rule(netshare_error *error, const char *rule_id, const char *path)
{
    if (!error)
        return;
    if (rule_id) {
        int n = snprintf(error->rule_id, sizeof error->rule_id, "%s", rule_id);
        if (n >= (int)sizeof error->rule_id)
            trim_partial_character(error->rule_id, sizeof error->rule_id);
    }
    if (path) {
        int n = snprintf(error->path, sizeof error->path, "%s", path);
        if (n >= (int)sizeof error->path)
            trim_partial_character(error->path, sizeof error->path);
    }
}

size_t netshare_error_render(const netshare_error *error, char *buffer, size_t size)
{
    char place[256] = "";
    if (error->rule_id[0])
        snprintf(place, sizeof place, "%s: ", error->rule_id);
    size_t used = strlen(place);
    const char *where = error->path[0] ? error->path : error->line ? "query" : "";
    if (where[0])
        snprintf(place + used, sizeof place - used, "%s:", where);
    used = strlen(place);
    if (error->line)
        snprintf(place + used, sizeof place - used, "%zu:%zu: ", error->line, error->column);
    else if (where[0])
        snprintf(place + used, sizeof place - used, " ");

    char marked[sizeof error->excerpt + 8] = "";
    if (error->excerpt[0]) { /* indent both lines by two */
        const char *newline = strchr(error->excerpt, '\n');
        int first = newline ? (int)(newline - error->excerpt) : (int)strlen(error->excerpt);
        snprintf(marked, sizeof marked, "\n  %.*s\n  %s", first, error->excerpt,
                 newline ? newline + 1 : "");
    }
    int n = snprintf(buffer, size, "%serror: %s%s", place, error->message, marked);
    return n < 0 ? 0 : (size_t)n;
}
