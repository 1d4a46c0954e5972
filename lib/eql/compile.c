/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/compile.h"

#include <string.h>

#include "eql/check.h"
#include "eql/describe.h"
#include "eql/evaluate.h"
#include "eql/expression.h"
#include "eql/parser.h"
#include "eql/walk.h"

struct compiler {
    struct ns_compile_context context;
    struct ns_programs *programs;
    struct ns_arena_mark leaf; /* before the one at hand */
    uint32_t *predicates;
    size_t predicate_count, predicate_capacity;
    struct ns_clause *clauses;
    size_t clause_count, clause_capacity;
};

static bool compile_condition(struct compiler *c, struct ns_node *node);

/* --- Clauses and predicates --------------------------------------------------------- */

/* Appends a clause, to be ended by end_clause(). 32 bits can count them: each takes more than a
 * byte of a query, whose length is limited. */
static bool begin_clause(struct compiler *c, enum ns_clause_kind kind, struct ns_span span)
{
    struct ns_clause *clauses = ns_grow(&c->programs->arena.allocator, c->clauses,
                                        &c->clause_capacity, c->clause_count, sizeof *clauses);
    if (!clauses)
        return ns_compile_no_memory(&c->context);
    c->clauses = clauses;
    clauses[c->clause_count++] = (struct ns_clause){.kind = kind, .span = span};
    return true;
}

static void end_clause(struct compiler *c, size_t clause)
{
    c->clauses[clause].end = (uint32_t)c->clause_count;
}

static bool add_predicate(struct ns_programs *p, const struct ns_predicate *predicate)
{
    const struct ns_predicate **predicates =
        ns_grow(&p->arena.allocator, p->predicates, &p->predicate_capacity, p->predicate_count,
                sizeof *predicates);
    if (!predicates)
        return false;
    p->predicates = predicates;
    predicates[p->predicate_count] = ns_arena_copy(&p->arena, predicate, 1, sizeof *predicate);
    return predicates[p->predicate_count++] != NULL;
}

/* The predicate's number among those of all programs. One that is there already leaves no
 * memory behind. */
static bool share_predicate(struct compiler *c, const struct ns_predicate *predicate,
                            uint32_t *number)
{
    struct ns_programs *p = c->programs;
    struct ns_buffer *question = &p->question;
    question->length = 0;
    question->failed = false;
    ns_describe_predicate(predicate, p->fields.items, question);
    size_t known = p->questions.count;
    size_t found = question->failed
                       ? NS_NO_NAME
                       : ns_names_add(&p->questions, question->data, question->length);
    if (found == NS_NO_NAME || (found == known && !add_predicate(p, predicate)))
        return ns_compile_no_memory(&c->context);
    if (found < known)
        ns_arena_release(&p->arena, &c->leaf);
    *number = (uint32_t)found;
    return true;
}

static bool add_leaf(struct compiler *c, struct ns_span span, bool negated,
                     const struct ns_predicate *predicate)
{
    size_t clause = c->clause_count;
    if (!begin_clause(c, NS_CLAUSE_LEAF, span))
        return false;
    uint32_t *predicates =
        ns_grow(&c->programs->arena.allocator, c->predicates, &c->predicate_capacity,
                c->predicate_count, sizeof *predicates);
    if (!predicates)
        return ns_compile_no_memory(&c->context);
    c->predicates = predicates;
    if (!share_predicate(c, predicate, &predicates[c->predicate_count]))
        return false;
    c->clauses[clause].predicate = (uint32_t)c->predicate_count++;
    c->clauses[clause].negated = negated;
    end_clause(c, clause);
    return true;
}

static bool add_constant(struct compiler *c, struct ns_span span, bool negated, bool verdict)
{
    struct ns_predicate predicate = {.kind = NS_PREDICATE_CONSTANT, .verdict = verdict};
    return add_leaf(c, span, negated, &predicate);
}

/* The fields of an expression, moved to the program's memory. */
static bool keep_fields(struct compiler *c, struct ns_slots *slots, struct ns_predicate *predicate)
{
    predicate->fields =
        ns_arena_copy(c->context.arena, slots->fields, slots->count, sizeof *slots->fields);
    predicate->field_count = slots->count;
    return predicate->fields || ns_compile_no_memory(&c->context);
}

/* What an expression without fields comes to. */
static bool evaluate_constant(struct compiler *c, const struct ns_expression *expression,
                              const struct ns_test *test, bool *verdict)
{
    struct ns_context context = {.strings = c->context.arena};
    const netshare_allocator *a = &c->programs->arena.allocator;
    struct ns_value *stack = ns_alloc(a, expression->stack_size, sizeof *stack);
    if (!stack)
        return ns_compile_no_memory(&c->context);
    struct ns_value value = ns_expression_run(expression, &context, stack);
    *verdict = ns_test_value(test, &value);
    ns_free(a, stack);
    return !context.no_memory || ns_compile_no_memory(&c->context);
}

