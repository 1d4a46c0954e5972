/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON event as <netshare/event.h> describes it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "event/json_event.h"

/* The fields that the events of these tests are read for, by number. */
enum { NAME, PARENT, ARGS, PID, HOST, AB, FIELDS };
static const char *const FIELD_NAMES[FIELDS] = {
    "process.name", "process.parent.name", "process.args", "process.pid", "host", "a.b",
};

/* An allocator that counts what is alive and can be told to fail. */
struct meter {
    long alive;
    long left; /* calls until failure; negative for never */
};

static bool may_go_on(struct meter *meter)
{
    if (meter->left == 0)
        return false;
    if (meter->left > 0)
        meter->left--;
    return true;
}

static void *meter_allocate(void *user, size_t size)
{
    struct meter *meter = user;
    if (!may_go_on(meter))
        return NULL;
    meter->alive++;
    return malloc(size);
}

static void *meter_reallocate(void *user, void *block, size_t old_size, size_t new_size)
{
    struct meter *meter = user;
    cr_assert((block == NULL) == (old_size == 0));
    if (!may_go_on(meter))
        return NULL;
    meter->alive += block == NULL;
    return realloc(block, new_size);
}

static void meter_release(void *user, void *block)
{
    struct meter *meter = user;
    meter->alive -= block != NULL;
    free(block);
}

static struct meter meter;
static netshare_allocator allocator;
static struct ns_names fields;
static struct ns_json_event *event;
static netshare_error error;

static void set_up(void)
{
    meter = (struct meter){0, -1};
    allocator = (netshare_allocator){meter_allocate, meter_reallocate, meter_release, &meter};
    ns_names_init(&fields, &allocator);
    for (size_t i = 0; i < FIELDS; i++)
        cr_assert_eq(ns_names_add(&fields, FIELD_NAMES[i], strlen(FIELD_NAMES[i])), i);
    cr_assert_eq(ns_json_event_new(&fields, &allocator, &event, &error), NETSHARE_OK);
}

static void tear_down(void)
{
    ns_json_event_free(event);
    ns_names_free(&fields);
    cr_assert_eq(meter.alive, 0);
}

TestSuite(json_event, .init = set_up, .fini = tear_down);

static void must_parse(const char *json)
{
    netshare_status status = ns_json_event_parse(event, json, strlen(json), &error);
    cr_assert_eq(status, NETSHARE_OK, "%s: %s", json, error.message);
}

static size_t count_of(size_t field)
{
    netshare_value value;
    size_t n = 0;
    while (ns_json_event_get(event, field, n, &value))
        n++;
    return n;
}

static netshare_value value_of(size_t field, size_t index)
{
    netshare_value value;
    cr_assert(ns_json_event_get(event, field, index, &value), "%s has no value %zu",
              FIELD_NAMES[field], index);
    return value;
}

static void must_be_string(size_t field, size_t index, const char *text, size_t length)
{
    netshare_value value = value_of(field, index);
    cr_assert_eq(value.type, NETSHARE_VALUE_UTF8);
    cr_assert_eq(value.as.utf8.length, length);
    cr_assert_eq(memcmp(value.as.utf8.data, text, length), 0);
}

#define MUST_BE(field, index, literal) must_be_string(field, index, literal, sizeof(literal) - 1)

/* Nested keys, dotted keys and mixtures are the same fields. */
Test(json_event, nested_and_dotted_keys_are_the_same)
{
    static const char *const documents[] = {
        "{\"process\":{\"name\":\"net.exe\",\"parent\":{\"name\":\"cmd.exe\"}}}",
        "{\"process.name\":\"net.exe\",\"process.parent.name\":\"cmd.exe\"}",
        "{\"process\":{\"name\":\"net.exe\",\"parent.name\":\"cmd.exe\"}}",
        "{\"process.parent\":{\"name\":\"cmd.exe\"},\"process\":{\"name\":\"net.exe\"}}",
        " \t\r\n{\"process.name\":\"net.exe\",\"process\":{\"parent\":{\"name\":\"cmd.exe\"}}}\r\n ",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        must_parse(documents[i]);
        cr_assert_eq(count_of(NAME), 1);
        cr_assert_eq(count_of(PARENT), 1);
        MUST_BE(NAME, 0, "net.exe");
        MUST_BE(PARENT, 0, "cmd.exe");
    }
}

