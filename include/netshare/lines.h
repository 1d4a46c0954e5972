/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Many events in one call: a buffer of NDJSON lines, for bindings to other languages and
 * for scanners, which would pay for a call per event.
 */
#ifndef NETSHARE_LINES_H
#define NETSHARE_LINES_H

#include <netshare/matcher.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A rule that matched a line, or a line that could not be decided. */
typedef struct netshare_line {
    /** Number of the line, see netshare_lines::line. */
    size_t number;
    /** Where the line stands in the buffer, in bytes, without its line feed. */
    size_t offset;
    size_t length;
    /** The rule's number, see netshare_matcher_rule(); NETSHARE_NO_INDEX with a status. */
    size_t rule;
    /** NETSHARE_OK: the rule matched. NETSHARE_ERROR_EVENT, or NETSHARE_ERROR_LIMIT for too
     *  deep nesting: the line is no event; netshare_event_parse() on it tells more.
     *  NETSHARE_ERROR_LIMIT or NETSHARE_ERROR_NO_MEMORY: some rules could not be decided
     *  on this event, see netshare_match(). */
    netshare_status status;
} netshare_line;

/**
 * Where netshare_match_lines() is in a buffer, and what it has seen. Start with
 * NETSHARE_LINES_INIT; for the next buffer of the same file set `offset` to 0 only.
 */
typedef struct netshare_lines {
    /** sizeof(netshare_lines). */
    size_t size;
    /** Bits of netshare_lines_flags; others are reserved and must be 0. */
    uint32_t flags;
    /** Bytes of the buffer that are done. */
    size_t offset;
    /** Lines read so far: the next one has this number plus 1. */
    size_t line;
    /** Of these lines: blank ones, events, and those that are no events. The three
     *  together are `line`. */
    size_t blank;
    size_t events;
    size_t malformed;
    /** Events on which some rule could not be decided. */
    size_t undecided;
    /** Events that at least one rule matched. */
    size_t matched;
    /** Of the events: lines that were not read, since they lack what a match must have. */
    size_t dismissed;
} netshare_lines;

#define NETSHARE_LINES_INIT {sizeof(netshare_lines), 0, 0, 0, 0, 0, 0, 0, 0, 0}

typedef enum netshare_lines_flags {
    /** Read every line as JSON, also those whose bytes show that no rule can match, so that
     *  each malformed one is found. Without this flag, such a line of 256 bytes or more
     *  counts as an event when it begins and ends as a JSON object does. */
    NETSHARE_LINES_READ_ALL = 1
} netshare_lines_flags;

/**
 * Matches the lines of a buffer, each of them one JSON document, against all rules.
 *
 * Blank lines are passed over; a carriage return at the end of a line belongs to its
 * end, and a UTF-8 byte order mark before line 1 is passed over. The last line may lack
 * its line feed: hand over whole lines only, or what follows will count as a line of its
 * own.
 *
 * @param matcher   rules
 * @param scratch   made for this matcher
 * @param event     made for this matcher; holds one of the events afterwards
 * @param data      NDJSON text
 * @param length    its length in bytes
 * @param found     gets what was found, in the order of lines, then of rules
 * @param capacity  room in `found`; at least the number of rules plus 1, so that the
 *                  findings of one line fit
 * @param count     gets how many were found
 * @param lines     where to go on, updated; NETSHARE_LINES_INIT to begin
 * @return NETSHARE_OK: go on calling while `lines->offset` is below `length`, each time
 *         `found` is full or the buffer is done. NETSHARE_ERROR_INVALID_ARGUMENT.
 *
 * Thread safety: scratch and event belong to one thread at a time. Allocates: as
 * netshare_event_parse() and netshare_match(). Since: 0.1
 */
NETSHARE_API netshare_status netshare_match_lines(const netshare_matcher *matcher,
                                                  netshare_scratch *scratch,
                                                  netshare_event *event, const char *data,
                                                  size_t length, netshare_line *found,
                                                  size_t capacity, size_t *count,
                                                  netshare_lines *lines);

/**
 * Matches one JSON document: netshare_event_parse() and netshare_match() in one call.
 *
 * @param matcher  rules
 * @param scratch  made for this matcher
 * @param event    made for this matcher
 * @param json     one JSON object
 * @param length   its length in bytes
 * @param detail   how much to find out
 * @param result   filled, see netshare_match()
 * @param error    filled when the document is no event; may be NULL
 * @return what the failing call returned, or NETSHARE_OK
 *
 * Thread safety: scratch and event belong to one thread at a time. Allocates: as
 * netshare_event_parse() and netshare_match(). Since: 0.1
 */
NETSHARE_API netshare_status netshare_match_json(const netshare_matcher *matcher,
                                                 netshare_scratch *scratch,
                                                 netshare_event *event, const char *json,
                                                 size_t length, netshare_detail detail,
                                                 netshare_result *result,
                                                 netshare_error *error);

#ifdef __cplusplus
}
#endif

#endif
