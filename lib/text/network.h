/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses and CIDR blocks. An IPv4-mapped IPv6 address is its IPv4 address. */
#ifndef NS_TEXT_NETWORK_H
#define NS_TEXT_NETWORK_H

#include "text/text.h"

struct ns_address {
    unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
};

struct ns_network {
    struct ns_address address;
    unsigned prefix; /* leading bits that count, of 128 */
};

/* False when the text is no address. IPv4 takes four decimal numbers, IPv6 the forms
 * of RFC 4291, without a zone. */
bool ns_parse_address(const struct ns_text *text, struct ns_address *address);
/* An address and `/` prefix length, of which host bits may be set, or an address alone. */
bool ns_parse_network(const struct ns_text *text, struct ns_network *network);
bool ns_network_contains(const struct ns_network *network, const struct ns_address *address);

#endif
