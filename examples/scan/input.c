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
    for (size_t i = 0; i < INPUT_LEVELS; i++) {
        decoder_free(input->levels[i].decoder);
        free(input->levels[i].raw);
        input->levels[i] = (struct input_level){0};
    }
    input->file = -1;
}

bool input_is_coded(const struct input *input)
{
    return input->levels[0].decoder != NULL;
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

static size_t read_level(struct input *input, size_t levels, char *buffer, size_t room);

/* The first bytes; more of them are waited for only if they may be coded. */
static size_t read_first(struct input *input, size_t below, char *buffer, size_t room)
{
    struct input_level *level = &input->levels[below];
    size_t length = 0, more;
    do {
        more = read_level(input, below, buffer + length, room - length);
        length += more;
    } while (more && length < CODING_BYTES && coding_possible(buffer, length));
    level->started = length > 0;
    if (length)
        input->at_end = false;
    enum coding coding = coding_of(buffer, length);
    if (coding == CODING_NONE || input->reason)
        return length;
    const char *reason;
    level->decoder = decoder_new(coding, &reason);
    if (!level->decoder)
        input->reason = reason;
    level->raw = level->decoder ? malloc(length > RAW_SIZE ? length : RAW_SIZE) : NULL;
    if (level->raw) {
        memcpy(level->raw, buffer, length);
        level->raw_end = length;
    } else if (level->decoder) {
        input->reason = "out of memory";
    }
    return 0;
}

/* More for the decoder; false when there is none, `last` if there will be none. */
static bool read_coded(struct input *input, size_t below, bool *last)
{
    struct input_level *level = &input->levels[below];
    level->raw_start = 0;
    level->raw_end = read_level(input, below, level->raw, RAW_SIZE);
    *last = !level->raw_end && input->at_end;
    return level->raw_end > 0;
}

static size_t read_decoded(struct input *input, size_t below, char *buffer, size_t room)
{
    struct input_level *level = &input->levels[below];
    char *out = buffer;
    bool last = false;
    while (out == buffer) {
        const char *in = level->raw + level->raw_start;
        size_t length = level->raw_end - level->raw_start;
        const char *reason;
        if (!decoder_step(level->decoder, &in, &length, &out, &room, last, &reason)) {
            input->reason = reason; /* what came before is still given out */
            break;
        }
        level->raw_start = level->raw_end - length;
        if (out != buffer || length)
            continue;
        if (last && !input->reason)
            input->reason = decoder_end(level->decoder);
        if (last || (!read_coded(input, below, &last) && !last))
            break;
    }
    input->at_end = out == buffer && !interrupt_signal();
    return (size_t)(out - buffer);
}

/* What the lowest levels make of the file. */
static size_t read_level(struct input *input, size_t levels, char *buffer, size_t room)
{
    if (levels == 0)
        return read_raw(input, buffer, room);
    struct input_level *level = &input->levels[levels - 1];
    if (!level->started) {
        size_t length = read_first(input, levels - 1, buffer, room);
        if (length || !level->decoder || input->reason)
            return length;
    }
    return level->decoder ? read_decoded(input, levels - 1, buffer, room)
                          : read_level(input, levels - 1, buffer, room);
}

size_t input_read(struct input *input, char *buffer, size_t room)
{
    return input->reason ? 0 : read_level(input, INPUT_LEVELS, buffer, room);
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
