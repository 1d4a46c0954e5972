/* SPDX-License-Identifier: Apache-2.0 */
/* The values in binary XML as JSON texts. */
#ifndef SCAN_BINXML_VALUE_H
#define SCAN_BINXML_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"

enum {
    BINXML_NULL = 0x00,
    BINXML_STRING = 0x01,
    BINXML_XML = 0x21, /* more binary XML; not for the functions here */
    BINXML_ARRAY = 0x80 /* added to the type of its items */
};

/* An unsigned number of up to 8 bytes, the lowest first. */
uint64_t binxml_number(const uint8_t *bytes, size_t size);
/* UTF-16 without quotes, escaped as in a JSON string; pairs that are none as \uD800. */
void binxml_write_utf16(struct output *out, const uint8_t *bytes, size_t size);
/*
 * Writes a value without quotes. It needs none where `bare` comes out true: a number or
 * boolean. false when the type is not known or the size does not fit it.
 */
bool binxml_write_value(struct output *out, int type, const uint8_t *bytes, size_t size,
                        bool *bare);
/* The size of the first item of an array; 0 when there is none of that type. */
size_t binxml_item_size(int type, const uint8_t *bytes, size_t size);

#endif
