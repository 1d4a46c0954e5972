/* SPDX-License-Identifier: Apache-2.0 */
/* Dictionaries of an interpreter that is a fake, and what its JSON would give. */
#include "fake_python.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A query with all that matching dictionaries and JSON needs. */
struct kit {
    netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_python_event *event;
    netshare_event *json;
};

static void expect_nothing_left(void)
{
    cr_expect_eq(fake_live(), 0, "%zu objects are left", fake_live());
}

static struct kit new_kit(const char *query)
{
    struct kit kit = {.matcher = test_compile(query, 0, NULL)};
    kit.scratch = netshare_scratch_new(kit.matcher, NULL);
    kit.event = netshare_python_event_new(kit.matcher, &fake_python, NULL);
    kit.json = netshare_event_new(kit.matcher, NULL);
    cr_assert(kit.scratch && kit.event && kit.json);
    return kit;
}

static void free_kit(struct kit *kit)
{
    netshare_event_free(kit->json);
    netshare_python_event_free(kit->event);
    netshare_scratch_free(kit->scratch);
    netshare_matcher_unref(kit->matcher);
}

TestSuite(python_event, .fini = expect_nothing_left);

static netshare_status match(const struct kit *kit, void *object, netshare_result *result)
{
    size_t before = fake_live();
    netshare_status status = netshare_match_python(kit->matcher, kit->scratch, kit->event, object,
                                                   NETSHARE_DETAIL_RULES, result);
    cr_expect_eq(fake_live(), before);
    cr_expect_not(fake_has_error());
    return status;
}

static netshare_status match_text(const struct kit *kit, const char *text,
                                  netshare_result *result)
{
    void *object = fake_parse(text);
    netshare_status status = match(kit, object, result);
    fake_unref(object);
    return status;
}

static bool json_matches(const struct kit *kit, const char *text)
{
    netshare_result result;
    cr_assert_eq(netshare_match_json(kit->matcher, kit->scratch, kit->json, text, strlen(text),
                                     NETSHARE_DETAIL_RULES, &result, NULL), NETSHARE_OK);
    return result.matched;
}

/* --- Verdicts ------------------------------------------------------------------------- */

struct row {
    const char *query;
    const char *event;
    bool verdict;
};

