/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/describe.h"

#include <string.h>

#include "text/number.h"

static void add(struct ns_buffer *out, const char *text)
{
    ns_buffer_add(out, text, strlen(text));
}

/* In quotes; control characters, quotes and backslashes as escapes. */
static void add_string(struct ns_buffer *out, struct ns_string text)
{
    static const char HEX[] = "0123456789abcdef";
    ns_buffer_add_byte(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c == 0x7F) {
            char escape[] = {'\\', 'x', HEX[c >> 4], HEX[c & 15]};
            ns_buffer_add(out, escape, sizeof escape);
            continue;
        }
        if (c == '"' || c == '\\')
            ns_buffer_add_byte(out, '\\');
        ns_buffer_add_byte(out, text.data[i]);
    }
    ns_buffer_add_byte(out, '"');
}

static void add_number(struct ns_buffer *out, size_t number)
{
    char text[NS_NUMBER_TEXT];
    ns_buffer_add(out, text, ns_format_integer((int64_t)number, text));
}

static void add_value(struct ns_buffer *out, const struct ns_value *value)
{
    char text[NS_NUMBER_TEXT];
    switch (value->kind) {
    case NS_BOOL:
        add(out, value->as.boolean ? "true" : "false");
        break;
    case NS_INTEGER:
        ns_buffer_add(out, text, ns_format_integer(value->as.integer, text));
        break;
    case NS_DECIMAL:
        ns_buffer_add(out, text, ns_format_decimal(value->as.decimal, text));
        break;
    case NS_TEXT:
        add_string(out, (struct ns_string){value->as.text.data, value->as.text.length});
        break;
    case NS_NULL:
    default:
        add(out, "null");
        break;
    }
}

static const char *const FOLDS[] = {
    [NS_FOLD_NONE] = "", [NS_FOLD_ASCII] = " ascii-folded", [NS_FOLD_UNICODE] = " folded"};

static void add_any_of(struct ns_buffer *out, const struct ns_test *test)
{
    static const char *const PATTERNS[] = {[NS_PATTERN_WILDCARD] = " wildcard ",
                                           [NS_PATTERN_PREFIX] = " prefix ",
                                           [NS_PATTERN_SUFFIX] = " suffix ",
                                           [NS_PATTERN_INNER] = " inner "};
    bool has_text = test->string_count || test->pattern_count || test->regex_count;
    add(out, "any of");
    add(out, has_text ? FOLDS[test->fold] : "");
    add(out, " {");
    for (size_t i = 0; i < test->string_count; i++) {
        add(out, " ");
        add_string(out, test->strings[i]);
    }
    for (size_t i = 0; i < test->pattern_count; i++) {
        add(out, PATTERNS[test->patterns[i].kind]);
        add_string(out, test->patterns[i].text);
    }
    for (size_t i = 0; i < test->regex_count; i++) {
        add(out, " regex ");
        add_string(out, test->regex_texts[i]);
    }
    for (size_t i = 0; i < test->value_count; i++) {
        add(out, " ");
        add_value(out, &test->values[i]);
    }
    add(out, " }");
}

static const char *const OPERATORS[] = {
    [NS_NODE_ADD] = "+",         [NS_NODE_SUBTRACT] = "-", [NS_NODE_MULTIPLY] = "*",
    [NS_NODE_DIVIDE] = "/",      [NS_NODE_MODULO] = "%",   [NS_NODE_EQUAL] = "==",
    [NS_NODE_NOT_EQUAL] = "!=",  [NS_NODE_LESS] = "<",     [NS_NODE_LESS_EQUAL] = "<=",
    [NS_NODE_GREATER] = ">",     [NS_NODE_GREATER_EQUAL] = ">=",
};

static void add_test(struct ns_buffer *out, const struct ns_test *test)
{
    switch (test->kind) {
    case NS_TEST_ANY_OF:
        add_any_of(out, test);
        break;
    case NS_TEST_COMPARE:
        add(out, OPERATORS[test->comparison]);
        add(out, " ");
        add_value(out, &test->constant);
        break;
    case NS_TEST_NETWORKS:
        add(out, "in networks {");
        for (size_t i = 0; i < test->network_count; i++) {
            add(out, " ");
            add_string(out, test->network_texts[i]);
        }
        add(out, " }");
        break;
    case NS_TEST_PRESENT:
        add(out, "is present");
        break;
    case NS_TEST_NULL:
        add(out, "is null");
        break;
    case NS_TEST_TRUE:
    default:
        add(out, "is true");
        break;
    }
}

/* Always in backquotes, so that no name reads as something else. */
static void add_field(struct ns_buffer *out, struct ns_name name)
{
    ns_buffer_add_byte(out, '`');
    for (size_t i = 0; i < name.length; i++) {
        if (name.text[i] == '`')
            ns_buffer_add_byte(out, '`');
        ns_buffer_add_byte(out, name.text[i]);
    }
    ns_buffer_add_byte(out, '`');
}

/* Functions and `and` with the number of their operands. */
static void add_counted(struct ns_buffer *out, const char *name, const struct ns_op *op)
{
    add(out, name);
    add(out, FOLDS[op->fold]);
    add(out, "(");
    add_number(out, op->count);
    add(out, ")");
}

static void add_op(struct ns_buffer *out, const struct ns_op *op,
                   const struct ns_predicate *predicate, const struct ns_name *fields)
{
    switch (op->kind) {
    case NS_OP_CONSTANT:
        add_value(out, &op->as.constant);
        break;
    case NS_OP_FIELD:
        add_field(out, fields[predicate->fields[op->as.slot]]);
        break;
    case NS_OP_CALL:
        add_counted(out, op->as.function->name, op);
        break;
    case NS_OP_NEGATE:
        add(out, "negate");
        break;
    case NS_OP_ARITHMETIC:
    case NS_OP_COMPARE:
        add(out, OPERATORS[op->node]);
        add(out, FOLDS[op->fold]);
        break;
    case NS_OP_TEST:
        add(out, op->node == NS_NODE_CALL ? "string " : "");
        add_test(out, op->as.test);
        break;
    case NS_OP_IN:
        add_counted(out, "in", op);
        break;
    case NS_OP_NOT:
        add(out, "not");
        break;
    case NS_OP_AND:
        add_counted(out, "and", op);
        break;
    case NS_OP_OR:
    default:
        add_counted(out, "or", op);
        break;
    }
}

void ns_describe_predicate(const struct ns_predicate *predicate, const struct ns_name *fields,
                           struct ns_buffer *out)
{
    switch (predicate->kind) {
    case NS_PREDICATE_CONSTANT:
        add(out, predicate->verdict ? "always" : "never");
        return;
    case NS_PREDICATE_FIELD:
        add_field(out, fields[predicate->fields[0]]);
        break;
    case NS_PREDICATE_EXPRESSION: /* operations behind their operands */
    default:
        add(out, "(");
        for (size_t i = 0; i < predicate->expression.op_count; i++) {
            add(out, i ? " " : "");
            add_op(out, &predicate->expression.ops[i], predicate, fields);
        }
        add(out, ")");
        break;
    }
    add(out, " ");
    add_test(out, predicate->test);
}
