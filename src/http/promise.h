#pragma once
// Private answers are never silently older than what their session has seen (design section 5): a
// request carries positions, a region that has not got there waits a little, and then says so.

#include "http/message.h"
#include "http/position_token.h"
#include "port/store.h"

namespace perpetua::http {

class PositionPromise {
 public:
  static constexpr std::chrono::milliseconds kWait{150};
  static constexpr std::size_t kWaitersMax = 256;

  /// Both outlive it.
  PositionPromise(port::Store& store, const PositionTokens& tokens);

  /// What the request's session has seen. Waits until the store has it, for kWait at most, and not
  /// at all when kWaitersMax requests wait already.
  [[nodiscard]] Task<Position> keep(const Request& request);
  /// What is durable here. Whatever is read after this reflects it, at least.
  [[nodiscard]] Position reached() const { return store_.position(); }

  /// Adds what the session has seen now, as header and cookie, and Perpetua-Stale for what of
  /// `seen` the answer does not reflect.
  void renew(const Position& seen, const Position& reflected, bool secure_cookie,
             Response& response) const;
  /// Adds what an answer reflects that is the same for everybody: as a header alone.
  void mark(const Position& reflected, Response& response) const;

  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  [[nodiscard]] Position seen_by(const Request& request) const;

  port::Store& store_;
  const PositionTokens& tokens_;
  std::size_t waiting_ = 0;
};

}  // namespace perpetua::http
