/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lucene's syntax (org.apache.lucene.util.automaton.RegExp, all flags) to a tree.
 * Groups are kept on a stack of frames, so that nothing recurses. Intersection
 * becomes complements: a&b is ~(~a|~b).
 *
 * Where Lucene takes an operator without operand as a character (`*a`, `a||b`),
 * or a `]` as the end of a range (`[a-]`), this is an error: such patterns are
 * outside Lucene's documented syntax, and no author means what they come to.
 */
#include "text/regex_internal.h"

#include <string.h>

/* An open group, or the pattern itself. */
struct frame {
    size_t open;       /* where its ( is */
    bool complemented; /* by ~ before it */
    struct ns_regex_list sequence, operands, alternatives;
};

struct parser {
    struct ns_regex_build *build;
    const char *text;
    size_t length;
    size_t at;
    struct frame *frames;
    size_t depth; /* of the innermost frame */
};

static const char DIGITS[] = "0123456789";

static bool is_one_of(char c, const char *characters)
{
    return c != '\0' && strchr(characters, c) != NULL;
}

static bool more(const struct parser *p)
{
    return p->at < p->length;
}

static bool peek(const struct parser *p, const char *characters)
{
    return more(p) && is_one_of(p->text[p->at], characters);
}

static bool fail(struct parser *p, size_t offset, const char *message)
{
    return ns_regex_fail(p->build, NETSHARE_ERROR_SYNTAX, offset, "%s", message);
}

/* --- characters and classes --- */

static uint32_t next_character(struct parser *p)
{
    return ns_utf8_next((const unsigned char *)p->text, p->length, &p->at);
}

enum escape { FAILED, CHARACTER, PREDEFINED };

/* At a backslash: a character, or the letter of a predefined class. */
static enum escape parse_escape(struct parser *p, uint32_t *character)
{
    size_t start = p->at++;
    if (!more(p)) {
        fail(p, start, "'\\' at the end of the pattern: expected a character behind it; "
                       "\\\\ is a backslash");
        return FAILED;
    }
    *character = next_character(p);
    if (*character < 0x80 && is_one_of((char)*character, "dDsSwW"))
        return PREDEFINED;
    if ((*character | 0x20) - 'a' < 26) {
        ns_regex_fail(p->build, NETSHARE_ERROR_SYNTAX, start,
                      "'\\%c' is no escape: expected one of \\d \\D \\s \\S \\w \\W or a "
                      "character that is not a letter",
                      (char)*character);
        return FAILED;
    }
    return CHARACTER;
}

static bool fail_class(struct parser *p, size_t open)
{
    return fail(p, open, "'[' is not closed: expected ']'");
}

/* Behind `low-`. */
static bool parse_range_end(struct parser *p, size_t open, size_t start, uint32_t low)
{
    if (!more(p))
        return fail_class(p, open);
    if (p->text[p->at] == ']')
        return fail(p, p->at - 1, "expected the end of a range behind '-'; write \\- for the "
                                  "character");
    uint32_t high;
    size_t at = p->at;
    if (p->text[at] != '\\') {
        high = next_character(p);
    } else {
        enum escape escape = parse_escape(p, &high);
        if (escape == PREDEFINED)
            return fail(p, at, "a range cannot end in a class: expected a character; write "
                               "\\- for '-' itself");
        if (escape == FAILED)
            return false;
    }
    if (low > high)
        return fail(p, start, "the range ends before it starts: expected the lower character "
                              "first; write \\- for '-' itself");
    return ns_regex_add_range(p->build, low, high);
}

static bool parse_class_item(struct parser *p, size_t open)
{
    size_t start = p->at;
    uint32_t c;
    if (p->text[start] == '\\') {
        enum escape escape = parse_escape(p, &c);
        if (escape == FAILED)
            return false;
        if (escape == PREDEFINED)
            return ns_regex_add_predefined(p->build, (char)c);
        if (c == '\\') /* which starts no range in Lucene */
            return ns_regex_add_range(p->build, c, c);
    } else {
        c = next_character(p);
    }
    if (!peek(p, "-"))
        return ns_regex_add_range(p->build, c, c);
    p->at++;
    return parse_range_end(p, open, start, c);
}

