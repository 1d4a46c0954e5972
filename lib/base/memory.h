/* SPDX-License-Identifier: Apache-2.0 */
/* Memory hooks, overflow-safe sizes, and a growing array. */
#ifndef NS_BASE_MEMORY_H
#define NS_BASE_MEMORY_H

#include <netshare/status.h>

/* The host's functions, or malloc's when `given` is NULL. */
netshare_allocator ns_allocator_or_default(const netshare_allocator *given);

/* NULL when count * size overflows or memory is out. size and count may be 0. */
void *ns_alloc(const netshare_allocator *a, size_t count, size_t size);
/* As ns_alloc, zeroed. */
void *ns_alloc_zero(const netshare_allocator *a, size_t count, size_t size);
void ns_free(const netshare_allocator *a, void *block);

/*
 * The array `items` of *capacity elements of `size` bytes, `count` of which are
 * used, moved if need be to have room for one more. NULL when out of memory; the
 * array is then unchanged.
 */
void *ns_grow(const netshare_allocator *a, void *items, size_t *capacity, size_t count,
              size_t size);

/* Copies `length` bytes and a final NUL. NULL when out of memory. */
char *ns_copy_string(const netshare_allocator *a, const char *text, size_t length);

#endif
