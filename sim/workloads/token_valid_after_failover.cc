// token_valid_after_failover: a session goes on when the region that issued its token is lost for
// good. Every other region takes the token, also one that has heard nothing of the signer since
// before it was issued, and has the cart and the orders of which the buyer was told that another
// region holds them. A token that another authority's region has issued no region takes.

#include "base/assert.h"
#include "http/session_token.h"
#include "http/testing.h"
#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
constexpr Micros kForGood = 3600 * kSecond;
constexpr Micros kPatience = 2 * kSecond;

std::size_t signer_of(const Plan& plan) {
  return plan.seed % plan.regions;
}

/// Its keys differ in every process: nothing of a token may be told to the run's history.
struct Keys {
  http::SessionSigner signer;
  http::SessionSigner foreign;
  http::SessionVerifier verifier;
};

Keys make_keys() {
  const http::TemporaryFolder folder;
  const http::TestAuthority ours(folder, "ours");
  const http::TestAuthority theirs(folder, "theirs");
  http::TestAuthority::Leaf leaf;
  leaf.dns_name = "signer.session.perpetua.test";
  leaf.is_ed25519 = true;
  ours.issue("session", leaf);
  theirs.issue("foreign", leaf);
  auto signer = http::SessionSigner::open(folder / "session.key", folder / "session.pem");
  auto foreign = http::SessionSigner::open(folder / "foreign.key", folder / "foreign.pem");
  auto verifier = http::SessionVerifier::open(folder / "ours.pem");
  PERPETUA_ASSERT(signer && foreign && verifier, "keys that were just made can be opened");
  return {std::move(*signer), std::move(*foreign), std::move(*verifier)};
}

Keys& keys() {
  static Keys keys = make_keys();
  return keys;
}

struct Guest {
  std::unique_ptr<Buyer> buyer;
  std::string token;
  std::string foreign;
  std::int64_t in_cart = 0;      // acknowledged as remote
  std::set<std::string> orders;  // acknowledged as remote
};

/// The signer is lost at some time and stays so. One other region, where there are more than two,
/// hears nothing of it from the beginning.
std::vector<Fault> faults(Random& random, const Plan& plan) {
  const std::size_t signer = signer_of(plan);
  std::vector<Fault> faults;
  const Micros at = random.between(kSecond, plan.lasts * 2 / 3);
  // Rows that are in memory alone would be gone with their process: there it is out of reach.
  if (plan.storage == Storage::kHistories) {
    faults.push_back({FaultKind::kCrash, at, kForGood, signer, signer, 1});
  } else {
    faults.push_back({FaultKind::kIsolate, at, kForGood, signer, signer, 1});
    faults.push_back({FaultKind::kNoBuyers, at, kForGood, signer, signer, 1});
  }
  if (plan.regions > 2) {
    const std::size_t other = random.other_than(signer, plan.regions);
    faults.push_back({FaultKind::kCut, kMillisecond, kForGood, signer, other, 1});
  }
  return faults;
}

class TokenValidAfterFailover final : public Workload {
 public:
  void setup(Shop& shop) override {
    add_book(shop, kInCart, 100'000, kPrice);
    add_book(shop, kOrdered, 100'000, kPrice);
  }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(4, shop.plan().buyers_max); ++i) {
      auto guest = std::make_unique<Guest>();
      std::string number = std::to_string(i + 1);  // a session's ids are 32 hexadecimal digits
      number.insert(0, 32 - number.size(), '0');
      guest->buyer = std::make_unique<Buyer>(shop, number, signer_of(shop.plan()));
      guests_.push_back(std::move(guest));
      shop.go("token's guest", visit(*guests_.back()));
    }
  }

  void check(Shop& shop) override {
    for (const auto& guest : guests_)
      for (std::size_t region = 0; region < shop.regions(); ++region)
        if (!guest->token.empty()) shop.go("token's last look", look(*guest, region));
    shop.settle();
  }

 private:
  static constexpr const char* kInCart = "token-valid-after-failover-in-cart";
  static constexpr const char* kOrdered = "token-valid-after-failover-ordered";

  static std::int64_t now_s(Process& process) {
    return process.rules->context.clock.wall_ms() / 1000;
  }

