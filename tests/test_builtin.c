/* SPDX-License-Identifier: Apache-2.0 */
/* Every clause of the built-in rule, on both sides of it. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

/* The event that matches, and the fields a row replaces in it. */
static const test_field attack[] = {
    FIELD("event.category", STR("process")),
    FIELD("event.type", STR("start")),
    FIELD("host.os.type", STR("windows")),
    FIELD("process.name", STR("net.exe")),
    FIELD("process.pe.original_file_name", STR("net.exe")),
    FIELD("process.parent.name", STR("cmd.exe")),
    FIELD("process.args", STR("net"), STR("use"), STR("\\\\host\\c$")),
};

enum { FIELDS = COUNT(attack), MOST_CHANGES = 4 };

typedef struct change_row {
    const char *about;
    bool verdict;
    test_field changes[MOST_CHANGES];
} change_row;

#define CATEGORY(...) FIELD("event.category", __VA_ARGS__)
#define TYPE(...) FIELD("event.type", __VA_ARGS__)
#define OS(...) FIELD("host.os.type", __VA_ARGS__)
#define NAME(...) FIELD("process.name", __VA_ARGS__)
#define ORIGINAL(...) FIELD("process.pe.original_file_name", __VA_ARGS__)
#define PARENT(...) FIELD("process.parent.name", __VA_ARGS__)
#define ARGS(...) FIELD("process.args", __VA_ARGS__)
#define NO_ORIGINAL EMPTY_FIELD("process.pe.original_file_name")
#define NO_PARENT EMPTY_FIELD("process.parent.name")
#define NO_NAME EMPTY_FIELD("process.name")

static const change_row category_rows[] = {
    {"the plain attack", true, {{0}}},
    {"category as array", true, {CATEGORY(STR("process"))}},
    {"category among others", true, {CATEGORY(STR("network"), STR("process"))}},
    {"another category", false, {CATEGORY(STR("network"))}},
    {"category in another case", false, {CATEGORY(STR("Process"))}},
    {"category longer", false, {CATEGORY(STR("processes"))}},
    {"category missing", false, {EMPTY_FIELD("event.category")}},
    {"category null", false, {CATEGORY(NUL)}},
    {"category a number", false, {CATEGORY(INT(1))}},
    {"type start and process_start", true, {TYPE(STR("start"), STR("process_start"))}},
    {"type process_start and start", true, {TYPE(STR("process_start"), STR("start"))}},
    {"type process_start", false, {TYPE(STR("process_start"))}},
    {"type end", false, {TYPE(STR("end"))}},
    {"type in another case", false, {TYPE(STR("Start"))}},
    {"type missing", false, {EMPTY_FIELD("event.type")}},
    {"type empty", false, {TYPE(STR(""))}},
    {"Linux", false, {OS(STR("linux"))}},
    {"os in another case", false, {OS(STR("Windows"))}},
    {"host missing", false, {EMPTY_FIELD("host.os.type")}},
    {"host null", false, {OS(NUL)}},
};

static const change_row name_rows[] = {
    {"name in upper case", true, {NAME(STR("NET.EXE")), NO_ORIGINAL}},
    {"name in mixed case", true, {NAME(STR("Net.eXe")), NO_ORIGINAL}},
    {"another name", false, {NAME(STR("cmd.exe")), NO_ORIGINAL}},
    {"name without extension", false, {NAME(STR("net")), NO_ORIGINAL}},
    {"name with more", false, {NAME(STR("net.exe ")), NO_ORIGINAL}},
    {"name in full", false, {NAME(STR("C:\\Windows\\System32\\net.exe")), NO_ORIGINAL}},
    {"name with another dot", false, {NAME(STR("netxexe")), NO_ORIGINAL}},
    {"no name, no original name", false, {NO_NAME, NO_ORIGINAL}},
    {"renamed, original name", true, {NAME(STR("svc.exe")), ORIGINAL(STR("net.exe"))}},
    {"no name, original name", true, {NO_NAME, ORIGINAL(STR("net.exe"))}},
    {"original name in another case", false, {NAME(STR("svc.exe")), ORIGINAL(STR("Net.exe"))}},
    {"original name a wildcard", false, {NAME(STR("svc.exe")), ORIGINAL(STR("net*.exe"))}},
    {"net1 under cmd", true, {NAME(STR("net1.exe")), NO_ORIGINAL}},
    {"NET1 under cmd", true, {NAME(STR("NET1.EXE")), NO_ORIGINAL}},
    {"net1 under net", false, {NAME(STR("net1.exe")), NO_ORIGINAL, PARENT(STR("net.exe"))}},
    {"net1 under NET", false, {NAME(STR("net1.exe")), NO_ORIGINAL, PARENT(STR("NET.EXE"))}},
    {"net1 under net1", true, {NAME(STR("net1.exe")), NO_ORIGINAL, PARENT(STR("net1.exe"))}},
    {"net1, no parent", true, {NAME(STR("net1.exe")), NO_ORIGINAL, NO_PARENT}},
    {"net1, parent null", true, {NAME(STR("net1.exe")), NO_ORIGINAL, PARENT(NUL)}},
    {"net1, parent empty", true, {NAME(STR("net1.exe")), NO_ORIGINAL, PARENT(STR(""))}},
    {"net1, parents among which net", false,
     {NAME(STR("net1.exe")), NO_ORIGINAL, PARENT(STR("cmd.exe"), STR("Net.exe"))}},
    {"net1 by original name", true, {NAME(STR("x.exe")), ORIGINAL(STR("net1.exe"))}},
    {"net1 by original name in another case", false,
     {NAME(STR("x.exe")), ORIGINAL(STR("NET1.exe"))}},
    {"net1 by original name under net", false,
     {NAME(STR("x.exe")), ORIGINAL(STR("net1.exe")), PARENT(STR("net.exe"))}},
    {"net under net", true, {PARENT(STR("net.exe")), NO_ORIGINAL}},
    {"net1 by name, net by original name, under net", true,
     {NAME(STR("net1.exe")), ORIGINAL(STR("net.exe")), PARENT(STR("net.exe"))}},
    {"several names", true, {NAME(STR("a.exe"), STR("net.exe")), NO_ORIGINAL}},
    {"name a number", false, {NAME(INT(7)), NO_ORIGINAL}},
};

