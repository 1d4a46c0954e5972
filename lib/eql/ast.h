/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax tree of an EQL text. Lives in one arena; strings are decoded. */
#ifndef NS_EQL_AST_H
#define NS_EQL_AST_H

#include "base/arena.h"
#include "text/text.h"

struct ns_function;

/* Where something stands in the query, in bytes. */
struct ns_span {
    size_t offset;
    size_t length;
};

enum ns_node_kind {
    NS_NODE_NULL,
    NS_NODE_BOOL,
    NS_NODE_INTEGER,
    NS_NODE_DECIMAL,
    NS_NODE_STRING,
    NS_NODE_FIELD,
    NS_NODE_CALL,     /* name, children: arguments */
    NS_NODE_NEGATE,   /* unary minus */
    NS_NODE_ADD,      /* the arithmetic operators, two children */
    NS_NODE_SUBTRACT,
    NS_NODE_MULTIPLY,
    NS_NODE_DIVIDE,
    NS_NODE_MODULO,
    NS_NODE_EQUAL,    /* the comparisons, two children */
    NS_NODE_NOT_EQUAL,
    NS_NODE_LESS,
    NS_NODE_LESS_EQUAL,
    NS_NODE_GREATER,
    NS_NODE_GREATER_EQUAL,
    NS_NODE_IN,       /* first child: what is looked up, others: the list */
    NS_NODE_MATCH,    /* `:`, children as NS_NODE_IN */
    NS_NODE_LIKE,
    NS_NODE_REGEX,
    NS_NODE_NOT,
    NS_NODE_AND,      /* two or more children */
    NS_NODE_OR
};

enum ns_type {
    NS_TYPE_ANY, /* a field: known only when its values are seen */
    NS_TYPE_NULL,
    NS_TYPE_BOOL,
    NS_TYPE_NUMBER,
    NS_TYPE_STRING
};

struct ns_node {
    enum ns_node_kind kind;
    enum ns_type type;   /* set by ns_check() */
    bool tilde;          /* in~, like~, regex~, name~() */
    bool optional;       /* ?field */
    struct ns_span span;
    struct ns_node **children;
    size_t child_count;
    struct ns_string text; /* string literal, field or function name */
    union {
        bool boolean;
        int64_t integer;
        double decimal;
        const struct ns_function *function; /* of a call, set by ns_check() */
    } as;
};

/* `process where ...`, a statement of its own or within brackets. */
struct ns_event_filter {
    struct ns_span span;
    struct ns_span category_span;
    bool any;                  /* `any where` */
    struct ns_string category; /* otherwise */
    struct ns_node *condition;
};

/* `by` keys: fields. */
struct ns_keys {
    struct ns_node **items;
    size_t count;
};

/* [ filter ] by ..., or ![ filter ]. */
struct ns_term {
    bool missing;
    struct ns_event_filter filter;
    struct ns_keys keys;
    int64_t runs; /* 0 when not given */
};

struct ns_pipe {
    struct ns_span span;
    struct ns_string name;
    struct ns_node **arguments;
    size_t argument_count;
};

enum ns_statement_kind { NS_EVENT_QUERY, NS_SEQUENCE, NS_SAMPLE };

struct ns_statement {
    enum ns_statement_kind kind;
    struct ns_span keyword;        /* of a sequence or sample */
    struct ns_event_filter filter; /* of an event query */
    struct ns_keys keys;           /* of a sequence or sample */
    struct ns_string maxspan;      /* number and unit; length 0: not given */
    struct ns_term *terms;
    size_t term_count;
    struct ns_term *until; /* NULL when not given */
    struct ns_pipe *pipes;
    size_t pipe_count;
};

#endif
