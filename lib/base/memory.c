/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *default_allocate(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void *default_reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    return realloc(block, new_size);
}

static void default_release(void *user, void *block)
{
    (void)user;
    free(block);
}

netshare_allocator ns_allocator_or_default(const netshare_allocator *given)
{
    static const netshare_allocator standard = {default_allocate, default_reallocate,
                                                default_release, NULL};
    return given ? *given : standard;
}

void *ns_alloc(const netshare_allocator *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    size_t total = count * size;
    return a->allocate(a->user, total ? total : 1);
}

void *ns_alloc_zero(const netshare_allocator *a, size_t count, size_t size)
{
    void *block = ns_alloc(a, count, size);
    if (block)
        memset(block, 0, count * size);
    return block;
}

void ns_free(const netshare_allocator *a, void *block)
{
    if (block)
        a->release(a->user, block);
}

void *ns_grow(const netshare_allocator *a, void *items, size_t *capacity, size_t count,
              size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    if (wanted < *capacity || wanted > SIZE_MAX / size)
        return NULL;
    void *grown = a->reallocate(a->user, items, *capacity * size, wanted * size);
    if (grown)
        *capacity = wanted;
    return grown;
}

char *ns_copy_string(const netshare_allocator *a, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = ns_alloc(a, length + 1, 1);
    if (copy) {
        if (length)
            memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}
