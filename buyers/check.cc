#include "buyers/check.h"

#include "buyers/parallel.h"
#include "buyers/stock.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kWorkers = 8;     // requests at once to one region
constexpr std::size_t kPagesMax = 100;  // of one buyer's orders
constexpr double kLookAgainMs = 200;

// One region's share of the check. Looks at each buyer, and again while something is not right and
// there is time: replication may be on its way.
class RegionCheck {
 public:
  RegionCheck(Net& net, const Endpoint& region, const History& history,
              const std::map<int, std::string>& tokens, const CheckOptions& options)
      : net_(net),
        region_(region),
        tokens_(tokens),
        options_(options),
        expected_(expectations(history, region.name, options.only_remote)),
        next_(expected_.begin()),
        deadline_ms_(net.now_ms() + options.settle_s * 1000) {}

  Task<void> run() {
    co_await in_parallel(kWorkers, [this] { return buyers(); });
    for (const Endpoint& door : options_.operators)
      if (door.name == region_.name) co_await stock(door);
  }

  CheckResult result;

 private:
  Task<void> buyers() {
    while (next_ != expected_.end()) {
      const Expectation& expected = (next_++)->second;
      co_await buyer(expected);
    }
  }

  Task<void> buyer(const Expectation& expected) {
    Verdicts verdicts;
    while (true) {
      Result<Seen> seen = co_await look(expected.buyer);
      if (seen)
        verdicts = compare(expected, *seen, region_.name);
      else
        verdicts = unanswered("buyer " + std::to_string(expected.buyer), seen.error());
      if (verdicts.pass() || net_.now_ms() >= deadline_ms_) {
        if (seen) count(*seen);
        break;
      }
      co_await net_.sleep_until(net_.now_ms() + kLookAgainMs);
    }
    result.verdicts.add(std::move(verdicts));
  }

  void count(const Seen& seen) {
    ++result.buyers;
    result.orders += seen.orders.size();
    result.cart_lines += seen.cart.size();
    for (const Facts& order : seen.orders)
      for (const Line& line : order.lines) ordered_[line.book] += line.quantity;
  }

  Verdicts unanswered(const std::string& what, const Error& error) const {
    Verdicts verdicts;
    verdicts.unanswered = 1;
    verdicts.findings.push_back(what + " in " + region_.name + ": " + error.message);
    return verdicts;
  }

  Task<Result<HttpAnswer>> get(Endpoint from, std::string path, std::string token) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.timeout_ms = options_.timeout_ms;
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    HttpAnswer answer = co_await net_.send(from, request);
    if (answer.status == 200) co_return answer;
    const std::string why = answer.status == 0
                                ? "no answer (" + std::string(text(answer.error)) + ")"
                                : "status " + std::to_string(answer.status);
    co_return fail(ErrorCode::kUnavailable, "GET " + path + ": " + why);
  }

  Task<Result<Seen>> look(int buyer) {
    const auto token = tokens_.find(buyer);
    if (token == tokens_.end())
      co_return fail(ErrorCode::kNotFound, "its token is not in the sessions file");
    Seen seen;
    const Result<HttpAnswer> cart = co_await get(region_, "/api/cart", token->second);
    if (!cart) co_return std::unexpected(cart.error());
    auto lines = read_cart(cart->body);
    if (!lines) co_return std::unexpected(lines.error());
    seen.cart = std::move(*lines);

    std::string path = "/api/orders?limit=100";
    for (std::size_t i = 0; i < kPagesMax && !path.empty(); ++i) {
      const Result<HttpAnswer> answer = co_await get(region_, path, token->second);
      if (!answer) co_return std::unexpected(answer.error());
      const auto page = read_orders(*answer);
      if (!page) co_return std::unexpected(page.error());
      seen.orders.insert(seen.orders.end(), page->items.begin(), page->items.end());
      path = page->next;
    }
    co_return seen;
  }

  Task<void> stock(Endpoint door) {
    std::map<std::string, std::int64_t> ordered = ordered_;
    for (const auto& [book, quantity] : ordered) {
      co_await stock_of(door, book, quantity);
      ++result.books;
    }
  }

  Task<void> stock_of(Endpoint door, std::string book, std::int64_t ordered) {
    const StockDemand demand{ordered, options_.only_load && !options_.only_remote,
                             !options_.only_remote};
    Verdicts verdicts;
    while (true) {
      const Result<HttpAnswer> answer = co_await get(door, "/books/" + book + "/stock", "");
      Result<StockReport> report =
          answer ? read_stock(answer->body) : Result<StockReport>(std::unexpected(answer.error()));
      if (report)
        verdicts = compare_stock(*report, demand, book, region_.name);
      else
        verdicts = unanswered("stock of " + book, report.error());
      if (verdicts.pass() || net_.now_ms() >= deadline_ms_) break;
      co_await net_.sleep_until(net_.now_ms() + kLookAgainMs);
    }
    result.verdicts.add(std::move(verdicts));
  }

  Net& net_;
  const Endpoint& region_;
  const std::map<int, std::string>& tokens_;
  const CheckOptions& options_;
  std::map<int, Expectation> expected_;
  std::map<int, Expectation>::const_iterator next_;
  double deadline_ms_;
  std::map<std::string, std::int64_t> ordered_;  // copies by book, in the orders seen
};

}  // namespace

bool CheckResult::pass() const {
  return verdicts.pass() && buyers > 0;
}

Task<CheckResult> check(Net& net, const History& history, const std::map<int, std::string>& tokens,
                        const CheckOptions& options) {
  CheckResult total;
  total.verdicts = check_answers(history);
  for (const Endpoint& region : options.regions) {
    RegionCheck one(net, region, history, tokens, options);
    co_await one.run();
    total.verdicts.add(std::move(one.result.verdicts));
    total.buyers += one.result.buyers;
    total.orders += one.result.orders;
    total.cart_lines += one.result.cart_lines;
    total.books += one.result.books;
  }
  co_return total;
}

}  // namespace perpetua::buyers
