/* SPDX-License-Identifier: Apache-2.0 */
/* Files and standard input, decompressed, in pieces. */
#ifndef SCAN_INPUT_H
#define SCAN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decoder;

struct input {
    int file;
    bool started;       /* the first bytes have told how it is compressed */
    bool at_end;        /* the last read found nothing more */
    const char *reason; /* why reading failed, NULL while all is well */
    uint64_t taken;     /* bytes of the file, compressed as they are */
    struct decoder *decoder;
    char *raw; /* compressed bytes that wait for the decoder */
    size_t raw_start;
    size_t raw_end;
};

/* "-" is standard input. false with the reason. */
bool input_open(struct input *input, const char *path);
/*
 * Reads some bytes, at least one unless the input is at its end, has failed, or a
 * signal has come: then 0. `room` must be 4 or more.
 */
size_t input_read(struct input *input, char *buffer, size_t room);
void input_close(struct input *input);

/* The whole file, to be freed; NULL with the reason. */
char *input_read_file(const char *path, size_t *length, const char **reason);

#endif
