/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs of rules find what each rule finds alone: random rules over few words, so that many
 * of them ask the same, over events whose values have these words at any place. Aimed at
 * what looks many rules up at once: words and patterns of all lengths, at every place in a
 * value, in several cases and characters; fields of very many values; several categories.
 */
#include "pack_fixture.h"
#include "random_text.h"
#include "support.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 40, LONGEST = 256, MOST_VALUES = 100, FILLERS = 40 };

/* A word or value, in UTF-8, at times not quite. */
typedef struct word {
    char data[4 * LONGEST];
    size_t length;
} word;

typedef struct generator {
    uint64_t state;
    word words[WORDS];
    test_text text; /* of the query at hand */
} generator;

static uint32_t below(generator *g, uint32_t limit)
{
    return random_below(&g->state, limit);
}

static bool chance(generator *g, uint32_t percent)
{
    return below(g, 100) < percent;
}

/* --- words --- */

static void append(word *w, const char *bytes, size_t length)
{
    cr_assert_leq(w->length + length, sizeof w->data);
    memcpy(w->data + w->length, bytes, length);
    w->length += length;
}

/* Few letters, those among them that others outside ASCII fold to. */
static void append_letter(generator *g, word *w)
{
    static const char letters[] = "aabksK.e";
    append(w, &letters[below(g, sizeof letters - 1)], 1);
}

static void append_other(generator *g, word *w)
{
    static const char *const others[] = {"\xC3\x89", "\xC3\xA9", "\xE2\x84\xAA", "\xC5\xBF",
                                         "\xF0\x9F\x98\x80"};
    const char *other = others[below(g, COUNT(others))];
    append(w, other, strlen(other));
}

static void fill_words(generator *g)
{
    static const size_t lengths[] = {0, 1, 2, 3, 62, 63, 64, 200};
    for (size_t i = 0; i < WORDS; i++) {
        word *w = &g->words[i];
        size_t length = i < COUNT(lengths) ? lengths[i] : 4 + below(g, 9);
        bool has_others = i >= COUNT(lengths) && chance(g, 25);
        w->length = 0;
        if (i > COUNT(lengths) && chance(g, 30)) { /* starts as the one before */
            size_t same = w[-1].length < length ? w[-1].length : length;
            while (same < w[-1].length && (w[-1].data[same] & 0xC0) == 0x80) {
                same--;
            }
            append(w, w[-1].data, same);
        }
        while (w->length < length) {
            if (has_others && chance(g, 30)) {
                append_other(g, w);
            } else {
                append_letter(g, w);
            }
        }
    }
}

static const word *any_word(generator *g)
{
    return &g->words[below(g, WORDS)];
}

/* Characters that fold to the same, at times another one. */
static word varied(generator *g, const word *from)
{
    word w = {.length = 0};
    bool wide = chance(g, 20);
    for (size_t i = 0; i < from->length; i++) {
        char c = from->data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (wide && (c | 0x20) == 'k' && chance(g, 50)) {
            append(&w, "\xE2\x84\xAA", 3);
        } else if (wide && (c | 0x20) == 's' && chance(g, 50)) {
            append(&w, "\xC5\xBF", 2);
        } else if (chance(g, 1)) {
            append_letter(g, &w);
        } else {
            c = is_letter && chance(g, 30) ? (char)(c ^ 0x20) : c;
            append(&w, &c, 1);
        }
    }
    return w;
}

