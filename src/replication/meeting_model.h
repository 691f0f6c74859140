#pragma once
// What is to come of meetings, worked out from what the copies are and not from what is said: the
// expectation that meeting_test.cc holds the engines to. It knows every history whole; what a
// region can know of it is where its hashes begin.

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "replication/standing.h"

namespace perpetua::replication::model {

inline constexpr std::uint64_t kAlways = std::numeric_limits<std::uint64_t>::max();

/// What a region holds of the owner's history.
struct Copy {
  std::uint64_t end = 0;
  std::uint64_t same_until = kAlways;  // entries after this one are of a history of its own
  std::uint64_t first_entry = 1;       // earlier ones were trimmed
  std::uint64_t first_hash = 0;        // earlier ones were trimmed
  std::string fork{};                  // whose own; the true history's is empty
};

inline Judgement judge(const Copy& longer, const Copy& shorter) {
  if (shorter.end == 0) return Judgement::kContains;
  if (shorter.end < longer.first_hash) return Judgement::kCannotProve;
  const bool is_one = longer.fork == shorter.fork;
  const std::uint64_t agreed = is_one ? kAlways : std::min(longer.same_until, shorter.same_until);
  return shorter.end <= agreed ? Judgement::kContains : Judgement::kDiverged;
}

class Shop {
 public:
  using Link = std::pair<std::string, std::string>;

  /// Region "a" is the owner; as a newcomer it mirrors its own old history.
  Shop(std::map<std::string, Copy> copies, bool owner_is_newcomer)
      : copies_(std::move(copies)), owner_(owner_is_newcomer ? "" : "a") {}

  /// The two meet, and stay linked.
  void meet(const Link& link) {
    what_happens_ += link.first + link.second + ":";
    standings_[link] = Standing::kAwaitingVerdict;
    do compare();
    while (send_once());
    what_happens_ += "; ";
  }

  [[nodiscard]] const std::map<std::string, Copy>& copies() const { return copies_; }
  [[nodiscard]] const std::map<Link, Standing>& standings() const { return standings_; }
  [[nodiscard]] bool is_stopped() const { return is_stopped_; }
  [[nodiscard]] const std::string& what_happens() const { return what_happens_; }

 private:
  /// Proven stays proven while both only grow; what contradicts stays; ignorance may end.
  void compare() {
    for (auto& [link, standing] : standings_) {
      if (is_contradiction(standing)) continue;
      const auto& [left, right] = link;
      const bool left_is_longer = copies_[left].end >= copies_[right].end;
      const auto& [longer, shorter] =
          left_is_longer ? std::pair(left, right) : std::pair(right, left);
      Judgement judgement = judge(copies_[longer], copies_[shorter]);
      const bool is_behind = shorter == owner_ && copies_[shorter].end < copies_[longer].end;
      if (is_behind && judgement != Judgement::kDiverged) judgement = Judgement::kOwnerBehind;
      const Standing before = standing;
      if (judgement != Judgement::kCannotProve || standing != Standing::kProven)
        standing = after(standing, judgement);
      if (standing == before) continue;
      what_happens_ += " " + link.first + link.second + " " + std::string(name(standing, 0, 0));
      const bool is_owners = left == owner_ || right == owner_;
      if (is_owners && !is_exchanged(standing) && !std::exchange(is_stopped_, true))
        what_happens_ += ", the owner stops";
    }
  }

  [[nodiscard]] bool sends(const std::string& from, const std::string& to) const {
    const auto found = standings_.find(std::minmax(from, to));
    return found != standings_.end() && found->second == Standing::kProven &&
           (from != owner_ || !is_stopped_);
  }

  /// One region that lacks something gets it: from the owner where it can, else from the longest.
  bool send_once() {
    for (auto& [region, copy] : copies_) {
      if (region == owner_) continue;
      const std::pair<const std::string, Copy>* source = nullptr;
      for (const auto& candidate : copies_)
        if (candidate.first != region && sends(candidate.first, region))
          if (source == nullptr ||
              (source->first != owner_ &&
               (candidate.first == owner_ || candidate.second.end > source->second.end)))
            source = &candidate;
      if (source == nullptr || source->second.end <= copy.end) continue;
      const bool by_entries = source->second.first_entry <= copy.end + 1;
      what_happens_ += by_entries ? " entries to " : " snapshot to ";
      what_happens_ += region;
      const Copy before = std::exchange(copy, source->second);
      copy.first_entry = by_entries ? before.first_entry : copy.end + 1;
      if (by_entries) copy.first_hash = before.first_hash;
      return true;
    }
    return false;
  }

  std::map<std::string, Copy> copies_;
  std::string owner_;  // who may write this history; nobody when empty
  std::map<Link, Standing> standings_;
  bool is_stopped_ = false;
  std::string what_happens_;
};

}  // namespace perpetua::replication::model
