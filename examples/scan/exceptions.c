/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "exceptions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "platform.h"
#include "rules.h"

struct exceptions {
    netshare_source source;
    netshare_matcher *matcher; /* condition i is rule i of it; NULL: no conditions */
    char **targets;            /* rule id, rule name, or "*" */
    size_t count;
    size_t capacity;
};

struct exceptions_scratch {
    const struct exceptions *exceptions;
    netshare_scratch *scratch;
    netshare_event *event;
    bool *held; /* by number of the condition */
};

static bool is_for(const char *target, const netshare_rule *rule)
{
    return strcmp(target, "*") == 0
           || strcmp(target, netshare_rule_string(rule, NETSHARE_RULE_ID)) == 0
           || strcmp(target, netshare_rule_string(rule, NETSHARE_RULE_NAME)) == 0;
}

struct loader {
    struct exceptions *exceptions;
    netshare_builder *builder;
    const netshare_matcher *rules;
    struct output *messages;
    const char *file;
    char *target;
    struct output condition; /* so far */
    size_t line;             /* of the condition */
};

static void report(struct loader *loader, size_t line)
{
    output_string(loader->messages, "netshare-scan: ");
    output_string(loader->messages, loader->file);
    output_format(loader->messages, ":%zu: ", line);
}

static bool fail(struct loader *loader, size_t line, const char *message)
{
    report(loader, line);
    output_format(loader->messages, "%s\n", message);
    return false;
}

/* Is it a whole query, `any where ...`, and not only a condition? */
static bool is_query(const char *text)
{
    size_t word = text[0] == '"' ? strcspn(text + 1, "\"") + 2
                                 : strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                                "UVWXYZ_0123456789");
    size_t blank = word && word < strlen(text) ? strspn(text + word, " \t") : 0;
    const char *where = text + word + blank;
    return blank && strncmp(where, "where", 5) == 0 && strchr(" \t(\n", where[5]);
}

static bool add_target(struct exceptions *exceptions, const char *target)
{
    if (exceptions->count == exceptions->capacity) {
        size_t wanted = exceptions->capacity ? 2 * exceptions->capacity : 16;
        char **grown = realloc(exceptions->targets, wanted * sizeof *grown);
        if (!grown)
            return false;
        exceptions->targets = grown;
        exceptions->capacity = wanted;
    }
    exceptions->targets[exceptions->count] = strdup(target);
    return exceptions->targets[exceptions->count] && ++exceptions->count;
}

/* Ids have a fixed length, so that the matcher keeps the order of the conditions. */
static bool end_condition(struct loader *loader)
{
    struct output query = {0};
    netshare_error error;
    char id[32];
    if (!loader->condition.length)
        return true;
    output_bytes(&loader->condition, "", 1);
    if (!loader->condition.error && !is_query(loader->condition.data))
        output_string(&query, "any where ");
    output_bytes(&query, loader->condition.data, loader->condition.length - 1);
    snprintf(id, sizeof id, "%010zu", loader->exceptions->count);
    bool ok = !query.error && !loader->condition.error;
    if (!ok) {
        fail(loader, loader->line, "out of memory");
    } else if (netshare_builder_add_query(loader->builder, id, query.data, query.length, &error)
               != NETSHARE_OK) {
        report(loader, loader->line);
        error.rule_id[0] = '\0';
        rules_write_error(loader->messages, &error);
        ok = false;
    } else if (!add_target(loader->exceptions, loader->target)) {
        ok = fail(loader, loader->line, "out of memory");
    }
    output_free(&query);
    loader->condition.length = 0;
    return ok;
}

/* A rule that is not here is worth a word: it may be a misspelt one. */
static bool set_target(struct loader *loader, const char *text, size_t length, size_t line)
{
    bool known = false;
    if (length < 3 || text[length - 1] != ']')
        return fail(loader, line, "the rule's id or name, then ']', was expected");
    free(loader->target);
    loader->target = strndup(text + 1, length - 2);
    if (!loader->target)
        return fail(loader, line, "out of memory");
    for (size_t i = 0; i < netshare_matcher_rule_count(loader->rules) && !known; i++)
        known = is_for(loader->target, netshare_matcher_rule(loader->rules, i));
    if (!known)
        fail(loader, line, "no rule has this id or name: what follows is of no effect");
    return true;
}