static bool add_expression(struct compiler *c, struct ns_span span, bool negated,
                           struct ns_node *source, const struct ns_test *test)
{
    struct ns_predicate predicate = {.kind = NS_PREDICATE_EXPRESSION, .test = test};
    struct ns_slots slots = {.names = &c->programs->fields};
    bool ok = ns_expression_compile(&c->context, source, &slots, &predicate.expression);
    if (ok && slots.count == 0) {
        bool verdict = false;
        ok = evaluate_constant(c, &predicate.expression, test, &verdict) &&
             add_constant(c, span, negated, verdict);
    } else if (ok) {
        ok = keep_fields(c, &slots, &predicate) && add_leaf(c, span, negated, &predicate);
    }
    ns_free(&c->programs->arena.allocator, slots.fields);
    return ok;
}

static bool add_field_test(struct compiler *c, struct ns_span span, bool negated,
                           struct ns_string name, const struct ns_test *test)
{
    uint32_t field = (uint32_t)ns_names_find(&c->programs->fields, name.data, name.length);
    struct ns_predicate predicate = {.kind = NS_PREDICATE_FIELD, .test = test, .field_count = 1};
    predicate.fields = ns_arena_copy(c->context.arena, &field, 1, sizeof field);
    if (!predicate.fields)
        return ns_compile_no_memory(&c->context);
    return add_leaf(c, span, negated, &predicate);
}

/* Does `source` pass the test? */
static bool add_test(struct compiler *c, struct ns_span span, bool negated,
                     struct ns_node *source, const struct ns_test *test)
{
    if (!test)
        return false;
    if (source->kind == NS_NODE_FIELD)
        return add_field_test(c, span, negated, source->text, test);
    return add_expression(c, span, negated, source, test);
}

/* --- Leaves ------------------------------------------------------------------------- */

static enum ns_node_kind mirrored(enum ns_node_kind comparison)
{
    switch (comparison) {
    case NS_NODE_LESS:
        return NS_NODE_GREATER;
    case NS_NODE_LESS_EQUAL:
        return NS_NODE_GREATER_EQUAL;
    case NS_NODE_GREATER:
        return NS_NODE_LESS;
    case NS_NODE_GREATER_EQUAL:
        return NS_NODE_LESS_EQUAL;
    default:
        return comparison;
    }
}

/* `== null` asks for absence, of a value that a field has or a function gives. A field is
 * absent when it has no value at all; a function need be null for one choice only. */
static bool compile_null_test(struct compiler *c, const struct ns_node *node,
                              struct ns_node *other)
{
    bool is_equal = node->kind == NS_NODE_EQUAL;
    if (other->kind == NS_NODE_FIELD)
        return add_test(c, node->span, is_equal, other,
                        ns_test_new(&c->context, NS_TEST_PRESENT));
    return add_test(c, node->span, !is_equal, other, ns_test_new(&c->context, NS_TEST_NULL));
}

/* Of a function that is a condition: all of these take two arguments or more. */
static bool compile_call(struct compiler *c, struct ns_node *node)
{
    if (node->children[1]->kind == NS_NODE_STRING)
        return add_test(c, node->span, false, node->children[0],
                        ns_test_of_call(&c->context, node));
    return add_test(c, node->span, false, node, ns_test_new(&c->context, NS_TEST_TRUE));
}

/* A field or expression against a constant on its right. */
static bool compile_constant_comparison(struct compiler *c, const struct ns_node *node,
                                        bool negated, enum ns_node_kind comparison,
                                        struct ns_node *source, struct ns_value constant)
{
    const struct ns_test *test = comparison == NS_NODE_EQUAL && source->kind == NS_NODE_FIELD
                                     ? ns_test_equal(&c->context, constant)
                                     : ns_test_compare(&c->context, comparison, constant);
    return add_test(c, node->span, negated, source, test);
}

static bool compile_comparison(struct compiler *c, struct ns_node *node)
{
    struct ns_node *left = node->children[0], *right = node->children[1];
    struct ns_node *other = ns_compared_with_null(node);
    struct ns_value constant;
    if (other)
        return compile_null_test(c, node, other);
    bool negated = node->kind == NS_NODE_NOT_EQUAL;
    if (negated)
        node->kind = NS_NODE_EQUAL; /* also of several values: none may be equal */
    if (ns_constant_of(right, &constant))
        return compile_constant_comparison(c, node, negated, node->kind, left, constant);
    if (ns_constant_of(left, &constant))
        return compile_constant_comparison(c, node, negated, mirrored(node->kind), right,
                                           constant);
    return add_test(c, node->span, negated, node, ns_test_new(&c->context, NS_TEST_TRUE));
}

