/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the scanner needs of its system. POSIX has it; platform_windows.c is what Windows
 * lacks of it, under the same names.
 */
#ifndef SCAN_PLATFORM_H
#define SCAN_PLATFORM_H

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef _WIN32

#define PLATFORM_SEPARATORS "/\\"
#define PLATFORM_WRITE "wb"

typedef struct {
    size_t gl_pathc;
    char **gl_pathv;
} glob_t;

/* The last part of the pattern only, with * and ?, in any case, as is the custom there. */
int glob(const char *pattern, int flags, int (*failed)(const char *, int), glob_t *found);
void globfree(glob_t *found);

/* Sorted by name, whatever the function for it. */
int scandir(const char *folder, struct dirent ***entries, int (*wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **));
int alphasort(const struct dirent **a, const struct dirent **b);

char *strndup(const char *text, size_t most);
void *memrchr(const void *bytes, int byte, size_t length);

#define lstat platform_stat

/* Bytes are read and written as they are. */
void platform_start(void);
long platform_processors(void);
/* Also of a folder with a separator at the end. */
int platform_stat(const char *path, struct stat *status);
/* Others may go on to write, rename and delete the file. */
int platform_open(const char *path);
ssize_t platform_read(int file, void *buffer, size_t room);
/* Is the open file another one than that which has the name now? Some tell by their status. */
bool platform_is_replaced(int file, const char *path, const struct stat *then,
                          const struct stat *now);
/* The length of a drive's name, C:, before a path from its root. */
size_t platform_drive(const char *path);

#else

#include <glob.h>
#include <signal.h>

#define PLATFORM_SEPARATORS "/"
#define PLATFORM_WRITE "we"

/* What is closed of the standard streams is taken by what cannot be used, lest a file that is
 * opened later takes its place. */
static inline void platform_start(void)
{
    signal(SIGPIPE, SIG_IGN);
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        if (fcntl(file, F_GETFD) < 0
            && open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY) != file)
            return;
}

static inline long platform_processors(void)
{
    return sysconf(_SC_NPROCESSORS_ONLN);
}

static inline int platform_stat(const char *path, struct stat *status)
{
    return stat(path, status);
}

static inline int platform_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

static inline ssize_t platform_read(int file, void *buffer, size_t room)
{
    return read(file, buffer, room);
}

static inline bool platform_is_replaced(int file, const char *path, const struct stat *then,
                                        const struct stat *now)
{
    (void)file;
    (void)path;
    return now->st_ino != then->st_ino || now->st_dev != then->st_dev;
}

static inline size_t platform_drive(const char *path)
{
    (void)path;
    return 0;
}

#endif
#endif
