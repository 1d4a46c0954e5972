/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of one file that are matched together, and what came of them. Batches are
 * matched in any order, by any thread, and delivered in the order of the input.
 */
#ifndef SCAN_BATCH_H
#define SCAN_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"

/* What became of lines and matches. Lines are blank, events, or one of the others. */
struct counts {
    size_t lines;
    size_t blank;
    size_t malformed;
    size_t too_deep;
    size_t no_memory; /* lines */
    size_t events;
    size_t undecided;   /* events that some rule or explanation gave up on */
    size_t excepted;    /* matches dropped by exceptions */
    size_t other_index; /* matches dropped by index patterns */
};

enum record_kind {
    RECORD_MATCH,     /* a rule matched an event; its text is what the format writes */
    RECORD_REMARK,    /* text for standard output without a match */
    RECORD_MALFORMED, /* a message about a line that is no event */
    RECORD_TROUBLE    /* any other message */
};

struct record {
    enum record_kind kind;
    size_t rule;     /* of a match: its number */
    size_t text_end; /* in batch.text; it begins where that of the record before ends */
    size_t line;     /* number */
    size_t offset;   /* of the line, in batch.data */
    size_t length;
};

struct batch {
    const char *file;
    size_t file_number;
    size_t first_line; /* number of the first one */
    char *data;        /* whole lines; the last one may lack its line feed */
    size_t length;
    size_t capacity;
    uint64_t taken; /* bytes of the file that were read for it */
    size_t *lines;  /* gets the lines of the batch added, unless NULL: they are counted then */

    struct counts counts;
    struct output text;
    struct record *records;
    size_t record_count;
    size_t record_capacity;

    bool done;
    struct batch *next;
};

/* Ends the text since the last record. false when out of memory. */
bool batch_add(struct batch *batch, struct record record);
/* Forgets what came of it, and gives up buffers that have become very large. */
void batch_clear(struct batch *batch);
void batch_free(struct batch *batch);
void counts_add(struct counts *sum, const struct counts *more);

#endif
