/* SPDX-License-Identifier: Apache-2.0 */
#include "event/source_transform.h"

#include <netshare/command_line.h>
#include <string.h>

#include "text/fold.h"
#include "text/number.h"

static bool is_text(const netshare_value *value)
{
    return value->type == NETSHARE_VALUE_UTF8;
}

static bool is_exactly(const netshare_value *text, const char *literal)
{
    size_t length = strlen(literal);
    return text->as.utf8.length == length && memcmp(text->as.utf8.data, literal, length) == 0;
}

bool ns_is_blank(const netshare_value *raw)
{
    if (!is_text(raw))
        return raw->type == NETSHARE_VALUE_NULL;
    return raw->as.utf8.length == 0 || is_exactly(raw, "-")
           || is_exactly(raw, "{00000000-0000-0000-0000-000000000000}");
}

static bool same_letters(const char *text, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (ns_fold_ascii((unsigned char)text[i]) != ns_fold_ascii((unsigned char)name[i]))
            return false;
    return true;
}

bool ns_same_name(const netshare_value *text, const char *name)
{
    size_t length = strlen(name);
    return is_text(text) && text->as.utf8.length == length
           && same_letters(text->as.utf8.data, name, length);
}

static netshare_value from_string(const char *text)
{
    return netshare_value_from_utf8(text, strlen(text));
}

/* `length` bytes that are kept; NULL when the room is full. */
static char *take(struct ns_room *room, size_t length)
{
    if (length > sizeof room->bytes - room->used)
        return NULL;
    char *bytes = room->bytes + room->used;
    room->used += length;
    return bytes;
}

static bool keep(struct ns_room *room, const char *text, size_t length, netshare_value *value)
{
    char *bytes = take(room, length);
    if (!bytes)
        return false;
    memcpy(bytes, text, length);
    *value = netshare_value_from_utf8(bytes, length);
    return true;
}

/* --- Numbers ------------------------------------------------------------------ */

bool ns_whole_number(const netshare_value *raw, int64_t *number)
{
    if (raw->type == NETSHARE_VALUE_INT64) {
        *number = raw->as.int64;
        return true;
    }
    if (raw->type == NETSHARE_VALUE_DOUBLE) {
        double d = raw->as.float64;
        if (!(d > -9e18 && d < 9e18) || d != (double)(int64_t)d)
            return false;
        *number = (int64_t)d;
        return true;
    }
    if (!is_text(raw))
        return false;
    const char *text = raw->as.utf8.data;
    size_t length = raw->as.utf8.length;
    if (length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return ns_parse_integer(text + 2, length - 2, 16, number);
    return ns_parse_integer(text, length, 10, number);
}

/* Numbers for which there is no more room stay numbers. */
static void to_text(const netshare_value *raw, struct ns_room *room, netshare_value *value)
{
    char digits[NS_NUMBER_TEXT];
    int64_t number;
    *value = *raw;
    if (raw->type != NETSHARE_VALUE_INT64 && raw->type != NETSHARE_VALUE_DOUBLE)
        return;
    size_t length = ns_whole_number(raw, &number) ? ns_format_integer(number, digits)
                                                  : ns_format_decimal(raw->as.float64, digits);
    keep(room, digits, length, value);
}

static bool process_id(const netshare_value *raw, netshare_value *value)
{
    int64_t number;
    if (!ns_whole_number(raw, &number))
        return false;
    *value = netshare_value_from_int64(number);
    return true;
}

/* --- Parts of texts ------------------------------------------------------------ */

static bool file_name(const netshare_value *raw, netshare_value *value)
{
    *value = netshare_file_name(*raw);
    return value->as.utf8.length > 0;
}

static bool part_of_account(const netshare_value *raw, bool domain, netshare_value *value)
{
    const char *text = raw->as.utf8.data;
    size_t length = raw->as.utf8.length;
    const char *backslash = memchr(text, '\\', length);
    size_t before = backslash ? (size_t)(backslash - text) : 0;
    size_t behind = backslash ? before + 1 : 0;
    *value = domain ? netshare_value_from_utf8(text, before)
                    : netshare_value_from_utf8(text + behind, length - behind);
    return value->as.utf8.length > 0;
}

/* Keeps a hash in lower case. One of zeros stands for a hash that was not taken. */
static bool keep_hash(const char *hex, size_t length, struct ns_room *room,
                      netshare_value *value)
{
    size_t zeros = 0;
    while (zeros < length && hex[zeros] == '0')
        zeros++;
    char *bytes = zeros < length ? take(room, length) : NULL;
    if (!bytes)
        return false;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)ns_fold_ascii((unsigned char)hex[i]);
    *value = netshare_value_from_utf8(bytes, length);
    return true;
}

static bool find_hash(const netshare_value *raw, const char *algorithm, struct ns_room *room,
                      netshare_value *value)
{
    size_t name = strlen(algorithm);
    const char *p = raw->as.utf8.data, *end = p + raw->as.utf8.length;
    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        size_t length = (size_t)((comma ? comma : end) - p);
        if (length > name && p[name] == '=' && same_letters(p, algorithm, name))
            return keep_hash(p + name + 1, length - name - 1, room, value);
        p = comma ? comma + 1 : end;
    }
    return false;
}

