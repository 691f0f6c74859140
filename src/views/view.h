#pragma once
// A view is derived from the store, holds absolute values (never increments), and can be dropped
// and built anew while the shop is open (design section 7).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "port/store.h"
#include "port/world.h"

namespace perpetua::views {

class View {
 public:
  virtual ~View() = default;
  /// The table whose rows it wants.
  [[nodiscard]] virtual std::string_view table() const = 0;
  /// One row as it is now. Rows of one writer and key come in their order; the same row may come
  /// again.
  virtual void apply(const port::KeyedRow& row) = 0;
  /// An empty view of the same kind, to be built while this one is asked.
  [[nodiscard]] virtual std::unique_ptr<View> make_empty() const = 0;
  /// Becomes what `built` is; made by make_empty().
  virtual void replace_by(View& built) = 0;
};

/// Feeds views from the store: all rows of their tables once, then the change feeds of all writers.
/// After a reset they are built anew, while they answer as they were. Lets the loop run between
/// pages. Runs on the store's thread. Ports and views outlive it.
class Feeder {
 public:
  Feeder(port::Store& store, port::Timers& timers, std::vector<View*> views);
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;
  ~Feeder() { stop(); }

  void start();
  void stop();
  /// What the views reflect.
  [[nodiscard]] const Position& position() const;
  /// Whether the first build is done.
  [[nodiscard]] bool is_ready() const;

 private:
  struct State;
  static Task<void> run(std::shared_ptr<State> state);
  static Task<bool> build(std::shared_ptr<State> state);
  static Task<bool> read_table(std::shared_ptr<State> state, std::string table,
                               const std::vector<View*>& views);
  static Task<bool> follow(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace perpetua::views
