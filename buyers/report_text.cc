#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "buyers/report.h"

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

// Hundredths: what is measured is not more exact.
double rounded(double ms) {
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

std::string fixed(double value) {
  char buffer[40];
  const int size = std::snprintf(buffer, sizeof buffer, "%.1f", value);
  return std::string(buffer, static_cast<std::size_t>(size));
}

std::string listed(const std::map<std::string, std::size_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return out.empty() ? "none" : out;
}

std::string latency_text(const std::string& name, const Percentiles& latency) {
  return "  " + name + ": p50 " + fixed(latency.p50) + " ms, p99 " + fixed(latency.p99) +
         " ms, max " + fixed(latency.max) + " ms (" + std::to_string(latency.count) +
         " requests)\n";
}

}  // namespace

Result<Mark> parse_phase(std::string_view text, double started_ms) {
  const auto at = text.rfind('@');
  double seconds = -1;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + 1, text.data() + text.size(), seconds);
  if (at == std::string_view::npos || at == 0 || seconds < 0)
    return fail(ErrorCode::kInvalid, "'" + std::string(text) + "' is not NAME@SECONDS");
  return Mark{std::string(text.substr(0, at)), started_ms + seconds * 1000};
}

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
  json::object latency{{"overall", latency_json(report.latency)}};
  json::object failed_safe_by_phase;
  for (const Phase& phase : report.phases) {
    latency[phase.name] = latency_json(phase.latency);
    failed_safe_by_phase[phase.name] = phase.failed_safe;
  }
  json::array seconds;
  for (std::size_t i = 0; i < report.answered_by_second.size(); ++i)
    seconds.push_back(
        json::object{{"second", i}, {"regions", counts_json(report.answered_by_second[i])}});
  return json::serialize(json::object{{"requests", report.requests},
                                      {"attempts", report.attempts},
                                      {"failed_safe", report.failed_safe},
                                      {"failed_safe_by_phase", std::move(failed_safe_by_phase)},
                                      {"failed_writes", report.failed_writes},
                                      {"not_sent", report.not_sent},
                                      {"gap_ms_max", rounded(report.gap.length)},
                                      {"gap_at_ms", report.gap.begin},
                                      {"orders_acknowledged", report.orders_acknowledged},
                                      {"orders_remote", report.orders_remote},
                                      {"orders_refused", report.orders_refused},
                                      {"orders_unknown", report.orders_unknown},
                                      {"cart_writes_acknowledged", report.cart_writes_acknowledged},
                                      {"cart_writes_remote", report.cart_writes_remote},
                                      {"cart_writes_refused", report.cart_writes_refused},
                                      {"cart_writes_unknown", report.cart_writes_unknown},
                                      {"stale", report.stale},
                                      {"sent_late_ms_max", rounded(report.sent_late_ms_max)},
                                      {"refusals", counts_json(report.refusals)},
                                      {"failures", counts_json(report.failures)},
                                      {"answered_by", counts_json(report.answered_by)},
                                      {"answered_by_second", std::move(seconds)},
                                      {"latency_ms", std::move(latency)}});
}

std::string to_text(const Report& report) {
  std::string out = std::to_string(report.requests) + " requests in " +
                    std::to_string(report.attempts) + " attempts; answered by " +
                    listed(report.answered_by) + "\n";
  out += "  failed reads " + std::to_string(report.failed_safe) + ", failed writes " +
         std::to_string(report.failed_writes) +
         "; attempts without an answer: " + listed(report.failures) + "\n";
  out += "  longest gap " + fixed(report.gap.length) + " ms\n";
  out += "  orders: " + std::to_string(report.orders_acknowledged) + " acknowledged (" +
         std::to_string(report.orders_remote) + " remote), " +
         std::to_string(report.orders_refused) + " refused, " +
         std::to_string(report.orders_unknown) + " unknown\n";
  out += "  cart writes: " + std::to_string(report.cart_writes_acknowledged) + " acknowledged (" +
         std::to_string(report.cart_writes_remote) + " remote), " +
         std::to_string(report.cart_writes_refused) + " refused, " +
         std::to_string(report.cart_writes_unknown) + " unknown\n";
  out += "  refusals: " + listed(report.refusals) + "\n";
  out += latency_text("latency", report.latency);
  if (report.phases.size() > 1)
    for (const Phase& phase : report.phases) out += latency_text(phase.name, phase.latency);
  if (report.not_sent > 0 || report.sent_late_ms_max > 50)
    out += "  the generator itself was up to " + fixed(report.sent_late_ms_max) +
           " ms late, and could not send " + std::to_string(report.not_sent) +
           ": the machine is too busy for this rate\n";
  return out;
}

}  // namespace perpetua::buyers
