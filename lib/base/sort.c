/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sort.h"

struct sorter {
    uint32_t *items;
    bool (*before)(const void *context, uint32_t a, uint32_t b);
    const void *context;
};

/* Puts the item at `root` of a heap of `count` where it belongs. */
static void sift(const struct sorter *s, size_t root, size_t count)
{
    uint32_t item = s->items[root];
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            break;
        if (child + 1 < count && s->before(s->context, s->items[child], s->items[child + 1]))
            child++;
        if (!s->before(s->context, item, s->items[child]))
            break;
        s->items[root] = s->items[child];
        root = child;
    }
    s->items[root] = item;
}

void ns_sort(uint32_t *items, size_t count,
             bool (*before)(const void *context, uint32_t a, uint32_t b), const void *context)
{
    struct sorter s = {items, before, context};
    for (size_t i = count / 2; i-- > 0;)
        sift(&s, i, count);
    for (size_t end = count; end-- > 1;) {
        uint32_t largest = items[0];
        items[0] = items[end];
        items[end] = largest;
        sift(&s, 0, end);
    }
}
