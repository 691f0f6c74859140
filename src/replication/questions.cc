#include "replication/questions.h"

namespace perpetua::replication {
namespace {

/// Runs at the end of a coroutine's frame, however that ends.
template <class F>
struct AtEnd {
  F run;
  ~AtEnd() { run(); }
};
template <class F>
AtEnd(F) -> AtEnd<F>;

}  // namespace

std::size_t Questions::under_way(std::uint64_t session) const {
  return static_cast<std::size_t>(std::ranges::count(
      waiting_, session, [](const auto& waiting) { return waiting.second.session; }));
}

Task<Result<std::string>> Questions::wait(std::uint64_t session, std::uint64_t id,
                                          std::chrono::milliseconds timeout,
                                          std::move_only_function<void()> send) {
  Promise<Result<std::string>> answer;
  waiting_.emplace(id, Waiting{session, &answer});
  const AtEnd forget{[this, id] { waiting_.erase(id); }};
  const ScopedTimer timer(timers_, timeout, [&answer] {
    answer.set(fail(ErrorCode::kTimeout, "the other region did not answer in time"));
  });
  send();
  co_return co_await answer;
}

void Questions::answer(std::uint64_t session, Answer answer) {
  const auto found = waiting_.find(answer.id);
  if (found == waiting_.end() || found->second.session != session) return;
  if (answer.answered)
    found->second.answer->set(std::move(answer.text));
  else
    found->second.answer->set(fail(ErrorCode::kUnavailable, std::move(answer.text)));
}

void Questions::forget(std::uint64_t session, const std::string& why) {
  const auto is_theirs = [session](const auto& waiting) {
    return waiting.second.session == session;
  };
  for (auto found = std::ranges::find_if(waiting_, is_theirs); found != waiting_.end();
       found = std::ranges::find_if(waiting_, is_theirs)) {
    // Its coroutine goes on inside set() and may ask again: search anew after each.
    Promise<Result<std::string>>* const answer = found->second.answer;
    waiting_.erase(found);
    answer->set(fail(ErrorCode::kUnavailable, why));
  }
}

Task<bool> RemoteWaits::wait(std::uint64_t n, std::chrono::milliseconds timeout) {
  if (waiting_.size() >= kUnderWayMax) co_return false;
  Promise<bool> is_held;
  const std::pair key(n, ++last_id_);
  waiting_.emplace(key, &is_held);
  const AtEnd forget{[this, key] { waiting_.erase(key); }};
  const ScopedTimer timer(timers_, timeout, [&is_held] { is_held.set(false); });
  co_return co_await is_held;
}

void RemoteWaits::reached(std::uint64_t n) {
  while (!waiting_.empty() && waiting_.begin()->first.first <= n) {
    Promise<bool>* const is_held = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    is_held->set(true);
  }
}

void RemoteWaits::give_up() {
  while (!waiting_.empty()) {
    Promise<bool>* const is_held = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    is_held->set(false);
  }
}

}  // namespace perpetua::replication
