/* SPDX-License-Identifier: Apache-2.0 */
/* The regular expression engine: tables of its syntax, of what it refuses, and of the
 * size of its automata. */
#include "regex_compiled.h"
#include "support.h"
#include "text/regex_internal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool pattern_matches(const char *pattern, const char *text, enum ns_fold fold)
{
    compiled c;
    compile_valid(&c, pattern, fold);
    bool verdict = matches_both(&c, text, strlen(text));
    discard(&c);
    return verdict;
}

/* --- tables --- */

/* Texts are separated by commas; in them \x01 is a comma, and '' alone is no text. */
typedef struct row {
    const char *pattern;
    const char *matching;
    const char *others;
} row;

static void expect_texts(const char *pattern, const char *texts, enum ns_fold fold,
                         bool verdict)
{
    for (const char *at = texts; *at != 0;) {
        size_t length = strcspn(at, ",");
        char text[128];
        cr_assert_lt(length, sizeof text);
        memcpy(text, at, length);
        text[length] = 0;
        for (char *comma; (comma = strchr(text, '\x01')) != NULL;) {
            *comma = ',';
        }
        if (strcmp(text, "''") == 0) {
            text[0] = 0;
        }
        cr_expect_eq(pattern_matches(pattern, text, fold), verdict, "'%s' on '%s': expected %s",
                     pattern, text, verdict ? "yes" : "no");
        at += length + (at[length] == ',');
    }
}

static void expect_rows(const row *rows, size_t count, enum ns_fold fold)
{
    for (size_t i = 0; i < count; i++) {
        expect_texts(rows[i].pattern, rows[i].matching, fold, true);
        expect_texts(rows[i].pattern, rows[i].others, fold, false);
    }
}

#define EXPECT(fold, ...)                                                              \
    do {                                                                               \
        static const row rows[] = {__VA_ARGS__};                                       \
        expect_rows(rows, COUNT(rows), fold);                                          \
    } while (0)

