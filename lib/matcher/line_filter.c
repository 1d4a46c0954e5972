/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/line_filter.h"

#include <string.h>

#include "base/bits.h"
#include "event/source.h"
#include "matcher/index.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* --- Literals out of keys -------------------------------------------------------------------- */

/* The rarer in JSON events, the further behind; what is not listed is rarest. */
static unsigned commonness(unsigned char c)
{
    static const char COMMON[] = "\"e0:,1t2i3na4sorcd5p6l7f8b9m_uhg.-wvyk{}[]xz qj";
    const char *place = c ? strchr(COMMON, c) : NULL;
    return place ? (unsigned)(sizeof COMMON - (size_t)(place - COMMON)) : 0;
}

/* The rarest two bytes, the first of which is looked at first. */
static void choose_probes(struct ns_line_literal *l)
{
    for (size_t i = 1; i < l->length; i++) {
        if (commonness((unsigned char)l->bytes[i]) < commonness((unsigned char)l->bytes[l->first]))
            l->first = i;
    }
    l->second = l->first == 0;
    for (size_t i = 0; i < l->length; i++) {
        if (i != l->first && commonness((unsigned char)l->bytes[i]) <
                                 commonness((unsigned char)l->bytes[l->second]))
            l->second = i;
    }
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
    choose_probes(&l);
    for (size_t i = 0; i < filter->count; i++) {
        if (is_same(&filter->literals[i], &l))
            return true;
    }
    if (filter->count == NS_LINE_LITERALS)
        return false;
    filter->is_weak |= l.is_weak;
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
    for (size_t i = 0; i < test->pattern_count; i++) {
        struct ns_string literal = ns_wildcard_required_literal(test->patterns[i].compiled);
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

static bool probe(const struct ns_line_literal *l, size_t number, char byte)
{
    char folded = l->folds ? (char)ns_fold_ascii((unsigned char)byte) : byte;
    return folded == l->bytes[number];
}

/* The first place from `from` where the literal stands, `length` when there is none. */
static size_t find(const struct ns_line_literal *l, const char *text, size_t length, size_t from)
{
    size_t p = from;
    if (length < l->length)
        return length;
    size_t last = length - l->length;
#if defined(__SSE2__)
    /* Bit 5 of a letter is its case: taken away on both sides it lets some others pass, which
     * stands_at() turns away. */
    const __m128i mask = _mm_set1_epi8(l->folds ? (char)0xDF : (char)0xFF);
    const __m128i first = _mm_and_si128(_mm_set1_epi8(l->bytes[l->first]), mask);
    const __m128i second = _mm_and_si128(_mm_set1_epi8(l->bytes[l->second]), mask);
    for (; p + 15 <= last; p += 16) {
        __m128i a = _mm_loadu_si128((const void *)(text + p + l->first));
        __m128i b = _mm_loadu_si128((const void *)(text + p + l->second));
        a = _mm_cmpeq_epi8(_mm_and_si128(a, mask), first);
        b = _mm_cmpeq_epi8(_mm_and_si128(b, mask), second);
        for (uint32_t bits = (uint32_t)_mm_movemask_epi8(_mm_and_si128(a, b)); bits;
             bits &= bits - 1) {
            size_t at = p + ns_lowest_bit(bits);
            if (stands_at(l, text + at))
                return at;
        }
    }
#endif
    for (; p <= last; p++) {
        if (probe(l, l->first, text[p + l->first]) && probe(l, l->second, text[p + l->second]) &&
            stands_at(l, text + p))
            return p;
    }
    return length;
}

/* The next place where the literal stands as what it is: a whole value stands in quotes, if
 * fields are the document's own. */
static size_t find_use(const struct ns_line_literal *l, const char *text, size_t length,
                       size_t from, bool is_ecs)
{
    for (;;) {
        size_t at = find(l, text, length, from);
        bool is_use = at == length || !l->is_value || !is_ecs ||
                      (at > 0 && text[at - 1] == '"' && at + l->length < length &&
                       text[at + l->length] == '"');
        if (is_use)
            return at;
        from = at + 1;
    }
}

/* `\u00`: an ASCII character in disguise. A backslash that is escaped itself may stand
 * before the u; such lines are read as well. */
static size_t find_escape(const char *text, size_t length, size_t from)
{
    static const struct ns_line_literal escape = {
        .bytes = "\\u00", .length = 4, .first = 1, .second = 0, .folds = false};
    return find(&escape, text, length, from);
}

/* What may be a character outside ASCII that folds to one inside. */
static bool has_alias(const char *line, size_t length)
{
    return !ns_is_ascii(line, length) || memchr(line, '\\', length) != NULL;
}

bool ns_line_filter_admits(const struct ns_line_filter *filter, struct ns_line_cursor *cursor,
                           const char *text, size_t length, size_t start, size_t end,
                           bool is_ecs)
{
    bool admitted = false;
    for (size_t i = 0; i < filter->count; i++) {
        if (!cursor->has_begun || cursor->next[i] < start)
            cursor->next[i] = find_use(&filter->literals[i], text, length, start, is_ecs);
        admitted |= cursor->next[i] < end;
    }
    if (!cursor->has_begun || cursor->next_escape < start)
        cursor->next_escape = find_escape(text, length, start);
    cursor->has_begun = true;
    return admitted || cursor->next_escape < end ||
           (filter->is_weak && has_alias(text + start, end - start));
}
