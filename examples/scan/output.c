/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform.h"

#define NOT_UTF8 UINT32_MAX

static void note_failure(struct output *out)
{
    if (!out->error)
        out->error = errno ? errno : EIO;
}

/* Makes room for more bytes and a final NUL in an output in memory. */
static bool reserve(struct output *out, size_t more)
{
    if (out->capacity - out->length > more)
        return true;
    size_t wanted = out->capacity ? out->capacity : 1024;
    while (wanted <= SIZE_MAX / 2 && wanted - out->length <= more)
        wanted *= 2;
    char *grown = wanted - out->length > more ? realloc(out->data, wanted) : NULL;
    if (!grown) {
        out->error = ENOMEM;
        return false;
    }
    out->data = grown;
    out->capacity = wanted;
    return true;
}

void output_bytes(struct output *out, const char *bytes, size_t length)
{
    if (!length || out->error)
        return;
    if (out->file) {
        if (fwrite(bytes, 1, length, out->file) != length)
            note_failure(out);
    } else if (reserve(out, length)) {
        memcpy(out->data + out->length, bytes, length);
        out->length += length;
    }
}

__attribute__((format(OUTPUT_FORMAT, 2, 0))) static void
format_in_memory(struct output *out, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && reserve(out, (size_t)length)) {
        vsnprintf(out->data + out->length, (size_t)length + 1, format, again);
        out->length += (size_t)length;
    }
    va_end(again);
}

void output_format(struct output *out, const char *format, ...)
{
    if (out->error)
        return;
    va_list arguments;
    va_start(arguments, format);
    if (!out->file)
        format_in_memory(out, format, arguments);
    else if (vfprintf(out->file, format, arguments) < 0)
        note_failure(out);
    va_end(arguments);
}

bool output_flush(struct output *out)
{
    if (!out->error && out->file && fflush(out->file) != 0)
        note_failure(out);
    return !out->error;
}

void output_free(struct output *out)
{
    free(out->data);
    *out = (struct output){0};
}

/* By the convention of no-color.org. */
void output_detect_color(struct output *out)
{
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");
    out->color = !(refused && refused[0]) && terminal && strcmp(terminal, "dumb") != 0
                 && isatty(fileno(out->file)) == 1;
}

void output_color(struct output *out, enum color color)
{
    static const char *const CODES[] = {
        [COLOR_NONE] = "\x1b[0m",     [COLOR_GREEN] = "\x1b[32m", [COLOR_YELLOW] = "\x1b[33m",
        [COLOR_RED] = "\x1b[1;31m", [COLOR_BOLD] = "\x1b[1m"};
    if (out->color)
        output_bytes(out, CODES[color], strlen(CODES[color]));
}

/* The character at *at, or NOT_UTF8 for one byte that is none; moves *at on. */
static uint32_t next_character(const char *text, size_t length, size_t *at)
{
    const unsigned char *s = (const unsigned char *)text + *at;
    size_t rest = length - *at;
    size_t size = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3
                  : s[0] < 0xF5 ? 4 : 0;
    ++*at;
    if (size == 1)
        return s[0];
    if (size == 0 || size > rest)
        return NOT_UTF8;
    uint32_t c = s[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return NOT_UTF8;
        c = c << 6 | (s[i] & 0x3F);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < smallest[size] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return NOT_UTF8;
    *at += size - 1;
    return c;
}

/* Could it move the cursor, hide text or turn it round? */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F
           || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One character, whose bytes are given; the columns it took. */
static size_t put_character(struct output *out, uint32_t c, const char *bytes, size_t length,
                            int flags)
{
    if (c == NOT_UTF8 || (c < 0x80 && is_control(c))) {
        if (c == '\n' && flags & ESCAPE_KEEP_LINES) {
            output_bytes(out, "\n", 1);
            return 1;
        }
        output_format(out, "\\x%02X", (unsigned)(unsigned char)bytes[0]);
        return 4;
    }
    if (is_control(c)) {
        output_format(out, "\\u%04X", (unsigned)c);
        return 6;
    }
    bool escaped = flags & ESCAPE_QUOTED && (c == '\\' || c == '"');
    if (escaped)
        output_bytes(out, "\\", 1);
    output_bytes(out, bytes, length);
    return escaped ? 2 : 1;
}

size_t output_text(struct output *out, const char *text, size_t length, int flags, size_t limit)
{
    size_t columns = 0;
    for (size_t at = 0, characters = 0; at < length; characters++) {
        size_t start = at;
        if (characters == limit) {
            output_bytes(out, "\xE2\x80\xA6", 3); /* ... as one character */
            return columns + 1;
        }
        uint32_t c = next_character(text, length, &at);
        if (flags & ESCAPE_FOLD_BLANKS && is_blank(c)) {
            while (at < length && is_blank((unsigned char)text[at]))
                at++;
            columns += put_character(out, ' ', " ", 1, flags);
        } else {
            columns += put_character(out, c, text + start, at - start, flags);
        }
    }
    return columns;
}

size_t output_string(struct output *out, const char *text)
{
    return output_text(out, text, strlen(text), ESCAPE_PLAIN, SIZE_MAX);
}

void output_json(struct output *out, const char *json, size_t length)
{
    size_t done = 0;
    for (size_t at = 0; at < length;) {
        if (json[at] >= 0x20 && json[at] < 0x7F) {
            at++;
            continue;
        }
        size_t start = at;
        uint32_t c = next_character(json, length, &at);
        if (c != NOT_UTF8 && !is_control(c))
            continue;
        output_bytes(out, json + done, start - done);
        if (c == NOT_UTF8)
            output_bytes(out, "\xEF\xBF\xBD", 3); /* the replacement character */
        else
            output_format(out, "\\u%04x", (unsigned)c);
        done = at;
    }
    output_bytes(out, json + done, length - done);
}

struct output output_open(const char *file)
{
    struct output out = {.file = fopen(file, PLATFORM_WRITE)};
    if (!out.file)
        out.error = errno;
    return out;
}

bool output_close(struct output *out, const char *file, struct output *messages)
{
    errno = 0;
    if (out->file && fclose(out->file) != 0 && !out->error)
        out->error = errno;
    if (!out->error)
        return true;
    output_format(messages, "netshare-scan: ");
    output_string(messages, file);
    output_format(messages, ": %s\n", strerror(out->error));
    return false;
}
