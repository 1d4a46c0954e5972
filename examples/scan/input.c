/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

void input_restart(struct input *input, int file)
{
    *input = (struct input){.file = file, .buffer = input->buffer,
                            .capacity = input->capacity};
}

void input_free(struct input *input)
{
    free(input->buffer);
    *input = (struct input){0};
}

bool input_take_line(struct input *input, const char **line, size_t *length)
{
    const char *found = NULL;
    if (input->searched < input->end)
        found = memchr(input->buffer + input->searched, '\n', input->end - input->searched);
    input->searched = input->end;
    size_t stop;
    if (found)
        stop = (size_t)(found - input->buffer);
    else if (input->at_end && input->start < input->end)
        stop = input->end; /* a last line without line feed */
    else
        return false;
    *line = input->buffer + input->start;
    *length = stop - input->start;
    input->start = found ? stop + 1 : stop;
    input->searched = input->start;
    return true;
}

/* Makes room for at least one more byte, PIECE in most cases. */
static bool make_room(struct input *input)
{
    if (input->start > 0) {
        memmove(input->buffer, input->buffer + input->start, input->end - input->start);
        input->end -= input->start;
        input->searched -= input->start;
        input->start = 0;
    }
    if (input->capacity - input->end >= PIECE)
        return true;
    size_t wanted = input->capacity ? input->capacity * 2 : 2 * (size_t)PIECE;
    char *grown = wanted > input->capacity ? realloc(input->buffer, wanted) : NULL;
    if (!grown) {
        errno = ENOMEM;
        return false;
    }
    input->buffer = grown;
    input->capacity = wanted;
    return true;
}

bool input_fill(struct input *input)
{
    if (input->at_end || input->error)
        return false;
    ssize_t n = -1;
    if (make_room(input)) {
        do {
            n = read(input->file, input->buffer + input->end, input->capacity - input->end);
        } while (n < 0 && errno == EINTR);
    }
    if (n < 0) {
        input->error = errno;
        return false;
    }
    input->end += (size_t)n;
    input->at_end = n == 0;
    return n > 0 || input->start < input->end;
}

char *input_read_file(const char *path, size_t *length)
{
    int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return NULL;
    struct input input = {.file = file};
    while (input_fill(&input) && !input.at_end)
        ;
    int error = input.error;
    if (file != STDIN_FILENO)
        close(file);
    if (error) {
        input_free(&input);
        errno = error;
        return NULL;
    }
    *length = input.end;
    return input.buffer;
}
