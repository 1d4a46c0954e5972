/* SPDX-License-Identifier: Apache-2.0 */
#include "event_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *why)
{
    fprintf(stderr, "engine_bench: %s\n", why);
    exit(2);
}

void *must(void *memory)
{
    if (!memory)
        fail("out of memory");
    return memory;
}

char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = must(malloc(*length + 1));
    *length = fread(text, 1, *length, file);
    fclose(file);
    return text;
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    const struct event_row *row = event;
    size_t at = row->starts[field] + index;
    if (at >= row->starts[field + 1])
        return false;
    *value = row->values[at];
    return true;
}

const netshare_accessor event_table_accessor = NETSHARE_ACCESSOR_INIT(get);

/* Of valid UTF-8, which is what the generator of events writes. */
static size_t widen(const char *text, size_t length, uint16_t *units)
{
    size_t count = 0;
    for (size_t i = 0; i < length;) {
        unsigned char first = (unsigned char)text[i++];
        uint32_t c = first;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
        if (more)
            c = first & (0x3Fu >> more);
        for (; more && i < length; more--)
            c = c << 6 | ((unsigned char)text[i++] & 0x3Fu);
        if (c >= 0x10000) {
            units[count++] = (uint16_t)(0xD7C0 + (c >> 10));
            c = 0xDC00 | (c & 0x3FF);
        }
        units[count++] = (uint16_t)c;
    }
    return count;
}

static void keep(struct event_table *t, netshare_value value, bool utf16)
{
    if (t->value_count == t->value_capacity) {
        t->value_capacity = t->value_capacity ? t->value_capacity * 2 : 1 << 16;
        t->values = must(realloc(t->values, t->value_capacity * sizeof *t->values));
    }
    if (value.type == NETSHARE_VALUE_UTF8) {
        const char *data = value.as.utf8.data;
        size_t length = value.as.utf8.length;
        if (t->byte_capacity - t->byte_count < 2 * length + 2)
            fail("more bytes in the values than room was made for");
        char *copy = t->bytes + t->byte_count;
        if (utf16) {
            uint16_t *units = (uint16_t *)(void *)(copy + t->byte_count % 2);
            size_t count = widen(data, length, units);
            value = netshare_value_from_utf16(units, count);
            t->byte_count += t->byte_count % 2 + 2 * count;
        } else {
            if (length)
                memcpy(copy, data, length);
            value.as.utf8.data = copy;
            t->byte_count += length;
        }
    }
    t->values[t->value_count++] = value;
}

static void extract_event(struct event_table *t, netshare_event *event, bool utf16)
{
    const netshare_accessor *accessor = netshare_event_accessor();
    netshare_value value;
    for (size_t f = 0; f < t->fields; f++) {
        t->starts[t->events * t->fields + f] = (uint32_t)t->value_count;
        for (size_t i = 0; accessor->get(event, f, i, &value); i++)
            keep(t, value, utf16);
    }
    t->events++;
}

struct event_table event_table_extract(const netshare_matcher *matcher, const char *text,
                                       size_t length, bool utf16)
{
    struct event_table t = {.fields = netshare_matcher_field_count(matcher)};
    netshare_event *event = must(netshare_event_new(matcher, NULL));
    size_t lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    t.starts = must(malloc((lines * t.fields + 1) * sizeof *t.starts));
    t.byte_capacity = (utf16 ? 2 : 1) * length + 2 * length / 8 + 4096;
    t.bytes = must(malloc(t.byte_capacity));
    for (const char *line = text; line < text + length;) {
        const char *end = memchr(line, '\n', (size_t)(text + length - line));
        if (!end)
            end = text + length;
        if (netshare_event_parse(event, line, (size_t)(end - line), NULL) == NETSHARE_OK)
            extract_event(&t, event, utf16);
        line = end + 1;
    }
    t.starts[t.events * t.fields] = (uint32_t)t.value_count;
    netshare_event_free(event);
    return t;
}

void event_table_free(struct event_table *table)
{
    free(table->starts);
    free(table->values);
    free(table->bytes);
}
