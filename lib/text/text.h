/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as the engine reads it: borrowed UTF-8 or UTF-16, decoded without ever
 * failing. A byte that is not part of well-formed UTF-8 is a character of its
 * own, NS_BAD_BYTE + byte; an unpaired surrogate is the character of its number.
 */
#ifndef NS_TEXT_TEXT_H
#define NS_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes, in UTF-8 unless stated otherwise. */
struct ns_string {
    const char *data;
    size_t length;
};

enum ns_encoding { NS_UTF8, NS_UTF16 };

struct ns_text {
    const void *data; /* bytes, or uint16_t in machine order */
    size_t length;    /* in bytes, or in 16-bit units */
    enum ns_encoding encoding;
    bool is_padded; /* UTF-8, and NS_TEXT_PADDING bytes behind it may be read, whatever they are */
};

enum { NS_TEXT_PADDING = 32 };

/* Characters from here up to NS_CHARACTER_END are bytes that are not UTF-8. */
#define NS_BAD_BYTE UINT32_C(0x110000)
#define NS_CHARACTER_END UINT32_C(0x110100)

static inline struct ns_text ns_text_utf8(const char *data, size_t length)
{
    return (struct ns_text){data, length, NS_UTF8, false};
}

static inline struct ns_text ns_text_string(struct ns_string s)
{
    return ns_text_utf8(s.data, s.length);
}

static inline struct ns_text ns_text_utf16(const uint16_t *data, size_t length)
{
    return (struct ns_text){data, length, NS_UTF16, false};
}

/*
 * The character at *at, which is below `length`, and moves *at behind it.
 * Table 3-7 of the Unicode standard says what is well-formed. The slow one is for
 * characters outside ASCII.
 */
uint32_t ns_utf8_next_slow(const unsigned char *data, size_t length, size_t *at);

static inline uint32_t ns_utf8_next(const unsigned char *data, size_t length, size_t *at)
{
    unsigned char byte = data[*at];
    if (byte < 0x80) {
        ++*at;
        return byte;
    }
    return ns_utf8_next_slow(data, length, at);
}

static inline uint32_t ns_utf16_next(const uint16_t *data, size_t length, size_t *at)
{
    uint32_t unit = data[(*at)++];
    if ((unit & 0xFC00) == 0xD800 && *at < length && (data[*at] & 0xFC00) == 0xDC00)
        unit = 0x10000 + ((unit & 0x3FF) << 10) + (data[(*at)++] & 0x3FFu);
    return unit;
}

/* The character at *at, in bytes or units as the text counts, below its length. */
static inline uint32_t ns_text_next(const struct ns_text *text, size_t *at)
{
    if (text->encoding == NS_UTF8)
        return ns_utf8_next(text->data, text->length, at);
    return ns_utf16_next(text->data, text->length, at);
}

/* Are these bytes the word? Their first is compared first: most are told by it. */
static inline bool ns_is_word(const char *word, const char *text, size_t length)
{
    return (length == 0 || *word == *text) && strlen(word) == length &&
           memcmp(word, text, length) == 0;
}

/* Is every byte, or every character, below 0x80? */
bool ns_is_ascii(const char *data, size_t length);
bool ns_text_is_ascii(const struct ns_text *text);

/* The first byte that is not well-formed UTF-8, `length` when there is none. */
size_t ns_utf8_find_invalid(const char *data, size_t length);

#endif