Test(regex, matches_characters)
{
    EXPECT(NS_FOLD_NONE,
        {"", "''", "a, ,\n"},
        {"abc", "abc", "'',ab,abcd,xabc,ABC,abc\n"},
        {"a.c", "abc,a.c,a\nc,a\xC3\xA9" "c,a\xF0\x9F\x98\x80" "c,a\xFF" "c",
         "ac,abbc,a\xC3\xA9\xC3\xA9" "c"},
        {"a\\.c", "a.c", "abc"},
        {"\\\\\\*\\?\\+\\(\\)\\[\\]\\{\\}\\|\\\"\\.\\~\\&\\<\\>\\#\\@\\^\\$\\-\\/\\%",
         "\\*?+()[]{}|\".~&<>#@^$-/%", "\\"},
        {"^a$", "^a$", "a"},
        {"a]b}c>d-e:f;g=h!", "a]b}c>d-e:f;g=h!", "ab"},
        {"\xC3\xA9", "\xC3\xA9", "e,\xC3\x89,\xC3,\xA9"},
        {"\\\xC3\xA9", "\xC3\xA9", "\\\xC3\xA9"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x81,\xF0\x9F\x98"},
        {"\xFF", "\xFF", "\xFE,\xC3\xBF,\xFF\xFF"},
        {"()", "''", "(),a"},
        {"()a()", "a", "''"},
        {"((a))", "a", "aa,(a)"});
}

Test(regex, repeats)
{
    EXPECT(NS_FOLD_NONE,
        {"ab?c", "ac,abc", "abbc,bc"},
        {"ab*c", "ac,abc,abbbbc", "abb,a"},
        {"ab+c", "abc,abbc", "ac,ab"},
        {"ab{2}c", "abbc", "abc,abbbc,ac"},
        {"ab{0}c", "ac", "abc"},
        {"ab{2,}c", "abbc,abbbbbc", "abc,ac"},
        {"ab{0,}c", "ac,abbc", "bc"},
        {"ab{1,3}c", "abc,abbc,abbbc", "ac,abbbbc"},
        {"ab{0,2}c", "ac,abc,abbc", "abbbc"},
        {"ab{00,02}c", "ac,abbc", "abbbc"},
        {"(ab)*", "'',ab,abab", "a,aba,ba"},
        {"(ab){2}", "abab", "ab,ababab"},
        {"a*?", "'',a,aaa", "b"},
        {"a+?", "'',a,aaa", "b"},
        {"a??", "'',a", "aa"},
        {"a?{2}", "'',a,aa", "aaa"},
        {"a{2}{3}", "aaaaaa", "aaaaa,aaaaaaa,aa"},
        {"a{2,3}{2}", "aaaa,aaaaa,aaaaaa", "aaa,aaaaaaa"},
        {"(a?){3}", "'',a,aaa", "aaaa"},
        {"(a*)*", "'',aaa", "b"},
        {"(a*)+b", "b,aab", "a"},
        {"(a|b*)*c", "c,abbac", "abb"},
        {"(){5}x", "x", "'',xx"},
        {"(a{0,2}b){0,2}c", "c,bc,abc,aabaabc,bbc,babc", "aaabc,bbbc,aac,abababc"},
        {"(ba{0,2}){0,2}c", "c,bc,bac,baabaac,bbaac", "baaac,bbbc,abc"},
        {"((ab){2,3}c){2,3}", "ababcababc,abababcababcababc", "ababc,abcababc"});
}

Test(regex, alternates_and_intersects)
{
    EXPECT(NS_FOLD_NONE,
        {"a|b", "a,b", "ab,'',c"},
        {"ab|cd", "ab,cd", "abd,acd,abcd"},
        {"a(b|c)d", "abd,acd", "ad,abcd"},
        {"(a|())b", "ab,b", "a"},
        {".*a.*&.*b.*", "ab,ba,xbxax", "a,b,''"},
        {"a&a", "a", "b"},
        {"a&b", "", "a,b,ab,''"},
        {"[a-f]+&~(.*cd.*)", "abc,dc,f", "cd,abcd,g,''"},
        {"a|b&b|c", "a,b,c", "bc,''"},
        {"a&b|c", "c", "a,b"},
        {"ab&a.&.b", "ab", "aa,bb"},
        {"(a*&(aa)*)b", "b,aab", "ab,aaab"});
}

Test(regex, complements)
{
    EXPECT(NS_FOLD_NONE,
        {"~a", "'',b,aa,ab", "a"},
        {"~(abc)", "'',ab,abcd,x\n", "abc"},
        {"~~a", "a", "'',b"},
        {"~~~a", "b,''", "a"},
        {"~a*", "'',b,ab,aa", "a"}, /* binds tighter than * */
        {"~(a*)", "b,ab", "'',a,aaa"},
        {"~(.*x.*)", "'',abc,\xFF\xC3", "x,axb"},
        {"a~(b)c", "ac,abbc,axc", "abc,a"},
        {"(~a){2}", "'',aa,b", "a"}, /* "a" is "" and "a", and neither is ~a twice */
        {"~()", "a,ab", "''"},
        {"~#", "'',a,abc", ""},
        {"~@", "", "'',a"},
        {"~.", "'',ab", "a,\n,\xFF"},
        {"~(~(ab)c)", "'',ab,cx,abc", "c,xc,acc,abcc"},
        {"(~(a)|a)&ab", "ab", "a"},
        {"[^a]~b", "b,bc,cc", "'',a,cb"});
}

Test(regex, knows_any_string_and_the_empty_language)
{
    EXPECT(NS_FOLD_NONE,
        {"@", "'',a,a\nb,\xFF", ""},
        {"a@", "a,abc", "'',ba"},
        {"@a@&~(@b@)", "a,xay", "ab,b,''"},
        {"#", "", "'',a,#"},
        {"a#", "", "a,a#"},
        {"a#|b", "b", "a"},
        {"#*", "''", "a"},
        {"#?a", "a", "''"},
        {"#{0}", "''", "a"});
}

Test(regex, quotes)
{
    EXPECT(NS_FOLD_NONE,
        {"\"a.b*\"", "a.b*", "aab,axb"},
        {"\"\"", "''", "\""},
        {"\"a\\\"", "a\\", "a"},
        {"\"(|)&~#@\"+", "(|)&~#@,(|)&~#@(|)&~#@", "''"},
        {"x\"[\"y", "x[y", "xy"},
        {"\"\xC3\xA9\"", "\xC3\xA9", "\xC3\x89"});
}

Test(regex, intervals)
{
    EXPECT(NS_FOLD_NONE,
        {"<1-100>", "1,01,0001,9,10,42,099,100,000100", "0,101,'',1000,00,a,100a,200"},
        {"<0-0>", "0", "00,1,''"},
        {"<5-5>", "5", "05,4"},
        {"<01-12>", "01,02,09,10,12", "1,00,13,012,001"},
        {"<12-01>", "01,12", "00,13"},
        {"<100-1>", "1,100", "0,101"},
        {"<12-1000>", "12,0012,99,100,999,1000,01000", "11,1,2,9,0011,1001,10000"},
        {"<7-1234>", "7,99,0500,1000,1229,1234", "6,1235,2000,12340"},
        {"<089-312>", "089,090,099,100,299,300,312", "088,313,89,400,0100"},
        {"<0-2147483647>", "0,000,2147483647,02147483647", "2147483648,3000000000,10000000000"},
        {"<000000000000000001-000000000000000003>", "000000000000000002",
         "2,000000000000000004"},
        {"v<1-30>\\.<0-9>", "v1.0,v30.9,v003.5", "v40.0,v1.,v1.10"},
        {"<1-2>*", "'',1,12,2121", "3,0,01"},
        {"<10-99>|x", "10,99,x", "9,100,09"});
}

Test(regex, classes)
{
    EXPECT(NS_FOLD_NONE,
        {"[abc]", "a,b,c", "d,'',ab,A"},
        {"[a-c]", "a,b,c", "d,'',`"},
        {"[^a-c]", "d,A,\n,\xC3\xA9,\xFF", "a,b,'',dd"},
        {"[a-cx-z5]", "b,y,5", "d,w,''"},
        {"[]a]", "],a", "[,''"},
        {"[^]a]", "b,[", "],a"},
        {"[a\\]b]", "a,],b", "\\"},
        {"[a^]", "a,^", "b"},
        {"[\\^a]", "a,^", "\\"},
        {"[a\\-z]", "a,-,z", "b,\\"},
        {"[-a]", "-,a", "b"},
        {"[a-b-c]", "a,b,c", "d"},
        {"[+--]", "+,\x01,-", ".,*"},
        {"[\\\\-a]", "\\,a", "^,b"}, /* an escaped backslash starts no range */
        {"[\\.-0]", ".,/,0", "-,1"},
        {"[.]", ".", "a"},
        {"[*?+(){}|&~\"#@<>$]", "*,?,+,(,),{,},|,&,~,\",#,@,<,>,$", "a,\\,["},
        {"[[a]", "[,a", "]"},
        {"[\\[-\\]]", "[,\\,]", "Z,^"},
        {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", "e,\xC3\x89,\xC3"},
        {"[\xF0\x9F\x98\x80-\xF0\x9F\x98\x8F]", "\xF0\x9F\x98\x85", "\xF0\x9F\x98\x90"},
        {"[^\\\\]+\\.exe", "net.exe,\xC3\xA9.exe", "a\\net.exe,.exe"});
}

Test(regex, predefined_classes)
{
    EXPECT(NS_FOLD_NONE,
        {"\\d+", "0,0123456789", "'',a,1a,\xD9\xA3"},
        {"\\D+", "abc,\n,\xD9\xA3,\xFF", "1,a1,''"},
        {"\\s+", " ,\t\n\r ", "\x0B,\x0C,\xC2\xA0,a,''"},
        {"\\S+", "a,\x0B,\xC2\xA0,\xFF", " ,a b,\n,''"},
        {"\\w+", "aZ_09", "-,a-b,\xC3\xA9,''"},
        {"\\W+", " -,\xC3\xA9,\xFF", "a,_,0,''"},
        {"[\\d.]+", "1.2.3,...", "a,''"},
        {"[^\\d.]+", "abc", "1,.,''"},
        {"[\\D]", "a", "1"},
        {"[^\\D]", "1", "a"},
        {"[\\w-]+", "a-b,---", "a b"},
        {"[\\d-a]+", "1-a", "b"},
        {"[\\s\\S]*", "'',a\nb,\xFF", ""},
        {"[^\\s\\S]", "", "a,''"});
}

Test(regex, folds)
{
    static const row ascii[] = {
        {"Net\\.EXE", "net.exe,NET.EXE", "net_exe"},
        {"[A-C]+", "abcABC", "d,D"},
        {"[a-c]+", "abcABC", "d,D"},
        {"[^a-c]", "d,D", "a,A"},
        {"[^A]", "b", "a,A"},
        {"[Z-a]", "z,Z,a,A,_", "b,y,B"},
        {"\"aB\"", "AB,ab", "a"},
        {"~a", "b,B,AA", "a,A"},
        {"\\w", "K,k", "''"},
        {"\\W", ".", "K,k"},
        {"@A@&@b@", "ab,BA", "a,b"},
    };
    expect_rows(ascii, COUNT(ascii), NS_FOLD_ASCII);
    expect_rows(ascii, COUNT(ascii), NS_FOLD_UNICODE);
    EXPECT(NS_FOLD_ASCII,
        {"\xC3\xA9", "\xC3\xA9", "\xC3\x89"},
        {"k", "k,K", "\xE2\x84\xAA"},
        {"[^k]", "\xE2\x84\xAA", "k,K"});
    EXPECT(NS_FOLD_UNICODE,
        {"\xC3\xA9", "\xC3\xA9,\xC3\x89", "e,E"},
        {"\xC3\x89", "\xC3\xA9,\xC3\x89", "e"},
        {"k", "k,K,\xE2\x84\xAA", "x"}, /* Kelvin sign */
        {"\xE2\x84\xAA", "k,K,\xE2\x84\xAA", "x"},
        {"[j-l]", "k,K,\xE2\x84\xAA", "m"},
        {"[^j-l]", "m,\xC3\xA9", "k,K,\xE2\x84\xAA"},
        {"\\w", "\xE2\x84\xAA,\xC5\xBF", "\xC3\xA9"},
        {"\\W", "\xC3\xA9", "\xE2\x84\xAA,\xC5\xBF,k"},
        {"[\xE2\x84\xA0-\xE2\x84\xAF]", "k,K,\xE2\x84\xAA,\xC3\xA5,\xC3\x85", "x,a"},
        {"[\xC3\x80-\xC3\x9E]", "\xC3\xA9,\xC3\x89,\xC3\xBE", "e,\xC3\xBF,\xC3\xB7"},
        {"[^\xC3\x80-\xC3\x9E]", "e,\xC3\xBF", "\xC3\xA9,\xC3\x89"},
        {"\xCF\x83+", "\xCF\x83\xCF\x82\xCE\xA3", "s"}, /* three sigmas */
        {"\xC3\x9F", "\xC3\x9F,\xE1\xBA\x9E", "ss,SS"}, /* one to one */
        {"\xF0\x90\x90\x80", "\xF0\x90\x90\xA8", "\xF0\x90\x90\xA9"},
        {"\xC4\xB0", "\xC4\xB0", "i,I,\xC4\xB1"},
        {"~(.*\xC3\x89.*)", "e", "x\xC3\xA9,\xC3\x89y"});
    EXPECT(NS_FOLD_NONE,
        {"[a-z]+", "abc", "Abc,ABC"},
        {"k", "k", "K,\xE2\x84\xAA"},
        {"\\w", "K,k", "\xE2\x84\xAA"},
        {"A", "A", "a"});
}

/* What authors of detection rules write. */
Test(regex, everyday_patterns)
{
    EXPECT(NS_FOLD_ASCII,
        {"[a-z]:\\\\users\\\\[^\\\\]+\\\\appdata\\\\.*\\.(exe|dll|scr)",
         "C:\\Users\\Ann\\AppData\\Local\\x.exe,c:\\users\\b c\\appdata\\a\\b\\c.DLL",
         "C:\\Users\\AppData\\x.exe,C:\\Users\\A\\B\\AppData\\x.exe,"
         "C:\\Users\\Ann\\AppData\\x.exe1"},
        {".*-e(nc|nco|ncod|ncode|ncoded)? [a-z0-9+/=]{8,}.*",
         "powershell -enc SQBFAFgA,p -e AAAAAAAA -w",
          "powershell -enc SQB,powershell -en AAAAAAAAA"},
        {"(net|net1)\\.exe", "net.exe,NET1.EXE", "net2.exe"},
        {"/(tmp|var/tmp|dev/shm)/\\.[a-z0-9_\\-]{3,9}", "/tmp/.abc,/dev/shm/.x-1_z",
         "/tmp/.ab,/tmp/abc,/var/.abcd"},
        {"[0-9]{1,3}(\\.[0-9]{1,3}){3}", "1.2.3.4,192.168.100.200",
         "1.2.3,1.2.3.4.5,1234.1.1.1"},
        {"\\\\Device\\\\HarddiskVolume\\d+\\\\.*", "\\Device\\HarddiskVolume12\\x",
         "\\Device\\HarddiskVolume\\x"});
}

/* --- several patterns --- */

#define STRING(s) {s, sizeof(s) - 1}

/* Most texts are told by how many of one character they have: those that have just enough
 * must be matched, in either case, in many characters and by those that fold to it. */
Test(regex, counts_what_a_match_must_have)
{
    EXPECT(NS_FOLD_UNICODE,
        {".*[ ]{4,}.*", "    ,a    b,0123456789abcdef0123456789    x", "'',a   b,a  b  c  d"},
        {"([^ ]+[ ]{3,}[^ ]*){2,}", "a   b   ,a   b   c,\xC3\xA9   \xC3\xA9   ",
         "a   b  c,a b c d e f g,      "},
        {".*q.*q.*", "qq,QQ,0123456789abcdeq0123456789abcdeQ", "q,Q,0123456789abcdefQ"},
        {".*k.*", "k,K,\xE2\x84\xAA,0123456789abcdef\xE2\x84\xAA", "j,0123456789abcdef"},
        {".*s{2}.*", "ss,\xC5\xBF" "s,SS", "s,\xC5\xBF"},
        {".*[\xCA\xB0-\xCB\xBF]+.*", "\xCA\xB0,abc\xCB\xBF" "def", "abc,'',0123456789abcdef"},
        {"(q|x).*", "q,x,Q1", "aq,''"});
    EXPECT(NS_FOLD_NONE, {".*q.*q.*", "qq,qaq", "qQ,QQ"});
}

Test(regex, joins_patterns)
{
    static const struct ns_string patterns[] = {STRING("ab*"), STRING(""), STRING("x&x|[y]")};
    compiled c;
    compile_all(&c, patterns, 3, NS_FOLD_NONE, NULL);
    cr_assert_eq(c.status, NETSHARE_OK);
    static const char *const yes[] = {"a", "abb", "", "x", "y"}, *const no[] = {"ab|", "ax",
                                      "xy"};
    for (size_t i = 0; i < COUNT(yes); i++) {
        cr_expect(matches_both(&c, yes[i], strlen(yes[i])), "'%s'", yes[i]);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        cr_expect_not(matches_both(&c, no[i], strlen(no[i])), "'%s'", no[i]);
    }
    discard(&c);
    compile_all(&c, NULL, 0, NS_FOLD_NONE, NULL);
    cr_assert_eq(c.status, NETSHARE_OK);
    cr_expect_not(matches(&c, "", 0));
    discard(&c);
}

Test(regex, a_pattern_does_not_reach_into_the_next)
{
    static const struct ns_string patterns[] = {STRING("a"), STRING("b(c"), STRING("d)")};
    compiled c;
    compile_all(&c, patterns, 3, NS_FOLD_NONE, NULL);
    cr_expect_eq(c.status, NETSHARE_ERROR_SYNTAX);
    cr_expect_eq(c.problem.pattern, 1);
    cr_expect_eq(c.problem.offset, 1);
    discard(&c);
}

/* --- what is refused --- */

typedef struct refusal {
    const char *pattern;
    size_t offset;
    const char *message;
} refusal;

Test(regex, refuses_malformed_patterns)
{
    static const refusal rows[] = {
        {"(", 0, "'(' is not closed"}, {"(a", 0, "'(' is not closed"},
        {"x(a(b)", 1, "'(' is not closed"}, {"a)", 1, "')' without '('"},
        {")", 0, "')' without '('"}, {"(|a)", 1, "before '|'"}, {"(a|)", 3, "before ')'"},
        {"|a", 0, "before '|'"}, {"a|", 2, "end of the pattern"}, {"a||b", 2, "before '|'"},
        {"&a", 0, "before '&'"}, {"a&", 2, "end of the pattern"}, {"a&&b", 2, "before '&'"},
        {"a|&b", 2, "before '&'"}, {"*a", 0, "nothing to repeat"},
        {"a|*", 2, "nothing to repeat"},
        {"(?i)a", 1, "nothing to repeat"}, {"+", 0, "nothing to repeat"},
        {"{2}", 0, "nothing to repeat"},
        {"~", 1, "end of the pattern"}, {"a~~", 3, "end of the pattern"},
        {"~*", 1, "nothing to repeat"},
        {"(~)", 2, "before ')'"},
        {"[", 0, "'[' is not closed"}, {"x[abc", 1, "'[' is not closed"},
        {"[]", 0, "'[' is not closed"},
        {"[^]", 0, "'[' is not closed"}, {"[^", 0, "'[' is not closed"},
        {"[a-", 0, "'[' is not closed"},
        {"[a-]", 2, "\\-"}, {"[z-a]", 1, "ends before it starts"},
        {"x[ab-c]d[9-0]", 9, "ends before it starts"},
        {"[a-\\d]", 3, "cannot end in a class"}, {"[a-\\", 3, "'\\'"}, {"[\\", 1, "'\\'"},
        {"[a-\\]]", 1, "ends before it starts"},
        {"a\\", 1, "'\\' at the end"}, {"a\\b", 1, "'\\b' is no escape"}, {"\\x41", 0, "'\\x'"},
        {"[\\n]", 1, "'\\n'"}, {"[a-\\q]", 3, "'\\q'"}, {"\\\\\\Q", 2, "'\\Q'"},
        {"\"", 0, "'\"' is not closed"}, {"a\"bc", 1, "'\"' is not closed"},
        {"a{", 2, "expected a number"}, {"a{}", 2, "expected a number"},
        {"a{,3}", 2, "expected a number"},
        {"a{x}", 2, "expected a number"}, {"a{2", 3, "expected '}'"},
        {"a{2,", 4, "expected '}'"},
        {"a{2,3", 5, "expected '}'"}, {"a{2;3}", 3, "expected '}'"},
        {"a{2,x}", 4, "expected '}'"},
        {"a{3,2}", 1, "below its start"},
        {"<", 1, "expected a number"}, {"<name>", 1, "named automata"},
        {"<1", 2, "expected '-'"},
        {"<1>", 2, "expected '-'"}, {"<1-", 3, "expected a number"},
        {"<1->", 3, "expected a number"},
        {"<1-2", 4, "expected '>'"}, {"<1-2-3>", 4, "expected '>'"},
        {"<-1-2>", 1, "expected a number"},
        {"<1-2147483648>", 3, "2147483647"},
        {"<1-99999999999999999999999>", 3, "at most 18 digits"},
        {"<0000000000000000001-1>", 1, "at most 18 digits"},
        {"\xC3\xA9(", 2, "'(' is not closed"}, {"\xC3\xA9|", 3, "end of the pattern"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        compiled c;
        compile(&c, rows[i].pattern, strlen(rows[i].pattern), NS_FOLD_UNICODE);
        cr_expect_eq(c.status, NETSHARE_ERROR_SYNTAX, "'%s' was not refused", rows[i].pattern);
        cr_expect_eq(c.problem.pattern, 0);
        cr_expect_eq(c.problem.offset, rows[i].offset, "'%s': expected %zu, got %zu: %s",
                     rows[i].pattern, rows[i].offset, c.problem.offset, c.problem.message);
        cr_expect_not_null(strstr(c.problem.message, rows[i].message), "'%s': %s",
                           rows[i].pattern, c.problem.message);
        cr_expect_lt(strlen(c.problem.message), sizeof c.problem.message - 1, "'%s': cut off",
                     rows[i].pattern);
        discard(&c);
    }
}

/* The pattern's length counts, not a NUL in it. */
Test(regex, takes_nul_as_a_character)
{
    compiled c;
    compile(&c, "a\0b?", 4, NS_FOLD_UNICODE);
    cr_assert_eq(c.status, NETSHARE_OK);
    cr_expect(matches_both(&c, "a\0b", 3));
    cr_expect(matches_both(&c, "a\0", 2));
    cr_expect_not(matches_both(&c, "a", 1));
    cr_expect_not(matches_both(&c, "a\0c", 3));
    discard(&c);
    compile_valid(&c, "[^a]", NS_FOLD_NONE);
    cr_expect(matches_both(&c, "\0", 1));
    discard(&c);
    compile(&c, "[\0-\x7F]{2,}", 9, NS_FOLD_NONE); /* one of many, which no text need have */
    cr_assert_eq(c.status, NETSHARE_OK);
    cr_expect(matches_both(&c, "ab", 2));
    cr_expect(matches_both(&c, "a\0", 2));
    discard(&c);
    compile(&c, "a\\", 1, NS_FOLD_NONE); /* what follows is not part of it */
    cr_assert_eq(c.status, NETSHARE_OK);
    discard(&c);
}

Test(regex, unpaired_surrogates_are_characters)
{
    static const uint16_t lone[] = {'a', 0xD800, 'b'}, pair[] = {'a', 0xD83D, 0xDE00, 'b'},
                          swapped[] = {'a', 0xDE00, 0xD83D, 'b'};
    struct ns_text texts[] = {ns_text_utf16(lone, 3), ns_text_utf16(pair, 4),
                              ns_text_utf16(swapped, 4), ns_text_utf16(lone, 2)};
    static const struct {
        const char *pattern;
        bool verdicts[4];
    } rows[] = {
        {"a.b", {true, true, false, false}},
        {"a..b", {false, false, true, false}},
        {"a[^x]", {false, false, false, true}},
        {"a\xF0\x9F\x98\x80" "b", {false, true, false, false}},
        {"a\xEF\xBF\xBD" "b", {false, false, false, false}},
        {"~(a.b)", {false, false, true, true}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        compiled c;
        compile_valid(&c, rows[i].pattern, NS_FOLD_UNICODE);
        for (size_t t = 0; t < COUNT(texts); t++) {
            cr_expect_eq(ns_regex_match(c.regex, &texts[t]), rows[i].verdicts[t],
                         "'%s' on text %zu", rows[i].pattern, t);
        }
        discard(&c);
    }
}

Test(regex, survives_text_without_data)
{
    compiled c;
    compile_valid(&c, "a*", NS_FOLD_NONE);
    struct ns_text utf8 = ns_text_utf8(NULL, 0), utf16 = ns_text_utf16(NULL, 0);
    cr_expect(ns_regex_match(c.regex, &utf8));
    cr_expect(ns_regex_match(c.regex, &utf16));
    discard(&c);
    compile(&c, NULL, 0, NS_FOLD_NONE);
    cr_assert_eq(c.status, NETSHARE_OK);
    cr_expect(ns_regex_match(c.regex, &utf8));
    discard(&c);
}

/* --- the size of the automaton --- */

/* Patterns of one language have automata of one size, which is known. */
Test(regex, automata_are_the_smallest)
{
    static const struct {
        const char *pattern;
        size_t states; /* with the dead one */
    } rows[] = {
        {"#", 1}, {"a#b", 1}, {"a&b", 1}, {"~@", 1},
        {"@", 2}, {".*", 2}, {"~#", 2}, {"(a|~a)", 2}, {"@.*@", 2}, {"[a-z]*.*", 2},
        {".*(a{0,9}b){0,9}.*", 2},
        {"()", 2}, {"a{0}", 2}, {"a", 3}, {"abc", 5}, {"a|b|c|[d-f]", 3},
        {"abc|abd|ab[e-z]", 5},
        {"a*", 2}, {"(a*)*", 2}, {"(a?)+", 2}, {"a+", 3}, {"aa*", 3}, {"a{1,}", 3},
        {"a{0,50}", 52}, {"(a?){50}", 52}, {"a{50}", 52}, {"a{20}a{0,30}", 52},
        {".*a.*", 3}, {".*a", 3}, {".*abc.*", 5}, {".*a.*|.*a.*b.*", 3},
        {".*(a|b).{3}", 17}, {"(ab|cd)*", 4}, {".*a.*&.*b.*", 5}, {"~(~(.*a.*)|~(.*b.*))", 5},
        {"<0-9>", 3}, {"<00-99>", 4}, {"[0-9]{2}", 4},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        compiled c;
        compile_valid(&c, rows[i].pattern, NS_FOLD_NONE);
        size_t states = ns_regex_state_count(c.regex);
        cr_expect_eq(states, rows[i].states, "'%s': expected %zu, got %zu", rows[i].pattern,
                     rows[i].states, states);
        discard(&c);
    }
}

Test(regex, repetitions_have_a_limit)
{
    static const char *const patterns[] = {"a{40000}", "a{40000,}", "a{1,40000}", "a{0,99999999999}"};
    for (size_t i = 0; i < COUNT(patterns); i++) {
        compiled c;
        compile(&c, patterns[i], strlen(patterns[i]), NS_FOLD_NONE);
        cr_expect_eq(c.status, NETSHARE_ERROR_LIMIT, "%s", patterns[i]);
        cr_expect_not_null(strstr(c.problem.message, "repetition count"), "%s", c.problem.message);
        discard(&c);
    }
}

/* What a character folds to takes ranges, too. */
Test(regex, ranges_have_a_limit_whatever_takes_the_last, .timeout = 120)
{
    static const struct {
        const char *item; /* of a class */
        enum ns_fold fold;
        size_t ranges; /* that it takes */
    } rows[] = {
        {"1", NS_FOLD_UNICODE, 1}, {"A", NS_FOLD_NONE, 1}, {"A", NS_FOLD_ASCII, 2},
        {"\xC3\x84", NS_FOLD_ASCII, 1}, {"\xC3\x84", NS_FOLD_UNICODE, 2},
        {"\xC3\x94-\xC3\x98", NS_FOLD_UNICODE, 5}, /* U+00D7 is no letter */
        {"\\w", NS_FOLD_NONE, 4}, {"\\W", NS_FOLD_UNICODE, 5},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t left = 0; left <= rows[i].ranges; left++) {
            size_t filler = NS_REGEX_MAX_RANGES - left, item = strlen(rows[i].item);
            char *pattern = malloc(filler + item + 2);
            cr_assert_not_null(pattern);
            pattern[0] = '[';
            memset(pattern + 1, '1', filler);
            memcpy(pattern + 1 + filler, rows[i].item, item);
            pattern[1 + filler + item] = ']';
            compiled c;
            compile(&c, pattern, filler + item + 2, rows[i].fold);
            cr_expect_eq(c.status, left < rows[i].ranges ? NETSHARE_ERROR_LIMIT : NETSHARE_OK,
                         "row %zu with room for %zu: %s", i, left, c.problem.message);
            discard(&c);
            free(pattern);
        }
    }
}

/* --- literals that a text must have --- */

static void expect_literals(const struct ns_string *patterns, size_t count, enum ns_fold fold,
                            const char *expected)
{
    compiled c;
    size_t literal_count;
    char found[256] = "";
    compile_all(&c, patterns, count, fold, NULL);
    cr_assert_not_null(c.regex, "%.*s", (int)patterns->length, patterns->data);
    const struct ns_string *literals = ns_regex_required_literals(c.regex, &literal_count);
    for (size_t i = literal_count; i-- > 0;) {
        size_t length = strlen(found);
        snprintf(found + length, sizeof found - length, "%s%.*s", length ? "|" : "",
                 (int)literals[i].length, literals[i].data);
    }
    cr_expect_str_eq(found, expected, "%.*s: found '%s', expected '%s'", (int)patterns->length,
                     patterns->data, found, expected);
    discard(&c);
}

Test(regex, literals_that_a_text_must_have)
{
    static const struct {
        const char *pattern, *expected, *folded; /* folded: NULL, the same */
    } rows[] = {
        {".*power.*", "power", NULL},
        {".*PowerShell.*-enc", "PowerShell", "powershell"},
        {"abc", "abc", NULL},
        {"ab", "", NULL},
        {"ab.cd", "", NULL},
        {"a[b]c", "abc", NULL},
        {"a[bB]c", "", "abc"},
        {"a[bc]def", "def", NULL},
        {"ab?cde", "cde", NULL},
        {"abc?", "", NULL},
        {"abcd?e", "abc", NULL},
        {"abc*defg", "defg", NULL},
        {"ab+cd", "bcd", NULL},
        {"abc+", "abc", NULL},
        {"ab{2}cd", "abbcd", NULL},
        {"ab{3,}cd", "bbbcd", NULL},
        {"xab{3,}c", "xabbb", NULL},
        {"[xy]b{3,5}[xy]", "bbb", NULL},
        {"xyab{0,3}c", "xya", NULL},
        {"x{40}", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL},
        {"x{40}y{2}", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyy", NULL},
        {"y{2}x{40}[ab]", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL},
        {"(abc)d", "abcd", NULL},
        {"(abc)+d", "abc", NULL},
        {"(abc)?def", "def", NULL},
        {"(abc){2}", "abc", NULL},
        {"(abc|def)gh", "", NULL},
        {"(abc|def)ghi", "ghi", NULL},
        {"abc|def", "abc|def", NULL},
        {"abc|de", "", NULL},
        {"abc|(def|.*ghi)", "abc|def|ghi", NULL},
        {"~(abc)", "", NULL},
        {"abc&def", "", NULL},
        {"#", "", NULL},
        {"abc@xyz1", "xyz1", NULL},
        {"\"a.b\"", "a.b", NULL},
        {"a\\.b", "a.b", NULL},
        {"kiosk", "kiosk", NULL},
        {"\xC3\xA9t\xC3\xA9 abc", " abc", NULL},
        {"<100-199>ms", "", NULL},
        {"[ ]{3,}", "   ", NULL},
        {"([^ ]+[ ]{3,}[^ ]*){3,}.*", "   ", NULL},
        {"", "", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ns_string pattern = {rows[i].pattern, strlen(rows[i].pattern)};
        expect_literals(&pattern, 1, NS_FOLD_NONE, rows[i].expected);
        expect_literals(&pattern, 1, NS_FOLD_UNICODE,
                        rows[i].folded ? rows[i].folded : rows[i].expected);
    }
}

Test(regex, literals_of_several_patterns)
{
    static const struct ns_string two[] = {{"abc.*", 5}, {".*def|ghi", 9}};
    static const struct ns_string one_without[] = {{"abc.*", 5}, {"[a-c]+", 6}};
    enum { MOST = NS_REGEX_MOST_LITERALS };
    struct ns_string many[MOST + 1];
    for (size_t i = 0; i < MOST + 1; i++)
        many[i] = (struct ns_string){"abc", 3};
    expect_literals(two, 2, NS_FOLD_NONE, "abc|def|ghi");
    expect_literals(one_without, 2, NS_FOLD_NONE, "");
    expect_literals(many, MOST, NS_FOLD_NONE,
                    "abc|abc|abc|abc|abc|abc|abc|abc|abc|abc|abc|abc|abc|abc|abc|abc");
    expect_literals(many, MOST + 1, NS_FOLD_NONE, "");
}
