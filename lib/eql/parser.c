/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions: recursive descent by precedence. Statements are in parse_statement.c. */
#include "eql/parse.h"

#include <netshare/query.h>

#include "eql/suggest.h"
#include "text/number.h"

/* --- Helpers shared with parse_statement.c ---------------------------------- */

bool ns_parser_advance(struct ns_parser *p)
{
    p->previous_end = p->token.span.offset + p->token.span.length;
    return ns_lexer_next(&p->lexer, &p->token);
}

bool ns_parser_fail_at(struct ns_parser *p, struct ns_span span, netshare_status status,
                       const char *message)
{
    ns_error_at(p->lexer.error, status, p->lexer.text.data, p->lexer.text.length, span.offset,
                span.length, "%s", message);
    p->status = status;
    return false;
}

bool ns_parser_no_memory(struct ns_parser *p)
{
    p->status = ns_error_no_memory(p->lexer.error);
    return false;
}

struct ns_string ns_parser_text(const struct ns_parser *p, struct ns_span span)
{
    return (struct ns_string){p->lexer.text.data + span.offset, span.length};
}

/* How much of a token a message shows, in whole characters. */
static int shown_length(struct ns_string text)
{
    enum { MOST = 40 };
    if (text.length <= MOST)
        return (int)text.length;
    int length = MOST;
    while (((unsigned char)text.data[length] & 0xC0) == 0x80) /* no token begins like this */
        length--;
    return length;
}

bool ns_parser_fail_token(struct ns_parser *p, const char *expected)
{
    struct ns_string text = ns_parser_text(p, p->token.span);
    const char *near = NULL;
    if (p->token.kind == NS_TOKEN_IDENTIFIER)
        near = ns_suggest(text, ns_keyword);
    const char *what = p->token.kind == NS_TOKEN_END ? "end of the query" : "'";
    const char *quote = p->token.kind == NS_TOKEN_END ? "" : "'";
    int shown = p->token.kind == NS_TOKEN_END ? 0 : shown_length(text);
    ns_error_at(p->lexer.error, NETSHARE_ERROR_SYNTAX, p->lexer.text.data, p->lexer.text.length,
                p->token.span.offset, p->token.span.length,
                "unexpected %s%.*s%s, expected %s%s%s%s", what, shown, text.data, quote, expected,
                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    p->status = NETSHARE_ERROR_SYNTAX;
    return false;
}

bool ns_parser_expect(struct ns_parser *p, enum ns_token_kind kind, const char *expected)
{
    if (p->token.kind != kind)
        return ns_parser_fail_token(p, expected);
    return ns_parser_advance(p);
}

bool ns_parser_push(struct ns_parser *p, struct ns_node *node)
{
    struct ns_node **items = ns_grow(&p->arena->allocator, p->stack, &p->stack_capacity,
                                     p->stack_count, sizeof *items);
    if (!items)
        return ns_parser_no_memory(p);
    p->stack = items;
    p->stack[p->stack_count++] = node;
    return true;
}

struct ns_node **ns_parser_pop(struct ns_parser *p, size_t mark)
{
    size_t count = p->stack_count - mark;
    struct ns_node **items =
        ns_arena_copy(p->arena, count ? p->stack + mark : NULL, count, sizeof *items);
    p->stack_count = mark;
    if (!items)
        ns_parser_no_memory(p);
    return items;
}

/* --- Nodes -------------------------------------------------------------------- */

static struct ns_node *new_node(struct ns_parser *p, enum ns_node_kind kind, size_t offset)
{
    struct ns_node *node = ns_arena_alloc(p->arena, 1, sizeof *node);
    if (!node) {
        ns_parser_no_memory(p);
        return NULL;
    }
    node->kind = kind;
    node->span.offset = offset;
    return node;
}

/* Ends the node at the last token read. */
static struct ns_node *finish(struct ns_parser *p, struct ns_node *node)
{
    node->span.length = p->previous_end - node->span.offset;
    return node;
}

/* A node of the nodes pushed since `mark`, from `offset` to the last token read. */
static struct ns_node *new_parent(struct ns_parser *p, enum ns_node_kind kind, size_t offset,
                                  size_t mark)
{
    struct ns_node *node = new_node(p, kind, offset);
    if (!node)
        return NULL;
    node->child_count = p->stack_count - mark;
    node->children = ns_parser_pop(p, mark);
    return node->children ? finish(p, node) : NULL;
}

static struct ns_node *new_binary(struct ns_parser *p, enum ns_node_kind kind,
                                  struct ns_node *left, struct ns_node *right)
{
    size_t mark = p->stack_count;
    if (!ns_parser_push(p, left) || !ns_parser_push(p, right))
        return NULL;
    return new_parent(p, kind, left->span.offset, mark);
}

static bool enter(struct ns_parser *p)
{
    if (++p->depth <= NETSHARE_MAX_QUERY_DEPTH)
        return true;
    return ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_LIMIT,
                             "the query nests too deeply, at most 200 levels are supported");
}

