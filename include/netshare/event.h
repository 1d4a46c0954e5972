/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events as the library sees them: values, fetched field by field through an
 * accessor that the host provides, and a ready accessor over ECS JSON documents.
 */
#ifndef NETSHARE_EVENT_H
#define NETSHARE_EVENT_H

#include <netshare/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum netshare_value_type {
    /** An explicit null. To EQL the same as absence; explain tells them apart. */
    NETSHARE_VALUE_NULL = 0,
    NETSHARE_VALUE_BOOL = 1,
    NETSHARE_VALUE_INT64 = 2,
    NETSHARE_VALUE_DOUBLE = 3,
    /** Bytes, meant as UTF-8. Bytes that are not UTF-8 count as one character
     *  each, equal only to themselves. NUL is an ordinary character. */
    NETSHARE_VALUE_UTF8 = 4,
    /** UTF-16 code units in the machine's byte order (on Windows: WCHAR). An
     *  unpaired surrogate is a character equal only to itself. */
    NETSHARE_VALUE_UTF16 = 5
} netshare_value_type;

/** One value of a field. Strings are borrowed, see netshare_accessor. */
typedef struct netshare_value {
    netshare_value_type type;
    union {
        bool boolean;
        int64_t int64;
        double float64;
        /** `length` in bytes; `data` may be NULL when it is 0. */
        struct {
            const char *data;
            size_t length;
        } utf8;
        /** `length` in 16-bit units; `data` may be NULL when it is 0. */
        struct {
            const uint16_t *data;
            size_t length;
        } utf16;
    } as;
} netshare_value;

/**
 * How the library reads the host's event.
 *
 * `get` stores value number `index` (from 0) of the field into `*value` and
 * returns true; past the last value, and for an absent field at index 0, it
 * returns false. A scalar is a field of one value. Fields are numbered as
 * netshare_matcher_field_name() names them.
 *
 * Values that `get` stores must stay valid and unchanged until the call that
 * asked for them (netshare_match() and the like) returns. A field is asked for
 * only if the verdict needs it, its values in order from index 0; a field may be
 * left before its last value. Only clauses that combine several fields, and
 * netshare_explain(), ask again; and for values behind the first 64 of a field, or when
 * an event has very many in all, each clause may.
 *
 * `get` runs in the thread that called, may not call back into the same scratch,
 * and must not throw through the library.
 */
typedef struct netshare_accessor {
    /** sizeof(netshare_accessor). */
    size_t size;
    bool (*get)(void *event, size_t field, size_t index, netshare_value *value);
} netshare_accessor;

/** Initialiser for a netshare_accessor with the given `get`. */
#define NETSHARE_ACCESSOR_INIT(get_function) {sizeof(netshare_accessor), (get_function)}

/** A value that is a UTF-8 string of `length` bytes. Since: 0.1 */
static inline netshare_value netshare_value_from_utf8(const char *data, size_t length)
{
    netshare_value value;
    value.type = NETSHARE_VALUE_UTF8;
    value.as.utf8.data = data;
    value.as.utf8.length = length;
    return value;
}

/** A value that is a UTF-16 string of `length` 16-bit units. Since: 0.1 */
static inline netshare_value netshare_value_from_utf16(const uint16_t *data, size_t length)
{
    netshare_value value;
    value.type = NETSHARE_VALUE_UTF16;
    value.as.utf16.data = data;
    value.as.utf16.length = length;
    return value;
}

/** A value that is a 64-bit integer. Since: 0.1 */
static inline netshare_value netshare_value_from_int64(int64_t number)
{
    netshare_value value;
    value.type = NETSHARE_VALUE_INT64;
    value.as.int64 = number;
    return value;
}

/** A value that is a double. Since: 0.1 */
static inline netshare_value netshare_value_from_double(double number)
{
    netshare_value value;
    value.type = NETSHARE_VALUE_DOUBLE;
    value.as.float64 = number;
    return value;
}

/** A value that is a boolean. Since: 0.1 */
static inline netshare_value netshare_value_from_bool(bool boolean)
{
    netshare_value value;
    value.type = NETSHARE_VALUE_BOOL;
    value.as.boolean = boolean;
    return value;
}

/** What writes an event, and so how its fields come to be ECS. docs/sources.md says field by
 *  field. */
