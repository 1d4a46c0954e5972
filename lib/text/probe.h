/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking in one pass for the ends of lines and for a few texts. Of each text three bytes
 * side by side, its probe, are looked for; whether the text stands there is for the caller
 * to see. By registers of 32 bytes where the machine has AVX2, of 16 where it has NEON, else
 * byte by byte: all give the same answers.
 */
#ifndef NS_TEXT_PROBE_H
#define NS_TEXT_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NS_PROBE_LENGTH = 3, NS_PROBE_GROUPS = 8 };

/* Places that are looked at together, and the bytes that are read for that. */
enum { NS_PROBE_PLACES = 32, NS_PROBE_READ = NS_PROBE_PLACES + NS_PROBE_LENGTH - 1 };

/* Bit g of an entry: a probe of group g may have such a byte, by its halves, at this place. */
struct ns_probe_groups {
    uint8_t low[NS_PROBE_LENGTH][16], high[NS_PROBE_LENGTH][16];
};

/* The first bytes of `text` as a probe; any byte will do where the text is shorter. Probes of
 * one group may be found where parts of several stand. */
void ns_probe_groups_add(struct ns_probe_groups *groups, unsigned group, const char *text,
                         size_t length, bool folds);

/* Bits by place, the lowest for the first. */
struct ns_probe_places {
    uint32_t probes; /* one may begin there */
    uint32_t high;   /* a byte from 0x80 on */
};

/* The places from `text` on, where NS_PROBE_READ bytes are read. */
typedef struct ns_probe_places ns_probe_look(const struct ns_probe_groups *groups,
                                             const char *text);

/* By registers; NULL where the machine has none of 32 bytes. */
ns_probe_look *ns_probe_look_by_register(void);

struct ns_probes;

typedef size_t ns_probe_search(const struct ns_probes *probes, const char *text, size_t length,
                               size_t at);

struct ns_probes {
    struct ns_probe_groups groups;
    uint8_t whole[NS_PROBE_LENGTH][256]; /* the same by whole bytes */
    ns_probe_search *next;
};

/* No probes yet, and the quickest way to look for them on this machine. */
void ns_probes_init(struct ns_probes *probes);

void ns_probes_add(struct ns_probes *probes, unsigned group, const char *text, size_t length,
                   bool folds);

/* The first place at or behind `at` (at most `length`) where a line feed is, or where a probe
 * may begin, all of it before `length`; `length` when there is none. */
static inline size_t ns_probes_next(const struct ns_probes *probes, const char *text,
                                    size_t length, size_t at)
{
    return probes->next(probes, text, length, at);
}

/* The same byte by byte. */
size_t ns_probes_next_portable(const struct ns_probes *probes, const char *text, size_t length,
                               size_t at);

#endif
