/* SPDX-License-Identifier: Apache-2.0 */
#include "regex_reference.h"

#include <stdlib.h>
#include <string.h>

enum { BAD_BYTE = 0x110000, MAX_VARIANTS = 4 };
enum { LARGEST_NUMBER = INT32_MAX, LONGEST_NUMBER = 18 };

typedef enum part {
    EMPTY_STRING,
    NOTHING,
    ANY_STRING,
    CLASS,
    INTERVAL,
    CONCATENATION,
    UNION,
    INTERSECTION,
    COMPLEMENT,
    REPETITION
} part;

/* Characters from low to high, or those of \d, \w and so on when it has a letter. */
typedef struct item {
    struct item *next;
    uint32_t low, high;
    char letter;
} item;

typedef struct node {
    struct node *allocated; /* the one made before */
    part kind;
    struct node *left, *right;
    item *items;
    bool negated;
    int64_t min, max; /* of a repetition, max -1 for any; of an interval */
    size_t digits; /* of an interval, 0 for any number */
} node;

struct reference_regex {
    node *allocated;
    node *root;
};

typedef struct parser {
    reference_regex *regex;
    uint32_t *characters;
    size_t count;
    size_t at;
    bool malformed;
} parser;

/* --- characters --- */

static bool continues(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] < 0x80 || bytes[i] > 0xBF) {
            return false;
        }
    }
    return true;
}

static uint32_t decode(const unsigned char *b, size_t left, size_t *length)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t lowest;
    } forms[] = {{0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    *length = 1;
    if (b[0] < 0x80) {
        return b[0];
    }
    for (size_t form = 0; form < 3; form++) {
        size_t more = form + 1;
        if ((b[0] & forms[form].mask) != forms[form].lead || left <= more ||
            !continues(b + 1, more)) {
            continue;
        }
        uint32_t code = (uint32_t)(b[0] & ~forms[form].mask);
        for (size_t i = 1; i <= more; i++) {
            code = code << 6 | (b[i] & 0x3Fu);
        }
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (code >= forms[form].lowest && code <= 0x10FFFF && !surrogate) {
            *length = more + 1;
            return code;
        }
    }
    return BAD_BYTE + b[0];
}

static size_t decode_all(const char *bytes, size_t length, uint32_t *characters)
{
    size_t count = 0, step;
    for (size_t at = 0; at < length; at += step) {
        characters[count++] = decode((const unsigned char *)bytes + at, length - at, &step);
    }
    return count;
}

/* The character and all that are the same regardless of case. */
static size_t variants(uint32_t c, reference_fold fold, uint32_t found[MAX_VARIANTS])
{
    static const uint32_t groups[][3] = {
        {'k', 'K', 0x212A},     {'s', 'S', 0x17F},          {0xE9, 0xC9, 0xC9},
        {0x3C3, 0x3A3, 0x3C2},  {0xDF, 0x1E9E, 0x1E9E},     {0xE5, 0xC5, 0x212B},
        {0x10400, 0x10428, 0x10428},
    };
    found[0] = c;
    if (fold == REFERENCE_EXACT) {
        return 1;
    }
    for (size_t g = 0; fold == REFERENCE_UNICODE && g < sizeof groups / sizeof *groups; g++) {
        if (c == groups[g][0] || c == groups[g][1] || c == groups[g][2]) {
            memcpy(found, groups[g], sizeof groups[g]);
            return 3;
        }
    }
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        found[1] = c ^ 0x20;
        return 2;
    }
    return 1;
}

/* --- the grammar --- */

static node *make(parser *p, part kind, node *left, node *right)
{
    node *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->allocated = p->regex->allocated;
    made->kind = kind;
    made->left = left;
    made->right = right;
    p->regex->allocated = made;
    return made;
}

static node *refuse(parser *p)
{
    p->malformed = true;
    p->at = p->count;
    return make(p, NOTHING, NULL, NULL);
}

static bool at_one_of(const parser *p, const char *characters)
{
    return p->at < p->count && p->characters[p->at] < 0x80 && p->characters[p->at] != 0 &&
           strchr(characters, (int)p->characters[p->at]) != NULL;
}

