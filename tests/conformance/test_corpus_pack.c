/* SPDX-License-Identifier: Apache-2.0 */
/* Elastic's detection rules over real attack captures: in one matcher and in packs of fifty
 * they find what each of them finds alone. */
#include "../pack_fixture.h"
#include "../support.h"
#include "main.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RULES = 1000, RULES = 429, EVENTS = 6647 };

static const char rules_file[] = "detection-rules/rules.ndjson";

/* The lines of a file; `text` is cut up. */
static size_t cut_lines(char *text, char **lines, size_t room)
{
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cr_assert_lt(count, room);
        lines[count++] = line;
    }
    return count;
}

/* Can it be matched event by event? */
static bool is_for_events(const char *document)
{
    netshare_builder *builder = netshare_builder_new(NULL, NULL);
    netshare_document_counts counts = {0, 0, 0, 0};
    cr_assert_eq(netshare_builder_add_documents(builder, document, strlen(document), NULL, NULL,
                                                &counts, NULL), NETSHARE_OK);
    netshare_builder_free(builder);
    return counts.added == 1;
}

static pack_family *load(char *text)
{
    static const size_t group_sizes[] = {50};
    char *lines[MOST_RULES];
    const char *documents[MOST_RULES];
    size_t lines_count = cut_lines(text, lines, MOST_RULES), count = 0;
    for (size_t i = 0; i < lines_count; i++) {
        if (is_for_events(lines[i])) {
            documents[count++] = lines[i];
        }
    }
    cr_assert_eq(count, RULES);
    return pack_family_new(documents, count, NULL, group_sizes, 1);
}

Test(corpus_pack, finds_what_each_rule_finds_alone, .timeout = 250)
{
    size_t length = 0, count = 0, matches = 0;
    char *rules_path = test_conformance_path(rules_file);
    char *events_path = test_corpus_path("events.ndjson");
    char *rules = test_read_file(rules_path, &length);
    pack_family *family = load(rules);
    char *events = test_read_file(events_path, &length);
    cr_assert_not_null(events);
    for (char *line = strtok(events, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        pack_family_expect_json(family, line, strlen(line));
        count++;
    }
    for (size_t d = 0; d < family->count; d++) {
        matches += family->matches[d];
    }
    cr_expect_eq(count, EVENTS);
    cr_expect_gt(matches, 300, "%zu", matches);
    pack_family_free(family);
    free(rules);
    free(events);
    free(rules_path);
    free(events_path);
}

int main(int argc, char **argv)
{
    char *events = test_corpus_path("events.ndjson");
    char *rules = events != NULL ? test_conformance_path(rules_file) : NULL;
    free(events);
    return conformance_main(argc, argv, rules);
}
