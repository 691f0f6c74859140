#pragma once
// Who holds what, as each region said last: from acknowledgements, and from the hello when two meet
// again, which counts even when it says less than before.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "port/history.h"

namespace perpetua::replication {

/// One region's acknowledgement of one writer's history.
struct Held {
  port::End end;
  std::uint64_t own_position = 0;  // of the holder's own log, read behind `end`
  bool operator==(const Held&) const = default;
};

class Holders {
 public:
  /// What a region holds and cannot be shown to be ours too counts as holding none of it.
  void set(const std::string& region, const Writer& writer, Held held);
  void forget(const std::string& region) { regions_.erase(region); }

  /// Nothing: not heard since this region started.
  [[nodiscard]] std::optional<Held> find(const std::string& region, const Writer& writer) const;
  /// The furthest that any region holds.
  [[nodiscard]] std::uint64_t furthest(const Writer& writer) const;
  /// What each of `regions` holds at least; 0 when one has not been heard.
  [[nodiscard]] std::uint64_t lowest(const Writer& writer,
                                     const std::vector<std::string>& regions) const;

 private:
  std::map<std::string, std::map<Writer, Held>> regions_;
};

/// When entries of the own history became durable, for the age of the oldest that a peer lacks.
/// Bounded: old times get coarser, never younger.
class DurableTimes {
 public:
  void durable(std::uint64_t n, std::int64_t now_ms);
  /// Of the oldest entry after `acknowledged`; 0 when there is none.
  [[nodiscard]] std::int64_t age_ms(std::uint64_t acknowledged, std::int64_t now_ms) const;

 private:
  struct Mark {
    std::uint64_t n;  // entries after the mark before, up to this one
    std::int64_t at_ms;
  };
  std::deque<Mark> marks_;
};

}  // namespace perpetua::replication
