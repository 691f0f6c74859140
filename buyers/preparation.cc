#include "buyers/preparation.h"

#include <algorithm>

#include "buyers/fetch.h"
#include "buyers/parallel.h"
#include "buyers/stock.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kAtOnce = 16;
constexpr int kTries = 5;
constexpr double kPauseMs = 200;
constexpr double kAgreementMs = 10'000;

Task<Result<std::vector<Line>>> read_catalogue(Net& net, const PreparationOptions& options) {
  std::vector<Line> books;
  std::string path = "/api/books?limit=100";
  std::string why = "it shows no books; was a catalogue imported?";
  for (int failed = 0; failed < kTries && !path.empty() && books.size() < options.books_max;) {
    const Result<HttpAnswer> answer =
        co_await fetch(net, options.shop, path, "", options.timeout_ms);
    const auto page = answer ? read_books(*answer) : std::unexpected(answer.error());
    if (page) {
      for (const Line& book : page->items)
        if (books.size() < options.books_max) books.push_back(book);
      path = page->next;
      continue;
    }
    why = page.error().message;
    ++failed;
    co_await net.sleep_until(net.now_ms() + kPauseMs);
  }
  if (!books.empty()) co_return books;
  co_return fail(ErrorCode::kUnavailable, options.shop.name + ": " + why);
}

class Sessions {
 public:
  Sessions(Net& net, const PreparationOptions& options) : net_(net), options_(options) {}

  Task<Result<std::vector<Session>>> begin() {
    co_await in_parallel(kAtOnce, [this] { return some(); });
    if (got_.size() == options_.sessions) co_return std::move(got_);
    co_return fail(ErrorCode::kUnavailable,
                   options_.shop.name + ": a session was refused, " + why_);
  }

 private:
  Task<void> some() {
    while (begun_ < options_.sessions && failed_ < kTries) {
      ++begun_;
      HttpRequest request;
      request.method = "POST";
      request.path = "/api/session";
      request.timeout_ms = options_.timeout_ms;
      const HttpAnswer answer = co_await net_.send(options_.shop, request);
      const auto session = read_session(answer.body);
      if (answer.status == 201 && session) {
        got_.push_back(*session);
        continue;
      }
      --begun_;
      ++failed_;
      why_ = "status " + std::to_string(answer.status) + " " + std::string(text(answer.error));
      co_await net_.sleep_until(net_.now_ms() + kPauseMs);
    }
  }

  Net& net_;
  const PreparationOptions& options_;
  std::vector<Session> got_;
  std::size_t begun_ = 0;
  int failed_ = 0;
  std::string why_;
};

class StockBefore {
 public:
  StockBefore(Net& net, const std::vector<Endpoint>& doors, const std::vector<std::string>& books,
              double timeout_ms)
      : net_(net), doors_(doors), books_(books), timeout_ms_(timeout_ms) {
    for (const Endpoint& door : doors) lines_.push_back({door.name, {}});
  }

  Task<Result<std::vector<StockLine>>> read() {
    deadline_ms_ = net_.now_ms() + kAgreementMs;
    co_await in_parallel(kAtOnce, [this] { return some(); });
    if (why_.empty()) co_return std::move(lines_);
    co_return fail(ErrorCode::kUnavailable, why_);
  }

 private:
  Task<void> some() {
    while (next_ < books_.size() && why_.empty()) {
      const std::string& book = books_[next_++];
      co_await one(book);
    }
  }

  // Regions at rest tell the same; what is on its way between them may be waited for.
  Task<void> one(std::string book) {
    while (true) {
      const Result<void> read = co_await at_each_door(book);
      if (!read) why_ = read.error().message;
      if (!read || agreed(book)) co_return;
      if (net_.now_ms() >= deadline_ms_) {
        why_ = "the regions do not agree how many copies of " + book + " are sold";
        co_return;
      }
      co_await net_.sleep_until(net_.now_ms() + kPauseMs);
    }
  }

  Task<Result<void>> at_each_door(std::string book) {
    for (std::size_t i = 0; i < doors_.size(); ++i) {
      const Result<StockReport> report = co_await fetch_stock(net_, doors_[i], book, timeout_ms_);
      if (!report) co_return std::unexpected(report.error());
      lines_[i].sold[book] = report->sold();
    }
    co_return Result<void>();
  }

  [[nodiscard]] bool agreed(const std::string& book) const {
    return std::ranges::all_of(lines_, [&](const StockLine& line) {
      return line.sold.at(book) == lines_.front().sold.at(book);
    });
  }

  Net& net_;
  const std::vector<Endpoint>& doors_;
  const std::vector<std::string>& books_;
  double timeout_ms_;
  double deadline_ms_ = 0;
  std::size_t next_ = 0;
  std::string why_;
  std::vector<StockLine> lines_;
};

}  // namespace

Task<Result<std::vector<StockLine>>> read_stock_before(Net& net, std::vector<Endpoint> doors,
                                                       std::vector<std::string> books,
                                                       double timeout_ms) {
  StockBefore before(net, doors, books, timeout_ms);
  Result<std::vector<StockLine>> lines = co_await before.read();
  co_return lines;
}

Task<Result<Prepared>> prepare(Net& net, PreparationOptions options) {
  Prepared prepared;
  Result<std::vector<Line>> books = co_await read_catalogue(net, options);
  if (!books) co_return std::unexpected(books.error());
  prepared.books = std::move(*books);
  std::vector<std::string> ids;
  ids.reserve(prepared.books.size());
  for (const Line& book : prepared.books) ids.push_back(book.book);
  Result<std::vector<StockLine>> stock =
      co_await read_stock_before(net, options.doors, ids, options.timeout_ms);
  if (!stock) co_return std::unexpected(stock.error());
  prepared.stock = std::move(*stock);
  Sessions sessions(net, options);
  Result<std::vector<Session>> begun = co_await sessions.begin();
  if (!begun) co_return std::unexpected(begun.error());
  prepared.sessions = std::move(*begun);
  co_return prepared;
}

}  // namespace perpetua::buyers
