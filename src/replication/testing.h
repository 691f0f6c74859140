#pragma once
// For tests: regions in one process, joined by links in memory that can be cut, in virtual time.
// Bytes of one direction of a link keep their order; those of different links do not.

#include <random>

#include "port/testing.h"
#include "replication/engine.h"

namespace perpetua::replication {

/// `Store` is one region's, on a disk that outlives restarts: FakeStore or JournalStore.
template <class Store>
class TestNetwork {
 public:
  /// The network's time, by a clock that may be wrong.
  struct SkewedClock : port::Clock {
    explicit SkewedClock(port::TestWorld& real) : world(real) {}
    [[nodiscard]] std::int64_t wall_ms() const override { return world.wall_ms() + skew_ms; }
    [[nodiscard]] std::int64_t monotonic_ms() const override { return world.monotonic_ms(); }
    port::TestWorld& world;
    std::int64_t skew_ms = 0;
  };

  struct Region {
    Region(const std::string& name, port::TestWorld& world)
        : clock(world), store({name, 1}, world) {}
    SkewedClock clock;
    Store store;
    std::unique_ptr<Engine> engine;
    std::vector<std::string> log;
    bool disk_hangs = false;
  };

  explicit TestNetwork(const std::vector<std::string>& names, std::uint64_t seed = 1)
      : world(seed), random_(seed) {
    options.project = "test";
    for (const std::string& name : names) regions_.try_emplace(name, name, world);
  }
  ~TestNetwork() {
    for (auto& [name, region] : regions_) stop(name);
  }

  Region& operator[](const std::string& name) { return regions_.at(name); }
  [[nodiscard]] std::map<std::string, Region>& regions() { return regions_; }

  /// Opens the region on what its disk holds.
  void start(const std::string& name) {
    Region& region = regions_.at(name);
    region.store.open();
    EngineOptions configured = options;
    configured.region = name;
    for (const auto& [other, unused] : regions_)
      if (other != name) configured.peers.push_back(other);
    configured.log = [&region](const std::string& line) { region.log.push_back(line); };
    region.engine =
        std::make_unique<Engine>(configured, region.store.history(), region.clock, world);
  }
  void start_all() {
    for (auto& [name, region] : regions_) start(name);
  }
  /// As SIGKILL does: what was not synced is gone, nobody is told.
  void kill(const std::string& name) {
    for (auto& [pair, link] : links_)
      if (pair.first == name || pair.second == name) link->cut();
    std::erase_if(links_, [](const auto& entry) { return entry.second->is_cut; });
    stop(name);
  }

  void link(const std::string& a, const std::string& b) {
    auto link = std::make_unique<Pipe>(*this, *regions_.at(a).engine, *regions_.at(b).engine);
    Pipe& opened = *link;
    links_[{a, b}] = std::move(link);
    opened.open(a, b);
  }
  void cut(const std::string& a, const std::string& b) {
    for (const auto& key : {std::pair(a, b), std::pair(b, a)}) {
      const auto found = links_.find(key);
      if (found == links_.end()) continue;
      found->second->cut();
      links_.erase(found);
    }
  }
  [[nodiscard]] bool is_running(const std::string& name) const {
    return regions_.at(name).engine != nullptr;
  }
  [[nodiscard]] bool is_linked(const std::string& a, const std::string& b) const {
    for (const auto& key : {std::pair(a, b), std::pair(b, a)})
      if (const auto found = links_.find(key); found != links_.end() && !found->second->is_cut)
        return true;
    return false;
  }
  /// The link stays up and carries nothing.
  void hang(const std::string& a, const std::string& b) { links_.at({a, b})->hangs = true; }

  /// Delivers and syncs, in random order, until nothing moves.
  void run() {
    while (step()) {
    }
  }
  /// One delivery or sync; false when there is nothing to do.
  bool step() {
    std::vector<std::function<void()>> choices;
    for (auto& [pair, link] : links_)
      for (Side* side : {&link->a, &link->b})
        if (!link->is_cut && !link->hangs && side->has_something())
          choices.emplace_back([this, side] { side->deliver(random_); });
    for (auto& [name, region] : regions_)
      if (region.engine && !region.disk_hangs && region.store.has_pending())
        choices.emplace_back([&store = region.store] { store.sync(); });
    if (choices.empty()) return false;
    choices[random_() % choices.size()]();
    std::erase_if(links_, [](const auto& entry) { return entry.second->is_cut; });
    return true;
  }
  /// Time passes for everybody.
  void pass(std::chrono::milliseconds time) {
    for (auto left = time; left.count() > 0; left -= std::chrono::milliseconds(10)) {
      world.advance(std::chrono::milliseconds(10));
      run();
    }
  }

  port::TestWorld world;
  EngineOptions options;  // for regions started from now on

 private:
  struct Pipe;
  struct Side : Wire {
    Engine* from = nullptr;
    Engine* to = nullptr;
    Pipe* pipe = nullptr;
    Side* other = nullptr;
    Engine::SessionId session = 0;
    bool is_ready = false;
    bool is_closed = false;
    std::string bytes;  // on their way

    void output_ready() override { is_ready = true; }
    void close(std::string last) override {
      bytes += last;
      is_ready = false;
      is_closed = true;
    }
    [[nodiscard]] bool has_something() const { return is_ready || !bytes.empty() || is_closed; }
    void deliver(std::mt19937_64& random) {
      if (std::exchange(is_ready, false)) bytes += from->take_output(session);
      if (!bytes.empty()) {
        // Mostly all of it; now and then torn anywhere.
        const std::size_t size = random() % 4 != 0 ? bytes.size() : random() % bytes.size() + 1;
        const std::string part = bytes.substr(0, size);
        bytes.erase(0, size);
        to->received(other->session, part);
      } else if (is_closed) {
        pipe->cut();
      }
    }
  };
  struct Pipe {
    Pipe(TestNetwork&, Engine& left, Engine& right) {
      a.from = b.to = &left;
      b.from = a.to = &right;
      a.pipe = b.pipe = this;
      a.other = &b;
      b.other = &a;
    }
    void open(const std::string& left, const std::string& right) {
      a.session = a.from->connected(right, a);
      b.session = b.from->connected(left, b);
    }
    void cut() {
      if (std::exchange(is_cut, true)) return;
      for (Side* side : {&a, &b})
        if (!side->is_closed) side->from->disconnected(side->session, "the link was cut");
    }
    Side a, b;
    bool hangs = false;
    bool is_cut = false;
  };

  void stop(const std::string& name) {
    regions_.at(name).engine.reset();
    regions_.at(name).store.close();
  }

  std::mt19937_64 random_;
  std::map<std::string, Region> regions_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Pipe>> links_;
};

inline const PeerStatus& status_of(const std::vector<PeerStatus>& all, const std::string& region) {
  return *std::ranges::find(all, region, &PeerStatus::region);
}

/// How `engine` sees the peer's copy of a writer's history; nothing when it has not heard of it.
inline std::optional<WriterStatus> seen_by(const Engine& engine, const std::string& peer,
                                           const Writer& writer) {
  const std::vector<PeerStatus> all = engine.status();
  for (const WriterStatus& status : status_of(all, peer).writers)
    if (status.writer == writer) return status;
  return std::nullopt;
}

}  // namespace perpetua::replication
