/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All characters that mean something are ASCII, so UTF-8 is read byte by byte and
 * UTF-16 unit by unit, and whatever is malformed passes through. A changed argument
 * is written to the buffer at the place where it begins in the text: writing never
 * overtakes reading, and no two arguments share a place, so that the buffer may be
 * the text and all arguments stay valid.
 */
#include <netshare/command_line.h>

static bool is_utf16(const netshare_value *text)
{
    return text->type == NETSHARE_VALUE_UTF16;
}

static size_t length_of(const netshare_value *text)
{
    return is_utf16(text) ? text->as.utf16.length : text->as.utf8.length;
}

static uint32_t unit_at(const netshare_value *text, size_t at)
{
    return is_utf16(text) ? text->as.utf16.data[at] : (unsigned char)text->as.utf8.data[at];
}

static netshare_value slice(const netshare_value *text, size_t start, size_t end)
{
    if (is_utf16(text))
        return netshare_value_from_utf16(
            text->as.utf16.data ? text->as.utf16.data + start : NULL, end - start);
    return netshare_value_from_utf8(text->as.utf8.data ? text->as.utf8.data + start : NULL,
                                    end - start);
}

static void put(const netshare_command_line *line, size_t *out, uint32_t unit)
{
    if (is_utf16(&line->text))
        ((uint16_t *)line->buffer)[(*out)++] = (uint16_t)unit;
    else
        ((char *)line->buffer)[(*out)++] = (char)unit;
}

static bool is_blank(uint32_t unit)
{
    return unit == ' ' || unit == '\t';
}

static bool is_quote_at(const netshare_value *text, size_t at)
{
    return at < length_of(text) && unit_at(text, at) == '"';
}

/* The program, which is never changed: at most the quotes around it are left out. */
static netshare_value take_program(netshare_command_line *line)
{
    size_t length = length_of(&line->text);
    size_t start = is_quote_at(&line->text, 0), end = start;
    while (end < length) {
        uint32_t unit = unit_at(&line->text, end);
        if (start ? unit == '"' : unit - 1 < 0x20)
            break;
        end++;
    }
    line->position = end < length ? end + 1 : end;
    return slice(&line->text, start, end);
}

/* Backslashes at *at, and the quote that an odd number of them make a character. */
static void copy_backslashes(const netshare_command_line *line, size_t *at, size_t *out)
{
    size_t length = length_of(&line->text), start = *at;
    while (*at < length && unit_at(&line->text, *at) == '\\')
        ++*at;
    size_t count = *at - start;
    bool before_quote = is_quote_at(&line->text, *at);
    for (size_t i = before_quote ? count / 2 : count; i > 0; i--)
        put(line, out, '\\');
    if (before_quote && count % 2) {
        put(line, out, '"');
        ++*at;
    }
}

static netshare_value take_quoted(netshare_command_line *line, size_t start)
{
    size_t length = length_of(&line->text), at = start, out = start;
    bool quoted = false;
    while (at < length) {
        uint32_t unit = unit_at(&line->text, at);
        if (unit == '\\') {
            copy_backslashes(line, &at, &out);
            continue;
        }
        if (!quoted && is_blank(unit))
            break;
        at++;
        if (unit != '"') {
            put(line, &out, unit);
            continue;
        }
        if (quoted && is_quote_at(&line->text, at)) {
            put(line, &out, '"');
            at++;
        }
        quoted = !quoted;
    }
    line->position = at;
    netshare_value written = is_utf16(&line->text)
                                 ? netshare_value_from_utf16(line->buffer, length)
                                 : netshare_value_from_utf8(line->buffer, length);
    return slice(&written, start, out);
}

bool netshare_command_line_next(netshare_command_line *line, netshare_value *argument)
{
    size_t length = length_of(&line->text), at = line->position;
    if (at == 0 && length > 0) {
        *argument = take_program(line);
        return true;
    }
    while (at < length && is_blank(unit_at(&line->text, at)))
        at++;
    line->position = at;
    if (at >= length)
        return false;
    size_t end = at;
    while (end < length && !is_blank(unit_at(&line->text, end))) {
        if (unit_at(&line->text, end) == '"') {
            *argument = take_quoted(line, at);
            return true;
        }
        end++;
    }
    line->position = end;
    *argument = slice(&line->text, at, end);
    return true;
}

netshare_value netshare_file_name(netshare_value path)
{
    if (path.type != NETSHARE_VALUE_UTF8 && path.type != NETSHARE_VALUE_UTF16)
        return path;
    size_t start = length_of(&path);
    while (start > 0) {
        uint32_t unit = unit_at(&path, start - 1);
        if (unit == '\\' || unit == '/')
            break;
        start--;
    }
    return slice(&path, start, length_of(&path));
}
