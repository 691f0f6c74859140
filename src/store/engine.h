#pragma once
// What the journal asks of a disk: an ordered map of byte strings with atomic, durable batches.
// All of a shop's promises about crashes come down to the few sentences here.
//
// One thread calls all of this; an adapter may use threads of its own inside.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace perpetua::store {

/// Puts and removals that take effect in order, all or none.
class Batch {
 public:
  struct Operation {
    enum class Kind : std::uint8_t { kPut, kRemoveRange };
    Kind kind;
    std::string key;    // the first of the range, for kRemoveRange
    std::string value;  // one past the last of the range, for kRemoveRange
  };

  void put(std::string key, std::string value) {
    add({Operation::Kind::kPut, std::move(key), std::move(value)});
  }
  /// All keys from `from` up to but not including `to`.
  void remove_range(std::string from, std::string to) {
    add({Operation::Kind::kRemoveRange, std::move(from), std::move(to)});
  }
  void append(Batch other) {
    for (Operation& operation : other.operations_) add(std::move(operation));
  }

  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  /// Of keys and values.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void add(Operation operation) {
    bytes_ += operation.key.size() + operation.value.size();
    operations_.push_back(std::move(operation));
  }
  std::vector<Operation> operations_;
  std::size_t bytes_ = 0;
};

/// Walks up a range. key() and value() are valid until next(). After valid() has turned false,
/// status() tells whether that was the range's end or a failure.
class Cursor {
 public:
  virtual ~Cursor() = default;
  [[nodiscard]] virtual bool valid() const = 0;
  virtual void next() = 0;
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  [[nodiscard]] virtual Result<void> status() const = 0;
};

/// A state of the map. Nothing is seen of a batch before it is durable, and then all of it.
class View {
 public:
  virtual ~View() = default;
  [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  /// From `from` up to but not including `to`; as the view is now, whatever is written later.
  [[nodiscard]] virtual std::unique_ptr<Cursor> scan(std::string_view from,
                                                     std::string_view to) const = 0;
};

class Engine : public View {
 public:
  /// kUnavailable: the batch is not durable, and may or may not become visible after a restart.
  /// kLimit: likewise, because the disk is full; what was durable can still be read.
  using Done = std::move_only_function<void(Result<void>)>;

  /// Calls `done` from the loop, never from within write(). One batch at a time: the next write()
  /// comes after `done`, and none after a failure.
  virtual void write(Batch batch, Done done) = 0;

  /// What the disk has left; the highest number where that is not known.
  [[nodiscard]] virtual std::uint64_t free_bytes() const = 0;

  /// The state after the last batch whose `done` was called, for as long as it is kept: never ahead
  /// of what the loop was told. Does not outlive the engine.
  [[nodiscard]] virtual std::unique_ptr<View> snapshot() const = 0;
};

}  // namespace perpetua::store
