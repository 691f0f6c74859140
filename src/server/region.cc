#include "server/region.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>

#include "replication/engine.h"
#include "replication/link.h"
#include "server/log.h"
#include "server/rules.h"
#include "server/start_gate.h"
#include "server/status.h"
#include "server/web.h"
#include "server/world.h"
#include "store/journal.h"
#include "store/rocks/rocks_store.h"

namespace perpetua::server {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// Edges ask every 150 ms whether we are ready; the second no takes us out.
constexpr milliseconds kLeaveTime{350};
constexpr milliseconds kDrainTime{5000};
// A handler that hangs does not keep the process.
constexpr milliseconds kStopTime{6500};
// For the peers that are there to take what was written last.
constexpr milliseconds kHandOverTime{1000};
// For whatever was told to end, and for the last words on links.
constexpr milliseconds kEndTime{1500};
constexpr std::size_t kOperatorBodyMax = std::size_t{4} * 1024 * 1024;

template <class T>
T* take(Result<T>& from) {
  return from ? &*from : nullptr;
}

/// What the region remembers, and how it tells others.
struct Data {
  Data(const Config& config, World& world, std::unique_ptr<store::Journal> opened)
      : journal(std::move(opened)),
        replication(options(config), *journal, world, world),
        gate(*journal, replication, world) {}

  static replication::EngineOptions options(const Config& config) {
    replication::EngineOptions options;
    options.project = config.project;
    options.region = config.region;
    for (const PeerAddress& peer : config.peers) options.peers.push_back(peer.region);
    options.log = [](const std::string& line) { log::info("replication", {{"what", line}}); };
    return options;
  }

  std::unique_ptr<store::Journal> journal;
  replication::Engine replication;
  StartGate gate;
};

/// Who may ask, and how it is answered.
struct Front {
  Front(const Config& config, World& world, Data& data, Rules& rules, http::PositionTokens tokens,
        http::Access opened_access, http::StaticFiles files, std::function<void()> drain)
      : positions(std::move(tokens)),
        access(std::move(opened_access)),
        promise(*data.journal, positions),
        storefront(std::move(files)),
        services{{config.own().title, config.own().flag},
                 *data.journal,
                 world,
                 rules.catalogue,
                 rules.carts,
                 rules.orders,
                 rules.stock,
                 rules.shelves,
                 rules.best_sellers,
                 rules.feeder,
                 access,
                 promise},
        readiness(*data.journal, world,
                  [this, &data, &rules, &world] {
                    // A full disk is no reason: reads are served, writes tried elsewhere.
                    std::string why = data.journal->stopped_because();
                    if (why.empty()) why = data.gate.why_closed();
                    if (why.empty() && !rules.feeder.is_ready()) why = "the views are being built";
                    if (why.empty() && world.wall_ms() / 1000 >= access.sessions_end_at())
                      why = "the certificate that sessions are signed with has ended";
                    return why;
                  }),
        web({services, metrics, readiness, storefront, config.region,
             [&data] { return region_status(*data.journal, data.replication); },
             std::move(drain)}) {
    add_region_metrics(metrics, *data.journal, data.replication);
    metrics.gauge("perpetua_reconciler_failures",
                  "Orders and logs that the reconciler fails at, so that copies do not come back",
                  [&rules] {
                    const auto failures = static_cast<double>(rules.reconciler.failures().size());
                    return std::vector<Metrics::Sample>{{{}, failures}};
                  });
    metrics.gauge("perpetua_sessions_end_timestamp_seconds",
                  "When the certificate that sessions are signed with ends, since 1970", [this] {
                    const auto end = static_cast<double>(access.sessions_end_at());
                    return std::vector<Metrics::Sample>{{{}, end}};
                  });
  }

  http::PositionTokens positions;
  http::Access access;
  http::PositionPromise promise;
  http::StaticFiles storefront;
  http::Services services;
  Metrics metrics;
  Readiness readiness;
  Web web;
};

class Region {
 public:
  explicit Region(const Config& config) : config_(config) {}

  Result<void> serve() {
    const std::int64_t began_ms = world_.monotonic_ms();
    for (const auto step : {&Region::open_data, &Region::open_front, &Region::listen})
      if (const auto done = (this->*step)(); !done) return done;
    wait_for_signals();
    log::info("serving", {{"writer", data_->journal->self().text()},
                          {"address", config_.http.address},
                          {"startup_ms", std::to_string(world_.monotonic_ms() - began_ms)}});
    loop_.run();
    if (failure_.empty()) end();
    // Handlers still wait for a store that will not answer: nothing is taken down under them.
    if (!failure_.empty()) std::_Exit(EXIT_FAILURE);
    log::info("drained");
    return {};
  }

 private:
  Result<void> open_data();
  Result<void> open_front();
  Result<void> listen();
  Result<void> open_link();
  void wait_for_signals();
  void begin_drain();
  void stop_listeners();
  Task<void> hand_over();
  void stop();
  void end();
  void store_failed(const std::string& why);

