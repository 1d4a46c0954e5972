/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: event queries, sequences, samples, pipes. */
#include "eql/parse.h"

#include <netshare/query.h>
#include <string.h>

#include "eql/parser.h"
#include "text/number.h"

static bool word_is(const struct ns_parser *p, const char *word)
{
    struct ns_string text = ns_parser_text(p, p->token.span);
    return p->token.kind == NS_TOKEN_IDENTIFIER && text.length == strlen(word) &&
           memcmp(text.data, word, text.length) == 0;
}

static bool parse_category(struct ns_parser *p, struct ns_event_filter *filter)
{
    filter->category_span = p->token.span;
    switch (p->token.kind) {
    case NS_TOKEN_ANY:
        filter->any = true;
        return ns_parser_advance(p);
    case NS_TOKEN_IDENTIFIER:
    case NS_TOKEN_STRING:
    case NS_TOKEN_RAW_STRING:
        return ns_parser_string(p, &filter->category);
    default:
        return ns_parser_fail_token(p, "an event category, as in: process where ...");
    }
}

/* `process where condition` */
static bool parse_filter(struct ns_parser *p, struct ns_event_filter *filter)
{
    filter->span.offset = p->token.span.offset;
    if (!parse_category(p, filter) ||
        !ns_parser_expect(p, NS_TOKEN_WHERE,
                          "'where' after the event category, as in: process where ..."))
        return false;
    filter->condition = ns_parse_condition(p);
    filter->span.length = p->previous_end - filter->span.offset;
    return filter->condition != NULL;
}

static bool parse_keys(struct ns_parser *p, struct ns_keys *keys)
{
    size_t mark = p->stack_count;
    do {
        struct ns_node *field = ns_parser_advance(p) ? ns_parse_field(p) : NULL;
        if (!field || !ns_parser_push(p, field))
            return false;
    } while (p->token.kind == NS_TOKEN_COMMA);
    keys->count = p->stack_count - mark;
    keys->items = ns_parser_pop(p, mark);
    return keys->items != NULL;
}

/* The text of two tokens, without what stands between them. */
static bool join_tokens(struct ns_parser *p, const struct ns_token *first,
                        const struct ns_token *second, struct ns_string *out)
{
    struct ns_string a = ns_parser_text(p, first->span), b = ns_parser_text(p, second->span);
    char *text = ns_arena_alloc(p->arena, a.length + b.length + 1, 1);
    if (!text)
        return ns_parser_no_memory(p);
    memcpy(text, a.data, a.length);
    memcpy(text + a.length, b.data, b.length);
    *out = (struct ns_string){text, a.length + b.length};
    return true;
}

/* maxspan = 5m; the token is `maxspan`. */
static bool parse_maxspan(struct ns_parser *p, struct ns_string *maxspan)
{
    static const char *const UNITS[] = {"ms", "s", "m", "h", "d"};
    if (!ns_parser_advance(p) || !ns_parser_expect(p, NS_TOKEN_ASSIGN, "'=' after 'maxspan'"))
        return false;
    struct ns_token number = p->token;
    if (p->token.kind != NS_TOKEN_INTEGER && p->token.kind != NS_TOKEN_DECIMAL)
        return ns_parser_fail_token(p, "a time span, as in: maxspan=5m");
    if (!ns_parser_advance(p))
        return false;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (word_is(p, UNITS[i]))
            return join_tokens(p, &number, &p->token, maxspan) && ns_parser_advance(p);
    }
    return ns_parser_fail_token(p, "a unit of time: ms, s, m, h or d");
}

/* with runs = 5; the token is `runs`. */
static bool parse_runs(struct ns_parser *p, struct ns_term *term)
{
    enum { MOST_RUNS = 100 };
    if (!ns_parser_advance(p) || !ns_parser_expect(p, NS_TOKEN_ASSIGN, "'=' after 'runs'"))
        return false;
    struct ns_string text = ns_parser_text(p, p->token.span);
    if (p->token.kind != NS_TOKEN_INTEGER ||
        !ns_parse_integer(text.data, text.length, 10, &term->runs) || term->runs < 1 ||
        term->runs > MOST_RUNS)
        return ns_parser_fail_token(p, "a number of runs from 1 to 100");
    return ns_parser_advance(p);
}

