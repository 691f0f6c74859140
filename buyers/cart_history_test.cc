// What the checker expects of a cart line, held against the shop's own merge: random histories of
// one buyer in three regions that lag behind each other, with lost, late and stale answers.
// Whatever the line comes to must be allowed, and where every answer came and was whole, nothing
// else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "buyers/expectation.h"
#include "buyers/schedule.h"
#include "crdt/cart_line.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kRegions = 3;
constexpr int kHistories = 4'000;
const std::string kBook = "dune";

// One region's rows of the line, oldest first, and the orders that it had taken with each.
struct Written {
  crdt::CartLineRow row;
  std::set<std::string> orders;
};

struct CartWrite {
  Operation kind = Operation::kAddToCart;
  std::string key;
  std::int64_t quantity = 0;
};

using Versions = std::array<std::size_t, kRegions>;

class Regions {
 public:
  explicit Regions(std::mt19937_64& random) : random_(random) {
    for (std::size_t i = 0; i < kRegions; ++i) written_[i].emplace_back();
  }

  /// What a region has of each, its own included.
  [[nodiscard]] Versions seen(std::size_t at) const {
    Versions versions = seen_[at];
    versions[at] = written_[at].size() - 1;
    return versions;
  }

  [[nodiscard]] Written merged(std::size_t at) const {
    Written all;
    const Versions versions = seen(at);
    for (std::size_t from = 0; from < kRegions; ++from) {
      const Written& of = written_[from][versions[from]];
      all.row = crdt::merge(all.row, of.row);
      all.orders.insert(of.orders.begin(), of.orders.end());
    }
    return all;
  }

  // As the shop does it: what it knows already it does not do again.
  void execute(std::size_t at, const CartWrite& operation) {
    const Written all = merged(at);
    const std::string& key = operation.key;
    if (all.row.operations.contains(key) || all.orders.contains(key)) return;
    Written own = written_[at].back();
    if (operation.kind == Operation::kPlaceOrder) {
      // Clocks of different regions need not agree about what came first.
      const Writer writer{std::string(1, static_cast<char>('a' + at)), 1};
      const std::uint64_t clock = 100 + 10 * written_[at].size() + pick(random_, 40);
      crdt::Taking taking = crdt::take(all.row, operation.quantity, clock, writer);
      if (!taking.copies.empty()) own.row.takings.emplace(key, std::move(taking));
      own.orders.insert(key);
    } else {
      if (operation.kind != Operation::kAddToCart) crdt::cancel(own.row, all.row);
      own.row.operations[key] = {operation.quantity, 0, "r"};
    }
    written_[at].push_back(std::move(own));
  }

  /// Some more of one region's history arrives in another one.
  void replicate_some() {
    const std::size_t to = pick(random_, kRegions), from = pick(random_, kRegions);
    const std::size_t missing = written_[from].size() - 1 - seen_[to][from];
    if (missing > 0) seen_[to][from] += 1 + pick(random_, missing);
  }
  void replicate_all() {
    for (Versions& versions : seen_)
      for (std::size_t from = 0; from < kRegions; ++from)
        versions[from] = written_[from].size() - 1;
  }

 private:
  std::mt19937_64& random_;
  std::array<std::vector<Written>, kRegions> written_;
  std::array<Versions, kRegions> seen_{};
};

// A buyer that acts, is answered or not, and acts again; and the record of it.
class Story {
 public:
  Story(std::uint64_t seed, bool all_is_well)
      : random_(seed), regions_(random_), all_is_well_(all_is_well) {
    lines_.emplace_back(LoadLine{});
    lines_.emplace_back(BuyerLine{0, "cu_1", "ca_1"});
  }

  void tell() {
    for (std::uint64_t request = 0; request < 7; ++request) act(request);
    for (const auto& [at, operation] : late_)
      if (pick(random_, 2) == 0) regions_.execute(at, operation);
    regions_.replicate_all();
  }

  [[nodiscard]] History history() const { return build_history(lines_).value(); }
  [[nodiscard]] std::int64_t quantity() const { return regions_.merged(0).row.quantity(); }

 private:
  void act(std::uint64_t request) {
    if (all_is_well_)
      regions_.replicate_all();
    else
      for (int i = 0; i < 3; ++i) regions_.replicate_some();
    come_late();
    AskLine ask;
    ask.request = request;
    ask.buyer = 0;
    const CartWrite operation = choose(request);
    ask.operation = operation.kind;
    ask.key = operation.key;
    ask.lines = {Line{kBook, operation.quantity, 0, {}}};
    for (ask.attempt = 1; ask.attempt <= 3; ++ask.attempt)
      if (attempt(ask, operation)) break;
  }

