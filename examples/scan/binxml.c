/* SPDX-License-Identifier: Apache-2.0 */
#include "binxml.h"

#include <stdlib.h>
#include <string.h>

#include "binxml_tree.h"
#include "binxml_value.h"

/* Far more than an event has; less than what one could be made to unfold into. */
enum { MOST_STEPS = 1 << 14, MOST_TEXT = 1 << 20, DEEPEST = 64 };

enum token {
    TOKEN_END = 0x00,
    TOKEN_OPEN = 0x01,
    TOKEN_CLOSE_START = 0x02,
    TOKEN_CLOSE_EMPTY = 0x03,
    TOKEN_CLOSE = 0x04,
    TOKEN_VALUE = 0x05,
    TOKEN_ATTRIBUTE = 0x06,
    TOKEN_CDATA = 0x07,
    TOKEN_CHARACTER = 0x08,
    TOKEN_ENTITY = 0x09,
    TOKEN_PI_TARGET = 0x0A,
    TOKEN_PI_DATA = 0x0B,
    TOKEN_TEMPLATE = 0x0C,
    TOKEN_SLOT = 0x0D,
    TOKEN_OPTIONAL_SLOT = 0x0E,
    TOKEN_FRAGMENT = 0x0F,
    TOKEN_MORE = 0x40 /* added: an element with attributes, an attribute that others follow */
};

struct value {
    int type;
    size_t at;
    size_t size;
};

struct binxml {
    const struct binxml_chunk *chunk;
    struct binxml_tree tree;
    size_t node_capacity;
    struct value *values; /* of all templates that are open */
    size_t value_count;
    size_t value_capacity;
    size_t steps;
    int depth;
    const char *reason; /* why it cannot be read */
};

/* Where reading is, and what it is in. */
struct reader {
    struct binxml *binxml;
    size_t at;
    size_t end;
    size_t parent;        /* node */
    size_t values;        /* of the template: the first one, and their number */
    size_t value_count;
    bool numbered;        /* elements have numbers: everywhere but in values */
};

static bool fail(struct binxml *binxml, const char *reason)
{
    if (!binxml->reason)
        binxml->reason = reason;
    return false;
}

static bool step(struct binxml *binxml, size_t steps)
{
    binxml->steps += steps;
    if (binxml->tree.text.error)
        return fail(binxml, "out of memory");
    if (binxml->steps > MOST_STEPS || binxml->tree.text.length > MOST_TEXT)
        return fail(binxml, "it unfolds into too much");
    return true;
}

static bool skip(struct reader *r, size_t bytes)
{
    if (r->end - r->at < bytes)
        return fail(r->binxml, "its binary XML ends too early");
    r->at += bytes;
    return true;
}

static bool take(struct reader *r, size_t bytes, size_t *number)
{
    if (!skip(r, bytes))
        return false;
    *number = (size_t)binxml_number(r->binxml->chunk->bytes + r->at - bytes, bytes);
    return true;
}

/* Room for one more. */
static bool grow(struct binxml *binxml, void **items, size_t *capacity, size_t count,
                 size_t size)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? 2 * *capacity : 256;
    void *grown = realloc(*items, wanted * size);
    if (!grown)
        return fail(binxml, "out of memory");
    *items = grown;
    *capacity = wanted;
    return true;
}

/* A node whose text is what was written since `text`. */
static bool add_node(struct binxml *binxml, size_t parent, struct node node, size_t text)
{
    void *items = binxml->tree.nodes;
    bool ok = step(binxml, 1)
              && grow(binxml, &items, &binxml->node_capacity, binxml->tree.count, sizeof node);
    binxml->tree.nodes = items;
    if (!ok)
        return false;
    size_t index = binxml->tree.count++;
    node.name = text;
    node.name_length = binxml->tree.text.length - text;
    binxml->tree.nodes[index] = node;
    struct node *above = &binxml->tree.nodes[parent];
    if (above->last)
        binxml->tree.nodes[above->last].next = index;
    else
        above->first = index;
    above->last = index;
    return true;
}

