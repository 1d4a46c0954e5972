/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of any length, read in large pieces into one buffer that grows. */
#ifndef SCAN_INPUT_H
#define SCAN_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct input {
    int file;
    bool at_end;
    int error; /* errno of the read that failed, 0 while all is well */
    char *buffer;
    size_t capacity;
    size_t start; /* of what is not taken yet */
    size_t end;
    size_t searched; /* no line feed before here */
};

/* All zero but for `file` is an empty input; input_restart() keeps the buffer. */
void input_restart(struct input *input, int file);
/* The next line, without its line feed, if it is complete; valid until input_fill(). */
bool input_take_line(struct input *input, const char **line, size_t *length);
/* Reads more. false at the end or on an error, once all lines are taken. */
bool input_fill(struct input *input);
void input_free(struct input *input);

/* The whole file, NULL on failure with errno set. "-" is standard input. */
char *input_read_file(const char *path, size_t *length);

#endif
