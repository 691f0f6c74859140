#include "buyers/record.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

struct OperationName {
  Operation operation;
  std::string_view name;
};

constexpr std::array kOperations = {
    OperationName{Operation::kCreateSession, "createSession"},
    OperationName{Operation::kListBooks, "listBooks"},
    OperationName{Operation::kGetBook, "getBook"},
    OperationName{Operation::kListCategories, "listCategories"},
    OperationName{Operation::kListBestsellers, "listBestsellers"},
    OperationName{Operation::kGetTruth, "getTruth"},
    OperationName{Operation::kGetCart, "getCart"},
    OperationName{Operation::kAddCartItem, "addCartItem"},
    OperationName{Operation::kSetCartItem, "setCartItem"},
    OperationName{Operation::kRemoveCartItem, "removeCartItem"},
    OperationName{Operation::kPlaceOrder, "placeOrder"},
    OperationName{Operation::kListOrders, "listOrders"},
};

NetError parse_error(std::string_view name) {
  for (const NetError error :
       {NetError::kNotSent, NetError::kConnect, NetError::kConnection, NetError::kTimeout})
    if (text(error) == name) return error;
  return NetError::kNone;
}

json::array lines_json(const std::vector<Line>& lines) {
  json::array out;
  for (const Line& line : lines) {
    json::object one{{"bookId", line.book}, {"quantity", line.quantity}};
    if (!line.currency.empty())
      one["price"] = json::object{{"amount", line.amount}, {"currency", line.currency}};
    out.push_back(std::move(one));
  }
  return out;
}

void put_text(json::object& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

json::object encode(const LoadLine& line) {
  return {{"line", "load"},
          {"format", 1},
          {"started_ms", line.started_ms},
          {"rate", line.rate},
          {"duration_s", line.duration_s},
          {"seed", line.seed}};
}

json::object encode(const BuyerLine& line) {
  return {{"line", "buyer"},
          {"buyer", line.buyer},
          {"customerId", line.customer},
          {"cartId", line.cart}};
}

json::object encode(const AskLine& line) {
  json::object out{{"line", "ask"},
                   {"request", line.request},
                   {"attempt", line.attempt},
                   {"operation", text(line.operation)},
                   {"method", line.method},
                   {"path", line.path},
                   {"to", line.to},
                   {"intended_ms", line.intended_ms},
                   {"started_ms", line.started_ms}};
  if (line.buyer >= 0) out["buyer"] = line.buyer;
  put_text(out, "key", line.key);
  if (!line.lines.empty()) out["lines"] = lines_json(line.lines);
  return out;
}

json::object encode(const AnswerLine& line) {
  json::object out{{"line", "answer"},
                   {"request", line.request},
                   {"attempt", line.attempt},
                   {"ended_ms", line.ended_ms},
                   {"status", line.status}};
  if (line.error != NetError::kNone) out["error"] = text(line.error);
  put_text(out, "region", line.region);
  if (line.stale) out["stale"] = true;
  put_text(out, "durability", line.facts.durability);
  put_text(out, "orderId", line.facts.order);
  if (!line.facts.lines.empty()) out["lines"] = lines_json(line.facts.lines);
  put_text(out, "problem", line.facts.problem);
  if (line.facts.outcome_unknown) out["outcome"] = "unknown";
  return out;
}

std::string string_or_empty(const json::object& in, std::string_view name) {
  const auto* value = in.if_contains(name);
  return value ? std::string(value->as_string()) : std::string();
}

template <class T>
T number(const json::object& in, std::string_view name) {
  return in.at(name).to_number<T>();
}

std::vector<Line> decode_lines(const json::object& in) {
  std::vector<Line> out;
  const auto* lines = in.if_contains("lines");
  if (!lines) return out;
  for (const auto& value : lines->as_array()) {
    const auto& one = value.as_object();
    Line line{string_or_empty(one, "bookId"), number<std::int64_t>(one, "quantity"), 0, {}};
    if (const auto* price = one.if_contains("price")) {
      line.amount = number<std::int64_t>(price->as_object(), "amount");
      line.currency = string_or_empty(price->as_object(), "currency");
    }
    out.push_back(std::move(line));
  }
  return out;
}

AskLine decode_ask(const json::object& in) {
  AskLine out;
  out.request = number<std::uint64_t>(in, "request");
  out.attempt = number<int>(in, "attempt");
  if (in.contains("buyer")) out.buyer = number<int>(in, "buyer");
  out.operation = parse_operation(string_or_empty(in, "operation")).value();
  out.key = string_or_empty(in, "key");
  out.method = string_or_empty(in, "method");
  out.path = string_or_empty(in, "path");
  out.to = string_or_empty(in, "to");
  out.intended_ms = number<double>(in, "intended_ms");
  out.started_ms = number<double>(in, "started_ms");
  out.lines = decode_lines(in);
  return out;
}

AnswerLine decode_answer(const json::object& in) {
  AnswerLine out;
  out.request = number<std::uint64_t>(in, "request");
  out.attempt = number<int>(in, "attempt");
  out.ended_ms = number<double>(in, "ended_ms");
  out.status = number<int>(in, "status");
  out.error = parse_error(string_or_empty(in, "error"));
  out.region = string_or_empty(in, "region");
  out.stale = in.contains("stale");
  out.facts.durability = string_or_empty(in, "durability");
  out.facts.order = string_or_empty(in, "orderId");
  out.facts.lines = decode_lines(in);
  out.facts.problem = string_or_empty(in, "problem");
  out.facts.outcome_unknown = in.contains("outcome");
  return out;
}

RecordLine decode_object(const json::object& in) {
  const std::string kind = string_or_empty(in, "line");
  if (kind == "ask") return decode_ask(in);
  if (kind == "answer") return decode_answer(in);
  if (kind == "buyer")
    return BuyerLine{number<int>(in, "buyer"), string_or_empty(in, "customerId"),
                     string_or_empty(in, "cartId")};
  if (kind == "load" && number<int>(in, "format") == 1)
    return LoadLine{number<double>(in, "started_ms"), number<double>(in, "rate"),
                    number<double>(in, "duration_s"), number<std::uint64_t>(in, "seed")};
  throw std::invalid_argument("a line of kind '" + kind + "' is unknown to this version");
}

// A last line without its newline is what a kill left of it.
template <class Handle>
Result<void> for_each_line(const std::string& path, Handle handle) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, path + ": cannot be read");
  std::string line;
  for (std::size_t number = 1; std::getline(in, line) && !in.eof(); ++number) {
    const Result<void> handled = handle(line);
    if (!handled)
      return fail(ErrorCode::kCorrupt,
                  path + ", line " + std::to_string(number) + ": " + handled.error().message);
  }
  return {};
}