static const change_row args_rows[] = {
    {"USE", true, {ARGS(STR("net"), STR("USE"), STR("\\\\host\\c$"))}},
    {"no use", false, {ARGS(STR("net"), STR("view"), STR("\\\\host\\c$"))}},
    {"use inside another word", false, {ARGS(STR("user"), STR("\\\\host\\c$"))}},
    {"args missing", false, {EMPTY_FIELD("process.args")}},
    {"args null", false, {ARGS(NUL)}},
    {"one string, not an array", false, {ARGS(STR("net use \\\\host\\c$"))}},
    {"only use", false, {ARGS(STR("use"))}},
    {"with a null between", true, {ARGS(STR("use"), NUL, STR("\\\\host\\c$"))}},
    {"with an empty string", true, {ARGS(STR("net"), STR(""), STR("use"), STR("\\\\h\\c$"))}},
    {"share in reverse order", true, {ARGS(STR("\\\\host\\c$"), STR("use"))}},
    {"a plain share", false, {ARGS(STR("use"), STR("\\\\host\\share"))}},
    {"admin$", true, {ARGS(STR("use"), STR("\\\\10.0.0.1\\ADMIN$"))}},
    {"hidden share and below", true, {ARGS(STR("use"), STR("\\\\host\\c$\\Windows\\Temp"))}},
    {"one leading backslash", false, {ARGS(STR("use"), STR("\\host\\c$"))}},
    {"three leading backslashes", true, {ARGS(STR("use"), STR("\\\\\\host\\c$"))}},
    {"no share name", true, {ARGS(STR("use"), STR("\\\\host\\$"))}},
    {"no host name", true, {ARGS(STR("use"), STR("\\\\\\$"))}},
    {"no backslash before the share", false, {ARGS(STR("use"), STR("\\\\hostc$"))}},
    {"in quotes", false, {ARGS(STR("use"), STR("\"\\\\host\\c$\""))}},
    {"slashes", false, {ARGS(STR("use"), STR("//host/c$"))}},
    {"WebDAV over TLS", true, {ARGS(STR("use"), STR("\\\\host@SSL\\dav"))}},
    {"WebDAV over TLS in lower case", true, {ARGS(STR("use"), STR("\\\\host@ssl\\dav"))}},
    {"WebDAV with a port", false, {ARGS(STR("use"), STR("\\\\host@SSL@443\\dav"))}},
    {"WebDAV without TLS", false, {ARGS(STR("use"), STR("\\\\host@80\\dav"))}},
    {"WebDAV without a path", false, {ARGS(STR("use"), STR("\\\\host@SSL"))}},
    {"http", true, {ARGS(STR("use"), STR("http://host/dav"))}},
    {"https", true, {ARGS(STR("use"), STR("https://d.docs.live.net/x"))}},
    {"HTTPS", true, {ARGS(STR("use"), STR("HTTPS://HOST"))}},
    {"http alone", true, {ARGS(STR("use"), STR("http"))}},
    {"htt", false, {ARGS(STR("use"), STR("htt"))}},
    {"ftp", false, {ARGS(STR("use"), STR("ftp://http"))}},
    {"with a drive letter", true, {ARGS(STR("use"), STR("Z:"), STR("\\\\host\\c$"))}},
    {"with a user", true, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("/user:x"))}},
    {"/delete", false, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("/delete"))}},
    {"/DELETE", false, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("/DELETE"))}},
    {"/d", false, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("/d"))}},
    {"/domain", false, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("/domain"))}},
    {"-d", true, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("-d"))}},
    {"/ d", true, {ARGS(STR("use"), STR("\\\\host\\c$"), STR("/ d"))}},
    {"a number among them", true, {ARGS(INT(5), STR("use"), STR("\\\\host\\c$"))}},
};

