#include "sim/disk.h"

#include <algorithm>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace perpetua::sim {
namespace {

constexpr const char* kPastAll = "\xff";  // no key of the store's begins so
constexpr std::uint64_t kRoomy = std::uint64_t{1} << 40;

/// A record of the write-ahead log: length, checksum, operations.
std::string to_record(const store::Batch& batch) {
  Encoder body;
  for (const store::Batch::Operation& operation : batch.operations()) {
    body.u8(static_cast<std::uint8_t>(operation.kind));
    body.str(operation.key);
    body.str(operation.value);
  }
  Encoder record;
  record.u32(static_cast<std::uint32_t>(body.size()));
  record.u32(crc32c("", body.bytes()));
  record.raw(body.bytes());
  return std::move(record).take();
}

/// What recovery makes of a record that may be torn.
std::optional<store::Batch> from_record(std::string_view record) {
  Decoder in(record);
  const std::uint32_t size = in.u32();
  const std::uint32_t checksum = in.u32();
  if (!in.ok() || in.left() < size) return std::nullopt;
  const std::string_view body = in.raw(size);
  if (crc32c("", body) != checksum) return std::nullopt;
  store::Batch batch;
  Decoder operations(body);
  while (operations.ok() && operations.left() > 0) {
    const auto kind = static_cast<store::Batch::Operation::Kind>(operations.u8());
    std::string key(operations.str());
    std::string value(operations.str());
    if (kind == store::Batch::Operation::Kind::kPut)
      batch.put(std::move(key), std::move(value));
    else
      batch.remove_range(std::move(key), std::move(value));
  }
  return batch;
}

std::string flipped(std::string_view value, std::uint64_t bit) {
  std::string wrong(value);
  if (!wrong.empty()) wrong[bit / 8 % wrong.size()] ^= static_cast<char>(1U << (bit % 8));
  return wrong;
}

}  // namespace

class Disk::Open final : public store::Engine {
 public:
  Open(Disk& disk, const Scheduler::Owner& owner) : disk_(disk), owner_(owner) {}

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override {
    auto found = disk_.stored_.get(key);
    if (found && *found && disk_.rotten_key_ == key) return flipped(**found, disk_.rotten_bit_);
    return found;
  }
  [[nodiscard]] std::unique_ptr<store::Cursor> scan(std::string_view from,
                                                    std::string_view to) const override {
    return std::make_unique<Rotting>(disk_, disk_.stored_.scan(from, to));
  }
  [[nodiscard]] std::unique_ptr<store::View> snapshot() const override {
    return disk_.stored_.snapshot();
  }
  [[nodiscard]] std::uint64_t free_bytes() const override {
    return disk_.faults.is_full ? 0 : kRoomy;
  }

  void write(store::Batch batch, Done done) override {
    PERPETUA_ASSERT(!disk_.being_written_, "one batch at a time");
    const Micros latency = disk_.random_.between(100, 900) +
                           (disk_.random_.permille(20) ? 8 * kMillisecond : 0) +
                           disk_.faults.latency_extra;
    disk_.being_written_ = std::move(batch);
    disk_.scheduler_.after(latency, &owner_,
                           [this, done = std::move(done)]() mutable { done(disk_.finish()); });
  }

 private:
  class Rotting final : public store::Cursor {
   public:
    Rotting(const Disk& disk, std::unique_ptr<store::Cursor> cursor)
        : disk_(disk), cursor_(std::move(cursor)) {}
    [[nodiscard]] bool valid() const override { return cursor_->valid(); }
    void next() override { cursor_->next(); }
    [[nodiscard]] std::string_view key() const override { return cursor_->key(); }
    [[nodiscard]] std::string_view value() const override {
      if (disk_.rotten_key_ != cursor_->key()) return cursor_->value();
      return wrong_ = flipped(cursor_->value(), disk_.rotten_bit_);
    }
    [[nodiscard]] Result<void> status() const override { return cursor_->status(); }

   private:
    const Disk& disk_;
    std::unique_ptr<store::Cursor> cursor_;
    mutable std::string wrong_;
  };

  Disk& disk_;
  const Scheduler::Owner& owner_;
};

Disk::Disk(Scheduler& scheduler, History& history, std::size_t region, Random random)
    : scheduler_(scheduler), history_(history), region_(region), random_(random) {}

std::shared_ptr<store::Engine> Disk::open(const Scheduler::Owner& owner) {
  return std::make_shared<Open>(*this, owner);
}

/// The end of a write, as the device tells it.
Result<void> Disk::finish() {
  if (std::exchange(faults.fails_sync, false))
    return fail(ErrorCode::kUnavailable, "fsync: input/output error");
  if (std::exchange(faults.fills_in_write, false))
    return fail(ErrorCode::kLimit, "write: no space left on device");
  for (const store::Batch::Operation& operation : being_written_->operations()) {
    history_.bytes(operation.key);
    history_.bytes(operation.value);
  }
  stored_.apply(*being_written_);
  being_written_.reset();
  return {};
}

void Disk::power_cut() {
  rotten_key_.reset();
  faults.fails_sync = faults.fills_in_write = false;
  if (!being_written_) return;
  const std::string record = to_record(*being_written_);
  being_written_.reset();
  // Of three cuts one leaves nothing, one a torn record, one all of it.
  std::size_t left = 0;
  switch (random_.below(3)) {
    case 0:
      break;
    case 1:
      left = random_.below(record.size());
      break;
    default:
      left = record.size();
  }
  const std::optional<store::Batch> recovered =
      from_record(std::string_view(record).substr(0, left));
  history_.line(scheduler_.now(), region_, "power cut", [&] {
    return std::to_string(left) + " of " + std::to_string(record.size()) +
           " bytes of the write under way are there";
  });
  history_.number(left);
  if (recovered) stored_.apply(*recovered);
}

std::unique_ptr<store::Cursor> Disk::everything() const {
  return stored_.scan("", kPastAll);
}

void Disk::wipe() {
  store::Batch all;
  all.remove_range("", kPastAll);
  stored_.apply(all);
}

store::Batch Disk::copy() const {
  store::Batch all;
  for (const auto at = everything(); at->valid(); at->next())
    all.put(std::string(at->key()), std::string(at->value()));
  return all;
}

void Disk::put_back(const store::Batch& copy) {
  wipe();
  stored_.apply(copy);
}

void Disk::rot() {
  std::vector<std::string> keys;
  for (const auto at = everything(); at->valid(); at->next()) keys.emplace_back(at->key());
  if (keys.empty()) return;
  rotten_key_ = random_.any(keys);
  rotten_bit_ = random_.next() % 4096;
}

}  // namespace perpetua::sim
