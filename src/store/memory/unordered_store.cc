#include "store/memory/unordered_store.h"

namespace perpetua::store {
namespace {

constexpr std::size_t kUnbounded = std::size_t{1} << 40;
constexpr std::size_t kStampsMax = 65'536;

}  // namespace

UnorderedStore::UnorderedStore(Writer self, MemoryWorld world)
    : self_(std::move(self)),
      stamps_(kStampsMax),
      waits_(world.timers),
      engine_(world.executor),
      groups_(engine_, {kUnbounded, kUnbounded},
              {[this](const GroupCommit::Records&) {
                 while (!becoming_durable_.empty() &&
                        becoming_durable_.front().first <= groups_.durable()) {
                   durable_ = std::move(becoming_durable_.front().second);
                   becoming_durable_.pop_front();
                 }
               },
               [this] {
                 waits_.moved(durable_);
                 listeners_.call();
               },
               [] {}, [] {}}) {}

UnorderedStore::~UnorderedStore() {
  groups_.close();
  waits_.close();
}

void UnorderedStore::receive_from(const UnorderedStore& from) {
  const auto theirs = from.entries_.find(from.self_);
  if (theirs == from.entries_.end()) return;
  auto& mine = entries_[from.self_];
  const auto durable = from.durable_.find(from.self_);
  for (const auto& [n, received] : theirs->second) {
    if (durable == from.durable_.end() || n > durable->second) break;
    if (!mine.try_emplace(n, Received{received.change, received.change.rows.size()}).second)
      continue;
    for (std::size_t row = 0; row < received.change.rows.size(); ++row)
      queue_.push_back({from.self_, n, row});
  }
}

bool UnorderedStore::deliver_one(std::mt19937_64& random) {
  if (queue_.empty()) return false;
  std::swap(queue_[random() % queue_.size()], queue_.back());
  const Delivery delivery = std::move(queue_.back());
  queue_.pop_back();
  Received& entry = entries_[delivery.writer].at(delivery.n);
  --entry.missing;
  stamps_.next();
  apply(entry.change.rows[delivery.row]);
  advance(delivery.writer);
  make_durable();
  return true;
}

void UnorderedStore::apply(const port::KeyedRow& row) {
  const std::string key = encode_key(row.key);
  port::Row& mine = rows_[key][row.row.writer];
  if (mine.n > row.row.n) return;  // a later one was here first
  mine = row.row;
  stamps_.changed(key);
}

void UnorderedStore::advance(const Writer& writer) {
  std::uint64_t& n = visible_[writer];
  const auto& entries = entries_[writer];
  for (auto next = entries.find(n + 1); next != entries.end() && next->second.missing == 0;
       next = entries.find(n + 1))
    ++n;
  if (n == 0) visible_.erase(writer);
}

std::uint64_t UnorderedStore::make_durable() {
  becoming_durable_.emplace_back(groups_.accepted() + 1, visible_);
  return groups_.add({});
}

std::unique_ptr<port::Transaction> UnorderedStore::begin() {
  TransactionHost& host = *this;
  return std::make_unique<OptimisticTransaction>(host, visible_);
}

Task<bool> UnorderedStore::wait_for(Position wanted, std::chrono::milliseconds timeout) {
  if (covers(durable_, wanted)) co_return true;
  const bool is_reached = co_await waits_.wait(std::move(wanted), timeout);
  co_return is_reached;
}

Task<Result<port::Changes>> UnorderedStore::changes(Writer writer, std::uint64_t after,
                                                    std::size_t limit) {
  const auto end = durable_.find(writer);
  port::Changes out;
  out.position = after;
  if (end == durable_.end() || after > end->second) {
    out.reset = after > 0;
    if (out.reset) out.position = end == durable_.end() ? 0 : end->second;
    co_return out;
  }
  for (const auto& [n, received] : entries_[writer]) {
    if (n > end->second || out.changes.size() == limit) break;
    if (n <= after) continue;
    out.changes.push_back(received.change);
    out.position = n;
  }
  co_return out;
}

std::shared_ptr<void> UnorderedStore::subscribe(std::function<void()> changed) {
  return listeners_.add(std::move(changed));
}

Task<Result<std::vector<port::KeyedRow>>> UnorderedStore::scan_table(std::string table,
                                                                     std::optional<port::Key> after,
                                                                     std::size_t limit) {
  bool is_cut = false;
  co_return scan(table_range(table, after), limit, is_cut);
}

Result<std::vector<port::Row>> UnorderedStore::gather(std::string_view encoded_key) const {
  std::vector<port::Row> out;
  const auto found = rows_.find(std::string(encoded_key));
  if (found == rows_.end()) return out;
  for (const auto& [writer, row] : found->second) out.push_back(row);
  return out;
}

Result<std::vector<port::KeyedRow>> UnorderedStore::scan(const Range& range, std::size_t limit,
                                                         bool& is_cut) const {
  std::vector<port::KeyedRow> out;
  std::size_t keys = 0;
  limit = std::min(limit, port::kScanLimitMax);
  for (auto at = rows_.lower_bound(range.from); at != rows_.end() && at->first < range.to; ++at) {
    if (keys == limit) break;
    ++keys;
    const Result<port::Key> key = decode_key(at->first);
    if (!key) return std::unexpected(key.error());
    for (const auto& [writer, row] : at->second) out.push_back({*key, row});
  }
  is_cut = keys == limit;
  return out;
}

Result<TransactionHost::Accepted> UnorderedStore::accept(const Puts& puts,
                                                         const Position& snapshot) {
  const std::uint64_t n = visible_[self_] + 1;
  port::Change change{n, {}};
  stamps_.next();
  for (const auto& [key, value] : puts) {
    change.rows.push_back({key, {self_, n, value}});
    apply(change.rows.back());
  }
  entries_[self_].emplace(n, Received{std::move(change), 0});
  advance(self_);
  Accepted accepted{make_durable(), {n, snapshot}};
  accepted.committed.position[self_] = n;
  return accepted;
}

}  // namespace perpetua::store
