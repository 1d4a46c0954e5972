/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "interrupt.h"
#include "platform.h"

enum { RAW_SIZE = 128 * 1024, PIECE = 256 * 1024 };

bool input_open(struct input *input, const char *path)
{
    struct stat status;
    bool standard = strcmp(path, "-") == 0;
    *input = (struct input){0};
    input->file = standard ? STDIN_FILENO : platform_open(path);
    if (input->file >= 0 && fstat(input->file, &status) == 0 && S_ISDIR(status.st_mode)) {
        input_close(input);
        errno = EISDIR;
    }
    int error = errno;
    if (input->file < 0)
        input->reason = strerror(error);
    errno = error;
    return input->file >= 0;
}

void input_close(struct input *input)
{
    if (input->file > STDIN_FILENO)
        close(input->file);
    decoder_free(input->decoder);
    free(input->raw);
    input->file = -1;
    input->decoder = NULL;
    input->raw = NULL;
}

/* Straight from the file. 0 as input_read(). */
static size_t read_raw(struct input *input, char *buffer, size_t room)
{
    ssize_t n;
    do {
        if (!interrupt_wait(input->file, -1))
            return 0;
        n = platform_read(input->file, buffer, room);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0)
        input->reason = strerror(errno);
    else
        input->taken += (uint64_t)n;
    input->at_end = n <= 0;
    return n > 0 ? (size_t)n : 0;
}

/* The first bytes; more of them are waited for only if they may be compressed. */
static size_t read_first(struct input *input, char *buffer, size_t room)
{
    size_t length = 0, more;
    do {
        more = read_raw(input, buffer + length, room - length);
        length += more;
    } while (more && length < 4 && coding_possible(buffer, length));
    input->started = length > 0;
    if (length)
        input->at_end = false;
    enum coding coding = coding_of(buffer, length);
    if (coding == CODING_NONE || input->reason)
        return length;
    const char *reason;
    input->decoder = decoder_new(coding, &reason);
    if (!input->decoder)
        input->reason = reason;
    input->raw = input->decoder ? malloc(length > RAW_SIZE ? length : RAW_SIZE) : NULL;
    if (input->raw) {
        memcpy(input->raw, buffer, length);
        input->raw_end = length;
    } else if (input->decoder) {
        input->reason = "out of memory";
    }
    return 0;
}

static size_t read_decoded(struct input *input, char *buffer, size_t room)
{
    char *out = buffer;
    while (out == buffer) {
        const char *in = input->raw + input->raw_start;
        size_t length = input->raw_end - input->raw_start;
        const char *reason;
        if (!decoder_step(input->decoder, &in, &length, &out, &room, &reason)) {
            input->reason = reason; /* what came before is still given out */
            break;
        }
        input->raw_start = input->raw_end - length;
        if (out != buffer || length)
            continue;
        input->raw_start = 0;
        input->raw_end = read_raw(input, input->raw, RAW_SIZE);
        if (!input->raw_end) {
            if (input->at_end && !input->reason && !decoder_at_boundary(input->decoder))
                input->reason = "compressed data ends too early";
            break;
        }
    }
    input->at_end = out == buffer && !interrupt_signal();
    return (size_t)(out - buffer);
}

size_t input_read(struct input *input, char *buffer, size_t room)
{
    if (input->reason)
        return 0;
    if (!input->started) {
        size_t length = read_first(input, buffer, room);
        if (length || !input->decoder || input->reason)
            return length;
    }
    return input->decoder ? read_decoded(input, buffer, room) : read_raw(input, buffer, room);
}

char *input_read_file(const char *path, size_t *length, const char **reason)
{
    struct input input;
    char *text = NULL;
    size_t capacity = 0, more = 1;
    *length = 0;
    if (input_open(&input, path)) {
        while (more && !input.reason) {
            if (capacity - *length < PIECE) {
                capacity = capacity ? 2 * capacity : 2 * (size_t)PIECE;
                char *grown = realloc(text, capacity);
                if (!grown) {
                    input.reason = "out of memory";
                    break;
                }
                text = grown;
            }
            more = input_read(&input, text + *length, capacity - *length);
            *length += more;
        }
        if (interrupt_signal())
            input.reason = "interrupted";
    }
    *reason = input.reason;
    input_close(&input);
    if (*reason) {
        free(text);
        text = NULL;
    }
    return text;
}
