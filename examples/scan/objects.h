/* SPDX-License-Identifier: Apache-2.0 */
/* JSON objects that are made to be written. */
#ifndef SCAN_OBJECTS_H
#define SCAN_OBJECTS_H

#include <json-c/json.h>

#include "output.h"

/* Adds a string, unless it is NULL. */
void object_add_string(struct json_object *object, const char *key, const char *text);
/* Writes the object, which is taken over, in one line that is harmless on a terminal. */
void object_write(struct output *out, struct json_object *object);

#endif
