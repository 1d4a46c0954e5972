/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source: the grammar of EQL in Elasticsearch (EqlBase.g4). Unlike in the older
 * Python engine block comments nest, and single quotes are refused.
 */
#include "eql/lexer.h"

#include <string.h>

static const struct {
    const char *word;
    enum ns_token_kind kind;
    enum ns_token_kind with_tilde; /* NS_TOKEN_END: has no such form */
} KEYWORDS[] = {
    {"and", NS_TOKEN_AND, NS_TOKEN_END},
    {"any", NS_TOKEN_ANY, NS_TOKEN_END},
    {"by", NS_TOKEN_BY, NS_TOKEN_END},
    {"false", NS_TOKEN_FALSE, NS_TOKEN_END},
    {"in", NS_TOKEN_IN, NS_TOKEN_IN_TILDE},
    {"join", NS_TOKEN_JOIN, NS_TOKEN_END},
    {"like", NS_TOKEN_LIKE, NS_TOKEN_LIKE_TILDE},
    {"maxspan", NS_TOKEN_MAXSPAN, NS_TOKEN_END},
    {"not", NS_TOKEN_NOT, NS_TOKEN_END},
    {"null", NS_TOKEN_NULL, NS_TOKEN_END},
    {"of", NS_TOKEN_OF, NS_TOKEN_END},
    {"or", NS_TOKEN_OR, NS_TOKEN_END},
    {"regex", NS_TOKEN_REGEX, NS_TOKEN_REGEX_TILDE},
    {"sample", NS_TOKEN_SAMPLE, NS_TOKEN_END},
    {"sequence", NS_TOKEN_SEQUENCE, NS_TOKEN_END},
    {"true", NS_TOKEN_TRUE, NS_TOKEN_END},
    {"until", NS_TOKEN_UNTIL, NS_TOKEN_END},
    {"where", NS_TOKEN_WHERE, NS_TOKEN_END},
    {"with", NS_TOKEN_WITH, NS_TOKEN_END},
};
enum { KEYWORD_COUNT = sizeof KEYWORDS / sizeof *KEYWORDS };

/* Longest first, so that `==` is not read as two `=`. */
static const struct {
    char text[3];
    enum ns_token_kind kind;
} PUNCTUATION[] = {
    {"==", NS_TOKEN_EQUAL},        {"!=", NS_TOKEN_NOT_EQUAL},
    {"<=", NS_TOKEN_LESS_EQUAL},   {">=", NS_TOKEN_GREATER_EQUAL},
    {"![", NS_TOKEN_MISSING_BRACKET},
    {"<", NS_TOKEN_LESS},          {">", NS_TOKEN_GREATER},
    {"=", NS_TOKEN_ASSIGN},        {"+", NS_TOKEN_PLUS},
    {"-", NS_TOKEN_MINUS},         {"*", NS_TOKEN_STAR},
    {"/", NS_TOKEN_SLASH},         {"%", NS_TOKEN_PERCENT},
    {".", NS_TOKEN_DOT},           {",", NS_TOKEN_COMMA},
    {":", NS_TOKEN_COLON},         {"|", NS_TOKEN_PIPE},
    {"?", NS_TOKEN_QUESTION},      {"(", NS_TOKEN_LEFT_PAREN},
    {")", NS_TOKEN_RIGHT_PAREN},   {"[", NS_TOKEN_LEFT_BRACKET},
    {"]", NS_TOKEN_RIGHT_BRACKET},
};
enum { PUNCTUATION_COUNT = sizeof PUNCTUATION / sizeof *PUNCTUATION };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_identifier(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@';
}

static bool continues_identifier(char c)
{
    return (starts_identifier(c) && c != '@') || is_digit(c);
}

/* The byte at `offset`, NUL past the end. */
static char peek(const struct ns_lexer *lexer, size_t offset)
{
    return offset < lexer->text.length ? lexer->text.data[offset] : '\0';
}

