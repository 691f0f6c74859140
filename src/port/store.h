#pragma once
// The store as the rules see it (design section 3). Rows belong to one writer each; a read gathers
// what all writers wrote under one key, and the caller merges. Every adapter passes the suite in
// store/store_contract_test.cc.
//
// One thread calls all of this. Asynchronous, for a distributed store is remote; the embedded
// adapters answer reads at once.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "base/writer.h"

namespace perpetua::port {

/// What a row is filed under; the row's own key is (table, partition, sort, writer).
struct Key {
  std::string table;      // 1..32 bytes of [a-z_]
  std::string partition;  // 1..2048 bytes
  std::string sort;       // 0..1024 bytes; scans are ordered by it, bytewise
  auto operator<=>(const Key&) const = default;
};

/// One writer's row under a key. An empty value never occurs: rows are not deleted, a table whose
/// rows can end says so in their value.
struct Row {
  Writer writer;
  std::uint64_t n = 0;  // the entry of the writer's log that wrote it last
  std::string value;    // at most kRowSizeMax bytes
  bool operator==(const Row&) const = default;
};

struct KeyedRow {
  Key key;
  Row row;
  bool operator==(const KeyedRow&) const = default;
};

/// What a DynamoDB item can hold, and a DynamoDB transaction.
inline constexpr std::size_t kRowSizeMax = std::size_t{390} * 1024;
inline constexpr std::size_t kRowsPerTransaction = 100;
inline constexpr std::size_t kScanLimitMax = 1000;

/// Rows of one partition whose sort key starts with `prefix`, strictly after `after` (a sort key;
/// empty: from the beginning), in order of (sort, writer). At most `limit` sort keys, each with the
/// rows of all its writers.
struct Scan {
  std::string table;
  std::string partition;
  std::string prefix;
  std::string after;
  std::size_t limit = kScanLimitMax;
};

struct Committed {
  std::uint64_t n = 0;  // this region's log entry; 0 when nothing was written
  Position position;    // the snapshot's, joined with the new entry
};

/// Reads come from one snapshot and its position. commit() is serialisable against everything that
/// was read: rows of other writers and absent rows included.
class Transaction {
 public:
  virtual ~Transaction() = default;

  /// What the snapshot reflects.
  [[nodiscard]] virtual const Position& position() const = 0;

  /// All writers' rows under the key, in order of writer; this transaction's own puts included.
  /// kConflict when the snapshot can no longer be read: begin again. kUnavailable when the store
  /// has failed.
  virtual Task<Result<std::vector<Row>>> gather(Key key) = 0;

  /// This transaction's own puts are not included. Errors as gather.
  virtual Task<Result<std::vector<KeyedRow>>> scan(Scan scan) = 0;

  /// Writes this region's own row. Later puts under a key replace earlier ones.
  virtual void put(Key key, std::string value) = 0;

  /// Answers once the entry, and every entry that the snapshot reflected, is durable: also for a
  /// transaction without puts, so that no answer mentions what a crash may take back. One call.
  /// kConflict: something read has changed, nothing was written. kLimit: too many or too large
  /// rows. kUnavailable: the store has failed or this region has no writer; whether anything was
  /// written is unknown then.
  virtual Task<Result<Committed>> commit() = 0;
};

/// One entry of a writer's log.
struct Change {
  std::uint64_t n = 0;
  std::vector<KeyedRow> rows;
};

/// `reset`: the entries after the position asked for are gone (trimmed, or a snapshot took their
/// place). Read all tables anew, then go on from `position`.
struct Changes {
  bool reset = false;
  std::uint64_t position = 0;  // of the last change returned, or what to go on from after a reset
  std::vector<Change> changes;
};

class Store {
 public:
  virtual ~Store() = default;

  [[nodiscard]] virtual const Writer& self() const = 0;
  /// Why every commit with puts would be refused now: for good (port/history.h), or while the disk
  /// is full. Empty when they are taken.
  [[nodiscard]] virtual const std::string& not_writing_because() const = 0;
  [[nodiscard]] virtual std::unique_ptr<Transaction> begin() = 0;

  /// Of all that is durable here.
  [[nodiscard]] virtual Position position() const = 0;
  /// Whether position() covers `wanted` now or within `timeout`.
  virtual Task<bool> wait_for(Position wanted, std::chrono::milliseconds timeout) = 0;

  /// Durable entries of one writer after `after`, in order, at most `limit`.
  virtual Task<Result<Changes>> changes(Writer writer, std::uint64_t after, std::size_t limit) = 0;
  /// Calls `changed` after position() has moved, until the token is destroyed.
  [[nodiscard]] virtual std::shared_ptr<void> subscribe(std::function<void()> changed) = 0;

  /// For views that are built anew: a page of all rows of a table, of all partitions, strictly
  /// after `after` (a key of that table; none: from the beginning), by partition, sort, writer. Not
  /// a snapshot across pages: take position() before the first page and follow changes() from it.
  virtual Task<Result<std::vector<KeyedRow>>> scan_table(std::string table,
                                                         std::optional<Key> after,
                                                         std::size_t limit) = 0;
};

}  // namespace perpetua::port