static const struct row rows[] = {
    {"any where a == \"x\"", "{\"a\":\"x\"}", true},
    {"any where a == \"x\"", "{\"a\":\"y\"}", false},
    {"any where a == \"x\"", "{}", false},
    {"any where a.b.c == \"x\"", "{\"a\":{\"b\":{\"c\":\"x\"}}}", true},
    {"any where a.b.c == \"x\"", "{\"a.b.c\":\"x\"}", true},
    {"any where a.b.c == \"x\"", "{\"a.b\":{\"c\":\"x\"}}", true},
    {"any where a.b.c == \"x\"", "{\"a\":{\"b.c\":\"x\"}}", true},
    {"any where a.b.c == \"x\"", "{\"b\":{\"c\":\"x\"}}", false},
    {"any where a.b.c == \"x\"", "{\"a.b.c.d\":\"x\"}", false},
    /* A field written in several ways has the values of all. */
    {"any where a.b == \"x\"", "{\"a\":{\"b\":\"y\"},\"a.b\":\"x\"}", true},
    {"any where a.b == \"x\"", "{\"a.b\":\"y\",\"a\":{\"b\":\"x\"}}", true},
    {"any where a.b.c == \"x\" and a.b.c == \"y\" and a.b.c == \"z\" and a.b.c == \"w\"",
     "{\"a\":{\"b\":{\"c\":\"x\"},\"b.c\":\"y\"},\"a.b\":{\"c\":\"z\"},\"a.b.c\":\"w\"}", true},
    /* Lists, of values and of dictionaries. */
    {"any where a == \"y\"", "{\"a\":[\"x\",\"y\"]}", true},
    {"any where a == \"y\"", "{\"a\":[]}", false},
    {"any where a.b == \"y\"", "{\"a\":[{\"b\":\"x\"},{\"b\":[\"z\",\"y\"]},5,null]}", true},
    {"any where a.b.c == \"y\"", "{\"a\":[{\"b\":[{\"c\":\"x\"},{\"c\":\"y\"}]}]}", true},
    /* A place may be a field and hold others. */
    {"any where a == 1 and a.b == 2", "{\"a\":[1,{\"b\":2}]}", true},
    {"any where a == 1 and a.b == 2", "{\"a\":{\"b\":2}}", false},
    {"any where a == 1", "{\"a\":{\"a\":1}}", false},
    {"any where a.b == 1", "{\"a\":1}", false},
    {"any where a.b == 1", "{\"a\":\"b\"}", false},
    /* Types. */
    {"any where a == 9223372036854775807", "{\"a\":9223372036854775807}", true},
    {"any where a == -3", "{\"a\":-3}", true},
    {"any where a == 2.5", "{\"a\":2.5}", true},
    {"any where a == 2", "{\"a\":2.0}", true},
    {"any where a == true", "{\"a\":true}", true},
    {"any where a == true", "{\"a\":false}", false},
    {"any where a == false", "{\"a\":false}", true},
    {"any where a == null", "{\"a\":null}", true},
    {"any where a != null", "{\"a\":[null,\"\"]}", true},
    {"any where a == \"\"", "{\"a\":\"\"}", true},
    /* Expressions ask again. */
    {"any where concat(a, b.c) == \"xz\"", "{\"a\":[\"w\",\"x\"],\"b\":{\"c\":[\"y\",\"z\"]}}",
     true},
    /* Those that no dictionary nests in this way. */
    {"any where `a.` == 1", "{\"a\":{\"\":1}}", true},
    {"any where `.a` == 1", "{\"\":{\"a\":1}}", true},
    {"any where `.a` == 1", "{\".a\":1}", true},
    {"any where `a..b` == 1 and a == 2", "{\"a\":[2,{\".b\":1}]}", true},
    {"process where a.b == 1", "{\"event\":{\"category\":\"process\"},\"a.b\":1}", true},
};

Test(python_event, verdicts_are_those_on_json)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct kit kit = new_kit(rows[i].query);
        netshare_result result;
        for (int time = 0; time < 2; time++) {
            cr_assert_eq(match_text(&kit, rows[i].event, &result), NETSHARE_OK, "%s on %s",
                         rows[i].query, rows[i].event);
            cr_expect_eq(result.matched, rows[i].verdict, "%s on %s", rows[i].query,
                         rows[i].event);
            cr_expect_eq(json_matches(&kit, rows[i].event), rows[i].verdict, "%s on %s as JSON",
                         rows[i].query, rows[i].event);
        }
        free_kit(&kit);
    }
}

Test(python_event, an_event_leaves_nothing_to_the_next)
{
    struct kit kit = new_kit("any where a.b == \"x\" and c == 1");
    netshare_result result;
    cr_assert_eq(match_text(&kit, "{\"a\":{\"b\":\"x\"},\"c\":1}", &result), NETSHARE_OK);
    cr_expect(result.matched);
    cr_expect_eq(result.match_count, 1);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(match_text(&kit, i == 1 ? "{\"a\":{\"b\":!}}" : "{\"c\":1}", &result),
                     i == 1 ? NETSHARE_ERROR_UNSUPPORTED : NETSHARE_OK);
        cr_expect_not(result.matched);
    }
    free_kit(&kit);
}

Test(python_event, clauses_of_a_match)
{
    struct kit kit = new_kit("any where a.b == \"x\" or c == 1");
    void *object = fake_parse("{\"a\":[{\"b\":[\"y\",\"x\"]}]}");
    netshare_result result;
    cr_assert_eq(netshare_match_python(kit.matcher, kit.scratch, kit.event, object,
                                       NETSHARE_DETAIL_CLAUSES, &result), NETSHARE_OK);
    fake_unref(object);
    netshare_clause clause;
    cr_assert_eq(netshare_result_clauses(kit.scratch, 0, &clause, 1), 1);
    cr_expect_eq(clause.value_index, 1);
    free_kit(&kit);
}

