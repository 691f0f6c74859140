#include "buyers/convergence.h"

#include <algorithm>

#include "buyers/look.h"
#include "buyers/parallel.h"
#include "buyers/stock.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kWorkers = 8;
constexpr double kLookAgainMs = 200;

std::string text(const Seen& seen) {
  std::vector<std::string> parts;
  for (const Facts& order : seen.orders) {
    std::vector<std::string> lines;
    lines.reserve(order.lines.size());
    for (const Line& line : order.lines)
      lines.push_back(std::to_string(line.quantity) + " " + line.book + " at " +
                      std::to_string(line.amount) + " " + line.currency);
    std::ranges::sort(lines);
    parts.push_back(order.order + " " + order.durability);
    for (const std::string& line : lines) parts.back() += ", " + line;
  }
  for (const Line& line : seen.cart)
    parts.push_back("cart " + std::to_string(line.quantity) + " " + line.book);
  std::ranges::sort(parts);
  std::string out;
  for (const std::string& part : parts) out += part + "; ";
  return out;
}

std::string text(const StockReport& stock) {
  std::string out;
  for (const auto& [id, copies] : stock.deliveries) out += id + " " + std::to_string(copies) + "; ";
  for (const auto& [writer, row] : stock.rows) {
    out += writer;
    for (const std::int64_t number : {row.delivered, row.sold, row.released, row.written_off,
                                      row.granted_in, row.granted_out, row.rights})
      out += " " + std::to_string(number);
    out += "; ";
  }
  return out;
}

// Where two texts part, for people.
std::string parting(const std::string& one, const std::string& other) {
  constexpr std::size_t kBefore = 60;
  constexpr std::size_t kShown = 160;
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(one, other).in1 - one.begin());
  const std::size_t from = at > kBefore ? at - kBefore : 0;
  return "'" + one.substr(from, kShown) + "' and '" + other.substr(from, kShown) + "'";
}

// Something that each region is asked, and its answer as a text.
struct Subject {
  std::string name;
  std::function<Task<Result<std::string>>(std::size_t region)> ask;
};

class Convergence {
 public:
  Convergence(Net& net, const CheckOptions& options)
      : net_(net), options_(options), deadline_ms_(net.now_ms() + options.settle_s * 1000) {}

  void add_buyers(const Evidence& record) {
    for (const auto& [number, buyer] : record.history.buyers) {
      const auto found = record.tokens.find(number);
      const std::string token = found == record.tokens.end() ? "" : found->second;
      subjects_.push_back({"buyer " + std::to_string(number) + " of " + record.name,
                           [this, token](std::size_t region) { return of_buyer(region, token); }});
    }
  }
  void add_book(const std::string& book) {
    if (options_.operators.size() == options_.regions.size())
      subjects_.push_back(
          {"stock of " + book, [this, book](std::size_t region) { return of_book(region, book); }});
  }
  void add_best_sellers() {
    subjects_.push_back(
        {"best sellers", [this](std::size_t region) { return of_best_sellers(region); }});
  }

  Task<Verdicts> run() {
    co_await in_parallel(kWorkers, [this] { return work(); });
    co_return std::move(out_);
  }

 private:
  Task<Result<std::string>> of_buyer(std::size_t region, std::string token) {
    const Result<Seen> seen =
        co_await look(net_, options_.regions[region], token, options_.timeout_ms);
    if (!seen) co_return std::unexpected(seen.error());
    co_return text(*seen);
  }

  Task<Result<std::string>> of_book(std::size_t region, std::string book) {
    const auto door =
        std::ranges::find(options_.operators, options_.regions[region].name, &Endpoint::name);
    if (door == options_.operators.end())
      co_return fail(ErrorCode::kNotFound, options_.regions[region].name + " has no door");
    const Result<StockReport> stock = co_await fetch_stock(net_, *door, book, options_.timeout_ms);
    if (!stock) co_return std::unexpected(stock.error());
    co_return text(*stock);
  }

  Task<Result<std::string>> of_best_sellers(std::size_t region) {
    const auto list =
        co_await look_at_best_sellers(net_, options_.regions[region], options_.timeout_ms);
    if (!list) co_return std::unexpected(list.error());
    std::string out;
    for (const std::string& one : *list) out += one + "; ";
    co_return out;
  }

  Task<void> work() {
    while (next_ < subjects_.size()) {
      const Subject& subject = subjects_[next_++];
      co_await one(subject);
    }
  }

  Task<void> one(const Subject& subject) {
    while (true) {
      Verdicts verdicts = co_await compared(subject);
      if (verdicts.pass() || net_.now_ms() >= deadline_ms_) {
        out_.add(std::move(verdicts));
        co_return;
      }
      co_await net_.sleep_until(net_.now_ms() + kLookAgainMs);
    }
  }

  Task<Verdicts> compared(const Subject& subject) {
    Verdicts verdicts;
    std::string first;
    for (std::size_t region = 0; region < options_.regions.size(); ++region) {
      const Result<std::string> seen = co_await subject.ask(region);
      if (!seen) {
        ++verdicts.unanswered;
        verdicts.findings.push_back(subject.name + ": " + seen.error().message);
      } else if (region == 0) {
        first = *seen;
      } else if (*seen != first && verdicts.pass()) {
        ++verdicts.diverged;
        verdicts.findings.push_back(subject.name + " differs between " + options_.regions[0].name +
                                    " and " + options_.regions[region].name + ": " +
                                    parting(first, *seen));
      }
    }
    co_return verdicts;
  }

  Net& net_;
  const CheckOptions& options_;
  const double deadline_ms_;
  std::vector<Subject> subjects_;
  std::size_t next_ = 0;
  Verdicts out_;
};

}  // namespace

Task<Verdicts> check_convergence(Net& net, const std::vector<Evidence>& records,
                                 const std::set<std::string>& books, const CheckOptions& options) {
  Convergence convergence(net, options);
  for (const Evidence& record : records) convergence.add_buyers(record);
  for (const std::string& book : books) convergence.add_book(book);
  convergence.add_best_sellers();
  Verdicts verdicts = co_await convergence.run();
  co_return verdicts;
}

}  // namespace perpetua::buyers
