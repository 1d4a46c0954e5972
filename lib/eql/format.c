/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function that writes returns false when there is no point in going on:
 * the host stopped, or memory ran out. Recursion is as deep as the query nests,
 * which the parser limits; chains of arithmetic, which it does not, are walked.
 */
#include "eql/format.h"

#include <float.h>
#include <string.h>

#include "eql/lexer.h"
#include "text/number.h"

struct printer {
    netshare_write write;
    void *user;
    const netshare_allocator *allocator;
    netshare_status status;
    size_t used;
    char buffer[1024];
};

static bool flush(struct printer *p)
{
    size_t length = p->used;
    p->used = 0;
    return p->write(p->user, p->buffer, length);
}

static bool put_bytes(struct printer *p, const char *bytes, size_t length)
{
    while (length > 0) {
        if (p->used == sizeof p->buffer && !flush(p))
            return false;
        size_t room = sizeof p->buffer - p->used;
        size_t count = length < room ? length : room;
        memcpy(p->buffer + p->used, bytes, count);
        p->used += count;
        bytes += count;
        length -= count;
    }
    return true;
}

static bool put(struct printer *p, const char *text)
{
    return put_bytes(p, text, strlen(text));
}

/* --- Words --------------------------------------------------------------------- */

static bool put_escape(struct printer *p, uint32_t character)
{
    static const char HEX[] = "0123456789abcdef";
    static const char NAMED[] = "\bb\tt\nn\ff\rr\"\"\\\\"; /* character, letter */
    for (size_t i = 0; i + 1 < sizeof NAMED; i += 2) {
        if ((unsigned char)NAMED[i] == character)
            return put_bytes(p, "\\", 1) && put_bytes(p, NAMED + i + 1, 1);
    }
    char text[] = "\\u{0000}";
    for (size_t i = 0; i < 4; i++)
        text[6 - i] = HEX[character >> 4 * i & 0xF];
    return put(p, text);
}

/* Characters that do not show as themselves, or reorder the text around them. */
static bool needs_escape(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } RANGES[] = {
        {0x00, 0x1F},     {'"', '"'},       {'\\', '\\'},     {0x7F, 0x9F},    {0x061C, 0x061C},
        {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
    };
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++) {
        if (character >= RANGES[i].first && character <= RANGES[i].last)
            return true;
    }
    return false;
}

static bool put_string(struct printer *p, struct ns_string string)
{
    size_t plain = 0, at = 0;
    if (!put(p, "\""))
        return false;
    while (at < string.length) {
        size_t start = at;
        uint32_t character = ns_utf8_next((const unsigned char *)string.data, string.length, &at);
        if (!needs_escape(character))
            continue;
        if (!put_bytes(p, string.data + plain, start - plain) || !put_escape(p, character))
            return false;
        plain = at;
    }
    return put_bytes(p, string.data + plain, at - plain) && put(p, "\"");
}

static bool put_quoted_name(struct printer *p, struct ns_string name)
{
    if (!put(p, "`"))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        if (!put_bytes(p, name.data + i, 1) || (name.data[i] == '`' && !put(p, "`")))
            return false;
    }
    return put(p, "`");
}

/* A dotted name; how it was quoted is not known any more, `a.b` and a.b are one. */
static bool put_name(struct printer *p, struct ns_string name)
{
    for (size_t at = 0;; at++) {
        const char *start = name.data + at;
        const char *dot = memchr(start, '.', name.length - at);
        struct ns_string part = {start, dot ? (size_t)(dot - start) : name.length - at};
        bool plain = ns_is_identifier(part);
        if (!(plain ? put_bytes(p, part.data, part.length) : put_quoted_name(p, part)))
            return false;
        at += part.length;
        if (!dot)
            return true;
        if (!put(p, "."))
            return false;
    }
}

static bool put_decimal(struct printer *p, double value)
{
    char text[NS_NUMBER_TEXT];
    if (value > DBL_MAX)
        return put(p, "1.0E999"); /* reads as infinity */
    return put_bytes(p, text, ns_format_decimal(value, text));
}

static bool put_integer(struct printer *p, int64_t value)
{
    char text[NS_NUMBER_TEXT];
    return put_bytes(p, text, ns_format_integer(value, text));
}

/* --- Conditions ----------------------------------------------------------------- */

/* How tightly a node binds. An operand that binds less than it must needs parentheses. */
enum level {
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARISON,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_UNARY,
    LEVEL_PREDICATE,
    LEVEL_PRIMARY
};

