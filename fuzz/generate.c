/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

enum { DEEPEST = 4, LONGEST_QUERY = 3000, ROOM = 96 };

#define PICK(in, array) (array)[fuzz_below(in, sizeof(array) / sizeof *(array))]

static const char *const field_names[FUZZ_FIELDS] = {
    "event.category", "process.name", "process.args", "process.parent.name",
    "a",              "n",            "ip",           "flag",
};

/* What literals and values are made of. */
static const char *const words[] = {
    "", "a", "A", "b", "ab", "aab", "abab", "\xC3\xA9", "\xC3\x89", "k", "\xE2\x84\xAA", "s",
    "\xC5\xBF", "\xF0\x9F\x98\x80", "\xC3\x9F", "\\", "/", ".", " ", "$", "1", "5", "0x1f",
    "2.5", "-7", " 12 ", "true", "x*y", "10.1.2.3", "10.200.0.1", "::ffff:10.1.2.3", "fe80::1",
    "192.168.0.1", "process", "file", "cmd.exe", "CMD.EXE", "net.exe", "net1.exe",
    "powershell.exe", "PowerShell", "\\\\host\\C$\\x", "/domain", "users", "-EncodedCommand",
    "C:\\Windows\\System32\\", "rundll32.exe", "aaaaaaaa", "abcabcabc", "process", "file",
};

static const char *const patterns[] = {
    "*", "?", "a*", "*a", "*a*", "?a?", "a?b", "*a*b*", "**", "*.exe", "net*.exe", "n?t*.exe",
    "*powershell*", "*-enc*d*", "\\\\*\\*$*", "*\\\\windows\\\\*", "c?d.exe", "*cmd.exe*",
    "rundll32*", "*abcabc*", "*\xC3\xA9*", "?\xF0\x9F\x98\x80?", "*domain*users*", "x*y",
    "*system32*", "*users", "power*", "???", "*ab*ab*", "*k", "s*",
};

/* Plain enough for every dialect; lengths stay small. */
static const char *const regexes[] = {
    "a*b", ".*", "[a-c]+", "(a|ab)(b|ab)*", "net1?\\.exe", ".{2,4}", ".*\\.exe", "\\d+",
    "cmd.exe|net.exe", "[^a]*", "a{2}b?", "(ab){1,3}", "", "a|()", "~(a.*)", "<1-12>", "k",
    "[A-Z]+", "\xC3\xA9", ".*e&.*c.*",
};

static const char *const numbers[] = {
    "0", "1", "2", "5", "-1", "3", "7", "-7", "10", "16", "2.5", "1.", ".5", "5.0", "1e3", "-0.0",
    "9223372036854775807", "9223372036854775808", "9007199254740993", "9007199254740992.0",
};

static const char *const addresses[] = {
    "10.1.2.3", "10.200.0.1", "::ffff:10.1.2.3", "fe80::1", "192.168.0.1", "fec0::1", "1.2.3",
};

static const char *const blocks[] = {
    "10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "fe80::/10", "::/0", "192.168.1.1/16",
    "::ffff:10.0.0.0/104", "10.1.2.3", "10.128.0.0/9",
};

/* --- text of a query --------------------------------------------------------------- */

static void add_bytes(struct fuzz_text *out, const char *bytes, size_t length)
{
    if (out->length + length > out->room) {
        out->room = 2 * (out->length + length);
        out->data = fuzz_memory(realloc(out->data, out->room));
    }
    memcpy(out->data + out->length, bytes, length);
    out->length += length;
}

static void add(struct fuzz_text *out, const char *text)
{
    add_bytes(out, text, strlen(text));
}

void fuzz_text_free(struct fuzz_text *text)
{
    free(text->data);
    *text = (struct fuzz_text){NULL, 0, 0};
}

static void add_quoted(struct fuzz_text *out, const char *text)
{
    add(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            add(out, "\\");
        add_bytes(out, text, 1);
    }
    add(out, "\"");
}

/* A few of the parts joined, `middle` between them. */
static void join(struct fuzz_input *in, char out[ROOM], const char *middle)
{
    out[0] = 0;
    size_t left = 1;
    left += fuzz_rarely(in, 4);
    left += fuzz_rarely(in, 8);
    for (; left > 0; left--) {
        const char *word = PICK(in, words);
        if (strlen(out) + strlen(word) + strlen(middle) + 1 >= ROOM)
            break;
        strcat(out, word);
        if (left > 1)
            strcat(out, middle);
    }
}

static void add_word(struct fuzz_input *in, struct fuzz_text *out)
{
    char word[ROOM];
    join(in, word, "");
    add_quoted(out, word);
}

