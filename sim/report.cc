#include "sim/report.h"

#include <boost/json.hpp>
#include <cstdio>

namespace perpetua::sim {
namespace {

std::string list(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return out;
}

boost::json::object to_json(const std::map<std::string, std::uint64_t>& counts) {
  boost::json::object out;
  for (const auto& [name, count] : counts) out[name] = count;
  return out;
}

std::string duration(Micros time) {
  char text[64];
  const double hours = static_cast<double>(time) / kSecond / 3600;
  std::snprintf(text, sizeof text, hours < 48 ? "%.1f hours" : "%.1f days",
                hours < 48 ? hours : hours / 24);
  return text;
}

}  // namespace

void Summary::add(const Finished& finished) {
  const Outcome& outcome = finished.outcome;
  ++seeds_;
  events_ += outcome.events;
  crashes_ += outcome.crashes;
  virtual_time_ += outcome.virtual_time;
  orders_tried_ += outcome.orders_tried;
  orders_taken_ += outcome.orders_taken;
  for (const auto& [kind, count] : outcome.faults) faults_[kind] += count;
  for (const auto& [name, count] : outcome.reached) reached_[name] += count;
  for (const std::string& workload : finished.plan.workloads) ++workloads_[workload];
}

double Summary::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

std::string Summary::progress() const {
  char text[160];
  std::snprintf(text, sizeof text, "%llu seeds, %.1f a second, %s of virtual time, 0 violations",
                static_cast<unsigned long long>(seeds_), static_cast<double>(seeds_) / seconds(),
                duration(virtual_time_).c_str());
  return text;
}

std::vector<std::string> Summary::unreached() const {
  std::vector<std::string> names;
  for (const auto& [name, count] : reached_)
    if (count == 0) names.push_back(name);
  return names;
}

std::string Summary::text() const {
  char rate[64];
  std::snprintf(rate, sizeof rate, "%.1f s, %.1f a second", seconds(),
                static_cast<double>(seeds_) / seconds());
  std::string out = "seeds      " + std::to_string(seeds_) + " in " + rate + "\n";
  out += "events     " + std::to_string(events_) + " in " + duration(virtual_time_) +
         " of virtual time\n";
  out += "orders     " + std::to_string(orders_tried_) + " asked for, " +
         std::to_string(orders_taken_) + " acknowledged\n";
  out += "workloads  " + list(workloads_) + "\n";
  out +=
      "faults     " + list(faults_) + "; processes died " + std::to_string(crashes_) + " times\n";
  out += "rare paths " + list(reached_) + "\n";
  std::string missed;
  for (const std::string& name : unreached()) missed += " " + name;
  if (!missed.empty()) out += "not reached:" + missed + "\n";
  return out;
}

std::string Summary::json(bool has_failed, const std::string& failure) const {
  boost::json::object out;
  out["seeds"] = seeds_;
  out["seconds"] = seconds();
  out["events"] = events_;
  out["virtual_seconds"] = virtual_time_ / kSecond;
  out["crashes"] = crashes_;
  out["orders_asked"] = orders_tried_;
  out["orders_acknowledged"] = orders_taken_;
  out["workloads"] = to_json(workloads_);
  out["faults"] = to_json(faults_);
  out["reached"] = to_json(reached_);
  boost::json::array missed;
  for (const std::string& name : unreached()) missed.emplace_back(name);
  out["unreached"] = std::move(missed);
  out["violations"] = has_failed ? 1 : 0;
  out["failure"] = failure;
  return boost::json::serialize(out);
}

std::string replay_options(const Wanted& wanted, std::uint64_t seed) {
  std::string out = "--from " + std::to_string(seed) + " --seeds 1";
  for (const std::string& workload : wanted.workloads) out += " --workload " + workload;
  if (wanted.regions) out += " --regions " + std::to_string(*wanted.regions);
  if (wanted.storage)
    out += std::string(" --storage ") + (*wanted.storage == Storage::kRows ? "rows" : "histories");
  if (wanted.faults) {
    std::string numbers;
    for (const std::size_t number : *wanted.faults)
      numbers += (numbers.empty() ? "" : ",") + std::to_string(number);
    out += " --faults " + (numbers.empty() ? "none" : numbers);
  }
  if (wanted.buyers_max) out += " --buyers " + std::to_string(*wanted.buyers_max);
  if (wanted.lasts) out += " --traffic-ms " + std::to_string(*wanted.lasts / kMillisecond);
  return out;
}

}  // namespace perpetua::sim
