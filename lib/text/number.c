/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strtod() and printf("%g") follow the locale's decimal point, so decimals are
 * read here: a fast exact path for usual numbers, integer long division beyond.
 */
#include "text/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 99;
}

bool ns_parse_integer(const char *text, size_t length, int base, int64_t *value)
{
    int64_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_value(text[i]);
        if (digit >= base || sum > (INT64_MAX - digit) / base)
            return false;
        sum = sum * base + digit;
    }
    *value = sum;
    return length > 0;
}

/* --- A natural number of up to BIG_WORDS * 32 bits --------------------------- */

/* 800 digits (2660 bits) times 10^400, or 2^70 times 10^1200 (4060 bits). */
enum { BIG_WORDS = 136, MOST_DIGITS = 800 };

struct big {
    uint32_t words[BIG_WORDS]; /* least significant first */
    size_t count;
};

static void big_multiply_add(struct big *b, uint32_t factor, uint32_t add)
{
    uint64_t carry = add;
    for (size_t i = 0; i < b->count; i++) {
        carry += (uint64_t)b->words[i] * factor;
        b->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && b->count < BIG_WORDS) /* GCOVR_EXCL_BR_LINE: it has room */
        b->words[b->count++] = (uint32_t)carry;
}

static void big_multiply_power_of_10(struct big *b, int power)
{
    for (; power >= 9; power -= 9)
        big_multiply_add(b, 1000000000, 0);
    for (; power > 0; power--)
        big_multiply_add(b, 10, 0);
}

static void big_shift_left(struct big *b, size_t bits)
{
    for (; bits >= 31; bits -= 31)
        big_multiply_add(b, UINT32_C(1) << 31, 0);
    big_multiply_add(b, UINT32_C(1) << bits, 0);
}

/* Of a number above 0. */
static size_t big_bits(const struct big *b)
{
    size_t bits = (b->count - 1) * 32;
    for (uint32_t top = b->words[b->count - 1]; top; top >>= 1)
        bits++;
    return bits;
}

static int big_compare(const struct big *a, const struct big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (size_t i = a->count; i-- > 0;) {
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    }
    return 0;
}

/* a -= b, where a >= b. */
static void big_subtract(struct big *a, const struct big *b)
{
    int64_t borrow = 0;
    for (size_t i = 0; i < a->count; i++) {
        int64_t rest = (int64_t)a->words[i] - (i < b->count ? b->words[i] : 0) + borrow;
        a->words[i] = (uint32_t)rest;
        borrow = rest < 0 ? -1 : 0;
    }
    while (a->count && a->words[a->count - 1] == 0)
        a->count--;
}

/* mantissa * 2^exponent, where the mantissa has 64 bits and those below its were not all 0 if
 * sticky. */
static double round_to_double(uint64_t mantissa, int exponent, bool sticky)
{
    int keep = exponent + 64 >= -1021 ? 53 : exponent + 64 + 1074; /* subnormal */
    if (keep < 0)
        return 0;
    int drop = 64 - keep;
    uint64_t rest = drop == 64 ? mantissa : mantissa & ((UINT64_C(1) << drop) - 1);
    uint64_t half = UINT64_C(1) << (drop - 1);
    mantissa = drop == 64 ? 0 : mantissa >> drop;
    if (rest > half || (rest == half && (sticky || mantissa & 1)))
        mantissa++;
    return ldexp((double)mantissa, exponent + drop);
}

/* digits * 10^power, exactly rounded. */
static double scale_exactly(struct big *digits, int power)
{
    struct big divisor = {{1}, 1};
    int exponent = 0;
    if (power >= 0) {
        big_multiply_power_of_10(digits, power);
    } else {
        big_multiply_power_of_10(&divisor, -power);
    }
    /* Shift so that the quotient has 64 or 65 bits, then divide bit by bit. */
    size_t have = big_bits(digits), against = big_bits(&divisor);
    if (have < against + 64) {
        size_t shift = against + 64 - have;
        big_shift_left(digits, shift);
        exponent = -(int)shift;
    } else {
        size_t shift = have - against - 64;
        big_shift_left(&divisor, shift);
        exponent = (int)shift;
    }
    uint64_t quotient = 0;
    struct big step = divisor, twice = divisor;
    big_shift_left(&step, 63);
    big_shift_left(&twice, 64);
    if (big_compare(digits, &twice) >= 0) { /* 65 bits: give up the lowest */
        step = twice;
        exponent++;
    }
    for (int bit = 63; bit >= 0; bit--) {
        if (big_compare(digits, &step) >= 0) {
            big_subtract(digits, &step);
            quotient |= UINT64_C(1) << bit;
        }
        /* step /= 2: it was shifted left by at least 63 bits */
        uint32_t carry = 0;
        for (size_t i = step.count; i-- > 0;) {
            uint32_t word = step.words[i];
            step.words[i] = word >> 1 | carry << 31;
            carry = word & 1;
        }
        while (step.count && step.words[step.count - 1] == 0)
            step.count--;
    }
    return round_to_double(quotient, exponent, digits->count != 0);
}

/* --- Reading ------------------------------------------------------------------ */

struct decimal {
    struct big digits;  /* significant digits as one natural number */
    size_t digit_count; /* of them */
    int64_t power;      /* times 10 to this */
    bool sticky;        /* digits beyond MOST_DIGITS were not all 0 */
};

