#include "views/view.h"

#include <set>

namespace perpetua::views {
namespace {

constexpr std::size_t kRowsPerPage = 500;
constexpr std::size_t kEntriesPerRead = 200;
// Between pages, so that buyers and health checks are answered while much is read.
constexpr std::chrono::milliseconds kBreath{0};

void give(const port::KeyedRow& row, const std::vector<View*>& views) {
  for (View* view : views)
    if (view->table() == row.key.table) view->apply(row);
}

}  // namespace

struct Feeder::State {
  State(port::Store& given, port::Timers& given_timers, std::vector<View*> all)
      : store(given), timers(given_timers), views(std::move(all)) {}

  port::Store& store;
  port::Timers& timers;
  std::vector<View*> views;
  Position position;
  bool ready = false;
  bool stopped = false;
  bool changed = true;
  Promise<bool>* waiting = nullptr;
  std::shared_ptr<void> subscription;

  void wake() {
    changed = true;
    if (waiting != nullptr) std::exchange(waiting, nullptr)->set(true);
  }
};

Feeder::Feeder(port::Store& store, port::Timers& timers, std::vector<View*> views)
    : state_(std::make_shared<State>(store, timers, std::move(views))) {}

const Position& Feeder::position() const {
  return state_->position;
}
bool Feeder::is_ready() const {
  return state_->ready;
}

/// All rows of a table; false when they cannot be read to the end.
Task<bool> Feeder::read_table(std::shared_ptr<State> state, std::string table,
                              const std::vector<View*>& views) {
  std::optional<port::Key> after;
  while (!state->stopped) {
    const Result<std::vector<port::KeyedRow>> page =
        co_await state->store.scan_table(table, after, kRowsPerPage);
    if (!page) co_return false;
    if (page->empty()) co_return true;
    for (const port::KeyedRow& row : *page) give(row, views);
    after = page->back().key;
    co_await port::sleep(state->timers, kBreath);
  }
  co_return false;
}

/// Everything anew. The feed's positions are taken before the rows are read: what changes meanwhile
/// comes again by the feed, which is harmless, for rows are absolute.
Task<bool> Feeder::build(std::shared_ptr<State> state) {
  const Position from = state->store.position();
  std::set<std::string> tables;
  std::vector<std::unique_ptr<View>> built;
  std::vector<View*> views;
  for (const View* view : state->views) {
    tables.emplace(view->table());
    views.push_back(built.emplace_back(view->make_empty()).get());
  }
  for (const std::string& table : tables) {
    const bool is_read = co_await read_table(state, table, views);
    if (!is_read) co_return false;
  }
  for (std::size_t i = 0; i < views.size(); ++i) state->views[i]->replace_by(*views[i]);
  state->position = from;
  state->ready = true;
  co_return true;
}

/// Up to the store's position; false when it must be built anew.
Task<bool> Feeder::follow(std::shared_ptr<State> state) {
  const Position target = state->store.position();
  for (const auto& [writer, n] : target) {
    const Writer source = writer;
    while (!state->stopped && state->position[source] < n) {
      const std::uint64_t after = state->position[source];
      const Result<port::Changes> changes =
          co_await state->store.changes(source, after, kEntriesPerRead);
      if (!changes || changes->reset) co_return false;
      for (const port::Change& change : changes->changes)
        for (const port::KeyedRow& row : change.rows) give(row, state->views);
      state->position[source] = changes->position;
      if (changes->position == after) break;
      if (changes->position < n) co_await port::sleep(state->timers, kBreath);
    }
  }
  co_return true;
}

Task<void> Feeder::run(std::shared_ptr<State> state) {
  bool built = false;
  while (!state->stopped) {
    state->changed = false;
    if (built) built = co_await follow(state);
    if (!built) built = co_await build(state);
    // A build that was cut short by a reset goes on at once; a store that failed tells when it
    // moves.
    if (state->stopped) break;
    const bool behind = built && !covers(state->position, state->store.position());
    if (state->changed || behind) continue;
    Promise<bool> woken;
    state->waiting = &woken;
    co_await woken;
  }
}

void Feeder::start() {
  State* const state = state_.get();
  if (state->subscription) return;
  state->subscription = state->store.subscribe([state] { state->wake(); });
  detach(run(state_));
}

void Feeder::stop() {
  state_->stopped = true;
  state_->subscription.reset();
  state_->wake();
}

}  // namespace perpetua::views
