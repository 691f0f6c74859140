#include "buyers/testing.h"

#include <cstdlib>
#include <filesystem>

#include "base/assert.h"

namespace perpetua::buyers {

Task<void> FakeNet::sleep_until(double at_ms) {
  Promise<bool> woken;
  waiting_.emplace(std::max(at_ms, now_ms_), &woken);
  co_await woken;
}

Task<HttpAnswer> FakeNet::send(Endpoint to, HttpRequest request) {
  Handled handled = handler_(to, request);
  const bool late = handled.latency_ms > request.timeout_ms;
  co_await sleep_until(now_ms_ + (late ? request.timeout_ms : handled.latency_ms));
  if (late) handled.answer = ToyShop::lost(NetError::kTimeout);
  co_return handled.answer;
}

void FakeNet::run(Task<void> task) {
  detach(std::move(task));
  while (!waiting_.empty()) {
    const auto first = waiting_.begin();
    now_ms_ = std::max(now_ms_, first->first);
    Promise<bool>* woken = first->second;
    waiting_.erase(first);
    woken->set(true);
  }
}

Endpoint place(const std::string& name) {
  return {name, "127.0.0.1", "1", {}};
}

Endpoint door(const std::string& name) {
  return {name, {}, {}, "operator.sock"};
}

TestFolder::TestFolder()
    : path_((std::filesystem::temp_directory_path() / "perpetua-buyers-XXXXXX").string()) {
  PERPETUA_ASSERT(::mkdtemp(path_.data()) != nullptr, "a temporary folder can be made");
}

TestFolder::~TestFolder() {
  std::filesystem::remove_all(path_);
}

}  // namespace perpetua::buyers
