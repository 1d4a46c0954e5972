/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to text and back, exactly and independently of the locale. */
#ifndef NS_TEXT_NUMBER_H
#define NS_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Digits in base 2 to 36, no sign. False when empty, malformed or above INT64_MAX. */
bool ns_parse_integer(const char *text, size_t length, int base, int64_t *value);

/*
 * `1`, `1.5`, `1.`, `.5`, each with an exponent or not; no sign. The nearest
 * double, ties to even; infinity when too large. False when malformed.
 */
bool ns_parse_decimal(const char *text, size_t length, double *value);

enum { NS_NUMBER_TEXT = 40 };

/* As Java's Long.toString and Double.toString write it; returns the length. */
size_t ns_format_integer(int64_t value, char text[NS_NUMBER_TEXT]);
size_t ns_format_decimal(double value, char text[NS_NUMBER_TEXT]);

#endif
