/* SPDX-License-Identifier: Apache-2.0 */
/* Rule documents: every shape that is read, every reason to refuse. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document_outcome.h"

/* --- shapes --- */

typedef struct shape_row {
    const char *about;
    const char *text;
    const char *letters;
    const char *ids; /* of the rules, in order, each followed by a blank */
} shape_row;

static const shape_row shape_rows[] = {
    {"one object", RULE("a"), "r", "a "},
    {"blanks around it", "\r\n \t" RULE("a") "\r\n\r\n", "r", "a "},
    {"byte order mark", "\xEF\xBB\xBF" RULE("a"), "r", "a "},
    {"an array", "[" RULE("a") "," RULE("b") "]", "rr", "a b "},
    {"an array over several lines", "[\n" RULE("a") ",\n" RULE("b") "\n]\n", "rr", "a b "},
    {"an empty array", "[]", "", ""},
    {"NDJSON", RULE("a") "\n" RULE("b") "\n", "rr", "a b "},
    {"NDJSON with CRLF and blank lines", RULE("a") "\r\n\r\n" RULE("b") "\r\n", "rr", "a b "},
    {"NDJSON without last newline", RULE("a") "\n" RULE("b"), "rr", "a b "},
    {"objects on one line", RULE("a") RULE("b") " " RULE("c"), "rrr", "a b c "},
    {"objects over several lines",
     "{\n  \"type\": \"eql\",\n  \"rule_id\": \"a\",\n  \"name\": \"N\",\n  \"query\": \"Q\"\n}\n"
     "{\n  \"type\": \"eql\",\n  \"rule_id\": \"b\",\n  \"name\": \"N\",\n  \"query\": \"Q\"\n}\n",
     "rr", "a b "},
    {"Kibana's export", RULE("a") "\n{\"exported_count\":1,\"exported_rules_count\":1,"
     "\"missing_rules\":[],\"missing_rules_count\":0}\n", "rs", "a "},
    {"a saved object", "{\"type\":\"security-rule\",\"id\":\"x_1\",\"attributes\":" RULE("a") "}",
     "r", "a "},
    {"saved objects as NDJSON", "{\"attributes\":" RULE("a") "}\n{\"attributes\":" RULE("b") "}",
     "rr", "a b "},
    {"an attributes key in a bare rule", RULE_WITH("\"attributes\":{\"x\":1}"), "r", "R "},
    {"another saved object", "{\"type\":\"dashboard\",\"attributes\":{\"title\":\"x\"}}", "s", ""},
    {"a saved object of nothing", "{\"type\":\"security-rule\",\"attributes\":null}", "s", ""},
    {"a page of rules", "{\"page\":1,\"perPage\":20,\"total\":2,\"data\":[" RULE("a") ","
     RULE("b") "]}", "rr", "a b "},
    {"a data key in a bare rule", RULE_WITH("\"data\":[1]"), "r", "R "},
    {"an empty page", "{\"page\":1,\"total\":0,\"data\":[]}", "", ""},
    {"other rule types", "[{\"type\":\"query\",\"language\":\"kuery\",\"query\":\"a:b\"},"
     "{\"type\":\"threshold\"},{\"type\":\"esql\",\"language\":\"esql\"},"
     "{\"type\":\"machine_learning\"},{\"type\":\"new_terms\"},{\"type\":\"threat_match\"},"
     RULE("a") "]", "ssssssr", "a "},
    {"another type, whatever the language", "{\"type\":\"query\",\"language\":\"eql\"}", "s", ""},
    {"no type, EQL by language",
     "{\"language\":\"eql\",\"rule_id\":\"a\",\"name\":\"N\",\"query\":\"Q\"}", "r", "a "},
    {"null type, EQL by language",
     "{\"type\":null,\"language\":\"eql\",\"rule_id\":\"a\",\"name\":\"N\",\"query\":\"Q\"}", "r",
     "a "},
    {"no type, no language", "{\"rule_id\":\"a\",\"name\":\"N\",\"query\":\"Q\"}", "s", ""},
    {"type of another kind", "{\"type\":5}", "s", ""},
    {"an empty object", "{}", "s", ""},
    {"an id for want of a rule_id",
     "{\"type\":\"eql\",\"id\":\"a\",\"name\":\"N\",\"query\":\"Q\"}", "r", "a "},
    {"an id for a null rule_id",
     "{\"type\":\"eql\",\"rule_id\":null,\"id\":\"a\",\"name\":\"N\",\"query\":\"Q\"}", "r", "a "},
    {"rule_id before id", RULE_WITH("\"id\":\"b\""), "r", "R "},
    {"twice the same rule", RULE("a") RULE("a"), "rr", "a a "},
    {"unknown keys of any type", RULE_WITH("\"x\":[{}],\"meta\":{\"y\":[1,2]},\"z\":1e5"), "r",
     "R "},
    {"a refused rule between good ones",
     "[" RULE("a") ",{\"type\":\"eql\"}," RULE("b") "]", "rxr", "a b "},
    {"elements that are no objects", "[1," RULE("a") ",null,[" RULE("b") "]]", "xrxx", "a "},
    {"a malformed line", RULE("a") "\n{\"type\":\"eql\",\n" RULE("b") "\n", "rxr", "a b "},
    {"a malformed first line", "{oops}\n" RULE("b") "\n", "xr", "b "},
    {"a malformed last line", RULE("a") "\n" RULE("b") "\n{\"type\":\"e", "rrx", "a b "},
    {"a string that runs into the next line", "{\"name\":\"abc\n" RULE("b") "\n", "xr", "b "},
    {"words between lines", "hello 1 2 3\n" RULE("a") "\n42\nnull\n" RULE("b"), "xrxr", "a b "},
    {"text after a document", RULE("a") " oops 1 2 {\n" RULE("b"), "rxr", "a b "},
    {"a malformed object over several lines",
     "{\n  \"type\": \"eql\",\n  \"threat\": [\n    {\"id\": oops},\n    {\"id\": \"x\"}\n  ]\n}\n"
     RULE("b"), "xr", "b "},
    {"a malformed array is passed over whole", RULE("a") "\n[\n" RULE("b") "\n" RULE("c") "\n]\n",
     "rx", "a "},
};