static const struct {
    enum level level;
    const char *text;
} OPERATORS[] = {
    [NS_NODE_NEGATE] = {LEVEL_UNARY, "-"},
    [NS_NODE_ADD] = {LEVEL_SUM, " + "},
    [NS_NODE_SUBTRACT] = {LEVEL_SUM, " - "},
    [NS_NODE_MULTIPLY] = {LEVEL_PRODUCT, " * "},
    [NS_NODE_DIVIDE] = {LEVEL_PRODUCT, " / "},
    [NS_NODE_MODULO] = {LEVEL_PRODUCT, " % "},
    [NS_NODE_EQUAL] = {LEVEL_COMPARISON, " == "},
    [NS_NODE_NOT_EQUAL] = {LEVEL_COMPARISON, " != "},
    [NS_NODE_LESS] = {LEVEL_COMPARISON, " < "},
    [NS_NODE_LESS_EQUAL] = {LEVEL_COMPARISON, " <= "},
    [NS_NODE_GREATER] = {LEVEL_COMPARISON, " > "},
    [NS_NODE_GREATER_EQUAL] = {LEVEL_COMPARISON, " >= "},
    [NS_NODE_IN] = {LEVEL_PREDICATE, "in"},
    [NS_NODE_MATCH] = {LEVEL_PREDICATE, ":"},
    [NS_NODE_LIKE] = {LEVEL_PREDICATE, "like"},
    [NS_NODE_REGEX] = {LEVEL_PREDICATE, "regex"},
    [NS_NODE_NOT] = {LEVEL_NOT, "not "},
    [NS_NODE_AND] = {LEVEL_AND, " and "},
    [NS_NODE_OR] = {LEVEL_OR, " or "},
};

/* `x not in (...)` */
static bool is_not_in(const struct ns_node *node)
{
    return node->kind == NS_NODE_NOT && node->children[0]->kind == NS_NODE_IN;
}

static enum level level_of(const struct ns_node *node)
{
    if (is_not_in(node))
        return LEVEL_PREDICATE;
    return OPERATORS[node->kind].text ? OPERATORS[node->kind].level : LEVEL_PRIMARY;
}

static bool put_node(struct printer *p, const struct ns_node *node, enum level least);

static bool put_joined(struct printer *p, struct ns_node *const *nodes, size_t count,
                       const char *separator, enum level least)
{
    for (size_t i = 0; i < count; i++) {
        if ((i > 0 && !put(p, separator)) || !put_node(p, nodes[i], least))
            return false;
    }
    return true;
}

static bool put_list(struct printer *p, struct ns_node *const *nodes, size_t count)
{
    return put(p, "(") && put_joined(p, nodes, count, ", ", LEVEL_OR) && put(p, ")");
}

static bool put_call(struct printer *p, const struct ns_node *node)
{
    return put_bytes(p, node->text.data, node->text.length) && put(p, node->tilde ? "~" : "") &&
           put_list(p, node->children, node->child_count);
}

static bool put_predicate(struct printer *p, const struct ns_node *node, const char *negation)
{
    bool is_list = node->kind == NS_NODE_IN || node->child_count != 2;
    return put_node(p, node->children[0], LEVEL_PRIMARY) && put(p, negation) && put(p, " ") &&
           put(p, OPERATORS[node->kind].text) && put(p, node->tilde ? "~ " : " ") &&
           (is_list ? put_list(p, node->children + 1, node->child_count - 1)
                    : put_node(p, node->children[1], LEVEL_PRIMARY));
}

static bool is_arithmetic(const struct ns_node *node)
{
    return node->kind >= NS_NODE_ADD && node->kind <= NS_NODE_MODULO;
}

/* Does spine[i], the left operand of spine[i - 1], need parentheses? */
static bool is_enclosed(const struct ns_node *const *spine, size_t i)
{
    return i > 0 && level_of(spine[i]) < level_of(spine[i - 1]);
}

/* A chain of operators whose left operands spine[0], spine[1] ... are. */
static bool put_spine(struct printer *p, const struct ns_node *const *spine, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_enclosed(spine, i) && !put(p, "("))
            return false;
    }
    if (!put_node(p, spine[count - 1]->children[0], level_of(spine[count - 1])))
        return false;
    for (size_t i = count; i-- > 0;) {
        enum level tighter = level_of(spine[i]) + 1;
        if (!put(p, OPERATORS[spine[i]->kind].text) ||
            !put_node(p, spine[i]->children[1], tighter) ||
            (is_enclosed(spine, i) && !put(p, ")")))
            return false;
    }
    return true;
}