Test(json_event, one_field_written_both_ways_has_both_values)
{
    must_parse("{\"process.name\":\"a\",\"process\":{\"name\":\"b\"}}");
    cr_assert_eq(count_of(NAME), 2);
    MUST_BE(NAME, 0, "a");
    MUST_BE(NAME, 1, "b");
}

Test(json_event, arrays_objects_in_arrays_and_arrays_in_arrays_flatten)
{
    must_parse("{\"process\":{\"args\":[\"net\",[\"use\",[[]],[\"x\"]],{\"no\":1},null]}}");
    cr_assert_eq(count_of(ARGS), 4);
    MUST_BE(ARGS, 0, "net");
    MUST_BE(ARGS, 1, "use");
    MUST_BE(ARGS, 2, "x");
    cr_assert_eq(value_of(ARGS, 3).type, NETSHARE_VALUE_NULL);
    must_parse("{\"a\":[{\"b\":1},{\"c\":0},[{\"b\":[2,3]}],{\"b\":{\"c\":9}},7]}");
    cr_assert_eq(count_of(AB), 3);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(value_of(AB, (size_t)i).as.int64, i + 1);
}

/* `host` is wanted as a value; an object of that name is not one. */
Test(json_event, an_object_is_no_value_and_a_prefix_is_no_field)
{
    must_parse("{\"host\":{\"name\":\"x\"},\"process\":\"net.exe\",\"process.name.x\":1,"
               "\"process.nam\":1,\"process.names\":1,\"\":{\"process.name\":1},"
               "\"x\":{\"process\":{\"name\":1}},\"process.\":{\"name\":1}}");
    for (size_t field = 0; field < FIELDS; field++)
        cr_assert_eq(count_of(field), 0, "%s", FIELD_NAMES[field]);
    must_parse("{\"host\":\"x\"}");
    MUST_BE(HOST, 0, "x");
}

Test(json_event, absence_null_and_empty_string_differ)
{
    must_parse("{\"process\":{\"name\":null,\"args\":[],\"parent\":{\"name\":\"\"}}}");
    cr_assert_eq(count_of(NAME), 1);
    cr_assert_eq(value_of(NAME, 0).type, NETSHARE_VALUE_NULL);
    cr_assert_eq(count_of(ARGS), 0);
    cr_assert_eq(count_of(PARENT), 1);
    MUST_BE(PARENT, 0, "");
    cr_assert_eq(count_of(PID), 0);
    netshare_value value;
    cr_assert_not(ns_json_event_get(event, FIELDS, 0, &value));
    cr_assert_not(ns_json_event_get(event, SIZE_MAX, 0, &value));
}

Test(json_event, scalars_have_their_types)
{
    must_parse("{\"process.pid\":[4,-1,0,9223372036854775807,-9223372036854775808,true,false,"
               "1.5,-2e3,1e0,\"4\"]}");
    static const int64_t integers[] = {4, -1, 0, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 5; i++) {
        cr_assert_eq(value_of(PID, i).type, NETSHARE_VALUE_INT64, "%zu", i);
        cr_assert_eq(value_of(PID, i).as.int64, integers[i]);
    }
    cr_assert_eq(value_of(PID, 5).type, NETSHARE_VALUE_BOOL);
    cr_assert(value_of(PID, 5).as.boolean);
    cr_assert_not(value_of(PID, 6).as.boolean);
    static const double doubles[] = {1.5, -2000, 1};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(value_of(PID, 7 + i).type, NETSHARE_VALUE_DOUBLE);
        cr_assert_eq(value_of(PID, 7 + i).as.float64, doubles[i]);
    }
    MUST_BE(PID, 10, "4");
}

Test(json_event, integers_beyond_64_bits_are_doubles)
{
    must_parse("{\"process.pid\":[9223372036854775808,18446744073709551615,-9223372036854775809,"
               "123456789012345678901234567890,-9223372036854775808]}");
    static const double expected[] = {9223372036854775808.0, 18446744073709551615.0,
                                      -9223372036854775809.0, 123456789012345678901234567890.0};
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(value_of(PID, i).type, NETSHARE_VALUE_DOUBLE, "%zu", i);
        cr_assert_eq(value_of(PID, i).as.float64, expected[i], "%zu: %f", i,
                     value_of(PID, i).as.float64);
    }
    cr_assert_eq(value_of(PID, 4).as.int64, INT64_MIN);
    must_parse("{\"process.name\":\"x\",\"other\":99999999999999999999999}");
    MUST_BE(NAME, 0, "x");
}

