#include "domain/grants.h"

#include <algorithm>
#include <list>
#include <map>

#include "base/assert.h"
#include "base/simulation.h"
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
// What is asked about by who only wants to hear the others.
constexpr const char* kNoBook = "";

std::int64_t granted_by(const crdt::Stock& stock, const Writer& giver, const Writer& receiver) {
  const auto row = stock.rows.find(giver);
  if (row == stock.rows.end()) return 0;
  const auto granted = row->second.granted.find(receiver);
  return granted == row->second.granted.end() ? 0 : granted->second;
}

/// Of no book when there is none to ask about.
Task<Checked<crdt::Stock>> read_stock_of(port::Transaction& transaction, std::string book) {
  if (book.empty()) co_return crdt::Stock();
  co_return co_await read_stock(transaction, std::move(book));
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
};

}  // namespace

// Outlives the desk as long as somebody waits in it.
struct GrantDesk::State {
  explicit State(Context given) : context(given) {}

  /// An order that waits for what every other member says of one book.
  struct Asking {
    explicit Asking(std::size_t members) : open(members) {}

    Promise<AskOutcome> outcome;
    std::size_t open;  // members that have not been asked, or have not answered
    AskOutcome worst = AskOutcome::kNothing;

    void hear(AskOutcome said) {
      if (said == AskOutcome::kUnheard || worst == AskOutcome::kNothing) worst = said;
      // The last one decides, unless there is something to try again with.
      if (--open == 0 || said == AskOutcome::kGranted)
        outcome.set(said == AskOutcome::kGranted ? said : worst);
    }
  };
  // Shared, for a wait may end before its questions do.
  using Waiting = std::vector<std::shared_ptr<Asking>>;

  struct Book {
    std::int64_t demand = 0;
    // Who waits for the next question to a member; there while one is under way.
    std::map<Writer, Waiting> members;
  };

  Context context;
  std::map<std::string, Book> books;
  std::list<std::weak_ptr<Asking>> askings;
  bool stopped = false;

  void forget_if_idle(const std::string& book) {
    const auto found = books.find(book);
    if (found != books.end() && found->second.demand == 0 && found->second.members.empty())
      books.erase(found);
  }
};

GrantDesk::GrantDesk(Context context) : state_(std::make_shared<State>(context)) {}

GrantDesk::~GrantDesk() {
  state_->stopped = true;
}

