/* SPDX-License-Identifier: Apache-2.0 */
/* Random texts worth searching: few different characters, some that fold to others,
 * some that look like ASCII where the wrong bits are dropped, some that are not valid. */
#ifndef NETSHARE_TESTS_RANDOM_TEXT_H
#define NETSHARE_TESTS_RANDOM_TEXT_H

#include "text/fold.h"
#include "text/text.h"

enum { RANDOM_TEXT_LONGEST = 1000 };

/* How many of the characters are outside ASCII. */
enum random_kind { RANDOM_ASCII, RANDOM_SOME, RANDOM_MANY };

/* Memory of the text's own size, so that every read behind its end is seen; and its
 * characters as wildcard_reference.h has them. */
struct random_text {
    struct ns_text text;
    void *memory;
    uint32_t *characters;
    size_t count;
};

uint32_t random_below(uint64_t *state, uint32_t limit);
uint32_t random_character(uint64_t *state, enum random_kind kind);

/* What the encoding has no form for comes out as something else: see `characters`. */
struct random_text random_text_of(const uint32_t *characters, size_t count,
                                  enum ns_encoding encoding);
struct random_text random_text_new(uint64_t *state, size_t count, enum random_kind kind,
                                   enum ns_encoding encoding);
/* The same with some characters in another case, and `changes` replaced by others. */
struct random_text random_text_variant(uint64_t *state, const struct random_text *from,
                                       uint32_t changes, enum ns_encoding encoding);
void random_text_free(struct random_text *text);

/* Folds what random texts have, by hand: not by the library. */
uint32_t random_text_fold_unicode(uint32_t character);
uint32_t random_text_fold_ascii(uint32_t character);
uint32_t random_text_fold_none(uint32_t character);

/* By enum ns_fold. */
extern uint32_t (*const random_text_folds[3])(uint32_t);

#endif
