/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events that are dictionaries of CPython, read where they are: for bindings that would
 * otherwise write each one as JSON. The library is not linked with Python; it reads objects
 * by the functions of the interpreter that the binding hands over.
 *
 * What is read is what netshare_event_parse() finds in the JSON that Python's json module
 * writes for the same dictionary, as long as the dictionary is a plain one: see
 * netshare_match_python().
 *
 * All functions of this file must be called by a thread that holds the interpreter's lock
 * (ctypes: by a PyDLL). They are for interpreters that have one, and whose objects begin with
 * the number of references and the address of the type, a word each: `object.__basicsize__`
 * is then that of two pointers.
 */
#ifndef NETSHARE_PYTHON_H
#define NETSHARE_PYTHON_H

#include <netshare/matcher.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What the library must know of an interpreter. Members are named after the functions of
 * Python's C API in their comments, and must do what those do; all are of the stable ABI.
 */
typedef struct netshare_python {
    /** sizeof(netshare_python). */
    size_t size;
    /** Addresses of types. An object is only taken for one of them if that is its very
     *  type, so that no method of a derived class is passed over. */
    const void *dict_type;
    const void *list_type;
    const void *str_type;
    const void *int_type;
    const void *float_type;
    const void *bool_type;
    /** Addresses of the objects None and True. */
    void *none;
    void *true_object;
    /** Py_IncRef */
    void (*ref)(void *object);
    /** Py_DecRef */
    void (*unref)(void *object);
    /** PyErr_Occurred */
    void *(*error_occurred)(void);
    /** PyErr_Clear */
    void (*error_clear)(void);
    /** PyDict_GetItemWithError: a borrowed reference, or NULL, perhaps with an error. */
    void *(*dict_get)(void *dict, void *key);
    /** PyList_Size */
    ptrdiff_t (*list_size)(void *list);
    /** PyList_GetItem: a borrowed reference, or NULL with an error. */
    void *(*list_get)(void *list, ptrdiff_t index);
    /** PyUnicode_FromStringAndSize: a new reference, or NULL with an error. */
    void *(*str_new)(const char *utf8, ptrdiff_t length);
    /** PyUnicode_AsUTF8AndSize: text that lives as long as the object, or NULL with an
     *  error. */
    const char *(*str_utf8)(void *str, ptrdiff_t *length);
    /** PyLong_AsLongLongAndOverflow */
    long long (*int_value)(void *integer, int *overflow);
    /** PyFloat_AsDouble */
    double (*float_value)(void *number);
    /** PyBool_FromLong */
    void *(*bool_new)(long value);
    /** PyType_GenericAlloc: a new reference, or NULL with an error. */
    void *(*type_alloc)(void *type, ptrdiff_t count);
} netshare_python;

/** Dictionaries as events for the fields of one matcher, one at a time. */
typedef struct netshare_python_event netshare_python_event;

/**
 * Makes what reading dictionaries for the fields of a matcher needs: their keys as objects
 * of the interpreter among it.
 *
 * @param matcher  kept alive by the event
 * @param python   the interpreter; copied
 * @param error    filled on failure; may be NULL. NETSHARE_ERROR_UNSUPPORTED: a field has
 *                 more than 16 segments between its dots, or a segment, as in `a.1` and
 *                 `a.true`, that may in JSON be a key which was no string in Python
 * @return the event, to be released with netshare_python_event_free(); NULL on failure
 *
 * Thread safety: needs the interpreter's lock. Allocates: yes, with the matcher's
 * allocator, and objects of the interpreter. Since: 0.1
 */
NETSHARE_API netshare_python_event *netshare_python_event_new(const netshare_matcher *matcher,
                                                              const netshare_python *python,
                                                              netshare_error *error);

/**
 * Releases an event; NULL is allowed.
 *
 * Thread safety: needs the interpreter's lock; no other thread may use the event.
 * Allocates: no. Since: 0.1
 */