static struct ns_regex_node *parse_class(struct parser *p)
{
    size_t open = p->at++;
    bool negated = peek(p, "^");
    if (negated)
        p->at++;
    do { /* a ] that comes first is a character */
        if (!more(p)) {
            fail_class(p, open);
            return NULL;
        }
        if (!parse_class_item(p, open))
            return NULL;
    } while (!peek(p, "]"));
    p->at++;
    return ns_regex_set_node(p->build, negated);
}

static struct ns_regex_node *parse_character(struct parser *p)
{
    uint32_t c;
    enum escape escape = CHARACTER;
    if (p->text[p->at] == '\\')
        escape = parse_escape(p, &c);
    else
        c = next_character(p);
    if (escape == FAILED)
        return NULL;
    if (escape == CHARACTER)
        return ns_regex_range(p->build, c, c);
    if (!ns_regex_add_predefined(p->build, (char)c))
        return NULL;
    return ns_regex_set_node(p->build, false);
}

static struct ns_regex_node *parse_quoted(struct parser *p)
{
    size_t open = p->at++;
    struct ns_regex_list sequence = {0};
    while (more(p) && p->text[p->at] != '"') {
        uint32_t c = next_character(p);
        struct ns_regex_node *node = ns_regex_range(p->build, c, c);
        if (!node)
            return NULL;
        ns_regex_push(&sequence, node);
    }
    if (!more(p)) {
        fail(p, open, "'\"' is not closed: expected another '\"'; write \\\" for the "
                      "character");
        return NULL;
    }
    p->at++;
    return ns_regex_list_node(p->build, NS_REGEX_CONCAT, &sequence);
}

/* --- numeric intervals --- */

/* The digits at the position, at least one; returns how many. */
static size_t read_number(struct parser *p, uint64_t *number)
{
    size_t start = p->at;
    *number = 0;
    while (peek(p, DIGITS) && p->at - start <= NS_REGEX_LONGEST_NUMBER)
        *number = *number * 10 + (uint64_t)(p->text[p->at++] - '0');
    size_t count = p->at - start;
    if (count == 0) {
        fail(p, start, "expected a number: '<' starts a numeric interval, as in <1-100> "
                       "(named automata are not available); write \\< for the character");
    } else if (count > NS_REGEX_LONGEST_NUMBER || *number > NS_REGEX_LARGEST_NUMBER) {
        ns_regex_fail(p->build, NETSHARE_ERROR_SYNTAX, start,
                      "expected a number of at most %d and at most %d digits",
                      NS_REGEX_LARGEST_NUMBER, NS_REGEX_LONGEST_NUMBER);
        count = 0;
    }
    return count;
}

static struct ns_regex_node *parse_interval(struct parser *p)
{
    p->at++;
    uint64_t low, high;
    size_t low_count = read_number(p, &low);
    if (low_count == 0)
        return NULL;
    if (!peek(p, "-")) {
        fail(p, p->at, "expected '-' in a numeric interval, as in <1-100>");
        return NULL;
    }
    p->at++;
    size_t high_count = read_number(p, &high);
    if (high_count == 0)
        return NULL;
    if (!peek(p, ">")) {
        fail(p, p->at, "expected '>' at the end of a numeric interval, as in <1-100>");
        return NULL;
    }
    p->at++;
    size_t digits = low_count == high_count ? low_count : 0;
    return low < high ? ns_regex_interval(p->build, low, high, digits)
                      : ns_regex_interval(p->build, high, low, digits);
}

/* --- repetition --- */

static bool read_count(struct parser *p, uint32_t *count)
{
    uint32_t value = 0;
    size_t start = p->at;
    while (peek(p, DIGITS) && value <= NS_REGEX_MAX_NFA_STATES)
        value = value * 10 + (uint32_t)(p->text[p->at++] - '0');
    if (value > NS_REGEX_MAX_NFA_STATES)
        return ns_regex_fail(p->build, NETSHARE_ERROR_LIMIT, start,
                             "the repetition count is above %d", NS_REGEX_MAX_NFA_STATES);
    *count = value;
    return true;
}