/* --- What is no plain dictionary ------------------------------------------------------ */

static const char *const odd_events[] = {
    "!", "[]", "\"a\"", "null", "5",
    "{\"a\":!}", "{\"a\":{\"b\":!}}", "{\"a.b\":!}", "{\"a\":[1,!]}", "{\"a\":{\"b\":[!]}}",
    "{\"a\":{\"b\":[[1]]}}", "{\"a\":[[{\"b\":1}]]}", "{\"a\":{\"b\":~}}", "{\"a\":{\"b\":^}}",
    "{\"a\":{\"b\":[\"x\",~]}}", "{\"_source\":{\"a.b\":1},\"_id\":1}", "{\"_source\":1}",
};

Test(python_event, what_is_not_plain_is_refused)
{
    struct kit kit = new_kit("any where not a.b == 1");
    for (size_t i = 0; i < COUNT(odd_events); i++) {
        netshare_result result;
        cr_expect_eq(match_text(&kit, odd_events[i], &result), NETSHARE_ERROR_UNSUPPORTED, "%s",
                     odd_events[i]);
        cr_expect_not(result.matched, "%s", odd_events[i]);
        cr_expect_eq(result.match_count, 0);
    }
    free_kit(&kit);
}

Test(python_event, what_is_not_looked_at_may_be_anything)
{
    struct kit kit = new_kit("any where a == 1 and b.c == 2");
    netshare_result result;
    cr_expect_eq(match_text(&kit, "{\"a\":0,\"b\":!,\"d\":!,\"e\":[[~]]}", &result), NETSHARE_OK);
    cr_expect_eq(match_text(&kit, "{\"a\":[1,{\"x\":!}],\"b\":{\"c\":2,\"d\":!}}", &result),
                 NETSHARE_OK);
    cr_expect(result.matched);
    cr_expect_eq(match_text(&kit, "{\"a\":1,\"b\":[~,^,{\"c\":2}]}", &result), NETSHARE_OK);
    cr_expect(result.matched, "only values of fields are read");
    cr_expect_eq(match_text(&kit, "{\"a\":1,\"b\":!}", &result), NETSHARE_ERROR_UNSUPPORTED);
    free_kit(&kit);
}

/* There is no end to the ways down, but the field has one; and so has patience. */
Test(python_event, a_dictionary_may_contain_itself)
{
    struct kit kit = new_kit("any where a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a == 1");
    void *dict = fake_parse("{\"b\":[]}");
    fake_put(dict, "a", dict);
    netshare_result result;
    cr_expect_eq(match(&kit, dict, &result), NETSHARE_OK);
    cr_expect_not(result.matched);
    void *list = fake_parse("[{},{},{},{},{},{},{},{}]");
    for (int i = 0; i < 8; i++)
        fake_put(fake_item(list, (const char[]){(char)('0' + i), '\0'}), "a", list);
    fake_put(dict, "a.a", list);
    cr_expect_eq(match(&kit, dict, &result), NETSHARE_ERROR_UNSUPPORTED);
    fake_clear(list);
    fake_clear(dict);
    fake_unref(list);
    fake_unref(dict);
    free_kit(&kit);
}

static void expect_no_event(const char *query, netshare_status status)
{
    netshare_matcher *matcher = test_compile(query, 0, NULL);
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_null(netshare_python_event_new(matcher, &fake_python, &error), "%s", query);
    cr_expect_eq(error.status, status, "%s", query);
    cr_expect_null(netshare_python_event_new(matcher, &fake_python, NULL));
    netshare_matcher_unref(matcher);
    expect_nothing_left();
    cr_expect_not(fake_has_error());
}

