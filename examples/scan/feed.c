/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "feed.h"

#include <stdlib.h>
#include <string.h>

#include "platform.h"

static const char OUT_OF_MEMORY[] = "out of memory";

static bool make_room(struct feed *feed)
{
    if (feed->capacity - feed->length >= feed->piece)
        return true;
    size_t wanted = feed->capacity ? 2 * feed->capacity : 2 * feed->piece;
    char *grown = wanted > feed->capacity ? realloc(feed->data, wanted) : NULL;
    if (!grown) {
        feed->input.reason = OUT_OF_MEMORY;
        return false;
    }
    feed->data = grown;
    feed->capacity = wanted;
    return true;
}

/* Windows programs put one before UTF-8. */
static size_t byte_order_mark(const struct feed *feed)
{
    return feed->length >= 3 && memcmp(feed->data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* As PowerShell's `>` writes it: none of ours. */
static bool is_utf16(const struct feed *feed)
{
    return feed->length >= 2 && (memcmp(feed->data, "\xFF\xFE", 2) == 0
                                 || memcmp(feed->data, "\xFE\xFF", 2) == 0);
}

static size_t count_lines(const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    size_t lines = 0;
    while (at < end) {
        const char *found = memchr(at, '\n', (size_t)(end - at));
        lines++;
        at = found ? found + 1 : end;
    }
    return lines;
}

/* The batch gets the feed's buffer, and the feed the rest in the batch's. */
static void send(struct feed *feed, struct pool *pool, size_t length)
{
    size_t skip = feed->lines ? 0 : byte_order_mark(feed);
    if (!feed->lines && is_utf16(feed)) {
        feed->input.reason = "this is UTF-16, UTF-8 was expected";
        feed->length = feed->searched = feed->whole = 0;
        return;
    }
    struct batch *batch = pool_take(pool);
    if (!batch) {
        if (!pool_stopped(pool))
            feed->input.reason = OUT_OF_MEMORY;
        return;
    }
    char *data = batch->data;
    size_t capacity = batch->capacity, rest = feed->length - length;
    if (capacity < rest + feed->piece) {
        capacity = rest + 2 * feed->piece;
        char *grown = realloc(data, capacity);
        if (!grown) {
            feed->input.reason = OUT_OF_MEMORY;
            pool_submit(pool, batch); /* empty: the pool wants it back */
            return;
        }
        data = grown;
    }
    memcpy(data, feed->data + length, rest);
    batch->data = feed->data;
    batch->capacity = feed->capacity;
    batch->length = length;
    if (skip) {
        memmove(batch->data, batch->data + skip, length - skip);
        batch->length -= skip;
    }
    feed->data = data;
    feed->capacity = capacity;
    feed->length = feed->searched = rest;
    feed->whole = 0;
    batch->file = feed->name;
    batch->file_number = feed->number;
    batch->first_line = feed->lines + 1;
    batch->taken = feed->input.taken - feed->reported;
    feed->reported = feed->input.taken;
    if (pool_is_parallel(pool)) /* the next batch is numbered before this one is matched */
        feed->lines += count_lines(batch->data, batch->length);
    else
        batch->lines = &feed->lines;
    pool_submit(pool, batch);
}

void feed_finish(struct feed *feed, struct pool *pool)
{
    if (feed->length)
        send(feed, pool, feed->length);
}

bool feed_run(struct feed *feed, struct pool *pool, bool last)
{
    if (pool_stopped(pool) || !make_room(feed))
        return false;
    size_t n = input_read(&feed->input, feed->data + feed->length, feed->piece);
    feed->length += n;
    const char *from = feed->data + feed->searched;
    const char *found = memrchr(from, '\n', feed->length - feed->searched);
    if (found)
        feed->whole = (size_t)(found - feed->data) + 1;
    feed->searched = feed->length;
    if (feed->whole)
        send(feed, pool, feed->whole);
    if (!n && last && (feed->input.at_end || feed->input.reason))
        feed_finish(feed, pool);
    return n > 0 && !feed->input.reason;
}

void feed_free(struct feed *feed)
{
    input_close(&feed->input);
    free(feed->data);
    feed->data = NULL;
}
