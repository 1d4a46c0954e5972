/* SPDX-License-Identifier: Apache-2.0 */
/* Text and wildcards by their definition, for the targets to compare the engine with. */
#ifndef NETSHARE_FUZZ_CHARACTERS_H
#define NETSHARE_FUZZ_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A byte that is not UTF-8 is the character NAIVE_BAD_BYTE + byte, greater than all others. */
#define NAIVE_BAD_BYTE UINT32_C(0x200000)

enum naive_fold { NAIVE_EXACT, NAIVE_ASCII, NAIVE_UNICODE };

/* The characters of bytes that are meant as UTF-8; `out` has room for `length`. */
size_t naive_from_utf8(const void *bytes, size_t length, uint32_t *out);
/* Those of UTF-16; an unpaired surrogate is a character. */
size_t naive_from_utf16(const uint16_t *units, size_t length, uint32_t *out);

uint32_t naive_fold(enum naive_fold fold, uint32_t character);

/* Does the pattern cover the text? In time of their lengths multiplied. */
bool naive_wildcard(const uint32_t *pattern, size_t pattern_length, const uint32_t *text,
                    size_t text_length, enum naive_fold fold);

#endif