static bool at_line_end(const struct ns_lexer *lexer, size_t at)
{
    return at >= lexer->text.length || lexer->text.data[at] == '\n' ||
           lexer->text.data[at] == '\r';
}

static bool looking_at(const struct ns_lexer *lexer, size_t offset, const char *text)
{
    size_t i = 0, left = lexer->text.length - offset;
    while (text[i] && i < left && lexer->text.data[offset + i] == text[i])
        i++;
    return !text[i];
}

static bool fail(struct ns_lexer *lexer, size_t offset, size_t length, const char *message)
{
    ns_error_at(lexer->error, NETSHARE_ERROR_SYNTAX, lexer->text.data, lexer->text.length, offset,
                length, "%s", message);
    return false;
}

/* Comments nest. One that holds an opening too many, as in a path with a star behind a slash,
 * ends at the last end there is. */
static bool skip_block_comment(struct ns_lexer *lexer)
{
    size_t start = lexer->at, at = start, depth = 0, last_end = 0;
    do {
        if (looking_at(lexer, at, "/*")) {
            depth++;
            at += 2;
        } else if (looking_at(lexer, at, "*/")) {
            depth--;
            last_end = at += 2;
        } else {
            at++;
        }
    } while (depth > 0 && at < lexer->text.length);
    if (last_end == 0)
        return fail(lexer, start, 2, "comment is not closed, expected '*/'");
    lexer->at = last_end;
    return true;
}

static bool skip_blanks(struct ns_lexer *lexer)
{
    while (lexer->at < lexer->text.length) {
        char c = peek(lexer, lexer->at);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            lexer->at++;
        } else if (looking_at(lexer, lexer->at, "//")) {
            while (!at_line_end(lexer, lexer->at))
                lexer->at++;
        } else if (looking_at(lexer, lexer->at, "/*")) {
            if (!skip_block_comment(lexer))
                return false;
        } else {
            break;
        }
    }
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The code point of `\u{hex}` whose backslash is at `at`; false when malformed.
 * *end gets the offset behind it. */
static bool read_unicode_escape(struct ns_string text, size_t at, uint32_t *code_point,
                                size_t *end)
{
    size_t i = at + 2, digits = 0;
    if (i >= text.length || text.data[i++] != '{')
        return false;
    *code_point = 0;
    for (; i < text.length && hex_digit(text.data[i]) >= 0; i++, digits++) {
        if (digits == 8)
            return false;
        *code_point = *code_point * 16 + (uint32_t)hex_digit(text.data[i]);
    }
    if (digits < 2 || i >= text.length || text.data[i] != '}')
        return false;
    *end = i + 1;
    return *code_point <= 0x10FFFF && (*code_point & 0xFFFFF800) != 0xD800;
}

static const char ESCAPES[] = "b\bt\tn\nf\fr\r\"\"''\\\\"; /* letter, meaning */

static char escaped(char letter)
{
    for (size_t i = 0; i + 1 < sizeof ESCAPES; i += 2) {
        if (ESCAPES[i] == letter)
            return ESCAPES[i + 1];
    }
    return '\0';
}

/* Moves behind the escape at lexer->at. */
static bool skip_escape(struct ns_lexer *lexer)
{
    if (peek(lexer, lexer->at + 1) == 'u') {
        uint32_t code_point;
        size_t end;
        if (!read_unicode_escape(lexer->text, lexer->at, &code_point, &end))
            return fail(lexer, lexer->at, 2,
                        "malformed escape, expected \\u{...} with 2 to 8 hexadecimal digits of "
                        "a character");
        lexer->at = end;
        return true;
    }
    if (!escaped(peek(lexer, lexer->at + 1)))
        return fail(lexer, lexer->at, 2,
                    "unknown escape, expected one of \\b \\t \\n \\f \\r \\\" \\' \\\\ \\u{...}; "
                    "write a backslash as \\\\ or use a \"\"\"raw string\"\"\"");
    lexer->at += 2;
    return true;
}

