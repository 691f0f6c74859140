#include "buyers/load.h"

#include "base/assert.h"
#include "buyers/facts.h"

namespace perpetua::buyers {
namespace {

// While there are fewer buyers than wanted, one of so many arrivals is a new one: sessions are
// spread over the load instead of standing at its beginning.
constexpr std::uint64_t kNewcomerEach = 8;
constexpr int kCatalogueTries = 5;
constexpr double kCataloguePauseMs = 200;

}  // namespace

Load::Load(Asker& asker, LoadOptions options)
    : asker_(asker),
      options_(std::move(options)),
      schedule_(options_.rate, options_.duration_s, options_.mix, options_.seed),
      random_(options_.seed + 1) {
  PERPETUA_ASSERT(!options_.route.places.empty(), "a load has somewhere to go");
}

// Preparation, not load: it is neither recorded nor counted, and tries again.
Task<Result<void>> Load::read_catalogue() {
  Net& net = asker_.net();
  const Endpoint edge = options_.route.places.front();
  std::string path = "/api/books?limit=100";
  std::string why;
  for (int failed = 0;
       failed < kCatalogueTries && !path.empty() && books_.size() < options_.books_max;) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.timeout_ms = options_.route.write_timeout_ms;
    const HttpAnswer answer = co_await net.send(edge, request);
    const auto page = read_books(answer);
    if (answer.status == 200 && page) {
      for (const Line& book : page->items) books_.push_back(book);
      path = page->next;
      continue;
    }
    ++failed;
    why = answer.status == 200
              ? page.error().message
              : std::to_string(answer.status) + " " + std::string(text(answer.error));
    co_await net.sleep_until(net.now_ms() + kCataloguePauseMs);
  }
  if (!books_.empty()) co_return Result<void>();
  co_return fail(ErrorCode::kUnavailable, edge.name + ": the shop shows no books (" +
                                              (why.empty() ? "empty" : why) +
                                              "); is it up, and was a catalogue imported?");
}

Task<Result<void>> Load::run() {
  const Result<void> read = co_await read_catalogue();
  if (!read) co_return read;
  Net& net = asker_.net();
  const double start_ms = net.now_ms();
  asker_.append(LoadLine{start_ms, options_.rate, options_.duration_s, options_.seed});
  while (!schedule_.done()) {
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

void Load::arrive(Intent intent, double due_ms) {
  ++arrived_;
  const auto buyer = choose(intent);
  Question question = buyer->next(intent, books_, random_, arrived_);
  question.intended_ms = due_ms;
  if (in_flight_ >= options_.in_flight_max) {
    asker_.not_sent(question);
    idle_.push_back(buyer);
    return;
  }
  ++in_flight_;
  detach(serve(buyer, std::move(question)));
}

Task<void> Load::serve(std::shared_ptr<Buyer> buyer, Question question) {
  const Reply reply = co_await asker_.ask(question, options_.route);
  buyer->take(question, reply, asker_);
  if (buyer->has_left() || !buyer->has_session())
    --present_;
  else
    idle_.push_back(buyer);
  --in_flight_;
  if (in_flight_ == 0 && drained_) drained_->set(true);
}

std::shared_ptr<Buyer> Load::take_idle(std::size_t index) {
  const auto at = idle_.begin() + static_cast<std::ptrdiff_t>(index);
  auto buyer = *at;
  idle_.erase(at);
  return buyer;
}

std::shared_ptr<Buyer> Load::choose(Intent intent) {
  const bool wanted = present_ < options_.buyers && arrived_ % kNewcomerEach == 0;
  if (idle_.empty() || wanted) {
    ++present_;
    return std::make_shared<Buyer>(buyers_made_++);
  }
  if (intent == Intent::kCheckout)
    for (std::size_t i = 0; i < idle_.size(); ++i)
      if (idle_[i]->can_check_out()) return take_idle(i);
  return take_idle(0);
}

}  // namespace perpetua::buyers
