/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time in milliseconds since 1970, UTC. */
#ifndef SCAN_TIMES_H
#define SCAN_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TIMES_TEXT = 32 };

/*
 * A date as Elasticsearch's strict_date_optional_time or epoch_millis: "2024-05-14",
 * "2024-05-14T09:00:00.123456Z", "2024-05-14T09:00+02:00", "1715677200000".
 */
bool times_parse(const char *text, size_t length, int64_t *time);
/* A rule's interval, as "5m": units s, m, h, d and w; more than 0. */
bool times_parse_interval(const char *text, int64_t *milliseconds);
/* Distance into the past of "now" or "now-9m"; what follows a slash is passed over. */
bool times_parse_look_back(const char *text, int64_t *milliseconds);
/* As "2024-05-14T09:00:00.123Z". */
void times_write(int64_t time, char text[TIMES_TEXT]);

#endif
