#pragma once
// For tests: time that passes only when nothing else can happen, and a toy shop in two regions
// whose rows a test may alter by hand.

#include <functional>
#include <map>
#include <string>

#include "buyers/asker.h"

namespace perpetua::buyers {

/// Net in virtual time. A request is handled at once; its answer comes after `latency_ms`.
class FakeNet final : public Net {
 public:
  struct Handled {
    HttpAnswer answer;
    double latency_ms = 1;
  };
  using Handler = std::function<Handled(const Endpoint& to, const HttpRequest& request)>;

  explicit FakeNet(Handler handler) : handler_(std::move(handler)) {}

  [[nodiscard]] double now_ms() const override { return now_ms_; }
  Task<void> sleep_until(double at_ms) override;
  /// An answer later than the request's time-out is a time-out.
  Task<HttpAnswer> send(Endpoint to, HttpRequest request) override;
  /// Until nothing waits.
  void run(Task<void> task);

 private:
  Handler handler_;
  double now_ms_ = 1'700'000'000'000;
  std::multimap<double, Promise<bool>*> waiting_;
};

/// Two regions `a` and `b` that agree at every moment; the edge asks `a`. Each book costs 1000.
class ToyShop {
 public:
  struct Order {
    std::string id;
    std::string key;
    std::vector<Line> lines;
  };
  /// A region's view; each has its own, so that a test can alter one.
  struct Region {
    std::map<std::string, std::map<std::string, std::map<std::string, std::int64_t>>>
        carts;                                         // by token, book, key: copies
    std::map<std::string, std::vector<Order>> orders;  // by token, oldest first
    std::map<std::string, std::int64_t> sold;          // by book
  };

  explicit ToyShop(int books = 5, std::int64_t copies = 1'000) : books_(books), copies_(copies) {}

  HttpAnswer handle(const Endpoint& to, const HttpRequest& request);
  std::map<std::string, Region> regions{{"a", {}}, {"b", {}}};

  static HttpAnswer problem(int status, const std::string& slug);
  /// What an edge says by itself (edge/errors).
  static HttpAnswer edge_error(int status);
  static HttpAnswer lost(NetError error);

 private:
  HttpAnswer read(const std::string& region, const HttpRequest& request,
                  const std::string& token) const;
  HttpAnswer cart_write(const HttpRequest& request, const std::string& token);
  HttpAnswer order(const HttpRequest& request, const std::string& token);
  HttpAnswer stock(const std::string& region, const std::string& book) const;

  int books_;
  std::int64_t copies_;
  int sessions_ = 0;
  int orders_ = 0;
};

[[nodiscard]] Endpoint place(const std::string& name);

/// A folder that goes away with its test.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace perpetua::buyers
