/* SPDX-License-Identifier: Apache-2.0 */
#include "source_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

netshare_allocator allocator;
struct ns_names fields;
struct ns_source_event *event;
test_memory memory;

void name_fields(void)
{
    ns_names_init(&fields, &allocator);
    for (size_t i = 0; i < ns_derivation_count; i++)
        ns_names_add(&fields, ns_derivations[i].field, strlen(ns_derivations[i].field));
    ns_names_add(&fields, "winlog.event_data.TokenElevationType", 36);
    ns_names_add(&fields, "process.thread.name", 19);
}

void open_event(netshare_source selected)
{
    memory = (test_memory){.calls = 0};
    allocator = test_allocator(&memory);
    name_fields();
    cr_assert_eq(ns_source_event_new(&fields, &allocator, selected, &event, NULL), NETSHARE_OK);
}

void open_automatic(void)
{
    open_event(NETSHARE_SOURCE_AUTOMATIC);
}

void close_event(void)
{
    ns_source_event_free(event);
    ns_names_free(&fields);
    cr_expect_eq(memory.live, 0, "%zu blocks are left", memory.live);
}

size_t number_of(const char *field)
{
    size_t number = ns_names_find(&fields, field, strlen(field));
    cr_assert_neq(number, NS_NO_NAME, "%s", field);
    return number;
}

/* Values as text: strings as they are, numbers behind '#', with '|' between them. */
static void write_value(test_text *out, const netshare_value *value)
{
    char number[48] = "null";
    switch (value->type) {
    case NETSHARE_VALUE_UTF8:
        test_text_write(out, value->as.utf8.data, value->as.utf8.length);
        return;
    case NETSHARE_VALUE_INT64:
        snprintf(number, sizeof number, "#%lld", (long long)value->as.int64);
        break;
    case NETSHARE_VALUE_BOOL:
        snprintf(number, sizeof number, "%s", value->as.boolean ? "true" : "false");
        break;
    case NETSHARE_VALUE_DOUBLE:
        snprintf(number, sizeof number, "#%g", value->as.float64);
        break;
    default:
        break;
    }
    test_text_add(out, number);
}

/* NULL when the field is absent; else to be freed. */
static char *values_of(size_t field)
{
    test_text out = {NULL, 0};
    netshare_value value;
    for (size_t i = 0; ns_source_event_get(event, field, i, &value); i++) {
        test_text_add(&out, i ? "|" : "");
        write_value(&out, &value);
    }
    return out.data;
}

void parse(const char *json)
{
    netshare_error error = {.status = NETSHARE_OK};
    cr_assert_eq(ns_source_event_parse(event, json, strlen(json), &error), NETSHARE_OK, "%s: %s",
                 error.message, json);
}

void expect(const char *field, const char *values)
{
    char *got = values_of(number_of(field));
    cr_expect(got && values ? strcmp(got, values) == 0 : got == values,
              "%s is '%s', expected '%s'", field, got ? got : "(absent)",
              values ? values : "(absent)");
    free(got);
}

void expect_all(const char *json, const char *source, const want *wants, size_t count)
{
    parse(json);
    const char *detected = ns_source_name(ns_source_event_detected(event));
    cr_expect_str_eq(detected, source, "%s, expected %s: %s", detected, source, json);
    for (size_t i = 0; i < count; i++)
        expect(wants[i].field, wants[i].values);
}
