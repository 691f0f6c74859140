#include "domain/grants.h"

#include "base/assert.h"
#include "base/try.h"
#include "domain/membership.h"
#include "domain/reading.h"
#include "domain/tables.h"
#include "domain/transact.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t kVersion = 1;
constexpr milliseconds kAskTimeout{1000};
constexpr milliseconds kRowTimeout{1000};

/// docs/formats/tables.md, "Questions between regions".
struct Question {
  std::string book;
  std::int64_t seen = 0;  // granted to the asker in total, as the asker has seen it
};
struct Answer {
  std::int64_t granted = 0;  // to the asker in total; not above `seen`: nothing to give
  std::uint64_t n = 0;       // the giver's log entry that says so
};

std::string encode_question(const Question& question) {
  Encoder out;
  out.u8(kVersion);
  out.str(question.book);
  out.i64(question.seen);
  return std::move(out).take();
}

Result<Question> decode_question(std::string_view bytes) {
  Decoder in(bytes);
  Question question;
  if (in.u8() != kVersion) in.set_failed();
  question.book = in.str();
  question.seen = in.i64();
  const Result<void> finished = in.finish("question");
  if (!finished) return std::unexpected(finished.error());
  return question;
}

std::string encode_answer(const Answer& answer) {
  Encoder out;
  out.u8(kVersion);
  out.i64(answer.granted);
  out.u64(answer.n);
  return std::move(out).take();
}

Result<Answer> decode_answer(std::string_view bytes) {
  Decoder in(bytes);
  Answer answer;
  if (in.u8() != kVersion) in.set_failed();
  answer.granted = in.i64();
  answer.n = in.u64();
  const Result<void> finished = in.finish("answer");
  if (!finished) return std::unexpected(finished.error());
  return answer;
}

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

/// Collects what several detached questions bring.
struct Gathering {
  std::size_t open = 0;
  bool granted = false;
  bool unheard = false;
  Promise<bool> done;

  void add(AskOutcome outcome) {
    granted = granted || outcome == AskOutcome::kGranted;
    unheard = unheard || outcome == AskOutcome::kUnheard;
    if (--open == 0) done.set(true);
  }
};

}  // namespace

GrantDesk::Demand::Demand(GrantDesk& desk, std::string book, std::int64_t quantity)
    : desk_(desk), book_(std::move(book)), quantity_(quantity) {
  desk_.books_[book_].demand += quantity_;
}

GrantDesk::Demand::~Demand() {
  desk_.books_[book_].demand -= quantity_;
  desk_.forget_if_idle(book_);
}

void GrantDesk::forget_if_idle(const std::string& book) {
  const auto found = books_.find(book);
  if (found == books_.end()) return;
  const Book& entry = found->second;
  if (entry.demand == 0 && !entry.asking && entry.waiting.empty()) books_.erase(found);
}

Task<AskOutcome> GrantDesk::ask(std::string book) {
  Promise<AskOutcome> outcome;
  Book& entry = books_[book];
  entry.waiting.push_back(&outcome);
  if (!entry.asking) {
    entry.asking = true;
    detach(ask_in_rounds(book));
  }
  co_return co_await outcome;
}

Task<void> GrantDesk::ask_in_rounds(std::string book) {
  while (!books_[book].waiting.empty()) {
    // Who comes while this round is under way waits for the next: "sold out" needs answers from
    // after the request began.
    const std::vector<Promise<AskOutcome>*> round = std::exchange(books_[book].waiting, {});
    const AskOutcome outcome = co_await ask_everybody(book);
    for (Promise<AskOutcome>* waiting : round) waiting->set(outcome);
  }
  books_[book].asking = false;
  forget_if_idle(book);
}

