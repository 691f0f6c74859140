#include "buyers/check.h"

#include <algorithm>

#include "buyers/convergence.h"
#include "buyers/look.h"
#include "buyers/parallel.h"
#include "buyers/stock.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kWorkers = 8;  // requests at once to one region
constexpr double kLookAgainMs = 200;

using Copies = std::map<std::string, std::int64_t>;  // by book

// The books that anybody tried to order: copies can be missing of those that nobody got, too.
Copies wanted_books(const std::vector<Evidence>& records) {
  Copies books;
  for (const Evidence& record : records)
    for (const Request& request : record.history.requests)
      if (request.ask().operation == Operation::kPlaceOrder)
        for (const Line& line : request.ask().lines) books.try_emplace(line.book, 0);
  return books;
}

// Sold before the first load that knew the book.
Copies sold_before(const std::vector<Evidence>& records, const std::string& region) {
  Copies sold;
  for (const Evidence& record : records)
    if (const auto found = record.history.stock.find(region); found != record.history.stock.end())
      sold.insert(found->second.sold.begin(), found->second.sold.end());
  return sold;
}

struct Subject {
  std::string name;   // `buyer 3`
  std::string token;  // empty: not on record
  Expectation expected;
};

std::vector<Subject> subjects(const std::vector<Evidence>& records, const std::string& region,
                              const std::string& dead) {
  std::vector<Subject> out;
  for (const Evidence& record : records)
    for (auto& [number, expected] : expectations(record.history, region, dead)) {
      const auto token = record.tokens.find(number);
      const std::string of = records.size() > 1 ? " of " + record.name : "";
      out.push_back({"buyer " + std::to_string(number) + of,
                     token == record.tokens.end() ? "" : token->second, std::move(expected)});
    }
  return out;
}

// One region's share of the check. Looks at each buyer, and again while something is not right and
// there is time: replication may be on its way.
class RegionCheck {
 public:
  RegionCheck(Net& net, const Endpoint& region, const std::vector<Evidence>& records,
              const CheckOptions& options)
      : net_(net),
        region_(region),
        options_(options),
        subjects_(subjects(records, region.name, options.dead)),
        deadline_ms_(net.now_ms() + options.settle_s * 1000),
        ordered_(wanted_books(records)),
        before_(sold_before(records, region.name)) {}

  Task<void> run() {
    co_await in_parallel(kWorkers, [this] { return buyers(); });
    for (const Endpoint& door : options_.operators)
      if (door.name == region_.name) co_await stock(door);
  }

  CheckResult result;

 private:
  [[nodiscard]] bool is_over() const { return net_.now_ms() >= deadline_ms_; }
  // Orders are `remote` where others hold them.
  [[nodiscard]] bool is_whole() const {
    return options_.dead.empty() && options_.regions.size() > 1;
  }

  Task<void> buyers() {
    while (next_ < subjects_.size()) {
      const Subject& subject = subjects_[next_++];
      co_await buyer(subject);
    }
  }

  Task<void> buyer(const Subject& subject) {
    Verdicts verdicts;
    while (true) {
      Result<Seen> seen = co_await look(net_, region_, subject.token, options_.timeout_ms);
      if (seen) {
        verdicts = compare(subject.expected, *seen, subject.name, region_.name, is_whole());
        prices(*seen, subject.name, verdicts);
      } else {
        verdicts = unanswered(subject.name, seen.error());
      }
      if (verdicts.pass() || is_over()) {
        if (seen) count(*seen);
        break;
      }
      co_await net_.sleep_until(net_.now_ms() + kLookAgainMs);
    }
    result.verdicts.add(std::move(verdicts));
  }

  // Nobody paid what the book never cost.
  void prices(const Seen& seen, const std::string& buyer, Verdicts& verdicts) const {
    if (!options_.ledger) return;
    for (const Facts& order : seen.orders)
      for (const Line& line : order.lines) {
        const auto book = options_.ledger->find(line.book);
        if (book != options_.ledger->end() &&
            book->second.prices.contains({line.amount, line.currency}))
          continue;
        ++verdicts.orders_wrong;
        verdicts.findings.push_back(buyer + " in " + region_.name + ": order " + order.order +
                                    " has " + line.book + " at " + std::to_string(line.amount) +
                                    " " + line.currency + ", which it never cost");
      }
  }

