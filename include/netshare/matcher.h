/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Rules compiled together (matcher), one thread's working memory (scratch), and
 * the match call.
 */
#ifndef NETSHARE_MATCHER_H
#define NETSHARE_MATCHER_H

#include <netshare/event.h>
#include <netshare/rule.h>
#include <netshare/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One or more compiled rules; immutable, shared between threads without a lock. */
typedef struct netshare_matcher netshare_matcher;

/** Working memory for one thread and one matcher. */
typedef struct netshare_scratch netshare_scratch;

/** Collects rules for a matcher. */
typedef struct netshare_builder netshare_builder;

/** Options of a builder. Set with NETSHARE_OPTIONS_INIT, then change members. */
typedef struct netshare_options {
    /** sizeof(netshare_options). */
    size_t size;
    /** Bits of netshare_option_flags; others are reserved and must be 0. */
    uint32_t flags;
    /** Memory functions, copied; NULL for malloc. */
    const netshare_allocator *allocator;
    /** The field that `process where` tests; NULL for "event.category". */
    const char *event_category_field;
} netshare_options;

#define NETSHARE_OPTIONS_INIT {sizeof(netshare_options), 0, NULL, NULL}

typedef enum netshare_option_flags {
    /** Case-insensitive operators fold only A to Z, as Elasticsearch up to 9.4
     *  does on indexed fields. The default is Unicode simple case folding. */
    NETSHARE_OPTION_ASCII_FOLDING = 1
} netshare_option_flags;

/**
 * A matcher of the built-in rule "Mounting Hidden or WebDav Remote Shares".
 *
 * @param error  filled on failure; may be NULL
 * @return a matcher with one reference, or NULL
 *
 * Thread safety: safe. Allocates: yes, with malloc. Since: 0.1
 */
NETSHARE_API netshare_matcher *netshare_matcher_new(netshare_error *error);

/**
 * A matcher of one EQL query. The rule's id and name are "query".
 *
 * @param query   EQL text in UTF-8; copied
 * @param length  its length in bytes
 * @param error   filled on failure, with the position; may be NULL
 * @return a matcher with one reference, or NULL
 *
 * Thread safety: safe. Allocates: yes, with malloc. Since: 0.1
 */
NETSHARE_API netshare_matcher *netshare_matcher_new_from_query(const char *query, size_t length,
                                                               netshare_error *error);

/**
 * An empty builder.
 *
 * @param options  NULL for the defaults
 * @param error    filled on failure; may be NULL
 * @return the builder, to be released with netshare_builder_free(), or NULL
 *
 * Thread safety: safe. Allocates: yes. Since: 0.1
 */
NETSHARE_API netshare_builder *netshare_builder_new(const netshare_options *options,
                                                    netshare_error *error);

/**
 * Adds the built-in rule.
 *
 * Thread safety: one thread at a time per builder. Allocates: yes. Since: 0.1
 */
NETSHARE_API netshare_status netshare_builder_add_builtin(netshare_builder *builder,
                                                          netshare_error *error);

/**
 * Adds a rule that is a bare query.
 *
 * @param builder  a builder; unchanged on failure
 * @param rule_id  C string, the rule's id, also its name; copied
 * @param query    EQL text in UTF-8; copied
 * @param length   its length in bytes
 * @param error    filled on failure, with the position; may be NULL
 * @return NETSHARE_OK; NETSHARE_ERROR_SYNTAX, _TYPE, _STATEFUL, _LIMIT for the
 *         query; NETSHARE_ERROR_NO_MEMORY, NETSHARE_ERROR_INVALID_ARGUMENT
 *
 * Thread safety: one thread at a time per builder. Allocates: yes. Since: 0.1
 */
NETSHARE_API netshare_status netshare_builder_add_query(netshare_builder *builder,
                                                        const char *rule_id, const char *query,
                                                        size_t length, netshare_error *error);

