/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output that never loses bytes silently and never lets an event's bytes drive
 * the terminal: control characters, bidirectional controls and bytes that are not
 * UTF-8 come out as \xNN or \uNNNN.
 */
#ifndef SCAN_OUTPUT_H
#define SCAN_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* How <stdio.h> of this system reads formats. */
#ifdef __MINGW_PRINTF_FORMAT
#define OUTPUT_FORMAT __MINGW_PRINTF_FORMAT
#else
#define OUTPUT_FORMAT printf
#endif

struct output {
    FILE *file; /* NULL: what is written stays in `data` */
    int error;  /* errno of the first failure, 0 while all is well */
    bool color; /* a terminal that takes colours */
    char *data;
    size_t length;
    size_t capacity;
};

enum escape_flags {
    ESCAPE_PLAIN = 0,
    /* Also backslash and double quote, as in an EQL string. */
    ESCAPE_QUOTED = 1,
    /* Line feeds pass: the text is several lines of ours. */
    ESCAPE_KEEP_LINES = 2,
    /* Any run of white space comes out as one blank. */
    ESCAPE_FOLD_BLANKS = 4
};

void output_bytes(struct output *out, const char *bytes, size_t length);
void output_format(struct output *out, const char *format, ...)
    __attribute__((format(OUTPUT_FORMAT, 2, 3)));
/*
 * Writes text, escaped, at most `limit` characters of it and then an ellipsis;
 * the number of columns written.
 */
size_t output_text(struct output *out, const char *text, size_t length, int flags,
                   size_t limit);
size_t output_string(struct output *out, const char *text);
/* Writes serialised JSON so that it is UTF-8 and harmless on a terminal. */
void output_json(struct output *out, const char *json, size_t length);
/* false when this or anything before failed */
bool output_flush(struct output *out);

/* A file to be written whole; without one, the error says why. */
struct output output_open(const char *file);
/* Closes it. False after telling what failed, be it the opening, a write or the closing. */
bool output_close(struct output *out, const char *file, struct output *messages);

enum color { COLOR_NONE, COLOR_GREEN, COLOR_YELLOW, COLOR_RED, COLOR_BOLD };
/* Switches the colour where there are colours. */
void output_color(struct output *out, enum color color);
/* Is it a terminal on which colours are wanted? Sets `color`. */
void output_detect_color(struct output *out);
/* Releases what an output in memory holds. */
void output_free(struct output *out);

#endif