  void count(const Seen& seen) {
    ++result.buyers;
    result.orders += seen.orders.size();
    result.cart_lines += seen.cart.size();
    for (const Facts& order : seen.orders)
      for (const Line& line : order.lines) ordered_[line.book] += line.quantity;
  }

  static Verdicts unanswered(const std::string& what, const Error& error) {
    Verdicts verdicts;
    verdicts.unanswered = 1;
    verdicts.findings.push_back(what + ": " + error.message);
    return verdicts;
  }

  Task<void> stock(Endpoint door) {
    const Copies ordered = ordered_;
    for (const auto& [book, quantity] : ordered) {
      StockDemand demand{0, quantity, !options_.shared && options_.dead.empty(),
                         options_.dead.empty()};
      const auto before = before_.find(book);
      if (before != before_.end()) demand.before = before->second;
      if (options_.ledger)
        if (const auto of = options_.ledger->find(book); of != options_.ledger->end())
          demand.ledger = &of->second;
      if (before == before_.end() && !options_.shared) {
        const Error unknown{ErrorCode::kNotFound, "its copies before the load are not on record"};
        result.verdicts.add(unanswered("stock of " + book + " in " + region_.name, unknown));
        continue;
      }
      co_await stock_of(door, book, demand);
      ++result.books;
      result.stock_exact = demand.exact;
    }
  }

  Task<void> stock_of(Endpoint door, std::string book, StockDemand demand) {
    Verdicts verdicts;
    while (true) {
      const Result<StockReport> report =
          co_await fetch_stock(net_, door, book, options_.timeout_ms);
      if (report)
        verdicts = compare_stock(*report, demand, book, region_.name);
      else
        verdicts = unanswered("stock of " + book, report.error());
      if (verdicts.pass() || is_over()) break;
      co_await net_.sleep_until(net_.now_ms() + kLookAgainMs);
    }
    result.verdicts.add(std::move(verdicts));
  }

  Net& net_;
  const Endpoint& region_;
  const CheckOptions& options_;
  const std::vector<Subject> subjects_;
  std::size_t next_ = 0;
  double deadline_ms_;
  Copies ordered_;  // in the orders seen
  Copies before_;
};

}  // namespace

Result<std::vector<Evidence>> read_evidence(const std::vector<std::string>& paths) {
  std::vector<Evidence> records;
  for (const std::string& path : paths) {
    auto history = read_history(path);
    if (!history) return std::unexpected(history.error());
    auto tokens = read_tokens(path);
    if (!tokens) return std::unexpected(tokens.error());
    records.push_back({path.substr(path.rfind('/') + 1), std::move(*history), std::move(*tokens)});
  }
  std::ranges::stable_sort(records, {},
                           [](const auto& one) { return one.history.load.started_ms; });
  return records;
}

bool CheckResult::pass() const {
  return verdicts.pass() && buyers > 0;
}

Task<CheckResult> check(Net& net, const std::vector<Evidence>& records,
                        const CheckOptions& options) {
  CheckResult total;
  for (const Evidence& record : records) total.verdicts.add(check_answers(record.history));
  for (const Endpoint& region : options.regions) {
    RegionCheck one(net, region, records, options);
    co_await one.run();
    total.verdicts.add(std::move(one.result.verdicts));
    total.buyers += one.result.buyers;
    total.orders += one.result.orders;
    total.cart_lines += one.result.cart_lines;
    total.books += one.result.books;
    total.stock_exact = total.stock_exact || one.result.stock_exact;
  }
  if (options.converged) {
    std::set<std::string> books;
    for (const auto& [book, none] : wanted_books(records)) books.insert(book);
    total.verdicts.add(co_await check_convergence(net, records, books, options));
  }
  co_return total;
}

}  // namespace perpetua::buyers
