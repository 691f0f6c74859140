#include "domain/cart.h"

#include <algorithm>

#include "base/assert.h"
#include "base/hash.h"
#include "base/simulation.h"
#include "base/try.h"
#include "domain/hybrid_clock.h"
#include "domain/tables.h"
#include "domain/transact.h"

namespace perpetua::domain {
Checked<std::optional<crdt::CartLineRow>> take_for_order(const CartRead& cart,
                                                         const OrderLine& line,
                                                         const std::string& order,
                                                         std::uint64_t clock, const Writer& self) {
  const auto merged = cart.merged.find(line.book_id);
  if (merged == cart.merged.end()) return std::nullopt;
  crdt::Taking taking = crdt::take(merged->second, line.quantity, clock, self);
  if (taking.copies.empty()) return std::nullopt;
  std::size_t takings = 0;
  for (const auto& [book, each] : cart.merged) takings += each.takings.size();
  if (merged->second.takings.size() >= crdt::kTakingsPerLineMax || takings >= kCartChangesMax)
    return refuse(Refusal::kTooManyKeys, "'" + line.book_id +
                                             "' can be ordered out of this cart no more, so often "
                                             "have orders been; begin a new session");
  crdt::CartLineRow own;
  if (const auto found = cart.own.find(line.book_id); found != cart.own.end()) own = found->second;
  own.takings.emplace(PERPETUA_PLANTED(taken_per_region) ? order + "@" + self.text() : order,
                      std::move(taking));
  own.written_ms = std::max(own.written_ms, HybridClock::to_ms(clock));
  return own;
}

struct CartService::Operation {
  enum class Kind { kAdd, kSet, kRemove } kind;
  std::string book;
  std::int64_t quantity;
  std::string key;