/* At `{`. */
static bool parse_counts(struct parser *p, uint32_t *min, uint32_t *max)
{
    size_t open = p->at++;
    if (!peek(p, DIGITS))
        return fail(p, p->at, "expected a number behind '{', as in {2} or {2,} or {2,4}; write "
                              "\\{ for the character");
    if (!read_count(p, min))
        return false;
    *max = *min;
    if (peek(p, ",")) {
        p->at++;
        *max = NS_REGEX_UNBOUNDED;
        if (peek(p, DIGITS) && !read_count(p, max))
            return false;
    }
    if (!peek(p, "}"))
        return fail(p, p->at, "expected '}' at the end of a repetition, as in {2} or {2,} or "
                              "{2,4}");
    p->at++;
    if (*min > *max)
        return fail(p, open, "the repetition ends below its start: expected the lower number "
                             "first");
    return true;
}

static struct ns_regex_node *parse_repeats(struct parser *p, struct ns_regex_node *node)
{
    while (node && peek(p, "?*+{")) {
        char c = p->text[p->at];
        uint32_t min = c == '+', max = c == '?' ? 1 : NS_REGEX_UNBOUNDED;
        if (c != '{')
            p->at++;
        else if (!parse_counts(p, &min, &max))
            return NULL;
        node = ns_regex_repeat(p->build, node, min, max);
    }
    return node;
}

/* --- structure --- */

static bool fail_operand(struct parser *p)
{
    if (!more(p))
        return fail(p, p->at, "expected an expression, found the end of the pattern; () is "
                              "the empty string");
    char c = p->text[p->at];
    if (is_one_of(c, "?*+{"))
        return ns_regex_fail(p->build, NETSHARE_ERROR_SYNTAX, p->at,
                             "nothing to repeat: expected an expression before '%c'; write "
                             "\\%c for the character",
                             c, c);
    return ns_regex_fail(p->build, NETSHARE_ERROR_SYNTAX, p->at,
                         "expected an expression before '%c'; () is the empty string, \\%c "
                         "the character",
                         c, c);
}

static struct ns_regex_node *parse_atom(struct parser *p)
{
    struct ns_regex_list none = {0};
    if (!more(p) || peek(p, "?*+{|&)")) {
        fail_operand(p);
        return NULL;
    }
    switch (p->text[p->at]) {
    case '(': /* only () comes here */
        p->at += 2;
        return ns_regex_list_node(p->build, NS_REGEX_CONCAT, &none);
    case '.':
        p->at++;
        return ns_regex_set_node(p->build, true);
    case '@': {
        p->at++;
        struct ns_regex_node *node = ns_regex_set_node(p->build, true);
        return node ? ns_regex_repeat(p->build, node, 0, NS_REGEX_UNBOUNDED) : NULL;
    }
    case '#':
        p->at++;
        return ns_regex_list_node(p->build, NS_REGEX_UNION, &none);
    case '"':
        return parse_quoted(p);
    case '<':
        return parse_interval(p);
    case '[':
        return parse_class(p);
    default:
        return parse_character(p);
    }
}

/* Adds an atom or closed group, with the operators around it, to the sequence. */
static bool add_piece(struct parser *p, struct ns_regex_node *node, bool complemented)
{
    if (node && complemented)
        node = ns_regex_complement(p->build, node);
    node = parse_repeats(p, node);
    if (node)
        ns_regex_push(&p->frames[p->depth].sequence, node);
    return node != NULL;
}

static bool parse_piece(struct parser *p)
{
    bool complemented = false;
    for (; peek(p, "~"); p->at++)
        complemented = !complemented;
    bool empty = p->length - p->at >= 2 && p->text[p->at + 1] == ')';
    if (!peek(p, "(") || empty)
        return add_piece(p, parse_atom(p), complemented);
    if (p->depth == NS_REGEX_MAX_NESTING)
        return ns_regex_fail(p->build, NETSHARE_ERROR_LIMIT, p->at,
                             "the pattern nests deeper than %d levels", NS_REGEX_MAX_NESTING);
    p->frames[++p->depth] = (struct frame){.open = p->at++, .complemented = complemented};
    return true;
}