/* Operators associate to the left, so a chain of any length leans there. */
static bool put_arithmetic(struct printer *p, const struct ns_node *top)
{
    size_t count = 0;
    for (const struct ns_node *node = top; is_arithmetic(node); node = node->children[0])
        count++;
    const struct ns_node **spine = ns_alloc(p->allocator, count, sizeof *spine);
    if (!spine) {
        p->status = NETSHARE_ERROR_NO_MEMORY;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        spine[i] = i == 0 ? top : spine[i - 1]->children[0];
    bool done = put_spine(p, spine, count);
    ns_free(p->allocator, spine);
    return done;
}

static bool put_comparison(struct printer *p, const struct ns_node *node)
{
    return put_joined(p, node->children, node->child_count, OPERATORS[node->kind].text, LEVEL_SUM);
}

static bool put_bare(struct printer *p, const struct ns_node *node)
{
    switch (node->kind) {
    case NS_NODE_NULL:
        return put(p, "null");
    case NS_NODE_BOOL:
        return put(p, node->as.boolean ? "true" : "false");
    case NS_NODE_INTEGER:
        return put_integer(p, node->as.integer);
    case NS_NODE_DECIMAL:
        return put_decimal(p, node->as.decimal);
    case NS_NODE_STRING:
        return put_string(p, node->text);
    case NS_NODE_FIELD:
        return put(p, node->optional ? "?" : "") && put_name(p, node->text);
    case NS_NODE_CALL:
        return put_call(p, node);
    case NS_NODE_ADD:
    case NS_NODE_SUBTRACT:
    case NS_NODE_MULTIPLY:
    case NS_NODE_DIVIDE:
    case NS_NODE_MODULO:
        return put_arithmetic(p, node);
    case NS_NODE_EQUAL:
    case NS_NODE_NOT_EQUAL:
    case NS_NODE_LESS:
    case NS_NODE_LESS_EQUAL:
    case NS_NODE_GREATER:
    case NS_NODE_GREATER_EQUAL:
        return put_comparison(p, node);
    case NS_NODE_IN:
    case NS_NODE_MATCH:
    case NS_NODE_LIKE:
    case NS_NODE_REGEX:
        return put_predicate(p, node, "");
    case NS_NODE_NEGATE:
    case NS_NODE_NOT:
        if (is_not_in(node))
            return put_predicate(p, node->children[0], " not");
        return put(p, OPERATORS[node->kind].text) &&
               put_node(p, node->children[0], level_of(node));
    case NS_NODE_AND:
    case NS_NODE_OR: /* (a or b) or c is a or b or c */
    default:
        return put_joined(p, node->children, node->child_count, OPERATORS[node->kind].text,
                          level_of(node));
    }
}

static bool put_node(struct printer *p, const struct ns_node *node, enum level least)
{
    bool enclosed = level_of(node) < least;
    return (!enclosed || put(p, "(")) && put_bare(p, node) && (!enclosed || put(p, ")"));
}

/* --- Statements ------------------------------------------------------------------- */

static bool put_filter(struct printer *p, const struct ns_event_filter *filter)
{
    bool done;
    if (filter->any)
        done = put(p, "any");
    else if (ns_is_identifier(filter->category))
        done = put_bytes(p, filter->category.data, filter->category.length);
    else
        done = put_string(p, filter->category);
    return done && put(p, " where ") && put_node(p, filter->condition, LEVEL_OR);
}

static bool put_keys(struct printer *p, const struct ns_keys *keys)
{
    return keys->count == 0 ||
           (put(p, " by ") && put_joined(p, keys->items, keys->count, ", ", LEVEL_OR));
}

static bool put_term(struct printer *p, const struct ns_term *term)
{
    return put(p, term->missing ? " ![" : " [") && put_filter(p, &term->filter) && put(p, "]") &&
           put_keys(p, &term->keys) &&
           (term->runs == 0 || (put(p, " with runs=") && put_integer(p, term->runs)));
}

static bool put_terms(struct printer *p, const struct ns_statement *s)
{
    bool done = put(p, s->kind == NS_SAMPLE ? "sample" : "sequence") && put_keys(p, &s->keys) &&
                (s->maxspan.length == 0 ||
                 (put(p, " with maxspan=") && put_bytes(p, s->maxspan.data, s->maxspan.length)));
    for (size_t i = 0; done && i < s->term_count; i++)
        done = put_term(p, &s->terms[i]);
    return done && (!s->until || (put(p, " until") && put_term(p, s->until)));
}

static bool put_pipe(struct printer *p, const struct ns_pipe *pipe)
{
    return put(p, " | ") && put_bytes(p, pipe->name.data, pipe->name.length) &&
           (pipe->argument_count == 0 || put(p, " ")) &&
           put_joined(p, pipe->arguments, pipe->argument_count, ", ", LEVEL_OR);
}

netshare_status ns_format(const struct ns_statement *statement,
                          const netshare_allocator *allocator, netshare_write write, void *user)
{
    struct printer p = {.write = write, .user = user, .allocator = allocator,
                        .status = NETSHARE_OK};
    bool done = statement->kind == NS_EVENT_QUERY ? put_filter(&p, &statement->filter)
                                                  : put_terms(&p, statement);
    for (size_t i = 0; done && i < statement->pipe_count; i++)
        done = put_pipe(&p, &statement->pipes[i]);
    if (done)
        flush(&p);
    return p.status;
}
