/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/value_test.h"

bool ns_compile_no_memory(struct ns_compile_context *c)
{
    c->status = ns_error_no_memory(c->error);
    return false;
}

bool ns_constant_of(const struct ns_node *node, struct ns_value *value)
{
    bool negative = false;
    for (; node->kind == NS_NODE_NEGATE; node = node->children[0])
        negative = !negative;
    switch (node->kind) {
    case NS_NODE_NULL:
        *value = ns_null();
        break;
    case NS_NODE_BOOL:
        *value = ns_bool(node->as.boolean);
        break;
    case NS_NODE_INTEGER:
        *value = ns_integer(negative ? -node->as.integer : node->as.integer);
        break;
    case NS_NODE_DECIMAL:
        *value = ns_decimal(negative ? -node->as.decimal : node->as.decimal);
        break;
    case NS_NODE_STRING:
        *value = ns_text_value(ns_text_string(node->text));
        break;
    default:
        return false;
    }
    return true;
}

static struct ns_test *new_test(struct ns_compile_context *c, enum ns_test_kind kind)
{
    struct ns_test *test = ns_arena_alloc(c->arena, 1, sizeof *test);
    if (!test) {
        ns_compile_no_memory(c);
        return NULL;
    }
    test->kind = kind;
    return test;
}

const struct ns_test *ns_test_new(struct ns_compile_context *c, enum ns_test_kind kind)
{
    return new_test(c, kind);
}

/* The string of a value, moved to the program's memory. */
static bool own_text(struct ns_compile_context *c, struct ns_value *value)
{
    if (value->kind != NS_TEXT)
        return true;
    const char *copy = ns_arena_string(c->arena, value->as.text.data, value->as.text.length);
    value->as.text.data = copy;
    return copy || ns_compile_no_memory(c);
}

const struct ns_test *ns_test_compare(struct ns_compile_context *c, enum ns_node_kind comparison,
                                      struct ns_value constant)
{
    struct ns_test *test = new_test(c, NS_TEST_COMPARE);
    if (!test || !own_text(c, &constant))
        return NULL;
    test->comparison = comparison;
    test->constant = constant;
    return test;
}

/* Room for as many strings, patterns and values as there are constants. */
struct alternatives {
    struct ns_string *strings;
    struct ns_pattern *patterns;
    struct ns_value *values;
};

static bool start(struct ns_compile_context *c, struct alternatives *a, size_t strings,
                  size_t patterns, size_t values)
{
    a->strings = ns_arena_alloc(c->arena, strings, sizeof *a->strings);
    a->patterns = ns_arena_alloc(c->arena, patterns, sizeof *a->patterns);
    a->values = ns_arena_alloc(c->arena, values, sizeof *a->values);
    return (a->strings && a->patterns && a->values) || ns_compile_no_memory(c);
}

static bool copy_string(struct ns_compile_context *c, struct ns_string from, struct ns_string *to)
{
    *to = (struct ns_string){ns_arena_string(c->arena, from.data, from.length), from.length};
    return to->data || ns_compile_no_memory(c);
}

/* Fewer patterns than this are sooner tried one by one. */
enum { LEAST_PATTERN_SET = 6 };

static bool make_pattern_set(struct ns_compile_context *c, struct ns_test *test)
{
    const struct ns_wildcard **compiled =
        ns_arena_alloc(c->arena, test->pattern_count, sizeof *compiled);
    if (!compiled)
        return ns_compile_no_memory(c);
    for (size_t i = 0; i < test->pattern_count; i++)
        compiled[i] = test->patterns[i].compiled;
    test->pattern_set = ns_pattern_set_new(compiled, test->pattern_count, c->arena);
    return test->pattern_set || ns_compile_no_memory(c);
}

static const struct ns_test *finish(struct ns_compile_context *c, struct ns_test *test,
                                    const struct alternatives *a)
{
    test->strings = a->strings;
    test->patterns = a->patterns;
    test->values = a->values;
    test->has_outline = !test->value_count;
    for (size_t i = 0; i < test->string_count; i++)
        ns_outline_add(&test->outline, test->strings[i], test->fold);
    for (size_t i = 0; i < test->pattern_count; i++)
        ns_wildcard_outline(test->patterns[i].compiled, &test->outline);
    if (test->string_count) {
        test->set = ns_string_set_new(test->strings, test->string_count, test->fold, c->arena);
        if (!test->set) {
            ns_compile_no_memory(c);
            return NULL;
        }
    }
    if (test->pattern_count >= LEAST_PATTERN_SET && !make_pattern_set(c, test))
        return NULL;
    return test;
}

