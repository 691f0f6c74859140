#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "buyers/report.h"

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

// Beyond this the machine, not the shop, is what was measured.
constexpr double kLateMsMax = 50;

// Hundredths: what is measured is not more exact. Null: without end.
json::value rounded(double ms) {
  if (!std::isfinite(ms)) return nullptr;
  return std::round(ms * 100) / 100;
}

json::object latency_json(const Percentiles& latency) {
  return {{"count", latency.count},
          {"p50", rounded(latency.p50)},
          {"p99", rounded(latency.p99)},
          {"max", rounded(latency.max)}};
}

json::object counts_json(const std::map<std::string, std::size_t>& counts) {
  json::object out;
  for (const auto& [name, count] : counts) out[name] = count;
  return out;
}

void put_writes(json::object& out, const std::string& name, const Writes& writes) {
  out[name + "_acknowledged"] = writes.acknowledged;
  out[name + "_remote"] = writes.remote;
  out[name + "_refused"] = writes.refused;
  out[name + "_failed"] = writes.failed;
  out[name + "_unknown"] = writes.unknown;
}

json::object tally_json(const Tally& tally) {
  json::object out{
      {"requests", tally.requests},
      {"attempts", tally.attempts},
      {"not_sent", tally.not_sent},
      {"failed_safe", tally.failed_safe},
      {"failed_writes", tally.orders.failed + tally.cart_writes.failed + tally.sessions.failed},
      {"stale", tally.stale}};
  put_writes(out, "orders", tally.orders);
  put_writes(out, "cart_writes", tally.cart_writes);
  out["refusals"] = counts_json(tally.refusals);
  out["failures"] = counts_json(tally.failures);
  out["answered_by"] = counts_json(tally.answered_by);
  out["sent_late_ms_max"] = rounded(tally.sent_late_ms_max);
  out["latency_ms"] = latency_json(tally.latency);
  return out;
}

std::string fixed(double value) {
  if (!std::isfinite(value)) return "no answer";
  char buffer[40];
  const int size = std::snprintf(buffer, sizeof buffer, "%.1f ms", value);
  return std::string(buffer, static_cast<std::size_t>(size));
}

std::string listed(const std::map<std::string, std::size_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return out.empty() ? "none" : out;
}

std::string writes_text(const std::string& name, const Writes& writes) {
  return "  " + name + ": " + std::to_string(writes.acknowledged) + " acknowledged (" +
         std::to_string(writes.remote) + " remote), " + std::to_string(writes.refused) +
         " refused, " + std::to_string(writes.failed) + " failed, " +
         std::to_string(writes.unknown) + " unknown\n";
}

std::string latency_text(const std::string& name, const Percentiles& latency) {
  return "  " + name + ": p50 " + fixed(latency.p50) + ", p99 " + fixed(latency.p99) + ", max " +
         fixed(latency.max) + " (" + std::to_string(latency.count) + " requests)\n";
}

}  // namespace

Result<std::vector<Mark>> read_marks(const std::string& path) {
  std::ifstream in(path);
  if (!in) return fail(ErrorCode::kNotFound, path + ": cannot be read");
  std::vector<Mark> marks;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    try {
      const auto mark = json::parse(line).as_object();
      marks.push_back(
          {std::string(mark.at("name").as_string()), mark.at("at_ms").to_number<double>()});
    } catch (const std::exception& error) {
      std::string message = path + ": '";
      message.append(line).append("': ").append(error.what());
      return fail(ErrorCode::kInvalid, std::move(message));
    }
  }
  return marks;
}

std::string to_json(const Report& report) {
  json::object out = tally_json(report.all);
  out["gap_ms_max"] = rounded(report.gap.length);
  out["gap_at_ms"] = report.gap.begin;
  json::array phases;
  for (const Phase& phase : report.phases) {
    json::object one = tally_json(phase.tally);
    one["name"] = phase.name;
    phases.push_back(std::move(one));
  }
  out["phases"] = std::move(phases);
  return json::serialize(out);
}

std::string to_text(const Report& report) {
  const Tally& all = report.all;
  std::string out = std::to_string(all.requests) + " requests in " + std::to_string(all.attempts) +
                    " attempts; answered by " + listed(all.answered_by) + "\n";
  out += "  failed reads " + std::to_string(all.failed_safe) +
         "; failed attempts: " + listed(all.failures) + "\n";
  out += "  longest gap " + fixed(report.gap.length) + "\n";
  out += writes_text("orders", all.orders) + writes_text("cart writes", all.cart_writes);
  out += "  refusals: " + listed(all.refusals) + "\n";
  out += latency_text("latency", all.latency);
  if (report.phases.size() > 1)
    for (const Phase& phase : report.phases) out += latency_text(phase.name, phase.tally.latency);
  if (all.not_sent > 0 || all.sent_late_ms_max > kLateMsMax)
    out += "  the generator itself was up to " + fixed(all.sent_late_ms_max) +
           " late, and could not send " + std::to_string(all.not_sent) +
           ": the machine is too busy for this rate\n";
  return out;
}

}  // namespace perpetua::buyers
