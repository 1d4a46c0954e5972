/* SPDX-License-Identifier: Apache-2.0 */
/* Wildcards by the textbook, to compare the engine with. */
#ifndef NETSHARE_TESTS_WILDCARD_REFERENCE_H
#define NETSHARE_TESTS_WILDCARD_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The characters of a text; a byte that is not UTF-8 is a character of its own. */
size_t reference_characters(const char *bytes, size_t length, uint32_t *characters);
/* Those of UTF-16; an unpaired surrogate is a character of its own. */
size_t reference_characters_utf16(const uint16_t *units, size_t length, uint32_t *characters);

/* One row of the pattern × text table after the other. `fold` gives the character
 * that stands for all that are the same regardless of case. */
bool reference_match(const uint32_t *pattern, size_t pattern_length, const uint32_t *text,
                     size_t text_length, uint32_t (*fold)(uint32_t));

#endif