int create_private(const std::string& path) {
  return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "writing the record");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string_view text(Operation operation) {
  return kOperations.at(static_cast<std::size_t>(operation)).name;
}

Result<Operation> parse_operation(std::string_view text) {
  for (const auto& [operation, name] : kOperations)
    if (name == text) return operation;
  return fail(ErrorCode::kInvalid, "'" + std::string(text) + "' is no operation of the API");
}

bool is_cart_write(Operation operation) {
  return operation == Operation::kAddCartItem || operation == Operation::kSetCartItem ||
         operation == Operation::kRemoveCartItem;
}

bool is_safe(Operation operation) {
  return operation != Operation::kCreateSession && operation != Operation::kPlaceOrder &&
         !is_cart_write(operation);
}

std::string encode_line(const RecordLine& line) {
  return json::serialize(std::visit([](const auto& one) { return encode(one); }, line));
}

// Boost.JSON and std::expected throw what a malformed line makes them; the caller gets a value.
Result<RecordLine> decode_line(std::string_view line) {
  try {
    return decode_object(json::parse(line).as_object());
  } catch (const std::exception& error) {
    return fail(ErrorCode::kCorrupt, error.what());
  }
}

Result<RecordWriter> RecordWriter::create(const std::string& path) {
  const std::string sessions = path + ".sessions";
  const auto refuse = [](const std::string& file) {
    return fail(ErrorCode::kInvalid, file + ": " + std::generic_category().message(errno) +
                                         "; name a record that does not exist yet");
  };
  const int record_file = create_private(path);
  if (record_file < 0) return refuse(path);
  const int sessions_file = create_private(sessions);
  if (sessions_file < 0) {
    const auto refused = refuse(sessions);
    ::close(record_file);
    return refused;
  }
  return RecordWriter(record_file, sessions_file);
}

RecordWriter::RecordWriter(RecordWriter&& other) noexcept
    : record_(std::exchange(other.record_, -1)), sessions_(std::exchange(other.sessions_, -1)) {}

RecordWriter::~RecordWriter() {
  if (record_ >= 0) ::close(record_);
  if (sessions_ >= 0) ::close(sessions_);
}

void RecordWriter::append(const RecordLine& line) {
  write_all(record_, encode_line(line) + "\n");
}

void RecordWriter::append_token(int buyer, std::string_view token) {
  const json::object line{{"buyer", buyer}, {"token", token}};
  write_all(sessions_, json::serialize(line) + "\n");
}

Result<std::vector<RecordLine>> read_record(const std::string& path) {
  std::vector<RecordLine> lines;
  const auto read = for_each_line(path, [&](const std::string& text) -> Result<void> {
    auto line = decode_line(text);
    if (!line) return std::unexpected(line.error());
    lines.push_back(std::move(*line));
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return lines;
}

Result<std::map<int, std::string>> read_tokens(const std::string& path) {
  std::map<int, std::string> tokens;
  const auto read = for_each_line(path + ".sessions", [&](const std::string& text) -> Result<void> {
    try {
      const auto line = json::parse(text).as_object();
      tokens[number<int>(line, "buyer")] = string_or_empty(line, "token");
    } catch (const std::exception& error) {
      return fail(ErrorCode::kCorrupt, error.what());
    }
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return tokens;
}

}  // namespace perpetua::buyers
