/* SPDX-License-Identifier: Apache-2.0 */
#include "binxml_value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "times.h"

uint64_t binxml_number(const uint8_t *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = size; i > 0; i--)
        number = number << 8 | bytes[i - 1];
    return number;
}

static void write_character(struct output *out, uint32_t c)
{
    char bytes[8];
    size_t length = 0;
    if (c < 0x20 || c == '"' || c == '\\' || (c >= 0xD800 && c < 0xE000)) {
        output_format(out, "\\u%04X", (unsigned)c);
        return;
    }
    if (c < 0x80) {
        bytes[length++] = (char)c;
    } else if (c < 0x800) {
        bytes[length++] = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            bytes[length++] = (char)(0xE0 | c >> 12);
        } else {
            bytes[length++] = (char)(0xF0 | c >> 18);
            bytes[length++] = (char)(0x80 | (c >> 12 & 0x3F));
        }
        bytes[length++] = (char)(0x80 | (c >> 6 & 0x3F));
    }
    if (c >= 0x80)
        bytes[length++] = (char)(0x80 | (c & 0x3F));
    output_bytes(out, bytes, length);
}

void binxml_write_utf16(struct output *out, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint32_t c = (uint32_t)binxml_number(bytes + i, 2);
        if ((c & 0xFC00) == 0xD800 && i + 3 < size) {
            uint32_t low = (uint32_t)binxml_number(bytes + i + 2, 2);
            if ((low & 0xFC00) == 0xDC00) {
                c = 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
                i += 2;
            }
        }
        write_character(out, c);
    }
}

static void write_string(struct output *out, const uint8_t *bytes, size_t size)
{
    /* Some writers count the NUL that ends it. */
    while (size >= 2 && bytes[size - 2] == 0 && bytes[size - 1] == 0)
        size -= 2;
    binxml_write_utf16(out, bytes, size);
}

static void write_ansi(struct output *out, const uint8_t *bytes, size_t size)
{
    while (size && !bytes[size - 1])
        size--;
    for (size_t i = 0; i < size; i++)
        write_character(out, bytes[i]);
}

static void write_signed(struct output *out, const uint8_t *bytes, size_t size)
{
    uint64_t number = binxml_number(bytes, size);
    uint64_t sign = UINT64_C(1) << (8 * size - 1);
    output_format(out, "%" PRId64, (int64_t)((number ^ sign) - sign));
}

static void write_unsigned(struct output *out, const uint8_t *bytes, size_t size)
{
    output_format(out, "%" PRIu64, binxml_number(bytes, size));
}

static void write_hex(struct output *out, const uint8_t *bytes, size_t size)
{
    output_format(out, "0x%" PRIx64, binxml_number(bytes, size));
}

static void write_real(struct output *out, const uint8_t *bytes, size_t size)
{
    uint64_t bits = binxml_number(bytes, size);
    uint32_t half = (uint32_t)bits;
    float real32;
    double real;
    memcpy(&real32, &half, sizeof real32);
    memcpy(&real, &bits, sizeof real);
    if (size == sizeof real32)
        real = real32;
    if (isfinite(real))
        output_format(out, "%.17g", real);
    else
        output_format(out, "null");
}

static void write_bool(struct output *out, const uint8_t *bytes, size_t size)
{
    output_format(out, "%s", binxml_number(bytes, size) ? "true" : "false");
}

static void write_binary(struct output *out, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        output_format(out, "%02X", bytes[i]);
}

static void write_guid(struct output *out, const uint8_t *bytes, size_t size)
{
    (void)size;
    output_format(out, "{%08X-%04X-%04X-", (unsigned)binxml_number(bytes, 4),
                  (unsigned)binxml_number(bytes + 4, 2), (unsigned)binxml_number(bytes + 6, 2));
    write_binary(out, bytes + 8, 2);
    output_format(out, "-");
    write_binary(out, bytes + 10, 6);
    output_format(out, "}");
}

