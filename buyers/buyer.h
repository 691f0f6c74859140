#pragma once
// One buyer: a session, what it saw, and what it does next. It acts on answers as a person would:
// it orders the cart as it was shown, or the lines of it that are not sold out at the prices shown.

#include <random>
#include <set>

#include "buyers/asker.h"
#include "buyers/facts.h"
#include "buyers/schedule.h"

namespace perpetua::buyers {

/// The books on offer, with the prices last seen.
using Catalogue = std::vector<Line>;

/// What nobody in particular asks for: books, shelves, best sellers, the region.
[[nodiscard]] Question browse_shelves(const Catalogue& books, std::mt19937_64& random);

class Buyer {
 public:
  /// Without a `token` it asks for a session first, whatever the intent.
  explicit Buyer(int number, std::string token = {}) : number_(number), token_(std::move(token)) {}

  [[nodiscard]] bool has_session() const { return !token_.empty(); }
  /// Whether there is something in the cart to order.
  [[nodiscard]] bool can_check_out() const { return !orderable().empty(); }
  /// It has done enough; another takes its place.
  [[nodiscard]] bool has_left() const { return asked_ >= kQuestionsMax || orders_ >= kOrdersMax; }

  /// What it asks for now; a checkout with nothing to order becomes a cart write. `serial` makes
  /// the key unique within the load.
  Question next(Intent intent, const Catalogue& books, std::mt19937_64& random,
                std::uint64_t serial);
  /// Takes in what was answered, and tells the record who the buyer is once it knows.
  void take(const Question& question, const Reply& reply, Asker& asker);

 private:
  static constexpr int kQuestionsMax = 150;
  static constexpr int kOrdersMax = 4;
  static constexpr std::size_t kOrderLinesMax = 48;  // as the contract has it

  [[nodiscard]] std::vector<Line> orderable() const;
  Question browse(const Catalogue& books, std::mt19937_64& random);
  Question cart_write(const Catalogue& books, std::mt19937_64& random);
  Question checkout(std::mt19937_64& random);
  void start_session(const Reply& reply, Asker& asker);
  void take_cart(const Reply& reply);

  int number_;
  std::string token_;
  std::string position_;
  std::vector<Line> cart_;  // as last answered
  std::string etag_;        // of that answer; empty once the cart may be another
  std::set<std::string> sold_out_;
  int asked_ = 0;
  int orders_ = 0;
};

}  // namespace perpetua::buyers