/* At `&`, or where end_operand() is. */
static bool end_sequence(struct parser *p)
{
    struct frame *frame = &p->frames[p->depth];
    if (frame->sequence.count == 0)
        return fail_operand(p);
    struct ns_regex_node *node =
        ns_regex_list_node(p->build, NS_REGEX_CONCAT, &frame->sequence);
    if (node)
        ns_regex_push(&frame->operands, node);
    return node != NULL;
}

/* At `|`, or where the group ends. */
static bool end_operand(struct parser *p)
{
    struct frame *frame = &p->frames[p->depth];
    if (!end_sequence(p))
        return false;
    struct ns_regex_node *node = ns_regex_intersection(p->build, &frame->operands);
    if (node)
        ns_regex_push(&frame->alternatives, node);
    return node != NULL;
}

static struct ns_regex_node *end_group(struct parser *p)
{
    if (!end_operand(p))
        return NULL;
    return ns_regex_list_node(p->build, NS_REGEX_UNION, &p->frames[p->depth].alternatives);
}

static bool close_group(struct parser *p)
{
    if (p->depth == 0)
        return fail(p, p->at, "')' without '(' before it; write \\) for the character");
    struct ns_regex_node *node = end_group(p);
    p->at++;
    p->depth--;
    return node && add_piece(p, node, p->frames[p->depth + 1].complemented);
}

static bool parse_next(struct parser *p)
{
    bool ok;
    p->build->at = p->at;
    switch (p->text[p->at]) {
    case '|':
        ok = end_operand(p);
        p->at++;
        return ok;
    case '&':
        ok = end_sequence(p);
        p->at++;
        return ok;
    case ')':
        return close_group(p);
    default:
        return parse_piece(p);
    }
}

static struct ns_regex_node *parse_pattern(struct parser *p)
{
    struct ns_regex_list none = {0};
    p->frames[0] = (struct frame){0};
    if (p->length == 0)
        return ns_regex_list_node(p->build, NS_REGEX_CONCAT, &none);
    while (more(p))
        if (!parse_next(p))
            return NULL;
    if (p->depth > 0) {
        fail(p, p->frames[p->depth].open, "'(' is not closed: expected ')'");
        return NULL;
    }
    return end_group(p);
}

static bool check_size(struct ns_regex_build *build, const struct ns_string *patterns,
                       size_t count)
{
    size_t left = NS_REGEX_MAX_BYTES;
    for (size_t i = 0; i < count; i++) {
        build->pattern = i;
        if (patterns[i].length > left)
            return ns_regex_fail(build, NETSHARE_ERROR_LIMIT, 0,
                                 "the patterns are longer than %d bytes together",
                                 NS_REGEX_MAX_BYTES);
        left -= patterns[i].length;
    }
    return true;
}

struct ns_regex_node *ns_regex_parse(struct ns_regex_build *build,
                                     const struct ns_string *patterns, size_t count)
{
    if (!check_size(build, patterns, count))
        return NULL;
    struct frame *frames =
        ns_arena_alloc(&build->arena, NS_REGEX_MAX_NESTING + 1, sizeof *frames);
    if (!frames) {
        ns_regex_no_memory(build);
        return NULL;
    }
    struct ns_regex_list alternatives = {0};
    struct parser p = {.build = build, .frames = frames};
    for (size_t i = 0; i < count; i++) {
        build->pattern = i;
        p.text = patterns[i].data;
        p.length = patterns[i].length;
        p.at = 0;
        struct ns_regex_node *node = parse_pattern(&p);
        if (!node)
            return NULL;
        ns_regex_push(&alternatives, node);
    }
    build->pattern = 0;
    return ns_regex_list_node(build, NS_REGEX_UNION, &alternatives);
}
