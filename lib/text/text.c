/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text.h"

#include "text/simd.h"

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

uint32_t ns_utf8_next_slow(const unsigned char *data, size_t length, size_t *at)
{
    const unsigned char *b = data + *at;
    size_t left = length - *at;
    uint32_t lead = b[0];
    if (lead >= 0xC2 && lead <= 0xDF) {
        if (left >= 2 && is_continuation(b[1])) {
            *at += 2;
            return (lead & 0x1F) << 6 | (b[1] & 0x3Fu);
        }
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        if (left >= 3 && is_continuation(b[1]) && is_continuation(b[2])) {
            uint32_t c = (lead & 0x0F) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
            if (c >= 0x800 && (c & 0xF800) != 0xD800) { /* not overlong, no surrogate */
                *at += 3;
                return c;
            }
        }
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        if (left >= 4 && is_continuation(b[1]) && is_continuation(b[2]) &&
            is_continuation(b[3])) {
            uint32_t c = (lead & 0x07) << 18 | (b[1] & 0x3Fu) << 12 | (b[2] & 0x3Fu) << 6 |
                         (b[3] & 0x3Fu);
            if (c >= 0x10000 && c <= 0x10FFFF) {
                *at += 4;
                return c;
            }
        }
    }
    ++*at;
    return NS_BAD_BYTE + lead;
}

bool ns_is_ascii(const char *data, size_t length)
{
    return ns_lanes_are_ascii(data, length, false);
}

bool ns_text_is_ascii(const struct ns_text *text)
{
    return text->encoding == NS_UTF8 ? ns_lanes_are_ascii(text->data, text->length, false)
                                     : ns_lanes_are_ascii(text->data, text->length, true);
}

size_t ns_utf8_find_invalid(const char *data, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t start = at;
        if (length - at >= 8 && !(ns_load_bytes(data + at) & NS_HIGH_BITS))
            at += 8;
        else if (ns_utf8_next((const unsigned char *)data, length, &at) >= NS_BAD_BYTE)
            return start;
    }
    return length;
}