  CartWrite choose(std::uint64_t request) {
    constexpr std::array kKinds = {Operation::kAddToCart, Operation::kAddToCart,
                                   Operation::kSetCartItem, Operation::kRemoveFromCart,
                                   Operation::kPlaceOrder};
    CartWrite operation;
    operation.kind = kKinds.at(pick(random_, kKinds.size()));
    operation.key = std::string(1, static_cast<char>('a' + pick(random_, 26))) +
                    std::to_string(request);  // in any order
    if (operation.kind != Operation::kRemoveFromCart)
      operation.quantity = 1 + static_cast<std::int64_t>(pick(random_, 3));
    return operation;
  }

  // Returns whether it was answered.
  bool attempt(AskLine& ask, const CartWrite& operation) {
    const std::size_t at = pick(random_, kRegions);
    ask.to = std::string(1, static_cast<char>('a' + at));
    lines_.emplace_back(ask);
    AnswerLine answer;
    answer.request = ask.request;
    answer.attempt = ask.attempt;
    const std::uint64_t fate = all_is_well_ ? 9 : pick(random_, 20);
    if (fate == 0) return false;  // no answer on record
    answer.error = fate == 1   ? NetError::kConnect
                   : fate <= 3 ? NetError::kConnection
                   : fate == 4 ? NetError::kTimeout
                               : NetError::kNone;
    if (fate == 2 || fate > 4) answered(at, operation, answer);
    if (answer.error == NetError::kTimeout) late_.emplace_back(at, operation);
    lines_.emplace_back(answer);
    return answer.error == NetError::kNone;
  }

  // Executed; whether the buyer hears of it is another matter.
  void answered(std::size_t at, const CartWrite& operation, AnswerLine& answer) {
    const Versions here = regions_.seen(at);
    const bool is_behind = !std::ranges::equal(position_, here, std::less_equal<>());
    regions_.execute(at, operation);
    if (answer.error != NetError::kNone) return;
    answer.status = 200;
    answer.region = std::string(1, static_cast<char>('a' + at));
    answer.stale = is_behind;
    answer.facts.durability = "remote";
    if (operation.kind == Operation::kPlaceOrder) {
      answer.facts.order = "or_" + operation.key;
      answer.facts.lines = {Line{kBook, operation.quantity, 0, {}}};
    } else if (const std::int64_t left = regions_.merged(at).row.quantity(); left > 0) {
      answer.facts.lines = {Line{kBook, left, 0, {}}};
    }
    const Versions reflected = regions_.seen(at);
    for (std::size_t i = 0; i < kRegions; ++i) position_[i] = std::max(position_[i], reflected[i]);
  }

  void come_late() {
    if (late_.empty() || pick(random_, 3) > 0) return;
    const auto [at, operation] = late_.back();
    late_.pop_back();
    regions_.execute(at, operation);
  }

  std::mt19937_64 random_;
  Regions regions_;
  bool all_is_well_;
  Versions position_{};  // what the buyer has been shown
  std::vector<std::pair<std::size_t, CartWrite>> late_;
  std::vector<RecordLine> lines_;
};

CartLineModel expected(const History& history) {
  return expectations(history, "a", "").at(0).cart[kBook];
}

TEST(CartHistory, WhateverTheShopsMergeMakesOfItIsAllowed) {
  std::size_t certain = 0;
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE(seed);
    Story story(seed, false);
    story.tell();
    const History history = story.history();
    const CartLineModel model = expected(history);
    ASSERT_TRUE(model.allows(story.quantity())) << story.quantity() << " is not " << model.text();
    ASSERT_THAT(check_answers(history).findings, testing::IsEmpty());
    certain += model.text().find(' ') == std::string::npos;
  }
  EXPECT_GT(certain, kHistories / 20u);  // or nothing was demanded
}

TEST(CartHistory, WhereEveryAnswerCameNothingElseIsAllowed) {
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE(seed);
    Story story(seed, true);
    story.tell();
    ASSERT_EQ(expected(story.history()).text(), std::to_string(story.quantity()));
    ASSERT_THAT(check_answers(story.history()).findings, testing::IsEmpty());
  }
}

}  // namespace
}  // namespace perpetua::buyers
