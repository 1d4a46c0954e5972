/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a query: it is refused with a position inside it, or its canonical form is
 * stable and compiles to the same program. */
#include <netshare/matcher.h>
#include <netshare/query.h>

#include "input.h"

struct text {
    char *data;
    size_t length;
};

static bool append(void *user, const char *piece, size_t length)
{
    struct text *text = user;
    text->data = fuzz_memory(realloc(text->data, text->length + length + 1));
    memcpy(text->data + text->length, piece, length);
    text->length += length;
    return true;
}

static void check_error(const netshare_error *error, size_t size)
{
    char rendered[64];
    FUZZ_CHECK(error->message[0] && memchr(error->message, 0, sizeof error->message), "no text");
    FUZZ_CHECK(memchr(error->excerpt, 0, sizeof error->excerpt), "excerpt without end");
    FUZZ_CHECK(error->offset == NETSHARE_NO_OFFSET ||
                   (error->offset <= size && error->length <= size - error->offset &&
                    error->line > 0 && error->column > 0),
               "offset %zu, length %zu of %zu", error->offset, error->length, size);
    netshare_error_render(error, rendered, sizeof rendered);
    FUZZ_CHECK(memchr(rendered, 0, sizeof rendered), "rendered text without end");
}

/* The dump shows places in the query, which formatting moves: without its first lines,
 * which quote the query, and its numbers of bytes. */
static struct text dump(const char *query, size_t length, netshare_status *status)
{
    netshare_error error = {.status = NETSHARE_OK};
    struct text text = {NULL, 0};
    netshare_matcher *matcher = netshare_matcher_new_from_query(query, length, &error);
    *status = error.status;
    if (matcher)
        netshare_matcher_dump(matcher, 0, append, &text);
    netshare_matcher_unref(matcher);
    return text;
}

static void compare_programs(const char *query, size_t length, const struct text *formatted)
{
    netshare_status status, status_again;
    struct text program = dump(query, length, &status);
    struct text again = dump(formatted->data, formatted->length, &status_again);
    /* A canonical text may be longer, so that only limits may come of it. */
    FUZZ_CHECK(status == status_again, "%d, formatted %d:\n%.*s", (int)status,
               (int)status_again, (int)formatted->length, formatted->data);
    FUZZ_CHECK(program.length == again.length &&
                   (program.length == 0 || !memcmp(program.data, again.data, again.length)),
               "'%.*s' is another program:\n%.*s\n%.*s", (int)formatted->length, formatted->data,
               (int)program.length, program.data, (int)again.length, again.data);
    free(program.data);
    free(again.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    netshare_error error = {.status = NETSHARE_OK};
    char *query = fuzz_block(size);
    memcpy(query, data, size);
    struct text formatted = {NULL, 0}, again = {NULL, 0};

    netshare_status checked = netshare_query_check(query, size, &error);
    FUZZ_CHECK(checked == NETSHARE_OK || checked == error.status, "%d", (int)checked);
    if (checked != NETSHARE_OK)
        check_error(&error, size);
    netshare_status status = netshare_query_format(query, size, append, &formatted, &error);
    if (status == NETSHARE_OK) {
        status = netshare_query_format(formatted.data, formatted.length, append, &again, &error);
        FUZZ_CHECK(status == NETSHARE_OK && again.length == formatted.length &&
                       !memcmp(again.data, formatted.data, again.length),
                   "%d: '%.*s' becomes '%.*s'", (int)status, (int)formatted.length,
                   formatted.data, (int)again.length, again.data);
        compare_programs(query, size, &formatted);
    } else {
        check_error(&error, size);
        FUZZ_CHECK(checked != NETSHARE_OK, "valid, but not to be formatted: %d", (int)status);
    }
    free(formatted.data);
    free(again.data);
    free(query);
    return 0;
}
