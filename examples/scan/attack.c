/* SPDX-License-Identifier: Apache-2.0 */
#include "attack.h"

#include <stdlib.h>
#include <string.h>

static bool same(const struct attack_entry *entry, const netshare_tactic *tactic,
                 const netshare_technique *technique)
{
    return strcmp(entry->tactic->id, tactic->id) == 0
           && (entry->technique && technique ? strcmp(entry->technique->id, technique->id) == 0
                                             : entry->technique == technique);
}

static struct attack_entry *find_or_add(struct attack_table *table, const netshare_tactic *tactic,
                                        const netshare_technique *technique)
{
    for (size_t i = 0; i < table->count; i++)
        if (same(&table->entries[i], tactic, technique))
            return &table->entries[i];
    if (table->count == table->capacity) {
        size_t wanted = table->capacity ? 2 * table->capacity : 64;
        struct attack_entry *grown = realloc(table->entries, wanted * sizeof *grown);
        if (!grown)
            return NULL;
        table->entries = grown;
        table->capacity = wanted;
    }
    table->entries[table->count] = (struct attack_entry){tactic, technique, 0, 0, SIZE_MAX};
    return &table->entries[table->count++];
}

static bool add(struct attack_table *table, const netshare_tactic *tactic,
                const netshare_technique *technique, size_t rule, size_t count)
{
    struct attack_entry *entry = find_or_add(table, tactic, technique);
    if (!entry)
        return false;
    if (entry->last_rule != rule) {
        entry->last_rule = rule;
        entry->rules++;
        entry->count += count;
    }
    return true;
}

static bool add_threat(struct attack_table *table, const netshare_threat *threat, size_t rule,
                       size_t count)
{
    bool ok = threat->technique_count || add(table, &threat->tactic, NULL, rule, count);
    for (size_t i = 0; i < threat->technique_count && ok; i++) {
        const netshare_technique *technique = &threat->techniques[i];
        ok = add(table, &threat->tactic, technique, rule, count);
        for (size_t j = 0; j < technique->subtechnique_count && ok; j++)
            ok = add(table, &threat->tactic, &technique->subtechniques[j], rule, count);
    }
    return ok;
}

/* The columns of the enterprise matrix; tactics of other matrices come after. */
static size_t column(const netshare_tactic *tactic)
{
    static const char *const MATRIX[] = {"TA0043", "TA0042", "TA0001", "TA0002", "TA0003",
                                         "TA0004", "TA0005", "TA0006", "TA0007", "TA0008",
                                         "TA0009", "TA0011", "TA0010", "TA0040"};
    size_t i = 0;
    while (i < sizeof MATRIX / sizeof *MATRIX && strcmp(MATRIX[i], tactic->id) != 0)
        i++;
    return i;
}

static int by_place(const void *a, const void *b)
{
    const struct attack_entry *x = a, *y = b;
    size_t one = column(x->tactic), two = column(y->tactic);
    if (one != two)
        return one < two ? -1 : 1;
    int order = strcmp(x->tactic->id, y->tactic->id);
    if (order)
        return order;
    return strcmp(x->technique ? x->technique->id : "", y->technique ? y->technique->id : "");
}

bool attack_collect(struct attack_table *table, const netshare_matcher *matcher,
                    const size_t *counts)
{
    *table = (struct attack_table){0};
    for (size_t i = 0; i < netshare_matcher_rule_count(matcher); i++) {
        size_t threats, count = counts ? counts[i] : 1;
        const netshare_threat *list =
            netshare_rule_threats(netshare_matcher_rule(matcher, i), &threats);
        table->unmapped += threats == 0;
        for (size_t j = 0; j < threats && count; j++)
            if (!add_threat(table, &list[j], i, count))
                return false;
    }
    if (table->count)
        qsort(table->entries, table->count, sizeof *table->entries, by_place);
    return true;
}

void attack_free(struct attack_table *table)
{
    free(table->entries);
    *table = (struct attack_table){0};
}
