#pragma once
// Regions whose rows reach each other singly and out of order, as a distributed database would
// bring them: the store in memory that does so, and the questions that its regions ask.

#include <memory>
#include <vector>

#include "port/peers.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "store/memory/unordered_store.h"

namespace perpetua::sim {

class RowsRegion final : public port::Peers {
 public:
  struct All {
    Scheduler& scheduler;
    Network& network;  // for its paths
    Random random;
    std::vector<RowsRegion*> regions;
  };

  RowsRegion(All& all, std::size_t index, Machine& machine, const Scheduler::Owner& owner,
             std::string name);

  Task<bool> wait_remote(std::uint64_t n, std::chrono::milliseconds timeout) override;
  [[nodiscard]] bool is_held_elsewhere(const Writer& writer, std::uint64_t n) const override;
  Task<Result<std::string>> ask(std::string region, std::string question,
                                std::chrono::milliseconds timeout) override;
  void set_answerer(Answerer answerer) override { answerer_ = std::move(answerer); }

  store::UnorderedStore store;

 private:
  void send_rows();
  void deliver();
  void deliver_later();
  [[nodiscard]] bool can_reach(std::size_t other) const;

  All& all_;
  std::size_t index_;
  Machine& machine_;
  const Scheduler::Owner& owner_;
  std::string name_;
  Answerer answerer_;
  std::mt19937_64 which_;
  bool is_delivering_ = false;
  std::shared_ptr<void> subscription_;
};

}  // namespace perpetua::sim
