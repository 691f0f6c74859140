#include "sim/network.h"

#include <algorithm>

namespace perpetua::sim {
namespace {

constexpr Micros kBackoffMin = 20 * kMillisecond;
constexpr Micros kBackoffMax = 500 * kMillisecond;
constexpr Micros kDialTime = kSecond;
// What a socket takes before it says that it is full.
constexpr std::size_t kInFlightMax = 256 * 1024;

}  // namespace

struct Network::Side final : replication::Wire {
  Network* network = nullptr;
  std::weak_ptr<Connection> connection;
  std::size_t index = 0;
  std::size_t region = 0;
  replication::Engine* engine = nullptr;
  const Scheduler::Owner* owner = nullptr;
  replication::Engine::SessionId session = 0;
  bool is_open = false;

  struct Segment {
    std::string bytes;
    bool is_end;
  };
  std::deque<Segment> in_flight;  // from here to the other side
  std::size_t in_flight_bytes = 0;
  std::size_t waiting = 0;  // of them, those that arrived at a stalled path
  Micros last_arrival = 0;
  bool has_more = false;  // the engine has, and the socket was full

  void output_ready() override;
  void close(std::string last) override;
};

struct Network::Connection {
  Side sides[2];
  bool is_half_open = false;
};

void Network::Side::output_ready() {
  const auto self = connection.lock();
  if (!self || !is_open) return;
  network->scheduler_.after(network->random_.between(5, 60), owner,
                            [net = network, self, at = index] { net->transmit(self, at); });
}

void Network::Side::close(std::string last) {
  const auto self = connection.lock();
  if (!self) return;
  network->send(self, index, std::move(last), true);
  is_open = false;
}

Network::Network(Scheduler& scheduler, History& history, Random random,
                 std::vector<std::string> names)
    : scheduler_(scheduler),
      history_(history),
      random_(random),
      names_(std::move(names)),
      sites_(names_.size()),
      paths_(names_.size(), std::vector<Path>(names_.size())) {}

Network::~Network() = default;

Micros Network::travel_time(std::size_t from, std::size_t to) {
  const Path& path = paths_[from][to];
  return path.delay + path.delay_extra + random_.between(0, path.jitter);
}

// --- processes ---

void Network::start(std::size_t region, replication::Engine& engine,
                    const Scheduler::Owner& owner) {
  sites_[region] = {&engine, &owner};
  for (std::size_t other = 0; other < names_.size(); ++other) {
    if (other > region) dial(region, other, kBackoffMin);
    if (other < region) knock(region, other);
  }
}

void Network::stop(std::size_t region) {
  sites_[region] = {};
  for (const auto& connection : connections_)
    for (std::size_t side = 0; side < 2; ++side) {
      Side& dead = connection->sides[side];
      if (dead.region != region || !dead.is_open) continue;
      dead.is_open = false;
      send(connection, side, {}, true);
    }
}

// --- connections ---

bool Network::is_connected(std::size_t from, std::size_t to) const {
  return std::ranges::any_of(connections_, [&](const auto& connection) {
    return connection->sides[0].region == from && connection->sides[1].region == to &&
           connection->sides[0].is_open;
  });
}

void Network::dial_later(std::size_t from, std::size_t to, Micros delay, Micros backoff) {
  scheduler_.after(delay, sites_[from].owner,
                   [this, from, to, backoff] { dial(from, to, backoff); });
}

void Network::fail_dial(std::size_t from, std::size_t to, Micros after, const char* why,
                        Micros backoff) {
  scheduler_.after(after, sites_[from].owner, [this, from, to, why, backoff] {
    sites_[from].engine->unreachable(names_[to], why);
    dial_later(from, to, random_.between(backoff / 2, backoff), std::min(2 * backoff, kBackoffMax));
  });
}

void Network::dial(std::size_t from, std::size_t to, Micros backoff) {
  std::erase_if(connections_, [](const auto& connection) {
    return !connection->sides[0].is_open && !connection->sides[1].is_open;
  });
  if (is_connected(from, to)) return dial_later(from, to, kBackoffMin, kBackoffMin);
  const Micros round_trip = travel_time(from, to) + travel_time(to, from);
  if (is_silent_between(from, to))
    return fail_dial(from, to, kDialTime, "connecting: timed out", backoff);
  if (!sites_[to].is_up()) return fail_dial(from, to, round_trip, "connecting: refused", backoff);
  if (sites_[to].owner->is_hung)
    return fail_dial(from, to, kDialTime, "handshake: timed out", backoff);
  scheduler_.after(round_trip, sites_[from].owner, [this, from, to] {
    if (sites_[to].is_up() && !is_connected(from, to)) connect(from, to);
    dial_later(from, to, kBackoffMin, kBackoffMin);
  });
}

void Network::knock(std::size_t from, std::size_t to) {
  const bool is_silent = is_silent_between(from, to);
  if (!is_silent && sites_[to].is_up()) return;
  const Micros after = is_silent ? kDialTime : travel_time(from, to) + travel_time(to, from);
  scheduler_.after(after, sites_[from].owner, [this, from, to] {
    sites_[from].engine->unreachable(names_[to], "connecting: nobody there");
  });
}

void Network::connect(std::size_t from, std::size_t to) {
  const auto connection = std::make_shared<Connection>();
  connections_.push_back(connection);
  const std::size_t regions[2] = {from, to};
  const Micros there = travel_time(from, to);
  for (std::size_t i = 0; i < 2; ++i) {
    Side& side = connection->sides[i];
    side.network = this;
    side.connection = connection;
    side.index = i;
    side.region = regions[i];
    side.engine = sites_[regions[i]].engine;
    side.owner = sites_[regions[i]].owner;
    side.is_open = true;
  }
  connection->sides[0].last_arrival = scheduler_.now() + there;
  Side& near = connection->sides[0];
  near.session = near.engine->connected(names_[to], near);
  scheduler_.after(there, connection->sides[1].owner, [this, connection, from] {
    Side& far = connection->sides[1];
    if (far.is_open) far.session = far.engine->connected(names_[from], far);
  });
}

void Network::reset(std::size_t a, std::size_t b) {
  const auto connections = connections_;
  for (const auto& connection : connections) {
    const bool is_theirs = (connection->sides[0].region == a && connection->sides[1].region == b) ||
                           (connection->sides[0].region == b && connection->sides[1].region == a);
    if (!is_theirs) continue;
    lose(connection, 0, "connection reset", random_.between(0, 2 * kMillisecond));
    lose(connection, 1, "connection reset", random_.between(0, 2 * kMillisecond));
  }
}

void Network::half_open(std::size_t a, std::size_t b) {
  const auto connections = connections_;
  for (const auto& connection : connections)
    for (std::size_t i = 0; i < 2; ++i)
      if (connection->sides[i].region == a && connection->sides[1 - i].region == b) {
        connection->is_half_open = true;
        lose(connection, i, "connection reset", 0);
      }
}

void Network::lose(const std::shared_ptr<Connection>& connection, std::size_t index,
                   const char* why, Micros after) {
  scheduler_.after(after, connection->sides[index].owner, [connection, index, why] {
    Side& side = connection->sides[index];
    if (!std::exchange(side.is_open, false)) return;
    if (side.session != 0) side.engine->disconnected(side.session, why);
  });
}

// --- bytes ---

void Network::transmit(const std::shared_ptr<Connection>& connection, std::size_t index) {
  Side& side = connection->sides[index];
  if (!side.is_open) return;
  side.has_more = side.in_flight_bytes >= kInFlightMax;
  if (side.has_more) return;
  std::string bytes = side.engine->take_output(side.session);
  if (!bytes.empty() && side.is_open) send(connection, index, std::move(bytes), false);
}

void Network::send(const std::shared_ptr<Connection>& connection, std::size_t index,
                   std::string bytes, bool is_end) {
  Side& side = connection->sides[index];
  const std::size_t to = connection->sides[1 - index].region;
  const Path& path = paths_[side.region][to];
  bytes_carried_ += bytes.size();
  Micros time = travel_time(side.region, to);
  if (path.bytes_per_second > 0)
    time += static_cast<Micros>(bytes.size()) * kSecond / path.bytes_per_second;
  side.in_flight_bytes += bytes.size();
  side.in_flight.push_back({std::move(bytes), is_end});
  side.last_arrival = std::max(side.last_arrival + 1, scheduler_.now() + time);
  scheduler_.at(side.last_arrival, connection->sides[1 - index].owner,
                [this, connection, index] { arrive(connection, index); });
}

/// The first segment that this side has sent reaches the other.
void Network::arrive(const std::shared_ptr<Connection>& connection, std::size_t index) {
  Side& from = connection->sides[index];
  Side& to = connection->sides[1 - index];
  const Path& path = paths_[from.region][to.region];
  if (path.is_silent() || from.waiting > 0) {
    ++from.waiting;
    return;
  }
  if (from.in_flight.empty()) return;
  Side::Segment segment = std::move(from.in_flight.front());
  from.in_flight.pop_front();
  from.in_flight_bytes -= segment.bytes.size();
  if (from.has_more) from.output_ready();
  if (!to.is_open) {
    if (from.is_open && !connection->is_half_open)
      lose(connection, index, "connection reset", travel_time(to.region, from.region));
    return;
  }
  history_.number(to.region);
  history_.bytes(segment.bytes);
  if (!segment.bytes.empty() && to.session != 0) {
    // A stream has no seams: now and then it is cut in two.
    const std::size_t cut = random_.permille(100) ? random_.below(segment.bytes.size()) : 0;
    if (cut > 0) to.engine->received(to.session, std::string_view(segment.bytes).substr(0, cut));
    if (to.is_open) to.engine->received(to.session, std::string_view(segment.bytes).substr(cut));
  }
  if (segment.is_end && !connection->is_half_open)
    lose(connection, 1 - index, "connection closed", 0);
}

void Network::unstall(std::size_t from, std::size_t to) {
  if (paths_[from][to].is_silent()) return;
  const auto connections = connections_;
  for (const auto& connection : connections)
    for (std::size_t i = 0; i < 2; ++i) {
      Side& side = connection->sides[i];
      if (side.region != from || connection->sides[1 - i].region != to) continue;
      Micros at = scheduler_.now();
      for (std::size_t waited = std::exchange(side.waiting, 0); waited > 0; --waited) {
        at += random_.between(1, 100);
        side.last_arrival = std::max(side.last_arrival, at);
        scheduler_.at(at, connection->sides[1 - i].owner,
                      [this, connection, i] { arrive(connection, i); });
      }
    }
}

}  // namespace perpetua::sim
