/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for line feeds and for the beginnings of texts, in all ways that there are. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "text/probe.h"

struct wanted {
    const char *text;
    size_t length;
    bool folds;
};

/* One per group, so that nothing but these is found. */
static const struct wanted wanted[NS_PROBE_GROUPS] = {
    {"net.exe", 7, true}, {"et.", 3, false},      {"\\u0", 3, false},        {"A1z", 3, false},
    {"@[`", 3, true},     {"\xC5\xBF", 2, false}, {"\xE2\x84\xAA", 3, false}, {"{:\"", 3, true},
};

static bool is_equal(char a, char b, bool folds)
{
    return a == b || (folds && isalpha((unsigned char)a) && ((a ^ b) == 0x20));
}

static bool begins(const struct wanted *w, const char *text, size_t left)
{
    if (left < NS_PROBE_LENGTH)
        return false;
    for (size_t i = 0; i < w->length && i < NS_PROBE_LENGTH; i++)
        if (!is_equal(w->text[i], text[i], w->folds))
            return false;
    return true;
}

static size_t next_by_definition(const char *text, size_t length, size_t at)
{
    for (; at < length && text[at] != '\n'; at++)
        for (size_t i = 0; i < COUNT(wanted); i++)
            if (begins(&wanted[i], text + at, length - at))
                return at;
    return at;
}

static void make(struct ns_probes *probes)
{
    ns_probes_init(probes);
    for (size_t i = 0; i < COUNT(wanted); i++)
        ns_probes_add(probes, (unsigned)i, wanted[i].text, wanted[i].length, wanted[i].folds);
}

static void check(const struct ns_probes *probes, const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    cr_assert(copy);
    char *tight = copy + 1; /* at an odd place, and its end is that of the block */
    memcpy(tight, text, length);
    for (size_t at = 0; at <= length; at++) {
        size_t next = next_by_definition(tight, length, at);
        cr_assert_eq(ns_probes_next(probes, tight, length, at), next, "%zu of %zu", at, length);
        cr_assert_eq(ns_probes_next_portable(probes, tight, length, at), next);
    }
    free(copy);
}

/* Bytes that differ from those of the probes in few bits are among these. */
Test(probe, all_ways_agree_with_the_definition)
{
    static const char near[] = "netENT.exe\\u0^U pA1z!Q:@[`\x1b\xC5\xBF\xE2\x84\xAA\xE5\x3F{:\"\n\x8A";
    struct ns_probes probes;
    make(&probes);
    uint32_t seed = 7;
    for (size_t length = 0; length < 400; length++) {
        char text[400];
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = seed >> 30 ? 'x' : near[(seed >> 12) % (sizeof near - 1)];
        }
        check(&probes, text, length);
    }
}

/* One text at every place of an otherwise empty one. */
Test(probe, every_text_is_found_at_every_place)
{
    struct ns_probes probes;
    make(&probes);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        for (size_t place = 0; place < 150; place++) {
            char text[160];
            memset(text, 'x', sizeof text);
            memcpy(text + place, wanted[i].text, NS_PROBE_LENGTH);
            cr_assert_eq(ns_probes_next(&probes, text, sizeof text, 0), place);
            cr_assert_eq(ns_probes_next(&probes, text, place + 2, 0), place + 2,
                         "a part of %s is taken for it", wanted[i].text);
        }
    }
}

Test(probe, without_probes_finds_line_feeds)
{
    struct ns_probes probes;
    ns_probes_init(&probes);
    char text[200];
    memset(text, 'x', sizeof text);
    for (size_t place = 0; place < sizeof text; place++) {
        text[place] = '\n';
        cr_assert_eq(ns_probes_next(&probes, text, sizeof text, 0), place);
        cr_assert_eq(ns_probes_next(&probes, text, sizeof text, place + 1), sizeof text);
        text[place] = 'x';
    }
}
