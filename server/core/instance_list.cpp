// SPDX-License-Identifier: Apache-2.0
// Lists of instances: filtered, ordered and paged from memory, out of rows that are rendered
// already.
#include "core/instances.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

namespace ourea {
namespace {

constexpr std::int64_t default_limit = 100;
constexpr std::int64_t largest_limit = 1000;

using Less = std::function<bool(InstanceRow const&, InstanceRow const&)>;

template <auto Member>
Less by() {
    return [](InstanceRow const& a, InstanceRow const& b) { return a.*Member < b.*Member; };
}

std::map<std::string_view, Less> const& orders() {
    static std::map<std::string_view, Less> const all{
        {"name", by<&InstanceRow::name>()},
        {"title", by<&InstanceRow::title>()},
        {"state", by<&InstanceRow::state>()},
        {"host", by<&InstanceRow::host>()},
        {"owner", by<&InstanceRow::owners>()},
        {"vcpus", by<&InstanceRow::vcpus>()},
        {"memory_mib", by<&InstanceRow::memory_mib>()},
        {"disk_bytes", by<&InstanceRow::disk_bytes>()},
        {"cpu_percent", by<&InstanceRow::cpu_percent>()},
        {"memory_used_mib", by<&InstanceRow::memory_used_mib>()},
        {"changed_at", by<&InstanceRow::changed_at>()},
    };
    return all;
}

void sort_by(std::vector<Instance const*>& rows, std::string_view sort) {
    bool const descending = sort.starts_with('-');
    auto const column = descending ? sort.substr(1) : sort;
    auto const order = orders().find(column);
    if (order == orders().end()) {
        std::string names;
        for (auto const& entry : orders())
            names += (names.empty() ? "" : ", ") + std::string(entry.first);
        throw invalid("sort", "sort: expected one of " + names + ", with a dash for descending");
    }
    std::stable_sort(rows.begin(), rows.end(), [&](Instance const* a, Instance const* b) {
        return descending ? order->second(b->row, a->row) : order->second(a->row, b->row);
    });
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view text, std::string_view wanted) {
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

bool mentions(InstanceRow const& row, std::string_view wanted) {
    auto const in = [&](auto const& texts) {
        return std::any_of(texts.begin(), texts.end(),
                           [&](auto const& text) { return contains(text, wanted); });
    };
    return contains(row.name, wanted) || (row.title && contains(*row.title, wanted)) ||
           in(row.addresses) || in(row.owners) || in(row.tags) || row.id.str() == wanted;
}

bool matches(InstanceRow const& row, InstanceQuery const& query) {
    return (!query.state || row.state == *query.state) && (!query.host || row.host == query.host) &&
           (!query.owned || row.owners.empty() != *query.owned) &&
           (!query.drift || row.drift == *query.drift) &&
           (!query.template_ || row.template_ == *query.template_) &&
           (!query.owner ||
            std::find(row.owners.begin(), row.owners.end(), *query.owner) != row.owners.end()) &&
           (!query.q || mentions(row, *query.q));
}

std::size_t checked_limit(std::optional<std::int64_t> limit) {
    auto const value = limit.value_or(default_limit);
    if (value < 1 || value > largest_limit)
        throw invalid("limit", "limit: expected 1 to " + std::to_string(largest_limit));
    return static_cast<std::size_t>(value);
}

/// A cursor is "<offset>.<id of the last row seen>": the id finds the place again when rows were
/// added or removed before it, the offset serves when that row itself is gone.
std::size_t position_of(std::string const& cursor, std::vector<Instance const*> const& rows) {
    std::size_t offset = 0;
    auto const dot = cursor.find('.');
    auto const end = cursor.data() + std::min(dot, cursor.size());
    auto const result = std::from_chars(cursor.data(), end, offset);
    auto const id =
        dot == std::string::npos ? std::nullopt : InstanceId::parse(cursor.substr(dot + 1));
    if (result.ec != std::errc{} || result.ptr != end || !id)
        throw invalid("cursor", "cursor: not one that this list gave");
    auto const last = std::find_if(rows.begin(), rows.end(),
                                   [&](Instance const* row) { return row->id() == *id; });
    if (last != rows.end()) return static_cast<std::size_t>(last - rows.begin()) + 1;
    return std::min(offset, rows.size());
}

}  // namespace

std::vector<Instance const*> Instances::matching(Actor const& actor,
                                                 InstanceQuery const& query) const {
    std::vector<Instance const*> rows;
    bool const sees_all = actor.role != Role::user && !actor.only;
    auto const rights = sees_all ? Grants::ByInstance{} : grants_.rights(actor);
    for (auto const* instance : inventory_.by_name()) {
        if (!matches(instance->row, query)) continue;
        auto const found = rights.find(instance->id());
        auto const granted = found == rights.end() ? Rights{} : found->second;
        if (sees_all || may(actor, Action::see, object_of(*instance, granted)).allowed)
            rows.push_back(instance);
    }
    if (query.sort && *query.sort != "name") sort_by(rows, *query.sort);
    return rows;
}

InstancePage Instances::list(Actor const& actor, InstanceQuery const& query) const {
    auto const limit = checked_limit(query.limit);
    auto const rows = matching(actor, query);
    auto const begin = query.cursor ? position_of(*query.cursor, rows) : 0;
    auto const end = std::min(rows.size(), begin + limit);
    InstancePage page;
    std::size_t size = 100;
    for (auto i = begin; i < end; ++i)
        size += rows[i]->row_json.size() + 1;
    page.json.reserve(size);
    page.json += "{\"items\":[";
    for (auto i = begin; i < end; ++i) {
        if (i > begin) page.json += ',';
        page.json += rows[i]->row_json;
    }
    page.json += "],\"total\":";
    print(page.json, rows.size());
    page.json += ",\"next_cursor\":";
    if (end < rows.size())
        append_json_string(page.json, std::to_string(end) + "." + rows[end - 1]->id().str());
    else
        page.json += "null";
    page.json += '}';
    page.etag = inventory_.boot() + "-" + std::to_string(inventory_.revision()) + "-" + actor.user;
    if (actor.only) page.etag += "-" + actor.session_id;
    return page;
}

std::vector<TemplateView> Instances::templates(Actor const& actor) const {
    std::vector<TemplateView> result;
    for (auto const* instance : inventory_.by_name()) {
        auto const& row = instance->row;
        if (!row.template_ || !may(actor, Action::clone, object_of(actor, *instance)).allowed)
            continue;
        TemplateView view{row.id,
                          row.name,
                          row.title,
                          std::nullopt,
                          row.host,
                          row.host_state,
                          row.vcpus,
                          row.memory_mib,
                          row.disk_bytes,
                          row.state,
                          static_cast<std::int64_t>(inventory_.linked_clones(row.id).size())};
        if (instance->facts && !instance->facts->description.empty())
            view.description = instance->facts->description;
        result.push_back(std::move(view));
    }
    return result;
}

}  // namespace ourea
