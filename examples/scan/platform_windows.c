/* SPDX-License-Identifier: Apache-2.0 */
#include "platform.h"

#include <errno.h>
#include <io.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { EVERY_SHARE = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

/* An EQL query with a star in it must not be taken for file names before main(). */
extern int _dowildcard;
int _dowildcard = 0;

void platform_start(void)
{
    _fmode = _O_BINARY;
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        _setmode(file, _O_BINARY);
}

long platform_processors(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return (long)info.dwNumberOfProcessors;
}

static int error_of(const char *path)
{
    DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND
        || error == ERROR_INVALID_NAME)
        return ENOENT;
    DWORD attributes = GetFileAttributesA(path);
    if (attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY)
        return EISDIR;
    return EACCES;
}

static HANDLE open_shared(const char *path, DWORD access)
{
    return CreateFileA(path, access, EVERY_SHARE, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL,
                       NULL);
}

int platform_open(const char *path)
{
    HANDLE handle = open_shared(path, GENERIC_READ);
    if (handle == INVALID_HANDLE_VALUE) {
        errno = error_of(path);
        return -1;
    }
    int file = _open_osfhandle((intptr_t)handle, _O_RDONLY | _O_BINARY | _O_NOINHERIT);
    if (file < 0)
        CloseHandle(handle);
    return file;
}

ssize_t platform_read(int file, void *buffer, size_t room)
{
    /* _read() need not see what a file has got since its end was met. */
    DWORD length = 0;
    if (ReadFile((HANDLE)_get_osfhandle(file), buffer,
                 (DWORD)(room < INT_MAX ? room : INT_MAX), &length, NULL))
        return (ssize_t)length;
    switch (GetLastError()) {
    case ERROR_BROKEN_PIPE:
    case ERROR_HANDLE_EOF:
        return 0;
    case ERROR_OPERATION_ABORTED: /* by Ctrl-C */
        errno = EINTR;
        break;
    case ERROR_INVALID_HANDLE:
        errno = EBADF;
        break;
    default:
        errno = EIO;
    }
    return -1;
}

bool platform_is_replaced(int file, const char *path, const struct stat *old_status,
                          const struct stat *new_status)
{
    BY_HANDLE_FILE_INFORMATION then, now;
    (void)old_status; /* has no number of the file */
    (void)new_status;
    if (!GetFileInformationByHandle((HANDLE)_get_osfhandle(file), &then))
        return false;
    HANDLE handle = open_shared(path, 0);
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    bool known = GetFileInformationByHandle(handle, &now) != 0;
    CloseHandle(handle);
    return known && (now.nFileIndexLow != then.nFileIndexLow
                     || now.nFileIndexHigh != then.nFileIndexHigh
                     || now.dwVolumeSerialNumber != then.dwVolumeSerialNumber);
}

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

int platform_stat(const char *path, struct stat *status)
{
    size_t length = strlen(path);
    while (length > 1 && is_separator(path[length - 1]) && path[length - 2] != ':')
        length--;
    char *bare = strndup(path, length);
    int result = bare ? stat(bare, status) : -1;
    free(bare);
    return result;
}

size_t platform_drive(const char *path)
{
    return path[0] && path[1] == ':' && is_separator(path[2]) ? 2 : 0;
}

char *strndup(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    char *copy = malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

void *memrchr(const void *bytes, int byte, size_t length)
{
    const unsigned char *start = bytes;
    while (length--)
        if (start[length] == (unsigned char)byte)
            return (void *)(uintptr_t)(start + length);
    return NULL;
}

int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_entries(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp((*(struct dirent *const *)a)->d_name, (*(struct dirent *const *)b)->d_name);
}

/* Makes room for one more and puts a copy of it there. */
static bool keep(struct dirent ***entries, int count, const struct dirent *entry)
{
    struct dirent *copy = malloc(sizeof *copy);
    struct dirent **grown = *entries;
    if (copy && (count & (count - 1)) == 0)
        grown = realloc(grown, (count ? 2 * (size_t)count : 1) * sizeof *grown);
    if (!copy || !grown) {
        free(copy);
        return false;
    }
    *copy = *entry;
    grown[count] = copy;
    *entries = grown;
    return true;
}

int scandir(const char *folder, struct dirent ***entries, int (*wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    const struct dirent *entry;
    int count = 0;
    DIR *open_folder = opendir(folder);
    *entries = NULL;
    if (!open_folder)
        return -1;
    while ((entry = readdir(open_folder)) != NULL) {
        if (wanted && !wanted(entry))
            continue;
        if (!keep(entries, count, entry)) {
            free_entries(*entries, count);
            closedir(open_folder);
            errno = ENOMEM;
            return -1;
        }
        count++;
    }
    closedir(open_folder);
    if (compare && count)
        qsort(*entries, (size_t)count, sizeof **entries, compare_entries);
    return count;
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* A star first takes nothing, and one character more each time the rest does not fit. */
static bool fits(const char *pattern, const char *name)
{
    const char *star = NULL, *from = name;
    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            from = name;
        } else if (*pattern == '?' || (*pattern && lower(*pattern) == lower(*name))) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            name = ++from;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

static size_t folder_length(const char *path)
{
    size_t length = strlen(path);
    while (length && !strchr("/\\:", path[length - 1]))
        length--;
    return length;
}

void globfree(glob_t *found)
{
    for (size_t i = 0; i < found->gl_pathc; i++)
        free(found->gl_pathv[i]);
    free(found->gl_pathv);
}

int glob(const char *pattern, int flags, int (*failed)(const char *, int), glob_t *found)
{
    (void)flags;
    (void)failed;
    size_t length = folder_length(pattern);
    char *folder = length ? strndup(pattern, length) : strndup(".", 1);
    struct dirent **entries = NULL;
    *found = (glob_t){0};
    int count = folder ? scandir(folder, &entries, NULL, alphasort) : -1;
    found->gl_pathv = count > 0 ? calloc((size_t)count, sizeof *found->gl_pathv) : NULL;
    for (int i = 0; found->gl_pathv && i < count; i++) {
        const char *name = entries[i]->d_name;
        if (name[0] == '.' || !fits(pattern + length, name))
            continue;
        char *path = malloc(length + strlen(name) + 1);
        if (!path)
            break;
        memcpy(path, pattern, length);
        strcpy(path + length, name);
        found->gl_pathv[found->gl_pathc++] = path;
    }
    free_entries(entries, count);
    free(folder);
    if (found->gl_pathc)
        return 0;
    globfree(found);
    return -1;
}