Test(python_event, fields_that_are_not_looked_up)
{
    static const char *const names[] = {
        "a.`1`", "`-1`.a", "a.`true`.b", "`false`", "a.`null`", "`NaN`", "`-Infinity`",
        "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"};
    static const char *const plain[] = {
        "a1", "`-a`", "`-`", "truth", "NaNs", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"};
    char query[100];
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(query, sizeof query, "any where b == 2 and %s == 1", names[i]);
        expect_no_event(query, NETSHARE_ERROR_UNSUPPORTED);
    }
    for (size_t i = 0; i < COUNT(plain); i++) {
        snprintf(query, sizeof query, "any where %s == 1", plain[i]);
        struct kit kit = new_kit(query);
        free_kit(&kit);
    }
}

/* --- Code that runs in a lookup ------------------------------------------------------- */

struct trick {
    struct kit *kit;
    void *container;
    size_t wait; /* lookups until it is done */
};

static bool clear_container(void *user)
{
    struct trick *trick = user;
    if (trick->wait-- == 0)
        fake_clear(trick->container);
    return true;
}

/* Whatever goes away in the middle, what was read stays readable. */
Test(python_event, lookups_may_change_the_dictionary)
{
    static const char text[] = "{\"a\":{\"b\":[\"x\",\"y\"],\"c\":[{\"d\":\"z\"},{\"d\":\"w\"}]}}";
    static const char *const paths[][2] = {{NULL, NULL}, {"a", NULL}, {"a", "b"}, {"a", "c"}};
    struct kit kit = new_kit("any where concat(a.b, a.c.d, a.e, a.c.d) == \"xz\" or a.b == \"q\"");
    for (size_t path = 0; path < COUNT(paths); path++) {
        for (size_t wait = 0; wait < 20; wait++) {
            void *object = fake_parse(text), *container = object;
            for (int i = 0; i < 2 && paths[path][i]; i++)
                container = fake_item(container, paths[path][i]);
            struct trick trick = {&kit, container, wait};
            fake_plan.before_lookup = clear_container;
            fake_plan.user = &trick;
            netshare_result result;
            netshare_match_python(kit.matcher, kit.scratch, kit.event, object,
                                  NETSHARE_DETAIL_RULES, &result);
            fake_plan.before_lookup = NULL;
            fake_unref(object);
        }
    }
    free_kit(&kit);
}

static bool match_again(void *user)
{
    struct trick *trick = user;
    netshare_result result;
    trick->wait++;
    cr_expect_eq(netshare_match_python(trick->kit->matcher, trick->kit->scratch, trick->kit->event,
                                       trick->container, NETSHARE_DETAIL_RULES, &result),
                 NETSHARE_ERROR_UNSUPPORTED);
    return true;
}

Test(python_event, a_call_inside_a_call_is_refused)
{
    struct kit kit = new_kit("any where a == 1");
    void *object = fake_parse("{\"a\":1}");
    struct trick trick = {&kit, object, 0};
    fake_plan.before_lookup = match_again;
    fake_plan.user = &trick;
    netshare_result result;
    cr_expect_eq(match(&kit, object, &result), NETSHARE_OK);
    cr_expect(result.matched);
    cr_expect_gt(trick.wait, 1);
    fake_plan.before_lookup = NULL;
    fake_unref(object);
    free_kit(&kit);
}

static bool fail_in_the_end(void *user)
{
    struct trick *trick = user;
    return trick->wait-- > 0;
}

Test(python_event, a_lookup_that_fails_is_refused)
{
    struct kit kit = new_kit("any where not a.b == 1");
    void *object = fake_parse("{\"a\":{\"c\":1}}");
    for (size_t wait = 0; wait < 5; wait++) {
        struct trick trick = {&kit, object, wait};
        fake_plan.before_lookup = fail_in_the_end;
        fake_plan.user = &trick;
        netshare_result result;
        /* Lookups: of _source, of a and a.b in the whole, of b in a. */
        cr_expect_eq(match(&kit, object, &result),
                     wait < 4 ? NETSHARE_ERROR_UNSUPPORTED : NETSHARE_OK, "%zu", wait);
        cr_expect_eq(result.matched, wait >= 4);
    }
    fake_plan.before_lookup = NULL;
    fake_unref(object);
    free_kit(&kit);
}

