/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include <stdlib.h>

enum { KEPT_SIZE = 4 << 20 };

bool batch_add(struct batch *batch, struct record record)
{
    if (batch->record_count == batch->record_capacity) {
        size_t wanted = batch->record_capacity ? 2 * batch->record_capacity : 64;
        struct record *grown = realloc(batch->records, wanted * sizeof *grown);
        if (!grown)
            return false;
        batch->records = grown;
        batch->record_capacity = wanted;
    }
    record.text_end = batch->text.length;
    batch->records[batch->record_count++] = record;
    return true;
}

void batch_clear(struct batch *batch)
{
    if (batch->capacity > KEPT_SIZE) {
        free(batch->data);
        batch->data = NULL;
        batch->capacity = 0;
    }
    if (batch->text.capacity > KEPT_SIZE)
        output_free(&batch->text);
    batch->text.length = 0;
    batch->text.error = 0;
    batch->length = 0;
    batch->record_count = 0;
    batch->counts = (struct counts){0};
    batch->lines = NULL;
    batch->done = false;
    batch->next = NULL;
}

void batch_free(struct batch *batch)
{
    free(batch->data);
    free(batch->records);
    output_free(&batch->text);
    free(batch);
}

void counts_add(struct counts *sum, const struct counts *more)
{
    sum->lines += more->lines;
    sum->blank += more->blank;
    sum->malformed += more->malformed;
    sum->too_deep += more->too_deep;
    sum->no_memory += more->no_memory;
    sum->events += more->events;
    sum->undecided += more->undecided;
    sum->excepted += more->excepted;
    sum->other_index += more->other_index;
}
