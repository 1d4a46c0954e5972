/* SPDX-License-Identifier: Apache-2.0 */
/* The table of --coverage. */
#include <string.h>

#include "attack.h"

enum { ID_WIDTH = 10, COUNT_WIDTH = 5 };

static void pad(struct output *out, size_t used, size_t width)
{
    output_format(out, "%*s", used < width ? (int)(width - used) : 0, "");
}

static void row(struct output *out, const char *id, const char *name, size_t rules, int indent)
{
    output_format(out, "%*s", indent, "");
    pad(out, output_string(out, id) + (size_t)indent, ID_WIDTH + 4);
    if (rules)
        output_format(out, "%*zu  ", COUNT_WIDTH, rules);
    else
        output_format(out, "%*s  ", COUNT_WIDTH, "");
    output_string(out, name);
    output_bytes(out, "\n", 1);
}

static bool starts_tactic(const struct attack_table *table, size_t i)
{
    return i == 0
           || strcmp(table->entries[i].tactic->id, table->entries[i - 1].tactic->id) != 0;
}

static bool is_subtechnique(const netshare_technique *technique)
{
    return strchr(technique->id, '.') != NULL;
}

void attack_write_coverage(struct output *out, const struct attack_table *table,
                           size_t rule_count)
{
    size_t tactics = 0, techniques = 0, subtechniques = 0;
    output_color(out, COLOR_BOLD);
    output_format(out, "%-*s%*s  %s\n", ID_WIDTH + 4, "ID", COUNT_WIDTH, "RULES", "NAME");
    output_color(out, COLOR_NONE);
    for (size_t i = 0; i < table->count; i++) {
        const struct attack_entry *entry = &table->entries[i];
        const netshare_technique *technique = entry->technique;
        if (starts_tactic(table, i)) {
            tactics++;
            output_color(out, COLOR_BOLD);
            row(out, entry->tactic->id, entry->tactic->name, technique ? 0 : entry->rules, 0);
            output_color(out, COLOR_NONE);
        }
        if (!technique)
            continue;
        bool below = is_subtechnique(technique);
        subtechniques += below;
        techniques += !below;
        row(out, technique->id, technique->name, entry->rules, below ? 4 : 2);
    }
    output_format(out, "%zu %s: %zu tactics, %zu techniques, %zu subtechniques; %zu without any\n",
                  rule_count, rule_count == 1 ? "rule" : "rules", tactics, techniques,
                  subtechniques, table->unmapped);
}