static void add_pattern(struct fuzz_input *in, struct fuzz_text *out)
{
    static const char *const stars[] = {"*", "?", "**", "*?", ""};
    char pattern[ROOM], whole[ROOM + 4];
    if (fuzz_below(in, 3) == 0) {
        add_quoted(out, PICK(in, patterns));
        return;
    }
    join(in, pattern, PICK(in, stars));
    snprintf(whole, sizeof whole, "%s%s%s", fuzz_rarely(in, 2) ? "*" : "", pattern,
             fuzz_rarely(in, 2) ? "*" : "");
    add_quoted(out, whole);
}

static void add_regex(struct fuzz_input *in, struct fuzz_text *out)
{
    add_quoted(out, PICK(in, regexes));
}

static void add_number(struct fuzz_input *in, struct fuzz_text *out)
{
    add(out, PICK(in, numbers));
}

static void add_field(struct fuzz_input *in, struct fuzz_text *out)
{
    if (fuzz_rarely(in, 8))
        add(out, "?");
    add(out, PICK(in, field_names));
}

static void add_constant(struct fuzz_input *in, struct fuzz_text *out)
{
    switch (fuzz_below(in, 8)) {
    case 0:
        add(out, "null");
        break;
    case 1:
        add(out, fuzz_rarely(in, 2) ? "true" : "false");
        break;
    case 2:
    case 3:
        add_number(in, out);
        break;
    default:
        add_word(in, out);
    }
}

static void add_list(struct fuzz_input *in, struct fuzz_text *out,
                     void (*item)(struct fuzz_input *, struct fuzz_text *))
{
    add(out, "(");
    size_t left = 1 + fuzz_below(in, fuzz_rarely(in, 8) ? 24 : 4);
    for (; left > 0; left--) {
        item(in, out);
        add(out, left > 1 ? ", " : ")");
    }
}

typedef void adder(struct fuzz_input *in, struct fuzz_text *out, unsigned depth);
static adder add_condition, add_text, add_amount;

static void add_any(struct fuzz_input *in, struct fuzz_text *out, unsigned depth)
{
    static adder *const kinds[] = {add_text, add_amount};
    PICK(in, kinds)(in, out, depth);
}

static void add_call(struct fuzz_input *in, struct fuzz_text *out, unsigned depth,
                     const char *name, const char *shape)
{
    /* s: text, n: number, v: anything, b: condition or constant; ? before: may be left out. */
    add(out, name);
    add(out, "(");
    for (const char *at = shape; *at; at++) {
        if (*at == '?') {
            if (fuzz_rarely(in, 2))
                break;
            continue;
        }
        if (at > shape)
            add(out, ", ");
        if (*at == 's')
            add_text(in, out, depth);
        else if (*at == 'n')
            add_amount(in, out, depth);
        else if (*at == 'b')
            add(out, fuzz_rarely(in, 2) ? "true" : "false");
        else
            add_any(in, out, depth);
    }
    add(out, ")");
}

/* Something whose value is a string, or a field. */
static void add_text(struct fuzz_input *in, struct fuzz_text *out, unsigned depth)
{
    size_t kind = fuzz_below(in, depth == 0 || out->length > LONGEST_QUERY ? 4 : 9);
    if (kind < 3)
        add_field(in, out);
    else if (kind == 3)
        add_word(in, out);
    else if (kind == 4)
        add_call(in, out, depth - 1, "substring", "sn?n");
    else if (kind == 5)
        add_call(in, out, depth - 1, "concat", fuzz_rarely(in, 2) ? "vv" : "vvv");
    else if (kind == 6)
        add_call(in, out, depth - 1, "string", "v");
    else
        add_call(in, out, depth - 1, fuzz_rarely(in, 2) ? "between~" : "between", "sss?b");
}

/* Something whose value is a number, or a field. */
static void add_amount(struct fuzz_input *in, struct fuzz_text *out, unsigned depth)
{
    static const char *const operators[] = {" + ", " - ", " * ", " / ", " % "};
    static const char *const functions[] = {"add", "subtract", "multiply", "divide", "modulo"};
    size_t kind = fuzz_below(in, depth == 0 || out->length > LONGEST_QUERY ? 4 : 12);
    if (kind == 0) {
        add_field(in, out);
    } else if (kind == 1) {
        add(out, "n");
    } else if (kind < 4) {
        add_number(in, out);
    } else if (kind < 6) {
        add_call(in, out, depth - 1, "length", "s");
    } else if (kind == 6) {
        add_call(in, out, depth - 1, fuzz_rarely(in, 2) ? "indexOf~" : "indexof", "ss?n");
    } else if (kind == 7) {
        add_call(in, out, depth - 1, "number", "s");
    } else if (kind == 8) {
        add(out, "-");
        add_amount(in, out, depth - 1);
    } else if (kind == 9) {
        add_call(in, out, depth - 1, PICK(in, functions), "nn");
    } else {
        add(out, "(");
        add_amount(in, out, depth - 1);
        add(out, PICK(in, operators));
        add_amount(in, out, depth - 1);
        add(out, ")");
    }
}

