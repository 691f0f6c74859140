#include "store/memory/memory_engine.h"

namespace perpetua::store {
namespace {

using Map = std::map<std::string, std::string, std::less<>>;

class MemoryCursor final : public Cursor {
 public:
  MemoryCursor(std::shared_ptr<const Map> map, std::string_view from, std::string_view to)
      : map_(std::move(map)),
        at_(map_->lower_bound(from)),
        end_(from < to ? map_->lower_bound(to) : at_) {}
  [[nodiscard]] bool valid() const override { return at_ != end_; }
  void next() override { ++at_; }
  [[nodiscard]] std::string_view key() const override { return at_->first; }
  [[nodiscard]] std::string_view value() const override { return at_->second; }
  [[nodiscard]] Result<void> status() const override { return {}; }

 private:
  std::shared_ptr<const Map> map_;
  Map::const_iterator at_;
  Map::const_iterator end_;
};

std::optional<std::string> find(const Map& map, std::string_view key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

}  // namespace

class MemoryView final : public View {
 public:
  explicit MemoryView(std::shared_ptr<const Map> map) : map_(std::move(map)) {}
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override {
    return find(*map_, key);
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(std::string_view from,
                                             std::string_view to) const override {
    return std::make_unique<MemoryCursor>(map_, from, to);
  }

 private:
  std::shared_ptr<const Map> map_;
};

Result<std::optional<std::string>> MemoryEngine::get(std::string_view key) const {
  return find(*map_, key);
}

std::unique_ptr<Cursor> MemoryEngine::scan(std::string_view from, std::string_view to) const {
  return std::make_unique<MemoryCursor>(map_, from, to);
}

std::unique_ptr<View> MemoryEngine::snapshot() const {
  return std::make_unique<MemoryView>(map_);
}

MemoryEngine::Map& MemoryEngine::map() {
  if (map_.use_count() > 1) map_ = std::make_shared<Map>(*map_);
  return *map_;
}

void MemoryEngine::apply(const Batch& batch) {
  Map& now = map();
  for (const Batch::Operation& operation : batch.operations()) {
    if (operation.kind == Batch::Operation::Kind::kPut) {
      now.insert_or_assign(operation.key, operation.value);
    } else if (operation.key < operation.value) {
      now.erase(now.lower_bound(operation.key), now.lower_bound(operation.value));
    }
  }
}

void MemoryEngine::write(Batch batch, Done done) {
  executor_.post([this, alive = std::weak_ptr(alive_), batch = std::move(batch),
                  done = std::move(done)]() mutable {
    if (alive.expired()) return;
    if (failure_) return done(std::unexpected(*failure_));
    apply(batch);
    done({});
  });
}

}  // namespace perpetua::store
