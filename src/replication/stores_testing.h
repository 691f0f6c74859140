#pragma once
// For tests that run on every kind of store.

#include <gtest/gtest.h>

#include "replication/fake_history.h"
#include "replication/journal_store.h"
#include "replication/testing.h"

namespace perpetua::replication {

inline const Writer kA{"a", 1};
inline const Writer kB{"b", 1};
inline const Writer kC{"c", 1};

struct StoreNames {
  template <class Store>
  static std::string GetName(int) {
    return std::is_same_v<Store, FakeStore> ? "fake" : "journal";
  }
};
using Stores = ::testing::Types<FakeStore, JournalStore>;

/// The number of the entry that a region wrote as its `count`th.
template <class Store>
std::uint64_t entry(const TestNetwork<Store>&, std::uint64_t count) {
  return count + Store::kFounding;
}

template <class Store>
void write(TestNetwork<Store>& net, const std::string& region, int count) {
  Store& store = net[region].store;
  for (int i = 0; i < count; ++i)
    store.write(region + " " +
                std::to_string(store.history().appended(store.history().own_writer()).n + 1));
}

/// What was written becomes durable.
template <class Store>
void sync(TestNetwork<Store>& net, const std::string& region) {
  while (net[region].store.has_pending()) net[region].store.sync();
}

/// How many of the entries that `writer` wrote a region that runs holds durably.
template <class Store>
std::uint64_t held(TestNetwork<Store>& net, const std::string& region, const Writer& writer) {
  const auto holding = net[region].store.history().holding(writer);
  return holding ? holding->end.n - Store::kFounding : 0;
}

/// Whether a mirror that never trimmed got what it holds by a snapshot.
template <class Store>
bool took_snapshot(TestNetwork<Store>& net, const std::string& region, const Writer& writer) {
  return net[region].store.history().holding(writer)->first_entry > 1;
}

}  // namespace perpetua::replication