/* --- queries --- */

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void add(generator *g, const char *format, ...)
{
    char piece[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    test_text_add(&g->text, piece);
}

static void add_word(generator *g, const word *w)
{
    test_text_write(&g->text, w->data, w->length);
}

static void add_literal(generator *g)
{
    add(g, "\"");
    add_word(g, any_word(g));
    add(g, "\"");
}

/* A word with wildcards around it, in it, or none. */
static void add_pattern(generator *g)
{
    static const char *const forms[][3] = {
        {"*", "*", ""}, {"*", "*", ""}, {"", "*", ""}, {"*", "", ""}, {"?", "*", ""},
        {"*", "?", ""}, {"", "", ""}, {"*", "*", "*"}, {"", "?*", ""}, {"", "*", "?"}};
    const char *const *form = forms[below(g, COUNT(forms))];
    add(g, "\"%s", form[0]);
    add_word(g, any_word(g));
    add(g, "%s", form[1]);
    if (form[2][0]) {
        add_word(g, any_word(g));
        add(g, "%s", form[2]);
    }
    add(g, "\"");
}

static void add_list(generator *g, void (*item)(generator *g), uint32_t count)
{
    add(g, "(");
    for (uint32_t i = 0; i < count; i++) {
        add(g, "%s", i ? ", " : "");
        item(g);
    }
    add(g, ")");
}

/* Of a small pack, most rules ask the same fields. */
static const char *const text_fields[] = {"name", "name", "path", "path", "path", "the.args",
                                          "parent", "event.action"};

static const char *text_field(generator *g)
{
    return text_fields[below(g, COUNT(text_fields))];
}

static void add_equality(generator *g)
{
    static const char *const operators[] = {"==", ":", "!=", "=="};
    add(g, "%s %s ", text_field(g), operators[below(g, COUNT(operators))]);
    add_literal(g);
}

static void add_lookup(generator *g)
{
    static const char *const operators[] = {"in", "in~", "not in", "not in~", "in", "in~"};
    add(g, "%s %s ", text_field(g), operators[below(g, COUNT(operators))]);
    add_list(g, add_literal, chance(g, 5) ? 70 : 1 + below(g, 5));
}

static void add_match(generator *g)
{
    static const char *const operators[] = {":", ":", "like", "like~"};
    add(g, "%s %s ", text_field(g), operators[below(g, COUNT(operators))]);
    add_list(g, add_pattern, 1 + below(g, 4));
}

static void add_function(generator *g)
{
    static const char *const names[] = {"startsWith", "endsWith", "stringContains"};
    static const char *const tails[] = {"", "", "", " == false", " != true"};
    add(g, "%s%s(%s, ", names[below(g, COUNT(names))], chance(g, 50) ? "~" : "", text_field(g));
    add_literal(g);
    add(g, ")%s", tails[below(g, COUNT(tails))]);
}

static void add_regex(generator *g)
{
    add(g, "%s regex%s \".*", text_field(g), chance(g, 50) ? "~" : "");
    add_word(g, any_word(g));
    add(g, "%s\"", chance(g, 50) ? ".*" : "");
}

/* What is not looked up. */
static void add_other(generator *g)
{
    static const char *const others[] = {
        "size > 3", "size == 2", "size != 2", "size : 1", "size in (1, 2, 3)", "flag",
        "flag == true", "name == null", "path != null", "length(path) > 63", "length(name) < 4",
        "name == parent", "name in (parent, path)", "path in (null)", "name : (1, \"a*\")",
        "substring(name, 0, 2) : \"ab\"", "event.type == \"start\"", "event.type : \"e*\"",
        "true", "false", "concat(name, size) == \"a2\"", "kind == \"file\"",
        "event.category == \"file\"", "not event.category : \"process\""};
    add(g, "%s", others[below(g, COUNT(others))]);
}

/* One of very many fields: more than are kept of an event. */
static void add_filler(generator *g)
{
    add(g, "filler.f%u : ", below(g, FILLERS));
    add_pattern(g);
}

static void add_leaf(generator *g)
{
    static void (*const leaves[])(generator *g) = {
        add_equality, add_equality, add_lookup, add_lookup, add_match, add_match, add_match,
        add_match,    add_function, add_function, add_regex, add_other, add_other, add_filler};
    leaves[below(g, COUNT(leaves))](g);
}

static void add_condition(generator *g, uint32_t depth)
{
    uint32_t kind = depth ? below(g, 10) : 0;
    if (kind < 3) {
        add_leaf(g);
    } else if (kind == 3) {
        add(g, "not (");
        add_condition(g, depth - 1);
        add(g, ")");
    } else {
        uint32_t count = 2 + below(g, 3);
        for (uint32_t i = 0; i < count; i++) {
            add(g, "%s(", i == 0 ? "" : kind < 8 ? " and " : " or ");
            add_condition(g, depth - 1);
            add(g, ")");
        }
    }
}

/* More keys than a rule may have; the last ones are those that events have. */
static void add_many_keys(generator *g)
{
    enum { KEYS = 70, NEVER = 66 };
    for (int i = 0; i < KEYS; i++) {
        add(g, "%s%s == ", i ? " or " : "", i % 2 ? "path" : "name");
        if (i < NEVER) {
            add(g, "\"never %d\"", i);
        } else {
            add_literal(g);
        }
    }
}

static void make_query(generator *g)
{
    static const char *const categories[] = {"process", "process", "file", "\"net work\"", "any"};
    g->text.length = 0;
    add(g, "%s where ", categories[below(g, COUNT(categories))]);
    if (chance(g, 2)) {
        add_many_keys(g);
    } else {
        add_condition(g, below(g, 4));
    }
}

/* A copy of no more than its bytes, so that reads behind them are seen. */
static char *keep(const char *data, size_t length)
{
    char *copy = malloc(length + (length == 0));
    cr_assert_not_null(copy);
    memcpy(copy, data, length);
    return copy;
}

static char *make_document(generator *g, size_t number)
{
    static const char *const severities[] = {"low", "medium", "high", "critical"};
    char id[16];
    struct json_object *rule = json_object_new_object();
    make_query(g);
    snprintf(id, sizeof id, "rule %zu", number);
    json_object_object_add(rule, "type", json_object_new_string("eql"));
    json_object_object_add(rule, "rule_id", json_object_new_string(id));
    json_object_object_add(rule, "name", json_object_new_string(id));
    json_object_object_add(rule, "severity", json_object_new_string(severities[below(g, 4)]));
    json_object_object_add(rule, "query", json_object_new_string(g->text.data));
    if (chance(g, 20)) {
        json_object_object_add(rule, "event_category_override",
                               json_object_new_string(chance(g, 50) ? "kind" : "name"));
    }
    const char *json = json_object_to_json_string(rule);
    char *text = keep(json, strlen(json) + 1);
    json_object_put(rule);
    return text;
}

/* --- events --- */

/* A word, or one in something else, at any place. */
static word make_text(generator *g)
{
    word w = varied(g, any_word(g)), text = {.length = 0};
    uint32_t kind = below(g, 10);
    size_t before = kind < 5 ? 0 : below(g, 9), after = kind < 5 ? 0 : below(g, 9);
    if (kind == 9) {
        before = 60 + below(g, 20);
    }
    for (size_t i = 0; i < before; i++) {
        append_letter(g, &text);
    }
    append(&text, w.data, w.length);
    for (size_t i = 0; i < after; i++) {
        append_letter(g, &text);
    }
    if (chance(g, 4)) {
        append_other(g, &text);
    }
    if (chance(g, 2)) { /* not UTF-8 */
        append(&text, "\xE2\x84", 2);
    }
    if (chance(g, 20) && text.length > 0) { /* cut */
        text.length -= below(g, (uint32_t)(text.length < 4 ? text.length : 4));
    }
    return text;
}

static netshare_value make_value(generator *g, const char *field)
{
    static const char *const categories[] = {"process", "file", "net work", "Process", "any"};
    static const char *const types[] = {"start", "end", "error"};
    bool is_category = strcmp(field, "event.category") == 0 || strcmp(field, "kind") == 0;
    if (is_category || strcmp(field, "event.type") == 0 ||
        (strcmp(field, "name") == 0 && chance(g, 20))) {
        const char *text = strcmp(field, "event.type") == 0 ? types[below(g, COUNT(types))]
                                                            : categories[below(g, 5)];
        return netshare_value_from_utf8(keep(text, strlen(text)), strlen(text));
    }
    if (strcmp(field, "size") == 0) {
        return chance(g, 70) ? netshare_value_from_int64(below(g, 6))
                             : netshare_value_from_double(below(g, 12) / 2.0);
    }
    if (strcmp(field, "flag") == 0 || chance(g, 2)) {
        return netshare_value_from_bool(chance(g, 50));
    }
    if (chance(g, 4)) {
        return chance(g, 50) ? netshare_value_from_int64(below(g, 3))
                             : (netshare_value){.type = NETSHARE_VALUE_NULL};
    }
    word text = make_text(g);
    return netshare_value_from_utf8(keep(text.data, text.length), text.length);
}

/* None, one, a few, or more than are kept. */
static size_t value_count(generator *g)
{
    uint32_t kind = below(g, 100);
    return kind < 20   ? 0
           : kind < 75 ? 1
           : kind < 96 ? below(g, 5)
                       : 60 + below(g, MOST_VALUES - 59);
}

static pack_event make_event(generator *g, const pack_family *family)
{
    pack_event event = {calloc(family->field_count + 1, sizeof *event.counts),
                        calloc(family->field_count + 1, sizeof *event.values)};
    cr_assert(event.counts != NULL && event.values != NULL);
    for (size_t f = 0; f < family->field_count; f++) {
        event.counts[f] = value_count(g);
        event.values[f] = calloc(event.counts[f] + 1, sizeof **event.values);
        cr_assert_not_null(event.values[f]);
        for (size_t i = 0; i < event.counts[f]; i++) {
            event.values[f][i] = make_value(g, pack_family_field(family, f));
        }
    }
    return event;
}

static void free_event(const pack_family *family, pack_event *event)
{
    for (size_t f = 0; f < family->field_count; f++) {
        for (size_t i = 0; i < event->counts[f]; i++) {
            if (event->values[f][i].type == NETSHARE_VALUE_UTF8) {
                free((void *)(uintptr_t)event->values[f][i].as.utf8.data);
            }
        }
        free(event->values[f]);
    }
    free(event->counts);
    free(event->values);
}

/* --- tests --- */

/* Many rules match some events and not others. */
static void expect_variety(const pack_family *family, size_t event_count)
{
    enum { MANY = 50 };
    size_t mixed = 0;
    for (size_t d = 0; d < family->count; d++) {
        mixed += family->matches[d] > 0 && family->matches[d] < event_count;
    }
    cr_expect(family->count < MANY || mixed * 4 > family->count, "%zu of %zu", mixed,
              family->count);
}

static void run(uint64_t seed, size_t rule_count, size_t event_count,
                const netshare_options *options)
{
    static const size_t group_sizes[] = {4, 5, 17, 65};
    generator *g = calloc(1, sizeof *g);
    char **documents = calloc(rule_count, sizeof *documents);
    cr_assert(g != NULL && documents != NULL);
    g->state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    fill_words(g);
    for (size_t i = 0; i < rule_count; i++) {
        documents[i] = make_document(g, i);
    }
    pack_family *family = pack_family_new((const char *const *)documents, rule_count, options,
                                          group_sizes, COUNT(group_sizes));
    for (size_t i = 0; i < event_count; i++) {
        pack_event event = make_event(g, family);
        pack_family_expect(family, &event, i % 8 == 0);
        free_event(family, &event);
    }
    expect_variety(family, event_count);
    pack_family_free(family);
    for (size_t i = 0; i < rule_count; i++) {
        free(documents[i]);
    }
    free(documents);
    free(g->text.data);
    free(g);
}

/* The number of seeds can be raised for a long run. */
static uint64_t seeds(void)
{
    const char *wanted = getenv("NETSHARE_PACK_SEEDS");
    return wanted != NULL ? strtoull(wanted, NULL, 10) : 4;
}

Test(pack, finds_what_each_rule_finds_alone, .timeout = 0)
{
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        run(seed, 150, 120, NULL);
    }
}

