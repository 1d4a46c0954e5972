/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and addresses as text: what is read from them, what is refused, and the way back. */
#include "random_text.h"
#include "support.h"
#include "text/network.h"
#include "text/number.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- integers --- */

Test(numbers, integers_in_every_base)
{
    static const struct {
        const char *text;
        int base;
        int64_t value; /* -1: refused */
    } rows[] = {
        {"0", 10, 0}, {"007", 10, 7}, {"7f", 16, 127}, {"7F", 16, 127}, {"z", 36, 35},
        {"Z", 36, 35}, {"101", 2, 5}, {"9223372036854775807", 10, INT64_MAX},
        {"zzzzzzzzzzzz", 36, INT64_C(4738381338321616895)}, {"zzzzzzzzzzzzz", 36, -1},
        {"1y2p0ij32e8e7", 36, INT64_MAX}, {"1y2p0ij32e8e8", 36, -1},
        {"7fffffffffffffff", 16, INT64_MAX}, {"9223372036854775808", 10, -1},
        {"99999999999999999999", 10, -1}, {"8000000000000000", 16, -1}, {"", 10, -1},
        {"2", 2, -1}, {"a", 10, -1}, {"g", 16, -1}, {"G", 16, -1}, {"-1", 10, -1},
        {"+1", 10, -1}, {"1 ", 10, -1}, {"/", 36, -1}, {":", 36, -1}, {"@", 36, -1},
        {"[", 36, -1}, {"`", 36, -1}, {"{", 36, -1}, {"\xE9", 36, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t value = -1;
        bool is_number = ns_parse_integer(rows[i].text, strlen(rows[i].text), rows[i].base, &value);
        cr_expect_eq(is_number, rows[i].value >= 0, "'%s'", rows[i].text);
        cr_expect(!is_number || value == rows[i].value, "'%s'", rows[i].text);
    }
}

/* --- decimals --- */

static void expect_decimal(const char *text, double expected)
{
    double value = -1;
    cr_assert(ns_parse_decimal(text, strlen(text), &value), "%.60s", text);
    cr_assert_eq(value, expected, "%.60s: %a, not %a", text, value, expected);
}

Test(numbers, malformed_decimals_are_refused)
{
    static const char *const texts[] = {"", ".", "e5", ".e5", "1e", "1e+", "1e-", "1ex", "1e5x",
                                        "1e5.", "1e 5", "1.2.3", "-1", "+1", "1-", "1x", "x1",
                                        "0x10", " 1", "1 ", "inf", "nan", "1e5e5", "1/", "1:",
                                        "1e/", "1e:"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        double value = 5;
        cr_expect_not(ns_parse_decimal(texts[i], strlen(texts[i]), &value), "%s", texts[i]);
    }
}

/* What follows the text is not part of it. */
Test(numbers, decimals_end_with_their_length)
{
    static const char text[] = "1.5e+27";
    const struct {
        size_t length;
        bool ok;
        double value;
    } rows[] = {{0, false, 0}, {1, true, 1}, {2, true, 1}, {3, true, 1.5}, {4, false, 0},
                {5, false, 0}, {6, true, 150}, {7, true, 1.5e27}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = 0;
        cr_expect_eq(ns_parse_decimal(text, rows[i].length, &value), rows[i].ok, "%zu",
                     rows[i].length);
        cr_expect(!rows[i].ok || value == rows[i].value, "%zu", rows[i].length);
    }
}

/* The exact value of the text lies on, just below or just above the middle of two doubles. */
Test(numbers, decimals_are_rounded_to_the_nearest_and_ties_to_even)
{
    enum { ZEROS = 900 };
    char text[ZEROS + 40], zeros[ZEROS + 1];
    memset(zeros, '0', ZEROS);
    zeros[ZEROS] = '\0';
    expect_decimal("9007199254740993", 9007199254740992);
    expect_decimal("9007199254740995", 9007199254740996);
    expect_decimal("9007199254740993.0000000000000000000000000001", 9007199254740994);
    expect_decimal("9007199254740992.9999999999999999999999999999", 9007199254740992);
    snprintf(text, sizeof text, "9007199254740993.%s1", zeros);
    expect_decimal(text, 9007199254740994);
    snprintf(text, sizeof text, "9007199254740993.%s0", zeros);
    expect_decimal(text, 9007199254740992);
    snprintf(text, sizeof text, "9007199254740993%se-900", zeros);
    expect_decimal(text, 9007199254740992);
    snprintf(text, sizeof text, "9007199254740993%s1e-901", zeros);
    expect_decimal(text, 9007199254740994);
    snprintf(text, sizeof text, "0.%s1e901", zeros);
    expect_decimal(text, 1);
}

Test(numbers, decimals_at_the_ends_of_the_range)
{
    expect_decimal("1.7976931348623157e308", 0x1.fffffffffffffp1023);
    expect_decimal("1.7976931348623158e308", 0x1.fffffffffffffp1023);
    expect_decimal("1.7976931348623159e308", HUGE_VAL);
    expect_decimal("1e309", HUGE_VAL);
    expect_decimal("1e99999999999999999999", HUGE_VAL);
    expect_decimal("0.00000000000000000000001e330", 1e307);
    expect_decimal("2.2250738585072014e-308", 0x1p-1022);
    expect_decimal("2.2250738585072011e-308", 0x0.fffffffffffffp-1022);
    expect_decimal("5e-324", 0x1p-1074);
    expect_decimal("2.4703282292062328e-324", 0x1p-1074);
    expect_decimal("2.4703282292062327e-324", 0);
    expect_decimal("1e-324", 0);
    expect_decimal("1e-325", 0);
    expect_decimal("9e-330", 0);
    expect_decimal("1e-99999999999999999999", 0);
    expect_decimal("0e99999999999999999999", 0);
    expect_decimal("00.00e-5", 0);
    expect_decimal("1E5", 100000);
    expect_decimal("1e+5", 100000);
    expect_decimal("1.", 1);
    expect_decimal(".5", 0.5);
}

/* A decimal of up to so many digits, with a point or not, and an exponent or not. */
static void make_decimal(uint64_t *state, uint32_t most, char *out)
{
    uint32_t count = 1 + random_below(state, most), point = random_below(state, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (i == point)
            *out++ = '.';
        *out++ = (char)('0' + (random_below(state, 4) ? random_below(state, 10) : 0));
    }
    *out = '\0';
    if (random_below(state, 3))
        sprintf(out, "e%d", (int)random_below(state, 700) - 350);
}

Test(numbers, decimals_are_read_as_the_c_library_does, .timeout = 120)
{
    uint64_t state = 0x4CF5AD432745937Fu;
    size_t huge = 0, zero = 0;
    for (int i = 0; i < 20000; i++) {
        char text[1200];
        make_decimal(&state, i % 50 ? 25 : 1000, text);
        double expected = strtod(text, NULL);
        expect_decimal(text, expected);
        huge += expected == HUGE_VAL;
        zero += expected == 0;
    }
    cr_expect(huge > 100 && zero > 100 && huge + zero < 15000);
}

/* As few digits as tell it from its neighbours. */
Test(numbers, doubles_are_written_so_that_they_read_back)
{
    uint64_t state = 0x85EBCA77C2B2AE63u;
    for (int i = 0; i < 5000; i++) {
        union {
            uint64_t bits;
            double value;
        } number = {.bits = (uint64_t)random_below(&state, UINT32_MAX) << 32 |
                            random_below(&state, UINT32_MAX)};
        char text[NS_NUMBER_TEXT];
        size_t length = ns_format_decimal(number.value, text);
        cr_assert_eq(length, strlen(text));
        if (isnan(number.value)) {
            cr_assert_str_eq(text, "NaN");
        } else {
            bool is_negative = text[0] == '-';
            cr_assert_eq(is_negative, signbit(number.value) != 0);
            expect_decimal(text + is_negative, fabs(number.value));
        }
    }
}

/* The significant digits of a number's text, without zeros before and behind. */
static void significant_digits(const char *text, char digits[32])
{
    size_t count = 0;
    for (; *text && *text != 'e' && *text != 'E'; text++) {
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0'))
            digits[count++] = *text;
    }
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = 0;
}

/* Numbers of few digits, of many, and the subnormal ones. */
Test(numbers, doubles_are_written_with_the_fewest_digits, .timeout = 60)
{
    uint64_t state = 0x27D4EB2F165667C5u;
    for (int i = 0; i < 5000; i++) {
        char text[64], fewest[32], written[32];
        sprintf(text, "%u%09ue%d", random_below(&state, UINT32_MAX),
                random_below(&state, 1000000000), (int)random_below(&state, 640) - 340);
        size_t kept = 1 + random_below(&state, 12);
        if (i % 2 == 0 && kept < strcspn(text, "e"))
            memset(text + kept, '0', strcspn(text, "e") - kept);
        double value = strtod(text, NULL);
        if (value == 0 || value == HUGE_VAL)
            continue;
        for (int precision = 1;; precision++) {
            sprintf(text, "%.*e", precision, value);
            if (strtod(text, NULL) == value)
                break;
        }
        significant_digits(text, fewest);
        ns_format_decimal(value, text);
        significant_digits(text, written);
        cr_assert_str_eq(written, fewest, "%a", value);
    }
}

Test(numbers, doubles_are_written_as_java_does)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {NAN, "NaN"}, {INFINITY, "Infinity"}, {-INFINITY, "-Infinity"}, {0, "0.0"},
        {-0.0, "-0.0"}, {1, "1.0"}, {-1.5, "-1.5"}, {100, "100.0"}, {9999999, "9999999.0"},
        {1e7, "1.0E7"}, {12345678.9, "1.23456789E7"}, {0.001, "0.001"}, {0.01, "0.01"},
        {0.000999, "9.99E-4"}, {1e300, "1.0E300"}, {5e-324, "4.9E-324"},
        {1e-323, "9.9E-324"}, {2e23, "2.0E23"}, {8.41e21, "8.41E21"}, {0.05, "0.05"},
        {1.7976931348623157e308, "1.7976931348623157E308"},
        {0.1, "0.1"}, {1.0 / 3, "0.3333333333333333"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[NS_NUMBER_TEXT];
        ns_format_decimal(rows[i].value, text);
        cr_expect_str_eq(text, rows[i].text);
    }
}