static void leave(struct ns_parser *p)
{
    p->depth--;
}

/* --- Constants and names ------------------------------------------------------ */

static bool decode_token(struct ns_parser *p, const struct ns_token *token, struct ns_string *out)
{
    size_t start = p->text.length;
    if (token->kind == NS_TOKEN_IDENTIFIER || token->kind == NS_TOKEN_TILDE_IDENTIFIER) {
        struct ns_string word = ns_parser_text(p, token->span);
        ns_buffer_add(&p->text, word.data,
                      word.length - (token->kind == NS_TOKEN_TILDE_IDENTIFIER));
    } else {
        ns_token_decode(p->lexer.text, token, &p->text);
    }
    if (p->text.failed)
        return ns_parser_no_memory(p);
    size_t length = p->text.length - start;
    char *copy = ns_arena_string(p->arena, length ? p->text.data + start : "", length);
    p->text.length = start;
    *out = (struct ns_string){copy, length};
    return copy || ns_parser_no_memory(p);
}

bool ns_parser_string(struct ns_parser *p, struct ns_string *out)
{
    struct ns_token token = p->token;
    return ns_parser_advance(p) && decode_token(p, &token, out);
}

static struct ns_node *parse_number(struct ns_parser *p)
{
    struct ns_string text = ns_parser_text(p, p->token.span);
    struct ns_node *node = new_node(p, NS_NODE_INTEGER, p->token.span.offset);
    if (!node)
        return NULL;
    /* Integers beyond 64 bits become doubles, as in Elasticsearch. */
    if (p->token.kind == NS_TOKEN_DECIMAL ||
        !ns_parse_integer(text.data, text.length, 10, &node->as.integer)) {
        node->kind = NS_NODE_DECIMAL;
        ns_parse_decimal(text.data, text.length, &node->as.decimal); /* any such token is one */
    }
    return ns_parser_advance(p) ? finish(p, node) : NULL;
}

static bool starts_constant(enum ns_token_kind kind)
{
    switch (kind) {
    case NS_TOKEN_STRING:
    case NS_TOKEN_RAW_STRING:
    case NS_TOKEN_INTEGER:
    case NS_TOKEN_DECIMAL:
    case NS_TOKEN_NULL:
    case NS_TOKEN_TRUE:
    case NS_TOKEN_FALSE:
        return true;
    default:
        return false;
    }
}

static struct ns_node *parse_constant(struct ns_parser *p)
{
    enum ns_token_kind kind = p->token.kind;
    if (kind == NS_TOKEN_INTEGER || kind == NS_TOKEN_DECIMAL)
        return parse_number(p);
    if (kind == NS_TOKEN_STRING || kind == NS_TOKEN_RAW_STRING) {
        struct ns_node *node = new_node(p, NS_NODE_STRING, p->token.span.offset);
        return node && ns_parser_string(p, &node->text) ? finish(p, node) : NULL;
    }
    struct ns_node *node = new_node(p, kind == NS_TOKEN_NULL ? NS_NODE_NULL : NS_NODE_BOOL,
                                    p->token.span.offset);
    if (!node)
        return NULL;
    node->as.boolean = kind == NS_TOKEN_TRUE;
    return ns_parser_advance(p) ? finish(p, node) : NULL;
}

static bool starts_name(enum ns_token_kind kind)
{
    return kind == NS_TOKEN_IDENTIFIER || kind == NS_TOKEN_QUOTED_IDENTIFIER;
}

static bool append_name(struct ns_parser *p)
{
    struct ns_string part;
    if (!ns_parser_string(p, &part))
        return false;
    ns_buffer_add(&p->text, part.data, part.length);
    return true;
}