Test(pack, with_ascii_folding, .timeout = 0)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.flags = NETSHARE_OPTION_ASCII_FOLDING;
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        run(1000 + seed, 70, 120, &options);
    }
}

Test(pack, with_another_category_field, .timeout = 0)
{
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.event_category_field = "kind";
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        run(2000 + seed, 70, 120, &options);
    }
}

Test(pack, of_few_rules, .timeout = 0)
{
    for (uint64_t seed = 1; seed <= 10 * seeds(); seed++) {
        run(3000 + seed, 4 + seed % 5, 60, NULL);
    }
}

#define RULE(id, condition)                                                                   \
    "{\"type\":\"eql\",\"rule_id\":\"" id "\",\"name\":\"" id "\",\"query\":\"any where " condition "\"}"

Test(pack, of_rules_that_ask_nothing)
{
    static const char *const documents[] = {
        RULE("1", "true"),
        RULE("2", "false"),
        RULE("3", "not false"),
        RULE("4", "not true"),
        RULE("5", "1 < 2")};
    pack_family *family = pack_family_new(documents, COUNT(documents), NULL, NULL, 0);
    pack_event event = {NULL, NULL};
    pack_family_expect(family, &event, true);
    for (size_t d = 0; d < family->count; d++) {
        cr_expect_eq(family->matches[d], d % 2 == 0);
    }
    pack_family_free(family);
}

