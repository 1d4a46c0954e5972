/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of characters, and the classes of characters that no set tells apart. */
#include "text/regex_internal.h"

#include <string.h>

static void sift(uint64_t *items, size_t root, size_t count)
{
    uint64_t item = items[root];
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            break;
        if (child + 1 < count && items[child] < items[child + 1])
            child++;
        if (items[child] <= item)
            break;
        items[root] = items[child];
        root = child;
    }
    items[root] = item;
}

/* Heap sort: qsort() may take memory from malloc. */
static void sort(uint64_t *items, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift(items, i, count);
    for (size_t end = count; end-- > 1;) {
        uint64_t largest = items[0];
        items[0] = items[end];
        items[end] = largest;
        sift(items, 0, end);
    }
}

static bool append_range(struct ns_regex_build *build, uint32_t low, uint32_t high)
{
    if (++build->range_total > NS_REGEX_MAX_RANGES)
        return ns_regex_fail(build, NETSHARE_ERROR_LIMIT, build->at,
                             "the pattern has more than %d ranges of characters",
                             NS_REGEX_MAX_RANGES);
    ns_range *ranges = ns_grow(build->allocator, build->ranges, &build->range_capacity,
                               build->range_count, sizeof *ranges);
    if (!ranges)
        return ns_regex_no_memory(build);
    build->ranges = ranges;
    ranges[build->range_count++] = ns_range_of(low, high);
    return true;
}

static bool make_folds(struct ns_regex_build *build)
{
    for (uint32_t c = 0x80; c < NS_FOLD_END; c++) {
        uint32_t folded = ns_fold_unicode(c);
        if (folded == c)
            continue;
        uint64_t *folds = ns_grow(build->allocator, build->folds, &build->fold_capacity,
                                  build->fold_count, sizeof *folds);
        if (!folds)
            return ns_regex_no_memory(build);
        build->folds = folds;
        folds[build->fold_count++] = (uint64_t)c << 32 | folded;
    }
    return true;
}