/* A name stands where it is used first, or else there. */
static bool take_name(struct reader *r, size_t *start, size_t *size)
{
    enum { HEAD = 6, TAIL = 2 };
    struct reader name = *r;
    size_t offset, count;
    if (!take(r, 4, &offset))
        return false;
    name.at = offset;
    name.end = r->binxml->chunk->length;
    if (offset > name.end)
        return fail(r->binxml, "a name is outside of the chunk");
    if (!skip(&name, HEAD) || !take(&name, 2, &count) || !skip(&name, 2 * count + TAIL))
        return false;
    *size = 2 * count;
    *start = name.at - TAIL - *size;
    return offset != r->at || skip(r, name.at - offset);
}

static bool add_named(struct reader *r, enum node_kind kind)
{
    struct binxml *binxml = r->binxml;
    size_t start, size, text = binxml->tree.text.length;
    if (!take_name(r, &start, &size))
        return false;
    binxml_write_utf16(&binxml->tree.text, binxml->chunk->bytes + start, size);
    return add_node(binxml, r->parent, (struct node){.kind = kind}, text);
}

static bool add_value(struct reader *r, enum node_kind kind, const struct value *value)
{
    struct binxml *binxml = r->binxml;
    struct node node = {.kind = kind};
    size_t text = binxml->tree.text.length;
    if (!binxml_write_value(&binxml->tree.text, value->type, binxml->chunk->bytes + value->at,
                            value->size, &node.bare))
        return fail(binxml, "a value has an unknown type or a wrong size");
    return add_node(binxml, r->parent, node, text);
}

static bool add_items(struct reader *r, const struct value *array)
{
    struct value item = {array->type & ~BINXML_ARRAY, array->at, 0};
    size_t end = array->at + array->size;
    for (; item.at < end; item.at += item.size) {
        item.size = binxml_item_size(item.type, r->binxml->chunk->bytes + item.at, end - item.at);
        if (!item.size)
            return fail(r->binxml, "an array has an unknown type or a wrong size");
        if (!add_value(r, NODE_ITEM, &item))
            return false;
    }
    return true;
}

static bool read_nodes(struct reader *r);

/* All of a reader's range. */
static bool read_whole(struct reader *r)
{
    size_t token = TOKEN_END;
    if (!read_nodes(r) || (r->at < r->end && !take(r, 1, &token)))
        return false;
    return token == TOKEN_END || fail(r->binxml, "its binary XML has an unexpected token");
}

static bool read_slot(struct reader *r)
{
    struct binxml *binxml = r->binxml;
    size_t index, type;
    if (!take(r, 2, &index) || !take(r, 1, &type))
        return false;
    if (index >= r->value_count)
        return fail(binxml, "a value is missing");
    struct value value = binxml->values[r->values + index];
    if (value.type == BINXML_NULL)
        return true;
    if (value.type == BINXML_XML)
        return read_whole(&(struct reader){.binxml = binxml, .parent = r->parent, .at = value.at,
                                           .end = value.at + value.size});
    if (value.type & BINXML_ARRAY)
        return add_items(r, &value);
    return add_value(r, NODE_TEXT, &value);
}

/* Text of a given number of UTF-16 units. */
static bool read_text(struct reader *r)
{
    size_t units;
    if (!take(r, 2, &units) || !skip(r, 2 * units))
        return false;
    struct value value = {BINXML_STRING, r->at - 2 * units, 2 * units};
    return add_value(r, NODE_TEXT, &value);
}

static bool read_value(struct reader *r)
{
    size_t type;
    if (!take(r, 1, &type))
        return false;
    if (type != BINXML_STRING)
        return fail(r->binxml, "text of an unknown type");
    return read_text(r);
}

static bool read_character(struct reader *r)
{
    struct value value = {BINXML_STRING, r->at, 2};
    return skip(r, 2) && add_value(r, NODE_TEXT, &value);
}

