/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What an agent has to make of a Windows process start before rules can read it:
 * the arguments in a command line, and the file name in an image path. Without
 * memory of the library's, in UTF-8 or UTF-16.
 *
 *     netshare_command_line line = netshare_command_line_from_utf16(text, units, buffer);
 *     netshare_value argument;
 *     while (count < MOST && netshare_command_line_next(&line, &argument))
 *         arguments[count++] = argument;
 *
 * Arguments are cut as Windows' CommandLineToArgvW cuts them:
 * - The first one is the program. If it begins with a quote, it ends at the next
 *   quote, else before the first character from U+0001 to U+0020, so that a command
 *   line that begins with a blank has an empty program. Backslashes are ordinary.
 * - Later ones are separated by spaces and tabs outside quotes. A quote begins or
 *   ends a quoted part and is dropped; so `""` is an empty argument.
 * - 2n backslashes before a quote stand for n, and the quote counts; 2n + 1 stand
 *   for n, and the quote is a character. Other backslashes are ordinary.
 * - A quote that ends a quoted part and is followed by another quote: the second
 *   one is a character, and the part has ended.
 * - An empty command line has no arguments. (CommandLineToArgvW gives the path of
 *   the calling program instead.)
 *
 * NUL, bytes that are not UTF-8 and unpaired surrogates are ordinary characters.
 *
 * Sources: Microsoft's reference of CommandLineToArgvW for backslashes, quotes and
 * the leading blank; published observations of Windows 10 for the rest (the end of
 * the program, doubled quotes). The C runtime's argv since 2008 differs in both.
 */
#ifndef NETSHARE_COMMAND_LINE_H
#define NETSHARE_COMMAND_LINE_H

#include <netshare/event.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Walks the arguments of a command line. Its members are the library's business. */
typedef struct netshare_command_line {
    netshare_value text;
    void *buffer;
    size_t position;
} netshare_command_line;

/**
 * A walk over a command line in UTF-8.
 *
 * @param text    borrowed, as is `buffer`, while the walk or an argument is in use;
 *                may be NULL when `length` is 0
 * @param length  in bytes
 * @param buffer  room for `length` bytes, for arguments that differ from what stands
 *                in the text; may be `text` itself, which is then changed
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
static inline netshare_command_line netshare_command_line_from_utf8(const char *text,
                                                                    size_t length,
                                                                    char *buffer)
{
    netshare_command_line line;
    line.text = netshare_value_from_utf8(text, length);
    line.buffer = buffer;
    line.position = 0;
    return line;
}

/**
 * As netshare_command_line_from_utf8() for UTF-16 in the machine's byte order.
 *
 * @param length  in 16-bit units
 * @param buffer  room for `length` units; may be `text` itself
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
static inline netshare_command_line netshare_command_line_from_utf16(const uint16_t *text,
                                                                     size_t length,
                                                                     uint16_t *buffer)
{
    netshare_command_line line;
    line.text = netshare_value_from_utf16(text, length);
    line.buffer = buffer;
    line.position = 0;
    return line;
}

/**
 * Takes the next argument, in time proportional to the text passed over.
 *
 * @param line      from one of the functions above
 * @param argument  gets the argument, in the encoding of the text: a part of the
 *                  text, or of the buffer at the same place. All arguments of one
 *                  walk are valid together. Unchanged when there is none.
 * @return false when there are no more arguments
 *
 * Thread safety: one thread at a time per walk. Allocates: no. Since: 0.1
 */
NETSHARE_API bool netshare_command_line_next(netshare_command_line *line,
                                             netshare_value *argument);

/**
 * The last component of a path: what follows its last `\` or `/`, the whole path
 * when it has neither, the empty string when it ends in one.
 *
 * @param path  a string; a value of another type comes back as it is
 * @return a part of the path's text, in the same encoding
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API netshare_value netshare_file_name(netshare_value path);

#ifdef __cplusplus
}
#endif

#endif