Test(document, shapes)
{
    for (size_t i = 0; i < COUNT(shape_rows); i++) {
        const shape_row *row = &shape_rows[i];
        outcome *o = read_documents(row->text, strlen(row->text));
        char ids[64] = "";
        for (size_t r = 0; r < o->rule_count; r++) {
            size_t used = strlen(ids);
            snprintf(ids + used, sizeof ids - used, "%s ",
                     netshare_rule_string(o->rules[r], NETSHARE_RULE_ID));
        }
        cr_expect_eq(o->status, NETSHARE_OK, "%s: %s", row->about, o->error.message);
        cr_expect_str_eq(o->letters, row->letters, "%s: %s", row->about, o->letters);
        cr_expect_str_eq(ids, row->ids, "%s: %s", row->about, ids);
        release(o);
    }
}

/* --- all keys --- */

static const char full[] =
    "{\"author\":[\"A\",\"B\"],\"building_block_type\":\"default\",\"description\":\"D\","
    "\"event_category_override\":\"ev.cat\",\"false_positives\":[\"F\"],\"from\":\"now-1h\","
    "\"index\":[\"i-*\",\"i-*\",\"\"],\"interval\":\"7m\",\"language\":\"eql\","
    "\"license\":\"L\",\"max_signals\":5,\"name\":\"Na\\u00efve \\ud83d\\ude00\",\"note\":\"No\","
    "\"query\":\"any where a == \\\"x\\u0000y\\\"\\n\",\"references\":[\"http://r\"],"
    "\"risk_score\":73.0,\"rule_id\":\"R\",\"setup\":\"Se\",\"severity\":\"critical\","
    "\"tags\":[\"t\",\"t\",\"s\"],\"timestamp_override\":\"ev.in\",\"to\":\"now-1m\","
    "\"type\":\"eql\",\"version\":9223372036854775807,\"threat\":["
    "{\"framework\":\"MITRE ATT&CK\",\"tactic\":{\"id\":\"TA1\",\"name\":\"T one\"}},"
    "{\"framework\":\"MITRE ATT&CK\",\"technique\":[],"
    "\"tactic\":{\"id\":\"TA1\",\"name\":\"T one\",\"reference\":null}},"
    "{\"framework\":\"Own\",\"tactic\":{\"id\":\"TA2\",\"name\":\"T two\",\"reference\":\"u\"},"
    "\"technique\":[{\"id\":\"T1\",\"name\":\"one\"},{\"id\":\"T2\",\"name\":\"two\","
    "\"reference\":\"v\",\"subtechnique\":[{\"id\":\"T2.1\",\"name\":\"s\",\"reference\":\"w\","
    "\"subtechnique\":[7]},{\"id\":\"T2.2\",\"name\":\"q\"}]},"
    "{\"id\":\"T3\",\"name\":\"three\",\"subtechnique\":null}]}]}";