static bool compile_operator(struct compiler *c, struct ns_node *node)
{
    if (!ns_has_constants(node))
        return add_test(c, node->span, false, node, ns_test_new(&c->context, NS_TEST_TRUE));
    return add_test(c, node->span, false, node->children[0],
                    ns_test_of_operator(&c->context, node));
}

static bool compile_leaf(struct compiler *c, struct ns_node *node)
{
    c->leaf = ns_arena_mark(c->context.arena);
    switch (node->kind) {
    case NS_NODE_NULL:
        return add_constant(c, node->span, false, false);
    case NS_NODE_BOOL:
        return add_constant(c, node->span, false, node->as.boolean);
    case NS_NODE_CALL:
        return compile_call(c, node);
    case NS_NODE_IN:
    case NS_NODE_MATCH:
    case NS_NODE_LIKE:
    case NS_NODE_REGEX:
        return compile_operator(c, node);
    case NS_NODE_FIELD:
        return add_test(c, node->span, false, node, ns_test_new(&c->context, NS_TEST_TRUE));
    default:
        return compile_comparison(c, node);
    }
}

/* --- Conditions: recursion is bounded by the parser's limit on nesting ------------------ */

static bool compile_children(struct compiler *c, const struct ns_node *node)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (!compile_condition(c, node->children[i]))
            return false;
    }
    return true;
}

/* The condition C in `C == true`, `false != C` and the like, or NULL. A field is none: it may
 * have no value, or several. */
static struct ns_node *compared_condition(const struct ns_node *node, bool *holds)
{
    if (node->kind != NS_NODE_EQUAL && node->kind != NS_NODE_NOT_EQUAL)
        return NULL;
    bool is_right = node->children[1]->kind == NS_NODE_BOOL;
    const struct ns_node *verdict = node->children[is_right];
    struct ns_node *condition = node->children[!is_right];
    if (verdict->kind != NS_NODE_BOOL || condition->type != NS_TYPE_BOOL ||
        condition->kind == NS_NODE_BOOL)
        return NULL;
    *holds = verdict->as.boolean == (node->kind == NS_NODE_EQUAL);
    return condition;
}

static bool compile_not(struct compiler *c, struct ns_span span, struct ns_node *condition)
{
    size_t clause = c->clause_count;
    if (!begin_clause(c, NS_CLAUSE_NOT, span) || !compile_condition(c, condition))
        return false;
    end_clause(c, clause);
    return true;
}

static bool compile_condition(struct compiler *c, struct ns_node *node)
{
    bool holds = false;
    struct ns_node *condition = compared_condition(node, &holds);
    if (condition)
        return holds ? compile_condition(c, condition) : compile_not(c, node->span, condition);
    if (node->kind == NS_NODE_NOT)
        return compile_not(c, node->span, node->children[0]);
    if (node->kind != NS_NODE_AND && node->kind != NS_NODE_OR)
        return compile_leaf(c, node);
    size_t clause = c->clause_count;
    enum ns_clause_kind kind = node->kind == NS_NODE_AND ? NS_CLAUSE_AND : NS_CLAUSE_OR;
    if (!begin_clause(c, kind, node->span) || !compile_children(c, node))
        return false;
    end_clause(c, clause);
    return true;
}

static bool compile_category(struct compiler *c, const struct ns_event_filter *filter,
                             const char *category_field)
{
    struct ns_string name = {category_field, strlen(category_field)};
    struct ns_span span = {filter->category_span.offset, 0};
    c->leaf = ns_arena_mark(c->context.arena);
    const struct ns_test *test =
        ns_test_equal(&c->context, ns_text_value(ns_text_string(filter->category)));
    return test && add_field_test(c, span, false, name, test);
}

/* The test of the category stands first in the conjunction that a rule mostly is. */
static bool compile_filter(struct compiler *c, const struct ns_event_filter *filter,
                           const char *category_field)
{
    if (filter->any)
        return compile_condition(c, filter->condition);
    size_t clause = c->clause_count;
    if (!begin_clause(c, NS_CLAUSE_AND, filter->condition->span) ||
        !compile_category(c, filter, category_field))
        return false;
    bool ok = filter->condition->kind == NS_NODE_AND ? compile_children(c, filter->condition)
                                                     : compile_condition(c, filter->condition);
    if (ok)
        end_clause(c, clause);
    return ok;
}

/* --- Programs ------------------------------------------------------------------------ */

/* All fields get their numbers before the first predicate is made: also those of what turns
 * out to be constant. */
