/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for names of alerts that stay the same from run to run. */
#ifndef SCAN_SHA256_H
#define SCAN_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

enum { SHA256_TEXT = 65 };

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t length);
/* As 64 hexadecimal digits and a NUL. */
void sha256_end(struct sha256 *hash, char text[SHA256_TEXT]);

#endif
