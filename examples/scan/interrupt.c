/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static int wake[2] = {-1, -1}; /* a pipe: a signal just before poll() is seen by it */

static void handle(int signal)
{
    int saved = errno;
    caught = signal;
    ssize_t written = write(wake[1], "", 1);
    (void)written;
    errno = saved;
}

void interrupt_catch(void)
{
    enum { FIRST_FREE = 3 }; /* a standard stream that is closed must stay so */
    int ends[2];
    if (pipe(ends) != 0)
        return;
    for (int i = 0; i < 2; i++) {
        wake[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, FIRST_FREE);
        close(ends[i]);
        if (wake[i] >= 0)
            fcntl(wake[i], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {.sa_handler = handle};
    action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction before;
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

int interrupt_signal(void)
{
    return caught;
}

bool interrupt_wait(int file, int milliseconds)
{
    struct pollfd polled[2] = {{.fd = file, .events = POLLIN},
                               {.fd = wake[0], .events = POLLIN}};
    int ready;
    do {
        ready = poll(polled, 2, milliseconds);
    } while (ready < 0 && errno == EINTR && !caught);
    return !caught;
}

bool interrupt_ready(int file)
{
    struct pollfd polled = {.fd = file, .events = POLLIN};
    return poll(&polled, 1, 0) != 0;
}

bool interrupt_held_off(bool (*start)(void *user), void *user)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = start(user);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}
