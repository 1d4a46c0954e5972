/* SPDX-License-Identifier: Apache-2.0 */
#include "regex_compiled.h"

#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

void compile_all(compiled *c, const struct ns_string *patterns, size_t count, enum ns_fold fold,
                 const netshare_allocator *allocator)
{
    netshare_allocator chosen = ns_allocator_or_default(allocator);
    memset(c, 0, sizeof *c);
    ns_arena_init(&c->arena, &chosen);
    c->status = ns_regex_compile(patterns, count, fold, &c->arena, &c->regex, &c->problem);
    cr_assert_eq(c->regex != NULL, c->status == NETSHARE_OK);
}

void compile(compiled *c, const char *pattern, size_t length, enum ns_fold fold)
{
    compile_all(c, &(struct ns_string){pattern, length}, 1, fold, NULL);
}

void compile_valid(compiled *c, const char *pattern, enum ns_fold fold)
{
    compile(c, pattern, strlen(pattern), fold);
    cr_assert_eq(c->status, NETSHARE_OK, "%.80s: %s", pattern, c->problem.message);
}

void discard(compiled *c)
{
    ns_arena_free(&c->arena);
}

bool matches(const compiled *c, const char *text, size_t length)
{
    struct ns_text utf8 = ns_text_utf8(text, length);
    return ns_regex_match(c->regex, &utf8);
}

bool matches_both(const compiled *c, const char *text, size_t length)
{
    bool verdict = matches(c, text, length);
    size_t units = 0;
    uint16_t *wide = test_to_utf16(text, length, &units);
    if (wide != NULL) {
        struct ns_text utf16 = ns_text_utf16(wide, units);
        cr_assert_eq(ns_regex_match(c->regex, &utf16), verdict, "UTF-16 differs: '%.*s'",
                     (int)length, text);
        free(wide);
    }
    return verdict;
}

static bool stands_at(const struct ns_string *literal, const struct ns_text *text, size_t at,
                      enum ns_fold fold)
{
    for (size_t i = 0; i < literal->length; i++) {
        if (at == text->length ||
            ns_fold(fold, ns_text_next(text, &at)) != (unsigned char)literal->data[i])
            return false;
    }
    return true;
}

bool has_required(const compiled *c, const char *text, size_t length, enum ns_fold fold)
{
    struct ns_text utf8 = ns_text_utf8(text, length);
    size_t count;
    const struct ns_string *literals = ns_regex_required_literals(c->regex, &count);
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < length; ns_text_next(&utf8, &at)) {
            if (stands_at(&literals[i], &utf8, at, fold))
                return true;
        }
    }
    return false;
}
