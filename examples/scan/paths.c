/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE
#include "paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

enum { DEEPEST = 64 };

bool paths_has_end(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

static bool has_any_end(const char *name, const char *const *ends)
{
    for (; *ends; ends++)
        if (paths_has_end(name, *ends))
            return true;
    return false;
}

static bool is_wanted(const char *name, enum paths_kind kind)
{
    static const char *const DOCUMENTS[] = {".json", ".jsonl", ".ndjson", NULL};
    static const char *const CODED[] = {
        ".json.gz",  ".jsonl.gz",  ".ndjson.gz",  ".evtx",    ".evtx.gz",
        ".json.zst", ".jsonl.zst", ".ndjson.zst", ".evtx.zst", NULL};
    static const char *const TESTS[] = {".match.ndjson", ".no-match.ndjson", NULL};
    if (name[0] == '.')
        return false;
    if (kind == PATHS_TESTS)
        return has_any_end(name, TESTS);
    if (kind == PATHS_RULES)
        return has_any_end(name, DOCUMENTS) && !has_any_end(name, TESTS);
    return has_any_end(name, DOCUMENTS) || has_any_end(name, CODED);
}

static bool fail(struct output *messages, const char *path, const char *reason)
{
    output_format(messages, "netshare-scan: ");
    output_string(messages, path);
    output_format(messages, ": %s\n", reason);
    return false;
}

/* Takes over the path. */
static bool append(struct paths *paths, char *path)
{
    if (path && paths->count == paths->capacity) {
        size_t wanted = paths->capacity ? 2 * paths->capacity : 16;
        char **grown = realloc(paths->items, wanted * sizeof *grown);
        if (!grown) {
            free(path);
            return false;
        }
        paths->items = grown;
        paths->capacity = wanted;
    }
    if (path)
        paths->items[paths->count++] = path;
    return path != NULL;
}

static char *join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    bool slash = length && !strchr(PLATFORM_SEPARATORS, folder[length - 1]);
    char *path = malloc(length + strlen(name) + 2);
    if (path) {
        memcpy(path, folder, length);
        path[length] = '/';
        strcpy(path + length + slash, name);
    }
    return path;
}

static bool add_folder(struct paths *paths, const char *folder, enum paths_kind kind, int depth,
                       struct output *messages);

/* Folders behind symbolic links are left alone: they may lead back here. */
static bool add_entry(struct paths *paths, const char *folder, const char *name,
                      enum paths_kind kind, int depth, struct output *messages)
{
    struct stat status;
    char *path = join(folder, name);
    if (!path)
        return fail(messages, folder, strerror(ENOMEM));
    bool ok = true;
    if (lstat(path, &status) != 0)
        ok = fail(messages, path, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        ok = name[0] == '.' || kind == PATHS_TESTS
             || add_folder(paths, path, kind, depth + 1, messages);
    else if (is_wanted(name, kind) && (S_ISREG(status.st_mode)
             || (stat(path, &status) == 0 && S_ISREG(status.st_mode))))
        return append(paths, path) || fail(messages, folder, strerror(ENOMEM));
    free(path);
    return ok;
}

static bool add_folder(struct paths *paths, const char *folder, enum paths_kind kind, int depth,
                       struct output *messages)
{
    struct dirent **entries;
    if (depth > DEEPEST)
        return fail(messages, folder, "folders nest too deeply");
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return fail(messages, folder, strerror(errno));
    bool ok = true;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            ok = add_entry(paths, folder, name, kind, depth, messages) && ok;
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool add_named(struct paths *paths, const char *path, enum paths_kind kind,
                      struct output *messages)
{
    struct stat status;
    if (strcmp(path, "-") == 0 || platform_stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return append(paths, strdup(path)) || fail(messages, path, strerror(ENOMEM));
    size_t before = paths->count;
    bool ok = add_folder(paths, path, kind, 0, messages);
    if (ok && paths->count == before && kind != PATHS_TESTS)
        return fail(messages, path, kind == PATHS_RULES
                    ? "no rule files (.json, .jsonl, .ndjson) in this directory"
                    : "no event files (.json, .jsonl, .ndjson, .evtx) in this directory");
    return ok;
}

bool paths_add(struct paths *paths, const char *path, enum paths_kind kind,
               struct output *messages)
{
    struct stat status;
    glob_t found;
    if (lstat(path, &status) == 0 || !path[strcspn(path, "*?[")]
        || glob(path, 0, NULL, &found) != 0)
        return add_named(paths, path, kind, messages);
    bool ok = true;
    for (size_t i = 0; i < found.gl_pathc; i++)
        ok = add_named(paths, found.gl_pathv[i], kind, messages) && ok;
    globfree(&found);
    return ok;
}

void paths_free(struct paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (struct paths){0};
}
