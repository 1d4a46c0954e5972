/* SPDX-License-Identifier: Apache-2.0 */
/* Kibana rule documents: JSON, arrays, NDJSON exports, saved objects. */
#ifndef NS_RULE_DOCUMENT_H
#define NS_RULE_DOCUMENT_H

#include "rule/rule.h"

/* Told of each document in order. Each returns false to stop reading. */
struct ns_document_sink {
    void *user;
    /* An EQL rule, which lives until this returns. Its query is not compiled yet. */
    bool (*rule)(void *user, size_t index, const netshare_rule *rule);
    /* A document that cannot be used; `error` has rule id (if known), path, reason. */
    bool (*refused)(void *user, size_t index, const netshare_error *error);
    /* A document that is no EQL rule: another rule type or object, an export summary. */
    bool (*skipped)(void *user, size_t index);
};

/*
 * Reads all documents of the text: objects, arrays of them, pages of Kibana's find API
 * (`data`), one after another. When there is malformed JSON among them, it is refused
 * with the path "line N", and reading resumes at the next line that begins with '{' or
 * '['. NETSHARE_OK, also after refused documents or a stop; NETSHARE_ERROR_DOCUMENT when
 * the text as a whole is not JSON (with offset, line and column);
 * NETSHARE_ERROR_NO_MEMORY; NETSHARE_ERROR_UNSUPPORTED in a build without JSON.
 */
netshare_status ns_documents_read(const char *json, size_t length,
                                  const netshare_allocator *allocator,
                                  const struct ns_document_sink *sink, netshare_error *error);

#endif