static void apply(const change_row *row, test_field *fields)
{
    memcpy(fields, attack, sizeof attack);
    for (size_t c = 0; c < MOST_CHANGES && row->changes[c].name != NULL; c++) {
        bool known = false;
        for (size_t f = 0; f < FIELDS; f++) {
            if (strcmp(fields[f].name, row->changes[c].name) == 0) {
                fields[f] = row->changes[c];
                known = true;
            }
        }
        cr_assert(known);
    }
}

static void expect_rows(const change_row *rows, size_t count)
{
    netshare_error error = {.status = NETSHARE_OK};
    netshare_matcher *matcher = netshare_matcher_new(&error);
    cr_assert_not_null(matcher, "%s", error.message);
    netshare_scratch *scratch = netshare_scratch_new(matcher, NULL);
    cr_assert_not_null(scratch);
    for (size_t i = 0; i < count * 2; i++) {
        const change_row *row = &rows[i / 2];
        test_field fields[FIELDS];
        apply(row, fields);
        const test_event event = {FIELDS, fields};
        test_view *view = test_view_new(matcher, &event, i % 2 == 1);
        netshare_result result;
        cr_expect_eq(netshare_match(matcher, scratch, &test_accessor, view, NETSHARE_DETAIL_RULES,
                                    &result), NETSHARE_OK);
        cr_expect_eq(result.matched, row->verdict, "%s (%s)", row->about,
                     i % 2 ? "UTF-16" : "UTF-8");
        test_view_free(view);
    }
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
}

Test(builtin, category_type_and_host)
{
    expect_rows(category_rows, COUNT(category_rows));
}

Test(builtin, names)
{
    expect_rows(name_rows, COUNT(name_rows));
}

Test(builtin, arguments)
{
    expect_rows(args_rows, COUNT(args_rows));
}

Test(builtin, reads_the_fields_of_its_query_and_no_other)
{
    netshare_matcher *matcher = netshare_matcher_new(NULL);
    cr_assert_not_null(matcher);
    cr_expect_eq(netshare_matcher_field_count(matcher), FIELDS);
    for (size_t i = 0; i < FIELDS; i++) {
        size_t found = 0;
        for (size_t f = 0; f < netshare_matcher_field_count(matcher); f++) {
            found += strcmp(netshare_matcher_field_name(matcher, f), attack[i].name) == 0;
        }
        cr_expect_eq(found, 1, "%s", attack[i].name);
    }
    netshare_matcher_unref(matcher);
}

static const struct {
    const char *about;
    bool unicode, ascii;
    test_field args;
} look_alikes[] = {
    {"long s in use", true, false, ARGS(STR("u\xC5\xBF" "e"), STR("\\\\h\\c$"))},
    {"long s in SSL", true, false, ARGS(STR("use"), STR("\\\\h@S\xC5\xBFL\\dav"))},
    {"full-width use", false, false,
     ARGS(STR("\xEF\xBD\x95\xEF\xBD\x93\xEF\xBD\x85"), STR("\\\\h\\c$"))},
    {"full-width H", false, false, ARGS(STR("use"), STR("\xEF\xBC\xA8ttp://x"))},
    {"ASCII", true, true, ARGS(STR("USE"), STR("HTTP://x"))},
};

/* KELVIN SIGN and LATIN SMALL LETTER LONG S fold to k and s; full-width letters to
 * full-width letters. */
Test(builtin, look_alikes_fold_as_unicode_does_or_as_ascii_does)
{
    for (uint32_t flags = 0; flags <= NETSHARE_OPTION_ASCII_FOLDING; flags++) {
        netshare_options options = NETSHARE_OPTIONS_INIT;
        options.flags = flags;
        netshare_builder *builder = netshare_builder_new(&options, NULL);
        cr_assert_eq(netshare_builder_add_builtin(builder, NULL), NETSHARE_OK);
        netshare_matcher *matcher = netshare_builder_build(builder, NULL);
        netshare_builder_free(builder);
        for (size_t i = 0; i < COUNT(look_alikes); i++) {
            test_field fields[FIELDS];
            memcpy(fields, attack, sizeof attack);
            fields[FIELDS - 1] = look_alikes[i].args;
            const test_event event = {FIELDS, fields};
            cr_expect_eq(test_matcher_matches(matcher, &event),
                         flags ? look_alikes[i].ascii : look_alikes[i].unicode, "%s, flags %u",
                         look_alikes[i].about, flags);
        }
        netshare_matcher_unref(matcher);
    }
}
