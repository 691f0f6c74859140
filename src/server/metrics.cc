#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace perpetua::server {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{
    0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5};
constexpr std::array<std::string_view, 5> kMethods{"GET", "HEAD", "POST", "PUT", "DELETE"};

std::string_view known_method(std::string_view method) {
  const auto found = std::ranges::find(kMethods, method);
  return found == kMethods.end() ? "other" : *found;
}

std::string class_of(int status) {
  return std::to_string(status / 100) + "xx";
}

struct Gauge {
  prometheus::Family<prometheus::Gauge>* family;
  std::function<std::vector<Metrics::Sample>()> read;
};

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("perpetua_http_requests_total")
          .Help("Requests answered, by route, method and status class")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("perpetua_http_request_seconds")
          .Help("Time from a whole request to its answer, by route")
          .Register(registry);
  // Looked up by labels once, not at each request.
  using CounterKey = std::tuple<std::string_view, std::string_view, int>;
  std::map<CounterKey, prometheus::Counter*> counters;
  std::map<std::string_view, prometheus::Histogram*> histograms;
  std::vector<Gauge> gauges;

  void increment(std::string_view route, std::string_view method, int status) {
    auto& counter = counters[{route, method, status / 100}];
    if (counter == nullptr)
      counter = &requests.Add({{"route", std::string(route)},
                               {"method", std::string(method)},
                               {"status", class_of(status)}});
    counter->Increment();
  }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count(const http::Request& request, int status, double seconds) {
  const std::string_view route = request.route.empty() ? "other" : request.route;
  state_->increment(route, known_method(request.method), status);
  auto& histogram = state_->histograms[route];
  if (histogram == nullptr)
    histogram = &state_->seconds.Add({{"route", std::string(route)}}, kSeconds);
  histogram->Observe(seconds);
}

void Metrics::count_refused(int status) {
  state_->increment("none", "none", status);
}

void Metrics::gauge(const std::string& name, const std::string& help,
                    std::function<std::vector<Sample>()> read) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
  state_->gauges.push_back({&family, std::move(read)});
}

std::string Metrics::text() {
  for (const Gauge& gauge : state_->gauges)
    for (const Sample& sample : gauge.read()) gauge.family->Add(sample.labels).Set(sample.value);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  file >> total_pages >> resident_pages;
  return file ? resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace perpetua::server
