/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Case folding, one character to one: Unicode simple case folding (statuses C
 * and S of CaseFolding.txt), or A to Z only. Never depends on the locale.
 */
#ifndef NS_TEXT_FOLD_H
#define NS_TEXT_FOLD_H

#include <stdbool.h>
#include <stdint.h>

enum ns_fold { NS_FOLD_NONE, NS_FOLD_ASCII, NS_FOLD_UNICODE };

/* No character from here on folds to another one (Unicode 15: Adlam, 1E921). */
#define NS_FOLD_END UINT32_C(0x20000)

uint32_t ns_fold_unicode(uint32_t character);

static inline uint32_t ns_fold_ascii(uint32_t character)
{
    return character - 'A' < 26 ? character + 32 : character;
}

static inline uint32_t ns_fold(enum ns_fold fold, uint32_t character)
{
    if (fold == NS_FOLD_NONE)
        return character;
    if (character < 0x80 || fold == NS_FOLD_ASCII)
        return ns_fold_ascii(character);
    return ns_fold_unicode(character);
}

/* Does a character outside ASCII fold to this one? */
static inline bool ns_has_alias(uint32_t character, enum ns_fold fold)
{
    return fold == NS_FOLD_UNICODE && ((character | 0x20) == 'k' || (character | 0x20) == 's');
}

#endif