static void add_predicate(struct fuzz_input *in, struct fuzz_text *out)
{
    static const char *const words_in[] = {" in ", " not in ", " in~ ", " not in~ "};
    static const char *const likes[] = {" : ", " : ", " like ", " like~ "};
    static const char *const regex_words[] = {" regex ", " regex~ "};
    size_t kind = fuzz_below(in, 8);
    if (kind < 2) {
        add(out, PICK(in, words_in));
        add_list(in, out, fuzz_rarely(in, 4) ? add_constant : add_word);
    } else if (kind == 7) {
        add(out, PICK(in, regex_words));
        fuzz_rarely(in, 2) ? add_list(in, out, add_regex) : add_regex(in, out);
    } else {
        add(out, PICK(in, likes));
        fuzz_rarely(in, 2) ? add_list(in, out, add_pattern) : add_pattern(in, out);
    }
}

static void add_boolean_call(struct fuzz_input *in, struct fuzz_text *out, unsigned depth)
{
    static const char *const names[] = {
        "startsWith", "startsWith~", "endsWith", "endsWith~", "stringContains", "stringcontains~",
    };
    size_t kind = fuzz_below(in, 8);
    if (kind > 1) {
        add_call(in, out, depth, PICK(in, names), "ss");
        return;
    }
    add(out, kind == 0 ? "cidrMatch(" : fuzz_rarely(in, 2) ? "wildcard~(" : "wildcard(");
    if (kind == 0 && fuzz_rarely(in, 2))
        add(out, "ip");
    else
        add_text(in, out, depth);
    for (size_t left = 1 + fuzz_below(in, 3); left > 0; left--) {
        add(out, ", ");
        kind == 0 ? add_quoted(out, PICK(in, blocks)) : add_pattern(in, out);
    }
    add(out, ")");
}

static void add_leaf(struct fuzz_input *in, struct fuzz_text *out, unsigned depth)
{
    static const char *const comparisons[] = {" == ", " != ", " < ", " <= ", " > ", " >= ",
                                              " == ", " != "};
    static const char *const equalities[] = {" == true", " == false", " != true", " != false",
                                             " == null", " != null"};
    switch (fuzz_below(in, 16)) {
    default:
        add_field(in, out);
        add_predicate(in, out);
        break;
    case 0:
    case 1:
        add_field(in, out);
        add(out, PICK(in, comparisons));
        add_constant(in, out);
        break;
    case 2:
        add_constant(in, out);
        add(out, PICK(in, comparisons));
        add_field(in, out);
        break;
    case 3:
        add_field(in, out);
        break;
    case 4:
        add_boolean_call(in, out, depth);
        break;
    case 5:
        add_boolean_call(in, out, depth);
        add(out, PICK(in, equalities));
        break;
    case 6:
        add_text(in, out, depth);
        add(out, PICK(in, comparisons));
        add_text(in, out, depth);
        break;
    case 7:
        add_amount(in, out, depth);
        add(out, PICK(in, comparisons));
        add_amount(in, out, depth);
        break;
    case 8:
        add_text(in, out, depth);
        add_predicate(in, out);
        break;
    case 9:
        add_any(in, out, depth);
        add(out, PICK(in, equalities));
        break;
    case 10:
        add(out, "(");
        add_any(in, out, 0);
        add(out, PICK(in, comparisons));
        add_any(in, out, 0);
        add(out, ")");
        add(out, PICK(in, equalities));
        break;
    }
}

static void add_condition(struct fuzz_input *in, struct fuzz_text *out, unsigned depth)
{
    size_t kind = fuzz_below(in, depth == 0 || out->length > LONGEST_QUERY ? 1 : 6);
    if (kind < 2) {
        add_leaf(in, out, depth > 1 ? 2 : 1);
        return;
    }
    if (kind == 2)
        add(out, "not ");
    add(out, "(");
    add_condition(in, out, depth - 1);
    for (size_t left = 1 + fuzz_below(in, 3); kind > 2 && left > 0; left--) {
        add(out, kind < 5 ? " and " : " or ");
        add_condition(in, out, depth - 1);
    }
    add(out, ")");
}

void fuzz_query(struct fuzz_input *in, struct fuzz_text *out)
{
    out->length = 0;
    add(out, fuzz_below(in, 3) == 0 ? "process where " : "any where ");
    add_condition(in, out, (unsigned)fuzz_below(in, DEEPEST));
}

/* --- events ------------------------------------------------------------------------ */

