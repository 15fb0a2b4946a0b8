// SPDX-License-Identifier: Apache-2.0
// Gives each verb of a host a connection for itself, and lets the others wait.
#include "virt/host_core.hpp"

namespace ourea::virt {

namespace {

/// As many verbs run at once; a host that hangs cannot take more threads than these.
constexpr std::size_t most_connections = 4;
/// Connections kept for the next verb; over SSH each is a process.
constexpr std::size_t most_idle = 2;

}  // namespace

void HostCore::start_queue() {
    verbs = std::make_unique<Workers>(static_cast<int>(most_connections));
    // The test driver's state belongs to its connection, and it has no protocol to get confused.
    made = uri.is_test() ? most_connections : 1;
    idle.assign(made, connection);
}

void HostCore::schedule(std::unique_ptr<VerbTask> task) {
    queue.push_back(std::move(task));
    serve_queue();
}

void HostCore::serve_queue() {
    while (!queue.empty() && (!idle.empty() || made < most_connections)) {
        auto task = std::move(queue.front());
        queue.pop_front();
        if (!task->wanted()) {
            --verbs_running;
        } else if (!idle.empty()) {
            auto with = std::move(idle.back());
            idle.pop_back();
            hand_out(std::move(task), std::move(with));
        } else {
            ++made;
            hand_out(std::move(task), nullptr);
        }
    }
}

void HostCore::hand_out(std::unique_ptr<VerbTask> task, std::shared_ptr<Connection> with) {
    verbs->post([weak = weak_from_this(), box = mailbox, number = current, where = uri,
                 state_dir = address.state_dir, task = std::move(task),
                 with = std::move(with)]() mutable {
        try {
            if (!with) with = Connection::open(prepare_uri(where, state_dir), nullptr);
            task->call(with->handle());
        } catch (...) {
            task->fail(std::current_exception());
        }
        bool const dead = task->failed() && (!with || !with->alive());
        task->send_home(*box);
        task.reset();
        box->post([weak, number, dead, with = std::move(with)]() mutable {
            if (auto core = weak.lock()) core->finished(number, std::move(with), dead);
        });
    });
}

void HostCore::finished(unsigned number, std::shared_ptr<Connection> with, bool dead) {
    --verbs_running;
    if (!connection || number != current) return;
    if (dead && with == connection) {
        lost(number, "The connection to the host was lost.");
        return;
    }
    bool const spare = with != connection && queue.empty() && idle.size() >= most_idle;
    if (dead || spare) {
        --made;
    } else {
        idle.push_back(std::move(with));
    }
    serve_queue();
}

void HostCore::drop_queue() {
    idle.clear();
    made = 0;
    verbs_running -= queue.size();
    for (auto const& task : queue)
        task->give_up();
    queue.clear();
}

}  // namespace ourea::virt
