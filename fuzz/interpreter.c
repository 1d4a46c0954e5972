/* SPDX-License-Identifier: Apache-2.0 */
#include "interpreter.h"

#include <math.h>

#include "regex_reference.h"

enum { MOST_FIELDS = 8, MOST_COMBINATIONS = 20000, MOST_ARGUMENTS = 32, SUBSTITUTE_ROOM = 128 };

/* The fields of one clause, each with a value at a time. */
struct bindings {
    struct ns_string names[MOST_FIELDS];
    struct naive_value values[MOST_FIELDS][FUZZ_VALUES];
    size_t counts[MOST_FIELDS];
    size_t chosen[MOST_FIELDS];
    size_t count;
};

/* --- memory and strings ------------------------------------------------------------- */

void *naive_allocate(struct naive *naive, size_t size)
{
    struct naive_block *block = fuzz_block(sizeof *block + size);
    block->next = naive->memory;
    naive->memory = block;
    return block + 1;
}

void naive_release(struct naive *naive)
{
    for (struct naive_block *block = naive->memory, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    naive->memory = NULL;
}

struct naive_value naive_bool(bool boolean)
{
    return (struct naive_value){.kind = NAIVE_BOOL, .boolean = boolean};
}

static struct naive_value from_characters(struct naive *naive, const uint32_t *characters,
                                          size_t count)
{
    uint32_t *units = naive_allocate(naive, 2 * count * sizeof *units);
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_pair = characters[i] >= 0x10000 && characters[i] < NAIVE_BAD_BYTE;
        if (is_pair)
            units[length++] = 0xD800 + ((characters[i] - 0x10000) >> 10);
        units[length++] = is_pair ? 0xDC00 + (characters[i] & 0x3FF) : characters[i];
    }
    return (struct naive_value){.kind = NAIVE_STRING, .string = {units, length}};
}

static struct naive_value from_utf8(struct naive *naive, const char *bytes, size_t length)
{
    uint32_t *characters = naive_allocate(naive, length * sizeof *characters);
    return from_characters(naive, characters, naive_from_utf8(bytes, length, characters));
}

