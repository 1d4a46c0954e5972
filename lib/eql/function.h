/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of EQL. Names are matched without regard to case. */
#ifndef NS_EQL_FUNCTION_H
#define NS_EQL_FUNCTION_H

#include "eql/value.h"

enum { NS_ANY_NUMBER = 255 };

/* Functions that the compiler may or must turn into something faster. */
enum ns_function_form {
    NS_FORM_CALL,
    NS_FORM_STARTS_WITH,
    NS_FORM_ENDS_WITH,
    NS_FORM_CONTAINS,
    NS_FORM_CIDR_MATCH, /* never called: its blocks are constants */
    NS_FORM_WILDCARD    /* never called: is `like` with a list */
};

struct ns_function {
    const char *name; /* as documented */
    enum ns_function_form form;
    unsigned char least_arguments, most_arguments;
    bool takes_tilde;
    bool takes_null; /* otherwise the result is null when an argument is */
    enum ns_type result;
    enum ns_type arguments[4]; /* the second repeats when most is NS_ANY_NUMBER */
    /* Called with arguments that fit `arguments`. */
    struct ns_value (*call)(struct ns_context *context, const struct ns_value *arguments,
                            size_t count, enum ns_fold fold);
};

/* NULL when there is none of that name. */
const struct ns_function *ns_function_find(struct ns_string name);
/* The name of function number `index`; NULL past the last. */
const char *ns_function_name(size_t index);

struct ns_value ns_add(struct ns_value a, struct ns_value b);
struct ns_value ns_subtract(struct ns_value a, struct ns_value b);
struct ns_value ns_multiply(struct ns_value a, struct ns_value b);
/* Integers truncate; null when b is 0. */
struct ns_value ns_divide(struct ns_value a, struct ns_value b);
/* The sign of a; null when b is 0. */
struct ns_value ns_modulo(struct ns_value a, struct ns_value b);

#endif