Test(json_event, strings_keep_every_byte)
{
    must_parse("{\"process.args\":[\"a\\u0000b\",\"\\u00e9\\ud83d\\ude00\",\"\xff\xc0\x80z\","
               "\"\\\\\\\\host\\\\c$\",\"tab\tin\"]}");
    MUST_BE(ARGS, 0, "a\0b");
    MUST_BE(ARGS, 1, "\xc3\xa9\xf0\x9f\x98\x80");
    MUST_BE(ARGS, 2, "\xff\xc0\x80z");
    MUST_BE(ARGS, 3, "\\\\host\\c$");
    MUST_BE(ARGS, 4, "tab\tin");
}

Test(json_event, numbers_that_json_lacks)
{
    must_parse("{\"process.pid\":[NaN,Infinity,-Infinity,1e999,-1e999,-0,-0.0,1E+2,25e-1]}");
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(value_of(PID, i).type, NETSHARE_VALUE_DOUBLE, "%zu", i);
    cr_assert(isnan(value_of(PID, 0).as.float64));
    for (size_t i = 1; i < 5; i++)
        cr_assert_eq(value_of(PID, i).as.float64, i % 2 ? INFINITY : -INFINITY, "%zu", i);
    cr_assert_eq(value_of(PID, 5).type, NETSHARE_VALUE_INT64);
    cr_assert_eq(value_of(PID, 5).as.int64, 0);
    cr_assert_eq(value_of(PID, 6).type, NETSHARE_VALUE_DOUBLE);
    cr_assert(signbit(value_of(PID, 6).as.float64));
    cr_assert_eq(value_of(PID, 7).as.float64, 100);
    cr_assert_eq(value_of(PID, 8).as.float64, 2.5);
}

/* U+FFFD is one character, as the unpaired surrogate is one in UTF-16. */
Test(json_event, an_unpaired_surrogate_is_a_replacement_character)
{
    must_parse("{\"process.args\":[\"a\\ud83db\",\"\\uDE00\",\"\\ud83d\\ud83d\\uDE00\","
               "\"\\ud83d\\n\",\"\\ud83d\\u0041\",\"\\udbff\\udfff\\ud800\"]}");
    MUST_BE(ARGS, 0, "a\xef\xbf\xbd" "b");
    MUST_BE(ARGS, 1, "\xef\xbf\xbd");
    MUST_BE(ARGS, 2, "\xef\xbf\xbd\xf0\x9f\x98\x80");
    MUST_BE(ARGS, 3, "\xef\xbf\xbd\n");
    MUST_BE(ARGS, 4, "\xef\xbf\xbd" "A");
    MUST_BE(ARGS, 5, "\xf4\x8f\xbf\xbf\xef\xbf\xbd");
}

