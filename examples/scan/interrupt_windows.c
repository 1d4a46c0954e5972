/* SPDX-License-Identifier: Apache-2.0 */
/* As interrupt.c, where a read cannot be waited for together with a signal. */
#include "interrupt.h"

#include <io.h>
#include <signal.h>
#include <windows.h>

static volatile sig_atomic_t caught;

/* Runs in a thread of its own. The system has taken the handler away before. */
static void handle(int signal)
{
    caught = signal;
}

void interrupt_catch(void)
{
    signal(SIGTERM, handle);
    if (signal(SIGINT, handle) == SIG_IGN)
        signal(SIGINT, SIG_IGN);
}

int interrupt_signal(void)
{
    return caught;
}

/* What there is to read is left to the read to wait for. */
bool interrupt_wait(int file, int milliseconds)
{
    if (file < 0 && !caught)
        Sleep((DWORD)milliseconds);
    return !caught;
}

/* Only of a pipe is it known; a file always gives what it has. */
bool interrupt_ready(int file)
{
    HANDLE handle_of = (HANDLE)_get_osfhandle(file);
    DWORD waiting = 0;
    return GetFileType(handle_of) != FILE_TYPE_PIPE
           || !PeekNamedPipe(handle_of, NULL, 0, NULL, &waiting, NULL) || waiting > 0;
}

/* Signals there come in threads of their own. */
bool interrupt_held_off(bool (*start)(void *user), void *user)
{
    return start(user);
}