struct naive_value naive_read(struct naive *naive, const netshare_value *value)
{
    switch (value->type) {
    case NETSHARE_VALUE_BOOL:
        return naive_bool(value->as.boolean);
    case NETSHARE_VALUE_INT64:
        return (struct naive_value){.kind = NAIVE_INTEGER, .integer = value->as.int64};
    case NETSHARE_VALUE_DOUBLE:
        return (struct naive_value){.kind = NAIVE_DOUBLE, .decimal = value->as.float64};
    case NETSHARE_VALUE_UTF8:
        return from_utf8(naive, value->as.utf8.data, value->as.utf8.length);
    case NETSHARE_VALUE_UTF16: {
        uint32_t *units = naive_allocate(naive, value->as.utf16.length * sizeof *units);
        for (size_t i = 0; i < value->as.utf16.length; i++)
            units[i] = value->as.utf16.data[i];
        return (struct naive_value){.kind = NAIVE_STRING,
                                    .string = {units, value->as.utf16.length}};
    }
    default:
        return (struct naive_value){.kind = NAIVE_NULL};
    }
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

size_t naive_characters(struct naive *naive, struct naive_string string, uint32_t **characters,
                        size_t **places)
{
    size_t count = 0;
    *characters = naive_allocate(naive, (string.length + 1) * sizeof **characters);
    *places = naive_allocate(naive, (string.length + 1) * sizeof **places);
    for (size_t at = 0; at < string.length; at++) {
        uint32_t unit = string.units[at];
        (*places)[count] = at;
        if (is_high(unit) && at + 1 < string.length && is_low(string.units[at + 1]))
            unit = 0x10000 + ((unit - 0xD800) << 10) + (string.units[++at] - 0xDC00);
        (*characters)[count++] = unit;
    }
    (*places)[count] = string.length;
    return count;
}

/* Folding a unit of a pair changes nothing, so pairs with case are compared joined. */
bool naive_equals(struct naive_string a, struct naive_string b, enum naive_fold fold)
{
    struct naive scratch = {.memory = NULL};
    uint32_t *left, *right;
    size_t *places;
    size_t left_count = naive_characters(&scratch, a, &left, &places);
    size_t right_count = naive_characters(&scratch, b, &right, &places);
    bool is_equal = left_count == right_count;
    for (size_t i = 0; is_equal && i < left_count; i++)
        is_equal = naive_fold(fold, left[i]) == naive_fold(fold, right[i]);
    naive_release(&scratch);
    return is_equal;
}

static int order_of_strings(struct naive *naive, struct naive_string a, struct naive_string b)
{
    uint32_t *left, *right;
    size_t *places;
    size_t left_count = naive_characters(naive, a, &left, &places);
    size_t right_count = naive_characters(naive, b, &right, &places);
    for (size_t i = 0; i < left_count && i < right_count; i++) {
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    }
    return left_count == right_count ? 0 : left_count < right_count ? -1 : 1;
}

/* --- comparisons -------------------------------------------------------------------- */

static bool is_number(struct naive_value v)
{
    return v.kind == NAIVE_INTEGER || v.kind == NAIVE_DOUBLE;
}

/* Exact where a long double has the 64 bits of an integer. */
static long double amount(struct naive_value v)
{
    return v.kind == NAIVE_INTEGER ? (long double)v.integer : (long double)v.decimal;
}

static bool holds(enum ns_node_kind operator_kind, bool less, bool equal, bool greater)
{
    switch (operator_kind) {
    case NS_NODE_EQUAL:
        return equal;
    case NS_NODE_NOT_EQUAL:
        return !equal;
    case NS_NODE_LESS:
        return less;
    case NS_NODE_LESS_EQUAL:
        return less || equal;
    case NS_NODE_GREATER:
        return greater;
    default:
        return greater || equal;
    }
}

static struct naive_value compare(struct naive *naive, enum ns_node_kind operator_kind,
                                  struct naive_value a, struct naive_value b)
{
    bool is_equality = operator_kind == NS_NODE_EQUAL || operator_kind == NS_NODE_NOT_EQUAL;
    if (is_number(a) && is_number(b)) {
        long double x = amount(a), y = amount(b);
        return naive_bool(holds(operator_kind, x < y, x == y, x > y));
    }
    if (a.kind == NAIVE_STRING && b.kind == NAIVE_STRING) {
        int order = order_of_strings(naive, a.string, b.string);
        return naive_bool(holds(operator_kind, order < 0, order == 0, order > 0));
    }
    if (a.kind == NAIVE_BOOL && b.kind == NAIVE_BOOL && is_equality)
        return naive_bool(holds(operator_kind, false, a.boolean == b.boolean, false));
    return (struct naive_value){.kind = NAIVE_NULL};
}

/* --- lookups and patterns ------------------------------------------------------------ */

static bool matches_wildcard(struct naive *naive, struct naive_string pattern,
                             struct naive_string text, enum naive_fold fold)
{
    uint32_t *p, *t;
    size_t *places;
    size_t p_count = naive_characters(naive, pattern, &p, &places);
    size_t t_count = naive_characters(naive, text, &t, &places);
    return naive_wildcard(p, p_count, t, t_count, fold);
}

/* The reference takes bytes: whole characters are spelt, others are beyond it. */
static bool matches_regex(struct naive *naive, struct ns_string pattern,
                          struct naive_string text, enum naive_fold fold)
{
    static const reference_fold folds[] = {
        [NAIVE_EXACT] = REFERENCE_EXACT,
        [NAIVE_ASCII] = REFERENCE_ASCII,
        [NAIVE_UNICODE] = REFERENCE_UNICODE,
    };
    char bytes[SUBSTITUTE_ROOM];
    size_t length = 0, *places;
    uint32_t *characters;
    size_t count = naive_characters(naive, text, &characters, &places);
    for (size_t i = 0; i < count; i++) {
        uint32_t c = characters[i];
        bool is_known = c < 0x80 || c == 0xE9 || c == 0xC9 || c == 0x212A || c == 0x17F ||
                        c == 0xDF || c == 0x1F600;
        if (count > REFERENCE_LONGEST_TEXT || !is_known) {
            naive->is_uncertain = true;
            return false;
        }
        if (c >= 0x10000) {
            bytes[length++] = (char)(0xF0 | c >> 18);
            bytes[length++] = (char)(0x80 | (c >> 12 & 0x3F));
        } else if (c >= 0x800) {
            bytes[length++] = (char)(0xE0 | c >> 12);
        } else if (c >= 0x80) {
            bytes[length++] = (char)(0xC0 | c >> 6);
        }
        if (c >= 0x800)
            bytes[length++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[length++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c);
    }
    reference_regex *regex = reference_regex_parse(pattern.data, pattern.length);
    FUZZ_CHECK(regex, "malformed: %.*s", (int)pattern.length, pattern.data);
    bool does_match = reference_regex_match(regex, bytes, length, folds[fold]);
    reference_regex_free(regex);
    return does_match;
}

static bool matches_item(struct naive *naive, const struct ns_node *node,
                         struct naive_value operand, struct naive_value item,
                         const struct ns_node *item_node)
{
    bool ignores_case = node->kind == NS_NODE_MATCH || node->tilde;
    enum naive_fold fold = ignores_case ? naive->fold : NAIVE_EXACT;
    if (operand.kind != NAIVE_STRING || item.kind != NAIVE_STRING) {
        bool may_equal = node->kind == NS_NODE_IN || node->kind == NS_NODE_MATCH;
        struct naive_value equal = compare(naive, NS_NODE_EQUAL, operand, item);
        return may_equal && equal.kind == NAIVE_BOOL && equal.boolean;
    }
    if (node->kind == NS_NODE_IN)
        return naive_equals(operand.string, item.string, fold);
    if (node->kind == NS_NODE_REGEX)
        return matches_regex(naive, item_node->text, operand.string, fold);
    return matches_wildcard(naive, item.string, operand.string, fold);
}

/* --- values -------------------------------------------------------------------------- */

static struct naive_value value_of(struct naive *naive, const struct ns_node *node,
                                   const struct bindings *bindings);

static bool same_name(struct ns_string a, struct ns_string b)
{
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static struct naive_value value_of_field(const struct ns_node *node,
                                         const struct bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) {
        if (same_name(bindings->names[i], node->text) && bindings->counts[i] > 0)
            return bindings->values[i][bindings->chosen[i]];
    }
    return (struct naive_value){.kind = NAIVE_NULL};
}

static struct naive_value value_of_lookup(struct naive *naive, const struct ns_node *node,
                                          const struct bindings *bindings)
{
    struct naive_value operand = value_of(naive, node->children[0], bindings);
    if (operand.kind == NAIVE_NULL)
        return operand;
    bool is_found = false;
    for (size_t i = 1; !is_found && i < node->child_count; i++) {
        const struct ns_node *item = node->children[i];
        is_found = matches_item(naive, node, operand, value_of(naive, item, bindings), item);
    }
    return naive_bool(is_found);
}

static struct naive_value value_of_wildcard(struct naive *naive, const struct ns_node *call,
                                            const struct bindings *bindings)
{
    struct ns_node like = *call;
    like.kind = NS_NODE_LIKE;
    if (value_of(naive, call->children[0], bindings).kind != NAIVE_STRING)
        return (struct naive_value){.kind = NAIVE_NULL};
    return value_of_lookup(naive, &like, bindings);
}

static struct naive_value value_of_call(struct naive *naive, const struct ns_node *call,
                                        const struct bindings *bindings)
{
    struct naive_value arguments[MOST_ARGUMENTS];
    static const char wildcard[] = "wildcard";
    if (call->text.length == sizeof wildcard - 1 &&
        memcmp(call->text.data, wildcard, sizeof wildcard - 1) == 0)
        return value_of_wildcard(naive, call, bindings);
    if (call->child_count > MOST_ARGUMENTS) {
        naive->is_uncertain = true;
        return (struct naive_value){.kind = NAIVE_NULL};
    }
    for (size_t i = 0; i < call->child_count; i++)
        arguments[i] = value_of(naive, call->children[i], bindings);
    return naive_call(naive, call, arguments);
}

static struct naive_value value_of_comparison(struct naive *naive, const struct ns_node *node,
                                              const struct bindings *bindings)
{
    struct naive_value a = value_of(naive, node->children[0], bindings);
    struct naive_value b = value_of(naive, node->children[1], bindings);
    bool is_equality = node->kind == NS_NODE_EQUAL || node->kind == NS_NODE_NOT_EQUAL;
    bool with_null = node->children[0]->kind == NS_NODE_NULL ||
                     node->children[1]->kind == NS_NODE_NULL;
    if (is_equality && with_null) {
        bool both = a.kind == NAIVE_NULL && b.kind == NAIVE_NULL;
        return naive_bool(both == (node->kind == NS_NODE_EQUAL));
    }
    return compare(naive, node->kind, a, b);
}

/* Unknown unless one of them decides alone. */
static struct naive_value value_of_junction(struct naive *naive, const struct ns_node *node,
                                            const struct bindings *bindings)
{
    bool decisive = node->kind == NS_NODE_OR, is_unknown = false;
    for (size_t i = 0; i < node->child_count; i++) {
        struct naive_value v = value_of(naive, node->children[i], bindings);
        if (v.kind == NAIVE_BOOL && v.boolean == decisive)
            return v;
        is_unknown = is_unknown || v.kind != NAIVE_BOOL;
    }
    return is_unknown ? (struct naive_value){.kind = NAIVE_NULL} : naive_bool(!decisive);
}

static struct naive_value value_of(struct naive *naive, const struct ns_node *node,
                                   const struct bindings *bindings)
{
    struct naive_value v = {.kind = NAIVE_NULL};
    switch (node->kind) {
    case NS_NODE_NULL:
        return v;
    case NS_NODE_BOOL:
        return naive_bool(node->as.boolean);
    case NS_NODE_INTEGER:
        return (struct naive_value){.kind = NAIVE_INTEGER, .integer = node->as.integer};
    case NS_NODE_DECIMAL:
        return (struct naive_value){.kind = NAIVE_DOUBLE, .decimal = node->as.decimal};
    case NS_NODE_STRING:
        return from_utf8(naive, node->text.data, node->text.length);
    case NS_NODE_FIELD:
        return value_of_field(node, bindings);
    case NS_NODE_CALL:
        return value_of_call(naive, node, bindings);
    case NS_NODE_NEGATE:
        return naive_arithmetic(NS_NODE_NEGATE, value_of(naive, node->children[0], bindings), v);
    case NS_NODE_ADD:
    case NS_NODE_SUBTRACT:
    case NS_NODE_MULTIPLY:
    case NS_NODE_DIVIDE:
    case NS_NODE_MODULO:
        return naive_arithmetic(node->kind, value_of(naive, node->children[0], bindings),
                                value_of(naive, node->children[1], bindings));
    case NS_NODE_IN:
    case NS_NODE_MATCH:
    case NS_NODE_LIKE:
    case NS_NODE_REGEX:
        return value_of_lookup(naive, node, bindings);
    case NS_NODE_NOT:
        v = value_of(naive, node->children[0], bindings);
        return v.kind == NAIVE_BOOL ? naive_bool(!v.boolean)
                                    : (struct naive_value){.kind = NAIVE_NULL};
    case NS_NODE_AND:
    case NS_NODE_OR:
        return value_of_junction(naive, node, bindings);
    default:
        return value_of_comparison(naive, node, bindings);
    }
}

/* --- clauses ------------------------------------------------------------------------- */

static void bind_field(struct naive *naive, struct ns_string name, struct bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) {
        if (same_name(bindings->names[i], name))
            return;
    }
    if (bindings->count == MOST_FIELDS) {
        naive->is_uncertain = true;
        return;
    }
    size_t number = bindings->count++;
    bindings->names[number] = name;
    bindings->counts[number] = 0;
    const struct fuzz_field *field = fuzz_event_find(naive->event, name.data);
    for (size_t i = 0; field && i < field->count; i++) {
        struct naive_value v = naive_read(naive, &field->values[i]);
        if (v.kind != NAIVE_NULL)
            bindings->values[number][bindings->counts[number]++] = v;
    }
}

static void bind(struct naive *naive, const struct ns_node *node, struct bindings *bindings)
{
    if (node->kind == NS_NODE_FIELD)
        bind_field(naive, node->text, bindings);
    for (size_t i = 0; i < node->child_count; i++)
        bind(naive, node->children[i], bindings);
}

static bool next_combination(struct bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) {
        if (++bindings->chosen[i] < bindings->counts[i])
            return true;
        bindings->chosen[i] = 0;
    }
    return false;
}

