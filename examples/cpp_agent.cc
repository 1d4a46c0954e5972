// SPDX-License-Identifier: Apache-2.0
// libnetshare in C++17:
//     c++ -std=c++17 cpp_agent.cc $(pkg-config --cflags --libs netshare) -o cpp_agent
#include <netshare/netshare.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

template <auto release> struct releaser {
    template <typename T> void operator()(T *object) const { release(object); }
};
using matcher_ptr = std::unique_ptr<netshare_matcher, releaser<netshare_matcher_unref>>;
using scratch_ptr = std::unique_ptr<netshare_scratch, releaser<netshare_scratch_free>>;

using event = std::map<std::string, std::vector<std::string>>;

struct view { // an event, by the matcher's field indices
    std::vector<const std::vector<std::string> *> fields;

    view(const netshare_matcher *matcher, const event &from)
    {
        for (size_t i = 0; i < netshare_matcher_field_count(matcher); i++) {
            auto found = from.find(netshare_matcher_field_name(matcher, i));
            fields.push_back(found == from.end() ? nullptr : &found->second);
        }
    }

    static bool get(void *self, size_t field, size_t index, netshare_value *value)
    {
        const auto *values = static_cast<view *>(self)->fields[field];
        if (!values || index >= values->size())
            return false;
        *value = netshare_value_from_utf8((*values)[index].data(), (*values)[index].size());
        return true;
    }
};

int main()
{
    const event share = {{"event.category", {"process"}}, {"event.type", {"start"}},
                         {"host.os.type", {"windows"}},   {"process.name", {"net.exe"}},
                         {"process.args", {"net", "use", R"(\\server\c$)"}}};
    event list = share;
    list["process.args"] = {"net", "view"};
    static const netshare_accessor accessor = NETSHARE_ACCESSOR_INIT(view::get);
    matcher_ptr matcher(netshare_matcher_new(nullptr));
    scratch_ptr scratch(matcher ? netshare_scratch_new(matcher.get(), nullptr) : nullptr);
    for (const event *each : {&share, static_cast<const event *>(&list)}) {
        netshare_result result = {};
        view fields(matcher.get(), *each);
        netshare_match(matcher.get(), scratch.get(), &accessor, &fields, NETSHARE_DETAIL_RULES,
                       &result);
        std::puts(result.matched ? netshare_rule_string(result.rules[0], NETSHARE_RULE_NAME)
                                 : "no match");
    }
}
