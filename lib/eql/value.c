/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/value.h"

#include "text/string_set.h"

bool ns_value_fits(struct ns_value value, enum ns_type type)
{
    switch (type) {
    case NS_TYPE_BOOL:
        return value.kind == NS_BOOL;
    case NS_TYPE_NUMBER:
        return ns_is_number(value);
    case NS_TYPE_STRING:
        return value.kind == NS_TEXT;
    default:
        return true;
    }
}

enum order { BEFORE, SAME, AFTER, UNORDERED };

static enum order order_of(bool before, bool same)
{
    return before ? BEFORE : same ? SAME : AFTER;
}

/* Without rounding the integer to a double. */
static enum order order_integer_decimal(int64_t a, double b)
{
    if (b != b)
        return UNORDERED;
    if (b >= 0x1p63)
        return BEFORE;
    if (b < -0x1p63)
        return AFTER;
    int64_t whole = (int64_t)b; /* towards zero */
    if (a != whole)
        return order_of(a < whole, false);
    double fraction = b - (double)whole;
    return order_of(fraction > 0, fraction == 0);
}

static enum order reverse(enum order order)
{
    return order == BEFORE ? AFTER : order == AFTER ? BEFORE : order;
}

/* Of two numbers or two texts. */
static enum order order_values(struct ns_value a, struct ns_value b)
{
    if (a.kind == NS_TEXT) {
        int difference = ns_text_compare(&a.as.text, &b.as.text);
        return order_of(difference < 0, difference == 0);
    }
    if (a.kind == NS_INTEGER && b.kind == NS_INTEGER)
        return order_of(a.as.integer < b.as.integer, a.as.integer == b.as.integer);
    if (a.kind == NS_INTEGER)
        return order_integer_decimal(a.as.integer, b.as.decimal);
    if (b.kind == NS_INTEGER)
        return reverse(order_integer_decimal(b.as.integer, a.as.decimal));
    if (a.as.decimal != a.as.decimal || b.as.decimal != b.as.decimal)
        return UNORDERED;
    return order_of(a.as.decimal < b.as.decimal, a.as.decimal == b.as.decimal);
}

struct ns_value ns_compare(enum ns_node_kind operator_kind, struct ns_value a, struct ns_value b)
{
    bool is_equality = operator_kind == NS_NODE_EQUAL || operator_kind == NS_NODE_NOT_EQUAL;
    bool equal_when_same = operator_kind != NS_NODE_NOT_EQUAL;
    if (a.kind == NS_BOOL && b.kind == NS_BOOL && is_equality)
        return ns_bool((a.as.boolean == b.as.boolean) == equal_when_same);
    if (!(ns_is_number(a) && ns_is_number(b)) && !(a.kind == NS_TEXT && b.kind == NS_TEXT))
        return ns_null();
    if (is_equality && a.kind == NS_TEXT)
        return ns_bool(ns_text_equal(&a.as.text, &b.as.text, NS_FOLD_NONE) == equal_when_same);
    enum order order = order_values(a, b);
    switch (operator_kind) {
    case NS_NODE_EQUAL:
        return ns_bool(order == SAME);
    case NS_NODE_NOT_EQUAL:
        return ns_bool(order != SAME);
    case NS_NODE_LESS:
        return ns_bool(order == BEFORE);
    case NS_NODE_LESS_EQUAL:
        return ns_bool(order == BEFORE || order == SAME);
    case NS_NODE_GREATER:
        return ns_bool(order == AFTER);
    case NS_NODE_GREATER_EQUAL:
    default:
        return ns_bool(order == AFTER || order == SAME);
    }
}
