#pragma once
// For tests: time that passes only when nothing else can happen, and folders that go away.

#include "buyers/toy_shop.h"

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

namespace internal {
template <class T>
Task<void> keep(Task<T> task, std::optional<T>& result) {
  result = co_await task;
}
}  // namespace internal

/// What `task` comes to in `net`.
template <class T>
T run(FakeNet& net, Task<T> task) {
  std::optional<T> result;
  net.run(internal::keep(std::move(task), result));
  return std::move(result.value());
}

[[nodiscard]] Endpoint place(const std::string& name);
/// The operator's door of a region of the toy shop.
[[nodiscard]] Endpoint door(const std::string& name);

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
