#pragma once
// Functions to call when something has changed, each for as long as its token lives. One may add or
// drop listeners while being called.

#include <functional>
#include <memory>
#include <vector>

namespace perpetua::store {

class Listeners {
 public:
  [[nodiscard]] std::shared_ptr<void> add(std::function<void()> listener) {
    auto token = std::make_shared<std::function<void()>>(std::move(listener));
    listeners_.emplace_back(token);
    return token;
  }

  void call() {
    std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
    const auto now = listeners_;
    for (const auto& weak : now)
      if (const auto listener = weak.lock()) (*listener)();
  }

 private:
  std::vector<std::weak_ptr<std::function<void()>>> listeners_;
};

}  // namespace perpetua::store
