/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "binxml.h"
#include "binxml_value.h"
#include "output.h"

/* The file: a header, then chunks of one size, each with a header and records. */
enum { HEADER_SIZE = 0x1000, CHUNK_SIZE = 0x10000, FIRST_RECORD = 0x200 };
enum { RECORD_HEAD = 24, RECORD_TAIL = 4, RECORD_ALIGNMENT = 8 };
enum { FILE_IS_DIRTY = 1, CHUNK_IS_DIRTY = 1, CHUNK_HAS_NO_SUMS = 4 };

struct evtx {
    struct binxml *binxml;
    struct output lines; /* of the record at hand */
    size_t given;        /* of them */
    bool has_header;
    bool is_dirty; /* copied while it was written: checksums and counts are not up to date */
    size_t chunks; /* as the header says */
    size_t chunk;  /* number of the one at hand, from 1 */
    bool reads_records;
    bool is_searching; /* the chunk's header is of no use */
    size_t at;         /* in the chunk */
    size_t records_end;
    uint64_t record; /* number of the last one */
    size_t damages;
    bool is_ended;
    uint32_t crc[256];
    size_t length;
    uint8_t block[CHUNK_SIZE];
};

static void make_crc_table(uint32_t *table)
{
    const uint32_t POLYNOMIAL = 0xEDB88320;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ POLYNOMIAL : c >> 1;
        table[i] = c;
    }
}

/* Continues a CRC-32, which begins as 0. */
static uint32_t crc_of(const struct evtx *evtx, uint32_t crc, size_t start, size_t end)
{
    crc = ~crc;
    for (size_t i = start; i < end; i++)
        crc = evtx->crc[(crc ^ evtx->block[i]) & 0xFF] ^ crc >> 8;
    return ~crc;
}

static uint64_t number_at(const struct evtx *evtx, size_t at, size_t size)
{
    return binxml_number(evtx->block + at, size);
}

static bool has_signature(const struct evtx *evtx, const char *signature)
{
    enum { SIGNATURE = 8 };
    return evtx->length >= SIGNATURE && memcmp(evtx->block, signature, SIGNATURE) == 0;
}

static void note(struct evtx *evtx, const char *what)
{
    evtx->damages++;
    output_bytes(&evtx->lines, EVTX_DAMAGE, sizeof EVTX_DAMAGE - 1);
    if (evtx->chunk)
        output_format(&evtx->lines, "chunk %zu: ", evtx->chunk);
    output_format(&evtx->lines, "%s\n", what);
}

static void note_record(struct evtx *evtx, const char *what)
{
    evtx->damages++;
    output_bytes(&evtx->lines, EVTX_DAMAGE, sizeof EVTX_DAMAGE - 1);
    output_format(&evtx->lines, "record %" PRIu64 ": %s\n", evtx->record, what);
}

static void take_header(struct evtx *evtx)
{
    enum { CHUNKS = 42, FLAGS = 120, SUM = 124 };
    evtx->has_header = true;
    if (evtx->length < HEADER_SIZE) {
        note(evtx, "it ends within the header");
        return;
    }
    evtx->is_dirty = number_at(evtx, FLAGS, 4) & FILE_IS_DIRTY;
    evtx->chunks = (size_t)number_at(evtx, CHUNKS, 2);
    if (!evtx->is_dirty && crc_of(evtx, 0, 0, FLAGS) != number_at(evtx, SUM, 4)) {
        evtx->chunks = 0;
        note(evtx, "the header has a wrong checksum");
    }
}

static bool is_unused(const struct evtx *evtx)
{
    for (size_t i = 0; i < evtx->length; i++)
        if (evtx->block[i])
            return false;
    return true;
}

/* Notes what is wrong with the chunk; false when its header cannot be relied on. */
static bool check_chunk(struct evtx *evtx)
{
    enum { RECORDS_SUM = 52, FLAGS = 120, SUM = 124, TABLES = 128 };
    if (evtx->length < FIRST_RECORD || !has_signature(evtx, "ElfChnk")) {
        note(evtx, "there is no header");
        return false;
    }
    if (evtx->is_dirty || number_at(evtx, FLAGS, 4) & (CHUNK_IS_DIRTY | CHUNK_HAS_NO_SUMS))
        return true;
    uint32_t sum = crc_of(evtx, crc_of(evtx, 0, 0, FLAGS), TABLES, FIRST_RECORD);
    if (sum != number_at(evtx, SUM, 4)) {
        note(evtx, "the header has a wrong checksum");
        return false;
    }
    if (evtx->records_end <= evtx->length
        && crc_of(evtx, 0, FIRST_RECORD, evtx->records_end) != number_at(evtx, RECORDS_SUM, 4))
        note(evtx, "the records have a wrong checksum");
    return true;
}