Test(document, all_strings)
{
    static const char *const expected[NS_RULE_STRING_KEYS] = {
        [NETSHARE_RULE_ID] = "R",
        [NETSHARE_RULE_NAME] = "Na\xC3\xAFve \xF0\x9F\x98\x80",
        [NETSHARE_RULE_DESCRIPTION] = "D",
        [NETSHARE_RULE_QUERY] = "any where a == \"x",
        [NETSHARE_RULE_TYPE] = "eql",
        [NETSHARE_RULE_LANGUAGE] = "eql",
        [NETSHARE_RULE_SEVERITY] = "critical",
        [NETSHARE_RULE_INTERVAL] = "7m",
        [NETSHARE_RULE_FROM] = "now-1h",
        [NETSHARE_RULE_TO] = "now-1m",
        [NETSHARE_RULE_LICENSE] = "L",
        [NETSHARE_RULE_TIMESTAMP_OVERRIDE] = "ev.in",
        [NETSHARE_RULE_SETUP] = "Se",
        [NETSHARE_RULE_NOTE] = "No",
        [NETSHARE_RULE_EVENT_CATEGORY_OVERRIDE] = "ev.cat",
        [NETSHARE_RULE_BUILDING_BLOCK_TYPE] = "default",
    };
    outcome *o = read_documents(full, strlen(full));
    cr_assert_str_eq(o->letters, "r", "%s: %s", o->refused[0].path, o->refused[0].message);
    const netshare_rule *rule = o->rules[0];
    for (int key = 0; key < NS_RULE_STRING_KEYS; key++) {
        cr_expect_str_eq(netshare_rule_string(rule, (netshare_rule_string_key)key), expected[key],
                         "key %d", key);
    }
    cr_expect_eq(rule->query_length, 21, "the query is kept beyond its NUL");
    cr_expect_arr_eq(rule->strings[NETSHARE_RULE_QUERY], "any where a == \"x\0y\"\n", 22);
    release(o);
}