static bool is_windows_path(const netshare_value *raw)
{
    const char *text = raw->as.utf8.data;
    size_t length = raw->as.utf8.length;
    if (length > 0 && text[0] == '\\')
        return true;
    return length > 2 && ns_fold_ascii((unsigned char)text[0]) - 'a' < 26u && text[1] == ':'
           && (text[2] == '\\' || text[2] == '/');
}

static bool map(const struct ns_mapping *mapping, const netshare_value *raw,
                struct ns_room *room, netshare_value *value)
{
    netshare_value text;
    to_text(raw, room, &text);
    for (; mapping->from; mapping++)
        if (ns_same_name(&text, mapping->from)) {
            *value = from_string(mapping->to);
            return true;
        }
    return false;
}

/* --- Times --------------------------------------------------------------------- */

/* Is it a date and a time as in `pattern`, with or without a fraction? */
static bool is_date_and_time(const char *text, size_t length)
{
    static const char pattern[] = "0000-00-00 00:00:00";
    size_t i = 0;
    for (; i < sizeof pattern - 1; i++) {
        if (i == length)
            return false;
        bool fits = pattern[i] == '0' ? text[i] >= '0' && text[i] <= '9'
                                      : text[i] == pattern[i] || (i == 10 && text[i] == 'T');
        if (!fits)
            return false;
    }
    if (i < length && text[i] == '.')
        for (i++; i < length && text[i] >= '0' && text[i] <= '9';)
            i++;
    return i == length;
}

static bool from_utc(const netshare_value *raw, struct ns_room *room, netshare_value *value)
{
    const char *text = raw->as.utf8.data;
    size_t length = raw->as.utf8.length;
    *value = *raw;
    if (!is_date_and_time(text, length))
        return true;
    char *bytes = take(room, length + 1);
    if (!bytes)
        return false;
    memcpy(bytes, text, length);
    bytes[10] = 'T';
    bytes[length] = 'Z';
    *value = netshare_value_from_utf8(bytes, length + 1);
    return true;
}

static void put_digits(char *end, size_t count, int64_t number)
{
    for (; count > 0; count--, number /= 10)
        *--end = (char)('0' + number % 10);
}

/* Day 0 is 1601-01-01, the beginning of a cycle of 400 years. */
static void put_date(char *out, int64_t day)
{
    static const int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t cycle = day / 146097;
    day %= 146097;
    int64_t century = day / 36524 < 3 ? day / 36524 : 3;
    day -= century * 36524;
    int64_t quad = day / 1461;
    day %= 1461;
    int64_t in_quad = day / 365 < 3 ? day / 365 : 3;
    day -= in_quad * 365;
    bool leap = in_quad == 3 && (quad < 24 || century == 3);
    int month = 11;
    while (day < before_month[month] + (leap && month > 1))
        month--;
    put_digits(out + 4, 4, 1601 + cycle * 400 + century * 100 + quad * 4 + in_quad);
    put_digits(out + 7, 2, month + 1);
    put_digits(out + 10, 2, day - before_month[month] - (leap && month > 1) + 1);
}

static bool from_filetime(const netshare_value *raw, struct ns_room *room,
                          netshare_value *value)
{
    const int64_t second = 10000000, day = 86400 * second;
    const int64_t last_day = 3067670; /* 9999-12-31 */
    int64_t ticks;
    if (!ns_whole_number(raw, &ticks) || ticks < 0 || ticks / day > last_day)
        return false;
    char text[] = "0000-00-00T00:00:00.0000000Z";
    put_date(text, ticks / day);
    ticks %= day;
    put_digits(text + 13, 2, ticks / (3600 * second));
    put_digits(text + 16, 2, ticks / (60 * second) % 60);
    put_digits(text + 19, 2, ticks / second % 60);
    put_digits(text + 27, 7, ticks % second);
    return keep(room, text, sizeof text - 1, value);
}

/* --- All ----------------------------------------------------------------------- */

bool ns_transform(const struct ns_derivation *how, const netshare_value *raw,
                  struct ns_room *room, netshare_value *value)
{
    switch (how->transform) {
    case NS_COPY:
        *value = *raw;
        return true;
    case NS_TO_TEXT:
        to_text(raw, room, value);
        return true;
    case NS_PROCESS_ID:
        return process_id(raw, value);
    case NS_FROM_FILETIME:
        return from_filetime(raw, room, value);
    case NS_MAPPED:
        return map(how->map, raw, room, value);
    default:
        break;
    }
    if (!is_text(raw))
        return false;
    switch (how->transform) {
    case NS_FILE_NAME:
        return file_name(raw, value);
    case NS_HASH:
        return find_hash(raw, how->text, room, value);
    case NS_DOMAIN:
        return part_of_account(raw, true, value);
    case NS_USER:
        return part_of_account(raw, false, value);
    case NS_FROM_UTC:
        return from_utc(raw, room, value);
    default: /* NS_IF_WINDOWS_PATH: the others are no functions of one value */
        *value = from_string(how->text);
        return is_windows_path(raw);
    }
}