static void take_chunk(struct evtx *evtx)
{
    enum { RECORDS_END = 48 };
    evtx->chunk++;
    evtx->reads_records = !is_unused(evtx);
    if (!evtx->reads_records)
        return;
    evtx->at = FIRST_RECORD;
    evtx->records_end = evtx->length < FIRST_RECORD ? 0 : (size_t)number_at(evtx, RECORDS_END, 4);
    evtx->is_searching = !check_chunk(evtx);
    if (evtx->length < CHUNK_SIZE)
        note(evtx, "the file ends within it");
    if (evtx->is_searching || evtx->records_end > evtx->length)
        evtx->records_end = evtx->length;
}

/* The size of the record there; 0 if there is none. */
static size_t record_size(const struct evtx *evtx, size_t at)
{
    enum { SIGNATURE = 0x2A2A, SIZE = 4 };
    if (at > evtx->length || evtx->length - at < RECORD_HEAD + RECORD_TAIL
        || number_at(evtx, at, 4) != SIGNATURE)
        return 0;
    size_t size = (size_t)number_at(evtx, at + SIZE, 4);
    if (size < RECORD_HEAD + RECORD_TAIL || size > evtx->length - at
        || number_at(evtx, at + size - RECORD_TAIL, RECORD_TAIL) != size)
        return 0;
    return size;
}

static uint64_t record_number(const struct evtx *evtx, size_t at)
{
    enum { NUMBER = 8 };
    return number_at(evtx, at + NUMBER, 8);
}

/* Passes over what is no record, up to the next one. */
static void search_record(struct evtx *evtx)
{
    if (!evtx->is_searching)
        note(evtx, "there is no whole record where one should be");
    do
        evtx->at = evtx->at / RECORD_ALIGNMENT * RECORD_ALIGNMENT + RECORD_ALIGNMENT;
    while (evtx->at < evtx->records_end && !record_size(evtx, evtx->at));
}

/*
 * One record, or the way to the next. Behind the end that the header tells there may be more,
 * which is what comes next by number in a log copied while it was written, or else old.
 */
static void take_record(struct evtx *evtx)
{
    size_t size = record_size(evtx, evtx->at);
    bool is_next = size && record_number(evtx, evtx->at) == evtx->record + 1;
    if (evtx->at >= evtx->records_end && !is_next) {
        evtx->reads_records = false;
        return;
    }
    if (!size) {
        search_record(evtx);
        return;
    }
    struct binxml_chunk chunk = {evtx->block, evtx->length};
    evtx->record = record_number(evtx, evtx->at);
    const char *reason = binxml_write(evtx->binxml, &chunk, evtx->at + RECORD_HEAD,
                                      evtx->at + size - RECORD_TAIL, &evtx->lines);
    if (reason)
        note_record(evtx, reason);
    evtx->at += size;
}

/* When all input has been used. */
static void take_end(struct evtx *evtx)
{
    evtx->is_ended = true;
    if (!evtx->is_dirty && evtx->chunk < evtx->chunks) {
        evtx->chunk = evtx->chunks;
        note(evtx, "the file ends before it");
    }
}

static void give(struct evtx *evtx, char **out, size_t *out_length)
{
    size_t rest = evtx->lines.length - evtx->given;
    size_t length = rest < *out_length ? rest : *out_length;
    if (length)
        memcpy(*out, evtx->lines.data + evtx->given, length);
    *out += length;
    *out_length -= length;
    evtx->given += length;
    if (evtx->given == evtx->lines.length)
        evtx->given = evtx->lines.length = 0;
}

/* Fills the block; true when it is as full as it gets. */
static bool fill(struct evtx *evtx, const char **in, size_t *in_length, bool last)
{
    size_t size = evtx->has_header ? CHUNK_SIZE : HEADER_SIZE, rest = size - evtx->length;
    size_t length = *in_length < rest ? *in_length : rest;
    if (length)
        memcpy(evtx->block + evtx->length, *in, length);
    *in += length;
    *in_length -= length;
    evtx->length += length;
    return evtx->length == size || (last && evtx->length);
}

bool evtx_step(struct evtx *evtx, const char **in, size_t *in_length, char **out,
               size_t *out_length, bool last)
{
    for (;;) {
        if (evtx->lines.error)
            return false;
        give(evtx, out, out_length);
        if (!*out_length)
            return true;
        if (evtx->reads_records) {
            take_record(evtx);
            evtx->length = evtx->reads_records ? evtx->length : 0;
        } else if (fill(evtx, in, in_length, last)) {
            if (evtx->has_header)
                take_chunk(evtx);
            else
                take_header(evtx);
            evtx->length = evtx->reads_records ? evtx->length : 0;
        } else if (last && !evtx->is_ended) {
            take_end(evtx);
        } else {
            return true;
        }
    }
}

bool evtx_is_damaged(const struct evtx *evtx)
{
    return evtx->damages > 0;
}

struct evtx *evtx_new(void)
{
    struct evtx *evtx = calloc(1, sizeof *evtx);
    if (!evtx)
        return NULL;
    evtx->binxml = binxml_new();
    make_crc_table(evtx->crc);
    if (evtx->binxml)
        return evtx;
    free(evtx);
    return NULL;
}

void evtx_free(struct evtx *evtx)
{
    if (!evtx)
        return;
    binxml_free(evtx->binxml);
    output_free(&evtx->lines);
    free(evtx);
}
