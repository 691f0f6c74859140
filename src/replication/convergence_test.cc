// Three regions on the real store that are killed, cut off, filled and trimmed at random hold the
// same in the end, and nothing that was told to be safe is gone. A failure names its seed.

#include <gtest/gtest.h>

#include "replication/stores_testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

const std::vector<std::string> kRegions{"a", "b", "c"};

class Convergence : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  Convergence() {
    net_.options.stream = {
        .window_bytes = 600, .batch_bytes = 150, .chunk_bytes = 150, .chunks_ahead = 2};
    net_.options.retention = {.bytes_max = 1200, .entries_kept = 5, .hashes_kept = 20, .step = 3};
    net_.start_all();
  }

  std::size_t random(std::size_t below) { return random_() % below; }
  const std::string& any() { return kRegions[random(kRegions.size())]; }

  void write_one(const std::string& region) {
    if (!net_.is_running(region)) return;
    write(net_, region, 1);
    Engine& engine = *net_[region].engine;
    const std::uint64_t n = net_[region].store.history().appended({region, 1}).n;
    detach(engine.wait_remote(n, milliseconds(500)),
           std::move_only_function<void(bool)>([this, region, n](bool is_remote) {
             if (is_remote) told_remote_[region] = std::max(told_remote_[region], n);
           }));
  }
  void disturb() {
    const std::string& one = any();
    const std::string& other = any();
    const bool both_run = net_.is_running(one) && net_.is_running(other) && one != other;
    switch (random(12)) {
      case 0:
        if (net_.is_running(one)) net_.kill(one);
        break;
      case 1:
      case 2:
        if (!net_.is_running(one)) net_.start(one);
        break;
      case 3:
        net_.cut(one, other);
        break;
      case 4:
      case 5:
        if (both_run && !net_.is_linked(one, other)) net_.link(one, other);
        break;
      case 6:
        net_[one].disk_hangs = random(3) == 0;
        break;
      case 7:
        net_.world.advance(milliseconds(random(1200)));
        break;
      default:
        for (std::size_t i = random(8); i > 0; --i) write_one(one);
    }
    for (std::size_t i = random(40); i > 0; --i) {
      if (random(20) == 0) write_one(any());
      net_.step();
      expect_order();
    }
  }
  /// Who acknowledges an entry names a position of its own behind all that it took without it.
  void expect_order() {
    for (const std::string& here : kRegions)
      for (const std::string& there : kRegions) {
        if (here == there || !net_.is_running(here)) continue;
        const auto held = net_[here].engine->acknowledged(there, {here, 1});
        if (!held || held->end.n == 0) continue;
        const auto& seen = net_[there].store.seen();
        for (auto at = seen.upper_bound(held->own_position); at != seen.end(); ++at) {
          const auto position = at->second.find({here, 1});
          ASSERT_TRUE(position != at->second.end() && position->second >= held->end.n)
              << there << " took " << at->first << " without seeing " << held->end.n << " of "
              << here << ", and acknowledged that at " << held->own_position;
        }
      }
  }
  /// All run and are linked, until nothing moves.
  void heal() {
    for (const std::string& region : kRegions) {
      net_[region].disk_hangs = false;
      if (!net_.is_running(region)) net_.start(region);
    }
    for (const auto& [one, other] : {std::pair("a", "b"), std::pair("a", "c"), std::pair("b", "c")})
      if (!net_.is_linked(one, other)) net_.link(one, other);
    net_.pass(milliseconds(1500));
  }
  void expect_equal() {
    for (const std::string& writer : kRegions) {
      const port::Holding owners = *net_[writer].store.history().holding({writer, 1});
      EXPECT_GE(owners.end.n, told_remote_[writer]);
      for (const std::string& region : kRegions) {
        SCOPED_TRACE(region + " of " + writer);
        EXPECT_EQ(net_[region].store.history().holding({writer, 1})->end, owners.end);
        EXPECT_EQ(net_[region].store.rows({writer, 1}), net_[writer].store.rows({writer, 1}));
        EXPECT_EQ(net_[region].store.history().stopped_because(), "");
        if (region == writer) continue;
        EXPECT_EQ(seen_by(*net_[region].engine, writer, {writer, 1})->state(), "in step");
      }
    }
  }

  TestNetwork<JournalStore> net_{kRegions, GetParam()};
  std::mt19937_64 random_{GetParam()};
  std::map<std::string, std::uint64_t> told_remote_;
};

TEST_P(Convergence, OfThreeRegions) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300 && !HasFailure(); ++i) disturb();
    heal();
    expect_equal();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Convergence, ::testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace perpetua::replication