/* --- Calls ---------------------------------------------------------------------------- */

/* As an object of ctypes: what it stands for is behind the third word. */
struct holder {
    size_t references;
    const void *type;
    netshare_python_call *call;
};

static void expect_answer(const struct kit *kit, const char *event, const char *answer)
{
    netshare_python_call call = {kit->matcher, kit->scratch, kit->event, NULL};
    struct holder holder = {1, NULL, &call};
    void *object = fake_parse(event), *expected = fake_parse(answer);
    void *found = netshare_python_matches(&holder, object);
    cr_expect_eq(found, expected, "%s", event);
    fake_unref(found);
    fake_unref(expected);
    fake_unref(object);
    cr_expect_not(fake_has_error());
}

Test(python_event, the_function_of_python)
{
    struct kit kit = new_kit("any where a == 1");
    expect_answer(&kit, "{\"a\":1}", "true");
    expect_answer(&kit, "{\"a\":2}", "false");
    expect_answer(&kit, "{\"a\":!}", "null");
    expect_answer(&kit, "[]", "null");
    free_kit(&kit);
}

static void *no_match(const struct kit *kit, const char *event)
{
    netshare_python_call call = {kit->matcher, kit->scratch, kit->event,
                                 (void *)(uintptr_t)fake_python.list_type};
    struct holder holder = {1, NULL, &call};
    void *object = fake_parse(event);
    void *list = netshare_python_no_match(&holder, object);
    fake_unref(object);
    return list;
}

static void expect_none(const struct kit *kit, const char *event)
{
    void *found = no_match(kit, event);
    cr_expect_eq(found, fake_python.none, "%s", event);
    fake_unref(found);
    cr_expect_not(fake_has_error());
}

static void expect_empty(void *list)
{
    cr_assert_not_null(list);
    cr_expect_eq(((void **)list)[1], fake_python.list_type);
    cr_expect_eq(fake_python.list_size(list), 0);
    cr_expect_not(fake_has_error());
}

Test(python_event, an_empty_list_when_nothing_matches)
{
    struct kit kit = new_kit("any where a == 1");
    void *list = no_match(&kit, "{\"a\":2}");
    expect_empty(list);
    expect_none(&kit, "{\"a\":1}");
    expect_none(&kit, "{\"a\":!}");
    expect_none(&kit, "[]");
    fake_unref(list);
    free_kit(&kit);
}

Test(python_event, a_list_that_nobody_has_is_given_out_again)
{
    struct kit kit = new_kit("any where a == 1");
    void *first = no_match(&kit, "{}");
    fake_unref(first);
    void *second = no_match(&kit, "{}");
    expect_empty(second);
    cr_expect_eq(second, first);
    fake_unref(second);
    free_kit(&kit);
}

/* It may be the one that was given out last, but only if nobody can tell. */
Test(python_event, a_list_that_somebody_has_is_not_given_out_again)
{
    struct kit kit = new_kit("any where a == 1");
    void *first = no_match(&kit, "{}"), *second = no_match(&kit, "{}"), *none = fake_parse("{}");
    expect_empty(first);
    expect_empty(second);
    cr_expect_neq(first, second);
    fake_unref(first);
    fake_append(second, none);
    fake_unref(second); /* with what is in it */
    fake_unref(none);
    size_t before = fake_live();
    void *third = no_match(&kit, "{}");
    expect_empty(third);
    cr_expect_eq(fake_live(), before - 1, "what is in a list that was changed goes away");
    fake_unref(third);
    free_kit(&kit);
}

static bool call_again(void *user)
{
    struct trick *trick = user;
    if (trick->wait-- > 0)
        expect_empty(trick->container = no_match(trick->kit, "{}"));
    return true;
}

