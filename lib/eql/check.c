/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/check.h"

#include <stdio.h>
#include <string.h>

#include "eql/function.h"
#include "eql/suggest.h"
#include "eql/walk.h"
#include "text/network.h"

struct checker {
    struct ns_string text;
    netshare_error *error;
};

static const char *const TYPE_NAMES[] = {
    [NS_TYPE_ANY] = "any value", [NS_TYPE_NULL] = "null",       [NS_TYPE_BOOL] = "a condition",
    [NS_TYPE_NUMBER] = "a number", [NS_TYPE_STRING] = "a string",
};

static bool fail(struct checker *c, struct ns_span span, const char *message)
{
    ns_error_at(c->error, NETSHARE_ERROR_TYPE, c->text.data, c->text.length, span.offset,
                span.length, "%s", message);
    return false;
}

static bool fail_expected(struct checker *c, const struct ns_node *node, const char *expected,
                          const char *hint)
{
    ns_error_at(c->error, NETSHARE_ERROR_TYPE, c->text.data, c->text.length, node->span.offset,
                node->span.length, "%s was expected, this is %s%s", expected,
                TYPE_NAMES[node->type], hint);
    return false;
}

static bool fits(enum ns_type type, enum ns_type wanted)
{
    return type == wanted || wanted == NS_TYPE_ANY || type == NS_TYPE_ANY || type == NS_TYPE_NULL;
}

static bool expect(struct checker *c, const struct ns_node *node, enum ns_type wanted)
{
    static const char *const HINTS[] = {
        [NS_TYPE_BOOL] = "; compare it with a value, as in: length(x) > 0",
        [NS_TYPE_STRING] = "; string(...) makes a string of it",
    };
    if (fits(node->type, wanted))
        return true;
    bool has_hint = wanted == NS_TYPE_BOOL ||
                    (wanted == NS_TYPE_STRING && node->type == NS_TYPE_NUMBER);
    return fail_expected(c, node, TYPE_NAMES[wanted], has_hint ? HINTS[wanted] : "");
}

static bool expect_children(struct checker *c, const struct ns_node *node, enum ns_type wanted)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (!expect(c, node->children[i], wanted))
            return false;
    }
    return true;
}

static bool check_comparison(struct checker *c, const struct ns_node *node)
{
    const struct ns_node *left = node->children[0], *right = node->children[1];
    bool is_equality = node->kind == NS_NODE_EQUAL || node->kind == NS_NODE_NOT_EQUAL;
    if (!is_equality && (left->type == NS_TYPE_BOOL || right->type == NS_TYPE_BOOL))
        return fail_expected(c, left->type == NS_TYPE_BOOL ? left : right,
                             "a number or string", ", and conditions have no order");
    if (fits(left->type, right->type) || fits(right->type, left->type))
        return true;
    ns_error_at(c->error, NETSHARE_ERROR_TYPE, c->text.data, c->text.length, node->span.offset,
                node->span.length, "%s cannot be compared with %s", TYPE_NAMES[left->type],
                TYPE_NAMES[right->type]);
    return false;
}

static bool check_in(struct checker *c, const struct ns_node *node)
{
    const struct ns_node *operand = node->children[0];
    for (size_t i = 1; i < node->child_count; i++) {
        if (!fits(operand->type, node->children[i]->type) &&
            !expect(c, node->children[i], operand->type))
            return false;
    }
    return true;
}

/* `:` takes numbers and booleans too, as `==`; the other operators only strings. */
static bool check_patterns(struct checker *c, const struct ns_node *node)
{
    if (!expect(c, node->children[0], NS_TYPE_STRING))
        return false;
    for (size_t i = 1; i < node->child_count; i++) {
        const struct ns_node *pattern = node->children[i];
        if (pattern->type == NS_TYPE_NULL)
            return fail(c, pattern->span,
                        "a string was expected, this is null; use == null to ask for absence");
        if (pattern->type != NS_TYPE_STRING && node->kind != NS_NODE_MATCH)
            return expect(c, pattern, NS_TYPE_STRING);
    }
    return true;
}

