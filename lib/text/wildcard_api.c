/* SPDX-License-Identifier: Apache-2.0 */
/* The public face of the wildcard engine. */
#include <netshare/wildcard.h>

#include "base/error.h"
#include "text/wildcard.h"

struct netshare_wildcard {
    struct ns_arena arena; /* owns this too */
    const struct ns_wildcard *compiled;
};

static enum ns_fold fold_of(uint32_t flags)
{
    if (flags & NETSHARE_WILDCARD_CASE_SENSITIVE)
        return NS_FOLD_NONE;
    return flags & NETSHARE_WILDCARD_ASCII_FOLDING ? NS_FOLD_ASCII : NS_FOLD_UNICODE;
}

netshare_wildcard *netshare_wildcard_compile(const char *pattern, size_t length, uint32_t flags,
                                             const netshare_allocator *allocator,
                                             netshare_error *error)
{
    const uint32_t known = NETSHARE_WILDCARD_CASE_SENSITIVE | NETSHARE_WILDCARD_ASCII_FOLDING;
    if (!pattern && length) {
        ns_error_argument(error, "pattern is NULL");
        return NULL;
    }
    if (flags & ~known) {
        ns_error_argument(error, "flags has a reserved bit set");
        return NULL;
    }
    netshare_allocator a = ns_allocator_or_default(allocator);
    struct ns_arena arena;
    ns_arena_init(&arena, &a);
    netshare_wildcard *wildcard = ns_arena_alloc(&arena, 1, sizeof *wildcard);
    const struct ns_wildcard *compiled =
        wildcard ? ns_wildcard_compile((struct ns_string){length ? pattern : "", length},
                                       fold_of(flags), &arena)
                 : NULL;
    if (!compiled) {
        ns_arena_free(&arena);
        ns_error_no_memory(error);
        return NULL;
    }
    wildcard->arena = arena;
    wildcard->compiled = compiled;
    return wildcard;
}

bool netshare_wildcard_match(const netshare_wildcard *wildcard, const char *text, size_t length)
{
    return ns_wildcard_match_in(wildcard->compiled, text, text ? length : 0, NS_UTF8);
}

bool netshare_wildcard_match_utf16(const netshare_wildcard *wildcard, const uint16_t *text,
                                   size_t length)
{
    return ns_wildcard_match_in(wildcard->compiled, text, text ? length : 0, NS_UTF16);
}

void netshare_wildcard_free(netshare_wildcard *wildcard)
{
    if (wildcard) {
        struct ns_arena arena = wildcard->arena;
        ns_arena_free(&arena);
    }
}