static bool lex_string(struct ns_lexer *lexer)
{
    size_t start = lexer->at++;
    for (;;) {
        if (at_line_end(lexer, lexer->at))
            return fail(lexer, start, 1, "string is not closed, expected '\"' on the same line");
        char c = peek(lexer, lexer->at);
        if (c == '"') {
            lexer->at++;
            return true;
        }
        if (c != '\\' || at_line_end(lexer, lexer->at + 1))
            lexer->at++;
        else if (!skip_escape(lexer))
            return false;
    }
}

/* A raw string ends at the first three quotes; up to two more belong to it. */
static bool lex_raw_string(struct ns_lexer *lexer)
{
    size_t start = lexer->at;
    lexer->at += 3;
    while (!looking_at(lexer, lexer->at, "\"\"\"")) {
        if (at_line_end(lexer, lexer->at))
            return fail(lexer, start, 3,
                        "raw string is not closed, expected '\"\"\"' on the same line");
        lexer->at++;
    }
    lexer->at += 3;
    for (int more = 0; more < 2 && peek(lexer, lexer->at) == '"'; more++)
        lexer->at++;
    return true;
}

static bool lex_quoted_identifier(struct ns_lexer *lexer)
{
    size_t start = lexer->at++;
    for (;;) {
        if (lexer->at >= lexer->text.length)
            return fail(lexer, start, 1, "name is not closed, expected '`'");
        if (peek(lexer, lexer->at++) == '`') {
            if (peek(lexer, lexer->at) != '`')
                return true;
            lexer->at++;
        }
    }
}

static void skip_digits(struct ns_lexer *lexer)
{
    while (is_digit(peek(lexer, lexer->at)))
        lexer->at++;
}

static enum ns_token_kind lex_number(struct ns_lexer *lexer)
{
    enum ns_token_kind kind = NS_TOKEN_INTEGER;
    skip_digits(lexer);
    if (peek(lexer, lexer->at) == '.') {
        kind = NS_TOKEN_DECIMAL;
        lexer->at++;
        skip_digits(lexer);
    }
    if (peek(lexer, lexer->at) == 'e' || peek(lexer, lexer->at) == 'E') {
        size_t sign = lexer->at + 1;
        if (peek(lexer, sign) == '+' || peek(lexer, sign) == '-')
            sign++;
        if (is_digit(peek(lexer, sign))) {
            kind = NS_TOKEN_DECIMAL;
            lexer->at = sign;
            skip_digits(lexer);
        }
    }
    return kind;
}

static enum ns_token_kind lex_word(struct ns_lexer *lexer)
{
    size_t start = lexer->at++;
    while (continues_identifier(peek(lexer, lexer->at)))
        lexer->at++;
    const char *word = lexer->text.data + start;
    size_t length = lexer->at - start;
    bool tilde = peek(lexer, lexer->at) == '~';
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        if (!ns_is_word(KEYWORDS[i].word, word, length))
            continue;
        if (!tilde || KEYWORDS[i].with_tilde == NS_TOKEN_END)
            return KEYWORDS[i].kind;
        lexer->at++;
        return KEYWORDS[i].with_tilde;
    }
    if (!tilde)
        return NS_TOKEN_IDENTIFIER;
    lexer->at++;
    return NS_TOKEN_TILDE_IDENTIFIER;
}

static bool lex_punctuation(struct ns_lexer *lexer, enum ns_token_kind *kind)
{
    if (looking_at(lexer, lexer->at, "||"))
        return fail(lexer, lexer->at, 2, "unexpected '||', conditions are joined by 'or'");
    for (size_t i = 0; i < PUNCTUATION_COUNT; i++) {
        if (looking_at(lexer, lexer->at, PUNCTUATION[i].text)) {
            lexer->at += strlen(PUNCTUATION[i].text);
            *kind = PUNCTUATION[i].kind;
            return true;
        }
    }
    size_t end = lexer->at;
    ns_utf8_next((const unsigned char *)lexer->text.data, lexer->text.length, &end);
    const char *message = "unexpected character";
    if (peek(lexer, lexer->at) == '!')
        message = "unexpected '!', expected '!=', or 'not' before a condition";
    else if (peek(lexer, lexer->at) == '$')
        message = "variables ($name) belong to Elastic Endpoint's dialect, not to EQL";
    else if (peek(lexer, lexer->at) == '&')
        message = "unexpected '&', conditions are joined by 'and'";
    return fail(lexer, lexer->at, end - lexer->at, message);
}

