#pragma once
// Many checkouts of one book at the same moment: who gets a copy?

#include "buyers/asker.h"

namespace perpetua::buyers {

struct ContendOptions {
  std::vector<Endpoint> regions;  // at least one
  std::vector<Endpoint> doors;    // operators', to read the stock before; may be none
  std::string book;
  std::size_t orders = 500;
  std::int64_t quantity = 1;
  bool all_to_one = false;  // the first region; else each region in turn
  double timeout_ms = 10'000;
};

struct ContendResult {
  std::size_t sold = 0;  // orders acknowledged
  std::size_t sold_out = 0;
  std::size_t unavailable = 0;  // refused for now, or an outcome that is unknown
  std::size_t other = 0;
  double seconds = 0;                          // from the first checkout sent to the last answer
  std::map<std::string, std::size_t> sold_by;  // region that answered
};

/// Makes a session for each order first, then sends all checkouts at once, each with its own key,
/// once. kUnavailable when sessions or the price cannot be had.
[[nodiscard]] Task<Result<ContendResult>> contend(Asker& asker, const ContendOptions& options);

[[nodiscard]] std::string to_json(const ContendResult& result);
[[nodiscard]] std::string to_text(const ContendResult& result);

}  // namespace perpetua::buyers
