// one_of_two_is_served: of two orders that want so many copies that each needs the other region's,
// at the same moment, one is taken and the other refused: they do not
// pass the copies to and fro until both give up (design section 4: the lower writer is served
// first).

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

class OneOfTwoIsServed final : public Workload {
 public:
  void setup(Shop&) override {}
  void start(Shop&) override {}

  /// Asked when all is well: during faults both may be refused.
  void check(Shop& shop) override {
    Random random = shop.random("one_of_two_is_served");
    for (int i = 0; i < 3 && !shop.violation(); ++i) {
      const std::string book = "one-of-two-" + std::to_string(i);
      const auto all = static_cast<std::int64_t>(8 * shop.regions());
      add_book(shop, book, all);
      const std::size_t one = random.below(shop.regions());
      const std::size_t other = random.other_than(one, shop.regions());
      Buyer first(shop, book + "-first", one);
      Buyer second(shop, book + "-second", other);
      std::vector<Task<void>> at_once;
      at_once.push_back(want(first, book, all * 3 / 4));
      at_once.push_back(want(second, book, all * 3 / 4));
      taken_ = refused_ = 0;
      shop.go("two that want each other's copies", side_by_side(std::move(at_once)));
      shop.settle();
      if (!shop.violation() && (taken_ != 1 || refused_ != 1))
        shop.violated("one_of_two_is_served", "of two orders of three quarters of " + book + " " +
                                                  std::to_string(taken_) + " were taken and " +
                                                  std::to_string(refused_) + " refused");
    }
  }

 private:
  Task<void> want(Buyer& buyer, std::string book, std::int64_t quantity) {
    const domain::OrderRequest wanted = lines(book, quantity, 1000);
    const std::string key = buyer.new_key();
    const auto answer = co_await buyer.place(buyer.home(), key, wanted);
    if (answer && answer->result) ++taken_;
    if (answer && !answer->result) ++refused_;
  }

  int taken_ = 0;
  int refused_ = 0;
};

const Registration<OneOfTwoIsServed> kRegistered("one_of_two_is_served", {});

}  // namespace
}  // namespace perpetua::sim