Test(document, all_lists_and_numbers)
{
    const struct ns_string_list expected[NS_RULE_STRINGS_KEYS] = {
        [NETSHARE_RULE_AUTHORS] = {(const char *const[]){"A", "B"}, 2},
        [NETSHARE_RULE_TAGS] = {(const char *const[]){"t", "t", "s"}, 3},
        [NETSHARE_RULE_INDICES] = {(const char *const[]){"i-*", "i-*", ""}, 3},
        [NETSHARE_RULE_REFERENCES] = {(const char *const[]){"http://r"}, 1},
        [NETSHARE_RULE_FALSE_POSITIVES] = {(const char *const[]){"F"}, 1},
    };
    outcome *o = read_documents(full, strlen(full));
    cr_assert_eq(o->rule_count, 1);
    const netshare_rule *rule = o->rules[0];
    for (int key = 0; key < NS_RULE_STRINGS_KEYS; key++) {
        size_t count = 0;
        const char *const *items =
            netshare_rule_strings(rule, (netshare_rule_strings_key)key, &count);
        cr_assert_eq(count, expected[key].count, "list %d", key);
        for (size_t i = 0; i < count; i++) {
            cr_expect_str_eq(items[i], expected[key].items[i]);
        }
    }
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_RISK_SCORE), 73);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_VERSION), INT64_MAX);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_MAX_SIGNALS), 5);
    cr_expect_eq(netshare_rule_severity(rule), NETSHARE_SEVERITY_CRITICAL);
    release(o);
}

static void expect_entry(const char *id, const char *name, const char *reference,
                         const char *const expected[3])
{
    cr_expect_str_eq(id, expected[0]);
    cr_expect_str_eq(name, expected[1], "%s", expected[0]);
    cr_expect_str_eq(reference, expected[2], "%s", expected[0]);
}

Test(document, all_threats)
{
    outcome *o = read_documents(full, strlen(full));
    cr_assert_eq(o->rule_count, 1);
    size_t count = 0;
    const netshare_threat *threats = netshare_rule_threats(o->rules[0], &count);
    cr_assert_eq(count, 3);
    for (size_t i = 0; i < 2; i++) {
        const netshare_tactic *tactic = &threats[i].tactic;
        cr_expect_str_eq(threats[i].framework, "MITRE ATT&CK");
        expect_entry(tactic->id, tactic->name, tactic->reference,
                     (const char *const[]){"TA1", "T one", ""});
        cr_expect_null(threats[i].techniques);
        cr_expect_eq(threats[i].technique_count, 0);
    }
    const netshare_threat *last = &threats[2];
    cr_expect_str_eq(last->framework, "Own");
    expect_entry(last->tactic.id, last->tactic.name, last->tactic.reference,
                 (const char *const[]){"TA2", "T two", "u"});
    cr_assert_eq(last->technique_count, 3);
    static const char *const techniques[][3] = {
        {"T1", "one", ""}, {"T2", "two", "v"}, {"T3", "three", ""}};
    static const char *const subtechniques[][3] = {{"T2.1", "s", "w"}, {"T2.2", "q", ""}};
    for (size_t i = 0; i < 3; i++) {
        const netshare_technique *t = &last->techniques[i];
        expect_entry(t->id, t->name, t->reference, techniques[i]);
        cr_assert_eq(t->subtechnique_count, i == 1 ? 2 : 0);
        cr_expect_eq(t->subtechniques == NULL, i != 1);
    }
    for (size_t i = 0; i < 2; i++) {
        const netshare_technique *t = &last->techniques[1].subtechniques[i];
        expect_entry(t->id, t->name, t->reference, subtechniques[i]);
        cr_expect_eq(t->subtechnique_count, 0, "nothing is below a subtechnique");
    }
    release(o);
}

Test(document, null_is_absence)
{
    static const char text[] = RULE_WITH(
        "\"description\":null,\"severity\":null,\"tags\":null,\"risk_score\":null,"
        "\"version\":null,\"max_signals\":null,\"threat\":null,\"references\":[]");
    outcome *o = read_documents(text, strlen(text));
    cr_assert_eq(o->rule_count, 1);
    const netshare_rule *rule = o->rules[0];
    size_t count = 99;
    cr_expect_null(netshare_rule_string(rule, NETSHARE_RULE_DESCRIPTION));
    cr_expect_null(netshare_rule_string(rule, NETSHARE_RULE_SEVERITY));
    cr_expect_eq(netshare_rule_severity(rule), NETSHARE_SEVERITY_UNKNOWN);
    cr_expect_null(netshare_rule_strings(rule, NETSHARE_RULE_TAGS, &count));
    cr_expect_eq(count, 0);
    cr_expect_null(netshare_rule_strings(rule, NETSHARE_RULE_REFERENCES, &count));
    cr_expect_null(netshare_rule_threats(rule, &count));
    cr_expect_eq(count, 0);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_RISK_SCORE), 0);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_VERSION), 1);
    cr_expect_eq(netshare_rule_integer(rule, NETSHARE_RULE_MAX_SIGNALS), 100);
    release(o);
}

