/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of one source have the same keys in the same order, most of the time. The trail
 * keeps which key came behind which, and where it led: a key that is the expected one is read
 * by one comparison, and all others as if there were no trail.
 */
#ifndef NS_EVENT_JSON_TRAIL_H
#define NS_EVENT_JSON_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event/json_scan.h"

enum { NS_JSON_CRUMB = 32, NS_JSON_CRUMBS = 512 };

/* A key in an object at the place `from`, which led to the place `to`. */
struct ns_json_crumb {
    /* The key with its quotes and the colon, and the quote of a string; filled up with zeros. */
    char text[NS_JSON_CRUMB];
    struct ns_json_crumb *next; /* the one that came behind it last */
    uint32_t length;
    uint16_t low_bits, high_bits; /* as many as the length */
    uint32_t from, to;
    bool is_string; /* its value */
};

/* A table by hash. What has no room displaces what is there: that only costs time. */
struct ns_json_trail {
    struct ns_json_crumb *last; /* crumbs[0], which stands for no key, at the start */
    struct ns_json_crumb crumbs[NS_JSON_CRUMBS];
};

void ns_json_trail_init(struct ns_json_trail *trail);

/* Adds a key of `length` bytes, quotes and colon included, and the quote of a string, behind the
 * last one. `parent` is the key whose value the object is in. */
void ns_json_trail_add(struct ns_json_trail *trail, const struct ns_json_crumb *parent,
                       uint32_t from, uint32_t to, const char *text, size_t length);

/* The next key is the first of a document. */
static inline void ns_json_trail_start(struct ns_json_trail *trail)
{
    trail->last = trail->crumbs;
}

/* Is the crumb's text at `p`, where NS_JSON_CRUMB bytes may be read? */
static inline bool ns_json_fits(const struct ns_json_crumb *crumb, const char *p)
{
#if defined(NS_SSE2)
    __m128i low = _mm_cmpeq_epi8(ns_json_load(p), ns_json_load(crumb->text));
    if (~(uint32_t)_mm_movemask_epi8(low) & crumb->low_bits)
        return false;
    if (!crumb->high_bits) /* most keys are short */
        return true;
    __m128i high = _mm_cmpeq_epi8(ns_json_load(p + 16), ns_json_load(crumb->text + 16));
    return (~(uint32_t)_mm_movemask_epi8(high) & crumb->high_bits) == 0;
#else
    return memcmp(p, crumb->text, crumb->length) == 0;
#endif
}

/* The same where the text ends sooner. */
static inline bool ns_json_fits_before(const struct ns_json_crumb *crumb, const char *p,
                                       const char *end)
{
    return (size_t)(end - p) >= crumb->length && memcmp(p, crumb->text, crumb->length) == 0;
}

/* The expected key, if that is at `p` in an object at `from`, and now the last one; else NULL. */
static inline const struct ns_json_crumb *
ns_json_trail_follow(struct ns_json_trail *trail, uint32_t from, const char *p, const char *end)
{
    struct ns_json_crumb *crumb = trail->last->next;
    bool fits = NS_LIKELY(end - p >= NS_JSON_CRUMB) ? ns_json_fits(crumb, p)
                                                    : ns_json_fits_before(crumb, p, end);
    if (NS_UNLIKELY(!fits || crumb->from != from))
        return NULL;
    trail->last = crumb;
    return crumb;
}

#endif
