#include "domain/grants.h"

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "base/try.h"
#include "domain/membership.h"
#include "domain/reading.h"
#include "domain/tables.h"
#include "domain/transact.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskTimeout{1000};
// Well within kAskTimeout: the answer still has to travel.
constexpr milliseconds kAskersLogTimeout{500};
constexpr milliseconds kRowTimeout{1000};

std::int64_t granted_by(const crdt::Stock& stock, const Writer& giver, const Writer& receiver) {
  const auto row = stock.rows.find(giver);
  if (row == stock.rows.end()) return 0;
  const auto granted = row->second.granted.find(receiver);
  return granted == row->second.granted.end() ? 0 : granted->second;
}

struct Asking {
  Members members;
  crdt::Stock stock;
};

Task<Checked<Asking>> read_asking(port::Transaction& transaction, std::string book) {
  Asking asking;
  PERPETUA_CO_TRY(asking.members, co_await read_members(transaction));
  PERPETUA_CO_TRY(asking.stock, co_await read_stock(transaction, book));
  co_return asking;
}

/// Waits for several detached tasks. Lives in the frame that awaits it.
struct Gathering {
  explicit Gathering(std::size_t tasks) : open(tasks + 1), outcomes(tasks) {}

  std::size_t open;  // one more than the tasks: who awaits `done` closes it too, once all started
  std::vector<AskOutcome> outcomes;
  Promise<bool> done;

  void start(std::size_t index, Task<AskOutcome> task) {
    detach<AskOutcome>(std::move(task), [this, index](AskOutcome outcome) {
      outcomes[index] = outcome;
      close();
    });
  }
  void close() {
    if (--open == 0) done.set(true);
  }
  [[nodiscard]] bool any(AskOutcome outcome) const {
    return std::ranges::find(outcomes, outcome) != outcomes.end();
  }
};

}  // namespace

// Outlives the desk as long as somebody waits in it.
struct GrantDesk::State {
  explicit State(Context given) : context(given) {}

  // Shared, for a wait may end before its round does.
  using Waiting = std::shared_ptr<Promise<AskOutcome>>;
  struct Book {
    std::int64_t demand = 0;
    bool asking = false;
    std::vector<Waiting> waiting;  // for the next round
    std::vector<Waiting> round;    // for the one under way
  };

  Context context;
  std::map<std::string, Book> books;
  bool stopped = false;

  void forget_if_idle(const std::string& book) {
    const auto found = books.find(book);
    if (found == books.end()) return;
    const Book& entry = found->second;
    if (entry.demand == 0 && !entry.asking && entry.waiting.empty()) books.erase(found);
  }
};

GrantDesk::GrantDesk(Context context) : state_(std::make_shared<State>(context)) {}

GrantDesk::~GrantDesk() {
  state_->stopped = true;
}

void GrantDesk::stop() {
  state_->stopped = true;
  std::vector<State::Waiting> all;
  for (auto& [book, entry] : state_->books)
    for (auto* waiting : {&entry.waiting, &entry.round})
      for (State::Waiting& one : std::exchange(*waiting, {})) all.push_back(std::move(one));
  for (const State::Waiting& one : all) one->set(AskOutcome::kUnheard);
}

GrantDesk::Demand::Demand(GrantDesk& desk, std::string book, std::int64_t quantity)
    : state_(desk.state_), book_(std::move(book)), quantity_(quantity) {
  state_->books[book_].demand += quantity_;
}

GrantDesk::Demand::~Demand() {
  state_->books[book_].demand -= quantity_;
  state_->forget_if_idle(book_);
}

Task<std::vector<AskOutcome>> GrantDesk::ask(std::vector<std::string> books,
                                             std::int64_t deadline_ms) {
  Gathering gathering(books.size());
  for (std::size_t i = 0; i < books.size(); ++i)
    gathering.start(i, ask_for(state_, books[i], deadline_ms));
  gathering.close();
  co_await gathering.done;
  co_return std::move(gathering.outcomes);
}

Task<AskOutcome> GrantDesk::ask_for(std::shared_ptr<State> state, std::string book,
                                    std::int64_t deadline_ms) {
  if (state->stopped) co_return AskOutcome::kUnheard;
  const Context context = state->context;
  const auto outcome = std::make_shared<Promise<AskOutcome>>();
  const milliseconds left{std::max<std::int64_t>(0, deadline_ms - context.clock.monotonic_ms())};
  const port::Timers::Id timer =
      context.timers.after(left, [outcome] { outcome->set(AskOutcome::kUnheard); });
  State::Book& entry = state->books[book];
  entry.waiting.push_back(outcome);
  if (!entry.asking) {
    entry.asking = true;
    detach(ask_in_rounds(state, book));
  }
  Promise<AskOutcome>& promise = *outcome;
  const AskOutcome brought = co_await promise;
  context.timers.cancel(timer);
  co_return brought;
}

