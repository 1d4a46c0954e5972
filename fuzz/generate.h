/* SPDX-License-Identifier: Apache-2.0 */
/* Queries and events made of a fuzzer's bytes: valid, about the same few fields and
 * strings, so that verdicts go both ways. */
#ifndef NETSHARE_FUZZ_GENERATE_H
#define NETSHARE_FUZZ_GENERATE_H

#include <netshare/event.h>
#include <netshare/matcher.h>

#include "input.h"

struct fuzz_text {
    char *data;
    size_t length;
    size_t room;
};

/* Writes `any where ...` or `process where ...` into `out`, which is emptied before. The
 * syntax is right, types and regular expressions may be wrong. */
void fuzz_query(struct fuzz_input *in, struct fuzz_text *out);
void fuzz_text_free(struct fuzz_text *text);

enum { FUZZ_FIELDS = 8, FUZZ_VALUES = 4 };

struct fuzz_field {
    const char *name;
    netshare_value values[FUZZ_VALUES];
    size_t count;
};

struct fuzz_event {
    struct fuzz_field fields[FUZZ_FIELDS];
    void *strings[FUZZ_FIELDS * FUZZ_VALUES];
    size_t string_count;
};

void fuzz_event(struct fuzz_input *in, struct fuzz_event *event);
void fuzz_event_free(struct fuzz_event *event);
/* NULL when the event can have no field of that name. */
const struct fuzz_field *fuzz_event_find(const struct fuzz_event *event, const char *name);

/* An event as a matcher's accessor sees it. */
struct fuzz_view {
    const netshare_matcher *matcher;
    const struct fuzz_event *event;
};

extern const netshare_accessor fuzz_accessor;

#endif
