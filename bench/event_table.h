/* SPDX-License-Identifier: Apache-2.0 */
/* Events as an agent holds them: the values of the fields that a matcher reads, extracted
 * beforehand, event after event in memory. */
#ifndef NETSHARE_BENCH_EVENT_TABLE_H
#define NETSHARE_BENCH_EVENT_TABLE_H

#include <netshare/netshare.h>

/* The values of field f of event e: values[starts[e * fields + f]] up to the next start. */
struct event_table {
    size_t events, fields;
    uint32_t *starts; /* events * fields + 1 */
    netshare_value *values;
    size_t value_count, value_capacity;
    char *bytes; /* of the strings; UTF-16 also stands here */
    size_t byte_count, byte_capacity;
};

/* One event of a table: what the accessor is handed. */
struct event_row {
    const netshare_value *values;
    const uint32_t *starts;
};

extern const netshare_accessor event_table_accessor;

/* A whole file; ends the program when it cannot be read. */
char *read_file(const char *path, size_t *length);

/* `memory`, if there is some; ends the program otherwise. */
void *must(void *memory);

/* The events of NDJSON text, for the fields of a matcher, in UTF-8 or UTF-16. */
struct event_table event_table_extract(const netshare_matcher *matcher, const char *text,
                                       size_t length, bool utf16);
void event_table_free(struct event_table *table);

static inline struct event_row event_table_row(const struct event_table *table, size_t event)
{
    return (struct event_row){table->values, table->starts + event * table->fields};
}

#endif
