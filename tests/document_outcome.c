/* SPDX-License-Identifier: Apache-2.0 */
#include "document_outcome.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static bool note(outcome *o, size_t index, char letter)
{
    cr_assert_eq(index, o->index, "documents are numbered one by one");
    if (o->index < sizeof o->letters - 1) {
        o->letters[o->index] = letter;
    }
    return ++o->index != o->stop_after;
}

static bool take_rule(void *user, size_t index, const netshare_rule *rule)
{
    outcome *o = user;
    if (o->rule_count < MOST_KEPT) {
        o->rules[o->rule_count] = ns_rule_keep(rule, &o->texts);
        if (!o->rules[o->rule_count]) {
            ns_error_no_memory(&o->error);
            return false;
        }
    }
    o->rule_count++;
    return note(o, index, 'r');
}

static bool take_refused(void *user, size_t index, const netshare_error *error)
{
    outcome *o = user;
    if (o->refused_count < MOST_KEPT) {
        o->refused[o->refused_count] = *error;
    }
    o->refused_count++;
    return note(o, index, 'x');
}

static bool take_skipped(void *user, size_t index)
{
    outcome *o = user;
    o->skipped_count++;
    return note(o, index, 's');
}

struct ns_document_sink outcome_sink(outcome *o)
{
    return (struct ns_document_sink){o, take_rule, take_refused, take_skipped};
}

/* The text is copied to its exact length, so that reading past it is noticed. */
void read_text(outcome *o, const char *text, size_t length,
               const netshare_allocator *allocator)
{
    struct ns_document_sink sink = outcome_sink(o);
    char *exact = malloc(length ? length : 1);
    cr_assert_not_null(exact);
    if (length > 0) {
        memcpy(exact, text, length);
    }
    netshare_allocator chosen = ns_allocator_or_default(allocator);
    ns_names_init(&o->texts, &chosen);
    o->status = ns_documents_read(exact, length, allocator, &sink, &o->error);
    if (o->status == NETSHARE_OK && o->error.status == NETSHARE_ERROR_NO_MEMORY) {
        o->status = NETSHARE_ERROR_NO_MEMORY;
    }
    free(exact);
}

outcome *read_documents(const char *text, size_t length)
{
    outcome *o = calloc(1, sizeof *o);
    cr_assert_not_null(o);
    read_text(o, text, length, NULL);
    return o;
}

void release(outcome *o)
{
    ns_names_free(&o->texts);
    free(o);
}
