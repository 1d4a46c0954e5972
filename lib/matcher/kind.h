/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules may match events of a kind. Events are of a kind when the same gates hold on
 * them; there are few kinds, so that what is found of them is kept. So is which kind the texts
 * of the gates' fields make, which are few too: then gates need not be looked up. */
#ifndef NS_MATCHER_KIND_H
#define NS_MATCHER_KIND_H

#include "matcher/index.h"

/* Arrays of bits. */
struct ns_kind {
    uint64_t *gates;   /* that hold, by number, and bit 0: what makes the kind; all 0: none */
    uint64_t *rules;   /* whose gates hold */
    uint64_t *unkeyed; /* of these, those that are looked at whatever the values */
    uint64_t *fields;  /* to be looked up for the keys of the others */
    uint64_t made;     /* how often: another time, another kind */
};

enum { NS_KEPT_KINDS = 32, NS_KEPT_SIGNATURES = 32, NS_SIGNATURE_WORDS = 28 };

/* The texts of the gates' fields: of each a word that says which and how long, and its bytes,
 * eight at a time. */
struct ns_signature {
    size_t count; /* of words */
    uint64_t words[NS_SIGNATURE_WORDS];
};

struct ns_signed_kind {
    struct ns_signature signature;
    const struct ns_kind *kind; /* NULL: none */
    uint64_t made;
};

/* Makes scratch->kinds and scratch->signed_kinds. False when out of memory. */
bool ns_kinds_make(netshare_scratch *scratch);
void ns_kinds_free(netshare_scratch *scratch);

/* The kind of the event at hand. It is valid until the next call. */
const struct ns_kind *ns_kind_find(netshare_scratch *scratch);

#endif
