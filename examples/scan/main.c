/* SPDX-License-Identifier: Apache-2.0 */
/* netshare-scan: EQL detection rules over files of events. See docs/netshare-scan.md. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <string.h>

#include "interrupt.h"
#include "options.h"
#include "platform.h"
#include "ruletest.h"
#include "scan.h"

enum { SIGNALLED = 128 };

/* Only when everything has reached the kernel is the status one of success. */
static int close_output(struct output *out, struct output *messages, int status)
{
    output_flush(out);
    errno = 0;
    if (fclose(out->file) != 0 && !out->error)
        out->error = errno;
    if (!out->error)
        return status;
    if (out->error != EPIPE) /* whoever closed the pipe knows */
        output_format(messages, "netshare-scan: standard output: %s\n", strerror(out->error));
    return SCAN_TROUBLE;
}

int main(int argc, char **argv)
{
    struct output out = {.file = stdout}, messages = {.file = stderr};
    struct options options;
    platform_start();
    interrupt_catch();
    output_detect_color(&out);
    output_detect_color(&messages);
    int status = SCAN_TROUBLE;
    switch (options_parse(&options, argc, argv, &out, &messages)) {
    case OPTIONS_RUN:
        status = options.test ? (int)ruletest_run(&options, &out, &messages)
                              : (int)scan_run(&options, &out, &messages);
        break;
    case OPTIONS_DONE:
        status = SCAN_NO_MATCH;
        break;
    case OPTIONS_WRONG:
        break;
    }
    options_free(&options);
    status = close_output(&out, &messages, status);
    return interrupt_signal() ? SIGNALLED + interrupt_signal() : status;
}