/* --- addresses --- */

/* The bytes in hexadecimal; NULL when it must be refused. */
typedef struct address_row {
    const char *text;
    const char *bytes;
} address_row;

#define MAPPED "00000000000000000000ffff"

static const address_row addresses[] = {
    {"0.0.0.0", MAPPED "00000000"},
    {"255.255.255.255", MAPPED "ffffffff"},
    {"10.6.48.157", MAPPED "0a06309d"},
    {"::", "00000000000000000000000000000000"},
    {"::1", "00000000000000000000000000000001"},
    {"1::", "00010000000000000000000000000000"},
    {"1:2:3:4:5:6:7:8", "00010002000300040005000600070008"},
    {"1:2:3:4:5:6:7::", "00010002000300040005000600070000"},
    {"::2:3:4:5:6:7:8", "00000002000300040005000600070008"},
    {"1:2::7:8", "00010002000000000000000000070008"},
    {"ABCD:ef01::", "abcdef01000000000000000000000000"},
    {"0001:0:0:0:0:0:0:00ff", "000100000000000000000000000000ff"},
    {"::ffff:1.2.3.4", MAPPED "01020304"},
    {"::1.2.3.4", "00000000000000000000000001020304"},
    {"1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"},
    {"1::6:1.2.3.4", "00010000000000000000000601020304"},
    {"", NULL}, {"1", NULL}, {"1.2.3", NULL}, {"1.2.3.", NULL}, {"1.2.3.4.", NULL},
    {"1.2.3.4.5", NULL}, {".1.2.3.4", NULL}, {"1.2.3.256", NULL}, {"1.2.3.1000", NULL},
    {"01.2.3.4", NULL}, {"1.2.3.00", NULL}, {"1.2.3.-4", NULL}, {"1.2.3.4 ", NULL},
    {" 1.2.3.4", NULL}, {"1.2.3.4a", NULL}, {"a.2.3.4", NULL}, {"1,2.3.4", NULL},
    {":", NULL}, {":::", NULL}, {":1", NULL}, {"1:", NULL}, {":1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7", NULL}, {"1:2:3:4:5:6:7:", NULL}, {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8::", NULL}, {"::1:2:3:4:5:6:7:8", NULL}, {"1::2::3", NULL},
    {"1:::2", NULL}, {"12345::", NULL}, {"g::", NULL}, {"G::", NULL}, {"`::", NULL}, {"/::", NULL},
    {"1::g", NULL}, {"1:2:3:4:5:6:7:g", NULL}, {"1:g:3:4:5:6:7:8", NULL}, {"::1%eth0", NULL},
    {"[::1]", NULL}, {"::1.2.3", NULL}, {"::1.2.3.256", NULL}, {"1.2.3.4::", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL}, {"1:2:3:4:5:1.2.3.4", NULL}, {"::1.2.3.4:5", NULL},
    {"\xD9\xA1.2.3.4", NULL}, {"1.2.3.4\xFF", NULL},
    {"11111111111111111111111111111111111111111111111111", NULL},
};

static void expect_bytes(const struct ns_address *address, const address_row *row)
{
    char bytes[33];
    for (size_t i = 0; i < 16; i++)
        sprintf(bytes + 2 * i, "%02x", address->bytes[i]);
    cr_expect_str_eq(bytes, row->bytes, "%s", row->text);
}

Test(addresses, are_read_or_refused)
{
    for (size_t i = 0; i < COUNT(addresses); i++) {
        const address_row *row = &addresses[i];
        struct ns_text text = ns_text_utf8(row->text, strlen(row->text));
        struct ns_address address;
        bool is_address = ns_parse_address(&text, &address);
        cr_expect_eq(is_address, row->bytes != NULL, "%s", row->text);
        if (is_address && row->bytes)
            expect_bytes(&address, row);
    }
}

Test(addresses, may_be_utf16_and_hold_no_nul)
{
    static const uint16_t wide[] = {'1', '.', '2', '.', '3', '.', '4'};
    struct ns_text text = ns_text_utf16(wide, COUNT(wide));
    struct ns_address address;
    cr_assert(ns_parse_address(&text, &address));
    expect_bytes(&address, &(address_row){"1.2.3.4", MAPPED "01020304"});
    text = ns_text_utf8("1.2.3.4\0", 8);
    cr_expect_not(ns_parse_address(&text, &address));
}

/* An address alone is a network of itself; what is no address is no network either. */
Test(networks, of_an_address_and_a_prefix)
{
    static const char *const wrong[] = {"/", "/x", "/-1", "/1x", "/1 ", "/1/2", "/01", "/1000",
                                        "//1", "x"};
    for (size_t i = 0; i < COUNT(addresses); i++) {
        const address_row *row = &addresses[i];
        bool is_ipv4 = strchr(row->text, ':') == NULL;
        unsigned most = is_ipv4 ? 32 : 128;
        for (unsigned prefix = 0; prefix <= most + 1; prefix++) {
            char text[100];
            sprintf(text, prefix > 0 ? "%s/%u" : "%s", row->text, prefix);
            struct ns_text given = ns_text_utf8(text, strlen(text));
            struct ns_network network;
            bool is_network = ns_parse_network(&given, &network);
            cr_assert_eq(is_network, row->bytes != NULL && prefix <= most, "%s", text);
            if (!is_network)
                continue;
            expect_bytes(&network.address, row);
            cr_expect_eq(network.prefix, (prefix ? prefix : most) + (is_ipv4 ? 96 : 0));
        }
    }
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char text[40];
        sprintf(text, "1.2.3.4%s", wrong[i]);
        struct ns_text given = ns_text_utf8(text, strlen(text));
        struct ns_network network;
        cr_expect_not(ns_parse_network(&given, &network), "%s", text);
    }
}

Test(networks, contain_what_begins_alike)
{
    struct ns_network network = {.prefix = 0};
    struct ns_address address;
    for (unsigned i = 0; i < 16; i++)
        network.address.bytes[i] = (unsigned char)(i * 37);
    for (network.prefix = 0; network.prefix <= 128; network.prefix++) {
        for (unsigned bit = 0; bit < 128; bit++) {
            address = network.address;
            cr_assert(ns_network_contains(&network, &address));
            address.bytes[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
            cr_assert_eq(ns_network_contains(&network, &address), bit >= network.prefix);
        }
    }
}
