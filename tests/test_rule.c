/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in rule's metadata, and rules made from a bare query. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

#include "rule/rule.h"

static const char QUERY[] =
    "process where host.os.type == \"windows\" and event.type == \"start\" and\n"
    "  ((process.name : \"net.exe\" or ?process.pe.original_file_name == \"net.exe\") or\n"
    "   ((process.name : \"net1.exe\" or ?process.pe.original_file_name == \"net1.exe\") and\n"
    "    not process.parent.name : \"net.exe\")) and\n"
    "  process.args : \"use\" and\n"
    "  /* including hidden and webdav based online shares such as onedrive */\n"
    "  process.args : (\"\\\\\\\\*\\\\*$*\", \"\\\\\\\\*@SSL\\\\*\", \"http*\") and\n"
    "  /* excluding shares deletion operation */\n"
    "  not process.args : \"/d*\"";

typedef struct string_row {
    netshare_rule_string_key key;
    const char *text; /* NULL: the rule does not have it */
} string_row;

static const string_row builtin_strings[] = {
    {NETSHARE_RULE_ID, "c4210e1c-64f2-4f48-b67e-b5a8ffe3aa14"},
    {NETSHARE_RULE_NAME, "Mounting Hidden or WebDav Remote Shares"},
    {NETSHARE_RULE_DESCRIPTION,
     "Identifies the use of net.exe to mount a WebDav or hidden remote share. This may "
     "indicate lateral movement or preparation for data exfiltration."},
    {NETSHARE_RULE_QUERY, QUERY},
    {NETSHARE_RULE_TYPE, "eql"},
    {NETSHARE_RULE_LANGUAGE, "eql"},
    {NETSHARE_RULE_SEVERITY, "medium"},
    {NETSHARE_RULE_INTERVAL, "5m"},
    {NETSHARE_RULE_FROM, "now-9m"},
    {NETSHARE_RULE_TO, "now"},
    {NETSHARE_RULE_LICENSE, "Elastic License v2"},
    {NETSHARE_RULE_TIMESTAMP_OVERRIDE, "event.ingested"},
    {NETSHARE_RULE_NOTE, NULL},
    {NETSHARE_RULE_EVENT_CATEGORY_OVERRIDE, NULL},
    {NETSHARE_RULE_BUILDING_BLOCK_TYPE, NULL},
    {(netshare_rule_string_key)NS_RULE_STRING_KEYS, NULL},
    {(netshare_rule_string_key)-1, NULL},
};

Test(rule, builtin_strings)
{
    for (size_t i = 0; i < COUNT(builtin_strings); i++) {
        const string_row *row = &builtin_strings[i];
        const char *text = netshare_rule_string(&ns_builtin_rule, row->key);
        if (row->text == NULL) {
            cr_expect_null(text, "key %d", (int)row->key);
        } else {
            cr_expect_str_eq(text, row->text, "key %d", (int)row->key);
        }
    }
    cr_expect_eq(ns_builtin_rule.query_length, strlen(QUERY));
}

Test(rule, builtin_setup_names_the_pipeline_tutorial)
{
    const char *setup = netshare_rule_string(&ns_builtin_rule, NETSHARE_RULE_SETUP);
    cr_assert_not_null(setup);
    cr_expect(strstr(setup, "https://www.elastic.co/guide/en/fleet/current/"
                            "data-streams-pipeline-tutorial.html") != NULL);
    cr_expect(strstr(setup, "event.ingested") != NULL);
    cr_expect(strstr(setup, "@timestamp") != NULL);
    cr_expect(strstr(setup, "8.2") != NULL);
}

static void expect_list(netshare_rule_strings_key key, const char *const *expected, size_t count)
{
    size_t got = 99;
    const char *const *items = netshare_rule_strings(&ns_builtin_rule, key, &got);
    cr_assert_eq(got, count, "list %d has %zu", (int)key, got);
    cr_expect_eq(items == NULL, count == 0);
    for (size_t i = 0; i < count; i++) {
        cr_expect_str_eq(items[i], expected[i]);
    }
}

Test(rule, builtin_lists)
{
    static const char *const authors[] = {"Elastic"};
    static const char *const tags[] = {
        "Domain: Endpoint", "OS: Windows", "Use Case: Threat Detection",
        "Tactic: Initial Access", "Tactic: Lateral Movement", "Data Source: Elastic Endgame",
        "Data Source: Elastic Defend"};
    static const char *const indices[] = {"logs-endpoint.events.process-*", "winlogbeat-*",
                                          "logs-windows.*", "endgame-*",
                                          "logs-system.security*"};
    expect_list(NETSHARE_RULE_AUTHORS, authors, COUNT(authors));
    expect_list(NETSHARE_RULE_TAGS, tags, COUNT(tags));
    expect_list(NETSHARE_RULE_INDICES, indices, COUNT(indices));
    expect_list(NETSHARE_RULE_REFERENCES, NULL, 0);
    expect_list(NETSHARE_RULE_FALSE_POSITIVES, NULL, 0);
    expect_list((netshare_rule_strings_key)NS_RULE_STRINGS_KEYS, NULL, 0);
    expect_list((netshare_rule_strings_key)-1, NULL, 0);
}

