/* SPDX-License-Identifier: Apache-2.0 */
/* Runs queries over JSON events for the conformance tests. Each line of standard
 * input is a JSON object: {"events": [...]} sets the events, {"query": "...",
 * "category": "field"} runs a query over them and prints one line, "ok" and the
 * positions of the events that match, or "error", the status and the message. */
#define _POSIX_C_SOURCE 200809L
#include <json-c/json.h>
#include <netshare/netshare.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_error(netshare_status status, const netshare_error *error)
{
    printf("error\t%d\t%s\n", (int)status, error->message);
}

static netshare_matcher *compile(const char *query, const char *category, netshare_error *error)
{
    netshare_matcher *matcher = NULL;
    netshare_options options = NETSHARE_OPTIONS_INIT;
    options.event_category_field = category;
    netshare_builder *builder = netshare_builder_new(&options, error);
    if (builder != NULL &&
        netshare_builder_add_query(builder, "query", query, strlen(query), error) == NETSHARE_OK) {
        matcher = netshare_builder_build(builder, error);
    }
    netshare_builder_free(builder);
    return matcher;
}

static netshare_status match_one(const netshare_matcher *matcher, netshare_scratch *scratch,
                                 netshare_event *event, struct json_object *document,
                                 netshare_result *result, netshare_error *error)
{
    const char *json = json_object_to_json_string(document);
    netshare_status status = netshare_event_parse(event, json, strlen(json), error);
    if (status == NETSHARE_OK) {
        status = netshare_match(matcher, scratch, netshare_event_accessor(), event,
                                NETSHARE_DETAIL_RULES, result);
    }
    return status;
}

static void run(const netshare_matcher *matcher, struct json_object *events)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_result result = {.matched = false};
    netshare_status status = NETSHARE_OK;
    netshare_scratch *scratch = netshare_scratch_new(matcher, &error);
    netshare_event *event = netshare_event_new(matcher, &error);
    if (scratch == NULL || event == NULL) {
        status = error.status;
    }
    size_t count = json_object_array_length(events);
    char *line = malloc(count * 12 + 1), *end = line;
    for (size_t i = 0; status == NETSHARE_OK && line != NULL && i < count; i++) {
        status = match_one(matcher, scratch, event, json_object_array_get_idx(events, i), &result,
                           &error);
        if (status == NETSHARE_OK && result.matched) {
            end += sprintf(end, "\t%zu", i);
        }
    }
    if (status == NETSHARE_OK && line != NULL) {
        *end = 0;
        printf("ok%s\n", line);
    } else {
        print_error(status, &error);
    }
    free(line);
    netshare_event_free(event);
    netshare_scratch_free(scratch);
}

static const char *text_of(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    return json_object_object_get_ex(object, key, &value) ? json_object_get_string(value) : NULL;
}

/* Handles one request; returns the events to use from now on. */
static struct json_object *handle(struct json_object *request, struct json_object *events)
{
    struct json_object *set = NULL;
    netshare_error error = {.status = NETSHARE_OK};
    if (json_object_object_get_ex(request, "events", &set)) {
        json_object_put(events);
        return json_object_get(set);
    }
    netshare_matcher *matcher =
        compile(text_of(request, "query"), text_of(request, "category"), &error);
    if (matcher == NULL) {
        print_error(error.status, &error);
    } else {
        run(matcher, events);
    }
    netshare_matcher_unref(matcher);
    return events;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    struct json_object *events = json_object_new_array();
    while (getline(&line, &room, stdin) > 0) {
        struct json_object *request = json_tokener_parse(line);
        if (request == NULL) {
            fputs("eql_driver: a line is not JSON\n", stderr);
            return EXIT_FAILURE;
        }
        events = handle(request, events);
        json_object_put(request);
    }
    json_object_put(events);
    free(line);
    return EXIT_SUCCESS;
}
