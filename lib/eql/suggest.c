/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/suggest.h"

#include <string.h>

#include "text/fold.h"

enum { LONGEST = 24 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours from a to b; both short. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            uint32_t x = ns_fold_ascii((unsigned char)a[i - 1]);
            uint32_t y = ns_fold_ascii((unsigned char)b[j - 1]);
            row[j] = least(above[j - 1] + (x != y), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && x == ns_fold_ascii((unsigned char)b[j - 2]) &&
                y == ns_fold_ascii((unsigned char)a[i - 2]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

const char *ns_suggest(struct ns_string word, const char *(*nth)(size_t index))
{
    const char *best = NULL;
    if (word.length > LONGEST)
        return NULL;
    size_t best_distance = (word.length + 2) / 3; /* how far is near */
    for (size_t i = 0; nth(i); i++) {
        size_t distance = edit_distance(word.data, word.length, nth(i), strlen(nth(i)));
        if (distance < best_distance || (!best && distance == best_distance)) {
            best = nth(i);
            best_distance = distance;
        }
    }
    return best_distance < word.length ? best : NULL;
}
