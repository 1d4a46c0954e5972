/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every text that matches has, found on the automaton and so whatever the pattern: so
 * many of one character, or a character outside ASCII. Most texts can be told by it.
 */
#include "text/literal.h"
#include "text/regex_internal.h"

/* Steps: looking for it must cost less than building the automaton. */
enum { MOST_WORK = 1 << 15 };

struct finder {
    const struct ns_regex_build *build;
    const struct ns_regex_dfa *dfa;
    const uint16_t *ascii; /* classes of 0 to 0x7F */
    bool *counted;         /* by class */
    uint32_t *uses;        /* by state: the fewest counted characters on a way there */
    size_t work;
};

#define NO_WAY UINT32_MAX

/* Passes over all states; false when no way got shorter. */
static bool shorten(struct finder *f)
{
    const size_t classes = f->build->class_count;
    bool shorter = false;
    for (size_t s = 0; s < f->dfa->state_count; s++) {
        for (size_t c = 0; c < classes && f->uses[s] != NO_WAY; c++) {
            uint32_t uses = f->uses[s] + f->counted[c];
            uint32_t *there = &f->uses[f->dfa->next[s * classes + c]];
            shorter |= uses < *there;
            *there = uses < *there ? uses : *there;
        }
    }
    f->work += f->dfa->state_count * classes;
    return shorter;
}

/* How many counted characters a text has at least that matches; 0 when that takes too long. */
static uint32_t least_uses(struct finder *f)
{
    for (size_t s = 0; s < f->dfa->state_count; s++)
        f->uses[s] = s == f->dfa->start ? 0 : NO_WAY;
    bool shorter = true;
    while (shorter && f->work < MOST_WORK)
        shorter = shorten(f);
    uint32_t least = NO_WAY;
    for (size_t s = 0; s < f->dfa->state_count; s++) {
        if (f->dfa->accept[s] && f->uses[s] < least)
            least = f->uses[s];
    }
    return shorter || least == NO_WAY ? 0 : least;
}

/* Is the class this character alone, in either case where that does not matter? */
static bool is_alone(const struct finder *f, unsigned char character)
{
    const struct ns_regex_build *build = f->build;
    uint16_t class = f->ascii[character];
    if (ns_has_alias(character, build->fold))
        return false;
    for (uint32_t c = 0; c < 0x80; c++) {
        if (f->ascii[c] == class && ns_fold(build->fold, c) != ns_fold(build->fold, character))
            return false;
    }
    for (size_t i = 0; i < build->part_count; i++) {
        bool ends_in_ascii = i + 1 < build->part_count && build->part_starts[i + 1] <= 0x80;
        if (build->part_classes[i] == class && !ends_in_ascii)
            return false;
    }
    return true;
}

static void count_class(struct finder *f, uint16_t class)
{
    for (size_t c = 0; c < f->build->class_count; c++)
        f->counted[c] = c == class;
}

static void count_beyond_ascii(struct finder *f)
{
    for (size_t c = 0; c < f->build->class_count; c++)
        f->counted[c] = true;
    for (uint32_t c = 0; c < 0x80; c++)
        f->counted[f->ascii[c]] = false;
}

static struct ns_regex_required find(struct finder *f)
{
    struct ns_regex_required required = {.least = 0};
    count_beyond_ascii(f);
    required.beyond_ascii = least_uses(f) > 0;
    for (unsigned char c = 0; c < 0x80 && f->work < MOST_WORK; c++) {
        if (ns_fold(f->build->fold, c) != c || !is_alone(f, c))
            continue;
        count_class(f, f->ascii[c]);
        uint32_t least = least_uses(f);
        if (least > required.least) {
            required.least = least;
            required.mask = c >= 'a' && c <= 'z' && f->build->fold != NS_FOLD_NONE ? 0xDF : 0xFF;
            required.value = c & required.mask;
        }
    }
    return required;
}

bool ns_regex_require(struct ns_regex_build *build, const struct ns_regex_dfa *dfa,
                      const uint16_t *ascii, struct ns_regex_required *required)
{
    struct finder f = {.build = build, .dfa = dfa, .ascii = ascii};
    f.counted = ns_arena_alloc(&build->arena, build->class_count, sizeof *f.counted);
    f.uses = ns_arena_alloc(&build->arena, dfa->state_count, sizeof *f.uses);
    if (!f.counted || !f.uses)
        return false;
    *required = find(&f);
    return true;
}

/* --- Of a text ----------------------------------------------------------------------------- */

NS_INLINE bool has_many(const struct ns_regex_required *r, const void *text, size_t length,
                        bool wide)
{
    const ns_lanes mask = ns_lanes_of_words(NS_EACH(r->mask), NS_EACH(r->mask));
    const ns_lanes value = ns_lanes_of_words(NS_EACH(r->value), NS_EACH(r->value));
    uint32_t count = 0;
    for (size_t at = 0; at < length; at += NS_LANES) {
        size_t left = length - at;
        const void *here = wide ? (const void *)((const uint16_t *)text + at)
                                : (const void *)((const unsigned char *)text + at);
        ns_lanes lanes = left < NS_LANES ? ns_lanes_padded(here, left, wide)
                                         : ns_lanes_at(here, 0, wide);
        uint32_t bits = ns_lanes_equal(lanes, mask, value);
        if (left < NS_LANES)
            bits &= (UINT32_C(1) << left) - 1;
        for (; bits; bits &= bits - 1)
            count++;
        if (count >= r->least)
            return true;
    }
    return false;
}

bool ns_regex_has_required(const struct ns_regex_required *r, const struct ns_text *text)
{
    if (r->beyond_ascii && ns_text_is_ascii(text))
        return false;
    if (!r->least)
        return true;
    return text->encoding == NS_UTF8 ? has_many(r, text->data, text->length, false)
                                     : has_many(r, text->data, text->length, true);
}
