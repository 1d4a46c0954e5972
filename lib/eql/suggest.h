/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean ...?" */
#ifndef NS_EQL_SUGGEST_H
#define NS_EQL_SUGGEST_H

#include "text/text.h"

/*
 * The nearest of the words that `nth` gives (C strings of at most 24 bytes, NULL past
 * the last) by edit distance, ignoring ASCII case; NULL when none is near.
 */
const char *ns_suggest(struct ns_string word, const char *(*nth)(size_t index));

#endif