/* Of what XML has: &amp; and so on. */
static bool read_entity(struct reader *r)
{
    static const struct {
        const char *name; /* UTF-16LE */
        size_t size;
        const char *text; /* as in JSON */
    } ENTITIES[] = {{"a\0m\0p", 6, "&"},    {"l\0t", 4, "<"},
                    {"g\0t", 4, ">"},       {"q\0u\0o\0t", 8, "\\\""},
                    {"a\0p\0o\0s", 8, "'"}};
    struct binxml *binxml = r->binxml;
    size_t start, size, text = binxml->tree.text.length;
    if (!take_name(r, &start, &size))
        return false;
    for (size_t i = 0; i < sizeof ENTITIES / sizeof *ENTITIES; i++) {
        if (ENTITIES[i].size == size
            && memcmp(binxml->chunk->bytes + start, ENTITIES[i].name, size) == 0) {
            output_bytes(&binxml->tree.text, ENTITIES[i].text, strlen(ENTITIES[i].text));
            return add_node(binxml, r->parent, (struct node){.kind = NODE_TEXT}, text);
        }
    }
    return fail(binxml, "an unknown entity");
}

static bool skip_name(struct reader *r)
{
    size_t start, size;
    return take_name(r, &start, &size);
}

static bool skip_text(struct reader *r)
{
    size_t units;
    return take(r, 2, &units) && skip(r, 2 * units);
}

static bool take_values(struct reader *r, size_t *count)
{
    struct binxml *binxml = r->binxml;
    if (!take(r, 4, count))
        return false;
    if (*count > MOST_STEPS || !step(binxml, *count))
        return fail(binxml, "it unfolds into too much");
    struct reader kinds = *r;
    if (!skip(r, 4 * *count))
        return false;
    for (size_t i = 0; i < *count; i++) {
        struct value value;
        size_t type, reserved;
        void *items = binxml->values;
        bool ok = grow(binxml, &items, &binxml->value_capacity, binxml->value_count, sizeof value);
        binxml->values = items;
        if (!ok || !take(&kinds, 2, &value.size) || !take(&kinds, 1, &type)
            || !take(&kinds, 1, &reserved) || !skip(r, value.size))
            return false;
        value.type = (int)type;
        value.at = r->at - value.size;
        binxml->values[binxml->value_count++] = value;
    }
    return true;
}

/* A template stands where it is used first, or else there. */
static bool read_template(struct reader *r)
{
    enum { VERSION_AND_ID = 5, NEXT_AND_GUID = 20 };
    struct binxml *binxml = r->binxml;
    struct reader head = *r;
    size_t offset, size, first = binxml->value_count, count = 0;
    if (!skip(r, VERSION_AND_ID) || !take(r, 4, &offset))
        return false;
    head.at = offset;
    head.end = binxml->chunk->length;
    if (offset > head.end)
        return fail(binxml, "a template is outside of the chunk");
    if (!skip(&head, NEXT_AND_GUID) || !take(&head, 4, &size) || !skip(&head, size))
        return false;
    if (offset == r->at && !skip(r, head.at - offset))
        return false;
    bool ok = take_values(r, &count)
              && read_whole(&(struct reader){.binxml = binxml, .parent = r->parent,
                                             .at = head.at - size, .end = head.at,
                                             .values = first, .value_count = count,
                                             .numbered = true});
    binxml->value_count = first;
    return ok;
}

static bool read_attributes(struct reader *r)
{
    enum { SIZE = 4 };
    size_t element = r->parent, token = TOKEN_ATTRIBUTE | TOKEN_MORE;
    bool ok = skip(r, SIZE);
    while (ok && token == (TOKEN_ATTRIBUTE | TOKEN_MORE)) {
        ok = take(r, 1, &token)
             && ((token & ~(size_t)TOKEN_MORE) == TOKEN_ATTRIBUTE
                 || fail(r->binxml, "an attribute was expected"))
             && add_named(r, NODE_ATTRIBUTE);
        r->parent = r->binxml->tree.count - 1;
        ok = ok && read_nodes(r);
        r->parent = element;
    }
    return ok;
}

