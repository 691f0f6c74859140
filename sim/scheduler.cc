#include "sim/scheduler.h"

#include <algorithm>

namespace perpetua::sim {

Scheduler::Id Scheduler::at(Micros when, const Owner* owner, Run run) {
  const Id id = ++last_id_;
  return put(when, {id, owner, std::move(run)});
}

Scheduler::Id Scheduler::put(Micros when, Event event) {
  const Id id = event.id;
  const Key key{std::max(when, now_), ++order_};
  keys_.emplace(id, key);
  queue_.emplace(key, std::move(event));
  return id;
}

void Scheduler::cancel(Id id) {
  const auto key = keys_.find(id);
  if (key == keys_.end()) {
    for (auto& [owner, events] : held_)
      std::erase_if(events, [id](const Event& event) { return event.id == id; });
    return;
  }
  queue_.erase(key->second);
  keys_.erase(key);
}

bool Scheduler::step(Micros until) {
  while (!queue_.empty() && queue_.begin()->first.first <= until) {
    auto node = queue_.extract(queue_.begin());
    now_ = node.key().first;
    Event event = std::move(node.mapped());
    keys_.erase(event.id);
    if (event.owner != nullptr && !event.owner->is_alive) continue;
    if (event.owner != nullptr && event.owner->is_hung) {
      held_[event.owner].push_back(std::move(event));
      continue;
    }
    ++events_;
    event.run();
    return true;
  }
  now_ = std::max(now_, until);
  return false;
}

void Scheduler::resume(const Owner& owner) {
  const auto held = held_.find(&owner);
  if (held == held_.end()) return;
  std::vector<Event> events = std::move(held->second);
  held_.erase(held);
  for (Event& event : events) put(now_, std::move(event));
}

}  // namespace perpetua::sim
