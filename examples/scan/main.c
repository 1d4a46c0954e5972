/* SPDX-License-Identifier: Apache-2.0 */
/* netshare-scan: EQL detection rules over files of events. See docs/netshare-scan.md. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "options.h"
#include "scan.h"

enum { EXIT_NO_MATCH = 0, EXIT_MATCH = 1, EXIT_TROUBLE = 2 };

static int scan_all(const struct options *options, struct output *out, struct output *messages)
{
    struct scan scan;
    int status = EXIT_TROUBLE;
    if (scan_start(&scan, options, out, messages)) {
        scan_files(&scan);
        if (!options->quiet)
            scan_write_summary(&scan);
        if (!scan.counts.unreadable && !scan.counts.unmatched)
            status = scan.counts.matches ? EXIT_MATCH : EXIT_NO_MATCH;
    }
    scan_end(&scan);
    return status;
}

/* Only when everything has reached the kernel is the status one of success. */
static int close_output(struct output *out, struct output *messages, int status)
{
    errno = 0;
    if (fclose(out->file) != 0 && !out->error && errno != EBADF) /* closed from the start */
        out->error = errno;
    if (!out->error)
        return status;
    if (out->error != EPIPE) /* whoever closed the pipe knows */
        output_format(messages, "netshare-scan: standard output: %s\n", strerror(out->error));
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    struct output out = {stdout, 0}, messages = {stderr, 0};
    struct options options;
    signal(SIGPIPE, SIG_IGN);
    int status = EXIT_TROUBLE;
    switch (options_parse(&options, argc, argv, &out, &messages)) {
    case OPTIONS_RUN:
        status = scan_all(&options, &out, &messages);
        break;
    case OPTIONS_DONE:
        status = EXIT_NO_MATCH;
        break;
    case OPTIONS_WRONG:
        break;
    }
    options_free(&options);
    return close_output(&out, &messages, status);
}