/* Expects of rules `any where a : "*word*"` that they match a text with their word. */
static void expect_words(const char *const *words, size_t count, const char *before,
                         const char *after)
{
    char documents[4][128], text[64];
    const char *list[4];
    for (size_t i = 0; i < count; i++) {
        snprintf(documents[i], sizeof documents[i],
                 "{\"type\":\"eql\",\"rule_id\":\"%zu\",\"name\":\"%zu\","
                 "\"query\":\"any where a : \\\"*%s*\\\"\"}", i, i, words[i]);
        list[i] = documents[i];
    }
    pack_family *family = pack_family_new(list, count, NULL, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "%s%s%s", before, words[i], after);
        netshare_value value = netshare_value_from_utf8(text, strlen(text)), *values = &value;
        size_t value_count = 1;
        pack_event event = {&value_count, &values};
        pack_family_expect(family, &event, true);
        cr_expect_eq(family->matches[i], 1, "%s", text);
    }
    pack_family_free(family);
}

/* Words of one length, which the text is searched for in steps as long as that allows. */
Test(pack, finds_words_of_any_length_at_any_place, .timeout = 120)
{
    static const char *const words[][4] = {
        {"wxyz", "bcde", "ghij", "lmno"},         {"vwxyz", "abcde", "fghij", "klmno"},
        {"vwxyz0", "abcde1", "fghij2", "klmno3"}, {"vwxyz04", "abcde15", "fghij26", "klmno37"},
        {"vwxyz048", "abcde159", "fghij26A", "klmno37B"}};
    static const char filler[] = "--------";
    for (size_t w = 0; w < COUNT(words); w++) {
        for (size_t before = 0; before < sizeof filler; before++) {
            for (size_t after = 0; after < 5; after++) {
                expect_words(words[w], 4, filler + sizeof filler - 1 - before,
                             filler + sizeof filler - 1 - after);
            }
        }
    }
}

