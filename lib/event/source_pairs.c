/* SPDX-License-Identifier: Apache-2.0 */
#include "event/source_pairs.h"

#include <string.h>

#include "event/json_reader.h"

void ns_pairs_init(struct ns_pairs *pairs, const netshare_allocator *allocator)
{
    *pairs = (struct ns_pairs){.allocator = *allocator};
}

void ns_pairs_free(struct ns_pairs *pairs)
{
    ns_free(&pairs->allocator, pairs->texts);
}

static bool is_key(const struct ns_json_scalar *key, const char *text, size_t length)
{
    return key->kind == NS_JSON_STRING && key->length == length
           && memcmp(key->text, text, length) == 0;
}

static char byte_at(const struct ns_json_reader *reader, const char *p)
{
    return p && p < reader->end ? *p : '\0';
}

/* Passes over the value at `p`, and the containers that close behind it down to `depth`. */
static const char *skip(struct ns_json_reader *reader, const char *p, size_t depth)
{
    p = ns_json_skip(reader, p);
    return p ? ns_json_next(reader, p, depth) : NULL;
}

/* The value of a key of the object at `p`, which stays open; NULL when it has none. */
static const char *find_member(struct ns_json_reader *reader, const char *p, const char *name,
                               size_t length)
{
    if (byte_at(reader, p) != '{')
        return NULL;
    p = ns_json_open(reader, p);
    size_t depth = reader->depth;
    while (reader->depth == depth && byte_at(reader, p) == '"') {
        struct ns_json_scalar key;
        p = ns_json_key(reader, p, &key);
        if (!p || is_key(&key, name, length))
            return p;
        p = skip(reader, p, depth - 1);
    }
    return NULL;
}

static const char *find_path(struct ns_json_reader *reader, const char *p, const char *path)
{
    while (p && *path) {
        size_t length = strcspn(path, ".");
        p = find_member(reader, p, path, length);
        path += length + (path[length] == '.');
    }
    return p;
}

/* What an object of the list holds. */
struct pair {
    size_t names;
    size_t texts;
};

/* Reads the object at `p` and returns what is behind it. */
static const char *read_pair(struct ns_json_reader *reader, const char *p, struct pair *pair)
{
    size_t depth = reader->depth;
    if (byte_at(reader, p) != '{')
        return NULL;
    p = ns_json_open(reader, p);
    if (byte_at(reader, p) == '}')
        return ns_json_next(reader, p, depth);
    while (p && reader->depth > depth) {
        struct ns_json_scalar key;
        p = ns_json_key(reader, p, &key);
        if (!p)
            return NULL;
        bool name = is_key(&key, NS_PAIR_NAME, strlen(NS_PAIR_NAME));
        bool text = is_key(&key, NS_PAIR_TEXT, strlen(NS_PAIR_TEXT));
        char first = byte_at(reader, p);
        if ((name || text) && (first == '{' || first == '['))
            return NULL;
        pair->names += name;
        pair->texts += text;
        p = skip(reader, p, depth);
    }
    return p;
}

static bool add_pair(struct ns_pairs *pairs, const struct pair *pair)
{
    if (pair->names) {
        size_t *texts = ns_grow(&pairs->allocator, pairs->texts, &pairs->capacity,
                                pairs->name_count, sizeof *texts);
        if (!texts)
            return false;
        pairs->texts = texts;
        texts[pairs->name_count++] = pair->texts ? pairs->text_count : NS_NO_TEXT;
    }
    pairs->text_count += pair->texts;
    return true;
}

/* The list of pairs at `p`, or the only one of them. */
static bool read_pairs(struct ns_pairs *pairs, struct ns_json_reader *reader, const char *p)
{
    bool list = byte_at(reader, p) == '[';
    size_t depth = reader->depth;
    if (list)
        p = ns_json_open(reader, p);
    do {
        struct pair pair = {0, 0};
        p = read_pair(reader, p, &pair);
        if (!p || pair.names > 1 || pair.texts > 1) {
            pairs->name_count = pairs->text_count = 0;
            return true;
        }
        if (!add_pair(pairs, &pair))
            return false;
        if (list)
            p = ns_json_next(reader, p, depth);
    } while (reader->depth > depth);
    return true;
}

bool ns_pairs_read(struct ns_pairs *pairs, const char *json, size_t length, const char *path)
{
    static const char *const wrappers[] = {"", "_source"};
    pairs->name_count = pairs->text_count = 0;
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        struct ns_json_reader reader;
        ns_json_start(&reader, json, length);
        const char *p = ns_json_blanks(reader.text, reader.end);
        p = find_path(&reader, p, wrappers[i]);
        p = find_path(&reader, p, path);
        if (p)
            return read_pairs(pairs, &reader, p);
    }
    return true;
}
