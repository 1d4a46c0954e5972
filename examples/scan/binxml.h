/* SPDX-License-Identifier: Apache-2.0 */
/* The binary XML of Windows event logs, one event's as a line of JSON. */
#ifndef SCAN_BINXML_H
#define SCAN_BINXML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"

/* A chunk of a log: offsets in binary XML, of names and templates, are from its start. */
struct binxml_chunk {
    const uint8_t *bytes;
    size_t length;
};

struct binxml;

/* NULL when out of memory. */
struct binxml *binxml_new(void);
/*
 * Writes what stands at [start, end) of the chunk as one JSON object and a line feed: an
 * element is a member of its parent; one with attributes is an object with "#attributes" and
 * "#text"; <Data Name="x"> is the member "x". NULL, or why it cannot be read; then nothing is
 * written. Any bytes will do, and take bounded time.
 */
const char *binxml_write(struct binxml *binxml, const struct binxml_chunk *chunk, size_t start,
                         size_t end, struct output *out);
void binxml_free(struct binxml *binxml);

#endif
