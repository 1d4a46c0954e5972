/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher by itself, on events whose values are extracted already, as an agent holds
 * them: nanoseconds per event, streaming over a whole file of events, and on one kind of
 * event at a time.
 *
 *     engine_bench EVENTS.ndjson [RULES.ndjson COUNT]...
 *
 * Beside the built-in rule stands the same rule written by hand in C on the same values: a
 * floor, not a peer, since it can do nothing else. One JSON object per line.
 */
#define _GNU_SOURCE
#include <netshare/netshare.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "measure.h"

/* Values of all events, by event and field: values[starts[event * fields + field]] on. */
struct table {
    size_t events, fields;
    size_t *starts; /* events * fields + 1 */
    netshare_value *values;
    size_t value_count, value_capacity;
    char *bytes;
    size_t byte_count, byte_capacity;
};

struct row {
    const netshare_value *values;
    const size_t *starts;
};

static void *must(void *memory)
{
    if (!memory) {
        fputs("engine_bench: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

static bool get(void *event, size_t field, size_t index, netshare_value *value)
{
    const struct row *row = event;
    size_t at = row->starts[field] + index;
    if (at >= row->starts[field + 1])
        return false;
    *value = row->values[at];
    return true;
}

static void keep(struct table *t, const netshare_value *value)
{
    if (t->value_count == t->value_capacity) {
        t->value_capacity = t->value_capacity ? t->value_capacity * 2 : 1 << 20;
        t->values = must(realloc(t->values, t->value_capacity * sizeof *t->values));
    }
    netshare_value *kept = &t->values[t->value_count++];
    *kept = *value;
    if (value->type != NETSHARE_VALUE_UTF8)
        return;
    if (t->byte_count + value->as.utf8.length > t->byte_capacity) {
        fputs("engine_bench: too many bytes\n", stderr);
        exit(2);
    }
    char *copy = t->bytes + t->byte_count;
    memcpy(copy, value->as.utf8.data, value->as.utf8.length);
    t->byte_count += value->as.utf8.length;
    kept->as.utf8.data = copy;
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = must(malloc(*length + 1));
    *length = fread(text, 1, *length, file);
    fclose(file);
    return text;
}

static struct table extract(const netshare_matcher *matcher, const char *text, size_t length)
{
    struct table t = {.fields = netshare_matcher_field_count(matcher)};
    netshare_event *event = must(netshare_event_new(matcher, NULL));
    const netshare_accessor *accessor = netshare_event_accessor();
    size_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    t.starts = must(malloc((lines * t.fields + 1) * sizeof *t.starts));
    t.byte_capacity = length;
    t.bytes = must(malloc(length));
    for (const char *line = text; line < text + length;) {
        const char *end = memchr(line, '\n', (size_t)(text + length - line));
        if (!end)
            end = text + length;
        if (netshare_event_parse(event, line, (size_t)(end - line), NULL) == NETSHARE_OK) {
            netshare_value value;
            for (size_t f = 0; f < t.fields; f++) {
                t.starts[t.events * t.fields + f] = t.value_count;
                for (size_t i = 0; accessor->get(event, f, i, &value); i++)
                    keep(&t, &value);
            }
            t.events++;
        }
        line = end + 1;
    }
    t.starts[t.events * t.fields] = t.value_count;
    netshare_event_free(event);
    return t;
}

/* --- The rule by hand ------------------------------------------------------------------ */

struct hand {
    size_t category, os, type, name, original, parent, args;
};

static size_t field_number(const netshare_matcher *matcher, const char *name)
{
    for (size_t f = 0; f < netshare_matcher_field_count(matcher); f++)
        if (strcmp(netshare_matcher_field_name(matcher, f), name) == 0)
            return f;
    return 0;
}

static bool any(const struct row *row, size_t field, const char *text, bool fold)
{
    size_t length = strlen(text);
    for (size_t i = row->starts[field]; i < row->starts[field + 1]; i++) {
        const netshare_value *v = &row->values[i];
        if (v->type == NETSHARE_VALUE_UTF8 && v->as.utf8.length == length &&
            (fold ? strncasecmp(v->as.utf8.data, text, length)
                  : memcmp(v->as.utf8.data, text, length)) == 0)
            return true;
    }
    return false;
}

/* \\*\*$*, \\*@SSL\* or http* */
static bool is_share(const char *text, size_t length)
{
    if (length >= 4 && strncasecmp(text, "http", 4) == 0)
        return true;
    if (length < 2 || text[0] != '\\' || text[1] != '\\')
        return false;
    const char *slash = memchr(text + 2, '\\', length - 2);
    if (slash && memchr(slash + 1, '$', (size_t)(text + length - slash - 1)))
        return true;
    for (size_t i = 2; i + 5 <= length; i++)
        if (strncasecmp(text + i, "@ssl\\", 5) == 0)
            return true;
    return false;
}

static bool by_hand(const struct hand *h, const struct row *row)
{
    bool net = any(row, h->name, "net.exe", true) || any(row, h->original, "net.exe", false);
    if (!net && !((any(row, h->name, "net1.exe", true) || any(row, h->original, "net1.exe", false)) &&
                  !any(row, h->parent, "net.exe", true)))
        return false;
    if (!any(row, h->os, "windows", false) || !any(row, h->type, "start", false) ||
        !any(row, h->category, "process", false) || !any(row, h->args, "use", true))
        return false;
    bool share = false;
    for (size_t i = row->starts[h->args]; i < row->starts[h->args + 1]; i++) {
        const netshare_value *v = &row->values[i];
        if (v->type != NETSHARE_VALUE_UTF8)
            continue;
        if (v->as.utf8.length >= 2 && strncasecmp(v->as.utf8.data, "/d", 2) == 0)
            return false;
        share |= is_share(v->as.utf8.data, v->as.utf8.length);
    }
    return share;
}

/* --- Measuring ---------------------------------------------------------------------------- */

struct run {
    const struct table *table;
    const netshare_matcher *matcher;
    netshare_scratch *scratch;
    struct hand hand;
    const uint32_t *picked; /* NULL: all events in order */
    size_t count;
    netshare_detail detail;
    size_t matched;
};

static struct row row_of(const struct run *r, size_t i)
{
    size_t event = r->picked ? r->picked[i] : i;
    return (struct row){r->table->values, r->table->starts + event * r->table->fields};
}

static void run_matcher(void *user)
{
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(get);
    struct run *r = user;
    r->matched = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct row row = row_of(r, i);
        netshare_result result;
        netshare_match(r->matcher, r->scratch, &accessor, &row, r->detail, &result);
        r->matched += result.match_count;
    }
}

static void run_hand(void *user)
{
    struct run *r = user;
    r->matched = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct row row = row_of(r, i);
        r->matched += by_hand(&r->hand, &row);
    }
}

static void report(const char *what, const struct run *r, struct measure m, size_t rules)
{
    printf("{\"bench\":\"engine\",\"case\":\"%s\",\"rules\":%zu,\"fields\":%zu,\"events\":%zu,"
           "\"matches\":%zu,\"ns_per_event\":%.1f,\"least\":%.1f,\"most\":%.1f}\n",
           what, rules, r->table->fields, r->count, r->matched,
           m.median / (double)r->count, m.least / (double)r->count, m.most / (double)r->count);
    fflush(stdout);
}

/* Events of one kind, repeated: the caches are warm. */
static void measure_kind(struct run r, const char *what, const char *hand_name,
                         bool (*wanted)(const struct run *r, const struct row *row))
{
    enum { REPEATED = 100000 };
    uint32_t *picked = must(malloc(REPEATED * sizeof *picked));
    size_t found = 0;
    for (size_t i = 0; i < r.table->events && found < 64; i++) {
        struct row row = row_of(&r, i);
        if (wanted(&r, &row))
            picked[found++] = (uint32_t)i;
    }
    for (size_t i = found; found && i < REPEATED; i++)
        picked[i] = picked[i % found];
    if (found) {
        r.picked = picked;
        r.count = REPEATED;
        struct measure m = measure(run_matcher, &r);
        report(what, &r, m, 1);
        m = measure(run_hand, &r);
        report(hand_name, &r, m, 1);
    }
    free(picked);
}

static bool is_match(const struct run *r, const struct row *row)
{
    return by_hand(&r->hand, row);
}

static bool is_net(const struct row *row, const struct hand *h)
{
    return any(row, h->name, "net.exe", true) || any(row, h->name, "net1.exe", true);
}

static bool is_near_miss(const struct run *r, const struct row *row)
{
    return is_net(row, &r->hand) && !by_hand(&r->hand, row) && any(row, r->hand.args, "use", true);
}

static bool is_typical(const struct run *r, const struct row *row)
{
    return !is_net(row, &r->hand);
}

static void bench_builtin(const char *text, size_t length)
{
    netshare_matcher *matcher = must(netshare_matcher_new(NULL));
    struct table table = extract(matcher, text, length);
    struct run r = {.table = &table,
                    .matcher = matcher,
                    .scratch = must(netshare_scratch_new(matcher, NULL)),
                    .count = table.events,
                    .detail = NETSHARE_DETAIL_RULES};
    r.hand = (struct hand){field_number(matcher, "event.category"),
                           field_number(matcher, "host.os.type"),
                           field_number(matcher, "event.type"),
                           field_number(matcher, "process.name"),
                           field_number(matcher, "process.pe.original_file_name"),
                           field_number(matcher, "process.parent.name"),
                           field_number(matcher, "process.args")};
    struct measure m = measure(run_matcher, &r);
    report("built-in rule, streaming", &r, m, 1);
    size_t matched = r.matched;
    m = measure(run_hand, &r);
    report("by hand, streaming", &r, m, 1);
    if (r.matched != matched)
        fprintf(stderr, "engine_bench: %zu matches by hand, %zu by the matcher\n", r.matched, matched);
    measure_kind(r, "built-in rule, typical event", "by hand, typical event", is_typical);
    measure_kind(r, "built-in rule, near miss", "by hand, near miss", is_near_miss);
    measure_kind(r, "built-in rule, match", "by hand, match", is_match);
    netshare_scratch_free(r.scratch);
    netshare_matcher_unref(matcher);
}

/* The first `count` rules of a file, one per line. */
static netshare_matcher *load(const char *path, size_t count)
{
    size_t length, end = 0;
    char *text = read_file(path, &length);
    netshare_builder *builder = must(netshare_builder_new(NULL, NULL));
    netshare_document_counts added = {0}, total = {0};
    while (end < length && total.added < count) {
        const char *feed = memchr(text + end, '\n', length - end);
        size_t size = feed ? (size_t)(feed - text) + 1 - end : length - end;
        netshare_builder_add_documents(builder, text + end, size, NULL, NULL, &added, NULL);
        total.added += added.added;
        end += size;
        if (end == length && total.added < count && total.added > 0)
            end = 0; /* again from the start, for more rules than the file has */
    }
    netshare_matcher *matcher = must(netshare_builder_build(builder, NULL));
    netshare_builder_free(builder);
    free(text);
    return matcher;
}

static void bench_pack(const char *text, size_t length, const char *rules, size_t count)
{
    netshare_matcher *matcher = load(rules, count);
    struct table table = extract(matcher, text, length);
    struct run r = {.table = &table,
                    .matcher = matcher,
                    .scratch = must(netshare_scratch_new(matcher, NULL)),
                    .count = table.events,
                    .detail = NETSHARE_DETAIL_RULES};
    struct measure m = measure(run_matcher, &r);
    report("rule pack, streaming", &r, m, netshare_matcher_rule_count(matcher));
    netshare_scratch_free(r.scratch);
    netshare_matcher_unref(matcher);
    free(table.starts);
    free(table.values);
    free(table.bytes);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc % 2 != 0) {
        fputs("usage: engine_bench EVENTS.ndjson [RULES.ndjson COUNT]...\n", stderr);
        return 2;
    }
    size_t length;
    char *text = read_file(argv[1], &length);
    bench_builtin(text, length);
    for (int i = 2; i + 1 < argc; i += 2)
        bench_pack(text, length, argv[i], strtoul(argv[i + 1], NULL, 10));
    free(text);
    return 0;
}
