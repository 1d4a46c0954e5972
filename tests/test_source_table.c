/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of sources: each row is whole, and the documentation has it. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/source_table.h"

Test(source_table, is_sound)
{
    for (size_t i = 0; i < ns_derivation_count; i++) {
        const struct ns_derivation *d = &ns_derivations[i];
        bool from_event = d->transform < NS_CONSTANT;
        cr_expect_eq(from_event, d->property != NS_NO_PROPERTY || d->keys[0] != NULL, "%s",
                     d->field);
        cr_expect_eq(d->transform == NS_MAPPED, d->map != NULL, "%s", d->field);
        cr_expect_eq(d->text != NULL,
                     d->transform == NS_CONSTANT || d->transform == NS_HASH
                         || d->transform == NS_IF_WINDOWS_PATH,
                     "%s", d->field);
        cr_expect_neq(d->events, 0, "%s", d->field);
    }
    for (size_t i = 0; i < ns_marker_count; i++)
        cr_expect(ns_layouts[ns_markers[i].source].events != 0 && ns_markers[i].paths[0]);
    for (size_t i = 0; i < ns_log_event_count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect(ns_log_events[i].log != ns_log_events[j].log
                      || ns_log_events[i].id != ns_log_events[j].id);
}

/* docs/sources.md names every source, field, key and path. */
Test(source_table, is_documented)
{
    char *path = test_source_path("docs/sources.md");
    size_t length = 0;
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    for (size_t i = 0; i < ns_derivation_count; i++) {
        char quoted[96];
        snprintf(quoted, sizeof quoted, "`%s`", ns_derivations[i].field);
        cr_expect(strstr(text, quoted) != NULL, "%s is missing", quoted);
        for (size_t k = 0; k < NS_MOST_KEYS && ns_derivations[i].keys[k]; k++) {
            snprintf(quoted, sizeof quoted, "`%s`", ns_derivations[i].keys[k]);
            cr_expect(strstr(text, quoted) != NULL, "%s is missing", quoted);
        }
    }
    for (size_t i = 0; i < NS_SOURCE_COUNT; i++) {
        const struct ns_layout *layout = &ns_layouts[i];
        char quoted[96];
        snprintf(quoted, sizeof quoted, "`%s`", layout->name);
        cr_expect(strstr(text, quoted) != NULL, "%s is missing", quoted);
        for (size_t p = 0; p < NS_PROPERTY_COUNT; p++)
            for (size_t k = 0; k < NS_MOST_PATHS && layout->properties[p][k]; k++) {
                snprintf(quoted, sizeof quoted, "`%s`", layout->properties[p][k]);
                cr_expect(strstr(text, quoted) != NULL, "%s is missing", quoted);
            }
    }
    free(text);
    free(path);
}
