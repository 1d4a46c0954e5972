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
    s->signed_kinds = ns_alloc_zero(&m->allocator, NS_KEPT_SIGNATURES, sizeof *s->signed_kinds);
    s->gates = ns_alloc(&m->allocator, gates, sizeof *s->gates);
    uint64_t *bits = ns_alloc_zero(&m->allocator, NS_KEPT_KINDS * words, sizeof *bits);
    s->kind_bits = bits;
    if (!s->kinds || !s->signed_kinds || !s->gates || !bits)
        return false;
    s->last_kind = s->signed_kinds;
    for (size_t i = 0; i < NS_KEPT_KINDS; i++, bits += words) {
        s->kinds[i] = (struct ns_kind){bits, bits + gates, bits + gates + rules,
                                       bits + gates + 2 * rules, 0};
    }
    return true;
}

void ns_kinds_free(netshare_scratch *s)
{
    ns_free(&s->matcher->allocator, s->kinds);
    ns_free(&s->matcher->allocator, s->signed_kinds);
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
    kind->made++;
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

/* By looking up which gates hold. */
static const struct ns_kind *look_kind_up(netshare_scratch *s)
{
    const struct ns_index *index = s->matcher->index;
    size_t words = ns_words(index->gate_count + 1);
    uint64_t hash = 0;
    memset(s->gates, 0, words * sizeof *s->gates);
    ns_set_bit(s->gates, 0);
    for (size_t i = 0; i < index->gate_fields.count; i++)
        ns_index_look_up(s, index->gate_fields.items[i]);
    for (size_t i = 0; i < words; i++)
        hash = ns_mix(hash, s->gates[i]);
    struct ns_kind *kind = &s->kinds[hash % NS_KEPT_KINDS];
    if (memcmp(kind->gates, s->gates, words * sizeof *s->gates) != 0)
        make_kind(s->matcher, s->gates, kind);
    return kind;
}

/* --- Signatures --------------------------------------------------------------------------- */

static inline void add_word(struct ns_signature *signature, uint64_t word)
{
    signature->words[signature->count++] = word;
}

static uint64_t hash_of(const struct ns_signature *signature)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < signature->count; i++)
        hash = ns_mix(hash, signature->words[i]);
    return hash;
}

/* False when there is no room. */
static bool add_text(struct ns_signature *signature, uint32_t field, const struct ns_text *text)
{
    enum { MOST_BYTES = 8 * NS_SIGNATURE_WORDS };
    bool is_wide = text->encoding == NS_UTF16;
    if (text->length > MOST_BYTES)
        return false;
    size_t bytes = is_wide ? 2 * text->length : text->length;
    if (signature->count + 1 + (bytes + 7) / 8 > NS_SIGNATURE_WORDS)
        return false;
    add_word(signature, (uint64_t)field << 32 | text->length << 1 | is_wide);
    for (size_t at = 0; at + 8 <= bytes; at += 8)
        add_word(signature, ns_word_at(text->data, at, false));
    if (bytes % 8)
        add_word(signature, bytes < 8 ? ns_short_word(text->data, bytes, false)
                                      : ns_word_at(text->data, bytes - 8, false));
    return true;
}

/* Values that are no texts open no gate (is_gate() in index_keys.c). False when there is no room
 * for those that are. */
static bool sign(netshare_scratch *s, struct ns_signature *signature)
{
    const struct ns_number_list *fields = &s->matcher->index->gate_fields;
    signature->count = 0;
    for (size_t i = 0; i < fields->count; i++) {
        uint32_t field = fields->items[i];
        if (!ns_scratch_may_have(s, field))
            continue;
        const struct ns_field_state *state = ns_scratch_keep(s, field);
        if (NS_UNLIKELY(!state->complete))
            return false;
        for (uint32_t v = 0; v < state->kept; v++) {
            const struct ns_value *value = &state->values[v];
            if (value->kind == NS_TEXT &&
                NS_UNLIKELY(!add_text(signature, field, &value->as.text)))
                return false;
        }
    }
    return true;
}

static bool is_known(const struct ns_signed_kind *known, const struct ns_signature *signature)
{
    return known->kind && known->made == known->kind->made &&
           known->signature.count == signature->count &&
           memcmp(known->signature.words, signature->words,
                  signature->count * sizeof *signature->words) == 0;
}

const struct ns_kind *ns_kind_find(netshare_scratch *s)
{
    struct ns_signature signature;
    if (!sign(s, &signature))
        return look_kind_up(s);
    if (is_known(s->last_kind, &signature)) /* events of one kind come one after another */
        return s->last_kind->kind;
    struct ns_signed_kind *known = &s->signed_kinds[hash_of(&signature) % NS_KEPT_SIGNATURES];
    s->last_kind = known;
    if (!is_known(known, &signature)) {
        known->kind = look_kind_up(s);
        known->made = known->kind->made;
        known->signature.count = signature.count;
        memcpy(known->signature.words, signature.words,
               signature.count * sizeof *signature.words);
    }
    return known->kind;
}
