// SPDX-License-Identifier: Apache-2.0
// The whole built-in rule by hand over simdjson's On-Demand parser, in one thread: reads the
// file in blocks, asks each document for the program's names, and only where those fit for the
// rest. It knows the documents' shape: no dotted keys, strings where the rule expects them.
#include <simdjson.h>

#include <cstdio>
#include <cstring>
#include <string_view>
#include <strings.h>
#include <vector>

using namespace simdjson;

namespace {

bool same(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), b.size()) == 0;
}

bool starts(std::string_view a, std::string_view b)
{
    return a.size() >= b.size() && strncasecmp(a.data(), b.data(), b.size()) == 0;
}

// \\*\*$*, \\*@SSL\* or http*
bool is_share(std::string_view text)
{
    if (starts(text, "http"))
        return true;
    if (!starts(text, "\\\\"))
        return false;
    size_t slash = text.find('\\', 2);
    if (slash != text.npos && text.find('$', slash + 1) != text.npos)
        return true;
    for (size_t i = 2; i + 5 <= text.size(); i++)
        if (starts(text.substr(i), "@ssl\\"))
            return true;
    return false;
}

// A string, or an array of them.
template <typename Wanted> bool any(simdjson_result<ondemand::value> found, Wanted wanted)
{
    ondemand::value value;
    std::string_view text;
    if (found.get(value))
        return false;
    ondemand::array array;
    if (value.get_array().get(array))
        return !value.get_string().get(text) && wanted(text);
    bool hit = false;
    for (auto item : array)
        hit |= !item.get_string().get(text) && wanted(text);
    return hit;
}

bool is(simdjson_result<ondemand::value> found, std::string_view wanted)
{
    return any(found, [=](std::string_view text) { return text == wanted; });
}

bool is_mount(ondemand::object process)
{
    bool use = false, share = false, removed = false;
    any(process["args"], [&](std::string_view text) {
        use |= same(text, "use");
        share |= is_share(text);
        removed |= starts(text, "/d");
        return false;
    });
    return use && share && !removed;
}

bool matches(ondemand::document_reference doc)
{
    ondemand::object process;
    std::string_view name, original, parent;
    if (doc["process"].get_object().get(process))
        return false;
    bool named = !process["name"].get_string().get(name);
    bool net = named && same(name, "net.exe"), net1 = named && same(name, "net1.exe");
    if (!net && !process["pe"]["original_file_name"].get_string().get(original)) {
        net = original == "net.exe";
        net1 |= original == "net1.exe";
    }
    if (!net && !net1)
        return false;
    if (!net && !process["parent"]["name"].get_string().get(parent) && same(parent, "net.exe"))
        return false;
    if (!is_mount(process))
        return false;
    doc.rewind();
    if (!is(doc["event"]["category"], "process"))
        return false;
    doc.rewind();
    if (!is(doc["event"]["type"], "start"))
        return false;
    doc.rewind();
    return is(doc["host"]["os"]["type"], "windows");
}

constexpr size_t BLOCK = 1 << 20;

struct Scan {
    ondemand::parser parser;
    size_t matched = 0, events = 0;
    bool failed = false;

    void block(const char *data, size_t length)
    {
        ondemand::document_stream documents;
        if (parser.iterate_many(data, length, BLOCK).get(documents)) {
            failed = true;
            return;
        }
        for (auto at = documents.begin(); at != documents.end(); ++at) {
            ondemand::document_reference doc;
            if ((*at).get(doc)) {
                failed = true;
                return;
            }
            events++;
            matched += matches(doc);
        }
    }
};

} // namespace

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : nullptr;
    if (!file) {
        fputs("usage: simdjson_rule FILE\n", stderr);
        return 2;
    }
    setvbuf(file, nullptr, _IONBF, 0);
    std::vector<char> buffer(BLOCK + SIMDJSON_PADDING);
    Scan scan;
#ifdef SIMDJSON_THREADS_ENABLED
    scan.parser.threaded = false;
#endif
    size_t kept = 0, length;
    while ((length = fread(buffer.data() + kept, 1, BLOCK - kept, file)) > 0) {
        length += kept;
        auto *last = static_cast<char *>(memrchr(buffer.data(), '\n', length));
        size_t whole = last ? size_t(last - buffer.data()) + 1 : length;
        scan.block(buffer.data(), whole);
        kept = length - whole;
        memmove(buffer.data(), buffer.data() + whole, kept);
    }
    if (kept)
        scan.block(buffer.data(), kept);
    fclose(file);
    printf("%zu %zu\n", scan.matched, scan.events);
    return scan.failed ? 2 : 0;
}
