#pragma once
// Private answers are never silently older than what their session has seen (design section 5): a
// request carries positions, a region that has not got there waits a little, and then says so.

#include <string>
#include <vector>

#include "http/message.h"
#include "http/position_token.h"
#include "port/store.h"

namespace perpetua::http {

/// How far behind an answer may be.
struct Promised {
  Position wanted;
  std::vector<std::string>
      stale_regions;  // whose writes the session has seen and this region has not
};

class PositionPromise {
 public:
  static constexpr std::chrono::milliseconds kWait{150};
  static constexpr std::size_t kWaitersMax = 256;
  static constexpr std::size_t kTokensMax = 16;  // in one request; further ones are ignored

  /// Both outlive it.
  PositionPromise(port::Store& store, const PositionTokens& tokens);

  /// Waits until the store has what the request's session has seen, for kWait at most, and not at
  /// all when kWaitersMax requests wait already.
  [[nodiscard]] Task<Promised> keep(const Request& request);

  /// Adds what the answer reflects, as header and cookie, and Perpetua-Stale.
  void renew(const Promised& promised, const Position& reflected, bool secure_cookie,
             Response& response) const;

  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  [[nodiscard]] Position wanted_by(const Request& request) const;

  port::Store& store_;
  const PositionTokens& tokens_;
  std::size_t waiting_ = 0;
};

}  // namespace perpetua::http
