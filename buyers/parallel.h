#pragma once
// Several tasks at once on one thread, and waiting for all of them.

#include <functional>
#include <memory>

#include "base/task.h"

namespace perpetua::buyers {

namespace internal {

struct Joined {
  std::size_t left;
  Promise<bool> done;
};

inline Task<void> run_joined(Task<void> task, std::shared_ptr<Joined> joined) {
  co_await task;
  if (--joined->left == 0) joined->done.set(true);
}

}  // namespace internal

/// Runs `count` tasks made by `make`, each until it is done. What they refer to must outlive this.
inline Task<void> in_parallel(std::size_t count, std::function<Task<void>()> make) {
  if (count == 0) co_return;
  const auto joined = std::make_shared<internal::Joined>();
  joined->left = count;
  for (std::size_t i = 0; i < count; ++i) detach(internal::run_joined(make(), joined));
  Promise<bool>& done = joined->done;
  co_await done;
}

}  // namespace perpetua::buyers
