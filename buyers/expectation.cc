#include "buyers/expectation.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace perpetua::buyers {
namespace {

std::vector<Line> sorted(std::vector<Line> lines) {
  std::ranges::sort(lines, {}, &Line::book);
  return lines;
}

std::string text(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines)
    out += (out.empty() ? "" : ", ") + std::to_string(line.quantity) + " x " + line.book + " at " +
           std::to_string(line.amount) + " " + line.currency;
  return out.empty() ? "nothing" : out;
}

// Two attempts of one request, answered with two orders.
bool answered_twice(const Request& request) {
  std::set<std::string> ids;
  for (const Attempt& attempt : request.attempts)
    if (attempt.answer && is_success(*attempt.answer)) ids.insert(attempt.answer->facts.order);
  return ids.size() > 1;
}

// Takes requests in the order of their due times, which is the order in which a buyer acted.
class Builder {
 public:
  Builder(std::string_view region, std::string_view dead) : region_(region), dead_(dead) {}

  void take(const Request& request, Expectation& expected) const {
    const Verdict verdict = request.verdict();
    if (verdict != Verdict::kDone && verdict != Verdict::kUnknown) return;
    const AskLine& ask = request.ask();
    if (is_cart_write(ask.operation)) cart_write(request, expected);
    if (ask.operation == Operation::kPlaceOrder) order(request, expected);
  }

 private:
  Effect effect(const Request& request) const {
    if (request.verdict() == Verdict::kUnknown) return Effect::kUnknown;
    const AnswerLine& answer = *request.answer();
    const bool only_there = !dead_.empty() && dead_ != region_ && answer.region == dead_ &&
                            answer.facts.durability != "remote";
    return only_there ? Effect::kNotYetHere : Effect::kCertain;
  }

  // Whichever attempt was executed first, that one decided: the one that was answered may have been
  // a repeat elsewhere.
  static bool sees_all(const Request& request) {
    return std::ranges::all_of(request.attempts, [](const Attempt& attempt) {
      const bool answered = attempt.answer && is_success(*attempt.answer);
      return answered ? !attempt.answer->stale : !may_have_happened(attempt);
    });
  }

  Taking taking(const Request& request) const {
    return {effect(request), sees_all(request),
            std::ranges::any_of(request.attempts, may_come_late)};
  }

  void cart_write(const Request& request, Expectation& expected) const {
    const AskLine& ask = request.ask();
    for (const Line& line : ask.lines) {
      CartLineModel& model = expected.cart[line.book];
      if (ask.operation == Operation::kAddToCart)
        model.add(ask.key, line.quantity, effect(request));
      if (ask.operation == Operation::kSetCartItem)
        model.set(ask.key, line.quantity, taking(request));
      if (ask.operation == Operation::kRemoveFromCart) model.remove(taking(request));
    }
  }

  void order(const Request& request, Expectation& expected) const {
    const AskLine& ask = request.ask();
    // An order of the cart as If-Match names it lists what that cart held: it takes the same.
    for (const Line& line : ask.lines)
      expected.cart[line.book].order(line.quantity, taking(request));
    if (request.verdict() == Verdict::kUnknown) {
      expected.possible_orders.push_back(sorted(ask.lines));
      return;
    }
    const AnswerLine& answer = *request.answer();
    expected.orders.push_back({answer.facts.order, sorted(ask.lines), answer.facts.durability,
                               answer.region, effect(request) == Effect::kCertain});
    if (answered_twice(request)) ++expected.double_answers;
  }

  std::string_view region_;
  std::string_view dead_;
};

bool shows_cart(Operation operation) {
  return operation == Operation::kGetCart || is_cart_write(operation);
}

struct WrongLine {
  std::string book;
  std::string words;
  bool is_lost;  // fewer copies than there must be
};