Test(rule, builtin_numbers)
{
    const netshare_rule *rule = &ns_builtin_rule;
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_RISK_SCORE), 47);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_VERSION), 109);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_MAX_SIGNALS), 100);
    cr_expect_eq(netshare_rule_integer(rule, (netshare_rule_integer_key)NS_RULE_INTEGER_KEYS), -1);
    cr_expect_eq(netshare_rule_integer(rule, (netshare_rule_integer_key)-1), -1);
    cr_expect_eq(netshare_rule_severity(rule), NETSHARE_SEVERITY_MEDIUM);
}

/* One line of the ATT&CK mapping: threat, technique and subtechnique by number. */
typedef struct attack_row {
    size_t threat, subtechnique;
    const char *tactic[3];
    const char *technique[3];
    const char *sub[3];
} attack_row;

#define ATTACK_URL "https://attack.mitre.org/"
static const attack_row attack_rows[] = {
    {0, 0, {"TA0008", "Lateral Movement", ATTACK_URL "tactics/TA0008/"},
     {"T1021", "Remote Services", ATTACK_URL "techniques/T1021/"},
     {"T1021.002", "SMB/Windows Admin Shares", ATTACK_URL "techniques/T1021/002/"}},
    {1, 0, {"TA0001", "Initial Access", ATTACK_URL "tactics/TA0001/"},
     {"T1078", "Valid Accounts", ATTACK_URL "techniques/T1078/"},
     {"T1078.003", "Local Accounts", ATTACK_URL "techniques/T1078/003/"}},
    {2, 0, {"TA0007", "Discovery", ATTACK_URL "tactics/TA0007/"},
     {"T1087", "Account Discovery", ATTACK_URL "techniques/T1087/"},
     {"T1087.001", "Local Account", ATTACK_URL "techniques/T1087/001/"}},
    {2, 1, {"TA0007", "Discovery", ATTACK_URL "tactics/TA0007/"},
     {"T1087", "Account Discovery", ATTACK_URL "techniques/T1087/"},
     {"T1087.002", "Domain Account", ATTACK_URL "techniques/T1087/002/"}},
};

static void expect_technique(const netshare_technique *t, const char *const expected[3])
{
    cr_expect_str_eq(t->id, expected[0]);
    cr_expect_str_eq(t->name, expected[1]);
    cr_expect_str_eq(t->reference, expected[2]);
}

Test(rule, builtin_threats)
{
    static const size_t subtechniques[] = {1, 1, 2};
    size_t count = 0;
    const netshare_threat *threats = netshare_rule_threats(&ns_builtin_rule, &count);
    cr_assert_eq(count, COUNT(subtechniques));
    for (size_t i = 0; i < count; i++) {
        cr_expect_str_eq(threats[i].framework, "MITRE ATT&CK");
        cr_assert_eq(threats[i].technique_count, 1);
        cr_assert_eq(threats[i].techniques[0].subtechnique_count, subtechniques[i]);
    }
    for (size_t i = 0; i < COUNT(attack_rows); i++) {
        const attack_row *row = &attack_rows[i];
        const netshare_threat *threat = &threats[row->threat];
        const netshare_technique *technique = &threat->techniques[0];
        cr_expect_str_eq(threat->tactic.id, row->tactic[0]);
        cr_expect_str_eq(threat->tactic.name, row->tactic[1]);
        cr_expect_str_eq(threat->tactic.reference, row->tactic[2]);
        expect_technique(technique, row->technique);
        expect_technique(&technique->subtechniques[row->subtechnique], row->sub);
        cr_expect_null(technique->subtechniques[row->subtechnique].subtechniques);
    }
}

static struct ns_names no_texts(const netshare_allocator *allocator)
{
    struct ns_names texts;
    netshare_allocator chosen = ns_allocator_or_default(allocator);
    ns_names_init(&texts, &chosen);
    return texts;
}

