/* SPDX-License-Identifier: Apache-2.0 */
#include "binxml_tree.h"

#include <string.h>

struct range {
    const char *text;
    size_t length;
};

static struct range text_of(const struct binxml_tree *tree, const struct node *node)
{
    const char *text = tree->text.data ? tree->text.data + node->name : "";
    return (struct range){text, node->name_length};
}

static bool is_same(struct range a, struct range b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static bool is_named(const struct binxml_tree *tree, const struct node *node, const char *name)
{
    return is_same(text_of(tree, node), (struct range){name, strlen(name)});
}

/* A node of the kind from there on, or NULL. Nodes are linked by numbers, 0 for none. */
static const struct node *find(const struct binxml_tree *tree, size_t index, enum node_kind kind)
{
    while (index && tree->nodes[index].kind != kind)
        index = tree->nodes[index].next;
    return index ? &tree->nodes[index] : NULL;
}

static bool is_text(const struct node *node)
{
    return node->kind == NODE_TEXT || node->kind == NODE_ITEM;
}

/* Attributes without a value are none. */
static bool is_attribute(const struct node *node)
{
    return node->kind == NODE_ATTRIBUTE && node->first;
}

/* The name that <Data Name="x"> gives to its value, or NULL. */
static const struct node *data_name(const struct binxml_tree *tree, const struct node *element)
{
    const struct node *first = element->first ? &tree->nodes[element->first] : NULL;
    if (!first || !is_attribute(first) || !is_named(tree, element, "Data")
        || !is_named(tree, first, "Name") || find(tree, first->next, NODE_ATTRIBUTE))
        return NULL;
    return &tree->nodes[first->first];
}

static struct range key_of(const struct binxml_tree *tree, const struct node *element)
{
    const struct node *name = data_name(tree, element);
    return text_of(tree, name ? name : element);
}

static void put(struct output *out, const char *text)
{
    output_bytes(out, text, strlen(text));
}

static void write_quoted(struct output *out, struct range text)
{
    put(out, "\"");
    output_bytes(out, text.text, text.length);
    put(out, "\"");
}

static void write_text(const struct binxml_tree *tree, const struct node *node, struct output *out)
{
    struct range text = text_of(tree, node);
    if (node->bare)
        output_bytes(out, text.text, text.length);
    else
        write_quoted(out, text);
}

/* The texts below a node: one value, the items of an array, or parts of a string. */
static void write_texts(const struct binxml_tree *tree, const struct node *node,
                        struct output *out)
{
    size_t count = 0;
    bool is_array = find(tree, node->first, NODE_ITEM) != NULL;
    const struct node *last = NULL;
    for (size_t i = node->first; i; i = tree->nodes[i].next) {
        if (is_text(&tree->nodes[i])) {
            last = &tree->nodes[i];
            count++;
        }
    }
    if (count == 0)
        put(out, "null");
    else if (count == 1)
        write_text(tree, last, out);
    if (count < 2)
        return;
    put(out, is_array ? "[" : "\"");
    for (size_t i = node->first, before = 0; i; i = tree->nodes[i].next) {
        const struct node *child = &tree->nodes[i];
        struct range text = text_of(tree, child);
        if (!is_text(child))
            continue;
        if (is_array && before++)
            put(out, ",");
        if (is_array)
            write_text(tree, child, out);
        else
            output_bytes(out, text.text, text.length);
    }
    put(out, is_array ? "]" : "\"");
}

static void write_attributes(const struct binxml_tree *tree, const struct node *element,
                             struct output *out)
{
    const char *before = "\"#attributes\":{";
    for (size_t i = element->first; i; i = tree->nodes[i].next) {
        const struct node *child = &tree->nodes[i];
        if (!is_attribute(child))
            continue;
        put(out, before);
        write_quoted(out, text_of(tree, child));
        put(out, ":");
        write_texts(tree, child, out);
        before = ",";
    }
    put(out, "}");
}

static void write_element(const struct binxml_tree *tree, const struct node *element,
                          struct output *out);

/* An element and those of the same name that follow it at once; the last of them. */
static const struct node *write_member(const struct binxml_tree *tree, const struct node *element,
                                       struct output *out)
{
    struct range key = key_of(tree, element);
    const struct node *next = find(tree, element->next, NODE_ELEMENT);
    bool is_array = next && is_same(key, key_of(tree, next));
    write_quoted(out, key);
    put(out, is_array ? ":[" : ":");
    write_element(tree, element, out);
    for (; is_array && next && is_same(key, key_of(tree, next));
         next = find(tree, next->next, NODE_ELEMENT)) {
        put(out, ",");
        write_element(tree, next, out);
        element = next;
    }
    put(out, is_array ? "]" : "");
    return element;
}

static void write_element(const struct binxml_tree *tree, const struct node *element,
                          struct output *out)
{
    bool has_text = false, has_attributes = false;
    for (size_t i = element->first; i; i = tree->nodes[i].next) {
        has_text = has_text || is_text(&tree->nodes[i]);
        has_attributes = has_attributes || is_attribute(&tree->nodes[i]);
    }
    has_attributes = has_attributes && !data_name(tree, element);
    const struct node *child = find(tree, element->first, NODE_ELEMENT);
    if (!has_attributes && !child) {
        write_texts(tree, element, out);
        return;
    }
    put(out, "{");
    if (has_attributes)
        write_attributes(tree, element, out);
    if (has_text) {
        put(out, has_attributes ? ",\"#text\":" : "\"#text\":");
        write_texts(tree, element, out);
    }
    for (bool first = !has_attributes && !has_text; child; first = false) {
        put(out, first ? "" : ",");
        child = find(tree, write_member(tree, child, out)->next, NODE_ELEMENT);
    }
    put(out, "}");
}

bool binxml_write_tree(const struct binxml_tree *tree, struct output *out)
{
    const struct node *document = &tree->nodes[0];
    if (!find(tree, document->first, NODE_ELEMENT))
        return false;
    write_element(tree, document, out);
    put(out, "\n");
    return true;
}