  /// What the key stands for, 8 bytes: the same wherever and whenever it arrives.
  [[nodiscard]] std::string request() const {
    Encoder out;
    out.u8(static_cast<std::uint8_t>(kind));
    out.str(book);
    out.i64(quantity);
    return hash(out.bytes()).substr(0, 8);
  }
};

namespace {

/// Whether the key has been used on any line of the cart: for this very operation, or another one.
enum class KeyUse { kFresh, kRepeat, kReused };

KeyUse find_key(const CartRead& cart, const std::string& book, const std::string& key,
                const std::string& request) {
  // A client that used one key for two books in regions cut off from each other: each write stands.
  if (const auto line = cart.merged.find(book); line != cart.merged.end())
    if (const auto found = line->second.operations.find(key);
        found != line->second.operations.end() && found->second.request == request)
      return KeyUse::kRepeat;
  const bool is_used = std::ranges::any_of(
      cart.merged, [&key](const auto& line) { return line.second.operations.contains(key); });
  return is_used ? KeyUse::kReused : KeyUse::kFresh;
}

std::unexpected<Problem> too_many(std::size_t times, const std::string& of) {
  return refuse(Refusal::kTooManyKeys, of + " has been changed " + std::to_string(times) +
                                           " times, and can be changed no more; order or remove "
                                           "what is in the cart, and begin a new session");
}

Checked<bool> check_bounds(const CartRead& cart, const crdt::CartLineRow& line) {
  if (line.operations.size() >= crdt::kKeysPerLineMax)
    return too_many(crdt::kKeysPerLineMax, "this line of the cart");
  std::size_t operations = 0;
  for (const auto& [book, each] : cart.merged) operations += each.operations.size();
  if (operations >= kCartChangesMax) return too_many(kCartChangesMax, "this cart");
  return true;
}

bool has_one_currency(const Cart& cart) {
  return std::ranges::all_of(cart.lines, [&cart](const CartLine& line) {
    return line.price.currency == cart.lines.front().price.currency;
  });
}

/// Regions that did not know of each other's lines can still have more, or mix currencies.
Checked<bool> check_lines(const Cart& cart, bool is_new_line) {
  if (is_new_line && cart.lines.size() > kCartLinesMax)
    return refuse(Refusal::kInvalid, "a cart holds at most " + std::to_string(kCartLinesMax) +
                                         " different books; order or remove some first");
  if (!has_one_currency(cart))
    return refuse(Refusal::kInvalid, "the cart holds books in another currency; order those first");
  return true;
}

template <class Operation>
Task<Checked<Cart>> apply(port::Transaction& transaction, const Writer& self, std::string cart,
                          const Operation& operation, std::int64_t now_ms) {
  PERPETUA_CO_TRY(auto read, co_await read_cart(transaction, self, cart));
  const std::string request = operation.request();
  const KeyUse use = find_key(read, operation.book, operation.key, request);
  if (use == KeyUse::kReused)
    co_return refuse(Refusal::kKeyReused,
                     "this Idempotency-Key was used for another change of the cart; use a new one");
  if (use == KeyUse::kRepeat) {
    PERPETUA_REACHED(cart_write_repeated);
    co_return co_await show_cart(transaction, cart, read);
  }
  const bool removes = operation.kind == Operation::Kind::kRemove;
  // A cart can hold what is not sold any more.
  if (!removes || !read.merged.contains(operation.book)) {
    PERPETUA_CO_TRY(const auto book, co_await read_book_for_sale(transaction, operation.book));
    static_cast<void>(book);
  }
  crdt::CartLineRow& merged = read.merged[operation.book];
  const bool had_copies = merged.quantity() > 0;
  // Copies can always be removed: where nothing can be added any more, that is once a line.
  if (!removes || !had_copies) {
    PERPETUA_CO_TRY(const bool has_room, check_bounds(read, merged));
    static_cast<void>(has_room);
  }
  crdt::CartLineRow own = read.own[operation.book];
  if (operation.kind != Operation::Kind::kAdd)
    crdt::cancel(own, PERPETUA_PLANTED(cancelled_own_alone) ? own : merged);
  own.operations[operation.key] = {operation.quantity, 0, request};
  own.written_ms = std::max(own.written_ms, now_ms);
  merged = crdt::merge(merged, own);
  transaction.put(tables::cart_line(cart, operation.book), crdt::encode(own));
  PERPETUA_CO_TRY(auto shown, co_await show_cart(transaction, cart, read));
  if (!removes) {
    PERPETUA_CO_TRY(const bool fits, check_lines(shown, !had_copies));
    static_cast<void>(fits);
  }
  co_return shown;
}

Task<Checked<Cart>> read_and_show(port::Transaction& transaction, const Writer& self,
                                  std::string cart) {
  PERPETUA_CO_TRY(const auto read, co_await read_cart(transaction, self, cart));
  co_return co_await show_cart(transaction, cart, read);
}

}  // namespace

Task<Checked<Reflecting<CartWritten>>> CartService::write(std::string cart, Operation operation) {
  if (auto stopped = check_writable(context_.store)) co_return std::unexpected(std::move(*stopped));
  const Writer& self = context_.store.self();
  const std::int64_t now_ms = std::max<std::int64_t>(0, context_.clock.wall_ms());
  std::function<Task<Checked<Cart>>(port::Transaction&)> body =
      [&self, &cart, &operation, now_ms](port::Transaction& transaction) {
        return apply(transaction, self, cart, operation, now_ms);
      };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  Reflecting<CartWritten> written;
  written.position = std::move(done.committed.position);
  // A repeat answers for what stands, which may be as old as the cart: all of this region's own log
  // up to now is what must be held elsewhere.
  std::uint64_t n = done.committed.n;
  if (n == 0) {
    const auto own = written.position.find(self);
    n = own == written.position.end() ? 0 : own->second;
  }
  const bool remote = co_await context_.peers.wait_remote(n, kRemoteTimeout);
  written.value.cart = std::move(done.value);
  written.value.durability = remote ? Durability::kRemote : Durability::kLocal;
  co_return written;
}

Task<Checked<Reflecting<Cart>>> CartService::get(std::string cart) {
  const Writer& self = context_.store.self();
  std::function<Task<Checked<Cart>>(port::Transaction&)> body =
      [&self, &cart](port::Transaction& transaction) {
        return read_and_show(transaction, self, cart);
      };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  Reflecting<Cart> answer;
  answer.value = std::move(done.value);
  answer.position = std::move(done.committed.position);
  co_return answer;
}

Task<Checked<Reflecting<CartWritten>>> CartService::add(std::string cart, std::string book,
                                                        std::int64_t quantity, std::string key) {
  PERPETUA_ASSERT(quantity >= 1 && quantity <= kQuantityMax, "the API checks the quantity");
  Operation operation{Operation::Kind::kAdd, std::move(book), quantity, std::move(key)};
  return write(std::move(cart), std::move(operation));
}

Task<Checked<Reflecting<CartWritten>>> CartService::set(std::string cart, std::string book,
                                                        std::int64_t quantity, std::string key) {
  PERPETUA_ASSERT(quantity >= 1 && quantity <= kQuantityMax, "the API checks the quantity");
  Operation operation{Operation::Kind::kSet, std::move(book), quantity, std::move(key)};
  return write(std::move(cart), std::move(operation));
}

Task<Checked<Reflecting<CartWritten>>> CartService::remove(std::string cart, std::string book,
                                                           std::string key) {
  Operation operation{Operation::Kind::kRemove, std::move(book), 0, std::move(key)};
  return write(std::move(cart), std::move(operation));
}

}  // namespace perpetua::domain