/* Units of 100 ns since 1601. */
static void write_filetime(struct output *out, const uint8_t *bytes, size_t size)
{
    enum { PER_MILLISECOND = 10000 };
    const int64_t EPOCH = INT64_C(11644473600000);
    char text[TIMES_TEXT];
    uint64_t time = binxml_number(bytes, size);
    times_write((int64_t)(time / PER_MILLISECOND) - EPOCH, text);
    output_format(out, "%.*s%04uZ", (int)strcspn(text, "Z"), text,
                  (unsigned)(time % PER_MILLISECOND));
}

static void write_systemtime(struct output *out, const uint8_t *bytes, size_t size)
{
    unsigned part[8] = {0};
    for (size_t i = 0; i < size / 2; i++)
        part[i] = (unsigned)binxml_number(bytes + 2 * i, 2);
    output_format(out, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", part[0], part[1], part[3], part[4],
                  part[5], part[6], part[7]);
}

enum { SID_HEAD = 8 };

static size_t sid_size(const uint8_t *bytes, size_t size)
{
    size_t whole = size < SID_HEAD ? 0 : SID_HEAD + 4 * (size_t)bytes[1];
    return whole <= size ? whole : 0;
}

static void write_sid(struct output *out, const uint8_t *bytes, size_t size)
{
    uint64_t authority = 0;
    for (size_t i = 2; i < SID_HEAD; i++)
        authority = authority << 8 | bytes[i];
    output_format(out, "S-%u-%" PRIu64, bytes[0], authority);
    for (size_t i = SID_HEAD; i + 4 <= size; i += 4)
        output_format(out, "-%" PRIu64, binxml_number(bytes + i, 4));
}

enum { ANSI = 0x02, WORD = 0x10, SID = 0x13, ANY_SIZE = 0 };

static const struct type {
    void (*write)(struct output *out, const uint8_t *bytes, size_t size);
    size_t size;
    bool bare;
} TYPES[] = {
    [BINXML_STRING] = {write_string, ANY_SIZE, false},
    [ANSI] = {write_ansi, ANY_SIZE, false},
    [0x03] = {write_signed, 1, true},
    [0x04] = {write_unsigned, 1, true},
    [0x05] = {write_signed, 2, true},
    [0x06] = {write_unsigned, 2, true},
    [0x07] = {write_signed, 4, true},
    [0x08] = {write_unsigned, 4, true},
    [0x09] = {write_signed, 8, true},
    [0x0A] = {write_unsigned, 8, true},
    [0x0B] = {write_real, 4, true},
    [0x0C] = {write_real, 8, true},
    [0x0D] = {write_bool, 4, true},
    [0x0E] = {write_binary, ANY_SIZE, false},
    [0x0F] = {write_guid, 16, false},
    [WORD] = {write_hex, 8, false},
    [0x11] = {write_filetime, 8, false},
    [0x12] = {write_systemtime, 16, false},
    [SID] = {write_sid, ANY_SIZE, false},
    [0x14] = {write_hex, 4, false},
    [0x15] = {write_hex, 8, false},
};

static const struct type *find_type(int type)
{
    bool known = type >= 0 && (size_t)type < sizeof TYPES / sizeof *TYPES && TYPES[type].write;
    return known ? &TYPES[type] : NULL;
}

static bool fits(int type, const uint8_t *bytes, size_t size)
{
    if (type == SID)
        return size && sid_size(bytes, size) == size;
    return !TYPES[type].size || size == TYPES[type].size || (type == WORD && size == 4);
}

bool binxml_write_value(struct output *out, int type, const uint8_t *bytes, size_t size,
                        bool *bare)
{
    const struct type *t = find_type(type);
    *bare = t && t->bare;
    if (t && fits(type, bytes, size))
        t->write(out, bytes, size);
    else
        return type == BINXML_NULL;
    return true;
}

/* Strings in arrays end with a NUL each. */
static size_t string_size(const uint8_t *bytes, size_t size, size_t unit)
{
    for (size_t at = 0; at + unit <= size; at += unit)
        if (!binxml_number(bytes + at, unit))
            return at + unit;
    return size;
}

size_t binxml_item_size(int type, const uint8_t *bytes, size_t size)
{
    const struct type *t = find_type(type);
    if (type == BINXML_STRING || type == ANSI)
        return string_size(bytes, size, type == BINXML_STRING ? 2 : 1);
    if (type == SID)
        return sid_size(bytes, size);
    return t && t->size <= size ? t->size : 0;
}