Test(python_event, making_a_list_may_run_code_that_makes_one)
{
    struct kit kit = new_kit("any where a == 1");
    struct trick trick = {&kit, NULL, 1};
    void *first = no_match(&kit, "{}");
    fake_plan.before_list = call_again;
    fake_plan.user = &trick;
    void *outer = no_match(&kit, "{}");
    fake_plan.before_list = NULL;
    expect_empty(first);
    expect_empty(outer);
    expect_empty(trick.container);
    cr_expect(outer != trick.container && outer != first && first != trick.container);
    fake_unref(first);
    fake_unref(outer);
    fake_unref(trick.container);
    free_kit(&kit);
}

static bool no_memory(void *user)
{
    (void)user;
    return false;
}

Test(python_event, a_list_that_cannot_be_made)
{
    struct kit kit = new_kit("any where a == 1");
    fake_plan.before_list = no_memory;
    cr_expect_null(no_match(&kit, "{}"));
    cr_expect(fake_has_error());
    fake_python.error_clear();
    expect_none(&kit, "{\"a\":1}");
    fake_plan.before_list = NULL;
    free_kit(&kit);
}

/* A rule that gives up: 5 fields of 17 values have more than a million combinations. */
Test(python_event, undecided_is_no_answer)
{
    char text[2000] = "{", list[200] = "";
    for (int i = 0; i < 17; i++)
        sprintf(list + strlen(list), "%s%d", i ? "," : "", i);
    for (int i = 0; i < 5; i++)
        sprintf(text + strlen(text), "%s\"%c\":[%s]", i ? "," : "", 'a' + i, list);
    strcat(text, "}");
    struct kit kit = new_kit("any where a + b + c + d + e == 1000");
    netshare_result result;
    cr_expect_eq(match_text(&kit, text, &result), NETSHARE_ERROR_LIMIT);
    expect_answer(&kit, text, "null");
    expect_none(&kit, text);
    free_kit(&kit);
    kit = new_kit("any where a + b + c + d + e == 1000 or a == 3");
    expect_answer(&kit, text, "true");
    free_kit(&kit);
}

Test(python_event, arguments)
{
    struct kit kit = new_kit("any where a == 1"), other = new_kit("any where a == 1");
    void *object = fake_parse("{\"a\":1}");
    netshare_result result = {.matched = true};
    cr_expect_eq(netshare_match_python(kit.matcher, kit.scratch, NULL, object, 0, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_not(result.matched);
    cr_expect_eq(netshare_match_python(NULL, kit.scratch, kit.event, object, 0, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match_python(kit.matcher, NULL, kit.event, object, 0, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match_python(kit.matcher, other.scratch, kit.event, object, 0, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match_python(kit.matcher, kit.scratch, other.event, object, 0, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match_python(kit.matcher, kit.scratch, kit.event, NULL, 0, &result),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(netshare_match_python(kit.matcher, kit.scratch, kit.event, object, 0, NULL),
                 NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_eq(match(&kit, object, &result), NETSHARE_OK);
    netshare_python_event_free(NULL);
    fake_unref(object);
    free_kit(&other);
    free_kit(&kit);
}

Test(python_event, an_interpreter_must_be_whole)
{
    struct kit kit = new_kit("any where a == 1");
    netshare_error error = {.status = NETSHARE_OK};
    cr_expect_null(netshare_python_event_new(NULL, &fake_python, &error));
    cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    cr_expect_null(netshare_python_event_new(kit.matcher, NULL, NULL));
    for (size_t at = 0; at < sizeof fake_python; at += sizeof(void *)) {
        netshare_python lacking = fake_python;
        memset((char *)&lacking + at, 0, sizeof(void *));
        error.status = NETSHARE_OK;
        cr_expect_null(netshare_python_event_new(kit.matcher, &lacking, &error), "word %zu", at);
        cr_expect_eq(error.status, NETSHARE_ERROR_INVALID_ARGUMENT);
    }
    free_kit(&kit);
}

Test(python_event, keys_that_cannot_be_made)
{
    for (size_t strings = 0; strings < 4; strings++) {
        fake_plan.new_strings = strings; /* _source; a; b in a, and a.b */
        expect_no_event("any where a.b == 1", NETSHARE_ERROR_NO_MEMORY);
    }
    fake_plan.new_strings = SIZE_MAX;
}
