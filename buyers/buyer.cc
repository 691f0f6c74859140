#include "buyers/buyer.h"

#include "base/assert.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kCartLinesMax = 6;
constexpr std::uint64_t kShelves = 80;  // of 100 that browse; the others look at what is theirs

Question read(Operation operation, std::string path) {
  Question question;
  question.operation = operation;
  question.path = std::move(path);
  return question;
}

Question shelf(std::uint64_t drawn, const Catalogue& books, std::mt19937_64& random) {
  if (drawn < 25) return read(Operation::kListBooks, "/api/books?limit=24");
  if (drawn < 55)
    return read(Operation::kGetBook, "/api/books/" + books[pick(random, books.size())].book);
  if (drawn < 62) return read(Operation::kListCategories, "/api/categories");
  if (drawn < 72) return read(Operation::kListBestSellers, "/api/bestsellers");
  return read(Operation::kGetTruth, "/api/truth");
}

Question add(const Line& book, std::int64_t quantity) {
  Question question;
  question.operation = Operation::kAddToCart;
  question.path = "/api/cart/items";
  question.body = add_body(book.book, quantity);
  question.lines = {Line{book.book, quantity, 0, {}}};
  return question;
}

Question set(const Line& line, std::int64_t quantity) {
  Question question;
  question.operation = Operation::kSetCartItem;
  question.path = "/api/cart/items/" + line.book;
  question.body = set_body(quantity);
  question.lines = {Line{line.book, quantity, 0, {}}};
  return question;
}

Question remove(const Line& line) {
  Question question;
  question.operation = Operation::kRemoveFromCart;
  question.path = "/api/cart/items/" + line.book;
  question.lines = {Line{line.book, 0, 0, {}}};
  return question;
}

}  // namespace

std::vector<Line> Buyer::orderable() const {
  std::vector<Line> lines;
  for (const Line& line : cart_)
    if (!sold_out_.contains(line.book) && lines.size() < kOrderLinesMax) lines.push_back(line);
  return lines;
}

Question browse_shelves(const Catalogue& books, std::mt19937_64& random) {
  return shelf(pick(random, kShelves), books, random);
}

Question Buyer::browse(const Catalogue& books, std::mt19937_64& random) {
  const std::uint64_t drawn = pick(random, 100);
  if (drawn < kShelves) return shelf(drawn, books, random);
  if (drawn < 94) return read(Operation::kGetCart, "/api/cart");
  return read(Operation::kListOrders, "/api/orders");
}

Question Buyer::cart_write(const Catalogue& books, std::mt19937_64& random) {
  const std::uint64_t drawn = pick(random, 100);
  const std::int64_t quantity = 1 + static_cast<std::int64_t>(pick(random, 2));
  if (cart_.empty() || (drawn < 60 && cart_.size() < kCartLinesMax))
    return add(books[pick(random, books.size())], quantity);
  const Line& line = cart_[pick(random, cart_.size())];
  if (drawn < 80) return set(line, quantity);
  return remove(line);
}

// Half of those who may order the cart as it is do so; the others list its lines.
Question Buyer::checkout(std::mt19937_64& random) {
  Question question;
  question.operation = Operation::kPlaceOrder;
  question.path = "/api/orders";
  question.lines = orderable();
  const bool is_whole = !etag_.empty() && question.lines.size() == cart_.size();
  if (is_whole && pick(random, 2) == 0) {
    question.if_match = etag_;
    question.body = "{}";
  } else {
    question.body = order_body(question.lines);
  }
  return question;
}

Question Buyer::next(Intent intent, const Catalogue& books, std::mt19937_64& random,
                     std::uint64_t serial) {
  PERPETUA_ASSERT(!books.empty(), "there is nothing to buy");
  Question question;
  if (!has_session())
    question = ask_for_session(number_);
  else if (intent == Intent::kBrowse)
    question = browse(books, random);
  else if (intent == Intent::kCheckout && can_check_out())
    question = checkout(random);
  else
    question = cart_write(books, random);
  question.buyer = number_;
  question.token = token_;
  question.position = position_;
  if (question.operation == Operation::kPlaceOrder || is_cart_write(question.operation))
    question.key = "k" + std::to_string(number_) + "-" + std::to_string(serial);
  ++asked_;
  return question;
}

void Buyer::start_session(const Reply& reply, Asker& asker) {
  const auto session = read_session(reply.http.body);
  if (!session) return;
  token_ = session->token;
  asker.append_token(number_, session->token);
  asker.append(BuyerLine{number_, session->customer, session->cart});
}

void Buyer::take_cart(const Reply& reply) {
  cart_ = reply.told.facts.lines;
  etag_ = reply.http.header("etag");
}

void Buyer::take(const Question& question, const Reply& reply, Asker& asker) {
  const Operation operation = question.operation;
  // A private answer's position is the join of the one sent and the region's own; a cacheable one's
  // is its view's alone.
  if (const auto position = reply.http.header("perpetua-position");
      is_private(operation) && !position.empty())
    position_ = position;
  if (operation == Operation::kPlaceOrder || is_cart_write(operation)) etag_.clear();
  if (operation == Operation::kPlaceOrder && reply.told.facts.problem == "sold-out")
    for (const Line& line : question.lines) sold_out_.insert(line.book);
  if (reply.verdict != Verdict::kDone) return;
  if (operation == Operation::kBeginSession) start_session(reply, asker);
  if (is_cart_write(operation) || operation == Operation::kGetCart) take_cart(reply);
  if (operation == Operation::kPlaceOrder) {
    cart_.clear();
    ++orders_;
  }
}

}  // namespace perpetua::buyers
