/* SPDX-License-Identifier: Apache-2.0 */
/* SIGINT and SIGTERM end the reading, so that the summary so far still comes. */
#ifndef SCAN_INTERRUPT_H
#define SCAN_INTERRUPT_H

#include <stdbool.h>

/* Catches the signals; a second one of a kind ends the program at once. */
void interrupt_catch(void);
/* The signal that came, 0 while none has. */
int interrupt_signal(void);
/* Waits until `file` has input (or, below 0, for nothing); false when a signal came. */
bool interrupt_wait(int file, int milliseconds);
/* Would a read from it return at once? */
bool interrupt_ready(int file);
/* Calls it while no signal comes through: threads that it starts will not get any. */
bool interrupt_held_off(bool (*start)(void *user), void *user);

#endif
