#include "store/group_commit.h"

#include "base/assert.h"
#include "base/simulation.h"

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

GroupCommit::GroupCommit(Engine& engine, Limits limits, Events events)
    : engine_(engine), limits_(limits), events_(std::move(events)) {}

GroupCommit::~GroupCommit() {
  close();
}

void GroupCommit::close() {
  if (failure_.empty() || is_full_) failure_ = "the store is closed";
  is_full_ = false;
  pending_.clear();
  wake(false, accepted_);
}

Result<void> GroupCommit::check_room(std::size_t bytes) const {
  if (has_failed()) return perpetua::fail(ErrorCode::kUnavailable, failure_);
  if (!why_full().empty()) return perpetua::fail(ErrorCode::kUnavailable, why_full_);
  if (pending_bytes_ + bytes > limits_.pending_bytes_max || PERPETUA_RARE(disk_does_not_keep_up))
    return perpetua::fail(ErrorCode::kUnavailable,
                          "the disk does not keep up: " + std::to_string(pending_bytes_) +
                              " bytes wait for it; try again later");
  return {};
}

const std::string& GroupCommit::why_full() const {
  constexpr std::uint64_t kMiB = std::uint64_t{1024} * 1024;
  if (is_full_) return failure_;
  const std::uint64_t free = engine_.free_bytes();
  why_full_.clear();
  if (free < limits_.reserve_bytes)
    why_full_ = "the disk is full: it has " + std::to_string(free / kMiB) + " MiB left of the " +
                std::to_string(limits_.reserve_bytes / kMiB) +
                " that are kept free. Writes are taken again when there is room";
  return why_full_;
}

std::uint64_t GroupCommit::add(Update update) {
  if (!failure_.empty()) return accepted_;
  pending_bytes_ += update.batch.bytes();
  pending_.push_back(std::move(update));
  ++accepted_;
  if (!is_under_way_) begin_group();
  return accepted_;
}

Task<bool> GroupCommit::wait(std::uint64_t sequence) {
  if (durable_ >= sequence || PERPETUA_PLANTED(acknowledge_before_fsync)) co_return true;
  if (!failure_.empty()) co_return false;
  Waiter waiter(*this, sequence);
  const bool is_durable = co_await waiter.told;
  co_return is_durable;
}

void GroupCommit::fail(std::string why) {
  if (has_failed()) return;
  is_full_ = false;
  failure_ = std::move(why);
  pending_.clear();
  pending_bytes_ = 0;
  wake(false, accepted_);
  events_.failed();
}

/// What failed may be on the disk all the same: nothing is written behind it before a restart has
/// found out. What was durable is not in doubt.
void GroupCommit::take_back(std::string why) {
  is_full_ = true;
  failure_ = std::move(why);
  pending_.clear();
  pending_bytes_ = 0;
  const std::uint64_t last = std::exchange(accepted_, durable_);
  events_.full();
  wake(false, last);
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
  } while (!pending_.empty() && !PERPETUA_RARE(small_group) &&
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
  if (!written && written.error().code == ErrorCode::kLimit)
    return take_back(written.error().message);
  if (!written) return fail(written.error().message);
  PERPETUA_ASSERT(last > durable_, "groups become durable in order");
  durable_ = last;
  events_.durable(records);
  if (!is_under_way_ && !pending_.empty()) begin_group();
  wake(true, last);
  events_.told();
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
