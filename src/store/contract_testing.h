#pragma once
// Two regions' stores of every kind, and the fixture of the suites that hold each kind to the
// contract of port/store.h.

#include <gmock/gmock.h>

#include "store/memory/memory_store.h"
#include "store/memory/unordered_store.h"
#include "store/rocks/rocks_store.h"
#include "store/testing.h"

namespace perpetua::store {

class JournalPair : public StorePair {
 public:
  port::Store& a() override { return *a_; }
  port::Store& b() override { return *b_; }
  void exchange() override {
    mirror_all(*a_, *b_);
    mirror_all(*b_, *a_);
    EXPECT_TRUE(world.run_until([this] {
      return covers(a_->position(), b_->position()) && covers(b_->position(), a_->position());
    }));
  }

 protected:
  std::unique_ptr<Journal> a_;
  std::unique_ptr<Journal> b_;
};

class MemoryPair final : public JournalPair {
 public:
  MemoryPair() {
    a_ = found_in_memory(kA, {}, world);
    b_ = found_in_memory(kB, {}, world);
  }
};

class RocksPair final : public JournalPair {
 public:
  RocksPair() {
    a_ = make(kA);
    b_ = make(kB);
  }
  ~RocksPair() override {
    a_.reset();
    b_.reset();
  }

 private:
  std::unique_ptr<Journal> make(const Writer& self) {
    const std::string folder = (folder_.path() / self.region).string();
    const Result<void> founded = found_rocks_store(folder, self, {}, world.wall_ms());
    EXPECT_TRUE(founded) << founded.error().message;
    JournalOptions options;
    options.region = self.region;
    auto store = open_rocks_store(folder, std::move(options), {world, world, world});
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  TestFolder folder_;
};

/// Each writer's rows arrive singly and in any order.
class UnorderedPair final : public StorePair {
 public:
  port::Store& a() override { return a_; }
  port::Store& b() override { return b_; }
  void exchange() override {
    a_.receive_from(b_);
    b_.receive_from(a_);
    while (a_.deliver_one(random_) || b_.deliver_one(random_)) {
    }
    EXPECT_TRUE(world.run_until([this] {
      return covers(a_.position(), b_.position()) && covers(b_.position(), a_.position());
    }));
  }

 private:
  std::mt19937_64 random_{1};
  UnorderedStore a_{kA, world};
  UnorderedStore b_{kB, world};
};

struct Kind {
  const char* name;
  std::unique_ptr<StorePair> (*make)();
};

template <class Pair>
std::unique_ptr<StorePair> make_pair_of() {
  return std::make_unique<Pair>();
}

class StoreContract : public testing::TestWithParam<Kind> {
 protected:
  Result<port::Committed> put(port::Store& store, const std::string& sort,
                              const std::string& value) {
    return put_rows(world_, store, {{sort, value}});
  }
  std::vector<std::string> values(port::Store& store, const std::string& sort) {
    return values_of(world_, store, sort);
  }
  auto gather(port::Transaction& transaction, const std::string& sort) {
    port::Key key{"t", "p", sort};
    return run(world_, transaction.gather(std::move(key)));
  }
  auto scan(port::Transaction& transaction, const std::string& prefix,
            const std::string& after = "", std::size_t limit = port::kScanLimitMax) {
    port::Scan wanted{"t", "p", prefix, after, limit};
    return run(world_, transaction.scan(std::move(wanted)));
  }
  std::vector<std::string> sorts(const Result<std::vector<port::KeyedRow>>& rows) {
    std::vector<std::string> out;
    EXPECT_TRUE(rows.has_value());
    if (rows)
      for (const port::KeyedRow& row : *rows) out.push_back(row.key.sort);
    return out;
  }
  ErrorCode commit_fails(port::Transaction& transaction) {
    const auto committed = run(world_, transaction.commit());
    EXPECT_FALSE(committed.has_value());
    return committed ? ErrorCode::kInvalid : committed.error().code;
  }

  std::unique_ptr<StorePair> pair_ = GetParam().make();
  StoreWorld& world_ = pair_->world;
  port::Store& a_ = pair_->a();
  port::Store& b_ = pair_->b();
};

inline auto every_kind() {
  return testing::Values(Kind{"memory", make_pair_of<MemoryPair>},
                         Kind{"rocks", make_pair_of<RocksPair>},
                         Kind{"unordered", make_pair_of<UnorderedPair>});
}

inline std::string name_of(const testing::TestParamInfo<Kind>& info) {
  return info.param.name;
}

}  // namespace perpetua::store
