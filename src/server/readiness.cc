#include "server/readiness.h"

namespace perpetua::server {

Readiness::Readiness(port::Store& store, port::Clock& clock, std::function<std::string()> why_not)
    : store_(store), clock_(clock), others_(std::move(why_not)) {}

std::string Readiness::why_not() {
  if (is_draining_) return "shutting down";
  if (std::string why = others_(); !why.empty()) return why;
  const std::int64_t now_ms = clock_.monotonic_ms();
  const bool is_old = done_ms_ < 0 || now_ms - done_ms_ >= kMaxAgeMs;
  if (is_old && !is_probing_) {
    is_probing_ = true;
    started_ms_ = now_ms;
    detach(probe());
  }
  if (is_probing_ && now_ms - started_ms_ >= kHungMs) return "the store does not answer";
  return failure_;
}

Task<void> Readiness::probe() {
  std::string failure;
  const auto transaction = store_.begin();
  const port::Key key{"probe", "readiness", ""};
  const auto rows = co_await transaction->gather(key);
  if (!rows) failure = rows.error().message;
  if (rows) {
    const auto committed = co_await transaction->commit();
    // A conflict is an answer too: the store is at work.
    if (!committed && committed.error().code != ErrorCode::kConflict)
      failure = committed.error().message;
  }
  failure_ = std::move(failure);
  done_ms_ = clock_.monotonic_ms();
  is_probing_ = false;
}

}  // namespace perpetua::server