/* Is the node true, or null when that is asked for, for some combination of values? */
static bool any_combination(struct naive *naive, const struct ns_node *node, bool null_counts)
{
    struct bindings bindings = {.count = 0};
    bind(naive, node, &bindings);
    for (size_t tried = 0; tried < MOST_COMBINATIONS; tried++) {
        struct naive_value v = value_of(naive, node, &bindings);
        if (null_counts ? v.kind == NAIVE_NULL : v.kind == NAIVE_BOOL && v.boolean)
            return true;
        if (!next_combination(&bindings))
            return false;
    }
    naive->is_uncertain = true;
    return false;
}

static bool condition_holds(struct naive *naive, const struct ns_node *node);

/* The condition that is compared with the truth value on that side; NULL if that is not what
 * the comparison is. */
static const struct ns_node *asserted(const struct ns_node *comparison, size_t side)
{
    const struct ns_node *other = comparison->children[1 - side];
    bool is_one = comparison->children[side]->kind == NS_NODE_BOOL &&
                  other->type == NS_TYPE_BOOL && other->kind != NS_NODE_BOOL;
    return is_one ? other : NULL;
}

static bool equality_holds(struct naive *naive, const struct ns_node *node)
{
    for (size_t side = 0; side < 2; side++) {
        const struct ns_node *other = node->children[1 - side], *condition = asserted(node, side);
        if (node->children[side]->kind == NS_NODE_NULL)
            return any_combination(naive, other, true) == (node->kind == NS_NODE_EQUAL);
        if (condition) {
            bool wanted = node->children[side]->as.boolean == (node->kind == NS_NODE_EQUAL);
            return condition_holds(naive, condition) == wanted;
        }
    }
    struct ns_node equal = *node;
    equal.kind = NS_NODE_EQUAL;
    return any_combination(naive, &equal, false) == (node->kind == NS_NODE_EQUAL);
}

