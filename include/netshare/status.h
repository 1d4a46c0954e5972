/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Symbol visibility, version, status codes, errors and memory hooks.
 *
 * Conventions of all headers: text is given by pointer and length in bytes and
 * need not end with a NUL byte unless a parameter is called a C string. Pointers
 * may be NULL only where a function says so. No function prints, exits, raises a
 * signal, reads the locale or opens a file.
 */
#ifndef NETSHARE_STATUS_H
#define NETSHARE_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(NETSHARE_STATIC)
#define NETSHARE_API
#elif defined(_WIN32)
#if defined(NETSHARE_BUILDING)
#define NETSHARE_API __declspec(dllexport)
#else
#define NETSHARE_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define NETSHARE_API __attribute__((visibility("default")))
#else
#define NETSHARE_API
#endif

/** Version of these headers; netshare_version() tells that of the library in use. */
#define NETSHARE_VERSION_MAJOR 0
#define NETSHARE_VERSION_MINOR 1
#define NETSHARE_VERSION_PATCH 0

/**
 * The version of the library in use, as a C string "major.minor.patch".
 *
 * @return a static string
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const char *netshare_version(void);

/** What a call came to. Numbers are stable; new ones may be added. */
typedef enum netshare_status {
    NETSHARE_OK = 0,
    /** An allocation failed. Nothing was changed. */
    NETSHARE_ERROR_NO_MEMORY = 1,
    /** A NULL pointer, a reserved flag that is not 0, an unknown struct size. */
    NETSHARE_ERROR_INVALID_ARGUMENT = 2,
    /** The text is not EQL. The error has its position. */
    NETSHARE_ERROR_SYNTAX = 3,
    /** Well-formed EQL that means nothing: types do not fit, an unknown function. */
    NETSHARE_ERROR_TYPE = 4,
    /** A sequence, sample, join or pipe: valid EQL that needs several events. */
    NETSHARE_ERROR_STATEFUL = 5,
    /** A documented limit is exceeded (nesting, compiled size, values per field). */
    NETSHARE_ERROR_LIMIT = 6,
    /** A rule document is malformed: not JSON, a key missing or of the wrong type. */
    NETSHARE_ERROR_DOCUMENT = 7,
    /** An event is not a JSON object. */
    NETSHARE_ERROR_EVENT = 8,
    /** This build of the library lacks the feature (JSON). */
    NETSHARE_ERROR_UNSUPPORTED = 9
} netshare_status;

/**
 * A short English description of a status.
 *
 * @param status  any value; an unknown one gives "unknown status"
 * @return a static C string
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const char *netshare_status_string(netshare_status status);

/** netshare_error::offset of an error that has no position in a text. */
#define NETSHARE_NO_OFFSET SIZE_MAX

/**
 * What went wrong and where. Owned by the caller, who need not initialise it;
 * functions that take one accept NULL, and leave it alone when they succeed.
 * All texts are C strings in UTF-8, cut to fit.
 */
typedef struct netshare_error {
    netshare_status status;
    /** Byte offset of the offending text in the query, or in the JSON document
     *  when `path` is empty and the document itself is malformed;
     *  NETSHARE_NO_OFFSET when there is none. */
    size_t offset;
    /** Length in bytes of the offending text, 0 at the end of the input. */
    size_t length;
    /** Line and column, both from 1, the column in characters; 0 when unknown. */
    size_t line;
    size_t column;
    /** What is wrong and what was expected, without position. */
    char message[320];
    /** The source line and, below it, a caret under the offending text. */
    char excerpt[320];
    /** The rule concerned, empty when unknown. */
    char rule_id[64];
    /** Where in a rule document, as in `threat[0].tactic.id`. Empty elsewhere. */
    char path[128];
} netshare_error;

/**
 * Writes an error as a person reads it: position, message, source line, caret.
 *
 *     c4210e1c-...: query:1:15: error: '=' is not an operator, use '=='
 *       process where a = 1
 *                       ^
 *
 * @param error   an error that a failed call filled
 * @param buffer  where the C string goes; may be NULL when `size` is 0
 * @param size    room in `buffer` in bytes, the final NUL included
 * @return length in bytes of the whole text without NUL, which may be `size` or
 *         more: the text in `buffer` was then cut
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API size_t netshare_error_render(const netshare_error *error, char *buffer, size_t size);

/**
 * Memory functions given by the host. They may return NULL, which the library
 * survives. `user` is handed to each call. They must be safe for every thread in
 * which the object that was created with them is created, used or released.
 */
typedef struct netshare_allocator {
    /** As malloc; never called with size 0. */
    void *(*allocate)(void *user, size_t size);
    /** As realloc; `block` may be NULL, then `old_size` is 0. `new_size` is never 0. */
    void *(*reallocate)(void *user, void *block, size_t old_size, size_t new_size);
    /** As free; `block` may be NULL. */
    void (*release)(void *user, void *block);
    void *user;
} netshare_allocator;

/**
 * Takes text in pieces, as it is produced.
 *
 * @return false to stop; the producing call then returns NETSHARE_OK at once
 */
typedef bool (*netshare_write)(void *user, const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