Test(document, an_empty_list_is_absence)
{
    static const char text[] = RULE_WITH("\"threat\":[],\"tags\":[]");
    outcome *o = read_documents(text, strlen(text));
    cr_assert_eq(o->rule_count, 1);
    size_t count = 99;
    cr_expect_null(netshare_rule_threats(o->rules[0], &count));
    cr_expect_eq(count, 0);
    cr_expect_null(netshare_rule_strings(o->rules[0], NETSHARE_RULE_TAGS, &count));
    cr_expect_eq(count, 0);
    release(o);
}

/* --- refusals --- */

typedef struct refusal_row {
    const char *text;
    const char *rule_id;
    const char *path;
    const char *message;
} refusal_row;

#define BAD(members, path, message) {RULE_WITH(members), "R", path, message}
#define THREAT(members) "\"threat\":[{\"framework\":\"F\"," members "}]"
#define TACTIC "\"tactic\":{\"id\":\"a\",\"name\":\"b\"}"
#define NO_STRING "expected a string, found "
#define NO_RISK "expected a whole number from 0 to 100, found "
#define NO_COUNT "expected a whole number from 1, found "

static const refusal_row refusal_rows[] = {
    {"{\"type\":\"eql\",\"name\":\"N\",\"query\":\"Q\"}", "", "rule_id", NO_STRING "nothing"},
    {"{\"type\":\"eql\",\"rule_id\":7,\"id\":\"i\",\"name\":\"N\",\"query\":\"Q\"}", "", "rule_id",
     NO_STRING "a number"},
    {"{\"type\":\"eql\",\"id\":[],\"name\":\"N\",\"query\":\"Q\"}", "", "id", NO_STRING "an array"},
    {"{\"type\":\"eql\",\"rule_id\":\"\",\"name\":\"N\",\"query\":\"Q\"}", "", "rule_id",
     "expected a text, found an empty one"},
    {"{\"type\":\"eql\",\"rule_id\":\"R\",\"query\":\"Q\"}", "R", "name", NO_STRING "nothing"},
    {"{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"\",\"query\":\"Q\"}", "R", "name",
     "expected a text, found an empty one"},
    {"{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\"}", "R", "query", NO_STRING "nothing"},
    {"{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\",\"query\":null}", "R", "query",
     NO_STRING "nothing"},
    {"{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\",\"query\":\"\"}", "R", "query",
     "expected a text, found an empty one"},
    {"{\"type\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\",\"query\":{}}", "R", "query",
     NO_STRING "an object"},
    {"{\"type\":true,\"language\":\"eql\",\"rule_id\":\"R\",\"name\":\"N\",\"query\":\"Q\"}", "R",
     "type", NO_STRING "a boolean"},
    {"{\"attributes\":" RULE_WITH("\"risk_score\":101") "}", "R", "attributes.risk_score",
     NO_RISK "101"},
    {"{\"attributes\":" RULE_WITH("\"tags\":[5]") "}", "R", "attributes.tags[0]",
     NO_STRING "a number"},
    BAD("\"language\":\"kuery\"", "language", "expected eql, found kuery"),
    BAD("\"description\":1.5", "description", NO_STRING "a number"),
    BAD("\"interval\":5", "interval", NO_STRING "a number"),
    BAD("\"from\":false", "from", NO_STRING "a boolean"),
    BAD("\"to\":{}", "to", NO_STRING "an object"),
    BAD("\"license\":[]", "license", NO_STRING "an array"),
    BAD("\"timestamp_override\":1", "timestamp_override", NO_STRING "a number"),
    BAD("\"setup\":1", "setup", NO_STRING "a number"),
    BAD("\"note\":\"a\\u0000b\"", "note", "expected a text, found one with a NUL character"),
    BAD("\"event_category_override\":1", "event_category_override", NO_STRING "a number"),
    BAD("\"building_block_type\":1", "building_block_type", NO_STRING "a number"),
    BAD("\"severity\":3", "severity", NO_STRING "a number"),
    BAD("\"severity\":\"High\"", "severity",
        "expected low, medium, high or critical, found High"),
    BAD("\"tags\":\"t\"", "tags", "expected an array of strings, found a string"),
    BAD("\"tags\":[\"t\",null]", "tags[1]", NO_STRING "nothing"),
    BAD("\"author\":[\"t\",[]]", "author[1]", NO_STRING "an array"),
    BAD("\"index\":{}", "index", "expected an array of strings, found an object"),
    BAD("\"references\":[\"\\u0000\"]", "references[0]",
        "expected a text, found one with a NUL character"),
    BAD("\"false_positives\":[1]", "false_positives[0]", NO_STRING "a number"),
    BAD("\"risk_score\":-1", "risk_score", NO_RISK "-1"),
    BAD("\"risk_score\":101", "risk_score", NO_RISK "101"),
    BAD("\"risk_score\":\"47\"", "risk_score", NO_RISK "a string"),
    BAD("\"risk_score\":47.5", "risk_score", NO_RISK "a fraction or a number too large"),
    BAD("\"risk_score\":-47.5", "risk_score", NO_RISK "a fraction or a number too large"),
    BAD("\"risk_score\":1e300", "risk_score", NO_RISK "a fraction or a number too large"),
    BAD("\"risk_score\":-9223372036854775808.0", "risk_score",
        NO_RISK "a fraction or a number too large"),
    BAD("\"version\":0", "version", NO_COUNT "0"),
    BAD("\"version\":9223372036854775808", "version", NO_COUNT "a fraction or a number too large"),
    BAD("\"version\":18446744073709551617", "version", NULL),
    BAD("\"version\":-9223372036854775809", "version", NULL),
    BAD("\"version\":9223372036854775808.0", "version",
        NO_COUNT "a fraction or a number too large"),
    BAD("\"max_signals\":0", "max_signals", NO_COUNT "0"),
    BAD("\"max_signals\":true", "max_signals", NO_COUNT "a boolean"),
    BAD("\"threat\":{}", "threat", "expected an array, found an object"),
    BAD("\"threat\":[null]", "threat[0]", "expected an object, found nothing"),
    BAD("\"threat\":[{" TACTIC "}]", "threat[0].framework", NO_STRING "nothing"),
    BAD("\"threat\":[{\"framework\":1," TACTIC "}]", "threat[0].framework", NO_STRING "a number"),
    BAD(THREAT("\"technique\":[]"), "threat[0].tactic", "expected an object, found nothing"),
    BAD(THREAT("\"tactic\":\"TA1\""), "threat[0].tactic", "expected an object, found a string"),
    BAD(THREAT("\"tactic\":{\"name\":\"b\"}"), "threat[0].tactic.id", NO_STRING "nothing"),
    BAD(THREAT("\"tactic\":{\"id\":5,\"name\":\"b\"}"), "threat[0].tactic.id",
        NO_STRING "a number"),
    BAD(THREAT("\"tactic\":{\"id\":\"a\"}"), "threat[0].tactic.name", NO_STRING "nothing"),
    BAD(THREAT("\"tactic\":{\"id\":\"a\",\"name\":\"b\",\"reference\":[]}"),
        "threat[0].tactic.reference", NO_STRING "an array"),
    BAD(THREAT(TACTIC ",\"technique\":{}"), "threat[0].technique",
        "expected an array, found an object"),
    BAD(THREAT(TACTIC ",\"technique\":[\"T1\"]"), "threat[0].technique[0]",
        "expected an object, found a string"),
    BAD("\"threat\":[{\"framework\":\"F\"," TACTIC "},{\"framework\":\"F\"," TACTIC
        ",\"technique\":[{\"id\":\"a\",\"name\":\"b\"},{\"id\":\"a\"}]}]",
        "threat[1].technique[1].name", NO_STRING "nothing"),
    BAD(THREAT(TACTIC ",\"technique\":[{\"id\":\"a\",\"name\":\"b\",\"subtechnique\":1}]"),
        "threat[0].technique[0].subtechnique", "expected an array, found a number"),
    BAD(THREAT(TACTIC ",\"technique\":[{\"id\":\"a\",\"name\":\"b\",\"subtechnique\":"
               "[{\"id\":\"c\",\"name\":\"d\"},{\"name\":\"d\"}]}]"),
        "threat[0].technique[0].subtechnique[1].id", NO_STRING "nothing"),
    {"[3]", "", "[0]", "expected an object, a rule document, found a number"},
    {"[[]]", "", "[0]", "expected an object, a rule document, found an array"},
};