/**
 * Told of each rule document that netshare_builder_add_documents() meets.
 *
 * @param user   as given
 * @param index  position of the document, from 0
 * @param error  why it was refused, with rule id and path; NULL when it was
 *               added. Valid during the call only.
 * @return false to stop reading
 */
typedef bool (*netshare_document_report)(void *user, size_t index, const netshare_error *error);

/** What netshare_builder_add_documents() came to. */
typedef struct netshare_document_counts {
    /** Rules added to the builder. */
    size_t added;
    /** Documents refused because they need several events (NETSHARE_ERROR_STATEFUL). */
    size_t stateful;
    /** Documents refused for another reason. */
    size_t refused;
    /** Documents that are not EQL rules: other rule types, export summaries,
     *  other saved objects. */
    size_t skipped;
} netshare_document_counts;

/**
 * Adds the rules of Kibana rule documents: one JSON object, an array of them, or
 * NDJSON as Kibana exports it; each bare or wrapped as a saved object
 * (`attributes`). A document that cannot be used is reported and left out; the
 * others are added. Unknown keys are ignored.
 *
 * @param builder  a builder
 * @param json     UTF-8 text
 * @param length   its length in bytes
 * @param report   told of each document; may be NULL
 * @param user     handed to `report`
 * @param counts   gets what came of it; may be NULL
 * @param error    filled when the call itself fails; may be NULL
 * @return NETSHARE_OK, also when documents were refused; NETSHARE_ERROR_DOCUMENT
 *         when the text as a whole is not JSON; NETSHARE_ERROR_NO_MEMORY;
 *         NETSHARE_ERROR_UNSUPPORTED in a build without JSON
 *
 * Thread safety: one thread at a time per builder. Allocates: yes; the JSON
 * parser uses malloc. Since: 0.1
 */
NETSHARE_API netshare_status netshare_builder_add_documents(netshare_builder *builder,
                                                            const char *json, size_t length,
                                                            netshare_document_report report,
                                                            void *user,
                                                            netshare_document_counts *counts,
                                                            netshare_error *error);

/**
 * Compiles what was added into a matcher and empties the builder. Two rules may
 * have the same id; both are kept. A matcher of no rules matches nothing.
 *
 * @return a matcher with one reference, or NULL: the builder then keeps its rules
 *
 * Thread safety: one thread at a time per builder. Allocates: yes. Since: 0.1
 */
NETSHARE_API netshare_matcher *netshare_builder_build(netshare_builder *builder,
                                                      netshare_error *error);

/**
 * Releases a builder; NULL is allowed.
 *
 * Thread safety: no other thread may use the builder. Allocates: no. Since: 0.1
 */
NETSHARE_API void netshare_builder_free(netshare_builder *builder);

/**
 * Takes one more reference to a matcher.
 *
 * @return the matcher
 *
 * Thread safety: safe, also on one matcher. Allocates: no. Since: 0.1
 */
NETSHARE_API netshare_matcher *netshare_matcher_ref(const netshare_matcher *matcher);

/**
 * Gives back a reference; the last one releases the matcher. NULL is allowed.
 * Scratches and JSON events hold references of their own.
 *
 * Thread safety: safe, also on one matcher. Allocates: no. Since: 0.1
 */
NETSHARE_API void netshare_matcher_unref(netshare_matcher *matcher);

/**
 * How many fields the rules read. Fields are numbered from 0.
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API size_t netshare_matcher_field_count(const netshare_matcher *matcher);

/**
 * The dotted ECS name of a field, as `process.parent.name`.
 *
 * @param field  number of the field
 * @return a C string that lives as long as the matcher; NULL past the last field
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const char *netshare_matcher_field_name(const netshare_matcher *matcher,
                                                     size_t field);

/**
 * How many rules the matcher has.
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API size_t netshare_matcher_rule_count(const netshare_matcher *matcher);

/**
 * A rule of the matcher. Rules are ordered by severity, the highest first, then
 * by rule id, then as added.
 *
 * @param index  from 0
 * @return the rule, which lives as long as the matcher; NULL past the last one
 *
 * Thread safety: safe. Allocates: no. Since: 0.1
 */