static bool add_pattern(struct ns_compile_context *c, struct ns_test *test,
                        struct ns_pattern *pattern, enum ns_pattern_kind kind,
                        struct ns_string text)
{
    static const enum ns_anchor ANCHORS[] = {[NS_PATTERN_PREFIX] = NS_AT_START,
                                             [NS_PATTERN_SUFFIX] = NS_AT_END,
                                             [NS_PATTERN_INNER] = NS_ANYWHERE};
    pattern->kind = kind;
    pattern->compiled =
        kind == NS_PATTERN_WILDCARD
            ? ns_wildcard_compile(text, test->fold, c->arena)
            : ns_wildcard_literal(text, ANCHORS[kind], test->fold, c->arena);
    if (!pattern->compiled)
        return ns_compile_no_memory(c);
    test->pattern_count++;
    return copy_string(c, text, &pattern->text);
}

/* Nulls are passed over: nothing equals them. */
static bool add_constant(struct ns_compile_context *c, struct ns_test *test,
                         struct alternatives *a, const struct ns_node *node, bool wildcards)
{
    struct ns_value value = ns_null();
    ns_constant_of(node, &value);
    if (value.kind == NS_NULL)
        return true;
    if (value.kind != NS_TEXT) {
        a->values[test->value_count++] = value;
        return true;
    }
    if (wildcards && ns_has_wildcard(node->text))
        return add_pattern(c, test, &a->patterns[test->pattern_count], NS_PATTERN_WILDCARD,
                           node->text);
    return copy_string(c, node->text, &a->strings[test->string_count++]);
}

static const struct ns_test *any_of(struct ns_compile_context *c, struct ns_node *const *nodes,
                                    size_t count, enum ns_fold fold, bool wildcards)
{
    struct ns_test *test = new_test(c, NS_TEST_ANY_OF);
    struct alternatives a;
    size_t strings = 0, patterns = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_string = nodes[i]->kind == NS_NODE_STRING;
        bool is_pattern = is_string && wildcards && ns_has_wildcard(nodes[i]->text);
        strings += is_string && !is_pattern;
        patterns += is_pattern;
    }
    if (!test || !start(c, &a, strings, patterns, count - strings - patterns))
        return NULL;
    test->fold = fold;
    for (size_t i = 0; i < count; i++) {
        if (!add_constant(c, test, &a, nodes[i], wildcards))
            return NULL;
    }
    return finish(c, test, &a);
}

const struct ns_test *ns_test_equal(struct ns_compile_context *c, struct ns_value constant)
{
    struct ns_test *test = new_test(c, NS_TEST_ANY_OF);
    struct alternatives a;
    bool is_text = constant.kind == NS_TEXT;
    if (!test || !start(c, &a, is_text, 0, !is_text))
        return NULL;
    if (!is_text) {
        a.values[test->value_count++] = constant;
    } else {
        struct ns_string text = {constant.as.text.data, constant.as.text.length};
        if (!copy_string(c, text, &a.strings[test->string_count++]))
            return NULL;
    }
    return finish(c, test, &a);
}

/* The place in the query of an offset in a string literal; the literal where escapes
 * make that hard to tell. */
static struct ns_span place_in_literal(const struct ns_node *literal, size_t offset)
{
    size_t quotes = literal->span.length - literal->text.length;
    if (quotes != 2 && quotes != 6)
        return literal->span;
    size_t at = literal->span.offset + quotes / 2 + offset;
    return (struct ns_span){at, offset < literal->text.length ? 1 : 0};
}

static void fail_regex(struct ns_compile_context *c, struct ns_node *const *nodes,
                       netshare_status status, const struct ns_regex_problem *problem)
{
    if (status == NETSHARE_ERROR_NO_MEMORY) {
        ns_compile_no_memory(c);
        return;
    }
    struct ns_span span = place_in_literal(nodes[problem->pattern], problem->offset);
    c->status = status;
    ns_error_at(c->error, status, c->text.data, c->text.length, span.offset, span.length,
                "regular expression: %s", problem->message);
}