NETSHARE_API void netshare_python_event_free(netshare_python_event *event);

/**
 * Matches a dictionary. Only the values that the verdict needs are looked at, by lookups of
 * the keys that may lead there: nested, dotted or mixed; dictionaries in a list are
 * flattened, and a field written in several ways has the values of all.
 *
 * Dictionaries that are not plain are refused, for the caller to go another way. Of what is
 * looked at, these are: objects that are none of dict, list, str, int, float, bool and None
 * themselves; lists in lists; integers beyond 64 bits; strings with unpaired surrogates; and
 * a dictionary with a key `_source`, which may be a search hit. So are comparisons of keys
 * that fail, and more than 1,048,576 values. What is not looked at may be anything.
 *
 * @param matcher  rules
 * @param scratch  made for this matcher
 * @param event    made for this matcher
 * @param object   borrowed. What is read of it is held by references until the call returns:
 *                 comparing keys may run code of Python, which may do anything to it.
 * @param detail   how much to find out
 * @param result   filled, see netshare_match()
 * @return as netshare_match(); or without a result, NETSHARE_ERROR_UNSUPPORTED for an object
 *         that is no plain dictionary, or when the event is in the middle of such a call, by
 *         this thread or another one; NETSHARE_ERROR_NO_MEMORY. No exception is left set.
 *
 * Thread safety: needs the interpreter's lock; several threads may then share scratch and
 * event for this function alone. Allocates: as netshare_match(), and room for the values that
 * are looked at, no longer once the event has seen dictionaries of such size. Since: 0.1
 */
NETSHARE_API netshare_status netshare_match_python(const netshare_matcher *matcher,
                                                   netshare_scratch *scratch,
                                                   netshare_python_event *event, void *object,
                                                   netshare_detail detail,
                                                   netshare_result *result);

/** What netshare_python_matches() and netshare_python_no_match() are called on. */
typedef struct netshare_python_call {
    const netshare_matcher *matcher;
    netshare_scratch *scratch;
    netshare_python_event *event;
    /** For netshare_python_no_match(): list, or a type derived from it that adds nothing to
     *  how one is made, so that memory of zeros is an empty one; borrowed. */
    void *list_type;
} netshare_python_call;

/**
 * Does any rule match a dictionary? This is a PyCFunction for METH_O, from which a binding
 * that has no compiled code of its own makes a function of Python by PyCFunction_NewEx:
 * calling that costs a tenth of what a call by ctypes does.
 *
 * @param self    an object whose third word is the address of a netshare_python_call, as that
 *                of a ctypes structure is: netshare_python_event has what it refers to
 * @param object  borrowed, any object
 * @return a new reference to True or False; or to None when the dictionary is refused or no
 *         rule matches and some were not decided, see netshare_match_python()
 *
 * Thread safety: needs the interpreter's lock. Allocates: as netshare_match_python().
 * Since: 0.1
 */
NETSHARE_API void *netshare_python_matches(void *self, void *object);

/**
 * The list of a dictionary's matches when there are none, as there mostly are; otherwise the
 * caller has to find out more in another way. A PyCFunction as netshare_python_matches().
 *
 * The list is the one that was given out last when nobody else has a reference to it any more
 * and it is empty, which saves half of what the call costs. So such a list, with what the
 * caller may have put into it, stays until the next call, or until the event is released.
 *
 * @param self    see netshare_python_matches()
 * @param object  borrowed, any object
 * @return a new reference to an empty object of netshare_python_call::list_type when no rule
 *         matches and all were decided; otherwise a new reference to None. NULL with an error
 *         set when the interpreter cannot make the list.
 *
 * Thread safety: needs the interpreter's lock. Allocates: as netshare_match_python(), and
 * the list. Since: 0.1
 */
NETSHARE_API void *netshare_python_no_match(void *self, void *object);

#ifdef __cplusplus
}
#endif

#endif
