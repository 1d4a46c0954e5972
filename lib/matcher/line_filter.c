/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/line_filter.h"

#include <limits.h>
#include <string.h>

#include "event/source.h"
#include "matcher/index.h"

/* --- Literals out of keys -------------------------------------------------------------------- */

/* The rarer in JSON events, the further behind; what is not listed is rarest. */
static unsigned commonness(unsigned char c)
{
    static const char COMMON[] = "\"e0:,1t2i3na4sorcd5p6l7f8b9m_uhg.-wvyk{}[]xz qj";
    const char *place = strchr(COMMON, c);
    return place ? (unsigned)(sizeof COMMON - (size_t)(place - COMMON)) : 0;
}

/* Of names of programs, the end is no rarity: all but its dot is left out. */
static size_t distinctive_length(const struct ns_line_literal *l)
{
    static const char END[] = ".exe";
    size_t end = sizeof END - 1;
    bool is_program = l->length > end && memcmp(l->bytes + l->length - end, END, end) == 0;
    return is_program ? l->length - end + 1 : l->length;
}

/* The rarest three bytes side by side. */
static size_t choose_probe(const struct ns_line_literal *l)
{
    size_t length = distinctive_length(l), best = 0;
    unsigned least = UINT_MAX;
    for (size_t i = 0; i + NS_PROBE_LENGTH <= length; i++) {
        unsigned sum = 0;
        for (size_t k = i; k < i + NS_PROBE_LENGTH; k++)
            sum += commonness((unsigned char)l->bytes[k]);
        if (sum < least) {
            least = sum;
            best = i;
        }
    }
    return best;
}

/* Characters that JSON has no short escape for. */
static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '/';
}

/* The longest run of plain characters. */
static struct ns_string plain_run(struct ns_string text)
{
    struct ns_string best = {text.data, 0};
    for (size_t i = 0; i < text.length;) {
        size_t start = i;
        while (i < text.length && is_plain(text.data[i]))
            i++;
        if (i - start > best.length)
            best = (struct ns_string){text.data + start, i - start};
        i += i == start;
    }
    return best;
}

