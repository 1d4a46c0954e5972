/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the regular expression compiler: patterns -> tree of sets of characters
 * -> classes of characters no set tells apart -> NFA -> DFA -> minimal DFA.
 * Everything here lives in temporary memory; only regex.c's result stays.
 */
#ifndef NS_TEXT_REGEX_INTERNAL_H
#define NS_TEXT_REGEX_INTERNAL_H

#include "base/error.h"
#include "text/regex.h"

/*
 * What a compilation may cost. States are limited as in Lucene; cells (states times
 * classes) bound the table to 4 MiB; work, in steps of the innermost loops, bounds
 * the time to about a tenth of a second.
 */
enum {
    NS_REGEX_MAX_BYTES = 64 * 1024, /* of all patterns together */
    NS_REGEX_MAX_NESTING = 200,
    NS_REGEX_MAX_NODES = 100 * 1000,
    NS_REGEX_MAX_RANGES = 60 * 1000,
    NS_REGEX_MAX_NFA_STATES = 30 * 1000,
    NS_REGEX_MAX_STATES = 10 * 1000,
    NS_REGEX_MAX_CELLS = 1 << 20,
    NS_REGEX_MAX_WORK = 10 * 1000 * 1000
};

/* Characters low to high as low << 32 | high, so that ranges sort as numbers. */
typedef uint64_t ns_range;

static inline ns_range ns_range_of(uint32_t low, uint32_t high)
{
    return (uint64_t)low << 32 | high;
}

static inline uint32_t ns_range_low(ns_range range)
{
    return (uint32_t)(range >> 32);
}

static inline uint32_t ns_range_high(ns_range range)
{
    return (uint32_t)range;
}

struct ns_regex_set {
    const ns_range *ranges; /* sorted, apart; NULL for the edge of an automaton */
    size_t range_count;
    const uint16_t *classes;
    size_t class_count;
};

enum ns_regex_kind {
    NS_REGEX_SET,
    NS_REGEX_CONCAT, /* of no children: the empty string */
    NS_REGEX_UNION,  /* of no children: the empty language */
    NS_REGEX_REPEAT,
    NS_REGEX_COMPLEMENT
};

#define NS_REGEX_UNBOUNDED UINT32_MAX

struct ns_regex_node {
    enum ns_regex_kind kind;
    unsigned height;
    struct ns_regex_node *children; /* the last one first */
    struct ns_regex_node *next;
    uint32_t set;      /* of a set */
    uint32_t min, max; /* of a repetition */
    const struct ns_regex_fragment *fragment; /* of a complement, once known */
};

/* A complete DFA over classes; state 0 is dead. Both arrays are one's own. */
struct ns_regex_dfa {
    size_t state_count;
    size_t start;
    uint16_t *next;        /* [state * class_count + class] */
    unsigned char *accept; /* [state] */
};

/* A DFA to be built into an NFA: edges of state s from edge_start[s] to [s + 1]. */
struct ns_regex_edge {
    uint32_t set;
    uint32_t target;
};

struct ns_regex_fragment {
    size_t state_count;
    size_t start;
    const unsigned char *accept;
    const size_t *edge_start;
    const struct ns_regex_edge *edges;
};

/* One compilation. Functions that return false have set `status` and *problem. */
struct ns_regex_build {
    const netshare_allocator *allocator;
    struct ns_arena arena; /* temporary */
    enum ns_fold fold;
    netshare_status status;
    struct ns_regex_problem *problem;
    size_t pattern; /* the one being parsed */
    size_t at;      /* where in it, for messages about limits */
    size_t node_count;
    size_t work;
    /* The set being collected. */
    ns_range *ranges;
    size_t range_count, range_capacity;
    size_t range_total; /* of all sets */
    /* Non-ASCII characters that fold, as from << 32 | to; made when first needed. */
    uint64_t *folds;
    size_t fold_count, fold_capacity;
    struct ns_regex_set *sets;
    size_t set_count, set_capacity;
    /* The partition: class part_classes[i] from part_starts[i] to the next start. */
    uint32_t *part_starts;
    uint16_t *part_classes;
    size_t part_count;
    size_t class_count;
};

bool ns_regex_fail(struct ns_regex_build *build, netshare_status status, size_t offset,
                   const char *format, ...) NS_PRINTF(4, 5);
bool ns_regex_no_memory(struct ns_regex_build *build);
/* Counts work; false when it was too much. */
bool ns_regex_spend(struct ns_regex_build *build, size_t steps);

/* regex_tree.c: nodes, each made of nodes that stand in no list; NULL on failure. */
/* Children, the last one first. */
struct ns_regex_list {
    struct ns_regex_node *first;
    size_t count;
    unsigned height;
};

void ns_regex_push(struct ns_regex_list *list, struct ns_regex_node *node);
/* A concatenation or union of a list, which is emptied; of one child, that child. */
struct ns_regex_node *ns_regex_list_node(struct ns_regex_build *build, enum ns_regex_kind kind,
                                         struct ns_regex_list *list);
struct ns_regex_node *ns_regex_complement(struct ns_regex_build *build,
                                          struct ns_regex_node *node);