static void expect_refusal(const netshare_error *error, const refusal_row *row)
{
    cr_expect_eq(error->status, NETSHARE_ERROR_DOCUMENT);
    cr_expect_str_eq(error->rule_id, row->rule_id, "%s", row->text);
    cr_expect_str_eq(error->path, row->path, "%s", row->text);
    cr_expect(row->message == NULL || strcmp(error->message, row->message) == 0,
              "%s\n  expected: %s\n  got: %s", row->text, row->message, error->message);
    cr_expect_eq(error->offset, NETSHARE_NO_OFFSET);
    cr_expect_eq(error->line, 0);
}

/* Alone, and between two good ones, which load all the same. */
Test(document, refusals)
{
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        const refusal_row *row = &refusal_rows[i];
        outcome *alone = read_documents(row->text, strlen(row->text));
        cr_assert_str_eq(alone->letters, "x", "%s: %s", row->text, alone->letters);
        expect_refusal(&alone->refused[0], row);
        release(alone);
        char text[1024];
        snprintf(text, sizeof text, RULE("a") "\n%s\n" RULE("b") "\n", row->text);
        outcome *o = read_documents(text, strlen(text));
        cr_assert_str_eq(o->letters, "rxr", "%s: %s", row->text, o->letters);
        expect_refusal(&o->refused[0], row);
        release(o);
    }
}