static bool take(parser *p, char character)
{
    const char set[2] = {character, 0};
    bool there = at_one_of(p, set);
    p->at += there;
    return there;
}

static void add_item(node *class, uint32_t low, uint32_t high, char letter)
{
    item *added = malloc(sizeof *added);
    if (added == NULL) {
        abort();
    }
    *added = (item){class->items, low, high, letter};
    class->items = added;
}

/* A character, perhaps escaped; or the letter of a predefined class in *letter. */
static uint32_t character(parser *p, char *letter, bool *escaped)
{
    *letter = 0;
    *escaped = take(p, '\\');
    if (p->at == p->count) {
        refuse(p);
        return 0;
    }
    if (*escaped && at_one_of(p, "dDsSwW")) {
        *letter = (char)p->characters[p->at];
    } else if (*escaped && at_one_of(p, "abcefghijklmnopqrtuvxyzABCEFGHIJKLMNOPQRTUVXYZ")) {
        refuse(p);
        return 0;
    }
    return p->characters[p->at++];
}

static node *one_character(parser *p)
{
    char letter;
    bool escaped;
    node *class = make(p, CLASS, NULL, NULL);
    uint32_t c = character(p, &letter, &escaped);
    add_item(class, c, c, letter);
    return class;
}

static void class_item(parser *p, node *class)
{
    char letter, high_letter;
    bool escaped;
    uint32_t low = character(p, &letter, &escaped), high = low;
    bool alone = letter != 0 || (escaped && low == '\\');
    if (!alone && take(p, '-')) {
        if (at_one_of(p, "]")) {
            refuse(p);
            return;
        }
        high = character(p, &high_letter, &escaped);
        if (high_letter != 0 || high < low) {
            refuse(p);
        }
    }
    add_item(class, low, high, letter);
}

static node *character_class(parser *p)
{
    node *class = make(p, CLASS, NULL, NULL);
    class->negated = take(p, '^');
    do {
        class_item(p, class);
    } while (!p->malformed && !at_one_of(p, "]"));
    p->at += !p->malformed;
    return class;
}

static node *quoted(parser *p)
{
    node *string = make(p, EMPTY_STRING, NULL, NULL);
    while (p->at < p->count && !at_one_of(p, "\"")) {
        node *class = make(p, CLASS, NULL, NULL);
        add_item(class, p->characters[p->at], p->characters[p->at], 0);
        p->at++;
        string = make(p, CONCATENATION, string, class);
    }
    return take(p, '"') ? string : refuse(p);
}

/* -1 when there is none, or one that is too large. */
static int64_t number(parser *p, size_t *digits)
{
    int64_t value = 0;
    size_t start = p->at;
    for (; at_one_of(p, "0123456789"); p->at++) {
        value = value * 10 + (int64_t)(p->characters[p->at] - '0');
        value = value > LARGEST_NUMBER ? LARGEST_NUMBER + INT64_C(1) : value;
    }
    *digits = p->at - start;
    return *digits == 0 || value > LARGEST_NUMBER ? -1 : value;
}

static node *interval(parser *p)
{
    size_t low_digits, high_digits = 0;
    int64_t low = number(p, &low_digits);
    int64_t high = take(p, '-') ? number(p, &high_digits) : -1;
    if (low < 0 || high < 0 || low_digits > LONGEST_NUMBER || high_digits > LONGEST_NUMBER ||
        !take(p, '>')) {
        return refuse(p);
    }
    node *made = make(p, INTERVAL, NULL, NULL);
    made->min = low < high ? low : high;
    made->max = low < high ? high : low;
    made->digits = low_digits == high_digits ? low_digits : 0;
    return made;
}

static node *alternatives(parser *p);

static node *group(parser *p)
{
    if (take(p, ')')) {
        return make(p, EMPTY_STRING, NULL, NULL);
    }
    node *inside = alternatives(p);
    return take(p, ')') ? inside : refuse(p);
}

static node *any_character(parser *p)
{
    node *class = make(p, CLASS, NULL, NULL);
    class->negated = true;
    return class;
}

