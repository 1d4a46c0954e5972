/* SPDX-License-Identifier: Apache-2.0 */
#include "text/network.h"

#include <string.h>

enum { LONGEST_NETWORK = 49 }; /* eight groups, the last two as IPv4, and /128 */

/* The text as NUL-terminated ASCII; false when it cannot be an address. */
static bool to_ascii(const struct ns_text *text, char out[LONGEST_NETWORK + 1])
{
    size_t count = 0;
    for (size_t at = 0; at < text->length;) {
        uint32_t c = ns_text_next(text, &at);
        if (c == 0 || c >= 0x80 || count == LONGEST_NETWORK)
            return false;
        out[count++] = (char)c;
    }
    out[count] = '\0';
    return true;
}

/* Up to `most` decimal digits, without a needless leading zero. */
static bool read_number(const char **s, size_t most, unsigned limit, unsigned *number)
{
    size_t digits = 0;
    *number = 0;
    while (**s >= '0' && **s <= '9') {
        if (digits == most || (digits > 0 && *number == 0))
            return false;
        *number = *number * 10 + (unsigned)(*(*s)++ - '0');
        digits++;
    }
    return digits > 0 && *number <= limit;
}

static bool read_ipv4(const char **s, unsigned char bytes[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned number;
        if ((i > 0 && *(*s)++ != '.') || !read_number(s, 3, 255, &number))
            return false;
        bytes[i] = (unsigned char)number;
    }
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* A group of one to four hexadecimal digits. */
static bool read_group(const char **s, unsigned char bytes[2])
{
    unsigned group = 0;
    int digits = 0;
    for (; digits < 4 && hex_value(**s) >= 0; digits++)
        group = group * 16 + (unsigned)hex_value(*(*s)++);
    bytes[0] = (unsigned char)(group >> 8);
    bytes[1] = (unsigned char)group;
    return digits > 0;
}

/* Does an IPv4 address start here, as the last 32 bits of an IPv6 address? */
static bool is_ipv4_ahead(const char *s)
{
    while (hex_value(*s) >= 0)
        s++;
    return *s == '.';
}

static bool read_ipv6(const char **s, unsigned char bytes[16])
{
    unsigned char given[16];
    size_t count = 0, gap = SIZE_MAX;
    if (**s == ':' && (*s)[1] != ':')
        return false;
    while (count < 16) {
        if (**s == ':' && (*s)[1] == ':' && gap == SIZE_MAX) {
            gap = count;
            *s += 2;
            if (hex_value(**s) < 0)
                break;
        } else if (count > 0) {
            if (**s != ':' || hex_value((*s)[1]) < 0)
                break;
            ++*s;
        }
        if (count <= 12 && is_ipv4_ahead(*s)) {
            if (!read_ipv4(s, given + count))
                return false;
            count += 4;
            break;
        }
        if (!read_group(s, given + count))
            return false;
        count += 2;
    }
    if (gap == SIZE_MAX ? count != 16 : count > 14)
        return false;
    if (gap == SIZE_MAX)
        gap = count;
    memset(bytes, 0, 16);
    memcpy(bytes, given, gap);
    memcpy(bytes + 16 - (count - gap), given + gap, count - gap);
    return true;
}

static const unsigned char MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static bool read_address(const char **s, struct ns_address *address, bool *is_ipv4)
{
    *is_ipv4 = !strchr(*s, ':');
    if (!*is_ipv4)
        return read_ipv6(s, address->bytes);
    memcpy(address->bytes, MAPPED, sizeof MAPPED);
    return read_ipv4(s, address->bytes + sizeof MAPPED);
}

bool ns_parse_address(const struct ns_text *text, struct ns_address *address)
{
    char ascii[LONGEST_NETWORK + 1];
    bool is_ipv4;
    if (!to_ascii(text, ascii))
        return false;
    const char *s = ascii;
    return read_address(&s, address, &is_ipv4) && *s == '\0';
}

bool ns_parse_network(const struct ns_text *text, struct ns_network *network)
{
    char ascii[LONGEST_NETWORK + 1];
    bool is_ipv4;
    if (!to_ascii(text, ascii))
        return false;
    const char *s = ascii;
    if (!read_address(&s, &network->address, &is_ipv4))
        return false;
    network->prefix = is_ipv4 ? 32 : 128;
    if (*s == '/') {
        s++;
        if (!read_number(&s, 3, network->prefix, &network->prefix))
            return false;
    }
    if (is_ipv4)
        network->prefix += 96;
    return *s == '\0';
}

bool ns_network_contains(const struct ns_network *network, const struct ns_address *address)
{
    size_t whole = network->prefix / 8;
    unsigned bits = network->prefix % 8;
    if (memcmp(network->address.bytes, address->bytes, whole) != 0)
        return false;
    return bits == 0 ||
           (network->address.bytes[whole] ^ address->bytes[whole]) >> (8 - bits) == 0;
}
