/* SPDX-License-Identifier: Apache-2.0 */
#include "objects.h"

#include <errno.h>

void object_add_string(struct json_object *object, const char *key, const char *text)
{
    if (text)
        json_object_object_add(object, key, json_object_new_string(text));
}

void object_write(struct output *out, struct json_object *object)
{
    size_t length;
    const char *text = json_object_to_json_string_length(
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    if (text)
        output_json(out, text, length);
    else
        out->error = ENOMEM;
    json_object_put(object);
}
