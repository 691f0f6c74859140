#include "sim/rows_store.h"

namespace perpetua::sim {

using std::chrono::milliseconds;

RowsRegion::RowsRegion(All& all, std::size_t index, Machine& machine, const Scheduler::Owner& owner,
                       std::string name)
    : store({name, 1}, machine),
      all_(all),
      index_(index),
      machine_(machine),
      owner_(owner),
      name_(std::move(name)),
      which_(all.random.next()) {
  all_.regions.push_back(this);
  send_rows();
}

bool RowsRegion::can_reach(std::size_t other) const {
  return !all_.network.is_silent_between(index_, other);
}

/// Now and then, to everybody who can be reached: all that they have not got.
void RowsRegion::send_rows() {
  for (std::size_t other = 0; other < all_.regions.size(); ++other) {
    RowsRegion& to = *all_.regions[other];
    if (other == index_ || !can_reach(other)) continue;
    const Path& path = all_.network.path(index_, other);
    all_.scheduler.after(path.delay + path.delay_extra, &to.owner_, [this, &to] {
      to.store.receive_from(store);
      to.deliver_later();
    });
  }
  all_.scheduler.after(all_.random.between(2, 30) * kMillisecond, &owner_, [this] { send_rows(); });
}

void RowsRegion::deliver_later() {
  if (std::exchange(is_delivering_, true)) return;
  all_.scheduler.after(all_.random.between(10, 2000), &owner_, [this] { deliver(); });
}

void RowsRegion::deliver() {
  is_delivering_ = false;
  if (store.deliver_one(which_)) deliver_later();
}

bool RowsRegion::is_held_elsewhere(const Writer& writer, std::uint64_t n) const {
  for (const RowsRegion* other : all_.regions)
    if (other != this && covers(other->store.position(), Position{{writer, n}})) return true;
  return false;
}

Task<bool> RowsRegion::wait_remote(std::uint64_t n, milliseconds timeout) {
  constexpr milliseconds kLookEvery{5};
  for (milliseconds waited{0}; waited < timeout; waited += kLookEvery) {
    if (is_held_elsewhere(store.self(), n)) co_return true;
    bool is_alone = true;
    for (std::size_t other = 0; other < all_.regions.size(); ++other)
      is_alone = is_alone && (other == index_ || !can_reach(other));
    if (is_alone) co_return false;
    co_await port::sleep(machine_, kLookEvery);
  }
  co_return is_held_elsewhere(store.self(), n);
}

Task<Result<std::string>> RowsRegion::ask(std::string region, std::string question,
                                          milliseconds timeout) {
  struct Asked {
    Promise<Result<std::string>> answer;
  };
  RowsRegion* asked = nullptr;
  for (RowsRegion* other : all_.regions)
    if (other->name_ == region) asked = other;
  if (asked == nullptr || !can_reach(asked->index_))
    co_return fail(ErrorCode::kUnavailable, "no link");
  const auto state = std::make_shared<Asked>();
  const port::Timers::Id timer = machine_.after(
      timeout, [state] { state->answer.set(fail(ErrorCode::kTimeout, "no answer in time")); });
  const Path& path = all_.network.path(index_, asked->index_);
  const Micros delay = path.delay + path.delay_extra + all_.random.between(0, path.jitter);
  all_.scheduler.after(delay, &asked->owner_, [this, state, asked, question, delay] {
    const Writer asker = store.self();
    detach<std::string>(
        asked->answerer_(asker, question), [this, state, asked, delay](std::string answer) {
          if (!can_reach(asked->index_)) return;
          all_.scheduler.after(delay, &owner_, [state, answer = std::move(answer)]() mutable {
            state->answer.set(std::move(answer));
          });
        });
  });
  Promise<Result<std::string>>& promise = state->answer;
  Result<std::string> answer = co_await promise;
  machine_.cancel(timer);
  co_return answer;
}

}  // namespace perpetua::sim
