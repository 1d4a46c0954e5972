/* SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "evtx.h"

#ifdef SCAN_WITH_ZLIB
#define ZLIB_CONST
#include <zlib.h>
#endif
#ifdef SCAN_WITH_ZSTD
#include <zstd.h>
#endif

struct magic {
    const char *bytes;
    size_t length;
};

static const struct magic MAGIC[CODING_COUNT] = {
    [CODING_GZIP] = {"\x1F\x8B", 2},
    [CODING_ZSTD] = {"\x28\xB5\x2F\xFD", 4},
    [CODING_EVTX] = {"ElfFile\0", 8},
};

enum coding coding_of(const char *bytes, size_t length)
{
    for (int i = CODING_GZIP; i < CODING_COUNT; i++)
        if (length >= MAGIC[i].length && memcmp(bytes, MAGIC[i].bytes, MAGIC[i].length) == 0)
            return (enum coding)i;
    return CODING_NONE;
}

bool coding_possible(const char *bytes, size_t length)
{
    for (int i = CODING_GZIP; i < CODING_COUNT; i++) {
        size_t n = length < MAGIC[i].length ? length : MAGIC[i].length;
        if (n && memcmp(bytes, MAGIC[i].bytes, n) == 0)
            return true;
    }
    return false;
}

struct decoder {
    enum coding coding;
    bool boundary; /* a member or frame has ended, none has begun */
#ifdef SCAN_WITH_ZLIB
    z_stream gzip;
#endif
#ifdef SCAN_WITH_ZSTD
    ZSTD_DStream *zstd;
#endif
    struct evtx *evtx;
};

#ifdef SCAN_WITH_ZLIB
static bool gzip_start(struct decoder *decoder, const char **reason)
{
    enum { GZIP_ONLY = 16 + MAX_WBITS };
    *reason = "out of memory";
    return inflateInit2(&decoder->gzip, GZIP_ONLY) == Z_OK;
}

static bool gzip_step(struct decoder *decoder, const char **in, size_t *in_length, char **out,
                      size_t *out_length, const char **reason)
{
    z_stream *z = &decoder->gzip;
    uInt given = *in_length < UINT_MAX ? (uInt)*in_length : UINT_MAX;
    uInt room = *out_length < UINT_MAX ? (uInt)*out_length : UINT_MAX;
    if (decoder->boundary && given && inflateReset(z) != Z_OK)
        return false;
    z->next_in = (const Bytef *)*in;
    z->avail_in = given;
    z->next_out = (Bytef *)*out;
    z->avail_out = room;
    int result = inflate(z, Z_NO_FLUSH);
    *in += given - z->avail_in;
    *in_length -= given - z->avail_in;
    *out += room - z->avail_out;
    *out_length -= room - z->avail_out;
    decoder->boundary = result == Z_STREAM_END;
    *reason = result == Z_MEM_ERROR ? "out of memory" : "damaged gzip data";
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}
#endif

#ifdef SCAN_WITH_ZSTD
static bool zstd_step(struct decoder *decoder, const char **in, size_t *in_length, char **out,
                      size_t *out_length, const char **reason)
{
    ZSTD_inBuffer input = {*in, *in_length, 0};
    ZSTD_outBuffer output = {*out, *out_length, 0};
    size_t result = ZSTD_decompressStream(decoder->zstd, &output, &input);
    *in += input.pos;
    *in_length -= input.pos;
    *out += output.pos;
    *out_length -= output.pos;
    decoder->boundary = result == 0;
    if (ZSTD_isError(result)) {
        *reason = ZSTD_getErrorName(result);
        return false;
    }
    return true;
}
#endif

static bool start(struct decoder *decoder, const char **reason)
{
    if (decoder->coding == CODING_EVTX) {
        decoder->evtx = evtx_new();
        *reason = "out of memory";
        return decoder->evtx != NULL;
    }
#ifdef SCAN_WITH_ZLIB
    if (decoder->coding == CODING_GZIP)
        return gzip_start(decoder, reason);
#endif
#ifdef SCAN_WITH_ZSTD
    if (decoder->coding == CODING_ZSTD) {
        decoder->zstd = ZSTD_createDStream();
        *reason = "out of memory";
        return decoder->zstd != NULL;
    }
#endif
    *reason = decoder->coding == CODING_GZIP ? "gzip input, but built without zlib"
                                             : "zstd input, but built without libzstd";
    return false;
}

struct decoder *decoder_new(enum coding coding, const char **reason)
{
    struct decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) {
        *reason = "out of memory";
        return NULL;
    }
    decoder->coding = coding;
    if (start(decoder, reason))
        return decoder;
    free(decoder);
    return NULL;
}

bool decoder_step(struct decoder *decoder, const char **in, size_t *in_length, char **out,
                  size_t *out_length, bool last, const char **reason)
{
    if (decoder->evtx) {
        *reason = "out of memory";
        return evtx_step(decoder->evtx, in, in_length, out, out_length, last);
    }
    if (!*in_length && (decoder->boundary || last))
        return true;
#ifdef SCAN_WITH_ZLIB
    if (decoder->coding == CODING_GZIP)
        return gzip_step(decoder, in, in_length, out, out_length, reason);
#endif
#ifdef SCAN_WITH_ZSTD
    if (decoder->coding == CODING_ZSTD)
        return zstd_step(decoder, in, in_length, out, out_length, reason);
#endif
    (void)in, (void)in_length, (void)out, (void)out_length;
    *reason = "unknown compression";
    return false;
}

const char *decoder_end(const struct decoder *decoder)
{
    if (decoder->evtx)
        return evtx_is_damaged(decoder->evtx) ? "damaged, some of it could not be read" : NULL;
    return decoder->boundary ? NULL : "compressed data ends too early";
}

void decoder_free(struct decoder *decoder)
{
    if (!decoder)
        return;
#ifdef SCAN_WITH_ZLIB
    if (decoder->coding == CODING_GZIP)
        inflateEnd(&decoder->gzip);
#endif
#ifdef SCAN_WITH_ZSTD
    if (decoder->coding == CODING_ZSTD)
        ZSTD_freeDStream(decoder->zstd);
#endif
    evtx_free(decoder->evtx);
    free(decoder);
}