typedef enum netshare_source {
    /** Whichever each document's fields show. */
    NETSHARE_SOURCE_AUTOMATIC = 0,
    /** ECS documents; nothing is derived. Elastic Defend writes these. */
    NETSHARE_SOURCE_ECS = 1,
    /** `winlog.event_data`: Winlogbeat 7 on, Elastic Agent. */
    NETSHARE_SOURCE_WINLOG = 2,
    /** `event_data` at the top: Winlogbeat 6. */
    NETSHARE_SOURCE_WINLOGBEAT_6 = 3,
    /** `Event.System` and `Event.EventData`, as EVTX dumpers print. */
    NETSHARE_SOURCE_EVTX = 4,
    /** EventID and the event's data side by side: NXLog, Log Analytics. */
    NETSHARE_SOURCE_FLAT = 5,
    /** The Endgame sensor's own JSON. */
    NETSHARE_SOURCE_ENDGAME = 6,
    /** Endgame events in Elasticsearch. */
    NETSHARE_SOURCE_ENDGAME_INDEX = 7
} netshare_source;

struct netshare_matcher;

/**
 * An ECS JSON document, read for the fields of one matcher: the event to hand to
 * netshare_match() together with netshare_event_accessor(). Made once per thread
 * and filled again for each document.
 */
typedef struct netshare_event netshare_event;

/**
 * Makes an empty event for the fields of a matcher.
 *
 * @param matcher  kept alive by the event
 * @param error    filled on failure; may be NULL
 * @return the event, to be released with netshare_event_free(); NULL on failure
 *
 * Thread safety: safe. Allocates: yes, with the matcher's allocator.
 * Since: 0.1
 */
NETSHARE_API netshare_event *netshare_event_new(const struct netshare_matcher *matcher,
                                                netshare_error *error);

/**
 * As netshare_event_new() for documents that need not be ECS: fields that a document
 * lacks are derived from what its source calls them, as `process.args` from a command
 * line. What a document has in ECS stands.
 *
 * @param matcher  kept alive by the event
 * @param source   where the documents come from; NETSHARE_SOURCE_AUTOMATIC to find out
 *                 for each
 * @param error    filled on failure; may be NULL
 * @return the event, to be released with netshare_event_free(); NULL on failure
 *
 * Thread safety: safe. Allocates: yes, with the matcher's allocator. Since: 0.1
 */
NETSHARE_API netshare_event *netshare_event_new_for_source(const struct netshare_matcher *matcher,
                                                           netshare_source source,
                                                           netshare_error *error);

/**
 * The source of the document that was parsed last.
 *
 * @return NETSHARE_SOURCE_ECS for an event of netshare_event_new(), and when the
 *         document shows no other source
 *
 * Thread safety: one thread at a time per event. Allocates: no. Since: 0.1
 */
NETSHARE_API netshare_source netshare_event_source(const netshare_event *event);

/**
 * The name of a source, as "winlog".
 *
 * @return a static C string; NULL for an unknown source
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const char *netshare_source_name(netshare_source source);

/**
 * Reads a JSON document into an event, replacing what was there.
 *
 * Objects may nest (`{"process":{"name":"x"}}`), use dotted keys
 * (`{"process.name":"x"}`) or mix both; arrays give several values, arrays of
 * objects are flattened, arrays in arrays too; `null` is an explicit null. A key
 * that comes twice, or a field written both ways, has the values of both. An
 * Elasticsearch search hit (an object with an object `_source`, and `_index` or
 * `_id`, in any order) stands for its `_source`.
 *
 * The whole document must be JSON, what no rule asks for included, but one odd byte
 * does not hide an event: strings may hold any bytes, raw control characters, NUL
 * and bytes that are not UTF-8 among them; integers may have any size, those beyond
 * int64 being the nearest double; `NaN`, `Infinity` and `-Infinity` are numbers. An
 * escape of an unpaired surrogate (`\ud83d`) stands for U+FFFD, so it is one
 * character as in UTF-16 values, and the one that Elasticsearch indexes.
 *
 * The text is not copied: values point into it.
 *
 * @param event   from netshare_event_new()
 * @param json    one JSON object, possibly between white space; must stay valid and
 *                unchanged until the event is filled again or freed
 * @param length  its length in bytes
 * @param error   filled on failure with the byte offset; may be NULL
 * @return NETSHARE_OK, NETSHARE_ERROR_EVENT when this is not a JSON object,
 *         NETSHARE_ERROR_LIMIT when it nests deeper than 512 levels,
 *         NETSHARE_ERROR_NO_MEMORY. After a failure the event has no values.
 *
 * Thread safety: one thread at a time per event. Allocates: yes, with the matcher's
 * allocator; no longer once the event has seen documents of such size. Since: 0.1
 */
NETSHARE_API netshare_status netshare_event_parse(netshare_event *event, const char *json,
                                                  size_t length, netshare_error *error);

/**
 * The accessor whose events are netshare_event objects.
 *
 * @return a static accessor
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const netshare_accessor *netshare_event_accessor(void);

/**
 * Releases an event; NULL is allowed.
 *
 * Thread safety: no other thread may use the event. Allocates: no. Since: 0.1
 */
NETSHARE_API void netshare_event_free(netshare_event *event);

#ifdef __cplusplus
}
#endif

#endif