NETSHARE_API const netshare_rule *netshare_matcher_rule(const netshare_matcher *matcher,
                                                        size_t index);

/**
 * Writes the compiled form of a matcher or of one rule as text, for bug reports
 * and tests: fields, predicates with their patterns, and the order in which a
 * rule asks for them. The format is for reading and may change.
 *
 * @param rule   number of the rule
 * @param write  gets the text in pieces
 * @param user   handed to `write`
 * @return NETSHARE_OK; NETSHARE_ERROR_INVALID_ARGUMENT for an unknown rule;
 *         NETSHARE_ERROR_NO_MEMORY
 *
 * Thread safety: safe. Allocates: yes. Since: 0.1
 */
NETSHARE_API netshare_status netshare_matcher_dump(const netshare_matcher *matcher, size_t rule,
                                                   netshare_write write, void *user);

/**
 * Working memory for matching with `matcher`, which it keeps alive.
 *
 * @return the scratch, to be released with netshare_scratch_free(), or NULL
 *
 * Thread safety: safe. Allocates: yes, with the matcher's allocator. Since: 0.1
 */
NETSHARE_API netshare_scratch *netshare_scratch_new(const netshare_matcher *matcher,
                                                    netshare_error *error);

/**
 * Releases a scratch; NULL is allowed.
 *
 * Thread safety: no other thread may use the scratch. Allocates: no. Since: 0.1
 */
NETSHARE_API void netshare_scratch_free(netshare_scratch *scratch);

/** How much a match call finds out. */
typedef enum netshare_detail {
    /** Stop at the first rule that matches; the result names that one. */
    NETSHARE_DETAIL_VERDICT = 0,
    /** All rules that match. */
    NETSHARE_DETAIL_RULES = 1,
    /** All rules that match, and what netshare_result_clauses() needs. */
    NETSHARE_DETAIL_CLAUSES = 2
} netshare_detail;

/** What a match call found. */
typedef struct netshare_result {
    /** Did any rule match? */
    bool matched;
    /** How many matched. */
    size_t match_count;
    /** The rules that matched, in the order of netshare_matcher_rule(). Points
     *  into the scratch: valid until its next match call or release. */
    const netshare_rule *const *rules;
} netshare_result;

/**
 * Matches one event against all rules.
 *
 * @param matcher   rules
 * @param scratch   made for this matcher
 * @param accessor  how to read the event
 * @param event     handed to the accessor; may be NULL if the accessor allows it
 * @param detail    how much to find out
 * @param result    filled, also when some rules could not be decided: it then has
 *                  the matches among the others, so that no event can hide one rule's
 *                  match by what it does to another
 * @return NETSHARE_OK: every rule was decided, whatever the verdict;
 *         NETSHARE_ERROR_INVALID_ARGUMENT: a NULL pointer, a scratch or a JSON event of
 *         another matcher, an unknown detail or accessor size; nothing was matched;
 *         NETSHARE_ERROR_LIMIT: some rules were not decided, since the accessor gave
 *         more than 16,777,216 values for a field, or a clause over several fields had
 *         more than 1,048,576 combinations to try;
 *         NETSHARE_ERROR_NO_MEMORY: some rules were not decided; only with rules that
 *         use concat() or string() on long values, see "Allocates"
 *
 * Thread safety: any number of threads may share a matcher; a scratch belongs to
 * one thread at a time. Allocates: no. One exception: functions that make new
 * strings (concat, string, substring inside a surrogate pair) use a buffer in the
 * scratch of 4 KiB, which grows when an event's values are longer and then stays.
 * Since: 0.1
 */
NETSHARE_API netshare_status netshare_match(const netshare_matcher *matcher,
                                            netshare_scratch *scratch,
                                            const netshare_accessor *accessor, void *event,
                                            netshare_detail detail, netshare_result *result);

/** netshare_clause::field and value_index of a clause that no single value decided. */
#define NETSHARE_NO_INDEX SIZE_MAX