Task<AskOutcome> GrantDesk::ask_everybody(std::string book) {
  std::function<Task<Checked<Asking>>(port::Transaction&)> body =
      [&book](port::Transaction& transaction) { return read_asking(transaction, book); };
  const Checked<Done<Asking>> asking = co_await transact(context_.store, body);
  if (!asking) co_return AskOutcome::kUnheard;
  const Writer& self = context_.store.self();
  Gathering gathering;
  gathering.open = 1;  // this function's own share, so that early answers do not finish it
  for (const Writer& member : asking->value.members.present) {
    if (member == self) continue;
    ++gathering.open;
    const std::int64_t seen = granted_by(asking->value.stock, member, self);
    detach<AskOutcome>(ask_one(book, member, seen),
                       [&gathering](AskOutcome outcome) { gathering.add(outcome); });
  }
  gathering.add(AskOutcome::kNothing);
  co_await gathering.done;
  if (gathering.granted) co_return AskOutcome::kGranted;
  co_return gathering.unheard ? AskOutcome::kUnheard : AskOutcome::kNothing;
}

Task<AskOutcome> GrantDesk::ask_one(std::string book, Writer giver, std::int64_t seen) {
  const Question question{book, seen};
  std::string bytes = encode_question(question);
  const Result<std::string> reply =
      co_await context_.peers.ask(giver.region, std::move(bytes), kAskTimeout);
  if (!reply) co_return AskOutcome::kUnheard;
  const Result<Answer> answer = decode_answer(*reply);
  if (!answer) co_return AskOutcome::kUnheard;
  if (answer->granted <= seen) co_return AskOutcome::kNothing;
  const Position row{{giver, answer->n}};
  const bool arrived = co_await context_.store.wait_for(row, kRowTimeout);
  co_return arrived ? AskOutcome::kGranted : AskOutcome::kUnheard;
}

Task<std::string> GrantDesk::answer(Writer asker, std::string question) {
  const Result<Question> asked = decode_question(question);
  // An answer that does not decode is no answer: the asker must not take it for "nothing here".
  if (!asked || asker == context_.store.self()) co_return std::string();
  const std::string book = asked->book;
  const std::int64_t seen = asked->seen;
  std::function<Task<Checked<std::string>>(port::Transaction&)> body =
      [this, &asker, &book, seen](port::Transaction& transaction) {
        return give(transaction, asker, book, seen);
      };
  Checked<Done<std::string>> done = co_await transact(context_.store, body);
  if (!done) co_return std::string();
  Result<Answer> answer = decode_answer(done->value);
  PERPETUA_ASSERT(answer, "give() encodes answers");
  if (done->committed.n != 0) answer->n = done->committed.n;
  co_return encode_answer(*answer);
}

Task<Checked<std::string>> GrantDesk::give(port::Transaction& transaction, Writer asker,
                                           std::string book, std::int64_t seen) {
  const Writer self = context_.store.self();
  PERPETUA_CO_TRY(const auto members, co_await read_members(transaction));
  if (!std::binary_search(members.present.begin(), members.present.end(), asker))
    co_return refuse(Refusal::kInvalid, asker.text() + " is no member");
  PERPETUA_CO_TRY(const auto stock, co_await read_stock(transaction, book));
  const port::Key key = tables::stock(book);
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  const std::int64_t granted = granted_by(stock, self, asker);
  std::uint64_t n = 0;
  for (const port::Row& row : rows)
    if (row.writer == self) n = row.n;
  // The asker has not seen the last grant yet: a repeat, which must not be given twice.
  if (granted > seen) co_return encode_answer({granted, n});
  const auto waiting = books_.find(book);
  std::int64_t needed = waiting == books_.end() ? 0 : waiting->second.demand;
  if (asker < self) needed = 0;  // of two that wait for each other the lower is served first
  const std::int64_t free = stock.rights(self) - needed;
  if (free <= 0) co_return encode_answer({granted, n});
  crdt::StockRow row;
  if (const auto own = stock.rows.find(self); own != stock.rows.end()) row = own->second;
  crdt::grant(row, self, asker, (free + 1) / 2);
  transaction.put(key, crdt::encode(row));
  co_return encode_answer({granted + (free + 1) / 2, n});
}

}  // namespace perpetua::domain
