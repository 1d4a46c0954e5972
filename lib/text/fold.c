/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fold.h"

#include <stdbool.h>

#include <utf8proc.h>

#include "text/fold_table.h"

/* Large scripts without cases, and the unpaired surrogates among them. */
static bool is_caseless(uint32_t character)
{
    return (character >= 0x2E80 && character < 0xA640) ||
           (character >= 0xAC00 && character < 0xFB00) ||
           (character >= 0x0590 && character < 0x10A0);
}

/*
 * utf8proc gives full folding, which may be several characters (status F). Those
 * that also have a simple folding (status S: sharp S, Greek with iota subscript)
 * have it as their lower case. U+0130 has status F and T only, thus none.
 */
uint32_t ns_fold_unicode(uint32_t character)
{
    if (character < 0x80)
        return ns_fold_ascii(character);
    if (character < NS_FOLD_TABLE_END)
        return NS_FOLD_TABLE[character - NS_FOLD_TABLE_START];
    if (character >= NS_FOLD_END || is_caseless(character))
        return character;
    utf8proc_int32_t folded[4] = {0};
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)character, folded, 4,
                                                     UTF8PROC_CASEFOLD, &boundary);
    return (uint32_t)(count == 1 ? folded[0] : utf8proc_tolower((utf8proc_int32_t)character));
}
