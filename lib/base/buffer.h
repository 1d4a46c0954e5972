/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer. Once an append fails, all later ones do, and `failed` says so. */
#ifndef NS_BASE_BUFFER_H
#define NS_BASE_BUFFER_H

#include "base/memory.h"

struct ns_buffer {
    netshare_allocator allocator;
    char *data; /* not NUL-terminated; NULL while empty */
    size_t length;
    size_t capacity;
    bool failed;
};

void ns_buffer_init(struct ns_buffer *buffer, const netshare_allocator *allocator);
void ns_buffer_add(struct ns_buffer *buffer, const void *bytes, size_t length);
void ns_buffer_add_byte(struct ns_buffer *buffer, char byte);
/* Appends `code_point` (at most 10FFFF) in UTF-8. */
void ns_buffer_add_code_point(struct ns_buffer *buffer, uint32_t code_point);
void ns_buffer_free(struct ns_buffer *buffer);

#endif