/* --- memory --- */

Test(document, every_allocation_fails)
{
    static const char filler[] = "\",\"note\":\"0123456789012345678901234567890123456789";
    char text[8192];
    size_t used = (size_t)snprintf(text, sizeof text, "[%s,{\"type\":\"eql\"},", full);
    used += (size_t)snprintf(text + used, sizeof text - used,
                             "{\"type\":\"eql\",\"rule_id\":\"b\",\"name\":\"N\",\"query\":\"");
    memset(text + used, 'q', 3000);
    used += 3000;
    snprintf(text + used, sizeof text - used, "%s\"}]", filler);
    size_t failures = 0;
    for (size_t fail_at = 1;; fail_at++) {
        test_memory memory = {.fail_at = fail_at};
        netshare_allocator allocator = test_allocator(&memory);
        outcome *o = calloc(1, sizeof *o);
        cr_assert_not_null(o);
        read_text(o, text, strlen(text), &allocator);
        bool failed = memory.calls >= fail_at;
        netshare_status status = o->status;
        cr_expect_eq(status, failed ? NETSHARE_ERROR_NO_MEMORY : NETSHARE_OK, "allocation %zu",
                     fail_at);
        cr_expect(!failed || o->error.status == NETSHARE_ERROR_NO_MEMORY);
        cr_expect(failed || strcmp(o->letters, "rxr") == 0, "%s", o->letters);
        release(o);
        cr_expect_eq(memory.live, 0, "allocation %zu leaks", fail_at);
        if (!failed) {
            break;
        }
        failures++;
    }
    cr_expect_gt(failures, 4);
}