/* Of one operand or more; empties the list. */
struct ns_regex_node *ns_regex_intersection(struct ns_regex_build *build,
                                            struct ns_regex_list *operands);
struct ns_regex_node *ns_regex_repeat(struct ns_regex_build *build, struct ns_regex_node *node,
                                      uint32_t min, uint32_t max);
/* The set that was collected, or all other characters. */
struct ns_regex_node *ns_regex_set_node(struct ns_regex_build *build, bool negated);
struct ns_regex_node *ns_regex_range(struct ns_regex_build *build, uint32_t low, uint32_t high);
/* Decimal numbers from low to high, of exactly so many digits or, when `digits` is 0,
 * with any number of leading zeros. */
struct ns_regex_node *ns_regex_interval(struct ns_regex_build *build, uint64_t low,
                                        uint64_t high, size_t digits);

enum { NS_REGEX_LARGEST_NUMBER = INT32_MAX, NS_REGEX_LONGEST_NUMBER = 18 };

/* regex_parse.c: the tree of the union of the patterns, NULL on failure. */
struct ns_regex_node *ns_regex_parse(struct ns_regex_build *build,
                                     const struct ns_string *patterns, size_t count);

/* regex_set.c */
/* Adds characters to the set being collected, with what they fold to. */
bool ns_regex_add_range(struct ns_regex_build *build, uint32_t low, uint32_t high);
/* Adds one of \d \D \s \S \w \W, given by its letter. */
bool ns_regex_add_predefined(struct ns_regex_build *build, char letter);
/* Makes the collected characters, or all others, a set. */
bool ns_regex_end_set(struct ns_regex_build *build, bool negated, uint32_t *set);
/* A set of classes, which is not copied. */
bool ns_regex_add_class_set(struct ns_regex_build *build, const uint16_t *classes,
                            size_t count, uint32_t *set);
/* Finds the classes and puts them into the sets. */
bool ns_regex_partition(struct ns_regex_build *build);

/* regex_nfa.c */
enum ns_nfa_kind { NS_NFA_SPLIT, NS_NFA_SET, NS_NFA_ACCEPT };

#define NS_NFA_NONE UINT32_MAX

/*
 * Of two states in one chain, the one of lower rank accepts all that the other does,
 * so the other may be left out where both occur: copies of a repeated expression
 * differ only in how many more are allowed, or needed.
 */
struct ns_nfa_state {
    enum ns_nfa_kind kind;
    uint32_t out, other; /* or NS_NFA_NONE; a set has no other */
    uint32_t set;
    uint32_t chain; /* or NS_NFA_NONE */
    uint32_t rank;
};

struct ns_nfa {
    struct ns_nfa_state *states;
    size_t count, capacity;
    uint32_t chain_count;
    uint32_t start, accept;
};

/* The NFA of a tree whose complements have fragments. Release with ns_free(states). */
bool ns_regex_emit(struct ns_regex_build *build, const struct ns_regex_node *root,
                   struct ns_nfa *nfa);

/* regex_dfa.c: the subset construction; regex_minimise.c: the smallest equal DFA. */
bool ns_regex_determinise(struct ns_regex_build *build, const struct ns_nfa *nfa,
                          struct ns_regex_dfa *dfa);
bool ns_regex_minimise(struct ns_regex_build *build, struct ns_regex_dfa *dfa);
void ns_regex_dfa_free(struct ns_regex_build *build, struct ns_regex_dfa *dfa);

/* regex_complement.c */
/* Gives each complement in the tree its fragment, the innermost first. */
bool ns_regex_build_complements(struct ns_regex_build *build, struct ns_regex_node *root);
/* The smallest DFA of a tree whose complements have fragments. */
bool ns_regex_build_dfa(struct ns_regex_build *build, const struct ns_regex_node *root,
                        struct ns_regex_dfa *dfa);

/* regex_literal.c */
/* Three bytes are enough to look a text up by, though not to dismiss a line. */
enum { NS_REGEX_LEAST_LITERAL = 3, NS_REGEX_MOST_LITERALS = 16 };

struct ns_regex_literals {
    struct ns_string items[NS_REGEX_MOST_LITERALS];
    size_t count; /* 0 when an alternative has none */
    bool are_known;
};

/* Before the partition. Their bytes are put into `arena`. False when out of memory. */
bool ns_regex_find_literals(const struct ns_regex_build *build, const struct ns_regex_node *root,
                            struct ns_arena *arena, struct ns_regex_literals *literals);

/* regex_required.c */
/* `least` characters c with (c & mask) == value, and one outside ASCII if beyond_ascii. */
struct ns_regex_required {
    uint32_t least;
    unsigned char value, mask;
    bool beyond_ascii;
};

/* `ascii` has the classes of 0 to 0x7F. False when out of memory. */
bool ns_regex_require(struct ns_regex_build *build, const struct ns_regex_dfa *dfa,
                      const uint16_t *ascii, struct ns_regex_required *required);
bool ns_regex_has_required(const struct ns_regex_required *required, const struct ns_text *text);

#endif
