#pragma once
// The record of a load: every request attempt and every answer, one JSON line each, appended as it
// happens. Exact to the field in docs/formats/record.md.

#include <optional>
#include <variant>

#include "buyers/net.h"

namespace perpetua::buyers {

enum class Operation {
  kBeginSession,
  kListBooks,
  kGetBook,
  kListCategories,
  kListBestSellers,
  kGetTruth,
  kGetCart,
  kAddToCart,
  kSetCartItem,
  kRemoveFromCart,
  kPlaceOrder,
  kListOrders,
};

/// The operation's id in api/openapi.yaml.
[[nodiscard]] std::string_view text(Operation operation);
[[nodiscard]] Result<Operation> parse_operation(std::string_view text);
/// The operation's method there.
[[nodiscard]] std::string_view method(Operation operation);
/// GET: asking again changes nothing.
[[nodiscard]] bool is_safe(Operation operation);
[[nodiscard]] bool is_cart_write(Operation operation);
/// Of the session alone: its answer is never older than what the session has seen.
[[nodiscard]] bool is_private(Operation operation);

/// Copies of a book at a price each, in minor units. In a cart item that was asked for, price 0.
struct Line {
  std::string book;
  std::int64_t quantity = 0;
  std::int64_t amount = 0;
  std::string currency;

  bool operator==(const Line&) const = default;
};

/// The problem of an answer, whatever its status, whose body is not what the contract says.
inline constexpr std::string_view kUnreadable = "unreadable";

/// Perpetua-Region of what an edge answered by itself.
inline constexpr std::string_view kNoRegion = "none";

/// An order in a list, as the buyer was shown it.
struct ListedOrder {
  std::string id;
  std::string durability;

  bool operator==(const ListedOrder&) const = default;
};

/// What of an answer's body the checker needs.
struct Facts {
  std::string order;                // id, when an order was answered
  std::vector<Line> lines;          // the order's, or the cart's
  std::vector<ListedOrder> orders;  // when a list of them was answered
  std::string durability;           // `local`, `remote`, or empty
  std::string problem;              // slug of a problem's type: `sold-out`; kUnreadable
  bool outcome_unknown = false;     // the problem says that it promises nothing about the key
};

/// The first line: which load this was. Rates are arrivals a second.
struct LoadLine {
  double started_ms = 0;
  double rate = 0;
  double duration_s = 0;
  std::uint64_t seed = 0;
};

/// The copies sold, and not given back, before the load: of the books that its buyers knew, as one
/// region's operator's door told them while the shop was at rest.
struct StockLine {
  std::string region;
  std::map<std::string, std::int64_t> sold;  // by book
};

/// A session, once it has been answered. Its token is in the sidecar file, not here.
struct BuyerLine {
  int buyer = 0;
  std::string customer;
  std::string cart;
};

/// An attempt, written before its first byte is sent. Attempts of one request share `request`,
/// `key` and `intended_ms`, and count from 1.
struct AskLine {
  std::uint64_t request = 0;
  int attempt = 1;
  int buyer = -1;  // none
  Operation operation = Operation::kGetTruth;
  std::string key;
  std::string if_match;  // the ETag of the cart that an order is of; empty when it lists its lines
  std::string method;
  std::string path;
  std::string to;          // `edge` or a region's name
  double intended_ms = 0;  // when it was due
  double started_ms = 0;
  std::vector<Line> lines;  // of a cart item or an order: what was asked for
};

/// What came of an attempt.
struct AnswerLine {
  std::uint64_t request = 0;
  int attempt = 1;
  double ended_ms = 0;
  int status = 0;
  NetError error = NetError::kNone;
  std::string region;  // that answered: Perpetua-Region
  bool stale = false;  // it said that it is behind what the buyer has seen: Perpetua-Stale
  Facts facts;
};

using RecordLine = std::variant<LoadLine, StockLine, BuyerLine, AskLine, AnswerLine>;

/// Without the newline.
[[nodiscard]] std::string encode_line(const RecordLine& line);
[[nodiscard]] Result<RecordLine> decode_line(std::string_view line);

/// Appends to `path` and, for tokens, to `path`.sessions, both 0600. Each line is one write(2), so
/// that a killed process leaves a readable prefix. Throws std::system_error when the disk refuses:
/// a load without its record proves nothing.
class RecordWriter {
 public:
  /// kInvalid when either file is there already: a record is never overwritten.
  [[nodiscard]] static Result<RecordWriter> create(const std::string& path);
  RecordWriter(RecordWriter&& other) noexcept;
  RecordWriter& operator=(RecordWriter&&) = delete;
  ~RecordWriter();

  void append(const RecordLine& line);
  void append_token(int buyer, std::string_view token);

 private:
  RecordWriter(int record, int sessions) : record_(record), sessions_(sessions) {}
  int record_;
  int sessions_;
};

/// All whole lines of a record. A last line without its newline was cut off by a kill and is left
/// out; any other line that does not decode is kCorrupt, with its number.
[[nodiscard]] Result<std::vector<RecordLine>> read_record(const std::string& path);
/// Bearer tokens by buyer, of `path`.sessions.
[[nodiscard]] Result<std::map<int, std::string>> read_tokens(const std::string& path);

}  // namespace perpetua::buyers
