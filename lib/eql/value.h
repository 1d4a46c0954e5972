/* SPDX-License-Identifier: Apache-2.0 */
/* Values while an expression is evaluated. Null is unknown. */
#ifndef NS_EQL_VALUE_H
#define NS_EQL_VALUE_H

#include <netshare/event.h>

#include "base/arena.h"
#include "eql/ast.h"
#include "text/fold.h"

enum ns_value_kind { NS_NULL, NS_BOOL, NS_INTEGER, NS_DECIMAL, NS_TEXT };

struct ns_value {
    enum ns_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double decimal;
        struct ns_text text; /* borrowed from the event, the program or the context */
    } as;
};

/* What an evaluation works with. */
struct ns_context {
    const struct ns_value *fields; /* by field slot of the expression */
    struct ns_arena *strings;      /* for strings that functions make */
    bool no_memory;                /* set when one could not be made */
};

static inline struct ns_value ns_null(void)
{
    return (struct ns_value){.kind = NS_NULL};
}

static inline struct ns_value ns_bool(bool boolean)
{
    return (struct ns_value){.kind = NS_BOOL, .as.boolean = boolean};
}

static inline struct ns_value ns_integer(int64_t integer)
{
    return (struct ns_value){.kind = NS_INTEGER, .as.integer = integer};
}

static inline struct ns_value ns_decimal(double decimal)
{
    return (struct ns_value){.kind = NS_DECIMAL, .as.decimal = decimal};
}

static inline struct ns_value ns_text_value(struct ns_text text)
{
    return (struct ns_value){.kind = NS_TEXT, .as.text = text};
}

static inline bool ns_is_number(struct ns_value value)
{
    return value.kind == NS_INTEGER || value.kind == NS_DECIMAL;
}

/* Is the value a whole number, whichever its kind? Numbers compare by value. */
static inline bool ns_value_is_whole(const struct ns_value *value, int64_t *whole)
{
    if (value->kind == NS_INTEGER) {
        *whole = value->as.integer;
        return true;
    }
    double decimal = value->as.decimal;
    if (value->kind != NS_DECIMAL || !(decimal >= -0x1p63 && decimal < 0x1p63))
        return false;
    *whole = (int64_t)decimal;
    return !((double)*whole < decimal || (double)*whole > decimal);
}

/* A value that an accessor gave. A string pointer of NULL is an empty string, an
 * unknown type is null. */
static inline void ns_value_read(const netshare_value *given, struct ns_value *value)
{
    /* Member by member: a whole struct that was just put together is slow to copy. And what
     * most values are first: a jump by a table is predicted badly. */
    if (given->type == NETSHARE_VALUE_UTF8) {
        const char *data = given->as.utf8.data;
        value->kind = NS_TEXT;
        value->as.text.data = data ? data : "";
        value->as.text.length = data ? given->as.utf8.length : 0;
        value->as.text.encoding = NS_UTF8;
        value->as.text.is_padded = false;
        return;
    }
    switch (given->type) {
    case NETSHARE_VALUE_BOOL:
        value->kind = NS_BOOL;
        value->as.boolean = given->as.boolean;
        break;
    case NETSHARE_VALUE_INT64:
        value->kind = NS_INTEGER;
        value->as.integer = given->as.int64;
        break;
    case NETSHARE_VALUE_DOUBLE:
        value->kind = NS_DECIMAL;
        value->as.decimal = given->as.float64;
        break;
    case NETSHARE_VALUE_UTF16:
        value->kind = NS_TEXT;
        value->as.text.data = given->as.utf16.data ? (const void *)given->as.utf16.data : "";
        value->as.text.length = given->as.utf16.data ? given->as.utf16.length : 0;
        value->as.text.encoding = given->as.utf16.data ? NS_UTF16 : NS_UTF8;
        value->as.text.is_padded = false;
        break;
    case NETSHARE_VALUE_NULL:
    default:
        value->kind = NS_NULL;
        break;
    }
}

/* Does the value fit a place for `type`? Null fits none but NS_TYPE_NULL and ANY. */
bool ns_value_fits(struct ns_value value, enum ns_type type);

/*
 * Applies a comparison (NS_NODE_EQUAL to NS_NODE_GREATER_EQUAL): a boolean, or null
 * when a side is null or the types do not compare. Numbers compare exactly by value,
 * strings by code point.
 */
struct ns_value ns_compare(enum ns_node_kind operator_kind, struct ns_value a,
                           struct ns_value b);

#endif