static netshare_value as_utf16(struct fuzz_event *event, const char *text, size_t length)
{
    /* From UTF-8 that is well-formed but for its last character, which may be cut. */
    uint16_t units[2 * ROOM];
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char lead = (unsigned char)text[i];
        size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
        if (lead < 0x80 || i + more >= length) {
            units[count++] = lead < 0x80 ? lead : 0xD800;
            continue;
        }
        uint32_t code = lead & (0x3Fu >> more);
        for (; more > 0; more--)
            code = code << 6 | ((unsigned char)text[++i] & 0x3Fu);
        if (code >= 0x10000)
            units[count++] = (uint16_t)(0xD800 + ((code - 0x10000) >> 10));
        units[count++] = (uint16_t)(code >= 0x10000 ? 0xDC00 + (code & 0x3FF) : code);
    }
    uint16_t *exact = fuzz_block(count * sizeof *exact);
    memcpy(exact, units, count * sizeof *exact);
    event->strings[event->string_count++] = exact;
    return netshare_value_from_utf16(exact, count);
}

static netshare_value make_string(struct fuzz_input *in, struct fuzz_event *event)
{
    char text[ROOM + 8], body[ROOM];
    join(in, body, "");
    uint8_t how = fuzz_byte(in);
    snprintf(text, sizeof text, "%s%s%s", how & 1 && how & 2 ? "x" : "", body,
             how & 4 && how & 8 ? "a" : "");
    size_t length = strlen(text);
    if (how & 16 && how & 1 && length > 0) /* may cut a character */
        length--;
    for (size_t i = 0; how & 32 && i < length; i++) {
        if ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z'))
            text[i] ^= 0x20;
    }
    if (how & 64)
        return as_utf16(event, text, length);
    char *exact = fuzz_block(length);
    memcpy(exact, text, length);
    event->strings[event->string_count++] = exact;
    return netshare_value_from_utf8(exact, length);
}

static netshare_value make_value(struct fuzz_input *in, struct fuzz_event *event)
{
    static const int64_t integers[] = {0, 1, 2, 3, 5, -7, 10, INT64_MAX, INT64_MIN,
                                       9007199254740993};
    static const double decimals[] = {0.0, -0.0, 2.5, 5.0, 0.5, 1e3, 1e300, 9007199254740992.0,
                                      9223372036854775808.0, 1e-7, 123456789.125};
    switch (fuzz_below(in, 12)) {
    case 0:
        return (netshare_value){.type = NETSHARE_VALUE_NULL};
    case 1:
        return netshare_value_from_bool(fuzz_rarely(in, 2));
    case 2:
    case 3:
        return netshare_value_from_int64(PICK(in, integers));
    case 4:
        return netshare_value_from_double(PICK(in, decimals));
    default:
        return make_string(in, event);
    }
}

void fuzz_event(struct fuzz_input *in, struct fuzz_event *event)
{
    event->string_count = 0;
    for (size_t i = 0; i < FUZZ_FIELDS; i++) {
        struct fuzz_field *field = &event->fields[i];
        field->name = field_names[i];
        size_t shape = fuzz_below(in, 8);
        field->count = shape < 2 ? 0 : shape < 6 ? 1 : 1 + fuzz_below(in, FUZZ_VALUES);
        for (size_t v = 0; v < field->count; v++)
            field->values[v] = make_value(in, event);
        if (i == 0 && shape >= 2 && shape < 6) /* so that a category is often met, */
            field->values[0] = netshare_value_from_utf8("process", 7);
        if (strcmp(field->name, "ip") == 0 && shape >= 3 && shape < 6) { /* and an address */
            const char *address = PICK(in, addresses);
            field->values[0] = netshare_value_from_utf8(address, strlen(address));
        }
        if (strcmp(field->name, "n") == 0 && shape >= 4 && shape < 6) /* and a number */
            field->values[0] = netshare_value_from_int64((int8_t)fuzz_byte(in) / 8);
    }
}

void fuzz_event_free(struct fuzz_event *event)
{
    while (event->string_count > 0)
        free(event->strings[--event->string_count]);
}

const struct fuzz_field *fuzz_event_find(const struct fuzz_event *event, const char *name)
{
    for (size_t i = 0; i < FUZZ_FIELDS; i++) {
        if (strcmp(event->fields[i].name, name) == 0)
            return &event->fields[i];
    }
    return NULL;
}

static bool get(void *user, size_t number, size_t index, netshare_value *value)
{
    const struct fuzz_view *view = user;
    const struct fuzz_field *field = fuzz_event_find(
        view->event, netshare_matcher_field_name(view->matcher, number));
    if (!field || index >= field->count)
        return false;
    *value = field->values[index];
    return true;
}

const netshare_accessor fuzz_accessor = NETSHARE_ACCESSOR_INIT(get);