Test(rule, blank)
{
    const netshare_rule rule = ns_rule_blank();
    for (int key = 0; key < NS_RULE_STRING_KEYS; key++) {
        cr_expect_null(netshare_rule_string(&rule, (netshare_rule_string_key)key));
    }
    cr_expect_eq(netshare_rule_integer(&rule, NETSHARE_RULE_RISK_SCORE), 0);
    cr_expect_eq(netshare_rule_integer(&rule, NETSHARE_RULE_VERSION), 1);
    cr_expect_eq(netshare_rule_integer(&rule, NETSHARE_RULE_MAX_SIGNALS), 100);
    cr_expect_eq(netshare_rule_severity(&rule), NETSHARE_SEVERITY_UNKNOWN);
    size_t count = 99;
    cr_expect_null(netshare_rule_threats(&rule, &count));
    cr_expect_eq(count, 0);
}

Test(rule, keeps_a_copy)
{
    char id[] = "some id", query[] = "any where x == \"a\0b\" and more";
    size_t length = sizeof query - 6;
    struct ns_names texts = no_texts(NULL);
    netshare_rule rule = ns_rule_blank();
    rule.strings[NETSHARE_RULE_ID] = rule.strings[NETSHARE_RULE_NAME] = id;
    rule.strings[NETSHARE_RULE_QUERY] = query;
    rule.query_length = length;
    const netshare_rule *kept = ns_rule_keep(&rule, &texts);
    cr_assert_not_null(kept);
    memset(id, 'x', sizeof id);
    memset(query, 'x', sizeof query);
    cr_expect_str_eq(netshare_rule_string(kept, NETSHARE_RULE_ID), "some id");
    cr_expect_eq(netshare_rule_string(kept, NETSHARE_RULE_NAME),
                 netshare_rule_string(kept, NETSHARE_RULE_ID), "equal texts are one");
    const char *copy = netshare_rule_string(kept, NETSHARE_RULE_QUERY);
    cr_assert_eq(kept->query_length, length);
    cr_expect_arr_eq(copy, "any where x == \"a\0b\" and more", length);
    cr_expect_eq(copy[length], '\0');
    cr_expect_null(netshare_rule_string(kept, NETSHARE_RULE_NOTE));
    ns_names_free(&texts);
}

/* What many rules say is there once. */
Test(rule, equal_texts_are_one)
{
    struct ns_names texts = no_texts(NULL);
    const netshare_rule *a = ns_rule_keep(&ns_builtin_rule, &texts);
    size_t size = texts.arena.size, count = texts.count;
    const netshare_rule *b = ns_rule_keep(&ns_builtin_rule, &texts);
    cr_assert(a && b && a != b);
    cr_expect_eq(texts.count, count);
    cr_expect_lt(texts.arena.size - size, size / 2);
    cr_expect_eq(a->threats[0].techniques[0].name, b->threats[0].techniques[0].name);
    cr_expect_neq(a->threats[0].techniques[0].name, ns_builtin_rule.threats[0].techniques[0].name);
    cr_expect_eq(a->lists[NETSHARE_RULE_TAGS].items[0], b->lists[NETSHARE_RULE_TAGS].items[0]);
    ns_names_seal(&texts);
    cr_expect_str_eq(netshare_rule_string(a, NETSHARE_RULE_NAME),
                     netshare_rule_string(&ns_builtin_rule, NETSHARE_RULE_NAME));
    ns_names_free(&texts);
}

Test(rule, out_of_memory)
{
    for (size_t fail_at = 1;; fail_at++) {
        test_memory memory = {.fail_at = fail_at};
        netshare_allocator allocator = test_allocator(&memory);
        struct ns_names texts = no_texts(&allocator);
        const netshare_rule *rule = ns_rule_keep(&ns_builtin_rule, &texts);
        bool failed = memory.calls >= fail_at;
        cr_assert_eq(rule == NULL, failed, "allocation %zu", fail_at);
        ns_names_free(&texts);
        cr_assert_eq(memory.live, 0, "allocation %zu leaks", fail_at);
        if (!failed) {
            cr_expect_gt(fail_at, 5);
            break;
        }
    }
}

Test(rule, severities)
{
    static const struct {
        const char *text;
        netshare_severity severity;
    } rows[] = {
        {"low", NETSHARE_SEVERITY_LOW},       {"medium", NETSHARE_SEVERITY_MEDIUM},
        {"high", NETSHARE_SEVERITY_HIGH},     {"critical", NETSHARE_SEVERITY_CRITICAL},
        {"", NETSHARE_SEVERITY_UNKNOWN},      {"unknown", NETSHARE_SEVERITY_UNKNOWN},
        {"Medium", NETSHARE_SEVERITY_UNKNOWN}, {"lowest", NETSHARE_SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(ns_severity_from_string(rows[i].text), rows[i].severity, "%s", rows[i].text);
    }
}
