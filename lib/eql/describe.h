/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled form as text: for reading, and as what tells predicates apart. */
#ifndef NS_EQL_DESCRIBE_H
#define NS_EQL_DESCRIBE_H

#include "base/buffer.h"
#include "base/names.h"
#include "eql/program.h"

/*
 * Appends a predicate. Predicates with the same text are the same, whatever they were
 * written as. `fields` are the names by the predicate's field numbers.
 */
void ns_describe_predicate(const struct ns_predicate *predicate, const struct ns_name *fields,
                           struct ns_buffer *out);

#endif