struct ns_node *ns_parse_field(struct ns_parser *p)
{
    struct ns_node *node = new_node(p, NS_NODE_FIELD, p->token.span.offset);
    if (!node)
        return NULL;
    if (p->token.kind == NS_TOKEN_QUESTION) {
        node->optional = true;
        if (!ns_parser_advance(p))
            return NULL;
    }
    size_t start = p->text.length;
    for (;;) {
        if (!starts_name(p->token.kind)) {
            ns_parser_fail_token(p, ns_is_keyword(ns_parser_text(p, p->token.span))
                                        ? "a field name; put a reserved word in `backticks`"
                                        : "a field name");
            return NULL;
        }
        if (!append_name(p))
            return NULL;
        if (p->token.kind != NS_TOKEN_DOT)
            break;
        ns_buffer_add_byte(&p->text, '.');
        if (!ns_parser_advance(p))
            return NULL;
    }
    node->text.length = p->text.length - start;
    /* The buffer has no memory yet when all that it got is an empty quoted name. */
    const char *name = node->text.length ? p->text.data + start : "";
    node->text.data =
        p->text.failed ? NULL : ns_arena_string(p->arena, name, node->text.length);
    p->text.length = start;
    if (!node->text.data) {
        ns_parser_no_memory(p);
        return NULL;
    }
    return finish(p, node);
}

/* --- Expressions, tightest first ---------------------------------------------- */

static struct ns_node *parse_condition(struct ns_parser *p);

/* `(` expr, expr ... `)` pushed on the stack; the token is behind the `(`. */
static bool push_list(struct ns_parser *p, struct ns_node *(*item)(struct ns_parser *p))
{
    for (;;) {
        struct ns_node *node = item(p);
        if (!node || !ns_parser_push(p, node))
            return false;
        if (p->token.kind != NS_TOKEN_COMMA)
            return ns_parser_expect(p, NS_TOKEN_RIGHT_PAREN, "',' or ')'");
        if (!ns_parser_advance(p))
            return false;
        if (p->token.kind == NS_TOKEN_RIGHT_PAREN)
            return ns_parser_fail_token(p, "another item; a list does not end in a comma");
    }
}

static struct ns_node *parse_call(struct ns_parser *p)
{
    struct ns_token name = p->token;
    size_t mark = p->stack_count;
    if (!enter(p) || !ns_parser_advance(p) ||
        !ns_parser_expect(p, NS_TOKEN_LEFT_PAREN, "'(' after the name of a function"))
        return NULL;
    if (p->token.kind == NS_TOKEN_RIGHT_PAREN) {
        if (!ns_parser_advance(p))
            return NULL;
    } else if (!push_list(p, parse_condition)) {
        return NULL;
    }
    struct ns_node *node = new_parent(p, NS_NODE_CALL, name.span.offset, mark);
    if (!node || !decode_token(p, &name, &node->text))
        return NULL;
    node->tilde = name.kind == NS_TOKEN_TILDE_IDENTIFIER;
    leave(p);
    return node;
}

/* The character behind the current token and blanks is `(`. */
static bool is_call(const struct ns_parser *p)
{
    if (p->token.kind == NS_TOKEN_TILDE_IDENTIFIER)
        return true;
    if (p->token.kind != NS_TOKEN_IDENTIFIER)
        return false;
    struct ns_lexer ahead = p->lexer;
    struct ns_token token;
    ahead.error = NULL;
    return ns_lexer_next(&ahead, &token) && token.kind == NS_TOKEN_LEFT_PAREN;
}

static struct ns_node *parse_parentheses(struct ns_parser *p)
{
    if (!enter(p) || !ns_parser_advance(p))
        return NULL;
    struct ns_node *node = parse_condition(p);
    if (!node || !ns_parser_expect(p, NS_TOKEN_RIGHT_PAREN, "')'"))
        return NULL;
    leave(p);
    return node;
}

static struct ns_node *parse_operand(struct ns_parser *p)
{
    if (starts_constant(p->token.kind))
        return parse_constant(p);
    if (p->token.kind == NS_TOKEN_LEFT_PAREN)
        return parse_parentheses(p);
    if (is_call(p))
        return parse_call(p);
    if (!starts_name(p->token.kind) && p->token.kind != NS_TOKEN_QUESTION) {
        ns_parser_fail_token(p, ns_is_keyword(ns_parser_text(p, p->token.span))
                                    ? "a field, value or function; put a field of that name in "
                                      "`backticks`"
                                    : "a field, value or function");
        return NULL;
    }
    struct ns_node *field = ns_parse_field(p);
    if (field && p->token.kind == NS_TOKEN_LEFT_BRACKET) {
        ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_SYNTAX,
                          "values of a field cannot be numbered; a condition on a field holds if "
                          "any of its values satisfies it");
        return NULL;
    }
    if (field && p->token.kind == NS_TOKEN_OF) {
        ns_parser_fail_at(p, field->span, NETSHARE_ERROR_STATEFUL,
                          "'... of [...]' looks at the ancestors of a process: it needs several "
                          "events");
        return NULL;
    }
    return field;
}

