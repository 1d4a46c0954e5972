/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher/kind.h"

#include <string.h>

#include "base/bits.h"

bool ns_kinds_make(netshare_scratch *s)
{
    const netshare_matcher *m = s->matcher;
    const struct ns_index *index = m->index;
    if (!index->needs)
        return true;
    size_t gates = ns_words(index->gate_count + 1), rules = ns_words(m->rule_count);
    size_t fields = ns_words(m->fields.count), words = gates + 2 * rules + fields;
    s->kinds = ns_alloc(&m->allocator, NS_KEPT_KINDS, sizeof *s->kinds);
    s->gates = ns_alloc(&m->allocator, gates, sizeof *s->gates);
    uint64_t *bits = ns_alloc_zero(&m->allocator, NS_KEPT_KINDS * words, sizeof *bits);
    s->kind_bits = bits;
    if (!s->kinds || !s->gates || !bits)
        return false;
    for (size_t i = 0; i < NS_KEPT_KINDS; i++, bits += words) {
        s->kinds[i] = (struct ns_kind){bits, bits + gates, bits + gates + rules,
                                       bits + gates + 2 * rules};
    }
    return true;
}

void ns_kinds_free(netshare_scratch *s)
{
    ns_free(&s->matcher->allocator, s->kinds);
    ns_free(&s->matcher->allocator, s->gates);
    ns_free(&s->matcher->allocator, s->kind_bits);
}

static bool gates_hold(const uint64_t *gates, const struct ns_index_rule *rule)
{
    for (size_t i = 0; i < NS_MOST_GATES && rule->gates[i]; i++) {
        if (!ns_get_bit(gates, rule->gates[i]))
            return false;
    }
    return true;
}

static void make_kind(const netshare_matcher *m, const uint64_t *gates, struct ns_kind *kind)
{
    const struct ns_index *index = m->index;
    memcpy(kind->gates, gates, ns_words(index->gate_count + 1) * sizeof *gates);
    memset(kind->rules, 0, ns_words(m->rule_count) * sizeof *kind->rules);
    memset(kind->unkeyed, 0, ns_words(m->rule_count) * sizeof *kind->unkeyed);
    memset(kind->fields, 0, ns_words(m->fields.count) * sizeof *kind->fields);
    for (uint32_t r = 0; r < m->rule_count; r++) {
        const struct ns_index_rule *needs = &index->needs[r];
        if (!gates_hold(gates, needs))
            continue;
        ns_set_bit(kind->rules, r);
        if (needs->fields.count == 0)
            ns_set_bit(kind->unkeyed, r);
        for (size_t i = 0; i < needs->fields.count; i++)
            ns_set_bit(kind->fields, needs->fields.items[i]);
    }
}

const struct ns_kind *ns_kind_find(netshare_scratch *s)
{
    const struct ns_index *index = s->matcher->index;
    size_t words = ns_words(index->gate_count + 1);
    uint64_t hash = 0;
    memset(s->gates, 0, words * sizeof *s->gates);
    ns_set_bit(s->gates, 0);
    for (size_t i = 0; i < index->gate_fields.count; i++)
        ns_index_look_up(s, index->gate_fields.items[i]);
    for (size_t i = 0; i < words; i++)
        hash = (hash ^ s->gates[i]) * UINT64_C(0x9E3779B97F4A7C15);
    struct ns_kind *kind = &s->kinds[(hash >> 32) % NS_KEPT_KINDS];
    if (memcmp(kind->gates, s->gates, words * sizeof *s->gates) != 0)
        make_kind(s->matcher, s->gates, kind);
    return kind;
}
