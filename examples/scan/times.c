/* SPDX-License-Identifier: Apache-2.0 */
#include "times.h"

#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000)
#define DAY (INT64_C(86400) * SECOND)
/* Far beyond any event: sums of such numbers do not overflow. */
#define FARTHEST (INT64_C(1) << 56)

struct cursor {
    const char *at;
    const char *end;
};

static bool take_character(struct cursor *c, const char *set)
{
    if (c->at == c->end || !*c->at || !strchr(set, *c->at))
        return false;
    c->at++;
    return true;
}

static bool take_digits(struct cursor *c, int count, int64_t *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, c->at++) {
        if (c->at == c->end || *c->at < '0' || *c->at > '9')
            return false;
        *number = 10 * *number + (*c->at - '0');
    }
    return true;
}

/* Digits after the point; those beyond milliseconds are cut off. */
static bool take_fraction(struct cursor *c, int64_t *milliseconds)
{
    int64_t digit, scale = 100;
    if (!take_character(c, ".,"))
        return true;
    if (!take_digits(c, 1, &digit))
        return false;
    do {
        *milliseconds += digit * scale;
        scale /= 10;
    } while (take_digits(c, 1, &digit));
    return true;
}

static bool take_zone(struct cursor *c, int64_t *milliseconds)
{
    int64_t hours, minutes = 0;
    if (c->at == c->end || take_character(c, "Zz"))
        return true;
    bool west = *c->at == '-';
    if (!take_character(c, "+-") || !take_digits(c, 2, &hours))
        return false;
    take_character(c, ":");
    if (c->at != c->end && !take_digits(c, 2, &minutes))
        return false;
    *milliseconds += (west ? 1 : -1) * (hours * 60 + minutes) * 60 * SECOND;
    return true;
}

static bool take_clock(struct cursor *c, int64_t *milliseconds)
{
    int64_t hour, minute = 0, second = 0;
    if (!take_digits(c, 2, &hour) || hour > 24)
        return false;
    if (take_character(c, ":") && (!take_digits(c, 2, &minute) || minute > 59))
        return false;
    if (take_character(c, ":") && (!take_digits(c, 2, &second) || second > 60))
        return false;
    *milliseconds += ((hour * 60 + minute) * 60 + second) * SECOND;
    return take_fraction(c, milliseconds) && take_zone(c, milliseconds);
}

/* Days since 1970 in the Gregorian calendar; the year counts from March. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool parse_date(struct cursor *c, int64_t *time)
{
    int64_t year, month = 1, day = 1;
    if (!take_digits(c, 4, &year) || year < 1)
        return false;
    if (take_character(c, "-") && (!take_digits(c, 2, &month) || month < 1 || month > 12))
        return false;
    if (take_character(c, "-") && (!take_digits(c, 2, &day) || day < 1 || day > 31))
        return false;
    *time = days_of(year, month, day) * DAY;
    return !take_character(c, "Tt ") || take_clock(c, time);
}

static bool parse_milliseconds(struct cursor *c, int64_t *time)
{
    bool negative = take_character(c, "-");
    int64_t digit, number = 0;
    while (number < FARTHEST / 10 && take_digits(c, 1, &digit))
        number = 10 * number + digit;
    *time = negative ? -number : number;
    return true;
}

bool times_parse(const char *text, size_t length, int64_t *time)
{
    struct cursor c = {text, text + length};
    size_t digits = 0;
    while (digits < length && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    bool ok = digits > 4 || (length && text[0] == '-') ? parse_milliseconds(&c, time)
                                                       : parse_date(&c, time);
    return ok && c.at == c.end && length;
}

static bool parse_duration(struct cursor *c, int64_t *milliseconds)
{
    static const struct {
        char letter;
        int64_t value;
    } UNITS[] = {{'s', SECOND}, {'m', 60 * SECOND}, {'h', 3600 * SECOND}, {'d', DAY},
                 {'w', 7 * DAY}};
    int64_t digit;
    const char *start = c->at;
    *milliseconds = 0;
    while (*milliseconds < 1000000 && take_digits(c, 1, &digit))
        *milliseconds = 10 * *milliseconds + digit;
    if (c->at == start || c->at == c->end)
        return false;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (*c->at == UNITS[i].letter) {
            *milliseconds *= UNITS[i].value;
            c->at++;
            return true;
        }
    }
    return false;
}

bool times_parse_interval(const char *text, int64_t *milliseconds)
{
    struct cursor c = {text, text + strlen(text)};
    return parse_duration(&c, milliseconds) && c.at == c.end && *milliseconds > 0;
}

bool times_parse_look_back(const char *text, int64_t *milliseconds)
{
    struct cursor c = {text, text + strlen(text)};
    *milliseconds = 0;
    if (strncmp(text, "now", 3) != 0)
        return false;
    c.at += 3;
    if (take_character(&c, "-") && !parse_duration(&c, milliseconds))
        return false;
    return c.at == c.end || *c.at == '/';
}

void times_write(int64_t time, char text[TIMES_TEXT])
{
    int64_t day = time / DAY, rest = time % DAY;
    if (rest < 0) {
        rest += DAY;
        day--;
    }
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t in_era = z - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100), m = (5 * in_year + 2) / 153;
    int64_t month = m < 10 ? m + 3 : m - 9;
    snprintf(text, TIMES_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
             (int)((year + era * 400 + (month <= 2)) % 10000), (int)month,
             (int)(in_year - (153 * m + 2) / 5 + 1), (int)(rest / (3600 * SECOND)),
             (int)(rest / (60 * SECOND) % 60), (int)(rest / SECOND % 60), (int)(rest % SECOND));
}