/** A condition of a query that held, and the value that made it hold. A `not` stands for
 *  what is below it. */
typedef struct netshare_clause {
    /** Where it stands in the rule's query, in bytes. Length 0: the event category test
     *  of `process where`, at the category's offset. */
    size_t query_offset;
    size_t query_length;
    /** The field, or NETSHARE_NO_INDEX when the clause combines several. */
    size_t field;
    /** Which of its values; NETSHARE_NO_INDEX when the field's absence, or the
     *  failure of every value under a `not`, made the clause hold. */
    size_t value_index;
} netshare_clause;

/**
 * The clauses that made a rule match, in the order of the query, after a
 * netshare_match() with NETSHARE_DETAIL_CLAUSES.
 *
 * @param scratch   of that call
 * @param match     which match, below netshare_result::match_count
 * @param clauses   gets the clauses; may be NULL when `capacity` is 0
 * @param capacity  room in `clauses`
 * @return how many there are, which may be more than `capacity`
 *
 * Thread safety: one thread at a time per scratch. Allocates: no. Since: 0.1
 */
NETSHARE_API size_t netshare_result_clauses(const netshare_scratch *scratch, size_t match,
                                            netshare_clause *clauses, size_t capacity);

/** What part of a query an explanation step is about. */
typedef enum netshare_step_kind {
    NETSHARE_STEP_AND = 0,
    NETSHARE_STEP_OR = 1,
    NETSHARE_STEP_NOT = 2,
    /** A comparison, lookup, pattern, boolean function, field or constant. */
    NETSHARE_STEP_CLAUSE = 3
} netshare_step_kind;

/** Why a clause came out as it did. */
typedef enum netshare_reason {
    /** Not a clause, or a constant. */
    NETSHARE_REASON_NONE = 0,
    /** `value` satisfied it. */
    NETSHARE_REASON_VALUE = 1,
    /** The field has values, none satisfied it. */
    NETSHARE_REASON_NO_VALUE = 2,
    /** The field is absent. */
    NETSHARE_REASON_ABSENT = 3,
    /** The field holds nothing but explicit nulls. */
    NETSHARE_REASON_NULL = 4,
    /** The clause combines several fields. */
    NETSHARE_REASON_COMBINATION = 5
} netshare_reason;

/** A node of the query with its verdict. */
typedef struct netshare_step {
    netshare_step_kind kind;
    /** 0 for the whole condition; the steps below a node follow it, one deeper. */
    size_t depth;
    /** Is it true of the event? */
    bool verdict;
    /** Where it stands in the rule's query, in bytes. Length 0: the event
     *  category test of `process where`, at the category's offset. */
    size_t query_offset;
    size_t query_length;
    netshare_reason reason;
    /** The field of a clause, or NETSHARE_NO_INDEX. */
    size_t field;
    /** With NETSHARE_REASON_VALUE the value that satisfied it, and which. */
    size_t value_index;
    netshare_value value;
    /** How many values the field has. */
    size_t value_count;
} netshare_step;

/**
 * Told of each node of a query, parents before children, in query order.
 *
 * @param step  valid during the call only; its value until netshare_explain()
 *              returns
 * @return false to stop
 */
typedef bool (*netshare_explain_visitor)(void *user, const netshare_step *step);

/**
 * Explains the verdict of one rule on one event: every clause is evaluated, none
 * is skipped, and the verdict is that of netshare_match().
 *
 * @param rule      number of the rule, see netshare_matcher_rule()
 * @param visitor   told of each node
 * @param user      handed to `visitor`
 * @return as netshare_match()
 *
 * Thread safety: a scratch belongs to one thread at a time. Allocates: as
 * netshare_match(). Since: 0.1
 */
NETSHARE_API netshare_status netshare_explain(const netshare_matcher *matcher,
                                              netshare_scratch *scratch,
                                              const netshare_accessor *accessor, void *event,
                                              size_t rule, netshare_explain_visitor visitor,
                                              void *user);

#ifdef __cplusplus
}
#endif

#endif