Test(json_event, every_escape)
{
    must_parse("{\"process.name\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t"
               "\\u007f\\u0080\\u07FF\\u0800\\uffff\"}");
    MUST_BE(NAME, 0, "\"\\/\b\f\n\r\t\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
    MUST_BE(NAME, 0, "\"\\/\b\f\n\r\t\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
}

Test(json_event, keys_may_be_escaped)
{
    must_parse("{\"pro\\u0063ess\":{\"n\\u0061me\":\"a\\\\b\"},"
               "\"process\\u002eparent\\u002ename\":\"p\",\"process\\\\name\":\"no\",\"\\u0068ost\\u0000\":\"no\"}");
    MUST_BE(NAME, 0, "a\\b");
    MUST_BE(PARENT, 0, "p");
    cr_assert_eq(count_of(NAME), 1);
    cr_assert_eq(count_of(HOST), 0);
}

Test(json_event, a_key_that_comes_twice_has_both_values)
{
    must_parse("{\"process\":{\"name\":\"a\",\"name\":\"b\"},\"process\":{\"name\":\"c\"}}");
    cr_assert_eq(count_of(NAME), 3);
    MUST_BE(NAME, 0, "a");
    MUST_BE(NAME, 1, "b");
    MUST_BE(NAME, 2, "c");
}

Test(json_event, a_raw_nul_byte_in_a_string_is_a_character)
{
    static const char json[] = "{\"other\":\"\0\\\"\0\",\"process.name\":\"n\0t\",\"process.pid\":7}";
    cr_assert_eq(ns_json_event_parse(event, json, sizeof json - 1, &error), NETSHARE_OK);
    MUST_BE(NAME, 0, "n\0t");
    cr_assert_eq(value_of(PID, 0).as.int64, 7);
}

Test(json_event, a_search_hit_stands_for_its_source)
{
    must_parse("{\"_index\":\"i\",\"_source\":{\"process\":{\"name\":\"in\"}},"
               "\"process.name\":\"out\"}");
    cr_assert_eq(count_of(NAME), 1);
    MUST_BE(NAME, 0, "in");
    must_parse("{\"_source\":{\"process.name\":\"in\"},\"_id\":null}");
    MUST_BE(NAME, 0, "in");
    must_parse("{\"_source\":{\"process.name\":\"in\"},\"process.name\":\"out\",\"_index\":\"i\"}");
    cr_assert_eq(count_of(NAME), 1);
    MUST_BE(NAME, 0, "in");
    must_parse("{\"process\":{\"name\":\"out\"},\"_id\":{\"x\":[]},"
               "\"_source\":{\"_id\":1,\"_source\":{\"process.name\":\"x\"},\"process\":{\"name\":\"in\"}},"
               "\"process.name\":\"out\"}");
    cr_assert_eq(count_of(NAME), 1);
    MUST_BE(NAME, 0, "in");
    must_parse("{\"_source\":{\"process.name\":\"a\"},\"_id\":1,"
               "\"_source\":{\"process.name\":\"b\"}}");
    cr_assert_eq(count_of(NAME), 2);
    must_parse("{\"_source\":{},\"_id\":1,\"process.name\":\"out\"}");
    cr_assert_eq(count_of(NAME), 0);
    /* Not hits. */
    must_parse("{\"_source\":{\"process.name\":\"in\"},\"process.name\":\"out\"}");
    MUST_BE(NAME, 0, "out");
    static const char *const others[] = {
        "{\"_index\":\"i\",\"_source\":\"x\",\"process.name\":\"out\"}",
        "{\"_index\":\"i\",\"_source\":[{\"process.name\":\"x\"}],\"process.name\":\"out\"}",
        "{\"a\":{\"_index\":1,\"_source\":{\"process.name\":\"x\"}},\"process.name\":\"out\"}",
        "{\"_source\":{\"process.name\":\"x\",\"_id\":1},\"process.name\":\"out\"}",
        "{\"_id.x\":1,\"_source\":{\"process.name\":\"x\"},\"process.name\":\"out\"}",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        must_parse(others[i]);
        cr_assert_eq(count_of(NAME), 1, "%s", others[i]);
        MUST_BE(NAME, 0, "out");
    }
}

Test(json_event, a_new_document_replaces_the_old_one)
{
    must_parse("{\"process.args\":[1,2,3],\"process.name\":\"x\"}");
    must_parse("{\"process.args\":[4]}");
    cr_assert_eq(count_of(ARGS), 1);
    cr_assert_eq(count_of(NAME), 0);
    must_parse("{}");
    cr_assert_eq(count_of(ARGS), 0);
}

struct bad {
    const char *json;
    size_t offset, line, column;
    const char *message; /* part of it */
};

Test(json_event, malformed_documents_are_refused_with_position)
{
    static const struct bad cases[] = {
        {"", 0, 1, 1, "empty"},
        {" \n ", 3, 2, 2, "empty"},
        {"x", 0, 1, 1, "not JSON"},
        {"{\"process.name\":\"x\"", 19, 1, 20, "not complete"},
        {"{\"process.name\":\"x", 18, 1, 19, "not complete"},
        {"{\"process.name\":1,}", 18, 1, 19, "not JSON"},
        {"{\n \"\xc3\xa9\": y}", 9, 2, 7, "not JSON"},
        {"{a:1}", 1, 1, 2, "double quotes"},
        {"{\"a\" 1}", 5, 1, 6, "':' was expected"},
        {"{\"a\":1 \"b\":2}", 7, 1, 8, "',' or '}' was expected"},
        {"{\"a\":[1 2]}", 8, 1, 9, "',' or ']' was expected"},
        {"{\"a\":\"\\x\"}", 7, 1, 8, "escape"},
        {"{\"a\":1} {}", 8, 1, 9, "after the end"},
        {"{\"a\":1}x", 7, 1, 8, "after the end"},
        {"[{\"process.name\":\"x\"}]", 0, 1, 1, "an array"},
        {" \"x\"", 1, 1, 2, "a string"},
        {"12", 0, 1, 1, "a number"},
        {"true", 0, 1, 1, "a boolean"},
        {"null", 0, 1, 1, "null"},
        {"{\"a\":[1,]}", 8, 1, 9, "a value was expected"},
        {"{\"a\":{\"b\":[{\"c\":[[\"\\\\\",tru]]}]}}", 26, 1, 27, "'true'"},
        {"{\"process\":{\"name\":[{\"x\":0 0}]}}", 27, 1, 28, "',' or '}' was expected"},
        {"{\"process\":{\"name\":[\"a\\n\",\"b\\p\"]}}", 29, 1, 30, "escape"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct bad *c = &cases[i];
        must_parse("{\"process.name\":\"left over\"}");
        netshare_status status = ns_json_event_parse(event, c->json, strlen(c->json), &error);
        cr_assert_eq(status, NETSHARE_ERROR_EVENT, "%s", c->json);
        cr_assert_eq(error.status, NETSHARE_ERROR_EVENT);
        cr_expect(strstr(error.message, c->message), "%s: %s", c->json, error.message);
        cr_expect_eq(error.offset, c->offset, "%s: offset %zu", c->json, error.offset);
        cr_expect_eq(error.line, c->line, "%s: line %zu", c->json, error.line);
        cr_expect_eq(error.column, c->column, "%s: column %zu", c->json, error.column);
        cr_expect_eq(count_of(NAME), 0, "%s: values are left", c->json);
    }
    cr_assert_eq(ns_json_event_parse(event, "{", 1, NULL), NETSHARE_ERROR_EVENT);
    cr_assert_eq(ns_json_event_parse(event, "{}\0", 3, &error), NETSHARE_ERROR_EVENT);
    cr_assert_eq(error.offset, 2);
    cr_assert_eq(ns_json_event_parse(event, "{\"a\":\0 1}", 9, &error), NETSHARE_ERROR_EVENT);
    cr_assert_eq(error.offset, 5);
    cr_assert(strstr(error.message, "NUL"));
    cr_assert_eq(ns_json_event_parse(event, NULL, 0, &error), NETSHARE_ERROR_EVENT);
}

/* A copy whose end is the end of a block of memory. */
static char *tight_copy(const char *text, size_t length)
{
    char *copy = malloc(length ? length : 1);
    cr_assert(copy);
    memcpy(copy, text, length);
    return copy;
}

Test(json_event, a_document_cut_anywhere_is_not_complete)
{
    static const char json[] =
        "{\"process\":{\"name\":\"C:\\\\Windows\\\\System32\\\\a much longer name than "
        "sixteen bytes, and than sixty-four too\",\"pid\":[-12.5e+3,true,false,null,NaN,-Infinity,\"\\u00e9\"]},"
        "\"other\":{\"a\":[\"\\\"\",{\"\\ud83d\\ude00\":[[]]}]},\"\\u0068ost\":\"h\"}";
    size_t length = sizeof json - 1;
    for (size_t cut = 1; cut < length; cut++) {
        char *part = tight_copy(json, cut);
        netshare_status status = ns_json_event_parse(event, part, cut, &error);
        cr_assert_eq(status, NETSHARE_ERROR_EVENT, "%zu", cut);
        cr_expect_eq(error.offset, cut, "%zu: %zu", cut, error.offset);
        cr_expect(strstr(error.message, "not complete"), "%zu: %s", cut, error.message);
        cr_expect_eq(count_of(NAME), 0);
        free(part);
    }
    char *whole = tight_copy(json, length);
    cr_assert_eq(ns_json_event_parse(event, whole, length, &error), NETSHARE_OK);
    MUST_BE(HOST, 0, "h");
    MUST_BE(PID, 6, "\xc3\xa9");
    free(whole);
}

/* --- keys that are expected --- */

/* An event that has read others must read each as one that has read none. */
static void must_be_the_same(const char *json, size_t length)
{
    struct ns_json_event *fresh;
    char *copy = tight_copy(json, length);
    cr_assert_eq(ns_json_event_new(&fields, &allocator, &fresh, NULL), NETSHARE_OK);
    netshare_status status = ns_json_event_parse(fresh, copy, length, NULL);
    cr_assert_eq(ns_json_event_parse(event, copy, length, &error), status, "%.*s", (int)length,
                 json);
    for (size_t field = 0; field < FIELDS; field++) {
        netshare_value wanted, value;
        size_t i = 0;
        for (; ns_json_event_get(fresh, field, i, &wanted); i++) {
            cr_assert(ns_json_event_get(event, field, i, &value), "%.*s", (int)length, json);
            cr_assert_eq(value.type, wanted.type);
            if (value.type == NETSHARE_VALUE_UTF8)
                cr_assert(value.as.utf8.length == wanted.as.utf8.length &&
                              memcmp(value.as.utf8.data, wanted.as.utf8.data,
                                     value.as.utf8.length) == 0,
                          "%.*s", (int)length, json);
        }
        cr_assert_not(ns_json_event_get(event, field, i, &value));
    }
    ns_json_event_free(fresh);
    free(copy);
}

/* Also with blanks behind it: where fewer than 32 bytes follow, keys are compared otherwise. */
static void must_be_as_new(const char *json, size_t length)
{
    char padded[4200];
    memcpy(padded, json, length);
    memset(padded + length, ' ', 40);
    must_be_the_same(padded, length);
    must_be_the_same(padded, length + 40);
}

/* Objects that begin alike and go on otherwise, the same keys at other places, and spellings
 * that an expected key must not be taken for. */
static const char *const shapes[] = {
    "{\"process\":{\"name\":\"a\",\"pid\":1},\"host\":\"h\",\"x\":1}",
    "{\"process\":{\"name\":\"b\",\"parent\":{\"name\":\"c\",\"pid\":2},\"pid\":3},\"host\":\"h\"}",
    "{\"process\":{\"parent\":{\"name\":\"d\"},\"name\":\"e\"},\"host\":{\"name\":\"f\"}}",
    "{\"process\":{},\"name\":\"g\",\"pid\":4,\"host\":null}",
    "{\"host\":{\"process\":{\"name\":\"h\"}},\"process.name\":\"i\"}",
    "{\"process\":[{\"name\":\"j\"},{\"name\":\"k\",\"pid\":5},{\"pid\":6}],\"a\":{\"b\":[1,{\"b\":2}]}}",
    "{\"process\": {\"name\": \"l\", \"pid\": 7}, \"host\" : \"m\"}",
    "{\"pr\\u006fcess\":{\"name\":\"n\"},\"process\":{\"nam\\u0065\":\"o\",\"name\":\"p\"}}",
    "{\"process\":{\"name\" :\"q\",\"name\":\"r\",\"name \":\"s\",\"nam\":\"t\",\"namee\":\"u\"}}",
    "{\"process\":{\"name\":\"v\",\"args\":[\"w\",[\"x\"]],\"args\":{\"args\":\"y\"}}}",
    "{\"this key of 29 bytes in all..\":1,\"host\":\"z\",\"this key of 30 bytes in all...\":2,\"host\":\"A\"}",
    "{\"process\":{\"name\":1,\"pid\":\"2\"},\"host\":{\"name\":null},\"x\":\"y\"}",
    "{\"process\":{\"name\": \"a\",\"pid\":1},\"host\":[\"h\"],\"x\":true}",
    "{\"process\":{\"name\":\"\",\"pid\":\"\\\"\",\"args\":\"a string of more than 57 bytes, which takes longer to find\"}}",
    "{\"host\":{\"this key of 28 bytes in all.\":\"1\",\"this key of 29 bytes in all..\":\"2\",\"name\":\"3\"}}",
    "{\"_index\":\"i\",\"_source\":{\"process\":{\"name\":\"B\"}},\"process\":{\"name\":\"C\"}}",
    "{\"_index\":{\"i\":1},\"_source\":\"no\",\"process\":{\"name\":\"F\"},\"_id\":\"G\"}",
    "{\"_source\":{\"process\":{\"name\":\"D\"}},\"process\":{\"name\":\"E\"}}",
};

Test(json_event, expected_keys_change_nothing)
{
    const size_t count = sizeof shapes / sizeof *shapes;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            must_be_as_new(shapes[i], strlen(shapes[i]));
            must_be_as_new(shapes[k], strlen(shapes[k]));
        }
    for (size_t i = 0; i < count; i++)
        for (size_t length = strlen(shapes[i]) + 1; length-- > 0;)
            must_be_as_new(shapes[i], length);
}

/* More different keys than the trail can keep. */
Test(json_event, many_keys_change_nothing)
{
    char json[4096];
    for (int round = 0; round < 300; round++) {
        size_t length = (size_t)snprintf(json, sizeof json, "{");
        for (int i = 0; i < 20; i++)
            length += (size_t)snprintf(json + length, sizeof json - length,
                                       "\"k%d\":{\"name\":%d},", round * 7 + i, i);
        length += (size_t)snprintf(json + length, sizeof json - length,
                                   "\"process\":{\"k%d\":1,\"name\":\"%d\"},\"a\":{\"b\":%d}}",
                                   round, round, round);
        must_be_as_new(json, length);
    }
}

static char *nest(const char *open, const char *inner, const char *close, size_t depth,
                  size_t *length)
{
    char *json = malloc(depth * (strlen(open) + strlen(close)) + strlen(inner) + 1);
    cr_assert(json);
    json[0] = '\0';
    char *at = json;
    for (size_t i = 0; i < depth; i++)
        at += sprintf(at, "%s", open);
    at += sprintf(at, "%s", inner);
    for (size_t i = 0; i < depth; i++)
        at += sprintf(at, "%s", close);
    *length = (size_t)(at - json);
    return json;
}

static netshare_status parse_nested(const char *open, const char *inner, const char *close,
                                    size_t depth)
{
    size_t length;
    char *json = nest(open, inner, close, depth, &length);
    netshare_status status = ns_json_event_parse(event, json, length, &error);
    free(json);
    return status;
}

Test(json_event, nesting_has_a_limit_of_512_levels)
{
    cr_assert_eq(parse_nested("{\"a\":", "1", "}", 512), NETSHARE_OK);
    cr_assert_eq(parse_nested("{\"a\":", "1", "}", 513), NETSHARE_ERROR_LIMIT);
    cr_assert_eq(error.status, NETSHARE_ERROR_LIMIT);
    cr_assert(strstr(error.message, "512"));
    cr_assert_eq(error.offset, 512 * 5);
    cr_assert_eq(parse_nested("{\"a\":", "1", "}", 1000000), NETSHARE_ERROR_LIMIT);
    cr_assert_eq(parse_nested("{\"other\":", "[]", "}", 511), NETSHARE_OK);
    cr_assert_eq(parse_nested("{\"other\":", "[]", "}", 512), NETSHARE_ERROR_LIMIT);
    cr_assert_eq(parse_nested("{\"process.args\":[", "{}", "]}", 256), NETSHARE_ERROR_LIMIT);
    cr_assert_eq(parse_nested("{\"process.args\":[", "2", "]}", 256), NETSHARE_OK);
    cr_assert_eq(parse_nested("[", "", "]", 1000000), NETSHARE_ERROR_LIMIT);
    must_parse("{\"process.name\":\"still works\"}");
    MUST_BE(NAME, 0, "still works");
}

Test(json_event, arrays_nested_to_the_limit_flatten)
{
    size_t length;
    char *arrays = nest("[", "\"deep\"", "]", 511, &length);
    char *json = malloc(length + 64);
    cr_assert(json);
    sprintf(json, "{\"process.args\":%s}", arrays);
    must_parse(json);
    MUST_BE(ARGS, 0, "deep");
    free(arrays);
    free(json);
}

Test(json_event, a_hundred_thousand_values)
{
    enum { COUNT = 100000 };
    char *json = malloc(COUNT * 16 + 64), *at = json;
    cr_assert(json);
    at += sprintf(at, "{\"process\":{\"args\":[");
    for (int i = 0; i < COUNT; i++)
        at += sprintf(at, "%s\"%d\"", i ? "," : "", i);
    sprintf(at, "]}}");
    must_parse(json);
    cr_assert_eq(count_of(ARGS), COUNT);
    MUST_BE(ARGS, 0, "0");
    MUST_BE(ARGS, COUNT - 1, "99999");
    free(json);
}

Test(json_event, a_string_and_a_key_of_a_mebibyte)
{
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE + 1), *json = malloc(2 * SIZE + 64);
    cr_assert(text && json);
    memset(text, 'x', SIZE);
    text[SIZE] = '\0';
    sprintf(json, "{\"%s\":1,\"process\":{\"name\":\"%s\"}}", text, text);
    must_parse(json);
    must_be_string(NAME, 0, text, SIZE);
    free(text);
    free(json);
}

Test(json_event, tables_stay_allocated_between_documents)
{
    must_parse("{\"process.args\":[1,2,3,4,5,6,7,8,9,10,11,12],\"process.name\":\"\\\\x\"}");
    meter.left = 0; /* any further call fails */
    for (int i = 0; i < 100; i++)
        must_parse("{\"process.args\":[1,2,3,4,5,6,7,8,9],\"process.name\":\"\\\\y\"}");
    cr_assert_eq(count_of(ARGS), 9);
    MUST_BE(NAME, 0, "\\y");
    meter.left = -1;
}

Test(json_event, no_fields)
{
    struct ns_names none;
    struct ns_json_event *empty;
    ns_names_init(&none, &allocator);
    cr_assert_eq(ns_json_event_new(&none, &allocator, &empty, &error), NETSHARE_OK);
    cr_assert_eq(ns_json_event_parse(empty, "{\"a\":{\"b\":1}}", 13, &error), NETSHARE_OK);
    netshare_value value;
    cr_assert_not(ns_json_event_get(empty, 0, 0, &value));
    ns_json_event_free(empty);
    ns_json_event_free(NULL);
    ns_names_free(&none);
}

/* What is escaped is a value and then a key, or first a key. */
static const char ESCAPED_VALUE[] = "{\"process.args\":[1,2,3,4,5,6,7,8,9,\"\0\\n\"],"
                                    "\"proc\\u0065ss.name\":1}";
static const char ESCAPED_KEY[] = "{\"proc\\u0065ss.args\":[1,2]}";
static const struct document {
    const char *json;
    size_t length;
} escaped[] = {
    {ESCAPED_VALUE, sizeof ESCAPED_VALUE - 1},
    {ESCAPED_KEY, sizeof ESCAPED_KEY - 1},
};

/* Makes an event and reads a document with the given number of allocations. */
static netshare_status try_with(const struct document *document, long allocations)
{
    struct ns_json_event *e = NULL;
    meter.left = allocations;
    netshare_status status = ns_json_event_new(&fields, &allocator, &e, &error);
    if (status != NETSHARE_OK) {
        cr_assert_null(e);
    } else {
        status = ns_json_event_parse(e, document->json, document->length, &error);
        netshare_value value;
        if (status != NETSHARE_OK)
            cr_assert_not(ns_json_event_get(e, ARGS, 0, &value));
    }
    meter.left = -1;
    ns_json_event_free(e);
    if (status != NETSHARE_OK)
        cr_assert_eq(error.status, status);
    return status;
}

Test(json_event, every_allocation_may_fail)
{
    for (size_t i = 0; i < sizeof escaped / sizeof *escaped; i++) {
        long before = meter.alive, failures = 0;
        while (try_with(&escaped[i], failures) == NETSHARE_ERROR_NO_MEMORY) {
            cr_assert_eq(meter.alive, before, "leak after failure %ld", failures);
            failures++;
            cr_assert_lt(failures, 1000);
        }
        cr_assert_eq(try_with(&escaped[i], failures), NETSHARE_OK, "%s", error.message);
        cr_assert_gt(failures, 7);
        cr_assert_eq(meter.alive, before);
    }
}
