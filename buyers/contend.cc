#include "buyers/contend.h"

#include <boost/json.hpp>

#include "buyers/parallel.h"
#include "buyers/preparation.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kSessionsAtOnce = 32;

class Contention {
 public:
  Contention(Asker& asker, const ContendOptions& options) : asker_(asker), options_(options) {
    for (std::size_t i = 0; i < options.orders; ++i) {
      const std::size_t place = options.all_to_one ? 0 : i % options.regions.size();
      routes_.push_back(Route{options.regions[place], {}, options.timeout_ms, options.timeout_ms});
    }
    tokens_.resize(options.orders);
  }

  Task<Result<ContendResult>> run() {
    LoadLine load;
    load.started_ms = asker_.net().now_ms();
    asker_.append(load);
    const std::vector<std::string> books{options_.book};
    const auto stock =
        co_await read_stock_before(asker_.net(), options_.doors, books, options_.timeout_ms);
    if (!stock) co_return std::unexpected(stock.error());
    for (const StockLine& of_region : *stock) asker_.append(of_region);
    const Result<Line> line = co_await price();
    if (!line) co_return std::unexpected(line.error());
    co_await in_parallel(kSessionsAtOnce, [this] { return sessions(); });
    if (without_session_ > 0)
      co_return fail(ErrorCode::kUnavailable,
                     std::to_string(without_session_) + " sessions could not be made");
    const double start_ms = asker_.net().now_ms();
    next_ = 0;
    const Line& wanted = *line;
    co_await in_parallel(options_.orders, [this, &wanted] { return order(wanted); });
    result_.seconds = (asker_.net().now_ms() - start_ms) / 1000;
    co_return result_;
  }

 private:
  Task<Result<Line>> price() {
    HttpRequest request;
    request.method = "GET";
    request.path = "/api/books/" + options_.book;
    request.timeout_ms = options_.timeout_ms;
    const Endpoint from = options_.regions.front();
    const HttpAnswer answer = co_await asker_.net().send(from, request);
    Result<Line> line = read_book(answer.body);
    if (answer.status != 200 || !line)
      co_return fail(ErrorCode::kUnavailable, from.name + ": the price of '" + options_.book +
                                                  "' is not to be had (status " +
                                                  std::to_string(answer.status) + ")");
    line->quantity = options_.quantity;
    co_return line;
  }

  Task<void> sessions() {
    while (next_ < options_.orders) {
      const std::size_t i = next_++;
      Question question = ask_for_session(static_cast<int>(i));
      question.intended_ms = asker_.net().now_ms();
      const Reply reply = co_await asker_.ask(question, routes_[i]);
      const auto session = read_session(reply.http.body);
      if (reply.verdict != Verdict::kDone || !session) {
        ++without_session_;
        continue;
      }
      tokens_[i] = session->token;
      asker_.append_token(question.buyer, session->token);
      asker_.append(BuyerLine{question.buyer, session->customer, session->cart});
    }
  }

  Task<void> order(Line wanted) {
    const std::size_t i = next_++;
    Question question;
    question.intended_ms = asker_.net().now_ms();
    question.buyer = static_cast<int>(i);
    question.operation = Operation::kPlaceOrder;
    question.path = "/api/orders";
    question.key = "contend-" + std::to_string(i);
    question.token = tokens_[i];
    question.lines.push_back(wanted);
    question.body = order_body(question.lines);
    const Reply reply = co_await asker_.ask(question, routes_[i]);
    if (reply.verdict == Verdict::kDone) {
      ++result_.sold;
      ++result_.sold_by[reply.told.region];
    } else if (reply.verdict == Verdict::kUnknown || reply.told.facts.problem == "unavailable") {
      ++result_.unavailable;
    } else if (reply.told.facts.problem == "sold-out") {
      ++result_.sold_out;
    } else {
      ++result_.other;
    }
  }

  Asker& asker_;
  const ContendOptions& options_;
  std::vector<Route> routes_;
  std::vector<std::string> tokens_;
  std::size_t next_ = 0;
  std::size_t without_session_ = 0;
  ContendResult result_;
};

boost::json::object counts(const std::map<std::string, std::size_t>& by_name) {
  boost::json::object out;
  for (const auto& [name, count] : by_name) out[name] = count;
  return out;
}

}  // namespace

Task<Result<ContendResult>> contend(Asker& asker, const ContendOptions& options) {
  Contention contention(asker, options);
  Result<ContendResult> result = co_await contention.run();
  co_return result;
}

std::string to_json(const ContendResult& result) {
  return boost::json::serialize(boost::json::object{{"sold", result.sold},
                                                    {"sold_out", result.sold_out},
                                                    {"unavailable", result.unavailable},
                                                    {"other", result.other},
                                                    {"seconds", result.seconds},
                                                    {"sold_by", counts(result.sold_by)}});
}

std::string to_text(const ContendResult& result) {
  return std::to_string(result.sold) + " sold, " + std::to_string(result.sold_out) +
         " told sold out, " + std::to_string(result.unavailable) + " unavailable, " +
         std::to_string(result.other) + " other, in " +
         std::to_string(static_cast<int>(result.seconds * 1000)) + " ms\n";
}

}  // namespace perpetua::buyers
