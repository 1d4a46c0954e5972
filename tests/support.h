/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests share: events written as C tables, an allocator that counts and
 * fails on demand, and checks that look at one verdict from every side. */
#ifndef NETSHARE_TESTS_SUPPORT_H
#define NETSHARE_TESTS_SUPPORT_H

#include <netshare/netshare.h>

#include <uchar.h>

/* Values and fields of an event table. */
#define NUL {.type = NETSHARE_VALUE_NULL}
#define BOOL(b) {.type = NETSHARE_VALUE_BOOL, .as.boolean = (b)}
#define INT(i) {.type = NETSHARE_VALUE_INT64, .as.int64 = (i)}
#define DBL(d) {.type = NETSHARE_VALUE_DOUBLE, .as.float64 = (d)}
#define STR(s) {.type = NETSHARE_VALUE_UTF8, .as.utf8 = {(s), sizeof(s) - 1}}
#define STR16(s) {.type = NETSHARE_VALUE_UTF16, .as.utf16 = {(s), sizeof(s) / 2 - 1}}
#define FIELD(field_name, ...)                                                  \
    {.name = (field_name),                                                      \
     .count = sizeof((const netshare_value[]){__VA_ARGS__}) / sizeof(netshare_value), \
     .values = (const netshare_value[]){__VA_ARGS__}}
#define EMPTY_FIELD(field_name) {.name = (field_name), .count = 0, .values = NULL}
#define EVENT(...)                                                              \
    {.count = sizeof((const test_field[]){__VA_ARGS__}) / sizeof(test_field),   \
     .fields = (const test_field[]){__VA_ARGS__}}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct test_field {
    const char *name;
    size_t count;
    const netshare_value *values;
} test_field;

typedef struct test_event {
    size_t count;
    const test_field *fields;
} test_event;

/* An event as one matcher's accessor sees it, with what was asked of it. */
typedef struct test_view {
    size_t field_count;
    test_field *fields;    /* by the matcher's index; copies, values owned */
    size_t *calls;         /* per field */
    size_t *next;          /* per field: the index that must be asked next */
    size_t total_calls;
    bool out_of_order;     /* a field was asked again, or with a gap */
    void **owned;
    size_t owned_count;
} test_view;

/* utf16: strings that are valid UTF-8 are handed over as UTF-16. */
test_view *test_view_new(const netshare_matcher *matcher, const test_event *event, bool utf16);
void test_view_reset(test_view *view);
void test_view_free(test_view *view);
extern const netshare_accessor test_accessor;

/* NULL when `bytes` is not valid UTF-8; else malloced. */
uint16_t *test_to_utf16(const char *bytes, size_t length, size_t *units);

/* Compiles, or fails the test with the rendered error. */
netshare_matcher *test_compile(const char *query, uint32_t flags, const char *category_field);

/* Rules of these queries in one matcher; their ids are their numbers from 0, of so many digits. */
netshare_matcher *test_compile_all(const char *const *queries, size_t count, int digits);
/* The ids of the rules that matched, with blanks between them. */
enum { TEST_MATCHES = 256 };
void test_list_matches(const netshare_result *result, char found[TEST_MATCHES]);

/* Plain verdict of a query on an event. */
bool test_matches(const char *query, uint32_t flags, const test_event *event);
bool test_matcher_matches(const netshare_matcher *matcher, const test_event *event);

/* Expects the verdict from every side: all details, explain, UTF-16 values, the
 * formatted query, and the opposite verdict of its negation. */
void test_expect(const char *condition, uint32_t flags, const test_event *event, bool verdict);

typedef struct test_row {
    const char *condition;
    bool verdict;
} test_row;

/* Each condition as `any where ...`. */
void test_expect_rows(const test_event *event, const test_row *rows, size_t count);

/* Expects a refusal at line and column (0: anywhere in the line) with a message that
 * contains the text (NULL: any message). */
void test_refused(const char *query, size_t length, netshare_status status, size_t line,
                  size_t column, const char *text);

/* A growing C string. */
typedef struct test_text {
    char *data;
    size_t length;
} test_text;

bool test_text_write(void *text, const char *piece, size_t length); /* a netshare_write */
void test_text_add(test_text *text, const char *piece);
char *test_format(const char *query, size_t length);

/* An allocator that counts and can fail. */
typedef struct test_memory {
    size_t calls;   /* of allocate and reallocate */
    size_t live;    /* blocks not yet released */
    size_t fail_at; /* this call (from 1) and none other fails; 0 for never */
    bool fail_all_after;
} test_memory;

netshare_allocator test_allocator(test_memory *memory);

/* Reads a whole file; NULL when it cannot be read. One NUL byte follows. */
char *test_read_file(const char *path, size_t *length);
/* Path of a file of this source tree, of the conformance data or of the corpus;
 * NULL when there is no such file. To be freed. */
char *test_source_path(const char *name);
char *test_conformance_path(const char *name);
char *test_corpus_path(const char *name);

/* The longest tests try one in so many of their cases: NETSHARE_TEST_THINNING, else each. */
size_t test_thinning(void);

#endif