/* --- files --- */

static void expect_same_string(const char *a, const char *b)
{
    cr_expect((a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0), "%s / %s",
              a ? a : "(none)", b ? b : "(none)");
}

static void expect_same_techniques(const netshare_technique *a, size_t a_count,
                                   const netshare_technique *b, size_t b_count)
{
    cr_assert_eq(a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        expect_same_string(a[i].id, b[i].id);
        expect_same_string(a[i].name, b[i].name);
        expect_same_string(a[i].reference, b[i].reference);
        expect_same_techniques(a[i].subtechniques, a[i].subtechnique_count, b[i].subtechniques,
                               b[i].subtechnique_count);
    }
}

static void expect_same_threats(const netshare_rule *a, const netshare_rule *b)
{
    cr_assert_eq(a->threat_count, b->threat_count);
    for (size_t i = 0; i < a->threat_count; i++) {
        const netshare_threat *x = &a->threats[i], *y = &b->threats[i];
        expect_same_string(x->framework, y->framework);
        expect_same_string(x->tactic.id, y->tactic.id);
        expect_same_string(x->tactic.name, y->tactic.name);
        expect_same_string(x->tactic.reference, y->tactic.reference);
        expect_same_techniques(x->techniques, x->technique_count, y->techniques,
                               y->technique_count);
    }
}

/* The generator at build time and the loader at run time must agree. */
Test(document, builtin_rule_as_the_loader_reads_it)
{
    size_t length = 0;
    char *path = test_source_path("data/rules/mounting_hidden_or_webdav_remote_shares.json");
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    outcome *o = read_documents(text, length);
    cr_assert_str_eq(o->letters, "r", "%s: %s", o->refused[0].path, o->refused[0].message);
    const netshare_rule *a = o->rules[0], *b = &ns_builtin_rule;
    for (size_t i = 0; i < NS_RULE_STRING_KEYS; i++) {
        expect_same_string(a->strings[i], b->strings[i]);
    }
    for (size_t i = 0; i < NS_RULE_STRINGS_KEYS; i++) {
        cr_assert_eq(a->lists[i].count, b->lists[i].count);
        for (size_t j = 0; j < a->lists[i].count; j++) {
            expect_same_string(a->lists[i].items[j], b->lists[i].items[j]);
        }
    }
    for (size_t i = 0; i < NS_RULE_INTEGER_KEYS; i++) {
        cr_expect_eq(a->integers[i], b->integers[i]);
    }
    cr_expect_eq(a->severity, b->severity);
    cr_expect_eq(a->query_length, b->query_length);
    expect_same_threats(a, b);
    release(o);
    free(text);
    free(path);
}

Test(document, elastics_rules)
{
    size_t length = 0;
    char *path = test_conformance_path("detection-rules/rules.ndjson");
    if (path == NULL) {
        cr_skip_test("no detection-rules/rules.ndjson: set NETSHARE_CONFORMANCE_DIR");
    }
    char *text = test_read_file(path, &length);
    cr_assert_not_null(text);
    outcome *o = read_documents(text, length);
    cr_expect_eq(o->status, NETSHARE_OK);
    cr_expect_eq(o->rule_count, 530, "%zu rules", o->rule_count);
    cr_expect_eq(o->refused_count, 0, "%s %s: %s", o->refused[0].rule_id, o->refused[0].path,
                 o->refused[0].message);
    cr_expect_eq(o->skipped_count, 0);
    release(o);
    free(text);
    free(path);
}