static bool condition_holds(struct naive *naive, const struct ns_node *node)
{
    switch (node->kind) {
    case NS_NODE_NOT:
        return !condition_holds(naive, node->children[0]);
    case NS_NODE_AND:
    case NS_NODE_OR:
        for (size_t i = 0; i < node->child_count; i++) {
            if (condition_holds(naive, node->children[i]) == (node->kind == NS_NODE_OR))
                return node->kind == NS_NODE_OR;
        }
        return node->kind == NS_NODE_AND;
    case NS_NODE_EQUAL:
    case NS_NODE_NOT_EQUAL:
        return equality_holds(naive, node);
    default:
        return any_combination(naive, node, false);
    }
}

static bool category_fits(struct naive *naive, const struct ns_event_filter *filter)
{
    const struct fuzz_field *field = fuzz_event_find(naive->event, "event.category");
    struct naive_value category = from_utf8(naive, filter->category.data, filter->category.length);
    for (size_t i = 0; !filter->any && i < field->count; i++) {
        struct naive_value v = naive_read(naive, &field->values[i]);
        if (v.kind == NAIVE_STRING && naive_equals(v.string, category.string, NAIVE_EXACT))
            return true;
    }
    return filter->any;
}

bool naive_verdict(struct naive *naive, const struct ns_event_filter *filter)
{
    return category_fits(naive, filter) && condition_holds(naive, filter->condition);
}
