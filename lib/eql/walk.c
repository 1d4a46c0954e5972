/* SPDX-License-Identifier: Apache-2.0 */
#include "eql/walk.h"

struct ns_node_list ns_node_children(const struct ns_node *node)
{
    return (struct ns_node_list){node->children, node->child_count};
}

struct stack {
    const netshare_allocator *allocator;
    struct ns_node **items;
    size_t count, capacity;
};

static bool push(struct stack *stack, struct ns_node *node)
{
    struct ns_node **items =
        ns_grow(stack->allocator, stack->items, &stack->capacity, stack->count, sizeof *items);
    if (!items)
        return false;
    stack->items = items;
    items[stack->count++] = node;
    return true;
}

/* Each node before those below it, the last of them first: the reverse of what is asked. */
static bool visit(struct ns_node *root, struct ns_node_list (*below)(const struct ns_node *node),
                  struct stack *waiting, struct stack *visited)
{
    bool ok = push(waiting, root);
    while (ok && waiting->count > 0) {
        struct ns_node *node = waiting->items[--waiting->count];
        struct ns_node_list nodes = below(node);
        ok = push(visited, node);
        for (size_t i = 0; ok && i < nodes.count; i++)
            ok = push(waiting, nodes.items[i]);
    }
    return ok;
}

bool ns_postorder(struct ns_node *root, struct ns_node_list (*below)(const struct ns_node *node),
                  struct ns_arena *arena, struct ns_node_list *list)
{
    struct stack waiting = {&arena->allocator, NULL, 0, 0}, visited = waiting;
    *list = (struct ns_node_list){NULL, 0};
    if (visit(root, below, &waiting, &visited))
        list->items = ns_arena_alloc(arena, visited.count, sizeof *list->items);
    if (list->items) {
        list->count = visited.count;
        for (size_t i = 0; i < visited.count; i++)
            list->items[i] = visited.items[visited.count - 1 - i];
    }
    ns_free(&arena->allocator, waiting.items);
    ns_free(&arena->allocator, visited.items);
    return list->items != NULL;
}