void GrantDesk::stop() {
  state_->stopped = true;
  for (const std::weak_ptr<State::Asking>& waiting : std::exchange(state_->askings, {}))
    if (const auto asking = waiting.lock()) asking->outcome.set(AskOutcome::kUnheard);
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

Task<bool> GrantDesk::hear_all(std::int64_t deadline_ms) {
  const AskOutcome outcome = co_await ask_for(state_, kNoBook, deadline_ms);
  co_return all_heard(outcome);
}

Task<AskOutcome> GrantDesk::ask_for(std::shared_ptr<State> state, std::string book,
                                    std::int64_t deadline_ms) {
  if (state->stopped) co_return AskOutcome::kUnheard;
  const Context context = state->context;
  std::function<Task<Checked<Members>>(port::Transaction&)> body =
      [](port::Transaction& transaction) { return read_members(transaction); };
  const Checked<Done<Members>> read = co_await transact(context.store, body);
  if (!read || state->stopped) co_return AskOutcome::kUnheard;
  std::vector<Writer> others = read->value.present;
  std::erase(others, context.store.self());
  if (others.empty()) co_return AskOutcome::kNothing;

  const auto asking = std::make_shared<State::Asking>(others.size());
  const auto listed = state->askings.insert(state->askings.end(), asking);
  const milliseconds left{std::max<std::int64_t>(0, deadline_ms - context.clock.monotonic_ms())};
  const port::Timers::Id timer =
      context.timers.after(left, [asking] { asking->outcome.set(AskOutcome::kUnheard); });
  for (const Writer& member : others) {
    // "Sold out" needs answers from after the request began: who comes while a question is under
    // way waits for the next.
    const auto [waiting, is_idle] = state->books[book].members.try_emplace(member);
    waiting->second.push_back(asking);
    if (is_idle) detach(ask_member(state, book, member));
  }
  Promise<AskOutcome>& outcome = asking->outcome;
  const AskOutcome brought = co_await outcome;
  context.timers.cancel(timer);
  if (!state->stopped) state->askings.erase(listed);
  co_return brought;
}

Task<void> GrantDesk::ask_member(std::shared_ptr<State> state, std::string book, Writer member) {
  while (!state->stopped) {
    State::Waiting told = std::exchange(state->books[book].members[member], {});
    std::erase_if(told, [](const auto& asking) { return asking->outcome.is_set(); });
    if (told.empty()) break;
    const AskOutcome outcome = co_await ask_one(state, book, member);
    for (const std::shared_ptr<State::Asking>& asking : told) asking->hear(outcome);
  }
  state->books[book].members.erase(member);
  state->forget_if_idle(book);
}

Task<AskOutcome> GrantDesk::ask_one(std::shared_ptr<State> state, std::string book, Writer member) {
  const Context context = state->context;
  const Writer& self = context.store.self();
  std::function<Task<Checked<crdt::Stock>>(port::Transaction&)> body =
      [&book](port::Transaction& transaction) { return read_stock_of(transaction, book); };
  const Checked<Done<crdt::Stock>> read = co_await transact(context.store, body);
  if (!read || state->stopped) co_return AskOutcome::kUnheard;
  const Position& position = read->committed.position;
  const auto own = position.find(self);
  const GrantQuestion question{book, member, granted_by(read->value, member, self),
                               own == position.end() ? 0 : own->second};
  std::string bytes = encode(question);
  const Result<std::string> reply =
      co_await context.peers.ask(member.region, std::move(bytes), kAskTimeout);
  if (!reply && PERPETUA_PLANTED(silence_is_nothing)) co_return AskOutcome::kNothing;
  if (!reply || state->stopped) co_return AskOutcome::kUnheard;
  const Result<GrantAnswer> answer = decode_grant_answer(*reply);
  if (!answer) co_return AskOutcome::kUnheard;
  // Also when it gives nothing: an order that was taken there, or copies that came back, must be
  // seen before anybody is told "sold out".
  const Position row{{member, answer->n}};
  const bool arrived =
      PERPETUA_PLANTED(heard_without_rows) || co_await context.store.wait_for(row, kRowTimeout);
  if (!arrived) co_return AskOutcome::kUnheard;
  if (answer->granted > question.seen) co_return AskOutcome::kGranted;
  if (answer->withheld) {
    PERPETUA_REACHED(grant_withheld);
    co_return AskOutcome::kWithheld;
  }
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
  if (state->stopped || asked.asked != self || asker == self) co_return std::string();
  if (PERPETUA_RARE(grant_not_answered)) co_return std::string();
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
  GrantAnswer answer;
  if (question.book == kNoBook) co_return answer;
  PERPETUA_CO_TRY(auto stock, co_await read_stock(transaction, question.book));
  answer.granted = granted_by(stock, self, asker);
  // The asker has not seen the last grant yet: a repeat, which must not be given twice.
  if (answer.granted > question.seen) {
    PERPETUA_REACHED(grant_repeated);
    co_return answer;
  }
  const std::int64_t rights = stock.rights(self);
  const auto waiting = state->books.find(question.book);
  std::int64_t needed = waiting == state->books.end() ? 0 : waiting->second.demand;
  // Of two that wait for each other the lower is served first.
  if (asker < self || PERPETUA_PLANTED(demand_given_away)) needed = 0;
  const std::int64_t free = rights - needed;
  if (free <= 0) {
    answer.withheld = rights > 0;
    co_return answer;
  }
  crdt::StockRow& row = stock.rows[self];
  const std::int64_t given = PERPETUA_RARE(grant_of_one) ? 1 : (free + 1) / 2;
  crdt::grant(row, self, asker, given);
  transaction.put(tables::stock(question.book), crdt::encode(row));
  answer.granted += given;
  co_return answer;
}

}  // namespace perpetua::domain
