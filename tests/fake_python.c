/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_python.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ITEMS = 64 };

/* The first two words are as in CPython. */
struct object {
    size_t references;
    const void *type;
    union {
        char *text;
        long long integer;
        double number;
        struct {
            size_t count;
            struct object **keys; /* of a dictionary */
            struct object **items;
        } many;
    } as;
};

static const char dict_type, list_type, str_type, int_type, float_type,
    bool_type, none_type, other_type;
static struct object none = {1, &none_type, {NULL}}, true_object = {1, &bool_type, {NULL}},
                     false_object = {1, &bool_type, {NULL}};
static size_t live;
static bool has_error;
struct fake_plan fake_plan = {.new_strings = SIZE_MAX};

size_t fake_live(void)
{
    return live;
}

bool fake_has_error(void)
{
    return has_error;
}

static bool is_single(const struct object *object)
{
    return object == &none || object == &true_object || object == &false_object;
}

static bool is_str(const struct object *object)
{
    return object->type == &str_type;
}

static void *new_object(const void *type)
{
    struct object *object = calloc(1, sizeof *object);
    cr_assert_not_null(object);
    object->references = 1;
    object->type = type;
    live++;
    return object;
}

static void ref(void *object)
{
    ((struct object *)object)->references++;
}

void fake_clear(void *container)
{
    struct object *o = container;
    size_t count = o->as.many.count;
    o->as.many.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (o->as.many.keys)
            fake_unref(o->as.many.keys[i]);
        fake_unref(o->as.many.items[i]);
    }
}

void fake_unref(void *object)
{
    struct object *o = object;
    cr_assert_gt(o->references, 0, "a reference too few");
    if (--o->references > 0 || is_single(o))
        return;
    if (o->type == &dict_type || o->type == &list_type) {
        fake_clear(o);
        free((void *)o->as.many.keys);
        free((void *)o->as.many.items);
    } else if (is_str(o)) {
        free(o->as.text);
    }
    free(o);
    live--;
}

/* --- Its functions --------------------------------------------------------------------- */

static void *error_occurred(void)
{
    return has_error ? &true_object : NULL;
}

static void error_clear(void)
{
    has_error = false;
}

static void *fail(void)
{
    has_error = true;
    return NULL;
}

static void *find(struct object *dict, const char *key)
{
    for (size_t i = 0; i < dict->as.many.count; i++)
        if (strcmp(dict->as.many.keys[i]->as.text, key) == 0)
            return dict->as.many.items[i];
    return NULL;
}

static void *dict_get(void *dict, void *key)
{
    struct object *k = key;
    cr_assert(is_str(k) && ((struct object *)dict)->type == &dict_type);
    if (fake_plan.before_lookup && !fake_plan.before_lookup(fake_plan.user))
        return fail();
    return find(dict, k->as.text);
}

static ptrdiff_t list_size(void *list)
{
    return (ptrdiff_t)((struct object *)list)->as.many.count;
}

static void *list_get(void *list, ptrdiff_t index)
{
    struct object *o = list;
    cr_assert_eq(o->type, &list_type);
    return (size_t)index < o->as.many.count ? o->as.many.items[index] : fail();
}

static void *new_str(const char *text, ptrdiff_t length)
{
    if (fake_plan.new_strings == 0)
        return fail();
    fake_plan.new_strings--;
    struct object *str = new_object(&str_type);
    str->as.text = calloc((size_t)length + 1, 1);
    cr_assert_not_null(str->as.text);
    memcpy(str->as.text, text, (size_t)length);
    return str;
}

static const char *str_utf8(void *str, ptrdiff_t *length)
{
    struct object *o = str;
    cr_assert(is_str(o));
    if (strcmp(o->as.text, "~") == 0)
        return fail();
    *length = (ptrdiff_t)strlen(o->as.text);
    return o->as.text;
}

static long long int_value(void *integer, int *overflow)
{
    struct object *o = integer;
    *overflow = o->as.integer == -1;
    return o->as.integer;
}

static double float_value(void *number)
{
    return ((struct object *)number)->as.number;
}

static void *new_bool(long value)
{
    struct object *object = value ? &true_object : &false_object;
    ref(object);
    return object;
}

static void *type_alloc(void *type, ptrdiff_t count)
{
    cr_assert(type == &list_type && count == 0);
    if (fake_plan.before_list && !fake_plan.before_list(fake_plan.user))
        return fail();
    return new_object(type);
}

