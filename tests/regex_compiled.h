/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled regular expression with the memory it lives in. */
#ifndef NETSHARE_TESTS_REGEX_COMPILED_H
#define NETSHARE_TESTS_REGEX_COMPILED_H

#include "base/memory.h"
#include "text/regex.h"

typedef struct compiled {
    struct ns_arena arena;
    const struct ns_regex *regex; /* NULL when refused */
    netshare_status status;
    struct ns_regex_problem problem;
} compiled;

/* The union of the patterns; `allocator` may be NULL. */
void compile_all(compiled *c, const struct ns_string *patterns, size_t count, enum ns_fold fold,
                 const netshare_allocator *allocator);
void compile(compiled *c, const char *pattern, size_t length, enum ns_fold fold);
/* Fails the test when the pattern is refused. */
void compile_valid(compiled *c, const char *pattern, enum ns_fold fold);
void discard(compiled *c);

/* Has the text, folded, one of the literals that a text must have to match? */
bool has_required(const compiled *c, const char *text, size_t length, enum ns_fold fold);

bool matches(const compiled *c, const char *text, size_t length);
/* The verdict, which must be the same for the text in UTF-16 if it has such a form. */
bool matches_both(const compiled *c, const char *text, size_t length);

#endif
