/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share: taking a fuzzer's bytes apart, and saying what is wrong. */
#ifndef NETSHARE_FUZZ_INPUT_H
#define NETSHARE_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_input {
    const uint8_t *data;
    size_t size;
    size_t at;
};

/* A property that does not hold ends the process, which is how fuzzers learn of it. */
#define FUZZ_CHECK(condition, ...)                                                            \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                   \
            fprintf(stderr, __VA_ARGS__);                                                     \
            fputc('\n', stderr);                                                              \
            abort();                                                                          \
        }                                                                                     \
    } while (0)

static inline struct fuzz_input fuzz_begin(const uint8_t *data, size_t size)
{
    return (struct fuzz_input){data, size, 0};
}

static inline size_t fuzz_left(const struct fuzz_input *in)
{
    return in->size - in->at;
}

/* 0 when there is nothing left, so that every input has a meaning and an end. */
static inline uint8_t fuzz_byte(struct fuzz_input *in)
{
    return in->at < in->size ? in->data[in->at++] : 0;
}

static inline uint32_t fuzz_word(struct fuzz_input *in)
{
    uint32_t word = 0;
    for (int i = 0; i < 4; i++)
        word = word << 8 | fuzz_byte(in);
    return word;
}

/* A number below `end`, which is at most 256. */
static inline size_t fuzz_below(struct fuzz_input *in, size_t end)
{
    return fuzz_byte(in) % end;
}

/* One time in `n`. */
static inline bool fuzz_rarely(struct fuzz_input *in, size_t n)
{
    return fuzz_below(in, n) == n - 1;
}

static inline void *fuzz_memory(void *memory)
{
    FUZZ_CHECK(memory, "out of memory");
    return memory;
}

/* A block of exactly that size, so that a sanitizer sees each read past its end. */
static inline void *fuzz_block(size_t size)
{
    return fuzz_memory(malloc(size ? size : 1));
}

/* The next `length` bytes, or what there is of them, in a block of their own. */
static inline char *fuzz_take(struct fuzz_input *in, size_t *length)
{
    if (*length > fuzz_left(in))
        *length = fuzz_left(in);
    char *copy = fuzz_block(*length);
    memcpy(copy, in->data + in->at, *length);
    in->at += *length;
    return copy;
}

#endif