/* [ filter ] by keys with runs = n */
static bool parse_term(struct ns_parser *p, struct ns_term *term)
{
    *term = (struct ns_term){.missing = p->token.kind == NS_TOKEN_MISSING_BRACKET};
    if (p->token.kind != NS_TOKEN_LEFT_BRACKET && !term->missing)
        return ns_parser_fail_token(p, "'[' and an event query");
    if (!ns_parser_advance(p) || !parse_filter(p, &term->filter) ||
        !ns_parser_expect(p, NS_TOKEN_RIGHT_BRACKET, "']'"))
        return false;
    if (p->token.kind == NS_TOKEN_BY && !parse_keys(p, &term->keys))
        return false;
    if (word_is(p, "as"))
        return ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_SYNTAX,
                                 "'as' belongs to Elastic Endpoint's dialect, not to EQL");
    if (p->token.kind != NS_TOKEN_WITH)
        return true;
    if (!ns_parser_advance(p))
        return false;
    return word_is(p, "runs") ? parse_runs(p, term) : ns_parser_fail_token(p, "'runs='");
}

static bool parse_terms(struct ns_parser *p, struct ns_statement *statement)
{
    struct ns_term *terms = NULL, term;
    size_t count = 0, capacity = 0;
    const netshare_allocator *a = &p->arena->allocator;
    bool done = true;
    do {
        done = parse_term(p, &term);
        struct ns_term *items = done ? ns_grow(a, terms, &capacity, count, sizeof *items) : NULL;
        if (done && !items)
            done = ns_parser_no_memory(p);
        if (items) {
            terms = items;
            terms[count++] = term;
        }
    } while (done && (p->token.kind == NS_TOKEN_LEFT_BRACKET ||
                      p->token.kind == NS_TOKEN_MISSING_BRACKET));
    if (done) {
        statement->terms = ns_arena_copy(p->arena, terms, count, sizeof *terms);
        statement->term_count = count;
        done = statement->terms || ns_parser_no_memory(p);
    }
    ns_free(a, terms);
    return done;
}

/* Rules that hold between the parts of a sequence or sample. */
static bool check_terms(struct ns_parser *p, const struct ns_statement *s)
{
    size_t positive = 0, runs = 0, keyed = 0;
    for (size_t i = 0; i < s->term_count; i++) {
        positive += !s->terms[i].missing;
        runs += s->terms[i].runs ? (size_t)s->terms[i].runs : 1;
        keyed += s->terms[i].keys.count > 0;
    }
    if (positive == 0)
        return ns_parser_fail_at(p, s->keyword, NETSHARE_ERROR_SYNTAX,
                                 "at least one event must be present, not missing");
    if (runs < 2)
        return ns_parser_fail_at(p, s->keyword, NETSHARE_ERROR_SYNTAX,
                                 "expected at least two events in brackets");
    if (positive < s->term_count && !s->maxspan.length)
        return ns_parser_fail_at(p, s->keyword, NETSHARE_ERROR_SYNTAX,
                                 "missing events (![...]) need 'with maxspan='");
    if (s->kind == NS_SAMPLE && !s->keys.count && keyed < s->term_count)
        return ns_parser_fail_at(p, s->keyword, NETSHARE_ERROR_SYNTAX,
                                 "a sample needs 'by' and a field for all its events");
    return true;
}

static bool parse_sequence(struct ns_parser *p, struct ns_statement *statement)
{
    statement->kind = p->token.kind == NS_TOKEN_SAMPLE ? NS_SAMPLE : NS_SEQUENCE;
    statement->keyword = p->token.span;
    if (!ns_parser_advance(p))
        return false;
    if (p->token.kind == NS_TOKEN_BY && !parse_keys(p, &statement->keys))
        return false;
    if (statement->kind == NS_SEQUENCE && p->token.kind == NS_TOKEN_WITH) {
        if (!ns_parser_advance(p))
            return false;
        if (p->token.kind != NS_TOKEN_MAXSPAN)
            return ns_parser_fail_token(p, "'maxspan='");
        if (!parse_maxspan(p, &statement->maxspan))
            return false;
        if (p->token.kind == NS_TOKEN_BY)
            return ns_parser_fail_token(p, "'[': 'by' stands before 'with maxspan='");
    }
    if (!parse_terms(p, statement))
        return false;
    if (statement->kind == NS_SEQUENCE && p->token.kind == NS_TOKEN_UNTIL) {
        statement->until = ns_arena_alloc(p->arena, 1, sizeof *statement->until);
        if (!statement->until)
            return ns_parser_no_memory(p);
        if (!ns_parser_advance(p) || !parse_term(p, statement->until))
            return false;
    }
    return check_terms(p, statement);
}

/* Elasticsearch has the first two, the Python engine had the others as well. */
static const char *const PIPES[] = {"head",   "tail", "count",        "filter",
                                    "unique", "sort", "unique_count", NULL};

static bool check_pipe_name(struct ns_parser *p)
{
    for (size_t i = 0; PIPES[i]; i++) {
        if (word_is(p, PIPES[i]))
            return true;
    }
    return ns_parser_fail_token(p, "the name of a pipe: head or tail");
}

static bool ends_pipe(enum ns_token_kind kind)
{
    return kind == NS_TOKEN_END || kind == NS_TOKEN_PIPE;
}