/* Each pattern's literal stands in the text very often, and what must follow it never. */
Test(pack, costs_little_on_a_literal_repeated_without_end, .timeout = 60)
{
    enum { REPEATS = 500000 };
    static const char *const documents[] = {
        RULE("1", "a : \\\"*abcd*1*\\\""),
        RULE("2", "a : \\\"*abcd*2*\\\""),
        RULE("3", "a : \\\"*cdab*b\\\""),
        RULE("4", "a : \\\"*cdab*d\\\""),
        RULE("5", "a : (\\\"*abcd*1*\\\", \\\"*abcd*2*\\\", \\\"*abcd*3*\\\", "
                  "\\\"*bcda*4*\\\", \\\"*abcd*5*\\\", \\\"*abcd*6*\\\", \\\"*abcd*7*\\\")")};
    static const size_t group_sizes[] = {4, 1};
    pack_family *family = pack_family_new(documents, COUNT(documents), NULL, group_sizes, 2);
    char *text = malloc(REPEATS * 4);
    cr_assert_not_null(text);
    for (size_t i = 0; i < REPEATS; i++) {
        memcpy(text + 4 * i, "abcd", 4);
    }
    netshare_value value = netshare_value_from_utf8(text, REPEATS * 4), *values = &value;
    size_t count = 1;
    pack_event event = {&count, &values};
    pack_family_expect(family, &event, false);
    for (size_t d = 0; d < family->count; d++) {
        cr_expect_eq(family->matches[d], d == 3);
    }
    pack_family_free(family);
    free(text);
}