static bool is_same(const struct ns_line_literal *a, const struct ns_line_literal *b)
{
    return a->length == b->length && a->folds == b->folds && a->is_value == b->is_value &&
           memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* `may_be_value`: the text is all of a string. False when it is too short, or there are too
 * many. */
static bool add_literal(struct ns_line_filter *filter, struct ns_string text, enum ns_fold fold,
                        bool may_be_value)
{
    struct ns_string run = plain_run(text);
    struct ns_line_literal l = {.folds = fold != NS_FOLD_NONE};
    l.is_value = may_be_value && run.length == text.length &&
                 run.length <= NS_LINE_LITERAL_LENGTH;
    l.length = run.length < NS_LINE_LITERAL_LENGTH ? run.length : NS_LINE_LITERAL_LENGTH;
    if (l.length < NS_LEAST_LINE_LITERAL)
        return false;
    for (size_t i = 0; i < l.length; i++) {
        l.bytes[i] = l.folds ? (char)ns_fold_ascii((unsigned char)run.data[i]) : run.data[i];
        l.is_weak |= fold == NS_FOLD_UNICODE && (l.bytes[i] == 'k' || l.bytes[i] == 's');
    }
    l.probe = choose_probe(&l);
    for (size_t i = 0; i < filter->count; i++) {
        if (is_same(&filter->literals[i], &l))
            return true;
    }
    if (filter->count == NS_LINE_LITERALS)
        return false;
    filter->literals[filter->count++] = l;
    return true;
}

static bool add_key(struct ns_line_filter *filter, const netshare_matcher *m, uint32_t number)
{
    const struct ns_shared_predicate *p = &m->predicates[number];
    const struct ns_test *test = p->spec->test;
    if (!ns_source_keeps_text(m->fields.items[p->fields[0]].text))
        filter->for_source = false;
    for (size_t i = 0; i < test->string_count; i++) {
        if (!add_literal(filter, test->strings[i], test->fold, true))
            return false;
    }
    for (size_t i = 0; i < ns_test_pattern_count(test); i++) {
        struct ns_string literal = ns_wildcard_required_literal(ns_test_pattern(test, i));
        if (!add_literal(filter, literal, test->fold, false))
            return false;
    }
    return true;
}

/* A literal that folds finds what the same one finds that does not. */
static void drop_covered(struct ns_line_filter *filter)
{
    for (size_t i = 0; i < filter->count; i++) {
        struct ns_line_literal folded = filter->literals[i];
        folded.folds = true;
        bool is_covered = false;
        for (size_t k = 0; k < filter->count; k++)
            is_covered |= k != i && is_same(&filter->literals[k], &folded);
        if (!filter->literals[i].folds && is_covered)
            filter->literals[i--] = filter->literals[--filter->count];
    }
}

static void add_more(struct ns_line_filter *filter, const char *text, bool folds)
{
    struct ns_line_literal l = {.length = strlen(text), .folds = folds};
    memcpy(l.bytes, text, l.length);
    filter->literals[filter->count++] = l;
}

/* ASCII characters in disguise: `\u00`, before which a backslash may stand that is escaped
 * itself; such lines are read as well. And what folds to ASCII, the long s and the Kelvin
 * sign, as an escape and by itself. */
static void add_disguises(struct ns_line_filter *filter)
{
    bool is_weak = false;
    for (size_t i = 0; i < filter->count; i++)
        is_weak |= filter->literals[i].is_weak;
    add_more(filter, "\\u00", false);
    if (!is_weak)
        return;
    add_more(filter, "\\u017f", true);
    add_more(filter, "\\u212a", true);
    add_more(filter, "\xC5\xBF", false);
    add_more(filter, "\xE2\x84\xAA", false);
}

static void make_probes(struct ns_line_filter *filter)
{
    ns_probes_init(&filter->probes);
    for (size_t i = 0; i < filter->count; i++) {
        const struct ns_line_literal *l = &filter->literals[i];
        ns_probes_add(&filter->probes, (unsigned)(i % NS_PROBE_GROUPS), l->bytes + l->probe,
                      l->length - l->probe, l->folds);
    }
}

bool ns_line_filter_build(netshare_matcher *m)
{
    enum { MOST_KEYS = 16 };
    uint32_t keys[MOST_KEYS];
    struct ns_line_filter filter = {.for_source = true};
    bool possible = m->rule_count > 0;
    for (size_t r = 0; possible && r < m->rule_count; r++) {
        size_t count = ns_index_keys(m, &m->rules[r], NULL, keys, MOST_KEYS);
        possible = count > 0;
        for (size_t i = 0; possible && i < count; i++)
            possible = add_key(&filter, m, keys[i]);
    }
    if (!possible || !filter.count)
        return true;
    drop_covered(&filter);
    add_disguises(&filter);
    make_probes(&filter);
    m->line_filter = ns_arena_copy(&m->arena, &filter, 1, sizeof filter);
    return m->line_filter != NULL;
}

/* --- Looking for them -------------------------------------------------------------------------- */

static bool stands_at(const struct ns_line_literal *l, const char *at)
{
    if (!l->folds)
        return memcmp(at, l->bytes, l->length) == 0;
    for (size_t i = 0; i < l->length; i++) {
        if ((char)ns_fold_ascii((unsigned char)at[i]) != l->bytes[i])
            return false;
    }
    return true;
}

/* Does the literal stand there as what it is? A whole value stands in quotes, if fields are
 * the document's own. */
static bool is_use(const struct ns_line_literal *l, const char *text, size_t length, size_t at,
                   bool is_ecs)
{
    if (length - at < l->length || !stands_at(l, text + at))
        return false;
    return !l->is_value || !is_ecs ||
           (at > 0 && text[at - 1] == '"' && at + l->length < length &&
            text[at + l->length] == '"');
}

/* Does a literal stand where its probe begins at `at`? */
static bool has_literal(const struct ns_line_filter *filter, const char *text, size_t length,
                        size_t at, bool is_ecs)
{
    for (size_t i = 0; i < filter->count; i++) {
        const struct ns_line_literal *l = &filter->literals[i];
        if (at >= l->probe && is_use(l, text, length, at - l->probe, is_ecs))
            return true;
    }
    return false;
}

struct ns_line ns_line_filter_read(const struct ns_line_filter *filter, const char *text,
                                   size_t length, size_t start, bool is_ecs)
{
    size_t at = ns_probes_next(&filter->probes, text, length, start);
    for (; at < length && text[at] != '\n';
         at = ns_probes_next(&filter->probes, text, length, at + 1)) {
        if (has_literal(filter, text, length, at, is_ecs)) {
            const char *feed = memchr(text + at, '\n', length - at);
            return (struct ns_line){feed ? (size_t)(feed - text) : length, true};
        }
    }
    return (struct ns_line){at, false};
}
