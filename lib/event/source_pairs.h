/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data as XML-to-JSON converters write it: [{"@Name": key, "#text": value}, ...].
 * Flattened, the names and the texts are two lists; as an object without a text (an
 * empty element) adds to the names only, which text belongs to which name has to be
 * read off the document again.
 */
#ifndef NS_EVENT_SOURCE_PAIRS_H
#define NS_EVENT_SOURCE_PAIRS_H

#include "base/memory.h"

#define NS_PAIR_NAME "@Name"
#define NS_PAIR_TEXT "#text"

struct ns_pairs {
    netshare_allocator allocator;
    size_t *texts; /* by number of the name: the number of its text, or NS_NO_TEXT */
    size_t name_count;
    size_t text_count;
    size_t capacity;
};

#define NS_NO_TEXT SIZE_MAX

void ns_pairs_init(struct ns_pairs *pairs, const netshare_allocator *allocator);
/*
 * Reads the pairs that lie at the dotted `path` in a well-formed JSON object, or there
 * in its `_source`. There are none when the path or an object has another form. False
 * when out of memory.
 */
bool ns_pairs_read(struct ns_pairs *pairs, const char *json, size_t length, const char *path);
void ns_pairs_free(struct ns_pairs *pairs);

#endif
