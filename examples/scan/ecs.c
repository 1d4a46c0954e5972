/* SPDX-License-Identifier: Apache-2.0 */
#include "ecs.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

static const char *const FIELDS[] = {
    "@timestamp", "event.action", "event.category", "event.code", "event.kind",
    "event.provider", "event.type", "host.name", "host.os.type", "process.args",
    "process.args_count", "process.command_line", "process.entity_id", "process.executable",
    "process.hash.md5", "process.hash.sha1", "process.hash.sha256", "process.name",
    "process.parent.args", "process.parent.command_line", "process.parent.entity_id",
    "process.parent.executable", "process.parent.name", "process.parent.pid",
    "process.pe.company", "process.pe.description", "process.pe.file_version",
    "process.pe.imphash", "process.pe.original_file_name", "process.pe.product", "process.pid",
    "process.working_directory", "user.domain", "user.id", "user.name"};

enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS };

/* Arrays in ECS, also of one value. */
static const char *const LISTS[] = {"event.category", "event.type", "process.args",
                                    "process.parent.args", NULL};

struct ecs {
    netshare_matcher *matcher; /* of a query that names the fields: it is never asked */
    netshare_event *event;
};

static netshare_matcher *matcher_of_fields(void)
{
    struct output query = {0};
    netshare_matcher *matcher = NULL;
    output_string(&query, "any where ");
    for (size_t i = 0; i < FIELD_COUNT; i++)
        output_format(&query, "%s?`%s` == null", i ? " and " : "", FIELDS[i]);
    if (!query.error)
        matcher = netshare_matcher_new_from_query(query.data, query.length, NULL);
    output_free(&query);
    return matcher;
}

struct ecs *ecs_new(netshare_source source)
{
    struct ecs *ecs = calloc(1, sizeof *ecs);
    if (!ecs)
        return NULL;
    ecs->matcher = matcher_of_fields();
    if (ecs->matcher)
        ecs->event = netshare_event_new_for_source(ecs->matcher, source, NULL);
    if (ecs->event)
        return ecs;
    ecs_free(ecs);
    return NULL;
}

void ecs_free(struct ecs *ecs)
{
    if (!ecs)
        return;
    netshare_event_free(ecs->event);
    netshare_matcher_unref(ecs->matcher);
    free(ecs);
}

static bool is_list(const char *field)
{
    size_t i = 0;
    while (LISTS[i] && strcmp(LISTS[i], field) != 0)
        i++;
    return LISTS[i] != NULL;
}

static void complete_field(struct ecs *ecs, struct document *document, size_t field)
{
    const netshare_accessor *accessor = netshare_event_accessor();
    const char *name = netshare_matcher_field_name(ecs->matcher, field);
    netshare_value value;
    if (!name || document_get(document, name) || !accessor->get(ecs->event, field, 0, &value)
        || value.type == NETSHARE_VALUE_NULL)
        return;
    if (!is_list(name)) {
        document_set(document, name, document_value(&value));
        return;
    }
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; accessor->get(ecs->event, field, i, &value); i++)
        json_object_array_add(list, document_value(&value));
    document_set(document, name, list);
}

void ecs_complete(struct ecs *ecs, struct document *document, const struct event_line *line)
{
    if (netshare_event_parse(ecs->event, line->text, line->length, NULL) != NETSHARE_OK
        || netshare_event_source(ecs->event) == NETSHARE_SOURCE_ECS)
        return;
    for (size_t i = 0; i < netshare_matcher_field_count(ecs->matcher); i++)
        complete_field(ecs, document, i);
}
