#pragma once
// The open-loop load: arrivals at a constant rate, each served by a buyer who has nothing under
// way. When all have, a new one comes; to look at the shelves nobody needs to be known.

#include <deque>
#include <memory>

#include "buyers/buyer.h"
#include "buyers/preparation.h"

namespace perpetua::buyers {

struct LoadOptions {
  double rate = 200;  // arrivals a second
  double duration_s = 10;
  Mix mix;
  std::uint64_t seed = 1;
  std::size_t buyers = 64;  // at a time, while the shop keeps up
  std::size_t in_flight_max = 2'000;
  std::size_t books_max = 1'000;  // of the catalogue, that buyers know
  Route route;                    // the edge first
  std::vector<Endpoint> doors;    // operators', to read the stock before the load; may be none
  /// Asked at each arrival, with how many there were; false ends the load early.
  std::function<bool(std::uint64_t arrived)> go_on = [](std::uint64_t) { return true; };
};

class Load {
 public:
  /// `asker` must outlive it.
  Load(Asker& asker, LoadOptions options);

  /// Prepares (preparation.h), then runs all arrivals and waits for what is under way. An error
  /// when there was nothing to begin with, and then nothing was recorded.
  Task<Result<void>> run();

 private:
  void begin(const Prepared& prepared, double start_ms);
  void arrive(Intent intent, double due_ms);
  Task<void> serve(std::shared_ptr<Buyer> buyer, Question question);
  /// Null: nobody in particular, for who only looks around.
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