static struct ns_node *parse_pattern(struct ns_parser *p)
{
    if (starts_constant(p->token.kind))
        return parse_constant(p);
    ns_parser_fail_token(p, "a string; only constants may stand on the right of this operator");
    return NULL;
}

static const struct {
    enum ns_token_kind token;
    enum ns_node_kind node;
    bool tilde;
} PREDICATES[] = {
    {NS_TOKEN_IN, NS_NODE_IN, false},       {NS_TOKEN_IN_TILDE, NS_NODE_IN, true},
    {NS_TOKEN_COLON, NS_NODE_MATCH, false}, {NS_TOKEN_LIKE, NS_NODE_LIKE, false},
    {NS_TOKEN_LIKE_TILDE, NS_NODE_LIKE, true},
    {NS_TOKEN_REGEX, NS_NODE_REGEX, false}, {NS_TOKEN_REGEX_TILDE, NS_NODE_REGEX, true},
};
enum { PREDICATE_COUNT = sizeof PREDICATES / sizeof *PREDICATES };

/* operand in (...), operand : "x", operand like ("x", "y"); `index` of PREDICATES. */
static struct ns_node *parse_predicate(struct ns_parser *p, struct ns_node *operand,
                                       size_t index)
{
    size_t mark = p->stack_count;
    bool is_in = PREDICATES[index].node == NS_NODE_IN;
    if (!ns_parser_push(p, operand) || !ns_parser_advance(p))
        return NULL;
    if (p->token.kind == NS_TOKEN_LEFT_PAREN) {
        if (!enter(p) || !ns_parser_advance(p) ||
            !push_list(p, is_in ? parse_condition : parse_pattern))
            return NULL;
        leave(p);
    } else if (is_in) {
        ns_parser_fail_token(p, "'(' and a list after 'in'");
        return NULL;
    } else {
        struct ns_node *pattern = parse_pattern(p);
        if (!pattern || !ns_parser_push(p, pattern))
            return NULL;
    }
    struct ns_node *node =
        new_parent(p, PREDICATES[index].node, operand->span.offset, mark);
    if (node)
        node->tilde = PREDICATES[index].tilde;
    return node;
}

static size_t find_predicate(enum ns_token_kind kind)
{
    size_t i = 0;
    while (i < PREDICATE_COUNT && PREDICATES[i].token != kind)
        i++;
    return i;
}

static struct ns_node *parse_primary(struct ns_parser *p)
{
    size_t start = p->token.span.offset;
    struct ns_node *operand = parse_operand(p);
    if (!operand)
        return NULL;
    bool negated = p->token.kind == NS_TOKEN_NOT;
    struct ns_span not_span = p->token.span;
    if (negated && !ns_parser_advance(p))
        return NULL;
    size_t index = find_predicate(p->token.kind);
    if (negated && (index == PREDICATE_COUNT || PREDICATES[index].node != NS_NODE_IN)) {
        ns_parser_fail_at(p, not_span, NETSHARE_ERROR_SYNTAX,
                          index == PREDICATE_COUNT
                              ? "unexpected 'not', expected an operator before it"
                              : "only 'in' can be negated like this; write 'not' before the "
                                "field: not field : \"...\"");
        return NULL;
    }
    if (index == PREDICATE_COUNT)
        return operand;
    struct ns_node *node = parse_predicate(p, operand, index);
    if (!node)
        return NULL;
    node->span.offset = start; /* with the parentheses of the operand */
    finish(p, node);
    if (!negated)
        return node;
    size_t mark = p->stack_count;
    return ns_parser_push(p, node) ? new_parent(p, NS_NODE_NOT, start, mark) : NULL;
}

static struct ns_node *parse_unary(struct ns_parser *p)
{
    if (p->token.kind != NS_TOKEN_MINUS && p->token.kind != NS_TOKEN_PLUS)
        return parse_primary(p);
    bool is_minus = p->token.kind == NS_TOKEN_MINUS;
    size_t start = p->token.span.offset, mark = p->stack_count;
    if (!enter(p) || !ns_parser_advance(p))
        return NULL;
    struct ns_node *operand = parse_unary(p);
    if (!operand)
        return NULL;
    leave(p);
    if (!is_minus)
        return operand;
    return ns_parser_push(p, operand) ? new_parent(p, NS_NODE_NEGATE, start, mark) : NULL;
}

struct operator_level {
    enum ns_token_kind tokens[3];
    enum ns_node_kind nodes[3];
};