static bool collect_fields(struct compiler *c, const struct ns_event_filter *filter,
                           const char *category_field)
{
    struct ns_node_list nodes;
    struct ns_names *fields = &c->programs->fields;
    bool ok = filter->any ||
              ns_names_add(fields, category_field, strlen(category_field)) != NS_NO_NAME;
    ok = ok && ns_postorder(filter->condition, ns_node_children, c->context.temporary, &nodes);
    for (size_t i = 0; ok && i < nodes.count; i++) {
        const struct ns_node *node = nodes.items[i];
        if (node->kind == NS_NODE_FIELD)
            ok = ns_names_add(fields, node->text.data, node->text.length) != NS_NO_NAME;
    }
    return ok || ns_compile_no_memory(&c->context);
}

static const struct ns_program *make_program(struct compiler *c)
{
    struct ns_arena *arena = &c->programs->arena;
    struct ns_program *program = ns_arena_alloc(arena, 1, sizeof *program);
    const uint32_t *predicates =
        ns_arena_copy(arena, c->predicates, c->predicate_count, sizeof *predicates);
    const struct ns_clause *clauses =
        ns_arena_copy(arena, c->clauses, c->clause_count, sizeof *clauses);
    if (!program || !predicates || !clauses) {
        ns_compile_no_memory(&c->context);
        return NULL;
    }
    *program = (struct ns_program){predicates, c->predicate_count, clauses, c->clause_count};
    return program;
}

static netshare_status fail_stateful(struct ns_string text, const struct ns_statement *statement,
                                     netshare_error *error)
{
    const char *what = statement->kind == NS_SEQUENCE ? "sequence"
                     : statement->kind == NS_SAMPLE   ? "sample"
                                                      : "query with a pipe";
    struct ns_span span = statement->kind == NS_EVENT_QUERY ? statement->pipes[0].span
                                                            : statement->keyword;
    return ns_error_at(error, NETSHARE_ERROR_STATEFUL, text.data, text.length, span.offset,
                       span.length, "this is a %s: it needs several events", what);
}

/* Undoes what a query that failed has left behind. */
static void cut(struct ns_programs *p, size_t fields, size_t predicates,
                const struct ns_arena_mark *mark)
{
    ns_names_cut(&p->fields, fields);
    ns_names_cut(&p->questions, predicates);
    p->predicate_count = predicates;
    ns_arena_release(&p->arena, mark);
}

static netshare_status compile_statement(struct ns_string text,
                                         const struct ns_statement *statement,
                                         const struct ns_compile_options *options,
                                         struct ns_programs *programs,
                                         const struct ns_program **program,
                                         netshare_error *error)
{
    struct compiler c = {.context = {text, options->fold, &programs->arena, &programs->tree,
                                     NETSHARE_OK, error},
                         .programs = programs};
    const netshare_allocator *a = &programs->arena.allocator;
    const struct ns_arena_mark before = ns_arena_mark(&programs->arena);
    size_t fields = programs->fields.count, predicates = programs->predicate_count;
    if (collect_fields(&c, &statement->filter, options->category_field) &&
        compile_filter(&c, &statement->filter, options->category_field))
        *program = make_program(&c);
    if (!*program)
        cut(programs, fields, predicates, &before);
    ns_free(a, c.predicates);
    ns_free(a, c.clauses);
    return c.context.status;
}

netshare_status ns_compile(struct ns_string text, const struct ns_compile_options *options,
                           struct ns_programs *programs, const struct ns_program **program,
                           netshare_error *error)
{
    const struct ns_statement *statement;
    *program = NULL;
    ns_arena_rewind(&programs->tree);
    netshare_status status = ns_parse(text, &programs->tree, &statement, error);
    if (status == NETSHARE_OK &&
        (statement->kind != NS_EVENT_QUERY || statement->pipe_count > 0))
        status = fail_stateful(text, statement, error);
    if (status == NETSHARE_OK)
        status = ns_check(text, statement->filter.condition, &programs->tree, error);
    if (status == NETSHARE_OK)
        status = compile_statement(text, statement, options, programs, program, error);
    return status;
}

void ns_programs_init(struct ns_programs *p, const netshare_allocator *allocator)
{
    *p = (struct ns_programs){0};
    ns_arena_init(&p->arena, allocator);
    ns_arena_init(&p->tree, allocator);
    ns_names_init(&p->fields, allocator);
    ns_names_init(&p->questions, allocator);
    ns_buffer_init(&p->question, allocator);
}

void ns_programs_seal(struct ns_programs *p)
{
    ns_names_free(&p->questions);
    ns_buffer_free(&p->question);
    ns_arena_free(&p->tree);
}

void ns_programs_free(struct ns_programs *p)
{
    ns_programs_seal(p);
    ns_free(&p->arena.allocator, p->predicates);
    ns_names_free(&p->fields);
    ns_arena_free(&p->arena);
}
