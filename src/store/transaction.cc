#include "store/transaction.h"

#include "base/assert.h"
#include "base/simulation.h"

namespace perpetua::store {
namespace {

std::unexpected<Error> conflict() {
  return fail(ErrorCode::kConflict,
              "another transaction changed what this one has read; begin again");
}

}  // namespace

OptimisticTransaction::OptimisticTransaction(TransactionHost& host, Position position)
    : host_(host),
      position_(std::move(position)),
      since_(host.stamps().open()),
      sequence_(host.groups().accepted()) {}

OptimisticTransaction::~OptimisticTransaction() {
  if (!is_committed_) host_.stamps().close(since_);
}

Task<Result<std::vector<port::Row>>> OptimisticTransaction::gather(port::Key key) {
  if (const Result<void> good = check_key(key); !good) co_return std::unexpected(good.error());
  std::string encoded = encode_key(key);
  if (!host_.stamps().is_unchanged(encoded, since_)) co_return conflict();
  Result<std::vector<port::Row>> rows = host_.gather(encoded);
  if (!rows) co_return std::unexpected(rows.error());
  keys_read_.push_back(std::move(encoded));
  const auto mine = puts_.find(key);
  if (mine == puts_.end()) co_return rows;
  const Writer& self = host_.own_writer();
  const auto at = std::ranges::lower_bound(*rows, self, {}, &port::Row::writer);
  if (at != rows->end() && at->writer == self) {
    *at = port::Row{self, 0, mine->second};
  } else {
    rows->insert(at, port::Row{self, 0, mine->second});
  }
  co_return rows;
}

Task<Result<std::vector<port::KeyedRow>>> OptimisticTransaction::scan(port::Scan scan) {
  port::Key checked{scan.table, scan.partition, scan.prefix};
  if (const Result<void> good = check_key(checked); !good) co_return std::unexpected(good.error());
  Range range = scan_range(scan);
  bool is_cut = false;
  Result<std::vector<port::KeyedRow>> rows = host_.scan(range, scan.limit, is_cut);
  if (!rows) co_return std::unexpected(rows.error());
  // What lies beyond the last key returned was not read.
  if (is_cut) range.to = rows->empty() ? range.from : encode_key(rows->back().key) + '\0';
  if (!host_.stamps().is_unchanged(range, since_)) co_return conflict();
  ranges_read_.push_back(std::move(range));
  co_return rows;
}

void OptimisticTransaction::put(port::Key key, std::string value) {
  PERPETUA_ASSERT(!is_committed_, "a transaction is committed once");
  puts_.insert_or_assign(std::move(key), std::move(value));
}

Task<Result<port::Committed>> OptimisticTransaction::commit() {
  PERPETUA_ASSERT(!is_committed_, "a transaction is committed once");
  is_committed_ = true;
  GroupCommit& groups = host_.groups();
  Result<TransactionHost::Accepted> accepted = accept();
  host_.stamps().close(since_);
  if (!accepted) co_return std::unexpected(accepted.error());
  // From here on this object may be gone.
  const bool is_durable = co_await groups.wait(accepted->sequence);
  if (!is_durable) co_return fail(ErrorCode::kUnavailable, groups.failure());
  co_return std::move(accepted->committed);
}

Result<TransactionHost::Accepted> OptimisticTransaction::accept() {
  if (host_.groups().has_failed()) return fail(ErrorCode::kUnavailable, host_.groups().failure());
  // Reads alone all saw the one snapshot: they need not be of this moment.
  if (puts_.empty())
    return TransactionHost::Accepted{PERPETUA_PLANTED(answer_from_unsynced) ? 0 : sequence_,
                                     {0, position_}};
  if (!host_.not_writing_because().empty())
    return fail(ErrorCode::kUnavailable, host_.not_writing_because());
  if (const Result<void> good = check_puts(); !good) return std::unexpected(good.error());
  if (const Result<void> unchanged = check_reads(); !unchanged)
    return std::unexpected(unchanged.error());
  return host_.accept(puts_, position_);
}

Result<void> OptimisticTransaction::check_reads() const {
  if (PERPETUA_RARE(spurious_conflict)) return conflict();
  const Stamps& stamps = host_.stamps();
  for (const std::string& key : keys_read_)
    if (!stamps.is_unchanged(key, since_)) return conflict();
  for (const Range& range : ranges_read_)
    if (!stamps.is_unchanged(range, since_)) return conflict();
  return {};
}

Result<void> OptimisticTransaction::check_puts() const {
  if (puts_.size() > port::kRowsPerTransaction)
    return fail(ErrorCode::kLimit, "a transaction writes " + std::to_string(puts_.size()) +
                                       " rows; at most " +
                                       std::to_string(port::kRowsPerTransaction) + " are allowed");
  for (const auto& [key, value] : puts_) {
    if (const Result<void> good = check_key(key); !good) return good;
    if (value.empty()) return fail(ErrorCode::kInvalid, "a row in " + key.table + " is empty");
    if (value.size() > port::kRowSizeMax)
      return fail(ErrorCode::kLimit, "a row in " + key.table + " has " +
                                         std::to_string(value.size()) + " bytes; at most " +
                                         std::to_string(port::kRowSizeMax) + " are allowed");
  }
  return {};
}

}  // namespace perpetua::store