  const Config& config_;
  asio::io_context loop_{1};
  World world_{loop_};
  asio::signal_set signals_{loop_, SIGTERM, SIGINT};
  std::optional<Data> data_;
  std::optional<Rules> rules_;
  std::optional<Front> front_;
  std::unique_ptr<replication::Link> link_;
  std::vector<std::unique_ptr<http::Listener>> listeners_;
  std::size_t listeners_open_ = 0;
  std::vector<port::Timers::Id> drain_timers_;
  bool is_draining_ = false;
  bool is_stopping_ = false;
  std::string failure_;
};

Result<void> Region::open_data() {
  store::JournalOptions options;
  options.region = config_.region;
  options.on_failed = [this](const std::string& why) { store_failed(why); };
  const store::RocksPorts ports{world_, world_, world_};
  auto journal = store::open_rocks_store(config_.store_folder(), std::move(options), ports);
  if (!journal) return std::unexpected(journal.error());
  data_.emplace(config_, world_, std::move(*journal));
  rules_.emplace(domain::Context{*data_->journal, data_->replication, world_, world_},
                 config_.delivery, [](const std::string& what, const std::string& why) {
                   log::error("not reconciled", {{"what", what}, {"why", why}});
                 });
  return {};
}

Result<void> Region::open_front() {
  auto tokens = http::PositionTokens::open(config_.position_secret);
  if (!tokens) return std::unexpected(tokens.error());
  auto signer = http::SessionSigner::open(config_.session_key, config_.session_certificate);
  if (!signer) return std::unexpected(signer.error());
  auto verifier = http::SessionVerifier::open(config_.session_ca);
  if (!verifier) return std::unexpected(verifier.error());
  http::StaticFiles files(config_.static_folder, storefront_pages(), [](const Error& error) {
    log::warn("the storefront stays as it was", {{"why", error.message}});
  });
  // Without the storefront the API still sells.
  if (const auto loaded = files.load(); !loaded)
    log::warn("no storefront", {{"why", loaded.error().message}});
  http::Access access(std::move(*signer), std::move(*verifier), config_.origins, world_, world_);
  front_.emplace(config_, world_, *data_, *rules_, std::move(*tokens), std::move(access),
                 std::move(files), [this] { begin_drain(); });
  return {};
}

Result<void> Region::listen() {
  using http::Listener;
  const http::ListenerLimits limits;
  http::ListenerLimits operator_limits;
  operator_limits.message.body_bytes = kOperatorBodyMax;
  const TlsPaths& tls = config_.edge_tls_files;
  const http::TlsFiles files{tls.certificate, tls.key, tls.ca};
  const http::Service buyers = front_->web.for_buyers();

  auto plain = Listener::tcp(loop_, config_.http.address, config_.http.port, limits, buyers);
  if (!plain) return std::unexpected(plain.error());
  listeners_.push_back(std::move(*plain));
  auto edges =
      Listener::tls(loop_, config_.edge_tls.address, config_.edge_tls.port, files, limits, buyers);
  if (!edges) return std::unexpected(edges.error());
  listeners_.push_back(std::move(*edges));
  auto operators = Listener::unix_socket(loop_, config_.operator_socket, operator_limits,
                                         front_->web.for_operators());
  if (!operators) return std::unexpected(operators.error());
  listeners_.push_back(std::move(*operators));
  listeners_open_ = listeners_.size();

  return open_link();
}

Result<void> Region::open_link() {
  replication::LinkOptions options;
  options.region = config_.region;
  options.address = config_.replication.address;
  options.port = config_.replication.port;
  options.certificate = config_.replication_files.certificate;
  options.key = config_.replication_files.key;
  options.ca = config_.replication_files.ca;
  for (const PeerAddress& peer : config_.peers)
    options.peers.push_back({peer.region, peer.endpoint.address, peer.endpoint.port});
  auto link = replication::Link::open(loop_, std::move(options), data_->replication);
  if (!link) return std::unexpected(link.error());
  link_ = std::move(*link);
  return {};
}

void Region::wait_for_signals() {
  signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (cancelled) return;
    if (is_draining_) return stop();  // asked twice: at once
    begin_drain();
    wait_for_signals();
  });
}

void Region::begin_drain() {
  if (is_draining_) return;
  is_draining_ = true;
  log::info("draining");
  front_->readiness.set_draining();
  drain_timers_ = {world_.after(kLeaveTime, [this] { stop_listeners(); }),
                   world_.after(kLeaveTime + kStopTime, [this] { stop(); })};
}

void Region::stop_listeners() {
  for (const auto& listener : listeners_)
    listener->stop(kDrainTime, [this] {
      if (--listeners_open_ == 0) detach(hand_over());
    });
}

/// No request comes any more: what was answered `local` just now is not left to this disk alone.
Task<void> Region::hand_over() {
  rules_->grants.stop();  // gives nothing away from here on
  const Writer& self = data_->journal->self();
  const std::uint64_t end = data_->journal->position()[self];
  const bool is_remote = co_await data_->replication.wait_remote(end, kHandOverTime);
  if (!is_remote) log::warn("nobody holds all that was written here");
  world_.post([this] { stop(); });
}

void Region::stop() {
  if (std::exchange(is_stopping_, true)) return;
  if (const std::size_t cut_off = front_->web.under_way(); cut_off > 0)
    log::warn("requests were cut off", {{"count", std::to_string(cut_off)}});
  for (const port::Timers::Id timer : drain_timers_) world_.cancel(timer);
  signals_.cancel();
  for (const auto& listener : listeners_) listener->stop(milliseconds(0), {});
  rules_->stop();
  data_->gate.stop();
  link_->stop();
  data_->journal->close();
  loop_.stop();
}

/// Runs the loop until it has nothing left to do: whoever was told to stop goes on from where it
/// waits, and nothing is destroyed that it uses. What does not end is left to the process's end.
void Region::end() {
  loop_.restart();
  loop_.run_for(kEndTime);
  if (loop_.stopped()) return;
  log::warn("left with work under way");
  std::_Exit(EXIT_SUCCESS);
}

void Region::store_failed(const std::string& why) {
  failure_ = "the store has failed: " + why;
  log::error("store failed", {{"why", why}});
  loop_.stop();
}

}  // namespace

Result<void> run(const Config& config) {
  Region region(config);
  return region.serve();
}

}  // namespace perpetua::server
