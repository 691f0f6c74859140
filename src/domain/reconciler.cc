#include "domain/reconciler.h"

#include <algorithm>

#include "base/simulation.h"
#include "base/try.h"
#include "domain/reading.h"
#include "domain/tables.h"
#include "domain/transact.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kEntriesPerRead = 100;
// The cursor is written this seldom, not with every entry: an idle shop writes nothing, and a
// restart reads at most this many entries again.
constexpr std::uint64_t kEntriesPerCursor = 1000;
// Beyond these nothing more is read until some succeed.
constexpr std::size_t kFailuresMax = 1000;
constexpr milliseconds kRetryDelay{1000};
// Between pages, so that buyers are served while a long history is read.
constexpr milliseconds kBreath{0};
constexpr const char* kName = "reconciler";

Task<Checked<bool>> release(port::Transaction& transaction, const Writer& self, std::string order) {
  PERPETUA_CO_TRY(const auto read, co_await read_order(transaction, order));
  const auto own = read.rows.find(self);
  if (own == read.rows.end()) co_return false;
  const bool has_lost =
      PERPETUA_PLANTED(winner_by_arrival) ? read.rows.size() > 1 : crdt::winner(read.rows) != self;
  if (!has_lost) co_return false;
  const port::Key key = tables::release(order, self);
  PERPETUA_CO_TRY(const auto released, co_await gather(transaction, key));
  if (!released.empty()) {
    PERPETUA_REACHED(release_repeated);
    if (!PERPETUA_PLANTED(released_twice)) co_return false;
  }
  for (const crdt::OrderContentLine& line : own->second.lines) {
    PERPETUA_CO_TRY(auto stock, co_await read_stock(transaction, line.book));
    crdt::StockRow& row = stock.rows[self];
    row.released += line.quantity;
    transaction.put(tables::stock(line.book), crdt::encode(row));
  }
  transaction.put(key, "1");
  PERPETUA_REACHED(duplicate_released);
  co_return true;
}

/// Whether this region and another one have both written a row of the order. Nobody is told, so
/// nothing needs to be durable: most orders are one region's alone, and are not waited for.
Task<Checked<bool>> is_contended(port::Store& store, std::string order) {
  const auto transaction = store.begin();
  const port::Key key = tables::order(order);
  PERPETUA_CO_TRY(const auto rows, co_await gather(*transaction, key));
  co_return rows.size() > 1 &&
      std::ranges::find(rows, store.self(), &port::Row::writer) != rows.end();
}

}  // namespace

Task<Checked<bool>> release_if_lost(port::Store& store, std::string order) {
  const Checked<bool> contended = co_await is_contended(store, order);
  if (contended && !*contended) co_return false;
  const Writer& self = store.self();
  std::function<Task<Checked<bool>>(port::Transaction&)> body =
      [&self, &order](port::Transaction& transaction) { return release(transaction, self, order); };
  PERPETUA_CO_TRY(const auto done, co_await transact(store, body));
  co_return done.value;
}

struct Reconciler::State {
  State(Context given, Report told) : context(given), report(std::move(told)) {}

  Context context;
  Report report;
  std::map<std::string, std::string> failures;  // by order, or writer as text
  bool stopped = false;
  bool changed = true;                             // since the last look
  std::map<Writer, std::uint64_t> cursors;         // read up to here
  std::map<Writer, std::uint64_t> stored_cursors;  // as the row of our own says
  Promise<bool>* waiting = nullptr;
  std::shared_ptr<void> subscription;

  void wake() {
    changed = true;
    if (waiting != nullptr) std::exchange(waiting, nullptr)->set(true);
  }

  /// Keeps the failure, or forgets it, as `done` says. Whether it was done.
  bool note(const std::string& what, const Checked<bool>& done) {
    if (done)
      failures.erase(what);
    else if (failures.insert_or_assign(what, done.error().detail).second)
      report(what, done.error().detail);
    return done.has_value();
  }
};

namespace {

Task<Checked<std::uint64_t>> read_cursor(port::Transaction& transaction, const Writer& self,
                                         std::string writer) {
  const port::Key key = tables::cursor(kName, writer);
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  for (const port::Row& row : rows)
    if (row.writer == self && !PERPETUA_RARE(cursor_not_written)) {
      Decoder in(row.value);
      co_return in.u64();
    }
  co_return std::uint64_t{0};
}

Task<Checked<bool>> put_cursor(port::Transaction& transaction, std::string writer,
                               std::uint64_t n) {
  Encoder out;
  out.u64(n);
  transaction.put(tables::cursor(kName, writer), out.bytes());
  co_return true;
}

std::unexpected<Problem> too_many_failures() {
  return refuse(Refusal::kUnavailable, std::to_string(kFailuresMax) +
                                           " failures; nothing more is read until some succeed");
}

}  // namespace

/// Whether to go on: also when the order fails, unless too many have.
Task<bool> Reconciler::look_at(std::shared_ptr<State> state, std::string order) {
  const Checked<bool> released = co_await release_if_lost(state->context.store, order);
  const bool is_done = state->note(order, released);
  co_return is_done || state->failures.size() < kFailuresMax;
}