static bool add_line(struct loader *loader, const char *text, size_t length, size_t line)
{
    size_t indent = 0;
    while (length && strchr(" \t\r", text[length - 1]))
        length--;
    while (indent < length && (text[indent] == ' ' || text[indent] == '\t'))
        indent++;
    if (indent == length || text[indent] == '#')
        return true;
    if (indent && loader->condition.length) {
        output_bytes(&loader->condition, "\n", 1);
    } else {
        if (!end_condition(loader))
            return false;
        if (text[indent] == '[')
            return set_target(loader, text + indent, length - indent, line);
        loader->line = line;
    }
    output_bytes(&loader->condition, text + indent, length - indent);
    return true;
}

static bool load_file(struct loader *loader, const char *file)
{
    size_t length;
    const char *reason;
    char *text = input_read_file(file, &length, &reason);
    if (!text) {
        output_string(loader->messages, "netshare-scan: ");
        output_string(loader->messages, file);
        output_format(loader->messages, ": %s\n", reason);
        return false;
    }
    loader->file = file;
    free(loader->target);
    loader->target = strdup("*");
    bool ok = loader->target != NULL;
    size_t at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (size_t line = 1; ok && at < length; line++) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t stop = end ? (size_t)(end - text) : length;
        ok = add_line(loader, text + at, stop - at, line);
        at = stop + 1;
    }
    ok = ok && end_condition(loader);
    free(text);
    return ok;
}

struct exceptions *exceptions_load(const char *const *files, size_t count,
                                   const netshare_matcher *rules, netshare_source source,
                                   struct output *messages)
{
    netshare_error error = {0};
    struct loader loader = {.rules = rules, .messages = messages};
    loader.exceptions = calloc(1, sizeof *loader.exceptions);
    loader.builder = netshare_builder_new(NULL, &error);
    bool ok = loader.exceptions && loader.builder;
    if (ok)
        loader.exceptions->source = source;
    else
        output_format(messages, "netshare-scan: out of memory\n");
    for (size_t i = 0; i < count && ok; i++)
        ok = load_file(&loader, files[i]);
    if (ok && loader.exceptions->count) {
        loader.exceptions->matcher = netshare_builder_build(loader.builder, &error);
        ok = loader.exceptions->matcher != NULL;
        if (!ok)
            rules_write_error(messages, &error);
    }
    netshare_builder_free(loader.builder);
    output_free(&loader.condition);
    free(loader.target);
    if (ok)
        return loader.exceptions;
    exceptions_free(loader.exceptions);
    return NULL;
}

void exceptions_free(struct exceptions *exceptions)
{
    if (!exceptions)
        return;
    netshare_matcher_unref(exceptions->matcher);
    for (size_t i = 0; i < exceptions->count; i++)
        free(exceptions->targets[i]);
    free(exceptions->targets);
    free(exceptions);
}

struct exceptions_scratch *exceptions_scratch_new(const struct exceptions *exceptions)
{
    struct exceptions_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return NULL;
    scratch->exceptions = exceptions;
    if (!exceptions->matcher)
        return scratch;
    scratch->scratch = netshare_scratch_new(exceptions->matcher, NULL);
    scratch->event = netshare_event_new_for_source(exceptions->matcher, exceptions->source, NULL);
    scratch->held = calloc(exceptions->count, sizeof *scratch->held);
    if (scratch->scratch && scratch->event && scratch->held)
        return scratch;
    exceptions_scratch_free(scratch);
    return NULL;
}

void exceptions_scratch_free(struct exceptions_scratch *scratch)
{
    if (!scratch)
        return;
    netshare_scratch_free(scratch->scratch);
    netshare_event_free(scratch->event);
    free(scratch->held);
    free(scratch);
}

void exceptions_try(struct exceptions_scratch *scratch, const struct event_line *line)
{
    const struct exceptions *exceptions = scratch->exceptions;
    netshare_result result = {0};
    if (!exceptions->matcher)
        return;
    if (netshare_event_parse(scratch->event, line->text, line->length, NULL) == NETSHARE_OK)
        netshare_match(exceptions->matcher, scratch->scratch, netshare_event_accessor(),
                       scratch->event, NETSHARE_DETAIL_RULES, &result);
    for (size_t i = 0, next = 0; i < exceptions->count; i++) {
        scratch->held[i] = next < result.match_count
                           && result.rules[next] == netshare_matcher_rule(exceptions->matcher, i);
        next += scratch->held[i];
    }
}

bool exceptions_hold(const struct exceptions_scratch *scratch, const netshare_rule *rule)
{
    const struct exceptions *exceptions = scratch->exceptions;
    for (size_t i = 0; i < exceptions->count; i++)
        if (scratch->held[i] && is_for(exceptions->targets[i], rule))
            return true;
    return false;
}
