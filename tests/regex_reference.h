/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions by their definition, to compare the engine with: a parser that
 * follows the grammar rule by rule, and for every part of the pattern the set of all
 * places in the text where it may end. */
#ifndef NETSHARE_TESTS_REGEX_REFERENCE_H
#define NETSHARE_TESTS_REGEX_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REFERENCE_LONGEST_TEXT = 31 }; /* in characters */

typedef enum reference_fold {
    REFERENCE_EXACT,
    REFERENCE_ASCII,
    REFERENCE_UNICODE
} reference_fold;

typedef struct reference_regex reference_regex;

/* NULL when the pattern is malformed. */
reference_regex *reference_regex_parse(const char *pattern, size_t length);
void reference_regex_free(reference_regex *regex);

/* Case is known of the letters of ASCII and of those in test_regex_random.c's alphabet. */
bool reference_regex_match(const reference_regex *regex, const char *text, size_t length,
                           reference_fold fold);

#endif
