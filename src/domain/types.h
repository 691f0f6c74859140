#pragma once
// The things a shop is about, as the rules and the API know them. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/writer.h"
#include "crdt/order_details.h"

namespace perpetua::domain {

/// Integer minor units (cents), never a fraction.
struct Money {
  std::int64_t amount = 0;
  std::string currency;  // ISO 4217, three capitals
  bool operator==(const Money&) const = default;
};

struct Rating {
  double average = 0;  // 0..5
  std::uint64_t count = 0;
  bool operator==(const Rating&) const = default;
};

/// Limits and their reasons: docs/formats/catalogue.md.
struct Book {
  std::string id;  // [a-z0-9][a-z0-9-]{0,63}
  std::string title;
  std::vector<std::string> authors;
  std::string category;  // a slug, of the id's form
  std::string description;
  std::optional<std::string> language;  // BCP 47
  std::optional<int> year;
  std::optional<std::string> isbn;
  Money price;
  std::optional<Rating> rating;
  bool retired = false;
  bool operator==(const Book&) const = default;
};

struct CartLine {
  std::string book_id;
  std::string title;
  std::vector<std::string> authors;
  std::string category;
  std::int64_t quantity = 0;   // at least 1
  Money price;                 // the catalogue's, now
  std::int64_t available = 0;  // over all regions, as seen here
};

struct Cart {
  std::string id;
  std::vector<CartLine> lines;  // by book id
  Money total;
  std::string etag;  // without quotes; changes with every operation and price
};

struct OrderLine {
  std::string book_id;
  std::int64_t quantity = 0;
  Money price;  // of one copy
  bool operator==(const OrderLine&) const = default;
};

/// A way in which an order's parcel is sent. Of a method there may be one in each currency.
struct DeliveryOption {
  std::string method;  // a slug
  Money price;
  std::int64_t days_min = 0;  // working days until it comes
  std::int64_t days_max = 0;
  bool operator==(const DeliveryOption&) const = default;
};

enum class Durability { kLocal, kRemote };

struct Order {
  std::string id;
  std::string customer;
  std::string cart;
  std::vector<OrderLine> lines;  // by book id
  crdt::OrderDetails details;
  Money total;                    // of the lines and the delivery
  std::int64_t placed_at_ms = 0;  // since 1970, by the clock of the winner's region
  Writer taken_by;
  Durability durability = Durability::kLocal;
};

/// Who asks, as the session token says.
struct Session {
  std::string customer;
  std::string cart;
};

/// What an answer reflects, for the position promise (design section 5).
template <class T>
struct Reflecting {
  T value;
  Position position;
};

struct Availability {
  std::string region;
  std::int64_t quantity = 0;  // never negative
};

/// One writer's part in a book's stock, for the operator and for checkers.
struct StockRow {
  Writer writer;
  std::int64_t delivered = 0;  // its shares of all deliveries
  std::int64_t sold = 0;
  std::int64_t released = 0;
  std::int64_t written_off = 0;
  std::int64_t granted_in = 0;
  std::int64_t granted_out = 0;
  std::int64_t rights = 0;  // unclamped
};

struct DeliveryReport {
  std::string id;
  std::string name;
  std::int64_t quantity = 0;
};

struct StockReport {
  std::vector<DeliveryReport> deliveries;
  std::vector<StockRow> writers;
};

}  // namespace perpetua::domain
