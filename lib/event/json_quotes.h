/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the quotes and the escapes of a JSON text lie: noted for the whole text before it is
 * read, many bytes at once, so that the end of a string is looked up.
 */
#ifndef NS_EVENT_JSON_QUOTES_H
#define NS_EVENT_JSON_QUOTES_H

#include "base/memory.h"
#include "event/json_scan.h"

struct ns_json_quotes;

/* What is seen of a text on the way. */
struct ns_json_seen {
    uint64_t backslashes;
    uint64_t rare; /* escaped, but neither quotes nor backslashes */
    bool carry;
};

/* Notes the whole blocks of a text; how many there are. */
typedef size_t ns_json_note_blocks(struct ns_json_quotes *quotes, const char *text,
                                   size_t length, struct ns_json_seen *seen);

/* By the registers of json_scan.h. */
ns_json_note_blocks ns_json_note_blocks_by_16;

/*
 * Writes what the string of this length at this offset of the text says, which has no rare
 * escapes, to `out`, which has room for `length` bytes; the length written.
 */
typedef size_t ns_json_drop_backslashes(const struct ns_json_quotes *quotes, const char *text,
                                        size_t offset, size_t length, char *out);

/* By the eight bits of a byte: the numbers of those that are 0, and how many they are. */
struct ns_json_order {
    unsigned char numbers[256][8];
    unsigned char count[256];
};

struct ns_json_quotes {
    ns_json_note_blocks *note_blocks; /* by the best registers there are */
    ns_json_drop_backslashes *drop_backslashes; /* NULL where these are of no use */
    struct ns_json_order zeros;
    /* A bit for each byte of the text, the lowest of a word for the first, and a word without
     * bits behind them. The words' bytes are in the order of little-endian machines. */
    uint64_t *ends;    /* quotes that no backslash escapes */
    uint64_t *escaped; /* what backslashes escape */
    size_t words;      /* of the text */
    size_t capacity;
    bool has_escapes;
    bool has_rare_escapes; /* of others than quotes and backslashes */
};

void ns_json_quotes_init(struct ns_json_quotes *quotes);
/* False when out of memory. */
bool ns_json_quotes_find(struct ns_json_quotes *quotes, const netshare_allocator *allocator,
                         const char *text, size_t length);
void ns_json_quotes_free(struct ns_json_quotes *quotes, const netshare_allocator *allocator);

/* What the two functions below give when they cannot tell. */
#define NS_JSON_UNSURE SIZE_MAX

/*
 * The length of the string whose text begins at this offset, and whether it has escapes. It is
 * unsure when the text ends first, and when escapes in it may be wrong.
 */
size_t ns_json_string_length(const struct ns_json_quotes *quotes, size_t offset, bool *escaped);

/* At least 57 bits from this offset on. */
static inline uint64_t ns_json_bits_at(const uint64_t *bits, size_t offset)
{
    return ns_load_bytes((const char *)bits + offset / 8) >> offset % 8;
}

/* The same for short strings; it is unsure of others. */
static inline size_t ns_json_short_length(const struct ns_json_quotes *quotes, size_t offset,
                                          bool *escaped)
{
    uint64_t ends = ns_json_bits_at(quotes->ends, offset);
    uint64_t inside = ns_json_bits_at(quotes->escaped, offset) & ns_json_up_to_lowest(ends);
    *escaped = inside != 0;
    if (NS_UNLIKELY(!ends || (inside && quotes->has_rare_escapes)))
        return NS_JSON_UNSURE;
    return ns_lowest_bit(ends);
}

#endif