  /// Asks the signer for a session, until it gives one.
  static Task<void> begin(Guest& guest) {
    Buyer& buyer = *guest.buyer;
    Shop& shop = buyer.shop();
    using Tokens = std::pair<std::string, std::string>;
    Shop::HandlerOf<Tokens> handler = [session =
                                           buyer.session()](Process& process) -> Task<Tokens> {
      const std::int64_t now = now_s(process);
      const http::Session issued{session.customer, session.cart, now, now + http::kSessionSeconds};
      co_return Tokens(keys().signer.issue(issued), keys().foreign.issue(issued));
    };
    const std::optional<Tokens> tokens =
        co_await shop.ask<Tokens>(buyer.home(), std::move(handler), kPatience);
    if (tokens) std::tie(guest.token, guest.foreign) = *tokens;
  }

  /// What a region does with a token before anything else.
  static Task<void> present(Guest& guest, std::size_t region) {
    Shop& shop = guest.buyer->shop();
    Shop::HandlerOf<bool> handler = [&shop, &guest](Process& process) -> Task<bool> {
      const auto session = keys().verifier.verify(guest.token, now_s(process));
      if (!session || session->customer_id != guest.buyer->session().customer ||
          session->cart_id != guest.buyer->session().cart)
        shop.violated("token_valid_after_failover", shop.name(process.region) +
                                                        " does not take a token of " +
                                                        shop.name(guest.buyer->home()));
      if (keys().verifier.verify(guest.foreign, now_s(process)))
        shop.violated("token_valid_after_failover",
                      shop.name(process.region) + " takes a token of another authority");
      co_return true;
    };
    static_cast<void>(co_await shop.ask<bool>(region, std::move(handler), kPatience));
  }

  static Task<void> write(Guest& guest, std::size_t region) {
    Buyer& buyer = *guest.buyer;
    const std::string key = buyer.new_key();
    if (buyer.random().permille(500)) {
      const Buyer::Answered<domain::CartWritten> answer =
          co_await buyer.add(region, kInCart, 1, key);
      if (answer && answer->result &&
          answer->result->value.durability == domain::Durability::kRemote)
        ++guest.in_cart;
      co_return;
    }
    const domain::OrderRequest request = lines(kOrdered, 1, kPrice);
    const Buyer::Answered<domain::Order> answer = co_await buyer.place(region, key, request);
    if (answer && answer->result && answer->result->value.durability == domain::Durability::kRemote)
      guest.orders.insert(answer->result->value.id);
  }

  static void judge(Guest& guest, std::size_t region, bool is_stale, bool shows, const char* what) {
    Shop& shop = guest.buyer->shop();
    // Of two regions the other one holds what is remote, whatever else it lacks. Of more, one does,
    // and the others say that they are behind until they have it from there.
    if (shows || (is_stale && shop.regions() > 2)) return;
    shop.violated("token_valid_after_failover",
                  shop.name(region) + " shows " + guest.buyer->session().customer + " a " + what +
                      " without what it had been told is held elsewhere");
  }

  static Task<void> read(Guest& guest, std::size_t region) {
    Buyer& buyer = *guest.buyer;
    const std::int64_t in_cart = guest.in_cart;
    const Buyer::Answered<domain::Cart> cart = co_await buyer.cart(region);
    if (cart && cart->result) {
      std::int64_t shown = 0;
      for (const domain::CartLine& line : cart->result->value.lines)
        if (line.book_id == kInCart) shown = line.quantity;
      judge(guest, region, cart->is_stale, shown >= in_cart, "cart");
    }
    const std::set<std::string> orders = guest.orders;
    const Buyer::Answered<domain::OrderPage> page = co_await buyer.orders(region);
    if (page && page->result) {
      std::set<std::string> shown;
      for (const domain::Order& order : page->result->value.orders) shown.insert(order.id);
      judge(guest, region, page->is_stale, std::ranges::includes(shown, orders), "list of orders");
    }
  }

  static Task<void> look(Guest& guest, std::size_t region) {
    co_await present(guest, region);
    co_await read(guest, region);
  }

  /// At home while it answers, then elsewhere, and home again now and then.
  static Task<void> visit(Guest& guest) {
    Buyer& buyer = *guest.buyer;
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    int writes = 0;
    while (!shop.is_closing()) {
      if (guest.token.empty()) co_await begin(guest);
      if (!guest.token.empty()) {
        const std::size_t region =
            random.permille(700) ? buyer.home() : buyer.elsewhere(buyer.home());
        co_await present(guest, region);
        if (random.permille(500) && ++writes <= 80) co_await write(guest, region);
        const std::size_t other = buyer.elsewhere(buyer.home());
        co_await look(guest, other);
      }
      const Micros pause = random.between(1, 200) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  std::vector<std::unique_ptr<Guest>> guests_;
};

const Registration<TokenValidAfterFailover> kTokenValidAfterFailover("token_valid_after_failover",
                                                                     {.faults = faults});

}  // namespace
}  // namespace perpetua::sim
