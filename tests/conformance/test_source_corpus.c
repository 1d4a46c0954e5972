/* SPDX-License-Identifier: Apache-2.0 */
/* Real events as their sources wrote them: read as ECS they equal their ECS forms, in all
 * fields of the built-in rule and some more. */
#include "../support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/json_event.h"
#include "event/source.h"

static struct ns_source_event *event;

static const char *const COMPARED[] = {
    "host.os.type",        "event.category",      "event.type",
    "process.name",        "process.args",        "process.parent.name",
    "process.command_line", "process.executable", "process.pe.original_file_name",
};

static bool equal(const netshare_value *a, const netshare_value *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == NETSHARE_VALUE_UTF8)
        return a->as.utf8.length == b->as.utf8.length
               && memcmp(a->as.utf8.data, b->as.utf8.data, a->as.utf8.length) == 0;
    return a->type == NETSHARE_VALUE_INT64 && a->as.int64 == b->as.int64;
}

static bool same_values(struct ns_json_event *ecs, size_t field)
{
    netshare_value a, b;
    for (size_t i = 0;; i++) {
        bool raw_has = ns_source_event_get(event, field, i, &a);
        bool ecs_has = ns_json_event_get(ecs, field, i, &b);
        if (!raw_has || !ecs_has)
            return raw_has == ecs_has;
        if (!equal(&a, &b))
            return false;
    }
}

/* Differences that are as they should be. */
typedef struct exception {
    const char *set;
    size_t from, to; /* lines */
    const char *field; /* NULL for every field of COMPARED */
    size_t count;
} exception;

static exception exceptions[] = {
    /* Its data are JSON in a string, which the ECS form leaves unread. */
    {"otrf", 3741, 3741, NULL, 6},
    /* The sensor's original_file_name is not in the ECS form. */
    {"endgame", 71, 74, "process.pe.original_file_name", 4},
    /* Nothing in the idle process's event says that it is Windows. */
    {"endgame", 1, 1, "host.os.type", 1},
};

static bool is_exception(const char *set, size_t line, const char *field)
{
    for (size_t i = 0; i < COUNT(exceptions); i++) {
        exception *e = &exceptions[i];
        if (strcmp(e->set, set) == 0 && line >= e->from && line <= e->to
            && (!e->field || strcmp(e->field, field) == 0) && e->count > 0) {
            e->count--;
            return true;
        }
    }
    return false;
}

static char *end_of_line(char *line)
{
    char *end = strchr(line, '\n');
    return end ? end : line + strlen(line);
}

/* Compares a set with the next of the ECS events; how many there are. */
static size_t compare_set(const char *set, struct ns_json_event *ecs, char **ecs_line)
{
    char name[96], id[96];
    size_t length = 0, number = 0;
    snprintf(name, sizeof name, "raw/%s.ndjson", set);
    char *path = test_corpus_path(name);
    char *raw = test_read_file(path, &length), *line = raw;
    cr_assert_not_null(raw, "%s", name);
    for (; *line; line = *end_of_line(line) ? end_of_line(line) + 1 : end_of_line(line)) {
        char *ecs_end = end_of_line(*ecs_line);
        netshare_value value;
        number++;
        cr_assert_eq(ns_source_event_parse(event, line, (size_t)(end_of_line(line) - line), NULL),
                     NETSHARE_OK);
        cr_assert_eq(ns_json_event_parse(ecs, *ecs_line, (size_t)(ecs_end - *ecs_line), NULL),
                     NETSHARE_OK);
        snprintf(id, sizeof id, "%s:%zu", set, number);
        cr_assert(ns_json_event_get(ecs, COUNT(COMPARED), 0, &value));
        const netshare_value expected = netshare_value_from_utf8(id, strlen(id));
        cr_assert(equal(&value, &expected), "the sets are not in step at %s", id);
        for (size_t i = 0; i < COUNT(COMPARED); i++)
            cr_expect(same_values(ecs, i) || is_exception(set, number, COMPARED[i]), "%s: %s", id,
                      COMPARED[i]);
        *ecs_line = ecs_end + (*ecs_end == '\n');
    }
    free(raw);
    free(path);
    return number;
}

Test(source_corpus, raw_events_become_the_ecs_events)
{
    static const char *const SETS[] = {"otrf", "sbousseaden", "eqllib-sysmon-atomic-red-team",
                                       "eqllib-normalized-atomic-red-team", "endgame"};
    char *path = test_corpus_path("events.ndjson");
    if (!path)
        cr_skip_test("no corpus");
    netshare_allocator allocator = ns_allocator_or_default(NULL);
    struct ns_names fields;
    ns_names_init(&fields, &allocator);
    for (size_t i = 0; i < COUNT(COMPARED); i++)
        ns_names_add(&fields, COMPARED[i], strlen(COMPARED[i]));
    ns_names_add(&fields, "event.id", 8);
    struct ns_json_event *ecs;
    cr_assert_eq(ns_json_event_new(&fields, &allocator, &ecs, NULL), NETSHARE_OK);
    cr_assert_eq(ns_source_event_new(&fields, &allocator, NETSHARE_SOURCE_AUTOMATIC, &event, NULL),
                 NETSHARE_OK);
    size_t length = 0, total = 0;
    char *all = test_read_file(path, &length), *line = all;
    for (size_t i = 0; i < COUNT(SETS); i++)
        total += compare_set(SETS[i], ecs, &line);
    cr_expect_gt(total, 1000);
    cr_expect_eq(*line, 0, "events are left over");
    for (size_t i = 0; i < COUNT(exceptions); i++)
        cr_expect_eq(exceptions[i].count, 0, "%s: %zu differences fewer than expected",
                     exceptions[i].set, exceptions[i].count);
    ns_source_event_free(event);
    ns_json_event_free(ecs);
    ns_names_free(&fields);
    free(all);
    free(path);
}
