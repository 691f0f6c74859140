#pragma once
// One run of one plan: setup, faults and traffic, healing, checks.

#include <map>
#include <string>
#include <vector>

#include "sim/history.h"
#include "sim/plan.h"
#include "sim/shop.h"

namespace perpetua::sim {

struct Outcome {
  std::optional<Violation> violation;
  std::uint64_t history_hash = 0;
  std::uint64_t events = 0;
  Micros virtual_time = 0;
  std::uint64_t crashes = 0;
  std::map<std::string, std::uint64_t> faults;   // by kind
  std::map<std::string, std::uint64_t> reached;  // rare points and paths, how often
  std::uint64_t orders_tried = 0;
  std::uint64_t orders_taken = 0;
};

/// Runs once in a process: what the product's code keeps in points is not reset.
[[nodiscard]] Outcome run(const Plan& plan, History& history);

}  // namespace perpetua::sim
