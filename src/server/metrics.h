#pragma once
// What /metrics tells (Prometheus text format). Labels come from the route table, the methods that
// it knows and status classes, so that no stranger can make a new series.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/message.h"

namespace perpetua::server {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void count(const http::Request& request, int status, double seconds);
  /// What never became a request, and has neither route nor method.
  void count_refused(int status);

  struct Sample {
    std::map<std::string, std::string> labels;
    double value = 0;
  };
  /// Asked at each scrape; samples that are not there any more keep their last value.
  void gauge(const std::string& name, const std::string& help,
             std::function<std::vector<Sample>()> read);

  [[nodiscard]] std::string text();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Bytes of memory in use by this process (resident set), from /proc; 0 when it cannot be read.
[[nodiscard]] std::size_t resident_bytes();

}  // namespace perpetua::server