const netshare_python fake_python = {
    .size = sizeof(netshare_python),
    .dict_type = &dict_type,
    .list_type = &list_type,
    .str_type = &str_type,
    .int_type = &int_type,
    .float_type = &float_type,
    .bool_type = &bool_type,
    .none = &none,
    .true_object = &true_object,
    .ref = ref,
    .unref = fake_unref,
    .error_occurred = error_occurred,
    .error_clear = error_clear,
    .dict_get = dict_get,
    .list_size = list_size,
    .list_get = list_get,
    .str_new = new_str,
    .str_utf8 = str_utf8,
    .int_value = int_value,
    .float_value = float_value,
    .bool_new = new_bool,
    .type_alloc = type_alloc,
};

/* --- Objects from text ------------------------------------------------------------------ */

static void *parse(const char **p);

static void skip_blanks(const char **p)
{
    while (**p == ' ')
        ++*p;
}

static void *parse_str(const char **p)
{
    const char *end = strchr(*p + 1, '"');
    cr_assert_not_null(end, "no string: %s", *p);
    void *str = new_str(*p + 1, end - *p - 1);
    *p = end + 1;
    return str;
}

static void *parse_many(const char **p, const void *type, char closer)
{
    struct object *o = new_object(type);
    bool is_dict = type == &dict_type;
    o->as.many.items = calloc(MOST_ITEMS, sizeof *o->as.many.items);
    o->as.many.keys = is_dict ? calloc(MOST_ITEMS, sizeof *o->as.many.keys) : NULL;
    for (++*p, skip_blanks(p); **p != closer; skip_blanks(p)) {
        size_t i = o->as.many.count;
        cr_assert_lt(i, MOST_ITEMS);
        if (is_dict) {
            o->as.many.keys[i] = parse_str(p);
            skip_blanks(p);
            cr_assert_eq(*(*p)++, ':');
        }
        o->as.many.items[i] = parse(p);
        o->as.many.count++;
        skip_blanks(p);
        if (**p == ',')
            ++*p;
        skip_blanks(p);
    }
    ++*p;
    return o;
}

static void *parse_number(const char **p)
{
    char *end, *int_end;
    double number = strtod(*p, &end);
    long long integer = strtoll(*p, &int_end, 10);
    cr_assert(end != *p, "no value: %s", *p);
    *p = end;
    struct object *o = new_object(end == int_end ? &int_type : &float_type);
    if (end == int_end)
        o->as.integer = integer;
    else
        o->as.number = number;
    return o;
}

static void *parse_word(const char **p)
{
    static const struct {
        const char *text;
        struct object *object;
    } words[] = {{"null", &none}, {"true", &true_object}, {"false", &false_object}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].text);
        if (strncmp(*p, words[i].text, length) == 0) {
            *p += length;
            ref(words[i].object);
            return words[i].object;
        }
    }
    return parse_number(p);
}

static void *parse(const char **p)
{
    skip_blanks(p);
    switch (**p) {
    case '{':
        return parse_many(p, &dict_type, '}');
    case '[':
        return parse_many(p, &list_type, ']');
    case '"':
        return parse_str(p);
    case '!':
        ++*p;
        return new_object(&other_type);
    case '~':
        ++*p;
        return new_str("~", 1);
    case '^':
        ++*p;
        struct object *big = new_object(&int_type);
        big->as.integer = -1;
        return big;
    default:
        return parse_word(p);
    }
}

void *fake_parse(const char *json)
{
    void *object = parse(&json);
    cr_assert_eq(*json, '\0', "more text: %s", json);
    return object;
}

void *fake_item(void *container, const char *key)
{
    struct object *o = container;
    void *item = o->type == &dict_type ? find(o, key) : list_get(o, atoi(key));
    cr_assert_not_null(item, "no %s", key);
    return item;
}

void fake_put(void *dict, const char *key, void *object)
{
    struct object *o = dict;
    size_t i = o->as.many.count++;
    cr_assert_lt(i, MOST_ITEMS);
    o->as.many.keys[i] = new_str(key, (ptrdiff_t)strlen(key));
    o->as.many.items[i] = object;
    ref(object);
}

void fake_append(void *list, void *object)
{
    struct object *o = list;
    if (!o->as.many.items)
        o->as.many.items = calloc(MOST_ITEMS, sizeof *o->as.many.items);
    cr_assert(o->as.many.items && o->as.many.count < MOST_ITEMS);
    o->as.many.items[o->as.many.count++] = object;
    ref(object);
}
