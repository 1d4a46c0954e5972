/* SPDX-License-Identifier: Apache-2.0 */
/* Files by name, pattern or folder. */
#ifndef SCAN_PATHS_H
#define SCAN_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

struct paths {
    char **items; /* owned */
    size_t count;
    size_t capacity;
};

enum paths_kind {
    PATHS_EVENTS, /* .json, .jsonl, .ndjson, also with .gz or .zst */
    PATHS_RULES,  /* .json, .jsonl, .ndjson, but no events of rule tests */
    PATHS_TESTS   /* the latter, of this folder only; there may be none */
};

/*
 * Adds a file as it is, a folder's files of the kind, those in folders below it
 * included, or what a pattern stands for when no file has that name; each sorted by
 * name. false after telling what cannot be read; what was found before stays.
 */
bool paths_add(struct paths *paths, const char *path, enum paths_kind kind,
               struct output *messages);
void paths_free(struct paths *paths);

/* Does the name end so? */
bool paths_has_end(const char *name, const char *end);

#endif
