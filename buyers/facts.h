#pragma once
// What the buyers read of the API's answers (api/openapi.yaml).

#include "buyers/record.h"

namespace perpetua::buyers {

/// The facts of an answer to `ask`. An answer whose body is not what the contract says, or is of
/// something else than was asked for, has the problem kUnreadable, whatever its status.
[[nodiscard]] Facts read_facts(const AskLine& ask, const HttpAnswer& answer);

struct Session {
  std::string customer;
  std::string cart;
  std::string token;
};
[[nodiscard]] Result<Session> read_session(std::string_view body);

/// One page of a list, and the path of the next, empty on the last (RFC 8288, rel="next").
template <class T>
struct Page {
  std::vector<T> items;
  std::string next;
};

/// Books as lines of one copy at their current price.
[[nodiscard]] Result<Page<Line>> read_books(const HttpAnswer& answer);
[[nodiscard]] Result<Page<Facts>> read_orders(const HttpAnswer& answer);
[[nodiscard]] Result<std::vector<Line>> read_cart(std::string_view body);
/// GET /api/bestsellers: a book's id and its copies sold, in one text, each.
[[nodiscard]] Result<std::vector<std::string>> read_best_sellers(std::string_view body);
/// GET /api/books/{id}: the book's price.
[[nodiscard]] Result<Line> read_book(std::string_view body);

/// The body that adds, sets, or orders.
[[nodiscard]] std::string add_body(const std::string& book, std::int64_t quantity);
[[nodiscard]] std::string set_body(std::int64_t quantity);
[[nodiscard]] std::string order_body(const std::vector<Line>& lines);

}  // namespace perpetua::buyers
