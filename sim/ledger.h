#pragma once
// What really happened, kept outside the stores: every entry as its owner first had it durably, how
// far each holder has come, what was told to whom, what operators and buyers did. Invariants are
// judged by this and by the clients' own records, never by merged rows alone.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/orders.h"
#include "port/history.h"
#include "sim/scheduler.h"

namespace perpetua::sim {

/// One try to place an order, as the buyer knows it.
struct OrderTry {
  std::string customer;
  std::string cart;
  std::string key;
  domain::OrderRequest request;
  std::string id;  // that the request has
  std::size_t region = 0;
  Micros asked_at = 0;
  std::optional<Micros> ended_at;  // nothing: under way
  std::optional<domain::Order> order;
  std::optional<domain::Problem> problem;
  [[nodiscard]] bool is_unknown() const { return !order && (!problem || problem->outcome_unknown); }
};

/// One run of a request in a region: of one try there may be none, or two.
struct Service {
  std::size_t region = 0;
  Micros began_at = 0;
  std::optional<Micros> ended_at;  // nothing: under way, or its process has died
  const Scheduler::Owner* process;
};

struct DeliverySaid {
  std::int64_t quantity = 0;
  bool is_acknowledged = false;
};
struct WriteOffSaid {
  std::int64_t quantity = 0;
  std::size_t region = 0;
  bool is_acknowledged = false;
};

class Ledger {
 public:
  using Violated = std::function<void(const std::string& invariant, const std::string& what)>;
  explicit Ledger(Violated violated) : violated_(std::move(violated)) {}

  // --- histories ---
  /// After a durable end of `holder`'s has moved, or it has started again: everything that it holds
  /// is what the owner wrote, and nothing that it held is gone.
  void observe(std::size_t holder, const port::History& history);
  /// How far the holder's own history went when it first held the writer's entry n, as it tells the
  /// others with its acknowledgement; nothing when it never has.
  [[nodiscard]] std::optional<std::uint64_t> own_position_when_held(const Writer& holder,
                                                                    const Writer& writer,
                                                                    std::uint64_t n) const;
  /// What `holder` held may be gone from here on: its disk was wiped or rolled back. What it writes
  /// from then on may differ from what it wrote before.
  void forget(std::size_t holder);
  /// The furthest entry of the writer's that a region other than `but` has held durably.
  [[nodiscard]] std::uint64_t held_elsewhere(std::size_t but, const Writer& writer) const;
  /// A region answered something that reflects `reflected`, of which `durable` is durable there.
  void told(std::size_t region, const Position& reflected, const Position& durable);

  /// A writer's rows after its first n entries: value and entry by encoded key.
  struct RowNow {
    std::uint64_t n;
    std::string value;
    bool operator==(const RowNow&) const = default;
  };
  using Rows = std::map<port::Key, RowNow>;
  [[nodiscard]] Rows rows(const Writer& writer, std::uint64_t n) const;
  /// How many entries of the writer are known.
  [[nodiscard]] std::uint64_t known(const Writer& writer) const;
  [[nodiscard]] std::set<Writer> writers() const;

  // --- what people did ---
  std::vector<OrderTry> tries;
  /// When a region had first taken the order, as it was about to answer; whether or not anybody
  /// heard of it.
  std::map<std::string, Micros> taken_at;
  /// What regions did of buyers' writes, by the request's key.
  std::map<std::string, std::vector<Service>> services;
  /// By book and delivery_key(); by book and key.
  std::map<std::string, std::map<std::string, DeliverySaid>> deliveries;
  std::map<std::string, std::map<std::string, WriteOffSaid>> write_offs;
  /// Every price that an editor ever asked for, by book, with the time.
  std::map<std::string, std::vector<std::pair<Micros, std::int64_t>>> prices;
  /// How often a region has begun to set it: by book and price.
  std::map<std::string, std::map<std::int64_t, int>> price_services;

  /// The orders that some buyer holds an answer for, by id.
  [[nodiscard]] std::map<std::string, domain::Order> acknowledged() const;
  /// Copies that operators said were delivered, acknowledged or not.
  [[nodiscard]] std::int64_t delivered(const std::string& book) const;

 private:
  struct Entry {
    std::string hash;
    std::string bytes;
  };
  void observe(std::size_t holder, const port::History& history, const port::Holding& holding);

  Violated violated_;
  std::map<Writer, std::vector<Entry>> entries_;                  // 1, 2, 3, ...
  std::map<std::pair<std::size_t, Writer>, std::uint64_t> held_;  // the furthest, durably
  /// By holder and writer: the end, and the holder's own end with it, each time that it moved.
  std::map<std::pair<Writer, Writer>, std::vector<std::pair<std::uint64_t, std::uint64_t>>> moves_;
  std::map<Writer, std::uint64_t> told_;
  std::map<Writer, std::size_t> owners_;
  std::set<Writer> lost_;  // whose owner's disk was
};

}  // namespace perpetua::sim
