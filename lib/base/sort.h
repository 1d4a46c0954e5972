/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting without memory of its own; qsort() may take some from malloc. */
#ifndef NS_BASE_SORT_H
#define NS_BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sorts numbers by a strict total order: `before` must tell any two different numbers
 * apart (as by the numbers themselves where all else is equal).
 */
void ns_sort(uint32_t *items, size_t count,
             bool (*before)(const void *context, uint32_t a, uint32_t b), const void *context);

#endif