/* Functions of the engines that EQL has elsewhere. */
static const char *const FOREIGN[] = {"match",        "matchLite",   "arrayContains", "arrayCount",
                                      "arraySearch", "_arraysearch", "safe"};

static bool is_foreign(struct ns_string name)
{
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
        size_t length = strlen(FOREIGN[i]), same = 0;
        while (length == name.length && same < length &&
               ns_fold_ascii((unsigned char)FOREIGN[i][same]) ==
                   ns_fold_ascii((unsigned char)name.data[same]))
            same++;
        if (same == name.length)
            return true;
    }
    return false;
}

static struct ns_span name_span(const struct ns_node *call)
{
    return (struct ns_span){call->span.offset, call->text.length + (call->tilde ? 1 : 0)};
}

static bool fail_unknown(struct checker *c, const struct ns_node *call)
{
    char message[256];
    int shown = call->text.length > 60 ? 60 : (int)call->text.length;
    const char *near = ns_suggest(call->text, ns_function_name);
    if (is_foreign(call->text))
        snprintf(message, sizeof message,
                 "'%.*s' is a function of another EQL engine; Elasticsearch's EQL has none of "
                 "that name",
                 shown, call->text.data);
    else
        snprintf(message, sizeof message, "unknown function '%.*s'%s%s%s", shown, call->text.data,
                 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return fail(c, name_span(call), message);
}

static bool check_count(struct checker *c, const struct ns_node *call)
{
    const struct ns_function *f = call->as.function;
    if (call->child_count >= f->least_arguments &&
        (call->child_count <= f->most_arguments || f->most_arguments == NS_ANY_NUMBER))
        return true;
    char message[160];
    if (f->most_arguments == NS_ANY_NUMBER)
        snprintf(message, sizeof message, "%s takes %u or more arguments, there are %zu", f->name,
                 f->least_arguments, call->child_count);
    else if (f->most_arguments == f->least_arguments)
        snprintf(message, sizeof message, "%s takes %u argument%s, there are %zu", f->name,
                 f->least_arguments, f->least_arguments == 1 ? "" : "s", call->child_count);
    else
        snprintf(message, sizeof message, "%s takes %u to %u arguments, there are %zu", f->name,
                 f->least_arguments, f->most_arguments, call->child_count);
    return fail(c, name_span(call), message);
}

static bool check_constants(struct checker *c, const struct ns_node *call)
{
    bool is_network = call->as.function->form == NS_FORM_CIDR_MATCH;
    for (size_t i = 1; i < call->child_count; i++) {
        const struct ns_node *argument = call->children[i];
        struct ns_network network;
        struct ns_text text = ns_text_string(argument->text);
        if (argument->kind != NS_NODE_STRING)
            return fail(c, argument->span,
                        is_network ? "a CIDR block in quotes was expected, as \"10.0.0.0/8\""
                                   : "a pattern in quotes was expected");
        if (is_network && !ns_parse_network(&text, &network))
            return fail(c, argument->span,
                        "not a CIDR block; an address, '/' and the prefix length were expected, "
                        "as \"10.0.0.0/8\" or \"fe80::/10\"");
    }
    return true;
}

static bool check_call(struct checker *c, struct ns_node *call)
{
    const struct ns_function *f = ns_function_find(call->text);
    if (!f)
        return fail_unknown(c, call);
    call->as.function = f;
    call->type = f->result;
    if (call->tilde && !f->takes_tilde) {
        char message[96];
        snprintf(message, sizeof message, "%s has no case-insensitive form, write it without '~'",
                 f->name);
        return fail(c, name_span(call), message);
    }
    if (!check_count(c, call))
        return false;
    if ((f->form == NS_FORM_CIDR_MATCH || f->form == NS_FORM_WILDCARD) &&
        !check_constants(c, call))
        return false;
    for (size_t i = 0; i < call->child_count; i++) {
        size_t which = f->most_arguments == NS_ANY_NUMBER && i > 1 ? 1 : i;
        if (!expect(c, call->children[i], f->arguments[which]))
            return false;
    }
    return true;
}

static const enum ns_type TYPES[] = {
    [NS_NODE_NULL] = NS_TYPE_NULL,         [NS_NODE_BOOL] = NS_TYPE_BOOL,
    [NS_NODE_INTEGER] = NS_TYPE_NUMBER,    [NS_NODE_DECIMAL] = NS_TYPE_NUMBER,
    [NS_NODE_STRING] = NS_TYPE_STRING,     [NS_NODE_FIELD] = NS_TYPE_ANY,
    [NS_NODE_CALL] = NS_TYPE_ANY, /* by its function */
    [NS_NODE_NEGATE] = NS_TYPE_NUMBER,     [NS_NODE_ADD] = NS_TYPE_NUMBER,
    [NS_NODE_SUBTRACT] = NS_TYPE_NUMBER,   [NS_NODE_MULTIPLY] = NS_TYPE_NUMBER,
    [NS_NODE_DIVIDE] = NS_TYPE_NUMBER,     [NS_NODE_MODULO] = NS_TYPE_NUMBER,
    [NS_NODE_EQUAL] = NS_TYPE_BOOL,        [NS_NODE_NOT_EQUAL] = NS_TYPE_BOOL,
    [NS_NODE_LESS] = NS_TYPE_BOOL,         [NS_NODE_LESS_EQUAL] = NS_TYPE_BOOL,
    [NS_NODE_GREATER] = NS_TYPE_BOOL,      [NS_NODE_GREATER_EQUAL] = NS_TYPE_BOOL,
    [NS_NODE_IN] = NS_TYPE_BOOL,           [NS_NODE_MATCH] = NS_TYPE_BOOL,
    [NS_NODE_LIKE] = NS_TYPE_BOOL,         [NS_NODE_REGEX] = NS_TYPE_BOOL,
    [NS_NODE_NOT] = NS_TYPE_BOOL,          [NS_NODE_AND] = NS_TYPE_BOOL,
    [NS_NODE_OR] = NS_TYPE_BOOL,
};

/* The children of the node are checked already. */
static bool check_node(struct checker *c, struct ns_node *node)
{
    node->type = TYPES[node->kind];
    switch (node->kind) {
    case NS_NODE_CALL:
        return check_call(c, node);
    case NS_NODE_NEGATE:
    case NS_NODE_ADD:
    case NS_NODE_SUBTRACT:
    case NS_NODE_MULTIPLY:
    case NS_NODE_DIVIDE:
    case NS_NODE_MODULO:
        return expect_children(c, node, NS_TYPE_NUMBER);
    case NS_NODE_EQUAL:
    case NS_NODE_NOT_EQUAL:
    case NS_NODE_LESS:
    case NS_NODE_LESS_EQUAL:
    case NS_NODE_GREATER:
    case NS_NODE_GREATER_EQUAL:
        return check_comparison(c, node);
    case NS_NODE_IN:
        return check_in(c, node);
    case NS_NODE_MATCH:
    case NS_NODE_LIKE:
    case NS_NODE_REGEX:
        return check_patterns(c, node);
    case NS_NODE_NOT:
    case NS_NODE_AND:
    case NS_NODE_OR:
        return expect_children(c, node, NS_TYPE_BOOL);
    default:
        return true;
    }
}

netshare_status ns_check(struct ns_string text, struct ns_node *condition,
                         struct ns_arena *arena, netshare_error *error)
{
    struct checker c = {text, error};
    struct ns_node_list nodes;
    if (!ns_postorder(condition, ns_node_children, arena, &nodes))
        return ns_error_no_memory(error);
    for (size_t i = 0; i < nodes.count; i++) {
        if (!check_node(&c, nodes.items[i]))
            return NETSHARE_ERROR_TYPE;
    }
    return expect(&c, condition, NS_TYPE_BOOL) ? NETSHARE_OK : NETSHARE_ERROR_TYPE;
}