/// Every order that another writer has a row of: after a reset, when its log is not to be had.
Task<Checked<bool>> Reconciler::look_at_all(std::shared_ptr<State> state) {
  port::Store& store = state->context.store;
  std::optional<port::Key> after;
  while (!state->stopped) {
    const Result<std::vector<port::KeyedRow>> page =
        co_await store.scan_table(tables::kOrder, after, kEntriesPerRead);
    if (!page) co_return std::unexpected(to_problem(page.error()));
    if (page->empty()) co_return true;
    for (const port::KeyedRow& row : *page)
      if (row.row.writer != store.self()) {
        const bool go_on = co_await look_at(state, row.key.partition);
        if (!go_on) co_return too_many_failures();
      }
    after = page->back().key;
    co_await port::sleep(state->context.timers, kBreath);
  }
  co_return false;
}

Task<Checked<bool>> Reconciler::catch_up(std::shared_ptr<State> state, Writer writer) {
  port::Store& store = state->context.store;
  const std::string name = writer.text();
  if (!state->cursors.contains(writer)) {
    const Writer& self = store.self();
    std::function<Task<Checked<std::uint64_t>>(port::Transaction&)> body =
        [&](port::Transaction& transaction) { return read_cursor(transaction, self, name); };
    PERPETUA_CO_TRY(const auto done, co_await transact(store, body));
    state->cursors[writer] = state->stored_cursors[writer] = done.value;
  }
  while (!state->stopped) {
    const std::uint64_t from = state->cursors[writer];
    const Result<port::Changes> changes = co_await store.changes(writer, from, kEntriesPerRead);
    if (!changes) co_return std::unexpected(to_problem(changes.error()));
    if (changes->reset && !PERPETUA_PLANTED(gap_skipped)) {
      PERPETUA_REACHED(reconciler_reset);
      PERPETUA_CO_TRY(const bool looked, co_await look_at_all(state));
      if (!looked) break;  // stopped: where to go on from has not moved
    }
    for (const port::Change& change : changes->changes)
      for (const port::KeyedRow& row : change.rows)
        if (row.key.table == tables::kOrder) {
          const bool go_on = co_await look_at(state, row.key.partition);
          if (!go_on) co_return too_many_failures();
        }
    state->cursors[writer] = changes->position;
    // Not past an order that failed: after a restart it is found again.
    const std::uint64_t unwritten = changes->position - state->stored_cursors[writer];
    const bool is_due =
        unwritten >= kEntriesPerCursor || (unwritten > 0 && PERPETUA_RARE(cursor_written_early));
    if (state->failures.empty() && is_due) {
      const std::uint64_t n = changes->position;
      std::function<Task<Checked<bool>>(port::Transaction&)> body =
          [&](port::Transaction& transaction) { return put_cursor(transaction, name, n); };
      PERPETUA_CO_TRY(const auto done, co_await transact(store, body));
      static_cast<void>(done);
      state->stored_cursors[writer] = n;
    }
    if (changes->position == from) break;
    co_await port::sleep(state->context.timers,
                         PERPETUA_RARE(slow_reconciler) ? kRetryDelay : kBreath);
  }
  co_return true;
}

Task<void> Reconciler::run(std::shared_ptr<State> state) {
  while (!state->stopped) {
    state->changed = false;
    const std::map<std::string, std::string> failed = state->failures;
    for (const auto& [what, why] : failed)
      if (!state->stopped && what.starts_with("or_"))  // a writer's log is read again below
        static_cast<void>(co_await look_at(state, what));
    if (state->stopped) break;
    const Position position = state->context.store.position();
    for (const auto& [writer, n] : position) {
      if (state->stopped) break;
      if (writer == state->context.store.self()) continue;
      // One that failed when all was read, as it noted how far, has nothing new and is not done.
      const std::string name = writer.text();
      if (const auto at = state->cursors.find(writer);
          at != state->cursors.end() && at->second == n && !state->failures.contains(name))
        continue;
      const Checked<bool> done = co_await catch_up(state, writer);
      state->note(name, done);
    }
    if (state->stopped) break;
    if (!state->failures.empty()) {
      // A store that refuses now (read-only, conflicts) may not later.
      co_await port::sleep(state->context.timers, kRetryDelay);
    } else if (!state->changed) {
      Promise<bool> woken;
      state->waiting = &woken;
      co_await woken;
    }
  }
}

void Reconciler::start() {
  if (state_) return;
  state_ = std::make_shared<State>(context_, report_);
  State* const state = state_.get();
  state->subscription = context_.store.subscribe([state] { state->wake(); });
  detach(run(state_));
}

void Reconciler::stop() {
  if (!state_) return;
  const std::shared_ptr<State> state = std::exchange(state_, nullptr);
  state->stopped = true;
  state->subscription.reset();
  state->wake();
}

std::map<std::string, std::string> Reconciler::failures() const {
  return state_ ? state_->failures : std::map<std::string, std::string>{};
}

}  // namespace perpetua::domain
