/* SPDX-License-Identifier: Apache-2.0 */
/* A source event that reads every field of the tables, and what to expect of it. */
#ifndef NETSHARE_TESTS_SOURCE_FIXTURE_H
#define NETSHARE_TESTS_SOURCE_FIXTURE_H

#include "support.h"

#include "event/source_table.h"

extern netshare_allocator allocator;
extern test_memory memory;
extern struct ns_names fields;
extern struct ns_source_event *event;

/* Names the fields, with the allocator as it is. */
void name_fields(void);
/* Makes and releases the event, with an allocator that counts. */
void open_event(netshare_source selected);
void open_automatic(void);
void close_event(void);

size_t number_of(const char *field);
void parse(const char *json);

/* Values as text: strings as they are, numbers behind '#', '|' between them; NULL for an
 * absent field. */
void expect(const char *field, const char *values);

typedef struct want {
    const char *field;
    const char *values;
} want;

/* Parses, and expects the source of that name and the values. */
void expect_all(const char *json, const char *source, const want *wants, size_t count);

#define EXPECT(json, source, ...)                              \
    expect_all(json, source, (const want[]){__VA_ARGS__},      \
               sizeof((const want[]){__VA_ARGS__}) / sizeof(want))

#endif
