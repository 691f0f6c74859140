#include "store/transaction.h"

#include "base/assert.h"

namespace perpetua::store {
namespace {

std::unexpected<Error> conflict() {
  return fail(ErrorCode::kConflict,
              "another transaction changed what this one has read; begin again");
}

}  // namespace

JournalTransaction::JournalTransaction(Journal& journal, Position position)
    : journal_(journal),
      position_(std::move(position)),
      since_(journal.stamps_.open()),
      sequence_(journal.groups_->accepted()) {}

JournalTransaction::~JournalTransaction() {
  if (!is_committed_) journal_.stamps_.close(since_);
}

Task<Result<std::vector<port::Row>>> JournalTransaction::gather(port::Key key) {
  if (const Result<void> good = check_key(key); !good) co_return std::unexpected(good.error());
  std::string encoded = encode_key(key);
  if (!journal_.stamps_.is_unchanged(encoded, since_)) co_return conflict();
  Result<std::vector<port::Row>> rows = journal_.gather(encoded);
  if (!rows) co_return std::unexpected(rows.error());
  keys_read_.push_back(std::move(encoded));
  const auto mine = puts_.find(key);
  if (mine == puts_.end()) co_return rows;
  const Writer& self = journal_.self();
  const auto at = std::ranges::lower_bound(*rows, self, {}, &port::Row::writer);
  if (at != rows->end() && at->writer == self) {
    *at = port::Row{self, 0, mine->second};
  } else {
    rows->insert(at, port::Row{self, 0, mine->second});
  }
  co_return rows;
}

Task<Result<std::vector<port::KeyedRow>>> JournalTransaction::scan(port::Scan scan) {
  port::Key checked{scan.table, scan.partition, scan.prefix};
  if (const Result<void> good = check_key(checked); !good) co_return std::unexpected(good.error());
  Range range = scan_range(scan);
  bool is_cut = false;
  Result<std::vector<port::KeyedRow>> rows =
      journal_.merge_rows(range, &journal_.overlay_, scan.limit, is_cut);
  if (!rows) co_return std::unexpected(rows.error());
  // What lies beyond the last key returned was not read.
  if (is_cut) range.to = rows->empty() ? range.from : encode_key(rows->back().key) + '\0';
  if (!journal_.stamps_.is_unchanged(range, since_)) co_return conflict();
  ranges_read_.push_back(std::move(range));
  co_return rows;
}

void JournalTransaction::put(port::Key key, std::string value) {
  PERPETUA_ASSERT(!is_committed_, "a transaction is committed once");
  puts_.insert_or_assign(std::move(key), std::move(value));
}

Task<Result<port::Committed>> JournalTransaction::commit() {
  PERPETUA_ASSERT(!is_committed_, "a transaction is committed once");
  is_committed_ = true;
  GroupCommit& groups = *journal_.groups_;
  Result<Journal::Accepted> accepted = accept();
  journal_.stamps_.close(since_);
  if (!accepted) co_return std::unexpected(accepted.error());
  // From here on this object may be gone.
  const bool is_durable = co_await groups.wait(accepted->sequence);
  if (!is_durable) co_return fail(ErrorCode::kUnavailable, groups.failure());
  co_return std::move(accepted->committed);
}

Result<Journal::Accepted> JournalTransaction::accept() {
  if (journal_.groups_->has_failed())
    return fail(ErrorCode::kUnavailable, journal_.groups_->failure());
  // Reads alone all saw the one snapshot: they need not be of this moment.
  if (puts_.empty()) return Journal::Accepted{sequence_, {0, position_}};
  if (!journal_.not_writing_because().empty())
    return fail(ErrorCode::kUnavailable, journal_.not_writing_because());
  if (const Result<void> good = check_puts(); !good) return std::unexpected(good.error());
  if (const Result<void> unchanged = check_reads(); !unchanged)
    return std::unexpected(unchanged.error());
  return journal_.accept(puts_, position_);
}

Result<void> JournalTransaction::check_reads() const {
  const Stamps& stamps = journal_.stamps_;
  for (const std::string& key : keys_read_)
    if (!stamps.is_unchanged(key, since_)) return conflict();
  for (const Range& range : ranges_read_)
    if (!stamps.is_unchanged(range, since_)) return conflict();
  return {};
}

Result<void> JournalTransaction::check_puts() const {
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
