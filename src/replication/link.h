#pragma once
// The sockets around the replication engine: mutual TLS 1.3 between regions, nothing more. Of two
// regions the one whose name sorts lower dials, so that there is one connection, and dials again,
// ever more slowly up to half a second, until it is told to stop.
//
// A peer is the region that its certificate names, `REGION.region.perpetua.test`, issued by the
// project's authority; whoever else connects is cut off before the engine hears of it.
//
// Those that dial us are knocked at once, at the start: whether they can be reached at all.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace perpetua::replication {

class Engine;

struct LinkPeer {
  std::string region;
  std::string address;
  std::uint16_t port = 0;
};

struct LinkOptions {
  std::string region;
  std::string address;     // to listen on
  std::uint16_t port = 0;  // 0 takes a free one
  // PEM files.
  std::string certificate;
  std::string key;
  std::string ca;
  std::vector<LinkPeer> peers;
};

/// Everything happens on the loop's thread.
class Link {
 public:
  /// Listens, and dials those that sort higher. kInvalid: a file is not what it should be;
  /// kUnavailable: the address cannot be had. Loop and engine outlive the link.
  [[nodiscard]] static Result<std::unique_ptr<Link>> open(boost::asio::io_context& loop,
                                                          LinkOptions options, Engine& engine);
  virtual ~Link() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Where to find peers from now on; for those not connected yet.
  virtual void set_peers(std::vector<LinkPeer> peers) = 0;
  /// Takes and makes no connection any more, and closes those there are, once what the engine had
  /// to say is sent or a second has passed: run the loop on until it has nothing left to do.
  virtual void stop() = 0;
};

}  // namespace perpetua::replication
