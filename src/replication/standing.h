#pragma once
// How two copies of one writer's history stand to each other (design section 3). Pure rules: the
// session applies them when two regions meet and with every acknowledgement.

#include <string>
#include <string_view>

#include "base/simulation.h"
#include "port/history.h"
#include "replication/message.h"

namespace perpetua::replication {

enum class Standing : std::uint8_t {
  kAwaitingVerdict,  // the peer's is longer: it will tell
  kProven,           // one begins with the other
  // From here on nothing of this writer is sent between the two.
  kCannotProve,  // the hash that would tell was trimmed: judged again when an end moves
  kOwnerBehind,  // the owner holds less than a mirror: its disk was rolled back
  kDiverged,
};

[[nodiscard]] constexpr bool is_exchanged(Standing standing) {
  return standing <= Standing::kProven;
}

/// Stays so until the two meet again.
[[nodiscard]] constexpr bool is_contradiction(Standing standing) {
  return standing >= Standing::kOwnerBehind;
}

[[nodiscard]] inline bool is_same(const std::string& hash, const std::string& stated) {
  return hash == stated || PERPETUA_PLANTED(hash_chain_unchecked);
}

/// Whether `history`, durable to at least stated.n, begins with `stated`.
[[nodiscard]] Judgement judge(const port::History& history, const Writer& writer,
                              const port::End& stated);

/// What is known after a judgement that either side made. What contradicts stays contradicted; what
/// cannot be proven may be, later.
[[nodiscard]] Standing after(Standing before, Judgement judgement);

/// Names for status and messages: "in step", "behind" and "ahead" are said of the peer's copy.
[[nodiscard]] std::string_view name(Standing standing, std::uint64_t ours, std::uint64_t theirs);

/// For an operator: what was found about this region's own history, where, and what to do.
[[nodiscard]] std::string explain(Standing standing, const Writer& own, const std::string& peer,
                                  std::uint64_t ours, std::uint64_t theirs);

}  // namespace perpetua::replication
