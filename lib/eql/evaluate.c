/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/evaluate.h"

/* --- Tests ------------------------------------------------------------------------- */

static bool equals(const struct ns_value *a, const struct ns_value *b, enum ns_fold fold)
{
    if (a->kind == NS_TEXT && b->kind == NS_TEXT)
        return ns_text_equal(&a->as.text, &b->as.text, fold);
    struct ns_value equal = ns_compare(NS_NODE_EQUAL, *a, *b);
    return equal.kind == NS_BOOL && equal.as.boolean;
}

static bool equals_a_value(const struct ns_test *test, const struct ns_value *value)
{
    for (size_t i = 0; i < test->value_count; i++) {
        if (equals(value, &test->values[i], NS_FOLD_NONE))
            return true;
    }
    return false;
}

static bool matches_a_pattern(const struct ns_test *test, const struct ns_text *text)
{
    if (test->pattern_set)
        return ns_pattern_set_matches(test->pattern_set, text);
    for (size_t i = 0; i < test->pattern_count; i++) {
        if (ns_wildcard_match(test->patterns[i].compiled, text))
            return true;
    }
    return false;
}

bool ns_test_text(const struct ns_test *test, const struct ns_text *text)
{
    return (test->set && ns_string_set_contains(test->set, text)) ||
           (test->pattern_count && matches_a_pattern(test, text));
}

static bool is_any_of(const struct ns_test *test, const struct ns_value *value)
{
    if (value->kind != NS_TEXT)
        return value->kind != NS_NULL && equals_a_value(test, value);
    const struct ns_text *text = &value->as.text;
    return ns_test_text(test, text) || (test->regex && ns_regex_match(test->regex, text));
}

static bool is_in_networks(const struct ns_test *test, const struct ns_value *value)
{
    struct ns_address address;
    if (value->kind != NS_TEXT || !ns_parse_address(&value->as.text, &address))
        return false;
    for (size_t i = 0; i < test->network_count; i++) {
        if (ns_network_contains(&test->networks[i], &address))
            return true;
    }
    return false;
}

bool ns_test_value(const struct ns_test *test, const struct ns_value *value)
{
    switch (test->kind) {
    case NS_TEST_ANY_OF:
        return is_any_of(test, value);
    case NS_TEST_COMPARE: {
        struct ns_value result = ns_compare(test->comparison, *value, test->constant);
        return result.kind == NS_BOOL && result.as.boolean;
    }
    case NS_TEST_NETWORKS:
        return is_in_networks(test, value);
    case NS_TEST_PRESENT:
        return value->kind != NS_NULL;
    case NS_TEST_NULL:
        return value->kind == NS_NULL;
    case NS_TEST_TRUE:
    default:
        return value->kind == NS_BOOL && value->as.boolean;
    }
}

/* --- Expressions --------------------------------------------------------------------- */

static struct ns_value arithmetic(enum ns_node_kind node, struct ns_value a, struct ns_value b)
{
    if (!ns_is_number(a) || !ns_is_number(b))
        return ns_null();
    switch (node) {
    case NS_NODE_ADD:
        return ns_add(a, b);
    case NS_NODE_SUBTRACT:
        return ns_subtract(a, b);
    case NS_NODE_MULTIPLY:
        return ns_multiply(a, b);
    case NS_NODE_DIVIDE:
        return ns_divide(a, b);
    case NS_NODE_MODULO:
    default:
        return ns_modulo(a, b);
    }
}

static struct ns_value negate(struct ns_value v)
{
    if (v.kind == NS_DECIMAL)
        return ns_decimal(-v.as.decimal);
    return v.kind == NS_INTEGER ? ns_subtract(ns_integer(0), v) : ns_null();
}

/* Nulls among the others are passed over: nothing equals them. */
static struct ns_value is_in(const struct ns_op *op, const struct ns_value *operands)
{
    if (operands[0].kind == NS_NULL)
        return ns_null();
    for (size_t i = 1; i < op->count; i++) {
        if (equals(&operands[0], &operands[i], op->fold))
            return ns_bool(true);
    }
    return ns_bool(false);
}

static struct ns_value call(const struct ns_op *op, struct ns_context *context,
                            const struct ns_value *arguments)
{
    const struct ns_function *f = op->as.function;
    for (size_t i = 0; i < op->count; i++) {
        size_t which = f->most_arguments == NS_ANY_NUMBER && i > 1 ? 1 : i;
        bool is_null = arguments[i].kind == NS_NULL;
        if (is_null ? !f->takes_null : !ns_value_fits(arguments[i], f->arguments[which]))
            return ns_null();
    }
    return f->call(context, arguments, op->count, op->fold);
}

static struct ns_value apply_test(const struct ns_op *op, const struct ns_value *value)
{
    if (value->kind == NS_NULL && op->as.test->kind != NS_TEST_NULL)
        return ns_null();
    if (op->node == NS_NODE_CALL && value->kind != NS_TEXT) /* no argument for such a function */
        return ns_null();
    return ns_bool(ns_test_value(op->as.test, value));
}

/* `and`: false if any is false; `or`: true if any is true; else null if any is null. */
static struct ns_value junction(bool decisive, const struct ns_value *operands, size_t count)
{
    bool unknown = false;
    for (size_t i = 0; i < count; i++) {
        if (operands[i].kind != NS_BOOL)
            unknown = true;
        else if (operands[i].as.boolean == decisive)
            return ns_bool(decisive);
    }
    return unknown ? ns_null() : ns_bool(!decisive);
}

struct ns_value ns_expression_run(const struct ns_expression *expression,
                                  struct ns_context *context, struct ns_value *stack)
{
    struct ns_value *top = stack; /* the first free place */
    for (size_t i = 0; i < expression->op_count; i++) {
        const struct ns_op *op = &expression->ops[i];
        switch (op->kind) {
        case NS_OP_CONSTANT:
            *top++ = op->as.constant;
            break;
        case NS_OP_FIELD:
            *top++ = context->fields[op->as.slot];
            break;
        case NS_OP_CALL:
            top -= op->count;
            *top = call(op, context, top);
            top++;
            break;
        case NS_OP_NEGATE:
            top[-1] = negate(top[-1]);
            break;
        case NS_OP_ARITHMETIC:
            top--;
            top[-1] = arithmetic(op->node, top[-1], top[0]);
            break;
        case NS_OP_COMPARE:
            top--;
            top[-1] = ns_compare(op->node, top[-1], top[0]);
            break;
        case NS_OP_TEST:
            top[-1] = apply_test(op, &top[-1]);
            break;
        case NS_OP_IN:
            top -= op->count;
            *top = is_in(op, top);
            top++;
            break;
        case NS_OP_NOT:
            top[-1] = top[-1].kind == NS_BOOL ? ns_bool(!top[-1].as.boolean) : ns_null();
            break;
        case NS_OP_AND:
        case NS_OP_OR:
        default:
            top -= op->count;
            *top = junction(op->kind == NS_OP_OR, top, op->count);
            top++;
            break;
        }
    }
    return top[-1];
}
