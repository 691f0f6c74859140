#pragma once
// The open-loop load: arrivals at a constant rate, each served by a buyer who has nothing under
// way, or by a new one.

#include <deque>
#include <memory>

#include "buyers/buyer.h"

namespace perpetua::buyers {

struct LoadOptions {
  double rate = 200;  // arrivals a second
  double duration_s = 10;
  Mix mix;
  std::uint64_t seed = 1;
  std::size_t buyers = 64;  // at a time, while the shop keeps up
  std::size_t in_flight_max = 2'000;
  std::size_t books_max = 1'000;  // of the catalogue, that buyers know
  Route route;                    // places: the edge first
};

class Load {
 public:
  /// `asker` must outlive it.
  Load(Asker& asker, LoadOptions options);

  /// Reads the catalogue, then runs all arrivals and waits for what is under way. kUnavailable when
  /// the catalogue cannot be read or is empty: there is nothing to buy.
  Task<Result<void>> run();

  /// Arrivals served or under way; for a progress line.
  [[nodiscard]] std::uint64_t arrived() const { return arrived_; }

 private:
  Task<Result<void>> read_catalogue();
  void arrive(Intent intent, double due_ms);
  Task<void> serve(std::shared_ptr<Buyer> buyer, Question question);
  std::shared_ptr<Buyer> choose(Intent intent);
  std::shared_ptr<Buyer> take_idle(std::size_t index);

  Asker& asker_;
  LoadOptions options_;
  Schedule schedule_;
  std::mt19937_64 random_;
  Catalogue books_;
  std::deque<std::shared_ptr<Buyer>> idle_;  // the longest idle first
  std::size_t present_ = 0;                  // buyers, idle or busy
  int buyers_made_ = 0;
  std::size_t in_flight_ = 0;
  std::uint64_t arrived_ = 0;
  std::unique_ptr<Promise<bool>> drained_;  // while run() waits for the last answers
};

}  // namespace perpetua::buyers
