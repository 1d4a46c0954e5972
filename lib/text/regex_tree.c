/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a regular expression, and numeric intervals as such trees. */
#include "text/regex_internal.h"

static struct ns_regex_node *new_node(struct ns_regex_build *build, enum ns_regex_kind kind,
                                      struct ns_regex_node *children, unsigned height)
{
    if (height > NS_REGEX_MAX_NESTING) {
        ns_regex_fail(build, NETSHARE_ERROR_LIMIT, build->at,
                      "the pattern nests deeper than %d levels", NS_REGEX_MAX_NESTING);
        return NULL;
    }
    if (++build->node_count > NS_REGEX_MAX_NODES) {
        ns_regex_fail(build, NETSHARE_ERROR_LIMIT, build->at,
                      "the pattern has more than %d elements", NS_REGEX_MAX_NODES);
        return NULL;
    }
    struct ns_regex_node *node = ns_arena_alloc(&build->arena, 1, sizeof *node);
    if (!node) {
        ns_regex_no_memory(build);
        return NULL;
    }
    node->kind = kind;
    node->height = height;
    node->children = children;
    return node;
}

void ns_regex_push(struct ns_regex_list *list, struct ns_regex_node *node)
{
    node->next = list->first;
    list->first = node;
    list->count++;
    if (node->height > list->height)
        list->height = node->height;
}

struct ns_regex_node *ns_regex_list_node(struct ns_regex_build *build, enum ns_regex_kind kind,
                                         struct ns_regex_list *list)
{
    struct ns_regex_list taken = *list;
    *list = (struct ns_regex_list){0};
    if (taken.count == 1)
        return taken.first;
    return new_node(build, kind, taken.first, taken.height + 1);
}

struct ns_regex_node *ns_regex_complement(struct ns_regex_build *build,
                                          struct ns_regex_node *node)
{
    if (node->kind == NS_REGEX_COMPLEMENT)
        return node->children;
    return new_node(build, NS_REGEX_COMPLEMENT, node, node->height + 1);
}

struct ns_regex_node *ns_regex_intersection(struct ns_regex_build *build,
                                            struct ns_regex_list *operands)
{
    struct ns_regex_list taken = *operands, complements = {0};
    *operands = (struct ns_regex_list){0};
    if (taken.count == 1)
        return taken.first;
    for (struct ns_regex_node *node = taken.first, *next; node; node = next) {
        next = node->next;
        node->next = NULL;
        node = ns_regex_complement(build, node);
        if (!node)
            return NULL;
        ns_regex_push(&complements, node);
    }
    struct ns_regex_node *node = ns_regex_list_node(build, NS_REGEX_UNION, &complements);
    return node ? ns_regex_complement(build, node) : NULL;
}

/* Is it ?, * or +, which combine: (x?)+ is x*. */
static bool is_simple(uint32_t min, uint32_t max)
{
    return min <= 1 && (max == 1 || max == NS_REGEX_UNBOUNDED);
}

struct ns_regex_node *ns_regex_repeat(struct ns_regex_build *build, struct ns_regex_node *node,
                                      uint32_t min, uint32_t max)
{
    if (node->kind == NS_REGEX_REPEAT && is_simple(node->min, node->max) &&
        is_simple(min, max)) {
        node->min *= min;
        if (max > node->max)
            node->max = max;
        return node;
    }
    node = new_node(build, NS_REGEX_REPEAT, node, node->height + 1);
    if (node) {
        node->min = min;
        node->max = max;
    }
    return node;
}

struct ns_regex_node *ns_regex_set_node(struct ns_regex_build *build, bool negated)
{
    struct ns_regex_node *node = new_node(build, NS_REGEX_SET, NULL, 1);
    return node && ns_regex_end_set(build, negated, &node->set) ? node : NULL;
}

struct ns_regex_node *ns_regex_range(struct ns_regex_build *build, uint32_t low, uint32_t high)
{
    return ns_regex_add_range(build, low, high) ? ns_regex_set_node(build, false) : NULL;
}

/* `count` digits, of which each may be any. */
static struct ns_regex_node *any_digits(struct ns_regex_build *build, size_t count)
{
    struct ns_regex_node *node = ns_regex_range(build, '0', '9');
    return node ? ns_regex_repeat(build, node, (uint32_t)count, (uint32_t)count) : NULL;
}

