#pragma once
// What the store's tests share: a world whose executor may be posted to by other threads, two
// regions' stores of any kind that exchange rows, and coroutines run to their end.

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>

#include "port/history.h"
#include "port/store.h"
#include "port/testing.h"

namespace perpetua::store {

inline const Writer kA{"a", 1};
inline const Writer kB{"b", 1};

enum class EngineKind { kMemory, kRocks };

inline auto every_engine() {
  return testing::Values(EngineKind::kMemory, EngineKind::kRocks);
}
inline std::string name_of_engine(const testing::TestParamInfo<EngineKind>& info) {
  return info.param == EngineKind::kMemory ? "memory" : "rocks";
}

/// A folder of the test's own, removed with all that is in it.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "perpetua-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Virtual time as in port::TestWorld; what other threads post is waited for in real time.
class StoreWorld : public port::TestWorld {
 public:
  void post(std::move_only_function<void()> run) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(run));
    has_posted_.notify_one();
  }

  /// Waits until something is posted, and leaves it for later.
  void wait_posted() {
    std::unique_lock lock(mutex_);
    has_posted_.wait(lock, [this] { return !posted_.empty(); });
  }

  /// Runs what is posted until `is_done`; false when nothing more comes for a minute.
  template <class IsDone>
  [[nodiscard]] bool run_until(IsDone is_done) {
    while (!is_done()) {
      std::unique_lock lock(mutex_);
      if (!has_posted_.wait_for(lock, std::chrono::minutes(1), [this] { return !posted_.empty(); }))
        return false;
      auto run = std::move(posted_.front());
      posted_.pop_front();
      lock.unlock();
      run();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable has_posted_;
  std::deque<std::move_only_function<void()>> posted_;
};

/// Two regions' stores, of a#1 and b#1.
class StorePair {
 public:
  virtual ~StorePair() = default;
  [[nodiscard]] virtual port::Store& a() = 0;
  [[nodiscard]] virtual port::Store& b() = 0;
  /// Brings what is durable in each to the other, durably.
  virtual void exchange() = 0;

  StoreWorld world;
};

/// A task started; wait() runs the world until it is done.
template <class T>
class Running {
 public:
  Running(StoreWorld& world, Task<T> task) : world_(world) {
    detach<T>(std::move(task), [result = result_](T value) { result->emplace(std::move(value)); });
  }
  [[nodiscard]] bool is_done() const { return result_->has_value(); }
  T wait() {
    EXPECT_TRUE(world_.run_until([this] { return is_done(); })) << "nothing happens any more";
    return result_->value();
  }

 private:
  StoreWorld& world_;
  std::shared_ptr<std::optional<T>> result_ = std::make_shared<std::optional<T>>();
};

template <class T>
T run(StoreWorld& world, Task<T> task) {
  return Running<T>(world, std::move(task)).wait();
}

/// Commits one transaction of blind puts into table `t`, partition `p`.
inline Result<port::Committed> put_rows(
    StoreWorld& world, port::Store& store,
    const std::vector<std::pair<std::string, std::string>>& rows,
    const std::string& partition = "p") {
  const auto transaction = store.begin();
  for (const auto& [sort, value] : rows) transaction->put({"t", partition, sort}, value);
  return run(world, transaction->commit());
}

/// The values under a key of table `t`, partition `p`, in order of writer.
inline std::vector<std::string> values_of(StoreWorld& world, port::Store& store,
                                          const std::string& sort,
                                          const std::string& partition = "p") {
  const auto transaction = store.begin();
  port::Key key{"t", partition, sort};
  const auto rows = run(world, transaction->gather(std::move(key)));
  std::vector<std::string> values;
  EXPECT_TRUE(rows.has_value());
  if (rows)
    for (const port::Row& row : *rows) values.push_back(row.value);
  return values;
}

}  // namespace perpetua::store
