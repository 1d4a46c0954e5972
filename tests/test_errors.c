/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of errors: of each status, cut to fit without cutting a character, and with the
 * place marked. */
#include "base/error.h"
#include "support.h"
#include "text/text.h"

#include <criterion/criterion.h>
#include <string.h>

Test(errors, every_status_has_a_text)
{
    for (int status = NETSHARE_OK; status <= NETSHARE_ERROR_UNSUPPORTED; status++) {
        const char *text = netshare_status_string((netshare_status)status);
        cr_assert_not_null(text);
        cr_expect_str_neq(text, "unknown status", "status %d", status);
    }
    cr_expect_str_eq(netshare_status_string((netshare_status)999), "unknown status");
    cr_expect_str_eq(netshare_status_string((netshare_status)-1), "unknown status");
}

/* The error for a rule of that id, which its query gives cause for. */
static netshare_error refuse_rule(const char *id)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    cr_assert_eq(netshare_builder_add_query(builder, id, "any where (", 11, &error),
                 NETSHARE_ERROR_SYNTAX);
    netshare_builder_free(builder);
    return error;
}

Test(errors, a_long_rule_id_is_cut_between_characters)
{
    static const struct {
        const char *character;
        size_t before; /* ASCII characters in front, which shift the place of the cut */
        size_t kept;
    } rows[] = {
        {"x", 0, 63},
        {"\xC3\xA9", 0, 62},         {"\xC3\xA9", 1, 63},
        {"\xE2\x84\xAA", 0, 63},     {"\xE2\x84\xAA", 1, 61}, {"\xE2\x84\xAA", 2, 62},
        {"\xF0\x9F\x98\x80", 0, 60}, {"\xF0\x9F\x98\x80", 1, 61},
        {"\xF0\x9F\x98\x80", 2, 62}, {"\xF0\x9F\x98\x80", 3, 63},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char id[400] = "";
        memset(id, 'a', rows[i].before);
        id[rows[i].before] = '\0';
        for (int left = 70; left > 0; left--)
            strcat(id, rows[i].character);
        netshare_error error = refuse_rule(id);
        cr_expect_eq(strlen(error.rule_id), rows[i].kept, "row %zu: %zu bytes", i,
                     strlen(error.rule_id));
        cr_expect_eq(memcmp(error.rule_id, id, rows[i].kept), 0);
    }
    cr_expect_str_eq(refuse_rule("\x80\x80").rule_id, "\x80\x80");
}

Test(errors, a_long_message_or_path_is_cut_between_characters)
{
    static const char *const characters[] = {"x", "\xC3\xA9", "\xE2\x84\xAA", "\xF0\x9F\x98\x80",
                                             "\x80"}; /* which is none */
    for (size_t i = 0; i < COUNT(characters); i++) {
        for (size_t before = 0; before < 4; before++) {
            char text[1000] = "";
            memset(text, 'a', before);
            size_t width = strlen(characters[i]);
            while (strlen(text) + width < sizeof text)
                strcat(text, characters[i]);
            netshare_error error = {.status = NETSHARE_OK};
            cr_assert_eq(ns_error_set(&error, NETSHARE_ERROR_TYPE, "%s", text),
                         NETSHARE_ERROR_TYPE);
            ns_error_set_rule(&error, NULL, text);
            size_t whole = (sizeof error.message - 1 - before) / width * width + before;
            cr_expect_eq(strlen(error.message), whole, "%zu: %zu", i, strlen(error.message));
            cr_expect_eq(memcmp(error.message, text, whole), 0);
            whole = (sizeof error.path - 1 - before) / width * width + before;
            cr_expect_eq(strlen(error.path), whole, "%zu: %zu", i, strlen(error.path));
            cr_expect_eq(memcmp(error.path, text, whole), 0);
        }
    }
}

/* --- excerpts --- */

static size_t count_characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* An error at the one `!` of a line of `before` and `after` times the character. */
static netshare_error refuse_mark(const char *character, size_t before, size_t after,
                                  size_t length)
{
    char text[2000] = "first line\n";
    for (size_t i = 0; i < before; i++)
        strcat(text, character);
    size_t offset = strlen(text);
    strcat(text, "!");
    for (size_t i = 0; i < after; i++)
        strcat(text, character);
    netshare_error error = {.status = NETSHARE_OK};
    ns_error_at(&error, NETSHARE_ERROR_SYNTAX, text, strlen(text), offset, length, "no");
    cr_expect_eq(error.line, 2);
    cr_expect_eq(error.column, before + 1);
    return error;
}

