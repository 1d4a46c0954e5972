/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/expression.h"

#include "base/names.h"
#include "eql/walk.h"

struct ns_node *ns_compared_with_null(const struct ns_node *node)
{
    if (node->kind != NS_NODE_EQUAL && node->kind != NS_NODE_NOT_EQUAL)
        return NULL;
    if (node->children[0]->kind == NS_NODE_NULL)
        return node->children[1];
    return node->children[1]->kind == NS_NODE_NULL ? node->children[0] : NULL;
}

bool ns_has_constants(const struct ns_node *node)
{
    struct ns_value constant;
    for (size_t i = 1; i < node->child_count; i++) {
        if (!ns_constant_of(node->children[i], &constant))
            return false;
    }
    return true;
}

static bool tests_first_operand(const struct ns_node *node)
{
    enum ns_function_form form = node->kind == NS_NODE_CALL ? node->as.function->form : NS_FORM_CALL;
    if (node->kind == NS_NODE_IN)
        return ns_has_constants(node);
    return node->kind == NS_NODE_MATCH || node->kind == NS_NODE_LIKE ||
           node->kind == NS_NODE_REGEX || form == NS_FORM_CIDR_MATCH || form == NS_FORM_WILDCARD;
}

/* The nodes whose values an operation takes; constants on the right are in its test. */
static struct ns_node_list operands(const struct ns_node *node)
{
    struct ns_node_list all = ns_node_children(node);
    if (tests_first_operand(node))
        all.count = 1;
    if (ns_compared_with_null(node)) {
        all.items += node->children[0]->kind == NS_NODE_NULL;
        all.count = 1;
    }
    return all;
}

struct emitter {
    struct ns_compile_context *c;
    struct ns_slots *slots;
    struct ns_op *ops;
    size_t count;
    size_t depth, deepest; /* of the stack */
};

static void emit(struct emitter *e, struct ns_op op, size_t operand_count)
{
    e->ops[e->count++] = op;
    e->depth = e->depth - operand_count + 1;
    if (e->depth > e->deepest)
        e->deepest = e->depth;
}

static bool emit_constant(struct emitter *e, const struct ns_node *node)
{
    struct ns_op op = {.kind = NS_OP_CONSTANT};
    ns_constant_of(node, &op.as.constant);
    if (op.as.constant.kind == NS_TEXT) {
        const char *copy = ns_arena_string(e->c->arena, node->text.data, node->text.length);
        op.as.constant.as.text.data = copy;
        if (!copy)
            return ns_compile_no_memory(e->c);
    }
    emit(e, op, 0);
    return true;
}

static bool emit_field(struct emitter *e, const struct ns_node *node)
{
    struct ns_slots *slots = e->slots;
    uint32_t field = (uint32_t)ns_names_find(slots->names, node->text.data, node->text.length);
    size_t slot = 0;
    while (slot < slots->count && slots->fields[slot] != field)
        slot++;
    if (slot == slots->count) {
        uint32_t *fields = ns_grow(&e->c->arena->allocator, slots->fields, &slots->capacity,
                                   slots->count, sizeof *fields);
        if (!fields)
            return ns_compile_no_memory(e->c);
        slots->fields = fields;
        fields[slots->count++] = field;
    }
    emit(e, (struct ns_op){.kind = NS_OP_FIELD, .as.slot = (uint32_t)slot}, 0);
    return true;
}

static bool emit_test(struct emitter *e, const struct ns_test *test)
{
    if (!test)
        return false;
    emit(e, (struct ns_op){.kind = NS_OP_TEST, .as.test = test}, 1);
    return true;
}

static bool emit_comparison(struct emitter *e, const struct ns_node *node)
{
    if (ns_compared_with_null(node)) {
        if (!emit_test(e, ns_test_new(e->c, NS_TEST_NULL)))
            return false;
        if (node->kind == NS_NODE_NOT_EQUAL)
            emit(e, (struct ns_op){.kind = NS_OP_NOT}, 1);
        return true;
    }
    emit(e, (struct ns_op){.kind = NS_OP_COMPARE, .node = node->kind}, 2);
    return true;
}

static bool emit_in(struct emitter *e, const struct ns_node *node)
{
    if (tests_first_operand(node))
        return emit_test(e, ns_test_of_operator(e->c, node));
    emit(e,
         (struct ns_op){.kind = NS_OP_IN,
                        .node = NS_NODE_EQUAL,
                        .fold = node->tilde ? e->c->fold : NS_FOLD_NONE,
                        .count = (uint32_t)node->child_count},
         node->child_count);
    return true;
}

static bool emit_call(struct emitter *e, const struct ns_node *node)
{
    if (tests_first_operand(node)) {
        const struct ns_test *test = ns_test_of_call(e->c, node);
        if (test)
            emit(e, (struct ns_op){.kind = NS_OP_TEST, .node = node->kind, .as.test = test}, 1);
        return test != NULL;
    }
    emit(e,
         (struct ns_op){.kind = NS_OP_CALL,
                        .fold = node->tilde ? e->c->fold : NS_FOLD_NONE,
                        .count = (uint32_t)node->child_count,
                        .as.function = node->as.function},
         node->child_count);
    return true;
}

static bool emit_node(struct emitter *e, const struct ns_node *node)
{
    switch (node->kind) {
    case NS_NODE_NULL:
    case NS_NODE_BOOL:
    case NS_NODE_INTEGER:
    case NS_NODE_DECIMAL:
    case NS_NODE_STRING:
        return emit_constant(e, node);
    case NS_NODE_FIELD:
        return emit_field(e, node);
    case NS_NODE_CALL:
        return emit_call(e, node);
    case NS_NODE_NEGATE:
        emit(e, (struct ns_op){.kind = NS_OP_NEGATE}, 1);
        return true;
    case NS_NODE_ADD:
    case NS_NODE_SUBTRACT:
    case NS_NODE_MULTIPLY:
    case NS_NODE_DIVIDE:
    case NS_NODE_MODULO:
        emit(e, (struct ns_op){.kind = NS_OP_ARITHMETIC, .node = node->kind}, 2);
        return true;
    case NS_NODE_IN:
        return emit_in(e, node);
    case NS_NODE_MATCH:
    case NS_NODE_LIKE:
    case NS_NODE_REGEX:
        return emit_test(e, ns_test_of_operator(e->c, node));
    case NS_NODE_NOT:
        emit(e, (struct ns_op){.kind = NS_OP_NOT}, 1);
        return true;
    case NS_NODE_AND:
    case NS_NODE_OR:
        emit(e,
             (struct ns_op){.kind = node->kind == NS_NODE_AND ? NS_OP_AND : NS_OP_OR,
                            .count = (uint32_t)node->child_count},
             node->child_count);
        return true;
    default:
        return emit_comparison(e, node);
    }
}

bool ns_expression_compile(struct ns_compile_context *c, struct ns_node *node,
                           struct ns_slots *slots, struct ns_expression *expression)
{
    struct ns_node_list nodes;
    if (!ns_postorder(node, operands, c->temporary, &nodes))
        return ns_compile_no_memory(c);
    struct emitter e = {.c = c, .slots = slots};
    e.ops = ns_arena_alloc(c->arena, nodes.count * 2, sizeof *e.ops); /* != null is two */
    if (!e.ops)
        return ns_compile_no_memory(c);
    for (size_t i = 0; i < nodes.count; i++) {
        if (!emit_node(&e, nodes.items[i]))
            return false;
    }
    *expression = (struct ns_expression){e.ops, e.count, e.deepest};
    return true;
}
