/* SPDX-License-Identifier: Apache-2.0 */
/* RE2, which has no C interface. */
#include "wildcard_peers.h"

#include <memory>
#include <string>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

namespace {

RE2::Options options()
{
    RE2::Options o;
    o.set_case_sensitive(false);
    o.set_dot_nl(true);
    o.set_encoding(RE2::Options::EncodingLatin1);
    o.set_never_capture(true);
    return o;
}

std::string regex_of(const char *pattern)
{
    char regex[256];
    peer_to_regex(pattern, regex, sizeof regex);
    return regex;
}

using Patterns = std::vector<std::unique_ptr<RE2>>;

void *compile_each(const char *const *patterns, size_t count)
{
    auto *all = new Patterns;
    for (size_t i = 0; i < count; i++)
        all->push_back(std::make_unique<RE2>(regex_of(patterns[i]), options()));
    return all;
}

unsigned match_each(void *compiled, const char *text, size_t length)
{
    const auto &all = *static_cast<Patterns *>(compiled);
    unsigned found = 0;
    for (size_t i = 0; i < all.size(); i++)
        found |= unsigned(RE2::FullMatch(re2::StringPiece(text, length), *all[i])) << i;
    return found;
}

void release_each(void *compiled)
{
    delete static_cast<Patterns *>(compiled);
}

struct Set {
    RE2::Set set{options(), RE2::ANCHOR_BOTH};
    std::vector<int> hits;
};

void *compile_set(const char *const *patterns, size_t count)
{
    auto *s = new Set;
    for (size_t i = 0; i < count; i++)
        s->set.Add(regex_of(patterns[i]), nullptr);
    s->set.Compile();
    return s;
}

unsigned match_set(void *compiled, const char *text, size_t length)
{
    auto *s = static_cast<Set *>(compiled);
    unsigned found = 0;
    if (s->set.Match(re2::StringPiece(text, length), &s->hits))
        for (int i : s->hits)
            found |= 1u << i;
    return found;
}

void release_set(void *compiled)
{
    delete static_cast<Set *>(compiled);
}

} // namespace

extern "C" const struct peer peer_re2 = {"RE2, each", compile_each, match_each, release_each,
                                         false};
extern "C" const struct peer peer_re2_set = {"RE2 set", compile_set, match_set, release_set,
                                             false};