static node *atom(parser *p)
{
    if (p->at == p->count || at_one_of(p, "?*+{|&)")) {
        return refuse(p);
    }
    return take(p, '[')   ? character_class(p)
           : take(p, '"') ? quoted(p)
           : take(p, '<') ? interval(p)
           : take(p, '(') ? group(p)
           : take(p, '.') ? any_character(p)
           : take(p, '#') ? make(p, NOTHING, NULL, NULL)
           : take(p, '@') ? make(p, ANY_STRING, NULL, NULL)
                          : one_character(p);
}

static node *complement(parser *p)
{
    return take(p, '~') ? make(p, COMPLEMENT, complement(p), NULL) : atom(p);
}

static bool counts(parser *p, int64_t *min, int64_t *max)
{
    size_t digits;
    *min = *max = number(p, &digits);
    if (*min >= 0 && take(p, ',')) {
        *max = at_one_of(p, "0123456789") ? number(p, &digits) : -1;
        if (digits > 0 && *max >= 0 && *max < *min) {
            return false;
        }
    }
    return *min >= 0 && take(p, '}');
}

static node *repetition(parser *p)
{
    node *repeated = complement(p);
    while (at_one_of(p, "?*+{")) {
        node *made = make(p, REPETITION, repeated, NULL);
        if (take(p, '?')) {
            made->max = 1;
        } else if (take(p, '*')) {
            made->max = -1;
        } else if (take(p, '+')) {
            made->min = 1;
            made->max = -1;
        } else if (!take(p, '{') || !counts(p, &made->min, &made->max)) {
            return refuse(p);
        }
        repeated = made;
    }
    return repeated;
}

static node *concatenation(parser *p)
{
    node *left = repetition(p);
    while (p->at < p->count && !at_one_of(p, ")|&")) {
        left = make(p, CONCATENATION, left, repetition(p));
    }
    return left;
}

static node *intersection(parser *p)
{
    node *left = concatenation(p);
    return take(p, '&') ? make(p, INTERSECTION, left, intersection(p)) : left;
}

static node *alternatives(parser *p)
{
    node *left = intersection(p);
    return take(p, '|') ? make(p, UNION, left, alternatives(p)) : left;
}

reference_regex *reference_regex_parse(const char *pattern, size_t length)
{
    reference_regex *regex = calloc(1, sizeof *regex);
    parser p = {.regex = regex, .characters = calloc(length + 1, sizeof(uint32_t))};
    if (regex == NULL || p.characters == NULL) {
        abort();
    }
    p.count = decode_all(pattern, length, p.characters);
    regex->root = p.count == 0 ? make(&p, EMPTY_STRING, NULL, NULL) : alternatives(&p);
    bool complete = p.at == p.count && !p.malformed;
    free(p.characters);
    if (!complete) {
        reference_regex_free(regex);
        return NULL;
    }
    return regex;
}

void reference_regex_free(reference_regex *regex)
{
    if (regex == NULL) {
        return;
    }
    for (node *made = regex->allocated, *before; made != NULL; made = before) {
        before = made->allocated;
        for (item *i = made->items, *next; i != NULL; i = next) {
            next = i->next;
            free(i);
        }
        free(made);
    }
    free(regex);
}

/* --- what matches --- */

typedef struct subject {
    const uint32_t *text;
    size_t length;
    reference_fold fold;
} subject;

/* Bit j of at[i]: the characters from i up to j match. */
typedef struct ends {
    uint32_t at[REFERENCE_LONGEST_TEXT + 1];
} ends;

static bool in_ranges(const subject *s, uint32_t c, const char *ranges)
{
    uint32_t found[MAX_VARIANTS];
    size_t count = variants(c, s->fold, found);
    for (; *ranges != 0; ranges += 2) {
        for (size_t v = 0; v < count; v++) {
            if (found[v] >= (uint32_t)ranges[0] && found[v] <= (uint32_t)ranges[1]) {
                return true;
            }
        }
    }
    return false;
}