/* However long the line and wide its characters, the caret stands under the mark. */
Test(errors, the_caret_is_under_the_offending_text)
{
    static const char *const characters[] = {"x", "\t", "\x7F", "\xC3\xA9", "\xE2\x84\xAA",
                                             "\xF0\x9F\x98\x80"};
    static const size_t counts[] = {0, 1, 39, 40, 59, 60, 61, 200};
    for (size_t i = 0; i < COUNT(characters); i++) {
        for (size_t b = 0; b < COUNT(counts); b++) {
            for (size_t a = 0; a < COUNT(counts); a++) {
                netshare_error error = refuse_mark(characters[i], counts[b], counts[a], 1);
                const char *mark = strchr(error.excerpt, '!'), *caret = strchr(error.excerpt, '^');
                const char *end = strchr(error.excerpt, '\n');
                cr_assert(mark && caret && end && mark < end && end < caret, "'%s'", error.excerpt);
                cr_expect_eq(count_characters(error.excerpt, (size_t)(mark - error.excerpt)),
                             (size_t)(caret - end - 1), "%zu before: '%s'", counts[b],
                             error.excerpt);
                cr_expect_str_eq(caret, "^");
                cr_expect_eq(ns_utf8_find_invalid(error.excerpt, strlen(error.excerpt)),
                             strlen(error.excerpt));
                bool dots_before = strncmp(error.excerpt, "...", 3) == 0;
                bool dots_after = memcmp(end - 3, "...", 3) == 0;
                bool is_narrow = strlen(characters[i]) <= 2;
                cr_expect(dots_before || counts[b] <= 60);
                cr_expect(!dots_before || counts[b] > 60 || !is_narrow);
                cr_expect(dots_after || counts[a] <= 40);
                cr_expect(!dots_after || counts[a] >= 40 || !is_narrow);
                cr_expect_eq(strpbrk(error.excerpt, "\t\x7F"), NULL, "'%s'", error.excerpt);
            }
        }
    }
}

Test(errors, a_long_text_is_marked_as_far_as_it_is_shown)
{
    netshare_error error = refuse_mark("\xE2\x84\xAA", 0, 100, 301);
    size_t shown = (size_t)(strchr(error.excerpt, '.') - error.excerpt);
    const char *caret = strchr(error.excerpt, '^');
    cr_expect_eq(strspn(caret + 1, "~") + 1, count_characters(error.excerpt, shown));
    error = refuse_mark("x", 5, 1, 2);
    cr_expect_str_eq(error.excerpt, "xxxxx!x\n     ^~");
    error = refuse_mark("x", 2, 0, 0);
    cr_expect_str_eq(error.excerpt, "xx!\n  ^");
}

/* What is no UTF-8 takes no more room than what is. */
Test(errors, stray_bytes_leave_room_for_the_caret)
{
    netshare_error error = {.status = NETSHARE_OK};
    char text[1000];
    memset(text, '\x80', sizeof text);
    ns_error_at(&error, NETSHARE_ERROR_SYNTAX, text, sizeof text, 500, 1, "no");
    cr_expect_str_eq(error.excerpt, "......\n   ^");
}

/* --- rendering --- */

Test(errors, what_is_known_is_rendered)
{
    static const struct {
        netshare_error error;
        const char *text;
    } rows[] = {
        {{.message = "m"}, "error: m"},
        {{.rule_id = "id", .message = "m"}, "id: error: m"},
        {{.path = "a.b", .message = "m"}, "a.b: error: m"},
        {{.line = 2, .column = 3, .message = "m"}, "query:2:3: error: m"},
        {{.rule_id = "id", .path = "p", .line = 2, .column = 3, .message = "m"},
         "id: p:2:3: error: m"},
        {{.message = "m", .excerpt = "x\n^"}, "error: m\n  x\n  ^"},
        {{.message = "m", .excerpt = "x"}, "error: m\n  x\n  "},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[200] = "";
        cr_expect_eq(netshare_error_render(&rows[i].error, text, sizeof text),
                     strlen(rows[i].text));
        cr_expect_str_eq(text, rows[i].text);
        memset(text, '#', sizeof text);
        cr_expect_eq(netshare_error_render(&rows[i].error, text, 4), strlen(rows[i].text));
        cr_expect_eq(strlen(text), 3);
    }
}
