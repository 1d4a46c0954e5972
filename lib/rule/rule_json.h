/* SPDX-License-Identifier: Apache-2.0 */
/* One rule out of one JSON object. */
#ifndef NS_RULE_RULE_JSON_H
#define NS_RULE_RULE_JSON_H

#include <json-c/json.h>

#include "base/error.h"
#include "rule/rule.h"

/* Where in a document: a key of an object (or, without key, an element of an array)
 * that is itself at `in`. */
struct ns_place {
    const struct ns_place *in;
    const char *key;
    size_t index;
};

/* NULL also for an explicit null, which means the same. */
struct json_object *ns_json_member(const struct json_object *object, const char *key);
bool ns_json_is_type(const struct json_object *value, enum json_type type);

/*
 * Fills a blank rule with the object's texts, which it borrows, and lists of them in the
 * arena. On failure, sets the error: NETSHARE_ERROR_DOCUMENT, with rule id and path, or
 * NETSHARE_ERROR_NO_MEMORY.
 */
bool ns_rule_read(const struct json_object *object, const struct ns_place *where,
                  struct ns_arena *arena, netshare_rule *rule, netshare_error *error);

/* Sets the error of a value that is not `expected`. Always false. */
bool ns_json_refuse_type(netshare_error *error, const struct ns_place *where,
                         const char *expected, const struct json_object *value);

#endif
