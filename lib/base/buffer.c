/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <string.h>

void ns_buffer_init(struct ns_buffer *buffer, const netshare_allocator *allocator)
{
    *buffer = (struct ns_buffer){.allocator = *allocator};
}

static bool reserve(struct ns_buffer *buffer, size_t more)
{
    if (buffer->failed || more > SIZE_MAX - buffer->length) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->length + more;
    if (needed <= buffer->capacity)
        return true;
    size_t wanted = buffer->capacity * 2;
    if (wanted < needed) /* as it also is when the product wrapped */
        wanted = needed;
    if (wanted < 64)
        wanted = 64;
    char *grown = buffer->allocator.reallocate(buffer->allocator.user, buffer->data,
                                               buffer->capacity, wanted);
    if (!grown) {
        buffer->failed = true;
        return false;
    }
    buffer->data = grown;
    buffer->capacity = wanted;
    return true;
}

void ns_buffer_add(struct ns_buffer *buffer, const void *bytes, size_t length)
{
    if (length && reserve(buffer, length)) {
        memcpy(buffer->data + buffer->length, bytes, length);
        buffer->length += length;
    }
}

void ns_buffer_add_byte(struct ns_buffer *buffer, char byte)
{
    ns_buffer_add(buffer, &byte, 1);
}

void ns_buffer_add_code_point(struct ns_buffer *buffer, uint32_t code_point)
{
    unsigned char b[4];
    size_t n;
    if (code_point < 0x80) {
        b[0] = (unsigned char)code_point;
        n = 1;
    } else if (code_point < 0x800) {
        b[0] = (unsigned char)(0xC0 | code_point >> 6);
        b[1] = (unsigned char)(0x80 | (code_point & 0x3F));
        n = 2;
    } else if (code_point < 0x10000) {
        b[0] = (unsigned char)(0xE0 | code_point >> 12);
        b[1] = (unsigned char)(0x80 | (code_point >> 6 & 0x3F));
        b[2] = (unsigned char)(0x80 | (code_point & 0x3F));
        n = 3;
    } else {
        b[0] = (unsigned char)(0xF0 | code_point >> 18);
        b[1] = (unsigned char)(0x80 | (code_point >> 12 & 0x3F));
        b[2] = (unsigned char)(0x80 | (code_point >> 6 & 0x3F));
        b[3] = (unsigned char)(0x80 | (code_point & 0x3F));
        n = 4;
    }
    ns_buffer_add(buffer, b, n);
}

void ns_buffer_free(struct ns_buffer *buffer)
{
    ns_free(&buffer->allocator, buffer->data);
    ns_buffer_init(buffer, &buffer->allocator);
}
