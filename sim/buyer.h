#pragma once
// A buyer as buyers are: a session whose requests may run side by side, time-outs, retries with the
// same key in another region, giving up; who takes "outcome unknown" for exactly that. The server's
// side of a request is what http/answers.h makes of it: the position promise kept, the rule, the
// promise renewed.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/shop.h"

namespace perpetua::sim {

/// A private answer as it comes to the buyer.
template <class T>
struct Answer {
  domain::Checked<domain::Reflecting<T>> result;
  std::string token;      // Perpetua-Position
  bool is_stale = false;  // Perpetua-Stale
};

template <class T>
using Rule = std::function<Task<domain::Checked<domain::Reflecting<T>>>(Process&)>;

class Buyer {
 public:
  /// `name` is one in the whole shop; `home` the region that is asked first.
  Buyer(Shop& shop, const std::string& name, std::size_t home);
  Buyer(const Buyer&) = delete;
  Buyer& operator=(const Buyer&) = delete;

  template <class T>
  using Answered = std::optional<Answer<T>>;

  /// One try each, recorded in the ledger where it is an order.
  Task<Answered<domain::Order>> place(std::size_t region, std::string key,
                                      domain::OrderRequest request);
  Task<Answered<domain::CartWritten>> add(std::size_t region, std::string book,
                                          std::int64_t quantity, std::string key);
  Task<Answered<domain::CartWritten>> set(std::size_t region, std::string book,
                                          std::int64_t quantity, std::string key);
  Task<Answered<domain::CartWritten>> remove(std::size_t region, std::string book, std::string key);
  Task<Answered<domain::Cart>> cart(std::size_t region);
  Task<Answered<domain::Order>> order(std::size_t region, std::string id);
  Task<Answered<domain::OrderPage>> orders(std::size_t region);

  /// What became of an order asked for until somebody said what.
  struct Outcome {
    std::optional<domain::Order> order;
    std::optional<domain::Problem> problem;  // the last one heard
    bool is_unknown = true;                  // given up, or never told for sure
  };
  /// Tries with one key, in one region after the other, until the order stands, is refused for
  /// good, or `tries` are over. After a refusal that says "unknown" the key is kept and tried on.
  Task<Outcome> buy(std::string key, domain::OrderRequest request, int tries);
  /// The same for a cart's write, for which every region gives the same.
  Task<bool> add_surely(std::string book, std::int64_t quantity, std::string key, int tries);

  [[nodiscard]] std::string new_key() { return name_ + "-k" + std::to_string(++last_key_); }
  /// Where an order goes, how it is sent and what it is paid with: all of it, some, or nothing.
  [[nodiscard]] crdt::OrderDetails any_details();
  [[nodiscard]] const domain::Session& session() const { return session_; }
  [[nodiscard]] std::size_t home() const { return home_; }
  /// Where to go when `region` has not answered: any other.
  [[nodiscard]] std::size_t elsewhere(std::size_t region);
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Shop& shop() { return shop_; }

 private:
  /// `key` of a write; a read has none.
  template <class T>
  Task<Answered<T>> request(std::size_t region, std::string key, Rule<T> rule);

  Shop& shop_;
  std::string name_;
  std::size_t home_;
  Random random_;
  domain::Session session_;
  std::set<std::string> positions_;  // since the last one that was joined
  int last_key_ = 0;
};

/// Runs them all at once, and ends when the last of them has.
Task<void> side_by_side(std::vector<Task<void>> tasks);

/// An order of single lines, at the price the buyer believes in.
[[nodiscard]] domain::OrderRequest lines(const std::string& book, std::int64_t quantity,
                                         std::int64_t amount);

}  // namespace perpetua::sim