/* Conditions between commas, or blanks as the Python engine allows. */
static bool push_pipe_arguments(struct ns_parser *p)
{
    while (!ends_pipe(p->token.kind)) {
        struct ns_node *argument = ns_parse_condition(p);
        if (!argument || !ns_parser_push(p, argument))
            return false;
        if (p->token.kind != NS_TOKEN_COMMA)
            continue;
        if (!ns_parser_advance(p))
            return false;
        if (ends_pipe(p->token.kind))
            return ns_parser_fail_token(p, "another argument after ','");
    }
    return true;
}

static bool parse_pipe(struct ns_parser *p, struct ns_pipe *pipe)
{
    size_t mark = p->stack_count;
    pipe->span = p->token.span;
    if (!ns_parser_advance(p) || !check_pipe_name(p))
        return false;
    struct ns_token name = p->token;
    bool takes_number = word_is(p, "head") || word_is(p, "tail");
    if (!ns_parser_string(p, &pipe->name))
        return false;
    if (takes_number && p->token.kind != NS_TOKEN_INTEGER)
        return ns_parser_fail_token(p, "a number of events, as in: | head 5");
    if (!push_pipe_arguments(p))
        return false;
    if (takes_number &&
        (p->stack_count - mark != 1 || p->stack[mark]->kind != NS_NODE_INTEGER))
        return ns_parser_fail_at(p, name.span, NETSHARE_ERROR_SYNTAX,
                                 "this pipe takes one number of events and no more");
    pipe->span.length = p->previous_end - pipe->span.offset;
    pipe->argument_count = p->stack_count - mark;
    pipe->arguments = ns_parser_pop(p, mark);
    return pipe->arguments != NULL;
}

static bool parse_pipes(struct ns_parser *p, struct ns_statement *statement)
{
    enum { MOST_PIPES = 16 };
    struct ns_pipe pipes[MOST_PIPES];
    while (p->token.kind == NS_TOKEN_PIPE) {
        if (statement->pipe_count == MOST_PIPES)
            return ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_LIMIT,
                                     "at most 16 pipes are supported");
        if (!parse_pipe(p, &pipes[statement->pipe_count]))
            return false;
        statement->pipe_count++;
    }
    statement->pipes =
        ns_arena_copy(p->arena, pipes, statement->pipe_count, sizeof *pipes);
    return statement->pipes || ns_parser_no_memory(p);
}

static bool parse_statement(struct ns_parser *p, struct ns_statement *statement)
{
    if (!ns_parser_advance(p))
        return false;
    if (p->token.kind == NS_TOKEN_END)
        return ns_parser_fail_token(p, "a query, as in: process where ...");
    if (p->token.kind == NS_TOKEN_JOIN)
        return ns_parser_fail_at(p, p->token.span, NETSHARE_ERROR_STATEFUL,
                                 "this is a join: it needs several events");
    bool done = p->token.kind == NS_TOKEN_SEQUENCE || p->token.kind == NS_TOKEN_SAMPLE
                    ? parse_sequence(p, statement)
                    : parse_filter(p, &statement->filter);
    if (!done || !parse_pipes(p, statement))
        return false;
    if (p->token.kind == NS_TOKEN_END)
        return true;
    return ns_parser_fail_token(p, "'and', 'or', an operator or the end of the query");
}

static netshare_status check_text(struct ns_string text, netshare_error *error)
{
    if (text.length > NETSHARE_MAX_QUERY_LENGTH)
        return ns_error_set(error, NETSHARE_ERROR_LIMIT,
                            "the query has %zu bytes, at most %u are supported", text.length,
                            NETSHARE_MAX_QUERY_LENGTH);
    size_t invalid = ns_utf8_find_invalid(text.data, text.length);
    if (invalid < text.length)
        return ns_error_at(error, NETSHARE_ERROR_SYNTAX, text.data, text.length, invalid, 1,
                           "the query is not valid UTF-8 here");
    return NETSHARE_OK;
}

netshare_status ns_parse(struct ns_string text, struct ns_arena *arena,
                         const struct ns_statement **result, netshare_error *error)
{
    netshare_status status = check_text(text, error);
    if (status != NETSHARE_OK)
        return status;
    struct ns_parser p = {.lexer = {text, 0, error},
                          .arena = arena,
                          .status = NETSHARE_ERROR_SYNTAX};
    ns_buffer_init(&p.text, &arena->allocator);
    struct ns_statement *statement = ns_arena_alloc(arena, 1, sizeof *statement);
    bool done = statement ? parse_statement(&p, statement) : ns_parser_no_memory(&p);
    ns_free(&arena->allocator, p.stack);
    ns_buffer_free(&p.text);
    *result = done ? statement : NULL;
    return done ? NETSHARE_OK : p.status;
}
