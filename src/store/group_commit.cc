#include "store/group_commit.h"

#include "base/assert.h"

namespace perpetua::store {

/// Leaves the queue with its coroutine's frame, however that ends.
class GroupCommit::Waiter {
 public:
  Waiter(GroupCommit& group, std::uint64_t sequence)
      : group_(group), id_(sequence, ++group.last_waiter_) {
    group_.waiters_.emplace(id_, &told);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (!told.is_set()) group_.waiters_.erase(id_);
  }

  Promise<bool> told;

 private:
  GroupCommit& group_;
  std::pair<std::uint64_t, std::uint64_t> id_;
};

GroupCommit::GroupCommit(Engine& engine, Limits limits, std::function<void(const Records&)> durable,
                         std::function<void()> told, std::function<void()> failed)
    : engine_(engine),
      limits_(limits),
      on_durable_(std::move(durable)),
      on_told_(std::move(told)),
      on_failed_(std::move(failed)) {}

GroupCommit::~GroupCommit() {
  close();
}

void GroupCommit::close() {
  if (!has_failed()) failure_ = "the store is closed";
  pending_.clear();
  wake(false, accepted_);
}

Result<void> GroupCommit::check_room(std::size_t bytes) const {
  if (has_failed()) return perpetua::fail(ErrorCode::kUnavailable, failure_);
  if (pending_bytes_ + bytes > limits_.pending_bytes_max)
    return perpetua::fail(ErrorCode::kUnavailable,
                          "the disk does not keep up: " + std::to_string(pending_bytes_) +
                              " bytes wait for it; try again later");
  return {};
}

std::uint64_t GroupCommit::add(Update update) {
  if (has_failed()) return ++accepted_;
  pending_bytes_ += update.batch.bytes();
  pending_.push_back(std::move(update));
  ++accepted_;
  if (!is_under_way_) begin_group();
  return accepted_;
}

Task<bool> GroupCommit::wait(std::uint64_t sequence) {
  if (durable_ >= sequence) co_return true;
  if (has_failed()) co_return false;
  Waiter waiter(*this, sequence);
  const bool is_durable = co_await waiter.told;
  co_return is_durable;
}

void GroupCommit::fail(std::string why) {
  if (has_failed()) return;
  failure_ = std::move(why);
  pending_.clear();
  pending_bytes_ = 0;
  wake(false, accepted_);
  on_failed_();
}

void GroupCommit::begin_group() {
  Batch batch;
  Records records;
  std::uint64_t last = accepted_ - pending_.size();
  do {
    Update& update = pending_.front();
    pending_bytes_ -= update.batch.bytes();
    batch.append(std::move(update.batch));
    if (update.record) records[update.record->first] = std::move(update.record->second);
    pending_.pop_front();
    ++last;
  } while (!pending_.empty() &&
           batch.bytes() + pending_.front().batch.bytes() <= limits_.group_bytes_max);
  for (const auto& [writer, record] : records) {
    const std::string key = writer_record_key(writer);
    batch.put(key, encode_record(key, record));
  }
  is_under_way_ = true;
  engine_.write(std::move(batch), [this, alive = std::weak_ptr(alive_), last,
                                   records = std::move(records)](Result<void> written) {
    if (!alive.expired()) end_group(last, records, std::move(written));
  });
}

void GroupCommit::end_group(std::uint64_t last, const Records& records, Result<void> written) {
  is_under_way_ = false;
  // After a failure elsewhere this group's fate does not matter: nothing is told to be durable.
  if (has_failed()) return;
  if (!written) return fail(written.error().message);
  PERPETUA_ASSERT(last > durable_, "groups become durable in order");
  durable_ = last;
  on_durable_(records);
  if (!is_under_way_ && !pending_.empty()) begin_group();
  wake(true, last);
  on_told_();
}

void GroupCommit::wake(bool is_durable, std::uint64_t until) {
  // Whoever is woken may wait again, or make others leave: look anew each time.
  while (!waiters_.empty() && waiters_.begin()->first.first <= until) {
    Promise<bool>* const told = waiters_.begin()->second;
    waiters_.erase(waiters_.begin());
    told->set(is_durable);
  }
}

}  // namespace perpetua::store