Task<void> GrantDesk::ask_in_rounds(std::shared_ptr<State> state, std::string book) {
  while (!state->stopped && !state->books[book].waiting.empty()) {
    // Who comes while this round is under way waits for the next: "sold out" needs answers from
    // after the request began.
    std::vector<State::Waiting>& round = state->books[book].round;
    round = std::exchange(state->books[book].waiting, {});
    std::erase_if(round, [](const State::Waiting& waiting) { return waiting->is_set(); });
    if (round.empty()) continue;
    const AskOutcome outcome = co_await ask_everybody(state, book);
    const std::vector<State::Waiting> told = std::exchange(state->books[book].round, {});
    for (const State::Waiting& waiting : told) waiting->set(outcome);
  }
  state->books[book].asking = false;
  state->forget_if_idle(book);
}

Task<AskOutcome> GrantDesk::ask_everybody(std::shared_ptr<State> state, std::string book) {
  std::function<Task<Checked<Asking>>(port::Transaction&)> body =
      [&book](port::Transaction& transaction) { return read_asking(transaction, book); };
  const Checked<Done<Asking>> asking = co_await transact(state->context.store, body);
  if (!asking || state->stopped) co_return AskOutcome::kUnheard;
  const Writer& self = state->context.store.self();
  const Position& position = asking->committed.position;
  const auto own = position.find(self);
  const std::uint64_t n = own == position.end() ? 0 : own->second;
  std::vector<GrantQuestion> questions;
  for (const Writer& member : asking->value.members.present)
    if (member != self)
      questions.push_back({book, member, granted_by(asking->value.stock, member, self), n});
  Gathering gathering(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i)
    gathering.start(i, ask_one(state->context, questions[i]));
  gathering.close();
  co_await gathering.done;
  for (const AskOutcome best : {AskOutcome::kGranted, AskOutcome::kUnheard, AskOutcome::kWithheld})
    if (gathering.any(best)) co_return best;
  co_return AskOutcome::kNothing;
}

Task<AskOutcome> GrantDesk::ask_one(Context context, GrantQuestion question) {
  std::string bytes = encode(question);
  const Result<std::string> reply =
      co_await context.peers.ask(question.asked.region, std::move(bytes), kAskTimeout);
  if (!reply) co_return AskOutcome::kUnheard;
  const Result<GrantAnswer> answer = decode_grant_answer(*reply);
  if (!answer) co_return AskOutcome::kUnheard;
  // Also when it gives nothing: an order that was taken there, or copies that came back, must be
  // seen before anybody is told "sold out".
  const Position row{{question.asked, answer->n}};
  const bool arrived = co_await context.store.wait_for(row, kRowTimeout);
  if (!arrived) co_return AskOutcome::kUnheard;
  if (answer->granted > question.seen) co_return AskOutcome::kGranted;
  if (answer->withheld) co_return AskOutcome::kWithheld;
  co_return AskOutcome::kNothing;
}

Task<std::string> GrantDesk::answer(Writer asker, std::string question) {
  const Result<GrantQuestion> decoded = decode_grant_question(question);
  // An answer that does not decode is no answer: the asker must not take it for "nothing here".
  if (!decoded) co_return std::string();
  const GrantQuestion& asked = *decoded;
  const std::shared_ptr<State> state = state_;
  port::Store& store = state->context.store;
  const Writer self = store.self();
  if (asked.asked != self || asker == self) co_return std::string();
  // Whoever may not write cannot give, and what it has may be out of date: that is not "nothing".
  if (check_writable(store)) co_return std::string();
  // What the asker has given us and we have not seen is not "nothing" either.
  const Position askers{{asker, asked.n}};
  const bool is_level = co_await store.wait_for(askers, kAskersLogTimeout);
  if (!is_level || state->stopped) co_return std::string();
  std::function<Task<Checked<GrantAnswer>>(port::Transaction&)> body =
      [&state, &asker, &asked](port::Transaction& transaction) {
        return give(state, transaction, asker, asked);
      };
  Checked<Done<GrantAnswer>> done = co_await transact(store, body);
  if (!done) co_return std::string();
  done->value.n = done->committed.position[self];
  co_return encode(done->value);
}

Task<Checked<GrantAnswer>> GrantDesk::give(std::shared_ptr<State> state,
                                           port::Transaction& transaction, Writer asker,
                                           GrantQuestion question) {
  const Writer& self = state->context.store.self();
  PERPETUA_CO_TRY(const auto members, co_await read_members(transaction));
  if (!std::ranges::binary_search(members.present, asker))
    co_return refuse(Refusal::kInvalid, asker.text() + " is no member");
  PERPETUA_CO_TRY(auto stock, co_await read_stock(transaction, question.book));
  GrantAnswer answer;
  answer.granted = granted_by(stock, self, asker);
  // The asker has not seen the last grant yet: a repeat, which must not be given twice.
  if (answer.granted > question.seen) co_return answer;
  const std::int64_t rights = stock.rights(self);
  const auto waiting = state->books.find(question.book);
  std::int64_t needed = waiting == state->books.end() ? 0 : waiting->second.demand;
  if (asker < self) needed = 0;  // of two that wait for each other the lower is served first
  const std::int64_t free = rights - needed;
  if (free <= 0) {
    answer.withheld = rights > 0;
    co_return answer;
  }
  crdt::StockRow& row = stock.rows[self];
  const std::int64_t given = (free + 1) / 2;
  crdt::grant(row, self, asker, given);
  transaction.put(tables::stock(question.book), crdt::encode(row));
  answer.granted += given;
  co_return answer;
}

}  // namespace perpetua::domain
