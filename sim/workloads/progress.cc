// progress: when the faults have stopped, everything that was asked completes within bounded time,
// and whoever asks then is served at once: an order in every region, held by another one. (That the
// regions settle, and that nothing stays under way, is judged in every run.)

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

// A grant and another region's acknowledgement, over the slowest link, with the slowest clock.
constexpr Micros kAnswerTime = 3 * kSecond;

class Progress final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "progress", 3, 50); }
  void start(Shop&) override { traffic_->start(6); }

  void check(Shop& shop) override {
    Buyer buyer(shop, "progress-last", 0);
    const std::string book = "progress-at-last";
    add_book(shop, book, static_cast<std::int64_t>(shop.regions()) * 2);
    for (std::size_t region = 0; region < shop.regions() && !shop.violation(); ++region) {
      const Micros began = shop.now();
      const auto answer = shop.wait(buyer.place(region, buyer.new_key(), lines(book, 2, 1000)));
      const std::string where = " by " + shop.name(region) + ", when all was healed";
      if (!answer || !answer->result)
        shop.violated("progress", "an order was not taken" + where + ": " +
                                      (answer ? answer->result.error().detail : "no answer"));
      else if (answer->result->value.durability != domain::Durability::kRemote)
        shop.violated("progress", "an order was taken and held by no other region" + where);
      else if (shop.now() - began > kAnswerTime)
        shop.violated("progress", "an order took too long" + where);
    }
  }

 private:
  std::optional<Traffic> traffic_;
};

const Registration<Progress> kRegistered("progress", {});

}  // namespace
}  // namespace perpetua::sim
