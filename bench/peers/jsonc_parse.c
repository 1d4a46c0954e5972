/* SPDX-License-Identifier: Apache-2.0 */
/* json-c's tokener alone, line by line: what a scanner built on it cannot be faster than. */
#define _POSIX_C_SOURCE 200809L
#include <json.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    json_tokener *tokener = json_tokener_new();
    char *line = NULL;
    size_t room = 0, objects = 0;
    ssize_t length;
    if (!file || !tokener) {
        fputs("usage: jsonc_parse FILE\n", stderr);
        return 2;
    }
    while ((length = getline(&line, &room, file)) > 0) {
        json_tokener_reset(tokener);
        json_object *object = json_tokener_parse_ex(tokener, line, (int)length);
        objects += object != NULL;
        json_object_put(object);
    }
    free(line);
    json_tokener_free(tokener);
    fclose(file);
    printf("%zu\n", objects);
    return 0;
}
