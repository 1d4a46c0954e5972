/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a query compiles to: a tree of clauses whose leaves name predicates. A predicate
 * asks one question of an event; its answer is true or false, never null.
 */
#ifndef NS_EQL_PROGRAM_H
#define NS_EQL_PROGRAM_H

#include "base/buffer.h"
#include "base/names.h"
#include "eql/function.h"
#include "text/network.h"
#include "text/outline.h"
#include "text/pattern_set.h"
#include "text/regex.h"
#include "text/string_set.h"
#include "text/wildcard.h"

/* --- A test of one value ---------------------------------------------------------- */

enum ns_test_kind {
    NS_TEST_ANY_OF, /* equals a value or string, or matches a pattern or the regex */
    NS_TEST_COMPARE,
    NS_TEST_NETWORKS,
    NS_TEST_PRESENT,
    NS_TEST_NULL,
    NS_TEST_TRUE
};

enum ns_pattern_kind { NS_PATTERN_WILDCARD, NS_PATTERN_PREFIX, NS_PATTERN_SUFFIX, NS_PATTERN_INNER };

struct ns_pattern {
    enum ns_pattern_kind kind;
    struct ns_string text;
    const struct ns_wildcard *compiled;
};

struct ns_test {
    enum ns_test_kind kind;
    enum ns_fold fold; /* of strings, patterns and regex */
    /* NS_TEST_ANY_OF */
    bool has_outline; /* of what passes: strings and patterns alone */
    struct ns_outline outline;
    const struct ns_string_set *set; /* NULL when there are no strings */
    const struct ns_string *strings;
    size_t string_count;
    const struct ns_pattern *patterns;
    size_t pattern_count;
    const struct ns_pattern_set *pattern_set; /* of all patterns, when there are many */
    const struct ns_regex *regex; /* NULL when there is none */
    const struct ns_string *regex_texts;
    size_t regex_count;
    const struct ns_wildcard **required; /* of which one matches what the regex matches */
    size_t required_count;               /* 0 when none are known */
    const struct ns_value *values; /* booleans and numbers */
    size_t value_count;
    /* NS_TEST_COMPARE: value on the left, constant on the right */
    enum ns_node_kind comparison;
    struct ns_value constant;
    /* NS_TEST_NETWORKS */
    const struct ns_network *networks;
    const struct ns_string *network_texts;
    size_t network_count;
};

/* The patterns, and what the regex requires: a text that none of these matches passes only by
 * being one of the strings. */
static inline size_t ns_test_pattern_count(const struct ns_test *test)
{
    return test->pattern_count + test->required_count;
}

static inline const struct ns_wildcard *ns_test_pattern(const struct ns_test *test, size_t number)
{
    return number < test->pattern_count ? test->patterns[number].compiled
                                        : test->required[number - test->pattern_count];
}

/* --- An expression over fields ------------------------------------------------------- */

/* Operations of a stack machine, which take their operands from the stack. */
enum ns_op_kind {
    NS_OP_CONSTANT,
    NS_OP_FIELD,
    NS_OP_CALL, /* `count` operands */
    NS_OP_NEGATE,
    NS_OP_ARITHMETIC,
    NS_OP_COMPARE,
    NS_OP_TEST,
    NS_OP_IN, /* `count` operands: is the first one of the others? */
    NS_OP_NOT, /* these three: null is unknown */
    NS_OP_AND, /* `count` operands */
    NS_OP_OR
};

struct ns_op {
    enum ns_op_kind kind;
    enum ns_node_kind node; /* which arithmetic or comparison; of a test: NS_NODE_CALL or none */
    enum ns_fold fold;      /* of a call or comparison */
    uint32_t count;
    union {
        struct ns_value constant;
        uint32_t slot; /* index of the predicate's fields */
        const struct ns_function *function;
        const struct ns_test *test;
    } as;
};

struct ns_expression {
    const struct ns_op *ops;
    size_t op_count;
    size_t stack_size; /* most values on the stack at once */
};

/* --- Predicates and clauses ------------------------------------------------------------ */

enum ns_predicate_kind { NS_PREDICATE_CONSTANT, NS_PREDICATE_FIELD, NS_PREDICATE_EXPRESSION };

/*
 * Of a field: does any of its values pass the test? Of an expression: does its result
 * for any choice of one value of each field (null for an absent one)?
 */
struct ns_predicate {
    enum ns_predicate_kind kind;
    bool verdict;           /* of a constant */
    const uint32_t *fields; /* numbers in ns_programs, each once */
    size_t field_count;     /* 1 of a field, 1 or more of an expression */
    struct ns_expression expression;
    const struct ns_test *test;
};

enum ns_clause_kind { NS_CLAUSE_AND, NS_CLAUSE_OR, NS_CLAUSE_NOT, NS_CLAUSE_LEAF };

/* The tree in query order: below clause i stand the clauses i + 1 up to its end. */
struct ns_clause {
    enum ns_clause_kind kind;
    bool negated; /* of a leaf: holds when the predicate does not, as for != */
    uint32_t predicate; /* which one of the program, of a leaf */
    uint32_t end;
    struct ns_span span; /* length 0: the test of the event category */
};

struct ns_program {
    const uint32_t *predicates; /* of the leaves, by their numbers in ns_programs */
    size_t predicate_count;
    const struct ns_clause *clauses;
    size_t clause_count;
};

/* Compiled queries, of which equal predicates are one. */
struct ns_programs {
    struct ns_arena arena;  /* of all that is compiled */
    struct ns_names fields; /* that the predicates read */
    const struct ns_predicate **predicates;
    size_t predicate_count, predicate_capacity;
    /* While queries are compiled: what the predicates ask, in words; the query at hand. */
    struct ns_names questions;
    struct ns_buffer question;
    struct ns_arena tree;
};

#endif
