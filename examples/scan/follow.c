/* SPDX-License-Identifier: Apache-2.0 */
/* Files that grow, as tail -F reads them: by name, through rotation and truncation. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "interrupt.h"
#include "platform.h"
#include "progress.h"
#include "scan.h"

enum { PAUSE = 100 /* milliseconds between looks at files without news */ };

struct followed {
    const char *path;
    struct feed feed;
    bool open;
    bool told; /* that it is not there */
    bool given_up;
};

static void say(struct reading *reading, const struct followed *file, const char *what)
{
    pool_rest(reading->pool);
    progress_clear(reading->progress);
    output_string(reading->messages, "netshare-scan: ");
    output_string(reading->messages, file->path);
    output_format(reading->messages, ": %s\n", what);
}

static void give_up(struct reading *reading, struct followed *file, const char *reason)
{
    pool_rest(reading->pool);
    progress_clear(reading->progress);
    reading_fail(reading, file->path, reason);
    file->given_up = true;
}

/* A file that is not there may come; anything else that is wrong will stay so. */
static void try_open(struct reading *reading, struct followed *file, size_t number)
{
    bool standard = strcmp(file->path, "-") == 0;
    if (input_open(&file->feed.input, file->path)) {
        file->feed.name = standard ? "<stdin>" : file->path;
        file->feed.number = number;
        file->feed.piece = reading->piece;
        file->feed.lines = 0;
        file->feed.reported = 0;
        file->open = true;
        if (file->told)
            say(reading, file, "is there now");
        file->told = false;
    } else if (errno != ENOENT) {
        give_up(reading, file, file->feed.input.reason);
    } else if (!file->told) {
        say(reading, file, "not there yet, waiting for it");
        file->told = true;
    }
}

static void finish(struct reading *reading, struct followed *file)
{
    feed_finish(&file->feed, reading->pool);
    input_close(&file->feed.input);
    file->open = false;
}

/* At the end of what is there: has the name been given to another file? */
static void look_for_change(struct reading *reading, struct followed *file)
{
    struct stat now, then;
    if (file->feed.input.file == STDIN_FILENO) {
        finish(reading, file);
        file->given_up = true;
        return;
    }
    if (fstat(file->feed.input.file, &then) != 0)
        return;
    if (!S_ISREG(then.st_mode) || stat(file->path, &now) != 0)
        return;
    bool replaced = platform_is_replaced(file->feed.input.file, file->path, &then, &now);
    bool truncated = !replaced && now.st_size < (off_t)file->feed.input.taken;
    if (!replaced && !truncated)
        return;
    /* Lines may have been added to the old file since it was read last. */
    while (replaced && feed_run(&file->feed, reading->pool, false))
        ;
    finish(reading, file);
    say(reading, file, truncated ? "was truncated, starting again" : "was replaced");
}

/* Is there news of this file? */
static bool look(struct reading *reading, struct followed *file, size_t number)
{
    if (!file->open)
        try_open(reading, file, number);
    if (!file->open || !interrupt_ready(file->feed.input.file))
        return false;
    if (feed_run(&file->feed, reading->pool, false))
        return true;
    if (input_is_coded(&file->feed.input)) {
        give_up(reading, file, "compressed files and event logs cannot be followed");
        finish(reading, file);
    } else if (file->feed.input.reason) {
        give_up(reading, file, file->feed.input.reason);
        finish(reading, file);
    } else if (!interrupt_signal()) {
        look_for_change(reading, file);
    }
    return false;
}

void follow_files(struct reading *reading, char *const *files, size_t count)
{
    struct followed *followed = calloc(count + 1, sizeof *followed);
    size_t number = 0, left = count;
    if (!followed)
        reading_fail(reading, "--follow", "out of memory");
    for (size_t i = 0; followed && i < count; i++)
        followed[i].path = files[i];
    while (followed && left && !interrupt_signal() && !pool_stopped(reading->pool)) {
        bool news = false;
        left = 0;
        for (size_t i = 0; i < count && !interrupt_signal(); i++) {
            if (followed[i].given_up)
                continue;
            news = look(reading, &followed[i], ++number) || news;
            left++;
        }
        if (!news)
            interrupt_wait(-1, PAUSE);
    }
    for (size_t i = 0; followed && i < count; i++) {
        if (followed[i].open && !interrupt_signal()) /* else the last line may be half one */
            finish(reading, &followed[i]);
        feed_free(&followed[i].feed);
    }
    free(followed);
}
