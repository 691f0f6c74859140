#include "replication/standing.h"

#include "base/simulation.h"

namespace perpetua::replication {

Judgement judge(const port::History& history, const Writer& writer, const port::End& stated) {
  // Every history begins with the empty one, whose hash needs no keeping.
  const auto known = stated.n == 0 ? port::genesis_hash(writer) : history.hash_at(writer, stated.n);
  if (!known) {
    PERPETUA_REACHED(hash_not_known);
    return Judgement::kCannotProve;
  }
  return is_same(*known, stated.hash) ? Judgement::kContains : Judgement::kDiverged;
}

Standing after(Standing before, Judgement judgement) {
  switch (judgement) {
    case Judgement::kContains:
      return is_contradiction(before) ? before : Standing::kProven;
    case Judgement::kDiverged:
      return Standing::kDiverged;
    case Judgement::kCannotProve:
      return is_contradiction(before) ? before : Standing::kCannotProve;
    case Judgement::kOwnerBehind:
      return is_contradiction(before) ? before : Standing::kOwnerBehind;
    case Judgement::kWithheld:
      return before;
  }
  return before;
}

std::string_view name(Standing standing, std::uint64_t ours, std::uint64_t theirs) {
  switch (standing) {
    case Standing::kAwaitingVerdict:
      return "awaiting verdict";
    case Standing::kProven:
      return theirs == ours ? "in step" : theirs < ours ? "behind" : "ahead";
    case Standing::kOwnerBehind:
      return "owner behind";
    case Standing::kDiverged:
      return "diverged";
    case Standing::kCannotProve:
      return "cannot prove";
  }
  return "";
}

std::string explain(Standing standing, const Writer& own, const std::string& peer,
                    std::uint64_t ours, std::uint64_t theirs) {
  const std::string counts = peer + " holds " + std::to_string(theirs) + " entries of " +
                             own.text() + "'s history, this region " + std::to_string(ours);
  std::string what;
  switch (standing) {
    case Standing::kOwnerBehind:
      what = counts + ": this region's disk was rolled back.";
      break;
    case Standing::kDiverged:
      what = counts + ", and the two differ: this region's disk was rolled back or replaced.";
      break;
    default:
      what = counts + ", and whether they agree cannot be proven: the hashes were trimmed.";
      break;
  }
  return what +
         " It takes no orders and no other writes. Keep its store folder as it is (what only it "
         "holds may be orders), keep " +
         peer + " running, and decide which of the two histories stands.";
}

}  // namespace perpetua::replication
