#pragma once
// Runs a body of reads and puts as one transaction, again when another came first.

#include <functional>
#include <string>

#include "base/simulation.h"
#include "domain/problem.h"
#include "port/store.h"

namespace perpetua::domain {

inline constexpr int kAttemptsMax = 16;

template <class T>
struct Done {
  T value;
  port::Committed committed;
};

/// `body` reads and puts by the transaction it is given, and may run several times. Its refusals
/// are answered only once what it read is durable. Bounded: kUnavailable after kAttemptsMax
/// conflicts, with nothing written. kReadOnly where nothing may be written. With an unknown outcome
/// when the store failed, or filled, in the middle of the commit.
template <class T>
Task<Checked<Done<T>>> transact(port::Store& store,
                                std::function<Task<Checked<T>>(port::Transaction&)> body) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (PERPETUA_RARE(conflicts_without_end)) break;
    const auto transaction = store.begin();
    Checked<T> value = co_await body(*transaction);
    if (!value && value.error().kind == Refusal::kConflict) {
      PERPETUA_REACHED(body_conflicted);
      continue;
    }
    if (!value) {
      // A refusal mentions what it has read, so that must not be taken back by a crash either; a
      // transaction of its own, for this one's puts must not be committed.
      const auto reads = store.begin();
      const Result<port::Committed> durable = co_await reads->commit();
      if (!durable && durable.error().code != ErrorCode::kConflict)
        co_return std::unexpected(to_problem(durable.error()));
      co_return std::unexpected(std::move(value).error());
    }
    Result<port::Committed> committed = co_await transaction->commit();
    if (committed) co_return Done<T>{std::move(*value), std::move(*committed)};
    if (committed.error().code == ErrorCode::kConflict) continue;
    if (auto stopped = check_writable(store)) {
      // The disk that was full in the middle of a write may have the whole of it all the same.
      stopped->outcome_unknown = true;
      co_return std::unexpected(std::move(*stopped));
    }
    co_return std::unexpected(to_problem(committed.error()));
  }
  PERPETUA_REACHED(too_many_conflicts);
  co_return refuse(
      Refusal::kUnavailable,
      "too many requests change the same rows at once; nothing was written, ask again");
}

}  // namespace perpetua::domain