static void add_digit(struct decimal *d, int digit, bool is_fraction)
{
    if (d->digit_count == 0 && digit == 0) {
        d->power -= is_fraction;
    } else if (d->digit_count < MOST_DIGITS) {
        big_multiply_add(&d->digits, 10, (uint32_t)digit);
        d->digit_count++;
        d->power -= is_fraction;
    } else {
        d->sticky |= digit != 0;
        d->power += !is_fraction;
    }
}

static bool read_exponent(const char *text, size_t length, int64_t *exponent)
{
    size_t i = 0;
    bool negative = false;
    if (i < length && (text[i] == '+' || text[i] == '-'))
        negative = text[i++] == '-';
    if (i == length)
        return false;
    int64_t sum = 0;
    for (; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        if (sum < 100000000)
            sum = sum * 10 + (text[i] - '0');
    }
    *exponent = negative ? -sum : sum;
    return true;
}

static double decimal_value(struct decimal *d)
{
    static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (d->digit_count == 0)
        return 0;
    int64_t magnitude = d->power + (int64_t)d->digit_count;
    if (magnitude > 310)
        return HUGE_VAL;
    if (magnitude < -330)
        return 0;
    if (d->digit_count <= 15 && d->power >= -22 && d->power <= 22) {
        double m = d->digits.words[0] + (d->digits.count > 1 ? d->digits.words[1] * 0x1p32 : 0);
        return d->power < 0 ? m / POWERS[-d->power] : m * POWERS[d->power];
    }
    if (d->sticky) { /* one more digit breaks the tie as the lost ones would */
        big_multiply_add(&d->digits, 10, 1);
        d->power--;
    }
    return scale_exactly(&d->digits, (int)d->power);
}

bool ns_parse_decimal(const char *text, size_t length, double *value)
{
    struct decimal d = {.power = 0};
    bool any_digit = false, is_fraction = false;
    size_t i = 0;
    for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '.' && !is_fraction) {
            is_fraction = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            any_digit = true;
            add_digit(&d, text[i] - '0', is_fraction);
        } else {
            return false;
        }
    }
    int64_t exponent = 0;
    if (!any_digit || (i < length && !read_exponent(text + i + 1, length - i - 1, &exponent)))
        return false;
    d.power += exponent;
    *value = decimal_value(&d);
    return true;
}

/* --- Writing ------------------------------------------------------------------ */

size_t ns_format_integer(int64_t value, char text[NS_NUMBER_TEXT])
{
    int n = snprintf(text, NS_NUMBER_TEXT, "%lld", (long long)value);
    return n > 0 ? (size_t)n : 0;
}

/* The first `count` digits of `value`, rounded, and its exponent; do they read back as it? */
static bool round_to_digits(double value, size_t count, char digits[20], int *exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", (int)count - 1, value);
    struct decimal d = {.power = 0};
    const char *c = text;
    for (size_t i = 0; *c != 'e'; c++) { /* skips the locale's decimal point */
        if (*c >= '0' && *c <= '9') {
            digits[i++] = *c;
            add_digit(&d, *c - '0', false);
        }
    }
    *exponent = 0;
    for (const char *e = c + 2; *e; e++)
        *exponent = *exponent * 10 + (*e - '0');
    if (c[1] == '-')
        *exponent = -*exponent;
    d.power = *exponent - (int)count + 1;
    return decimal_value(&d) == value;
}

/*
 * The fewest digits that read back as `value`; its exponent of ten in *exponent. With 15 digits
 * a number shows those that it was written with, were they fewer; below the normal numbers they
 * must be sought. Java takes the nearest of two digits where one would do. 17 always read back.
 */
static size_t shortest_digits(double value, char digits[20], int *exponent)
{
    size_t count = value < DBL_MIN ? 2 : DBL_DIG;
    while (!round_to_digits(value, count, digits, exponent))
        count++;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

size_t ns_format_decimal(double value, char text[NS_NUMBER_TEXT])
{
    if (value != value)
        return (size_t)snprintf(text, NS_NUMBER_TEXT, "NaN");
    const char *sign = signbit(value) ? "-" : "";
    value = fabs(value);
    if (value > 1.7976931348623157e308)
        return (size_t)snprintf(text, NS_NUMBER_TEXT, "%sInfinity", sign);
    if (value == 0)
        return (size_t)snprintf(text, NS_NUMBER_TEXT, "%s0.0", sign);
    char digits[20];
    int exponent;
    int count = (int)shortest_digits(value, digits, &exponent), n;
    if (exponent >= 7 || exponent < -3)
        n = snprintf(text, NS_NUMBER_TEXT, "%s%c.%.*sE%d", sign, digits[0],
                     count > 1 ? count - 1 : 1, count > 1 ? digits + 1 : "0", exponent);
    else if (exponent < 0)
        n = snprintf(text, NS_NUMBER_TEXT, "%s0.%.*s%.*s", sign, -exponent - 1, "000", count,
                     digits);
    else if (count <= exponent + 1)
        n = snprintf(text, NS_NUMBER_TEXT, "%s%.*s%.*s.0", sign, count, digits,
                     exponent + 1 - count, "0000000");
    else
        n = snprintf(text, NS_NUMBER_TEXT, "%s%.*s.%.*s", sign, exponent + 1, digits,
                     count - exponent - 1, digits + exponent + 1);
    return n > 0 ? (size_t)n : 0;
}
