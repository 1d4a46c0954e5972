/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EQL as docs/semantics.md defines it, straight from the syntax tree: slow, without any
 * state, and sharing no code with the compiler and the engine. It knows that some things
 * are not defined (see naive.is_uncertain) and then gives no verdict.
 */
#ifndef NETSHARE_FUZZ_INTERPRETER_H
#define NETSHARE_FUZZ_INTERPRETER_H

#include "characters.h"
#include "eql/ast.h"
#include "generate.h"

/* A string is UTF-16 units, as positions count them, and bytes that are not UTF-8. */
struct naive_string {
    const uint32_t *units;
    size_t length;
};

enum naive_kind { NAIVE_NULL, NAIVE_BOOL, NAIVE_INTEGER, NAIVE_DOUBLE, NAIVE_STRING };

struct naive_value {
    enum naive_kind kind;
    bool boolean;
    int64_t integer;
    double decimal;
    struct naive_string string;
};

struct naive_block {
    struct naive_block *next;
};

struct naive {
    const struct fuzz_event *event;
    enum naive_fold fold; /* of what ignores case */
    /* Something came up on which the definition is silent or leaves room: a part of a
     * character made a string, a position that is no integer, a regular expression over
     * more than the reference takes. */
    bool is_uncertain;
    struct naive_block *memory;
};

/* The verdict of a checked query. False and `naive->is_uncertain` when there is none. */
bool naive_verdict(struct naive *naive, const struct ns_event_filter *filter);
void naive_release(struct naive *naive);

/* --- between the two halves of the interpreter --- */

void *naive_allocate(struct naive *naive, size_t size);
struct naive_value naive_read(struct naive *naive, const netshare_value *value);
struct naive_value naive_bool(bool boolean);
bool naive_equals(struct naive_string a, struct naive_string b, enum naive_fold fold);
/* The characters of a string, and where each begins: places has one more, the end. */
size_t naive_characters(struct naive *naive, struct naive_string string, uint32_t **characters,
                        size_t **places);
/* `operator_kind` is one of the arithmetic operators. */
struct naive_value naive_arithmetic(enum ns_node_kind operator_kind, struct naive_value a,
                                    struct naive_value b);
/* The call of a function that is not wildcard(). */
struct naive_value naive_call(struct naive *naive, const struct ns_node *call,
                              const struct naive_value *arguments);

#endif
