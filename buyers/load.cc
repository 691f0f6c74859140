#include "buyers/load.h"

#include "base/assert.h"

namespace perpetua::buyers {

Load::Load(Asker& asker, LoadOptions options)
    : asker_(asker),
      options_(std::move(options)),
      schedule_(options_.rate, options_.duration_s, options_.mix, options_.seed),
      random_(options_.seed + 1) {}

Task<Result<void>> Load::run() {
  Net& net = asker_.net();
  const PreparationOptions wanted{options_.route.first, options_.doors, options_.books_max,
                                  options_.buyers, options_.route.write_timeout_ms};
  const Result<Prepared> prepared = co_await prepare(net, wanted);
  if (!prepared) co_return std::unexpected(prepared.error());
  const double start_ms = net.now_ms();
  begin(*prepared, start_ms);
  while (!schedule_.done() && options_.go_on(arrived_)) {
    const Arrival arrival = schedule_.next();
    const double due_ms = start_ms + arrival.due_ms;
    co_await net.sleep_until(due_ms);
    arrive(arrival.intent, due_ms);
  }
  if (in_flight_ > 0) {
    drained_ = std::make_unique<Promise<bool>>();
    Promise<bool>& drained = *drained_;
    co_await drained;
  }
  co_return Result<void>();
}

void Load::begin(const Prepared& prepared, double start_ms) {
  asker_.append(LoadLine{start_ms, options_.rate, options_.duration_s, options_.seed});
  for (const StockLine& stock : prepared.stock) asker_.append(stock);
  books_ = prepared.books;
  for (const Session& session : prepared.sessions) {
    const int number = buyers_made_++;
    asker_.append_token(number, session.token);
    asker_.append(BuyerLine{number, session.customer, session.cart});
    idle_.push_back(std::make_shared<Buyer>(number, session.token));
    ++present_;
  }
}

void Load::arrive(Intent intent, double due_ms) {
  ++arrived_;
  const auto buyer = choose(intent);
  Question question =
      buyer ? buyer->next(intent, books_, random_, arrived_) : browse_shelves(books_, random_);
  question.intended_ms = due_ms;
  if (in_flight_ >= options_.in_flight_max) {
    asker_.not_sent(question);
    if (buyer) idle_.push_back(buyer);
    return;
  }
  ++in_flight_;
  detach(serve(buyer, std::move(question)));
}

Task<void> Load::serve(std::shared_ptr<Buyer> buyer, Question question) {
  const Reply reply = co_await asker_.ask(question, options_.route);
  if (buyer) {
    buyer->take(question, reply, asker_);
    if (buyer->has_left() || !buyer->has_session())
      --present_;
    else
      idle_.push_back(buyer);
  }
  --in_flight_;
  if (in_flight_ == 0 && drained_) drained_->set(true);
}

std::shared_ptr<Buyer> Load::take_idle(std::size_t index) {
  const auto at = idle_.begin() + static_cast<std::ptrdiff_t>(index);
  auto buyer = *at;
  idle_.erase(at);
  return buyer;
}

// A newcomer begins with a session, in place of a write: what arrives to read goes on reading,
// however long everybody else has to wait.
std::shared_ptr<Buyer> Load::choose(Intent intent) {
  if (intent == Intent::kBrowse) return idle_.empty() ? nullptr : take_idle(0);
  if (idle_.empty() || present_ < options_.buyers) {
    ++present_;
    return std::make_shared<Buyer>(buyers_made_++);
  }
  if (intent == Intent::kCheckout)
    for (std::size_t i = 0; i < idle_.size(); ++i)
      if (idle_[i]->can_check_out()) return take_idle(i);
  return take_idle(0);
}

}  // namespace perpetua::buyers