static bool in_item(const subject *s, uint32_t c, const item *i)
{
    switch (i->letter) {
    case 'd': return in_ranges(s, c, "09");
    case 'D': return !in_ranges(s, c, "09");
    case 's': return in_ranges(s, c, "  \t\t\n\n\r\r");
    case 'S': return !in_ranges(s, c, "  \t\t\n\n\r\r");
    case 'w': return in_ranges(s, c, "azAZ__09");
    case 'W': return !in_ranges(s, c, "azAZ__09");
    default: break;
    }
    uint32_t found[MAX_VARIANTS];
    size_t count = variants(c, s->fold, found);
    for (size_t v = 0; v < count; v++) {
        if (found[v] >= i->low && found[v] <= i->high) {
            return true;
        }
    }
    return false;
}

static bool in_class(const subject *s, uint32_t c, const node *class)
{
    for (const item *i = class->items; i != NULL; i = i->next) {
        if (in_item(s, c, i)) {
            return !class->negated;
        }
    }
    return class->negated;
}

/* Does the number with these characters lie in the interval? */
static bool in_interval(const node *n, const uint32_t *text, size_t length)
{
    int64_t value = 0;
    if (length == 0 || (n->digits != 0 && n->digits != length)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (int64_t)(text[i] - '0');
        value = value > LARGEST_NUMBER ? LARGEST_NUMBER + INT64_C(1) : value;
    }
    return value >= n->min && value <= n->max;
}

static ends one_after_other(const subject *s, const ends *first, const ends *second)
{
    ends result = {{0}};
    for (size_t i = 0; i <= s->length; i++) {
        for (size_t j = i; j <= s->length; j++) {
            if (first->at[i] >> j & 1) {
                result.at[i] |= second->at[j];
            }
        }
    }
    return result;
}

static ends repeat(const subject *s, const ends *once, int64_t min, int64_t max)
{
    ends so_far, result;
    for (size_t i = 0; i <= s->length; i++) {
        so_far.at[i] = (uint32_t)1 << i;
    }
    for (int64_t n = 0; n < min; n++) {
        so_far = one_after_other(s, &so_far, once);
    }
    result = so_far;
    /* Any number: one more for each character changes nothing. */
    int64_t more = max >= 0 ? max - min : (int64_t)s->length + 1;
    for (int64_t n = 0; n < more; n++) {
        so_far = one_after_other(s, &so_far, once);
        for (size_t i = 0; i <= s->length; i++) {
            result.at[i] |= so_far.at[i];
            so_far.at[i] = max >= 0 ? so_far.at[i] : result.at[i];
        }
    }
    return result;
}

/* For parts that stand alone: does it match these characters? */
static bool leaf_matches(const subject *s, const node *n, size_t from, size_t to)
{
    switch (n->kind) {
    case EMPTY_STRING: return from == to;
    case ANY_STRING: return true;
    case CLASS: return to == from + 1 && in_class(s, s->text[from], n);
    case INTERVAL: return in_interval(n, s->text + from, to - from);
    default: return false;
    }
}

static ends find_ends(const subject *s, const node *n)
{
    ends left = {{0}}, right = {{0}}, result = {{0}};
    if (n->left != NULL) {
        left = find_ends(s, n->left);
    }
    if (n->right != NULL) {
        right = find_ends(s, n->right);
    }
    if (n->kind == CONCATENATION) {
        return one_after_other(s, &left, &right);
    }
    if (n->kind == REPETITION) {
        return repeat(s, &left, n->min, n->max);
    }
    for (size_t i = 0; i <= s->length; i++) {
        for (size_t j = i; j <= s->length; j++) {
            bool l = left.at[i] >> j & 1, r = right.at[i] >> j & 1;
            bool match = n->kind == UNION          ? l || r
                         : n->kind == INTERSECTION ? l && r
                         : n->kind == COMPLEMENT   ? !l
                                                   : leaf_matches(s, n, i, j);
            result.at[i] |= (uint32_t)match << j;
        }
    }
    return result;
}

bool reference_regex_match(const reference_regex *regex, const char *text, size_t length,
                           reference_fold fold)
{
    uint32_t *characters = calloc(length + 1, sizeof *characters);
    if (characters == NULL) {
        abort();
    }
    subject s = {characters, decode_all(text, length, characters), fold};
    if (s.length > REFERENCE_LONGEST_TEXT) {
        abort();
    }
    ends all = find_ends(&s, regex->root);
    free(characters);
    return all.at[0] >> s.length & 1;
}
