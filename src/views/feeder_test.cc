// How views are fed: page by page, with turns for others between, and anew while they answer.

#include <gtest/gtest.h>

#include <set>

#include "port/testing.h"
#include "views/view.h"

namespace perpetua::views {
namespace {

using std::chrono::milliseconds;

const Writer kWriter{"a", 1};

/// A store with one table of one row a page, whose log can be lost.
class PagedStore : public port::Store {
 public:
  const Writer& self() const override { return kWriter; }
  [[nodiscard]] const std::string& not_writing_because() const override { return nothing_; }
  std::unique_ptr<port::Transaction> begin() override { return nullptr; }
  Position position() const override { return {{kWriter, end}}; }
  Task<bool> wait_for(Position, milliseconds) override { co_return true; }
  Task<Result<port::Changes>> changes(Writer, std::uint64_t after, std::size_t) override {
    if (is_reset) co_return port::Changes{true, end, {}};
    port::Changes changes{false, after + 1, {}};
    changes.changes.push_back({after + 1, {row("entry " + std::to_string(after + 1))}});
    co_return changes;
  }
  std::shared_ptr<void> subscribe(std::function<void()> call) override {
    changed = call;
    return std::make_shared<int>();
  }
  Task<Result<std::vector<port::KeyedRow>>> scan_table(std::string, std::optional<port::Key> after,
                                                       std::size_t) override {
    ++pages;
    std::vector<port::KeyedRow> page;
    const auto next = after ? rows.upper_bound(after->partition) : rows.begin();
    if (next != rows.end()) page.push_back(row(*next));
    co_return page;
  }
  static port::KeyedRow row(const std::string& partition) {
    return {{"t", partition, ""}, {kWriter, 1, "v"}};
  }

  std::set<std::string> rows;
  std::uint64_t end = 1;
  bool is_reset = false;
  int pages = 0;
  std::function<void()> changed;

 private:
  std::string nothing_;
};

class SetView : public View {
 public:
  [[nodiscard]] std::string_view table() const override { return "t"; }
  void apply(const port::KeyedRow& row) override { seen.insert(row.key.partition); }
  [[nodiscard]] std::unique_ptr<View> make_empty() const override {
    return std::make_unique<SetView>();
  }
  void replace_by(View& built) override { seen = static_cast<SetView&>(built).seen; }

  std::set<std::string> seen;
};

class FeederTest : public ::testing::Test {
 protected:
  ~FeederTest() override {
    feeder_.stop();
    world_.advance(milliseconds(1));
  }
  port::TestWorld world_;
  PagedStore store_;
  SetView view_;
  Feeder feeder_{store_, world_, {&view_}};
};

TEST_F(FeederTest, LetsOthersHaveTheirTurnBetweenPages) {
  store_.rows = {"x", "y", "z"};
  feeder_.start();
  EXPECT_EQ(store_.pages, 1);
  EXPECT_FALSE(feeder_.is_ready());
  std::vector<int> pages;
  for (int i = 0; i < 3; ++i) world_.after(milliseconds(0), [&] { pages.push_back(store_.pages); });
  world_.advance(milliseconds(0));
  EXPECT_EQ(pages, (std::vector<int>{2, 2, 2}));
  EXPECT_EQ(store_.pages, 4);
  EXPECT_TRUE(feeder_.is_ready());
  EXPECT_EQ(view_.seen, store_.rows);
  EXPECT_EQ(feeder_.position(), store_.position());

  store_.end = 4;
  store_.changed();
  EXPECT_TRUE(view_.seen.contains("entry 2"));
  EXPECT_FALSE(view_.seen.contains("entry 3"));
  world_.advance(milliseconds(0));
  EXPECT_TRUE(view_.seen.contains("entry 4"));
  EXPECT_EQ(feeder_.position(), store_.position());
}

TEST_F(FeederTest, AnswersAsItWasWhileItIsBuiltAnew) {
  const std::set<std::string> before{"x", "y"};
  store_.rows = before;
  feeder_.start();
  world_.advance(milliseconds(0));
  const Position position = feeder_.position();

  store_.rows = {"v", "w"};
  store_.end = 7;
  store_.is_reset = true;
  store_.changed();
  EXPECT_EQ(view_.seen, before);
  EXPECT_TRUE(feeder_.is_ready());
  EXPECT_EQ(feeder_.position(), position);
  world_.advance(milliseconds(0));
  EXPECT_EQ(view_.seen, store_.rows);
  EXPECT_EQ(feeder_.position(), store_.position());
}

}  // namespace
}  // namespace perpetua::views