static bool make_required(struct ns_compile_context *c, struct ns_test *test)
{
    size_t count;
    const struct ns_string *literals = ns_regex_required_literals(test->regex, &count);
    test->required = ns_arena_alloc(c->arena, count, sizeof *test->required);
    for (size_t i = 0; test->required && i < count; i++) {
        test->required[i] = ns_wildcard_literal(literals[i], NS_ANYWHERE, test->fold, c->arena);
        if (!test->required[i])
            return ns_compile_no_memory(c);
    }
    test->required_count = count;
    return test->required || ns_compile_no_memory(c);
}

static const struct ns_test *regex_test(struct ns_compile_context *c,
                                        struct ns_node *const *nodes, size_t count,
                                        enum ns_fold fold)
{
    struct ns_test *test = new_test(c, NS_TEST_ANY_OF);
    struct ns_string *texts = ns_arena_alloc(c->arena, count, sizeof *texts);
    if (!test || !texts) {
        ns_compile_no_memory(c);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (!copy_string(c, nodes[i]->text, &texts[i]))
            return NULL;
    }
    struct ns_regex_problem problem = {0};
    netshare_status status =
        ns_regex_compile(texts, count, fold, c->arena, &test->regex, &problem);
    if (status != NETSHARE_OK) {
        fail_regex(c, nodes, status, &problem);
        return NULL;
    }
    test->fold = fold;
    test->regex_texts = texts;
    test->regex_count = count;
    return make_required(c, test) ? test : NULL;
}

const struct ns_test *ns_test_of_operator(struct ns_compile_context *c,
                                          const struct ns_node *node)
{
    bool folds = node->tilde || node->kind == NS_NODE_MATCH;
    enum ns_fold fold = folds ? c->fold : NS_FOLD_NONE;
    if (node->kind == NS_NODE_REGEX)
        return regex_test(c, node->children + 1, node->child_count - 1, fold);
    return any_of(c, node->children + 1, node->child_count - 1, fold, node->kind != NS_NODE_IN);
}

static const struct ns_test *networks_test(struct ns_compile_context *c,
                                           const struct ns_node *node)
{
    size_t count = node->child_count - 1;
    struct ns_test *test = new_test(c, NS_TEST_NETWORKS);
    struct ns_network *networks = ns_arena_alloc(c->arena, count, sizeof *networks);
    struct ns_string *texts = ns_arena_alloc(c->arena, count, sizeof *texts);
    if (!test || !networks || !texts) {
        ns_compile_no_memory(c);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct ns_text text = ns_text_string(node->children[i + 1]->text);
        ns_parse_network(&text, &networks[i]); /* ns_check() has seen that it can */
        if (!copy_string(c, node->children[i + 1]->text, &texts[i]))
            return NULL;
    }
    test->networks = networks;
    test->network_texts = texts;
    test->network_count = count;
    return test;
}

static const struct ns_test *literal_test(struct ns_compile_context *c,
                                          const struct ns_node *call, enum ns_pattern_kind kind)
{
    struct ns_test *test = new_test(c, NS_TEST_ANY_OF);
    struct alternatives a;
    struct ns_string literal = call->children[1]->text;
    if (!test || !start(c, &a, 0, 1, 0))
        return NULL;
    test->fold = call->tilde ? c->fold : NS_FOLD_NONE;
    /* Nothing contains an empty string, by the function reference. */
    if ((kind != NS_PATTERN_INNER || literal.length) &&
        !add_pattern(c, test, a.patterns, kind, literal))
        return NULL;
    return finish(c, test, &a);
}

const struct ns_test *ns_test_of_call(struct ns_compile_context *c, const struct ns_node *call)
{
    enum ns_fold fold = call->tilde ? c->fold : NS_FOLD_NONE;
    switch (call->as.function->form) {
    case NS_FORM_CIDR_MATCH:
        return networks_test(c, call);
    case NS_FORM_WILDCARD:
        return any_of(c, call->children + 1, call->child_count - 1, fold, true);
    case NS_FORM_STARTS_WITH:
        return literal_test(c, call, NS_PATTERN_PREFIX);
    case NS_FORM_ENDS_WITH:
        return literal_test(c, call, NS_PATTERN_SUFFIX);
    case NS_FORM_CONTAINS:
    default:
        return literal_test(c, call, NS_PATTERN_INNER);
    }
}