/* The first fold at or behind `from`. */
static size_t find_fold(const struct ns_regex_build *build, uint32_t from)
{
    size_t low = 0, high = build->fold_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (build->folds[middle] >> 32 < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool add_folded_unicode(struct ns_regex_build *build, uint32_t low, uint32_t high)
{
    if (low == high) {
        uint32_t folded = ns_fold_unicode(low);
        return folded == low || append_range(build, folded, folded);
    }
    if (build->fold_count == 0 && !make_folds(build))
        return false;
    for (size_t i = find_fold(build, low); i < build->fold_count; i++) {
        if (build->folds[i] >> 32 > high)
            break;
        uint32_t folded = (uint32_t)build->folds[i];
        if ((folded < low || folded > high) && !append_range(build, folded, folded))
            return false;
    }
    return true;
}

/*
 * The characters stay in the set beside what they fold to: text is folded, so those
 * that fold to others never occur.
 */
bool ns_regex_add_range(struct ns_regex_build *build, uint32_t low, uint32_t high)
{
    if (!append_range(build, low, high))
        return false;
    if (build->fold == NS_FOLD_NONE)
        return true;
    uint32_t first = low > 'A' ? low : 'A', last = high < 'Z' ? high : 'Z';
    if (first <= last && !append_range(build, ns_fold_ascii(first), ns_fold_ascii(last)))
        return false;
    if (build->fold == NS_FOLD_ASCII || high < 0x80)
        return true;
    return add_folded_unicode(build, low > 0x80 ? low : 0x80, high);
}

bool ns_regex_add_predefined(struct ns_regex_build *build, char letter)
{
    /* Low and high in turns. */
    static const struct {
        char letter;
        const char *ranges;
    } CLASSES[] = {{'d', "09"}, {'s', "\t\n\r\r  "}, {'w', "09AZ__az"}};
    size_t which = 0;
    while ((CLASSES[which].letter | 0x20) != (letter | 0x20))
        which++;
    const char *ranges = CLASSES[which].ranges;
    if (CLASSES[which].letter == letter) {
        for (; *ranges; ranges += 2)
            if (!ns_regex_add_range(build, (uint32_t)ranges[0], (uint32_t)ranges[1]))
                return false;
        return true;
    }
    /* The other letters' characters are not to be folded again: \W has no K. */
    uint32_t from = 0;
    for (; *ranges; ranges += 2) {
        if (!append_range(build, from, (uint32_t)ranges[0] - 1))
            return false;
        from = (uint32_t)ranges[1] + 1;
    }
    return append_range(build, from, NS_CHARACTER_END - 1);
}

/* Sorts the collected ranges and joins those that touch. */
static void join_ranges(struct ns_regex_build *build)
{
    sort(build->ranges, build->range_count);
    size_t count = 0;
    for (size_t i = 0; i < build->range_count; i++) {
        ns_range range = build->ranges[i];
        if (count > 0 && ns_range_low(range) <= ns_range_high(build->ranges[count - 1]) + 1) {
            ns_range last = build->ranges[count - 1];
            if (ns_range_high(range) > ns_range_high(last))
                build->ranges[count - 1] =
                    ns_range_of(ns_range_low(last), ns_range_high(range));
        } else {
            build->ranges[count++] = range;
        }
    }
    build->range_count = count;
}

static size_t negate(const ns_range *ranges, size_t count, ns_range *negated)
{
    size_t n = 0;
    uint32_t from = 0;
    for (size_t i = 0; i < count; i++) {
        if (ns_range_low(ranges[i]) > from)
            negated[n++] = ns_range_of(from, ns_range_low(ranges[i]) - 1);
        from = ns_range_high(ranges[i]) + 1;
    }
    if (from < NS_CHARACTER_END)
        negated[n++] = ns_range_of(from, NS_CHARACTER_END - 1);
    return n;
}

static bool add_set(struct ns_regex_build *build, const struct ns_regex_set *set,
                    uint32_t *number)
{
    struct ns_regex_set *sets = ns_grow(build->allocator, build->sets, &build->set_capacity,
                                        build->set_count, sizeof *sets);
    if (!sets)
        return ns_regex_no_memory(build);
    build->sets = sets;
    sets[build->set_count] = *set;
    *number = (uint32_t)build->set_count++;
    return true;
}

bool ns_regex_end_set(struct ns_regex_build *build, bool negated, uint32_t *set)
{
    join_ranges(build);
    size_t count = build->range_count;
    build->range_count = 0;
    ns_range *ranges = ns_arena_alloc(&build->arena, count + 1, sizeof *ranges);
    if (!ranges)
        return ns_regex_no_memory(build);
    if (negated)
        count = negate(build->ranges, count, ranges);
    else /* at least one range */
        memcpy(ranges, build->ranges, count * sizeof *ranges);
    return add_set(build, &(struct ns_regex_set){ranges, count, NULL, 0}, set);
}

bool ns_regex_add_class_set(struct ns_regex_build *build, const uint16_t *classes,
                            size_t count, uint32_t *set)
{
    return add_set(build, &(struct ns_regex_set){NULL, 0, classes, count}, set);
}

/* Parts begin where a range begins or has just ended. */
static bool find_parts(struct ns_regex_build *build)
{
    size_t count = 1;
    for (size_t s = 0; s < build->set_count; s++)
        count += 2 * build->sets[s].range_count;
    uint64_t *starts = ns_alloc(build->allocator, count, sizeof *starts);
    if (!starts)
        return ns_regex_no_memory(build);
    size_t n = 0;
    starts[n++] = 0;
    for (size_t s = 0; s < build->set_count; s++) {
        for (size_t r = 0; r < build->sets[s].range_count; r++) {
            starts[n++] = ns_range_low(build->sets[s].ranges[r]);
            starts[n++] = ns_range_high(build->sets[s].ranges[r]) + UINT64_C(1);
        }
    }
    sort(starts, n);
    size_t parts = 0;
    for (size_t i = 0; i < n; i++)
        if (starts[i] < NS_CHARACTER_END && (i == 0 || starts[i] != starts[i - 1]))
            starts[parts++] = starts[i];
    build->part_starts = ns_arena_alloc(&build->arena, parts, sizeof *build->part_starts);
    build->part_classes = ns_arena_alloc(&build->arena, parts, sizeof *build->part_classes);
    bool ok = build->part_starts && build->part_classes;
    for (size_t i = 0; ok && i < parts; i++)
        build->part_starts[i] = (uint32_t)starts[i];
    build->part_count = parts;
    ns_free(build->allocator, starts);
    if (!ok)
        return ns_regex_no_memory(build);
    /* GCOVR_EXCL_START: longer patterns than are taken */
    if (parts > UINT16_MAX)
        return ns_regex_fail(build, NETSHARE_ERROR_LIMIT, 0,
                             "the pattern tells more than %d characters apart", UINT16_MAX);
    /* GCOVR_EXCL_STOP */
    return true;
}

/* The part that starts at `character`. */
static size_t part_of(const struct ns_regex_build *build, uint32_t character)
{
    size_t low = 0, high = build->part_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (build->part_starts[middle] <= character)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Per class: parts in it, parts of it in the set at hand, and where those go. */
struct split {
    uint32_t size;
    uint32_t inside;
    uint32_t target;
};

/* Calls for every part of the set: once to count, once to move it to its new class. */
static void split_range(struct ns_regex_build *build, struct split *splits, ns_range range,
                        bool move)
{
    for (size_t p = part_of(build, ns_range_low(range));
         p < build->part_count && build->part_starts[p] <= ns_range_high(range); p++) {
        struct split *split = &splits[build->part_classes[p]];
        if (!move) {
            split->inside++;
            split->target = UINT32_MAX;
        } else if (split->target == UINT32_MAX) {
            if (split->inside == split->size) { /* all of the class: it stays */
                split->target = build->part_classes[p];
            } else {
                split->size -= split->inside;
                split->target = (uint32_t)build->class_count++;
                splits[split->target] = (struct split){split->inside, 0, UINT32_MAX};
            }
            split->inside = 0;
        }
        if (move)
            build->part_classes[p] = (uint16_t)split->target;
    }
}

static size_t parts_in(const struct ns_regex_build *build, const struct ns_regex_set *set)
{
    size_t parts = 0;
    for (size_t r = 0; r < set->range_count; r++)
        parts += part_of(build, ns_range_high(set->ranges[r])) -
                 part_of(build, ns_range_low(set->ranges[r])) + 1;
    return parts;
}

/* Starts with one class and splits by every set those it cuts in two. */
static bool refine(struct ns_regex_build *build, struct split *splits)
{
    build->class_count = 1;
    splits[0] = (struct split){(uint32_t)build->part_count, 0, UINT32_MAX};
    for (size_t s = 0; s < build->set_count; s++) {
        const struct ns_regex_set *set = &build->sets[s];
        if (!ns_regex_spend(build, 4 * parts_in(build, set)))
            return false;
        for (int move = 0; move < 2; move++)
            for (size_t r = 0; r < set->range_count; r++)
                split_range(build, splits, set->ranges[r], move);
    }
    return true;
}

/* `seen` holds for each class the last set it was listed for, plus one. */
static bool list_classes(struct ns_regex_build *build, size_t number, uint32_t *seen)
{
    struct ns_regex_set *set = &build->sets[number];
    uint16_t *classes =
        ns_arena_alloc(&build->arena, parts_in(build, set), sizeof *classes);
    if (!classes)
        return ns_regex_no_memory(build);
    for (size_t r = 0; r < set->range_count; r++) {
        for (size_t p = part_of(build, ns_range_low(set->ranges[r]));
             p < build->part_count && build->part_starts[p] <= ns_range_high(set->ranges[r]);
             p++) {
            uint16_t class = build->part_classes[p];
            if (seen[class] != number + 1) {
                seen[class] = (uint32_t)number + 1;
                classes[set->class_count++] = class;
            }
        }
    }
    set->classes = classes;
    return true;
}

bool ns_regex_partition(struct ns_regex_build *build)
{
    if (!find_parts(build))
        return false;
    size_t parts = build->part_count;
    struct split *splits = ns_alloc(build->allocator, parts, sizeof *splits);
    uint32_t *seen = ns_alloc_zero(build->allocator, parts, sizeof *seen);
    bool ok = splits && seen;
    if (!ok)
        ns_regex_no_memory(build);
    ok = ok && refine(build, splits);
    for (size_t s = 0; ok && s < build->set_count; s++)
        ok = list_classes(build, s, seen);
    ns_free(build->allocator, splits);
    ns_free(build->allocator, seen);
    return ok;
}
