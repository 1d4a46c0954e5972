/* SPDX-License-Identifier: Apache-2.0 */
/* EQL text to tokens. */
#ifndef NS_EQL_LEXER_H
#define NS_EQL_LEXER_H

#include "base/buffer.h"
#include "base/error.h"
#include "eql/ast.h"

enum ns_token_kind {
    NS_TOKEN_END,
    NS_TOKEN_IDENTIFIER,
    NS_TOKEN_TILDE_IDENTIFIER, /* name~, only a function's name */
    NS_TOKEN_QUOTED_IDENTIFIER,
    NS_TOKEN_STRING,
    NS_TOKEN_RAW_STRING,
    NS_TOKEN_INTEGER,
    NS_TOKEN_DECIMAL,
    /* keywords */
    NS_TOKEN_AND,
    NS_TOKEN_ANY,
    NS_TOKEN_BY,
    NS_TOKEN_FALSE,
    NS_TOKEN_IN,
    NS_TOKEN_IN_TILDE,
    NS_TOKEN_JOIN,
    NS_TOKEN_LIKE,
    NS_TOKEN_LIKE_TILDE,
    NS_TOKEN_MAXSPAN,
    NS_TOKEN_NOT,
    NS_TOKEN_NULL,
    NS_TOKEN_OF,
    NS_TOKEN_OR,
    NS_TOKEN_REGEX,
    NS_TOKEN_REGEX_TILDE,
    NS_TOKEN_SAMPLE,
    NS_TOKEN_SEQUENCE,
    NS_TOKEN_TRUE,
    NS_TOKEN_UNTIL,
    NS_TOKEN_WHERE,
    NS_TOKEN_WITH,
    /* punctuation */
    NS_TOKEN_EQUAL,
    NS_TOKEN_NOT_EQUAL,
    NS_TOKEN_LESS,
    NS_TOKEN_LESS_EQUAL,
    NS_TOKEN_GREATER,
    NS_TOKEN_GREATER_EQUAL,
    NS_TOKEN_ASSIGN,
    NS_TOKEN_PLUS,
    NS_TOKEN_MINUS,
    NS_TOKEN_STAR,
    NS_TOKEN_SLASH,
    NS_TOKEN_PERCENT,
    NS_TOKEN_DOT,
    NS_TOKEN_COMMA,
    NS_TOKEN_COLON,
    NS_TOKEN_PIPE,
    NS_TOKEN_QUESTION,
    NS_TOKEN_LEFT_PAREN,
    NS_TOKEN_RIGHT_PAREN,
    NS_TOKEN_LEFT_BRACKET,
    NS_TOKEN_RIGHT_BRACKET,
    NS_TOKEN_MISSING_BRACKET /* ![ */
};

struct ns_token {
    enum ns_token_kind kind;
    struct ns_span span;
};

struct ns_lexer {
    struct ns_string text;
    size_t at;
    netshare_error *error;
};

/* The next token. False with the error filled when there is none. */
bool ns_lexer_next(struct ns_lexer *lexer, struct ns_token *token);

/* The contents of a STRING, RAW_STRING or QUOTED_IDENTIFIER token that was lexed
 * from `text`, appended to `out`. */
void ns_token_decode(struct ns_string text, const struct ns_token *token,
                     struct ns_buffer *out);

/* Is it a reserved word, so that a field of that name needs backticks? */
bool ns_is_keyword(struct ns_string word);
/* Would the word lex as one IDENTIFIER? */
bool ns_is_identifier(struct ns_string word);
/* The keyword number `index` as a C string; NULL past the last. */
const char *ns_keyword(size_t index);

#endif
