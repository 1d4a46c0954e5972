/* SPDX-License-Identifier: Apache-2.0 */
/* One ECS value out of one raw value, as a derivation's transform says. */
#ifndef NS_EVENT_SOURCE_TRANSFORM_H
#define NS_EVENT_SOURCE_TRANSFORM_H

#include "event/source_table.h"

/* Where short texts that a transform makes are kept; begins zeroed. */
struct ns_room {
    size_t used;
    char bytes[80]; /* the longest is a SHA256 */
};

/* Is it what sources write for no value: null, "", "-", a GUID of zeros? */
bool ns_is_blank(const netshare_value *raw);

/*
 * Applies a transform that takes a value and gives one. False when nothing can be made
 * of the value, or when `room` is full.
 */
bool ns_transform(const struct ns_derivation *how, const netshare_value *raw,
                  struct ns_room *room, netshare_value *value);

/* Are they the same but for the case of A to Z? */
bool ns_same_name(const netshare_value *text, const char *name);

/* The whole number that the value is or spells, in decimal digits or 0x and
 * hexadecimal ones. */
bool ns_whole_number(const netshare_value *raw, int64_t *number);

#endif
