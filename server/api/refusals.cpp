// SPDX-License-Identifier: Apache-2.0
// Names what was refused by its route: "instance.start", "user.quota", "host.create".
#include "api/refusals.hpp"

#include "app.hpp"

namespace ourea::api {
namespace {

/// The words of the path that are no parameters.
std::vector<std::string_view> words_of(std::string_view path) {
    std::vector<std::string_view> words;
    while (!path.empty()) {
        path.remove_prefix(1);
        auto const word = path.substr(0, path.find('/'));
        if (!word.starts_with('{')) words.push_back(word);
        path.remove_prefix(word.size());
    }
    return words;
}

std::string_view verb_of(std::string_view method) {
    if (method == post) return "create";
    return method == delete_ ? "delete" : "update";
}

std::string kind_of(std::string_view word) {
    bool const plural = word.ends_with('s') && word != "settings";
    return std::string(word.substr(0, word.size() - (plural ? 1 : 0)));
}

AuditEntry entry_of(Call const& call, Route const& route, Error const& error) {
    auto const words = words_of(route.path);
    auto const kind = kind_of(words.front());
    auto const verb = words.size() > 1 ? words.back() : verb_of(route.method);
    auto entry = audit_entry(call.actor, kind + "." + std::string(verb), kind, "");
    for (char const* key : {"id", "name"}) {
        auto const found = call.parameters.find(key);
        if (found == call.parameters.end()) continue;
        entry.object = kind + ":" + found->second;
        entry.object_name = found->second;
    }
    if (auto const id = InstanceId::parse(entry.object_name.value_or("")))
        if (auto const* instance = call.app.inventory.find(*id))
            entry.object_name = instance->record.name;
    boost::json::object const detail{{"method", call.request.method}, {"reason", error.message()}};
    entry.detail = boost::json::serialize(detail);
    return entry;
}

}  // namespace

std::optional<AuditEntry> refusal_of(Call const& call, Route const& route,
                                     std::exception_ptr const& failure) {
    if (route.method == get || call.actor.user.empty()) return std::nullopt;
    try {
        std::rethrow_exception(failure);
    } catch (Error const& error) {
        if (error.kind() != Kind::forbidden) return std::nullopt;
        return entry_of(call, route, error);
    } catch (...) {
        return std::nullopt;  // a defect, which is the log's of the program
    }
}

}  // namespace ourea::api
