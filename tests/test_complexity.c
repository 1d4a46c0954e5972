/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work grows with the text no faster than documented, for patterns that make matchers with
 * backtracking explode. Measured in instructions by tests/test_complexity.py, which runs this
 * program under valgrind: test_complexity CASE SIZE matches once a text of that size and
 * prints the verdict.
 */
#include <netshare/netshare.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_PATTERN = 8192 };

static char pattern[LONGEST_PATTERN];
static char query[LONGEST_PATTERN + 100];
static const char *fill = "a"; /* what texts are made of, again and again */
static size_t value_count;     /* of field f: one of that size, or so many short ones */

static void repeat(const char *part, size_t times)
{
    for (size_t i = 0; i < times; i++)
        strcat(pattern, part);
}

static void stars(void) { strcpy(pattern, "*a*a*a*a*b"); }
static void many_stars(void) { repeat("a*", 1000), strcat(pattern, "b"); }
static void only_stars(void) { repeat("*", 4000), strcat(pattern, "b"); }
static void question_marks(void) { repeat("?", 1000), strcat(pattern, "*b"); }
static void star_questions(void)
{
    strcpy(pattern, "*"), repeat("?", 1000), strcat(pattern, "b*");
}
static void long_part(void) { strcpy(pattern, "*"), repeat("a", 1000), strcat(pattern, "b*"); }
static void mixed(void) { repeat("*?a", 300), strcat(pattern, "b"); }
static void folded(void) { strcpy(pattern, "*\xC3\xA9*\xC3\x89*b"), fill = "\xC3\xA9"; }
static void apart(void) { strcpy(pattern, "*ba*b?b?b?bb*a*a"), fill = "ba"; }
static void far_apart(void) { repeat("*ba?a", 200), strcat(pattern, "*bb*a"), fill = "ba"; }
static void invalid(void) { strcpy(pattern, "*\xFF*?*\xFE"), fill = "\xFF"; }

static void as_query(const char *before, const char *after)
{
    snprintf(query, sizeof query, "%s%s%s", before, pattern, after);
}

static void wildcard_clause(void)
{
    stars();
    as_query("any where f : (\"", "\", \"*c*d*\", \"x\")");
}
static void nested_star(void)
{
    strcpy(pattern, "(a|a)*b");
    as_query("any where f regex \"", "\"");
}
static void star_of_star(void)
{
    strcpy(pattern, "((a*)*)*b");
    as_query("any where f regex \"", "\"");
}
static void alternatives(void)
{
    strcpy(pattern, "(a|aa|aaa)*(b|c)");
    as_query("any where f regex~ \"", "\"");
}
static void counted(void)
{
    strcpy(pattern, "(a{1,20}){1,4}.*b");
    as_query("any where f regex \"", "\"");
}
static void contains(void)
{
    strcpy(pattern, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    as_query("any where stringContains~(f, \"", "\") or between(f, \"b\", \"c\") == \"x\"");
}
static void many_values(void)
{
    value_count = 1, stars();
    as_query("any where f : \"", "\" and not f : \"?\"");
}
static void values_in_expression(void)
{
    value_count = 1;
    as_query("any where length(f) == 77", "");
}

static const struct {
    const char *name;
    void (*prepare)(void);
} cases[] = {
    {"stars", stars}, {"many_stars", many_stars}, {"only_stars", only_stars},
    {"question_marks", question_marks}, {"star_questions", star_questions},
    {"long_part", long_part}, {"mixed", mixed}, {"folded", folded}, {"invalid", invalid},
    {"apart", apart}, {"far_apart", far_apart},
    {"wildcard_clause", wildcard_clause}, {"nested_star", nested_star},
    {"star_of_star", star_of_star}, {"alternatives", alternatives}, {"counted", counted},
    {"contains", contains}, {"many_values", many_values},
    {"values_in_expression", values_in_expression},
};
enum { CASES = sizeof cases / sizeof *cases };

struct event {
    const char *text;
    size_t size;
};

static bool get(void *user, size_t field, size_t index, netshare_value *value)
{
    const struct event *event = user;
    (void)field;
    if (index >= (value_count ? event->size : 1))
        return false;
    *value = netshare_value_from_utf8(event->text, value_count ? 5 : event->size);
    return true;
}

static char *make_text(size_t size)
{
    char *text = malloc(size);
    for (size_t i = 0; text && i < size; i++)
        text[i] = fill[i % strlen(fill)];
    return text;
}

static int match_query(const char *text, size_t size)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    struct event event = {text, size};
    netshare_result result = {false, 0, NULL};
    netshare_matcher *matcher = netshare_matcher_new_from_query(query, strlen(query), NULL);
    netshare_scratch *scratch = matcher ? netshare_scratch_new(matcher, NULL) : NULL;
    netshare_status status = NETSHARE_ERROR_NO_MEMORY;
    if (scratch)
        status = netshare_match(matcher, scratch, &accessor, &event, NETSHARE_DETAIL_RULES,
                                &result);
    netshare_scratch_free(scratch);
    netshare_matcher_unref(matcher);
    return status == NETSHARE_OK ? result.matched : -1;
}

static int match_wildcard(const char *text, size_t size)
{
    netshare_wildcard *wildcard =
        netshare_wildcard_compile(pattern, strlen(pattern), 0, NULL, NULL);
    int verdict = wildcard ? netshare_wildcard_match(wildcard, text, size) : -1;
    netshare_wildcard_free(wildcard);
    return verdict;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        for (size_t i = 0; i < CASES; i++)
            puts(cases[i].name);
        return argc == 1 ? 0 : 2;
    }
    size_t number = 0, size = (size_t)strtoul(argv[2], NULL, 10);
    while (number < CASES && strcmp(cases[number].name, argv[1]) != 0)
        number++;
    if (number == CASES)
        return 2;
    cases[number].prepare();
    char *text = make_text(size);
    int verdict = !text ? -1 : query[0] ? match_query(text, size) : match_wildcard(text, size);
    free(text);
    printf("%d\n", verdict);
    return verdict == 0 ? 0 : 1;
}
