/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of errors: of each status, and cut to fit without cutting a character. */
#include "support.h"

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
