/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input that is no text, recognised by its first bytes: gzip by zlib, zstd by libzstd, and
 * Windows event logs, of which each record becomes a line of JSON.
 */
#ifndef SCAN_DECODE_H
#define SCAN_DECODE_H

#include <stdbool.h>
#include <stddef.h>

enum coding { CODING_NONE, CODING_GZIP, CODING_ZSTD, CODING_EVTX, CODING_COUNT };

/* So many bytes are enough to tell. */
enum { CODING_BYTES = 8 };

/* The coding that the first bytes of a file show. */
enum coding coding_of(const char *bytes, size_t length);
/* Could these bytes be the start of such a file? */
bool coding_possible(const char *bytes, size_t length);

struct decoder;

/* NULL on failure with the reason. */
struct decoder *decoder_new(enum coding coding, const char **reason);
/*
 * Decodes from the input to the output and moves both on; with `last` there is no more input.
 * false when the data is damaged, with the reason. Give it all input there is before more.
 */
bool decoder_step(struct decoder *decoder, const char **in, size_t *in_length, char **out,
                  size_t *out_length, bool last, const char **reason);
/* What was wrong, now that the last step has written nothing; NULL if nothing was. */
const char *decoder_end(const struct decoder *decoder);
void decoder_free(struct decoder *decoder);

#endif
