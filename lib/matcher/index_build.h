/* SPDX-License-Identifier: Apache-2.0 */
/* An index while it is built. */
#ifndef NS_MATCHER_INDEX_BUILD_H
#define NS_MATCHER_INDEX_BUILD_H

#include "matcher/index.h"

/* One key of one rule. */
struct ns_key_link {
    uint32_t key, rule;
};

struct ns_index_build {
    netshare_matcher *m;
    struct ns_index *index;
    struct ns_key_link *links;
    size_t link_count, link_capacity;
    bool *is_key; /* by number of the key */
};

static inline void *ns_index_make(struct ns_index_build *build, size_t count, size_t size)
{
    return ns_arena_alloc(&build->m->arena, count, size);
}

/* Chooses the rules' keys and gates, unless rules are so few that all are looked at. False when
 * out of memory. */
bool ns_index_choose_rules(struct ns_index_build *build);

#endif
