#include "server/status.h"

#include "http/domain_json.h"

namespace perpetua::server {
namespace {

namespace json = boost::json;

bool is_lag_known(const replication::PeerStatus& peer) {
  return peer.connected || peer.lag_entries > 0;
}

json::object peer_json(const replication::PeerStatus& peer) {
  json::object out;
  out["region"] = peer.region;
  out["connected"] = peer.connected;
  if (!peer.connected) out["why_not"] = peer.why_not;
  out["lag_entries"] = peer.lag_entries;
  if (peer.skew_ms) out["skew_ms"] = *peer.skew_ms;
  out["clock_is_off"] = peer.clock_is_off;
  json::array writers;
  for (const replication::WriterStatus& writer : peer.writers)
    writers.push_back(json::object{{"writer", writer.writer.text()},
                                   {"state", writer.state()},
                                   {"ours", writer.ours},
                                   {"theirs", writer.theirs}});
  out["writers"] = std::move(writers);
  return out;
}

std::vector<Metrics::Sample> per_peer(const replication::Engine& replication,
                                      double (*value)(const replication::PeerStatus&)) {
  std::vector<Metrics::Sample> samples;
  for (const replication::PeerStatus& peer : replication.status())
    samples.push_back({{{"peer", peer.region}}, value(peer)});
  return samples;
}

}  // namespace

json::object region_status(const store::Journal& journal, const replication::Engine& replication) {
  json::object lags;
  json::array peers;
  for (const replication::PeerStatus& peer : replication.status()) {
    lags[peer.region] = is_lag_known(peer) ? json::value(peer.lag_ms) : json::value(nullptr);
    peers.push_back(peer_json(peer));
  }
  json::object status;
  status["region"] = journal.self().region;
  status["writer"] = journal.self().text();
  status["position"] = http::to_json(journal.position());
  status["remote_position"] = replication.remote_position();
  status["lag_ms"] = std::move(lags);
  status["peers"] = std::move(peers);
  if (const std::string& why = journal.not_writing_because(); !why.empty())
    status["not_writing"] = why;
  status["resident_bytes"] = resident_bytes();
  return status;
}

void add_region_metrics(Metrics& metrics, const store::Journal& journal,
                        const replication::Engine& replication) {
  metrics.gauge("perpetua_position", "Entries held durably, by writer", [&journal] {
    std::vector<Metrics::Sample> samples;
    for (const auto& [writer, n] : journal.position())
      samples.push_back({{{"writer", writer.text()}}, static_cast<double>(n)});
    return samples;
  });
  metrics.gauge("perpetua_writing", "1 when this region takes writes", [&journal] {
    const bool writes = journal.not_writing_because().empty();
    return std::vector<Metrics::Sample>{{{}, writes ? 1.0 : 0.0}};
  });
  metrics.gauge("perpetua_peer_connected", "1 when the link to the peer is up", [&replication] {
    return per_peer(replication, [](const auto& peer) { return peer.connected ? 1.0 : 0.0; });
  });
  metrics.gauge("perpetua_replication_lag_entries",
                "Own entries that the peer has not acknowledged", [&replication] {
                  return per_peer(replication, [](const auto& peer) {
                    return static_cast<double>(peer.lag_entries);
                  });
                });
  metrics.gauge("perpetua_replication_lag_seconds", "Since the oldest of them became durable here",
                [&replication] {
                  return per_peer(replication, [](const auto& peer) {
                    return static_cast<double>(peer.lag_ms) / 1000;
                  });
                });
  metrics.gauge("perpetua_peer_clock_skew_seconds",
                "The peer's clock minus this region's, when last linked", [&replication] {
                  return per_peer(replication, [](const auto& peer) {
                    return static_cast<double>(peer.skew_ms.value_or(0)) / 1000;
                  });
                });
  metrics.gauge("process_resident_memory_bytes", "Resident set", [] {
    return std::vector<Metrics::Sample>{{{}, static_cast<double>(resident_bytes())}};
  });
}

}  // namespace perpetua::server
