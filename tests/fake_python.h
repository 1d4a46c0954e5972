/* SPDX-License-Identifier: Apache-2.0 */
/* Objects as CPython's for tests of netshare/python.h: with references that are counted, and
 * lookups in dictionaries that can run code or fail. */
#ifndef NETSHARE_TESTS_FAKE_PYTHON_H
#define NETSHARE_TESTS_FAKE_PYTHON_H

#include <netshare/python.h>

/* The interpreter. */
extern const netshare_python fake_python;

/* A new object from JSON; besides JSON's values, `!` is an object of no known type, `~` a
 * string that is not UTF-8, and `^` an integer beyond 64 bits. Strings have no escapes. Ends the
 * test when the text is something else. */
void *fake_parse(const char *json);
/* The value of a key in a dictionary, or element of a list; borrowed. */
void *fake_item(void *container, const char *key);
/* Puts an object into a dictionary; it may be that dictionary itself. */
void fake_put(void *dict, const char *key, void *object);
/* Puts an object at the end of a list. */
void fake_append(void *list, void *object);
/* Removes all that is in a container. */
void fake_clear(void *container);
void fake_unref(void *object);

/* How many objects are alive, but None, True and False. */
size_t fake_live(void);
/* Is an error set? */
bool fake_has_error(void);

/* What else happens, from the next call on. */
extern struct fake_plan {
    /* Called before each lookup in a dictionary; false: the lookup fails. */
    bool (*before_lookup)(void *user);
    /* Called before a list is made; false: it cannot be. */
    bool (*before_list)(void *user);
    void *user;
    size_t new_strings; /* that can be made; counted down */
} fake_plan;

#endif
