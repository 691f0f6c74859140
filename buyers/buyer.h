#pragma once
// One buyer: a session, what it saw, and what it does next. It acts on answers as a person would:
// it orders what its cart showed at the prices shown, and leaves out what is sold out.

#include <random>
#include <set>

#include "buyers/asker.h"
#include "buyers/schedule.h"

namespace perpetua::buyers {

/// The books on offer, with the prices last seen.
using Catalogue = std::vector<Line>;

class Buyer {
 public:
  explicit Buyer(int number) : number_(number) {}

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool has_session() const { return !token_.empty(); }
  /// Whether there is something in the cart to order.
  [[nodiscard]] bool can_check_out() const { return !orderable().empty(); }
  /// It has done enough; another takes its place.
  [[nodiscard]] bool has_left() const { return asked_ >= kQuestionsMax || orders_ >= kOrdersMax; }

  /// What it asks for now. Without a session it asks for one, whatever the intent; a checkout with
  /// nothing to order becomes a cart write. `serial` makes the key unique within the load.
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
  Question checkout();
  void start_session(const Reply& reply, Asker& asker);

  int number_;
  std::string token_;
  std::string position_;
  std::vector<Line> cart_;  // as last answered
  std::set<std::string> sold_out_;
  int asked_ = 0;
  int orders_ = 0;
};

}  // namespace perpetua::buyers