/* A digit from low to high and the rest behind it, as one more alternative. */
static bool add_digit(struct ns_regex_build *build, struct ns_regex_list *alternatives,
                      char low, char high, struct ns_regex_node *rest)
{
    struct ns_regex_node *digit =
        rest ? ns_regex_range(build, (uint32_t)low, (uint32_t)high) : NULL;
    if (!digit)
        return false;
    struct ns_regex_list sequence = {0};
    ns_regex_push(&sequence, digit);
    ns_regex_push(&sequence, rest);
    struct ns_regex_node *node = ns_regex_list_node(build, NS_REGEX_CONCAT, &sequence);
    if (node)
        ns_regex_push(alternatives, node);
    return node != NULL;
}

/* Strings of `count` digits from `bound` up, or down when not `up`. */
static struct ns_regex_node *half_bounded(struct ns_regex_build *build, const char *bound,
                                          size_t count, bool up)
{
    struct ns_regex_list none = {0};
    struct ns_regex_node *node = ns_regex_list_node(build, NS_REGEX_CONCAT, &none);
    for (size_t i = count; node && i-- > 0;) {
        struct ns_regex_list alternatives = {0};
        char digit = bound[i];
        if (!add_digit(build, &alternatives, digit, digit, node))
            return NULL;
        char low = up ? (char)(digit + 1) : '0', high = up ? '9' : (char)(digit - 1);
        if (low <= high &&
            !add_digit(build, &alternatives, low, high, any_digits(build, count - 1 - i)))
            return NULL;
        node = ns_regex_list_node(build, NS_REGEX_UNION, &alternatives);
    }
    return node;
}

/* Strings of `count` digits from low to high, which are as long. */
static struct ns_regex_node *bounded(struct ns_regex_build *build, const char *low,
                                     const char *high, size_t count)
{
    struct ns_regex_list sequence = {0};
    size_t i = 0;
    for (; i < count && low[i] == high[i]; i++) {
        struct ns_regex_node *node = ns_regex_range(build, (uint32_t)low[i], (uint32_t)low[i]);
        if (!node)
            return NULL;
        ns_regex_push(&sequence, node);
    }
    if (i < count) {
        size_t rest = count - i - 1;
        struct ns_regex_list choice = {0};
        if (!add_digit(build, &choice, low[i], low[i],
                       half_bounded(build, low + i + 1, rest, true)) ||
            !add_digit(build, &choice, high[i], high[i],
                       half_bounded(build, high + i + 1, rest, false)))
            return NULL;
        if (low[i] + 1 < high[i] && !add_digit(build, &choice, (char)(low[i] + 1),
                                               (char)(high[i] - 1), any_digits(build, rest)))
            return NULL;
        struct ns_regex_node *node = ns_regex_list_node(build, NS_REGEX_UNION, &choice);
        if (!node)
            return NULL;
        ns_regex_push(&sequence, node);
    }
    return ns_regex_list_node(build, NS_REGEX_CONCAT, &sequence);
}

static void write_number(uint64_t number, size_t count, char *digits)
{
    for (size_t i = count; i-- > 0; number /= 10)
        digits[i] = (char)('0' + number % 10);
}

/* Any number of leading zeros, then a number of each possible length. */
static struct ns_regex_node *unpadded(struct ns_regex_build *build, uint64_t low, uint64_t high)
{
    struct ns_regex_list lengths = {0};
    uint64_t first = 0; /* of this length */
    for (size_t count = 1; first <= high; count++) {
        uint64_t end = first ? first * 10 : 10;
        if (low < end) {
            char from[NS_REGEX_LONGEST_NUMBER], to[NS_REGEX_LONGEST_NUMBER];
            write_number(low > first ? low : first, count, from);
            write_number(high < end ? high : end - 1, count, to);
            struct ns_regex_node *node = bounded(build, from, to, count);
            if (!node)
                return NULL;
            ns_regex_push(&lengths, node);
        }
        first = end;
    }
    struct ns_regex_node *zeros = ns_regex_range(build, '0', '0');
    struct ns_regex_list sequence = {0};
    if (!zeros || !(zeros = ns_regex_repeat(build, zeros, 0, NS_REGEX_UNBOUNDED)))
        return NULL;
    ns_regex_push(&sequence, zeros);
    struct ns_regex_node *numbers = ns_regex_list_node(build, NS_REGEX_UNION, &lengths);
    if (!numbers)
        return NULL;
    ns_regex_push(&sequence, numbers);
    return ns_regex_list_node(build, NS_REGEX_CONCAT, &sequence);
}

struct ns_regex_node *ns_regex_interval(struct ns_regex_build *build, uint64_t low,
                                        uint64_t high, size_t digits)
{
    if (digits == 0)
        return unpadded(build, low, high);
    char from[NS_REGEX_LONGEST_NUMBER], to[NS_REGEX_LONGEST_NUMBER];
    write_number(low, digits, from);
    write_number(high, digits, to);
    return bounded(build, from, to, digits);
}
