/* SPDX-License-Identifier: Apache-2.0 */
/* Rule documents in a build without JSON. */
#include "base/error.h"
#include "rule/document.h"

netshare_status ns_documents_read(const char *json, size_t length,
                                  const netshare_allocator *allocator,
                                  const struct ns_document_sink *sink, netshare_error *error)
{
    (void)json;
    (void)length;
    (void)allocator;
    (void)sink;
    return ns_error_set(error, NETSHARE_ERROR_UNSUPPORTED,
                        "this build reads no rule documents: it was made without json-c");
}
