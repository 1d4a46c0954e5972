/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a syntax tree without recursion: trees may be as deep as a query is long. */
#ifndef NS_EQL_WALK_H
#define NS_EQL_WALK_H

#include "eql/ast.h"

struct ns_node_list {
    struct ns_node **items;
    size_t count;
};

/* All children of a node. */
struct ns_node_list ns_node_children(const struct ns_node *node);

/*
 * The nodes of a tree, each behind the nodes that `below` gives for it and those in
 * their order. Memory is the arena's; false when it is out.
 */
bool ns_postorder(struct ns_node *root, struct ns_node_list (*below)(const struct ns_node *node),
                  struct ns_arena *arena, struct ns_node_list *list);

#endif
