/* SPDX-License-Identifier: Apache-2.0 */
/* Files and standard input, decompressed and as text, in pieces. */
#ifndef SCAN_INPUT_H
#define SCAN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decoder;

/* What a level of the input is coded by; the first one stands on the file. */
struct input_level {
    bool started; /* the first bytes have told */
    struct decoder *decoder; /* NULL: by nothing */
    char *raw; /* bytes that wait for the decoder */
    size_t raw_start;
    size_t raw_end;
};

enum { INPUT_LEVELS = 2 /* as in a compressed event log */ };

struct input {
    int file;
    bool at_end;        /* the last read found nothing more */
    const char *reason; /* why reading failed, NULL while all is well */
    uint64_t taken;     /* bytes of the file as it is */
    struct input_level levels[INPUT_LEVELS];
};

/* "-" is standard input. false with the reason. */
bool input_open(struct input *input, const char *path);
/*
 * Reads some bytes, at least one unless the input is at its end, has failed, or a
 * signal has come: then 0. `room` must be 8 or more.
 */
size_t input_read(struct input *input, char *buffer, size_t room);
/* Is it not the text itself that the file holds, as far as is known? */
bool input_is_coded(const struct input *input);
void input_close(struct input *input);

/* The whole file, to be freed; NULL with the reason. */
char *input_read_file(const char *path, size_t *length, const char **reason);

#endif
