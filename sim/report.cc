#include "sim/report.h"

#include <cstdio>

#include "base/assert.h"

namespace perpetua::sim {
namespace {

std::string list(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return out;
}

std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string json_counts(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += (out.empty() ? "" : ",") + json_text(name) + ":" + std::to_string(count);
  return "{" + out + "}";
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
  std::string missed;
  for (const std::string& name : unreached())
    missed += (missed.empty() ? "" : ",") + json_text(name);
  return "{\"seeds\":" + std::to_string(seeds_) + ",\"seconds\":" + std::to_string(seconds()) +
         ",\"events\":" + std::to_string(events_) +
         ",\"virtual_seconds\":" + std::to_string(virtual_time_ / kSecond) +
         ",\"crashes\":" + std::to_string(crashes_) +
         ",\"orders_asked\":" + std::to_string(orders_tried_) +
         ",\"orders_acknowledged\":" + std::to_string(orders_taken_) +
         ",\"workloads\":" + json_counts(workloads_) + ",\"faults\":" + json_counts(faults_) +
         ",\"reached\":" + json_counts(reached_) + ",\"unreached\":[" + missed +
         "],\"violations\":" + (has_failed ? "1" : "0") + ",\"failure\":" + json_text(failure) +
         "}";
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
