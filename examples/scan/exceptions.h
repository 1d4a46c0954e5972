/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions: EQL conditions under which a rule's match is dropped. A file of them:
 *
 *     # What the backup does at night.
 *     [c4210e1c-64f2-4f48-b67e-b5a8ffe3aa14]
 *     process.parent.name : "backup.exe" and
 *         user.name : "svc-backup"
 *
 * The line in brackets names a rule by id or name, or all of them by `*`. Conditions
 * follow, one a line; indented lines continue the one before.
 */
#ifndef SCAN_EXCEPTIONS_H
#define SCAN_EXCEPTIONS_H

#include <netshare/netshare.h>

#include "document.h"
#include "output.h"

struct exceptions;

/* No exceptions when there are no files. NULL after telling what is wrong. */
struct exceptions *exceptions_load(const char *const *files, size_t count,
                                   const netshare_matcher *rules, netshare_source source,
                                   struct output *messages);
void exceptions_free(struct exceptions *exceptions);

/* One thread's working memory for them. */
struct exceptions_scratch;
struct exceptions_scratch *exceptions_scratch_new(const struct exceptions *exceptions);
void exceptions_scratch_free(struct exceptions_scratch *scratch);

/* Tries all conditions on an event. One that cannot be decided does not hold. */
void exceptions_try(struct exceptions_scratch *scratch, const struct event_line *line);
/* Did one hold that is for this rule? */
bool exceptions_hold(const struct exceptions_scratch *scratch, const netshare_rule *rule);

#endif
