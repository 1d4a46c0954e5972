/* SPDX-License-Identifier: Apache-2.0 */
/* The XML of one event: elements, attributes and their values, and how it is written as JSON. */
#ifndef SCAN_BINXML_TREE_H
#define SCAN_BINXML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

enum node_kind { NODE_ELEMENT, NODE_ATTRIBUTE, NODE_TEXT, NODE_ITEM /* of an array */ };

/* Texts are ranges of the tree's text, escaped as in JSON strings. */
struct node {
    enum node_kind kind;
    bool bare;    /* the value needs no quotes */
    size_t name;  /* of an element or attribute, else the value */
    size_t name_length;
    size_t first; /* child; 0: none, as nothing is the parent of the root */
    size_t last;
    size_t next;
};

struct binxml_tree {
    struct node *nodes; /* the first one stands for the document */
    size_t count;
    struct output text; /* in memory */
};

/* One JSON object and a line feed; false when the document has no element. */
bool binxml_write_tree(const struct binxml_tree *tree, struct output *out);

#endif
