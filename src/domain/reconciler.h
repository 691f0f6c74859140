#pragma once
// Gives back the copies of duplicates that lost. Two regions, cut off or merely slow, may both
// write a row for one order id; the earliest (clock, writer) wins, and each other writer releases
// its own row's copies, once, in the transaction that raises the counter (design sections 2, 4).

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "domain/context.h"
#include "domain/problem.h"

namespace perpetua::domain {

/// Releases this region's row of `order` if it lost and was not released yet. Whether it did.
Task<Checked<bool>> release_if_lost(port::Store& store, std::string order);

/// Follows the other writers' logs from where it left off (a row of its own says so) and releases
/// what lost. Runs until stop(). An order that fails does not hold up those after it: it is listed,
/// and tried again each second and after a restart.
class Reconciler {
 public:
  /// Told once of each failure: an order's id, or a writer whose log cannot be read, and the
  /// reason.
  using Report = std::function<void(const std::string& what, const std::string& why)>;

  Reconciler(Context context, Report report) : context_(context), report_(std::move(report)) {}
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;
  ~Reconciler() { stop(); }

  void start();
  void stop();

  /// What was reported and has not succeeded since, with the reason.
  [[nodiscard]] std::map<std::string, std::string> failures() const;

 private:
  struct State;
  static Task<void> run(std::shared_ptr<State> state);
  static Task<bool> look_at(std::shared_ptr<State> state, std::string order);
  static Task<Checked<bool>> look_at_all(std::shared_ptr<State> state);
  static Task<Checked<bool>> catch_up(std::shared_ptr<State> state, Writer writer);

  Context context_;
  Report report_;
  std::shared_ptr<State> state_;
};

}  // namespace perpetua::domain
