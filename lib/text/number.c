/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strtod() and printf("%g") follow the locale's decimal point, so decimals are
 * read here: usual numbers by one exact operation on doubles; others by 64-bit products with a
 * bound on their error, and, where the bound leaves two doubles, by comparing whole numbers.
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
    enum { SURE_DIGITS = 12 }; /* fit in base 36; dividing is slow */
    int64_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_value(text[i]);
        if (digit >= base || (i >= SURE_DIGITS && sum > (INT64_MAX - digit) / base))
            return false;
        sum = sum * base + digit;
    }
    *value = sum;
    return length > 0;
}

/* --- A natural number of up to BIG_WORDS * 32 bits --------------------------- */

/* 800 digits, or 54 bits times 5^1130, take 2700 bits. */
enum { BIG_WORDS = 96, MOST_DIGITS = 800 };

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

static void big_multiply_power_of_5(struct big *b, int power)
{
    enum { STEP = 13, FACTOR = 1220703125 }; /* 5^13, the most that a word holds */
    for (; power >= STEP; power -= STEP)
        big_multiply_add(b, FACTOR, 0);
    for (; power > 0; power--)
        big_multiply_add(b, 5, 0);
}

static void big_shift_left(struct big *b, size_t bits)
{
    size_t words = bits / 32;
    big_multiply_add(b, UINT32_C(1) << bits % 32, 0);
    if (words <= BIG_WORDS - b->count) { /* GCOVR_EXCL_BR_LINE: it has room */
        memmove(b->words + words, b->words, b->count * sizeof *b->words);
        memset(b->words, 0, words * sizeof *b->words);
        b->count += words;
    }
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

/* --- Reading ------------------------------------------------------------------ */

/* Digits that surely fit into 64 bits. */
enum { HEAD_DIGITS = 19 };

struct decimal {
    const char *text; /* the digits, perhaps with a point among them */
    size_t length;
    uint64_t head; /* the first HEAD_DIGITS significant digits, or all */
    size_t count;  /* of significant digits */
    int64_t power; /* the last digit is worth 10 to this */
    bool is_cut;   /* digits behind the head are not all 0 */
};

static void add_digit(struct decimal *d, unsigned digit, bool is_fraction)
{
    d->power -= is_fraction;
    if (d->count == 0 && digit == 0)
        return;
    if (d->count++ < HEAD_DIGITS)
        d->head = d->head * 10 + digit;
    else
        d->is_cut |= digit != 0;
}

/* The digits and the point up to an exponent. False when they are none. */
static bool read_digits(struct decimal *d, const char *text, size_t length)
{
    bool any_digit = false, is_fraction = false;
    *d = (struct decimal){.text = text};
    for (; d->length < length && (text[d->length] | 0x20) != 'e'; d->length++) {
        char c = text[d->length];
        if (c == '.' && !is_fraction) {
            is_fraction = true;
        } else if (c >= '0' && c <= '9') {
            any_digit = true;
            add_digit(d, (unsigned)(c - '0'), is_fraction);
        } else {
            return false;
        }
    }
    return any_digit;
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

/* The significant digits, MOST_DIGITS at most, as one number; the power of ten that the last
 * is worth, and whether those behind are not all 0. */
static int64_t read_big(const struct decimal *d, struct big *b, bool *is_cut)
{
    enum { CHUNK = 1000000000 };
    uint32_t chunk = 0, scale = 1;
    size_t count = 0;
    *is_cut = false;
    for (size_t i = 0; i < d->length; i++) {
        char c = d->text[i];
        if (c == '.' || (c == '0' && count == 0))
            continue;
        if (count == MOST_DIGITS) {
            *is_cut |= c != '0';
            continue;
        }
        chunk = chunk * 10 + (uint32_t)(c - '0');
        scale *= 10;
        count++;
        if (scale == CHUNK) {
            big_multiply_add(b, scale, chunk);
            chunk = 0;
            scale = 1;
        }
    }
    big_multiply_add(b, scale, chunk);
    return d->power + (int64_t)(d->count - count);
}

/* Is the decimal nearer to `above` than to `below`, the double before it? A tie goes to the even
 * one. Both the decimal and the middle are made whole numbers, by the same factor. */
static double nearer(const struct decimal *d, double below, double above)
{
    enum { LEAST_EXPONENT = -1074 };
    struct big digits = {.count = 0}, middle = {.count = 0};
    int exponent;
    bool is_cut;
    frexp(below, &exponent);
    exponent = below == 0 || exponent - 53 < LEAST_EXPONENT ? LEAST_EXPONENT : exponent - 53;
    uint64_t mantissa = (uint64_t)ldexp(below, -exponent), odd = 2 * mantissa + 1;
    big_multiply_add(&middle, 0, (uint32_t)(odd >> 32));
    big_shift_left(&middle, 32);
    big_multiply_add(&middle, 1, (uint32_t)odd);
    int power = (int)read_big(d, &digits, &is_cut);
    big_multiply_power_of_5(power < 0 ? &middle : &digits, power < 0 ? -power : power);
    int shift = power - (exponent - 1);
    big_shift_left(shift < 0 ? &middle : &digits, (size_t)(shift < 0 ? -shift : shift));
    int order = big_compare(&digits, &middle);
    if (order == 0)
        order = is_cut || mantissa & 1 ? 1 : -1;
    return order > 0 ? above : below;
}

/* The upper 64 bits of the product. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b1 + (a0 * b0 >> 32), high = a1 * b0 + (uint32_t)low;
    return a1 * b1 + (low >> 32) + (high >> 32);
}

/* A number whose highest bit is 1, times 2^exponent. */
struct scaled {
    uint64_t mantissa;
    int exponent;
};

/*
 * number * 10^power or a little less. What is cut off in a step, from the table's entry and from
 * the product, is at most 6 in the last place; of the nine steps, 54.
 */
static struct scaled scale(uint64_t number, int power)
{
    /* 10^1, 10^2, 10^4 ... 10^256, and 10^-1, 10^-2 ..., rounded down. */
    static const struct scaled TENS[2][9] = {{
        {UINT64_C(0xA000000000000000), -60}, {UINT64_C(0xC800000000000000), -57}, {UINT64_C(0x9C40000000000000), -50},
        {UINT64_C(0xBEBC200000000000), -37}, {UINT64_C(0x8E1BC9BF04000000), -10}, {UINT64_C(0x9DC5ADA82B70B59D), 43},
        {UINT64_C(0xC2781F49FFCFA6D5), 149}, {UINT64_C(0x93BA47C980E98CDF), 362}, {UINT64_C(0xAA7EEBFB9DF9DE8D), 787},
    }, {
        {UINT64_C(0xCCCCCCCCCCCCCCCC), -67}, {UINT64_C(0xA3D70A3D70A3D70A), -70}, {UINT64_C(0xD1B71758E219652B), -77},
        {UINT64_C(0xABCC77118461CEFC), -90}, {UINT64_C(0xE69594BEC44DE15B), -117}, {UINT64_C(0xCFB11EAD453994BA), -170},
        {UINT64_C(0xA87FEA27A539E9A5), -276}, {UINT64_C(0xDDD0467C64BCE4A0), -489}, {UINT64_C(0xC0314325637A1939), -914},
    }};
    struct scaled product = {number, 0};
    const struct scaled *ten = TENS[power < 0];
    for (; !(product.mantissa >> 63); product.exponent--)
        product.mantissa <<= 1;
    for (int rest = power < 0 ? -power : power; rest; rest >>= 1, ten++) {
        if (!(rest & 1))
            continue;
        product.mantissa = multiply_high(product.mantissa, ten->mantissa);
        product.exponent += ten->exponent + 64;
        if (!(product.mantissa >> 63)) {
            product.mantissa <<= 1;
            product.exponent--;
        }
    }
    return product;
}

/* The nearest double, ties to even. */
static double round_to_double(struct scaled s)
{
    int keep = s.exponent >= -1021 - 64 ? 53 : s.exponent + 64 + 1074; /* subnormal */
    if (keep < 0)
        return 0;
    int drop = 64 - keep;
    uint64_t rest = drop == 64 ? s.mantissa : s.mantissa & ((UINT64_C(1) << drop) - 1);
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t mantissa = drop == 64 ? 0 : s.mantissa >> drop;
    if (rest > half || (rest == half && mantissa & 1))
        mantissa++;
    return ldexp((double)mantissa, s.exponent + drop);
}

/* As much more in the last place. */
static struct scaled raise(struct scaled s, uint64_t by)
{
    uint64_t sum = s.mantissa + by;
    if (sum < by) /* beyond 2^64: half of it, and a little more */
        return (struct scaled){sum / 2 + 1 + (UINT64_C(1) << 63), s.exponent + 1};
    return (struct scaled){sum, s.exponent};
}

/*
 * The product that is a little less is rounded, and what it is less by at most added to it and
 * rounded. Mostly that is the same; where it is not, the middle of the two decides, exactly.
 */
static double decimal_value(const struct decimal *d)
{
    static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    enum { ERROR = 60, ERROR_OF_CUT = 20 };
    size_t behind = d->count > HEAD_DIGITS ? d->count - HEAD_DIGITS : 0;
    int64_t magnitude = d->power + (int64_t)d->count, power = d->power + (int64_t)behind;
    if (d->count == 0 || magnitude < -330)
        return 0;
    if (magnitude > 310)
        return HUGE_VAL;
    /* Both are exact, so that the one operation rounds rightly, if it is not done in more digits
     * than a double has. */
    if (FLT_EVAL_METHOD == 0 && d->head < UINT64_C(1) << 53 && power >= -22 && power <= 22 &&
        !behind) {
        double head = (double)d->head;
        return power < 0 ? head / POWERS[-power] : head * POWERS[power];
    }
    struct scaled least = scale(d->head, (int)power);
    unsigned error = (power ? ERROR : 0u) + (d->is_cut ? ERROR_OF_CUT : 0u);
    struct scaled most = raise(least, error);
    double below = round_to_double(least), above = round_to_double(most);
    return below == above ? below : nearer(d, below, above);
}

bool ns_parse_decimal(const char *text, size_t length, double *value)
{
    struct decimal d;
    int64_t exponent = 0;
    if (!read_digits(&d, text, length) ||
        (d.length < length &&
         !read_exponent(text + d.length + 1, length - d.length - 1, &exponent)))
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
    struct decimal d;
    const char *c = text;
    for (size_t i = 0; *c != 'e'; c++) { /* skips the locale's decimal point */
        if (*c >= '0' && *c <= '9')
            digits[i++] = *c;
    }
    *exponent = 0;
    for (const char *e = c + 2; *e; e++)
        *exponent = *exponent * 10 + (*e - '0');
    if (c[1] == '-')
        *exponent = -*exponent;
    read_digits(&d, digits, count);
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
    if (isinf(value))
        return (size_t)snprintf(text, NS_NUMBER_TEXT, "%sInfinity", sign);
    if (value == 0)
        return (size_t)snprintf(text, NS_NUMBER_TEXT, "%s0.0", sign);
    char digits[20] = {0};
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