static const struct operator_level PRODUCTS = {
    {NS_TOKEN_STAR, NS_TOKEN_SLASH, NS_TOKEN_PERCENT},
    {NS_NODE_MULTIPLY, NS_NODE_DIVIDE, NS_NODE_MODULO}};
static const struct operator_level SUMS = {{NS_TOKEN_PLUS, NS_TOKEN_MINUS, NS_TOKEN_PLUS},
                                           {NS_NODE_ADD, NS_NODE_SUBTRACT, NS_NODE_ADD}};

/*
 * Left-associative operators. A chain of them makes a tree that leans to the left, as
 * deep as the chain is long: it does not count as nesting, so whoever walks the tree
 * goes down the first children of arithmetic without recursion.
 */
static struct ns_node *parse_operators(struct ns_parser *p, const struct operator_level *level,
                                       struct ns_node *(*operand)(struct ns_parser *p))
{
    size_t start = p->token.span.offset;
    struct ns_node *left = operand(p);
    while (left) {
        size_t i = 0;
        while (i < 3 && level->tokens[i] != p->token.kind)
            i++;
        if (i == 3)
            break;
        struct ns_node *right = ns_parser_advance(p) ? operand(p) : NULL;
        left = right ? new_binary(p, level->nodes[i], left, right) : NULL;
        if (left) {
            left->span.offset = start;
            finish(p, left);
        }
    }
    return left;
}

static struct ns_node *parse_product(struct ns_parser *p)
{
    return parse_operators(p, &PRODUCTS, parse_unary);
}

static struct ns_node *parse_sum(struct ns_parser *p)
{
    return parse_operators(p, &SUMS, parse_product);
}

static bool is_comparison(enum ns_token_kind kind)
{
    return kind >= NS_TOKEN_EQUAL && kind <= NS_TOKEN_GREATER_EQUAL;
}

static struct ns_node *parse_comparison(struct ns_parser *p)
{
    size_t start = p->token.span.offset;
    struct ns_node *left = parse_sum(p);
    if (left && p->token.kind == NS_TOKEN_ASSIGN) {
        ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_SYNTAX,
                          "'=' is not an operator, expected '==' (or ':' to ignore case and use "
                          "wildcards)");
        return NULL;
    }
    if (!left || !is_comparison(p->token.kind))
        return left;
    enum ns_node_kind kind =
        (enum ns_node_kind)(NS_NODE_EQUAL + (int)(p->token.kind - NS_TOKEN_EQUAL));
    struct ns_node *right = ns_parser_advance(p) ? parse_sum(p) : NULL;
    struct ns_node *node = right ? new_binary(p, kind, left, right) : NULL;
    if (node && is_comparison(p->token.kind)) {
        ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_SYNTAX,
                          "comparisons cannot be chained, join two of them with 'and': "
                          "1 < x and x < 5");
        return NULL;
    }
    if (node) {
        node->span.offset = start;
        finish(p, node);
    }
    return node;
}

static struct ns_node *parse_not(struct ns_parser *p)
{
    if (p->token.kind != NS_TOKEN_NOT)
        return parse_comparison(p);
    size_t start = p->token.span.offset, mark = p->stack_count;
    if (!enter(p) || !ns_parser_advance(p))
        return NULL;
    struct ns_node *operand = parse_not(p);
    if (!operand)
        return NULL;
    leave(p);
    return ns_parser_push(p, operand) ? new_parent(p, NS_NODE_NOT, start, mark) : NULL;
}

/* a and b and c is one node, however many there are. */
static struct ns_node *parse_chain(struct ns_parser *p, enum ns_token_kind token,
                                   enum ns_node_kind kind,
                                   struct ns_node *(*operand)(struct ns_parser *p))
{
    size_t start = p->token.span.offset, mark = p->stack_count;
    struct ns_node *first = operand(p);
    if (!first || p->token.kind != token)
        return first;
    if (!ns_parser_push(p, first))
        return NULL;
    while (p->token.kind == token) {
        struct ns_node *next = ns_parser_advance(p) ? operand(p) : NULL;
        if (!next || !ns_parser_push(p, next))
            return NULL;
    }
    return new_parent(p, kind, start, mark);
}

static struct ns_node *parse_and(struct ns_parser *p)
{
    return parse_chain(p, NS_TOKEN_AND, NS_NODE_AND, parse_not);
}

static struct ns_node *parse_condition(struct ns_parser *p)
{
    return parse_chain(p, NS_TOKEN_OR, NS_NODE_OR, parse_and);
}

struct ns_node *ns_parse_condition(struct ns_parser *p)
{
    return parse_condition(p);
}