std::vector<WrongLine> wrong_lines(const std::map<std::string, CartLineModel>& cart,
                                   const std::vector<Line>& seen) {
  std::map<std::string, std::int64_t> shown;
  for (const auto& [book, model] : cart) shown[book] = 0;
  for (const Line& line : seen) shown[line.book] += line.quantity;
  std::vector<WrongLine> out;
  for (const auto& [book, quantity] : shown) {
    const auto found = cart.find(book);
    const CartLineModel model = found == cart.end() ? CartLineModel() : found->second;
    if (model.allows(quantity)) continue;
    out.push_back(
        {book,
         "the cart has " + std::to_string(quantity) + " of " + book + " instead of " + model.text(),
         quantity < model.least()});
  }
  return out;
}

class Comparison {
 public:
  Comparison(const Expectation& expected, std::string buyer, std::string_view region, bool whole)
      : expected_(expected),
        buyer_(std::move(buyer)),
        where_(buyer_ + " in " + std::string(region) + ": "),
        whole_(whole) {}

  Verdicts run(const Seen& seen) {
    for (std::size_t i = 0; i < expected_.double_answers; ++i)
      find(out_.duplicates, "one key was answered with two orders");
    orders(seen.orders);
    cart(seen.cart);
    return std::move(out_);
  }

 private:
  void say(const std::string& words) { out_.findings.push_back(where_ + words); }

  void find(std::size_t& counter, const std::string& words) {
    ++counter;
    say(words);
  }

  void orders(const std::vector<Facts>& seen) {
    std::map<std::string, std::vector<Line>> left;
    for (const Facts& order : seen) {
      left[order.order] = sorted(order.lines);
      if (whole_ && order.durability != "remote")
        find(out_.orders_wrong, "order " + order.order + " is still " + order.durability);
    }
    if (left.size() != seen.size()) find(out_.orders_wrong, "an order is listed twice");
    for (const OwedOrder& owed : expected_.orders) {
      const auto found = left.find(owed.id);
      if (found == left.end()) {
        if (owed.must_be_here) lost(owed);
        continue;
      }
      if (found->second != owed.lines)
        find(out_.orders_wrong, "order " + owed.id + " is of " + text(found->second) +
                                    " instead of " + text(owed.lines));
      left.erase(found);
    }
    for (const auto& [id, lines] : left) unasked(id, lines);
  }

  void lost(const OwedOrder& owed) {
    out_.orders_lost.insert(owed.id);
    say("order " + owed.id + " (" + text(owed.lines) + "), acknowledged " + owed.durability +
        " by " + owed.region + ", is not there");
  }

  // An order that was not acknowledged: of an unknown outcome, a second one for one key, or
  // nobody's.
  void unasked(const std::string& id, const std::vector<Line>& lines) {
    for (std::size_t i = 0; i < expected_.possible_orders.size(); ++i) {
      if (used_.contains(i) || expected_.possible_orders[i] != lines) continue;
      used_.insert(i);
      return;
    }
    const auto same = [&](const auto& asked) { return asked == lines; };
    const bool again = std::ranges::any_of(expected_.orders, same, &OwedOrder::lines) ||
                       std::ranges::any_of(expected_.possible_orders, same);
    if (again)
      find(out_.duplicates, "order " + id + " (" + text(lines) + ") was taken once more");
    else
      find(out_.orders_wrong, "nobody asked for order " + id + " (" + text(lines) + ")");
  }

  void cart(const std::vector<Line>& seen) {
    const auto wrong = wrong_lines(expected_.cart, seen);
    if (!wrong.empty()) ++out_.carts_wrong;
    for (const WrongLine& line : wrong) {
      if (line.is_lost) out_.cart_lines_lost.insert(buyer_ + ", " + line.book);
      say(line.words);
    }
  }

  const Expectation& expected_;
  std::string buyer_;
  std::string where_;
  bool whole_;
  Verdicts out_;
  std::set<std::size_t> used_;  // possible orders that were found
};

}  // namespace

std::map<int, Expectation> expectations(const History& history, std::string_view region,
                                        std::string_view dead) {
  std::map<int, Expectation> out;
  for (const auto& [number, buyer] : history.buyers) out.try_emplace(number);
  const Builder builder(region, dead);
  for (const Request& request : history.requests) {
    const auto found = out.find(request.ask().buyer);
    if (found != out.end()) builder.take(request, found->second);
  }
  return out;
}

