// SPDX-License-Identifier: Apache-2.0
// The use cases of one instance: see, list, power, edit, look at its screen.
#pragma once

#include "core/audit.hpp"
#include "core/grants.hpp"
#include "core/hosts.hpp"
#include "core/inventory.hpp"
#include "core/obstacle.hpp"
#include "core/quota.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// Filters, order and page of a list.
struct InstanceQuery {
    std::optional<InstanceState> state;
    std::optional<std::string> host;
    std::optional<std::string> owner;
    std::optional<bool> owned;  ///< whether it has an owner at all
    std::optional<bool> drift;  ///< whether it was changed outside the portal
    std::optional<bool> template_;
    std::optional<std::string> q;     ///< anywhere in name, title, address, owner, id
    std::optional<std::string> sort;  ///< a column, descending with a dash: "-changed_at"
    std::optional<std::string> cursor;
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(InstanceQuery, (),
                      (state, host, owner, owned, drift, template_, q, sort, cursor, limit))

/// A page of rows as JSON text, and what it is true for.
struct InstancePage {
    std::string json;
    std::string etag;
};

/// What is absent stays as it is; null removes a text.
struct InstanceChange {
    std::optional<std::optional<std::string>> title;
    std::optional<std::optional<std::string>> description;
    std::optional<bool> template_;
    std::optional<std::optional<std::string>> owner;  ///< "NAME" or "group:NAME"; null: nobody
    std::optional<std::int64_t> vcpus;                ///< for `Resizes`, as is `memory_mib`
    std::optional<std::int64_t> memory_mib;
};
BOOST_DESCRIBE_STRUCT(InstanceChange, (), (title, description, template_, owner, vcpus, memory_mib))

/// Lives on the event loop. Each use case asks `may()`, then the state, acts, and is audited.
class Instances {
public:
    Instances(db::Database& database, Inventory& inventory, Hosts& hosts, Grants& grants,
              Audit& audit);

    InstancePage list(Actor const& actor, InstanceQuery const& query) const;
    InstanceView view(Actor const& actor, InstanceId const& id) const;
    std::vector<TemplateView> templates(Actor const& actor) const;
    bool visible(Actor const& actor, InstanceId const& id) const;

    awaitable<InstanceView> start(Actor actor, InstanceId id);
    awaitable<InstanceView> shutdown(Actor actor, InstanceId id);
    awaitable<InstanceView> reboot(Actor actor, InstanceId id);
    awaitable<InstanceView> reset(Actor actor, InstanceId id);
    awaitable<InstanceView> stop(Actor actor, InstanceId id);
    awaitable<InstanceView> suspend(Actor actor, InstanceId id);
    awaitable<InstanceView> resume(Actor actor, InstanceId id);
    awaitable<InstanceView> update(Actor actor, InstanceId id, InstanceChange change);
    /// What it would mean for the owner's quota; nobody has none. Throws as `update`.
    awaitable<QuotaOutlook> preview_owner(Actor actor, InstanceId id,
                                          std::optional<std::string> owner) const;
    /// Called with each instance that was given to somebody else, and whose it was.
    using Given = std::function<void(InstanceId const& id, std::string const& from)>;
    void on_given(Given given) { given_ = std::move(given); }
    /// After a transaction that gave all instances of one owner to another.
    awaitable<void> handed_over(std::string from, std::string to);
    /// The mark in the machine's metadata, made as the record is; the log tells if it cannot be.
    awaitable<void> write_mark(InstanceId id);
    /// Writes the marks that could not be written when their instances were changed.
    awaitable<void> mend_marks();
    awaitable<std::string> screenshot(Actor actor, InstanceId id);  ///< PNG
    /// `verb` is `view` or `console`.
    awaitable<virt::GraphicsConnection> open_console(Actor actor, InstanceId id, Verb verb);
    /// What the browser must know to get past the RFB server; nothing where the host lets us in.
    awaitable<std::optional<std::string>> console_password(Actor actor, InstanceId id, Verb verb);

    /// The instance, if the actor may see it, may do `verb` and its state allows it; throws
    /// `not_found`, `forbidden`, `conflict` or `unavailable` otherwise. Valid until the next
    /// suspension.
    Instance const& allowed(Actor const& actor, InstanceId const& id, Verb verb) const;
    /// The same without a look at the state.
    Instance const& permitted(Actor const& actor, InstanceId const& id, Action action) const;
    Object object_of(Actor const& actor, Instance const& instance) const;
    /// With the rights that the actor has on it, which is faster for many.
    static Object object_of(Instance const& instance, Rights rights);

private:
    using HostVerb = awaitable<void> (virt::Host::*)(InstanceId);

    awaitable<InstanceView> power(Actor actor, InstanceId id, Verb verb, HostVerb host_verb);
    awaitable<void> set_template(Actor actor, InstanceId id, bool is_template);
    awaitable<void> set_owner(Actor actor, InstanceId id, std::optional<std::string> owner);
    awaitable<void> give(InstanceRecord record, std::optional<std::string> owner);
    std::vector<ActionView> actions(Actor const& actor, Instance const& instance) const;
    Surroundings around(Instance const& instance) const;
    std::vector<Instance const*> matching(Actor const& actor, InstanceQuery const& query) const;

    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Grants& grants_;
    Audit& audit_;
    Given given_;
};

}  // namespace ourea