bool ns_lexer_next(struct ns_lexer *lexer, struct ns_token *token)
{
    if (!skip_blanks(lexer))
        return false;
    size_t start = lexer->at;
    char c = peek(lexer, start);
    bool done = true;
    if (start >= lexer->text.length) {
        token->kind = NS_TOKEN_END;
    } else if (looking_at(lexer, start, "\"\"\"")) {
        token->kind = NS_TOKEN_RAW_STRING;
        done = lex_raw_string(lexer);
    } else if (c == '"') {
        token->kind = NS_TOKEN_STRING;
        done = lex_string(lexer);
    } else if (c == '\'' || (c == '?' && (peek(lexer, start + 1) == '"' ||
                                          peek(lexer, start + 1) == '\''))) {
        done = fail(lexer, start, 1,
                    c == '?' ? "?\"...\" strings are not supported, use \"\"\"...\"\"\""
                             : "strings take double quotes: \"...\", not '...'");
    } else if (c == '`') {
        token->kind = NS_TOKEN_QUOTED_IDENTIFIER;
        done = lex_quoted_identifier(lexer);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(lexer, start + 1)))) {
        token->kind = lex_number(lexer);
    } else if (starts_identifier(c)) {
        token->kind = lex_word(lexer);
    } else {
        done = lex_punctuation(lexer, &token->kind);
    }
    token->span = (struct ns_span){start, lexer->at - start};
    return done;
}

static void decode_string(struct ns_string body, struct ns_buffer *out)
{
    for (size_t i = 0; i < body.length;) {
        const char *backslash = memchr(body.data + i, '\\', body.length - i);
        size_t plain = backslash ? (size_t)(backslash - body.data) - i : body.length - i;
        ns_buffer_add(out, body.data + i, plain);
        i += plain;
        uint32_t code_point = 0;
        if (!backslash)
            return;
        if (body.data[i + 1] == 'u') {
            read_unicode_escape(body, i, &code_point, &i); /* skip_escape() has seen that it can */
            ns_buffer_add_code_point(out, code_point);
        } else {
            ns_buffer_add_byte(out, escaped(body.data[i + 1]));
            i += 2;
        }
    }
}

static void decode_quoted_identifier(struct ns_string body, struct ns_buffer *out)
{
    for (size_t i = 0; i < body.length; i++) {
        ns_buffer_add_byte(out, body.data[i]);
        if (body.data[i] == '`') /* doubled */
            i++;
    }
}

void ns_token_decode(struct ns_string text, const struct ns_token *token, struct ns_buffer *out)
{
    size_t quotes = token->kind == NS_TOKEN_RAW_STRING ? 3 : 1;
    struct ns_string body = {text.data + token->span.offset + quotes,
                             token->span.length - 2 * quotes};
    if (token->kind == NS_TOKEN_RAW_STRING)
        ns_buffer_add(out, body.data, body.length);
    else if (token->kind == NS_TOKEN_STRING)
        decode_string(body, out);
    else
        decode_quoted_identifier(body, out);
}

bool ns_is_keyword(struct ns_string word)
{
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        if (ns_is_word(KEYWORDS[i].word, word.data, word.length))
            return true;
    }
    return false;
}

bool ns_is_identifier(struct ns_string word)
{
    if (!word.length || !starts_identifier(word.data[0]) || ns_is_keyword(word))
        return false;
    for (size_t i = 1; i < word.length; i++) {
        if (!continues_identifier(word.data[i]))
            return false;
    }
    return true;
}

const char *ns_keyword(size_t index)
{
    return index < KEYWORD_COUNT ? KEYWORDS[index].word : NULL;
}
