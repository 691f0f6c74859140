#pragma once
// Net over sockets: Boost.Beast behind one file. Plain HTTP/1.1, TCP or Unix sockets, kept-alive
// connections, one exchange at a time on each.

#include <memory>

#include "buyers/net.h"

namespace perpetua::buyers {

class Client final : public Net {
 public:
  Client();
  ~Client() override;

  [[nodiscard]] double now_ms() const override;
  Task<void> sleep_until(double at_ms) override;
  Task<HttpAnswer> send(Endpoint to, HttpRequest request) override;

  /// Runs the loop on the calling thread until `task` is done; then waits for nothing else.
  void run(Task<void> task);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace perpetua::buyers