bool Verdicts::pass() const {
  return orders_lost.empty() && cart_lines_lost.empty() &&
         oversold + diverged + orders_wrong + duplicates + carts_wrong + stock_wrong +
                 answers_wrong + unanswered ==
             0;
}

void Verdicts::add(Verdicts other) {
  orders_lost.merge(other.orders_lost);
  cart_lines_lost.merge(other.cart_lines_lost);
  oversold += other.oversold;
  diverged += other.diverged;
  orders_wrong += other.orders_wrong;
  duplicates += other.duplicates;
  carts_wrong += other.carts_wrong;
  stock_wrong += other.stock_wrong;
  answers_wrong += other.answers_wrong;
  unanswered += other.unanswered;
  std::ranges::move(other.findings, std::back_inserter(findings));
}

namespace {

// The answers of a load in the order in which their buyers acted, each against what the buyer had
// been told before.
class AnswerCheck {
 public:
  Verdicts run(const History& history) {
    for (const Request& request : history.requests) {
      where_ = "request " + std::to_string(request.ask().request) + " of buyer " +
               std::to_string(request.ask().buyer) + ": ";
      for (const Attempt& attempt : request.attempts) readable(attempt);
      Expectation& expected = known_[request.ask().buyer];
      builder_.take(request, expected);
      if (request.verdict() == Verdict::kDone)
        answer(request, expected, shown_[request.ask().buyer]);
    }
    return std::move(out_);
  }

 private:
  void find(const std::string& words) {
    ++out_.answers_wrong;
    out_.findings.push_back(where_ + words);
  }

  void readable(const Attempt& attempt) {
    if (attempt.answer && attempt.answer->status < 300 &&
        attempt.answer->facts.problem == kUnreadable)
      find("answered with success and something unreadable");
  }

  void answer(const Request& request, const Expectation& expected, std::set<std::string>& shown) {
    const AskLine& ask = request.ask();
    const AnswerLine& told = *request.answer();
    where_ += "answered by " + told.region + ": ";
    if (ask.operation == Operation::kPlaceOrder && sorted(told.facts.lines) != sorted(ask.lines))
      find("the order is of " + text(sorted(told.facts.lines)) + " instead of " +
           text(sorted(ask.lines)));
    // What a stale answer shows is in the position that came with it all the same.
    const std::set<std::string> shown_before = shown;
    for (const ListedOrder& order : told.facts.orders) shown.insert(order.id);
    if (told.stale) return;  // it said so: nothing is promised
    if (shows_cart(ask.operation)) cart(expected, told.facts.lines);
    if (ask.operation == Operation::kListOrders) orders(expected, told.facts.orders, shown_before);
  }

  void cart(const Expectation& expected, const std::vector<Line>& shown) {
    const auto wrong = wrong_lines(expected.cart, shown);
    if (!wrong.empty()) ++out_.answers_wrong;
    for (const WrongLine& line : wrong) out_.findings.push_back(where_ + line.words);
  }

  // A buyer of a load has few orders: all are on the first page.
  void orders(const Expectation& expected, const std::vector<ListedOrder>& shown,
              const std::set<std::string>& shown_before) {
    std::set<std::string> left;
    for (const ListedOrder& order : shown) left.insert(order.id);
    for (const std::string& id : shown_before)
      if (!left.contains(id) &&
          std::ranges::find(expected.orders, id, &OwedOrder::id) == expected.orders.end())
        find("order " + id + " was shown before, and is not in the list");
    for (const OwedOrder& owed : expected.orders)
      if (left.erase(owed.id) == 0) find("order " + owed.id + " is not in the list");
    if (left.size() > expected.possible_orders.size())
      find("nobody asked for order " + *left.begin());
  }

  const Builder builder_{"", ""};
  std::map<int, Expectation> known_;
  std::map<int, std::set<std::string>> shown_;  // by buyer: the orders of all lists so far
  std::string where_;
  Verdicts out_;
};

}  // namespace

Verdicts check_answers(const History& history) {
  return AnswerCheck().run(history);
}

Verdicts compare(const Expectation& expected, const Seen& seen, const std::string& buyer,
                 std::string_view region, bool whole) {
  return Comparison(expected, buyer, region, whole).run(seen);
}

}  // namespace perpetua::buyers