static bool read_element(struct reader *r, bool has_attributes)
{
    enum { NUMBER = 2, SIZE = 4 };
    struct binxml *binxml = r->binxml;
    size_t parent = r->parent, token;
    if (!skip(r, r->numbered ? NUMBER + SIZE : SIZE) || !add_named(r, NODE_ELEMENT))
        return false;
    r->parent = binxml->tree.count - 1;
    bool ok = (!has_attributes || read_attributes(r)) && take(r, 1, &token);
    if (ok && token == TOKEN_CLOSE_START)
        ok = read_nodes(r) && take(r, 1, &token)
             && (token == TOKEN_CLOSE || fail(binxml, "an end tag was expected"));
    else if (ok && token != TOKEN_CLOSE_EMPTY)
        ok = fail(binxml, "the end of a start tag was expected");
    r->parent = parent;
    return ok;
}

/* One token of those that stand in an element, and what belongs to it. */
static bool read_node(struct reader *r, size_t token, bool *is_end)
{
    enum { FRAGMENT_SIZE = 3 };
    r->at++;
    switch (token & ~(size_t)TOKEN_MORE) {
    case TOKEN_OPEN:
        return read_element(r, token & TOKEN_MORE);
    case TOKEN_VALUE:
        return read_value(r);
    case TOKEN_CDATA:
        return read_text(r);
    case TOKEN_CHARACTER:
        return read_character(r);
    case TOKEN_ENTITY:
        return read_entity(r);
    case TOKEN_PI_TARGET:
        return skip_name(r);
    case TOKEN_PI_DATA:
        return skip_text(r);
    case TOKEN_TEMPLATE:
        return read_template(r);
    case TOKEN_SLOT:
    case TOKEN_OPTIONAL_SLOT:
        return read_slot(r);
    case TOKEN_FRAGMENT:
        return skip(r, FRAGMENT_SIZE);
    default:
        r->at--;
        *is_end = true;
        return true;
    }
}

/* Up to a token that belongs to what is around. */
static bool read_nodes(struct reader *r)
{
    struct binxml *binxml = r->binxml;
    bool ok = binxml->depth < DEEPEST || fail(binxml, "it is nested too deeply");
    binxml->depth++;
    for (bool is_end = false; ok && !is_end && r->at < r->end;)
        ok = step(binxml, 1) && read_node(r, binxml->chunk->bytes[r->at], &is_end);
    binxml->depth--;
    return ok;
}

struct binxml *binxml_new(void)
{
    return calloc(1, sizeof(struct binxml));
}

void binxml_free(struct binxml *binxml)
{
    if (!binxml)
        return;
    free(binxml->tree.nodes);
    free(binxml->values);
    output_free(&binxml->tree.text);
    free(binxml);
}

const char *binxml_write(struct binxml *binxml, const struct binxml_chunk *chunk, size_t start,
                         size_t end, struct output *out)
{
    struct reader reader = {.binxml = binxml, .at = start, .end = end, .numbered = true};
    void *items = binxml->tree.nodes;
    binxml->chunk = chunk;
    binxml->value_count = binxml->steps = binxml->tree.text.length = 0;
    binxml->tree.text.error = binxml->depth = 0;
    binxml->tree.count = 1;
    binxml->reason = NULL;
    bool ok = grow(binxml, &items, &binxml->node_capacity, 0, sizeof *binxml->tree.nodes);
    binxml->tree.nodes = items;
    if (ok)
        binxml->tree.nodes[0] = (struct node){.kind = NODE_ELEMENT};
    ok = ok && read_whole(&reader) && step(binxml, 0);
    ok = ok && (binxml_write_tree(&binxml->tree, out) || fail(binxml, "there is no XML in it"));
    return ok ? NULL : binxml->reason;
}
