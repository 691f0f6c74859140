#include "http/domain_json.h"

#include <boost/json.hpp>
#include <ctime>

#include "base/assert.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

// What a field may take up in a body at all; the catalogue's own limits are tighter.
constexpr TextBounds kAnyText{0, std::size_t{64} * 1024};
constexpr std::size_t kAuthorsMax = 1000;
constexpr std::int64_t kAmountMax = 1'000'000'000'000;

bool is_currency(std::string_view code) {
  return code.size() == 3 &&
         code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

ProblemKind kind_of(domain::Refusal refusal) {
  switch (refusal) {
    case domain::Refusal::kInvalid:
      return ProblemKind::kValidation;
    case domain::Refusal::kNotFound:
      return ProblemKind::kNotFound;
    case domain::Refusal::kPriceChanged:
      return ProblemKind::kPriceChanged;
    case domain::Refusal::kSoldOut:
      return ProblemKind::kSoldOut;
    case domain::Refusal::kCartEmpty:
      return ProblemKind::kCartEmpty;
    case domain::Refusal::kEtagMismatch:
      return ProblemKind::kEtagMismatch;
    case domain::Refusal::kTooManyKeys:
      return ProblemKind::kTooManyKeys;
    case domain::Refusal::kKeyReused:
      return ProblemKind::kKeyReused;
    case domain::Refusal::kReadOnly:
      return ProblemKind::kReadOnly;
    case domain::Refusal::kUnavailable:
    case domain::Refusal::kConflict:
      return ProblemKind::kUnavailable;
    case domain::Refusal::kCorrupt:
      return ProblemKind::kInternal;
  }
  PERPETUA_ASSERT(false, "every refusal is a kind of problem");
}

}  // namespace

json::value to_json(const domain::Money& money) {
  json::object out;
  out["amount"] = money.amount;
  out["currency"] = money.currency;
  return out;
}

json::value to_json(const domain::Book& book) {
  json::object out;
  out.reserve(10);
  out["id"] = book.id;
  out["title"] = book.title;
  out["authors"] = json::array(book.authors.begin(), book.authors.end());
  out["category"] = book.category;
  out["description"] = book.description;
  if (book.language) out["language"] = *book.language;
  if (book.year) out["year"] = *book.year;
  if (book.isbn) out["isbn"] = *book.isbn;
  out["price"] = to_json(book.price);
  if (book.rating)
    out["rating"] = json::object{{"average", book.rating->average}, {"count", book.rating->count}};
  return out;
}

json::value to_json(const std::vector<domain::Availability>& availability) {
  json::array out;
  for (const auto& [region, quantity] : availability)
    out.push_back(json::object{{"region", region}, {"quantity", quantity}});
  return out;
}

json::value to_json(const domain::CartLine& line) {
  json::object out;
  out["bookId"] = line.book_id;
  out["title"] = line.title;
  out["authors"] = json::array(line.authors.begin(), line.authors.end());
  out["category"] = line.category;
  out["quantity"] = line.quantity;
  out["price"] = to_json(line.price);
  out["total"] = to_json(domain::Money{line.price.amount * line.quantity, line.price.currency});
  out["available"] = line.available;
  return out;
}

json::value to_json(const domain::Cart& cart) {
  json::array lines;
  for (const domain::CartLine& line : cart.lines) lines.push_back(to_json(line));
  json::object out;
  out["id"] = cart.id;
  out["lines"] = std::move(lines);
  out["total"] = to_json(cart.total);
  return out;
}

json::value to_json(const domain::DeliveryOption& option) {
  json::object out;
  out["method"] = option.method;
  out["price"] = to_json(option.price);
  out["daysMin"] = option.days_min;
  out["daysMax"] = option.days_max;
  return out;
}

json::value to_json(const crdt::Address& address) {
  json::object out;
  out["name"] = address.name;
  out["street"] = address.street;
  if (address.extra) out["extra"] = *address.extra;
  out["postcode"] = address.postcode;
  out["city"] = address.city;
  out["country"] = address.country;
  return out;
}

json::value to_json(const crdt::OrderDelivery& delivery) {
  json::object out;
  out["method"] = delivery.method;
  out["price"] = to_json(domain::Money{delivery.price, delivery.currency});
  return out;
}

json::value to_json(const crdt::Payment& payment) {
  json::object out;
  out["brand"] = payment.brand;
  out["last4"] = payment.last4;
  return out;
}

json::value to_json(const domain::StockReport& report) {
  json::array deliveries;
  for (const auto& [id, name, quantity] : report.deliveries)
    deliveries.push_back(json::object{{"id", id}, {"name", name}, {"quantity", quantity}});
  json::array writers;
  for (const domain::StockRow& row : report.writers)
    writers.push_back(json::object{{"writer", row.writer.text()},
                                   {"delivered", row.delivered},
                                   {"sold", row.sold},
                                   {"released", row.released},
                                   {"writtenOff", row.written_off},
                                   {"grantedIn", row.granted_in},
                                   {"grantedOut", row.granted_out},
                                   {"rights", row.rights}});
  return json::object{{"deliveries", std::move(deliveries)}, {"writers", std::move(writers)}};
}

json::value to_json(const Position& position) {
  json::object out;
  for (const auto& [writer, n] : position) out[writer.text()] = n;
  return out;
}

std::string_view to_text(domain::Durability durability) {
  return durability == domain::Durability::kRemote ? "remote" : "local";
}

std::string to_timestamp(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  size += static_cast<std::size_t>(
      std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(ms % 1000)));
  return std::string(text, size);
}

domain::Money read_money(ObjectReader& reader, std::string_view name) {
  domain::Money money;
  const json::value* value = reader.object(name);
  if (value == nullptr) return money;
  ObjectReader part(*value, reader.pointer_to(name));
  money.amount = part.integer("amount", 0, kAmountMax);
  money.currency = part.text("currency", is_currency, "three capitals, such as EUR");
  if (const auto done = part.finish(); !done) reader.fault(done.error());
  return money;
}

domain::Book read_book(ObjectReader& reader) {
  domain::Book book;
  book.id = reader.text("id", kAnyText);
  book.title = reader.text("title", kAnyText);
  book.authors = reader.texts("authors", 0, kAuthorsMax, kAnyText);
  book.category = reader.text("category", kAnyText);
  book.description = reader.text("description", kAnyText);
  if (reader.has("language")) book.language = reader.text("language", kAnyText);
  if (reader.has("year")) book.year = static_cast<int>(reader.integer("year", -9999, 9999));
  if (reader.has("isbn")) book.isbn = reader.text("isbn", kAnyText);
  book.price = read_money(reader, "price");
  if (const json::value* rating = reader.has("rating") ? reader.object("rating") : nullptr) {
    ObjectReader part(*rating, reader.pointer_to("rating"));
    book.rating.emplace();
    book.rating->average = part.number("average", 0, 5);
    book.rating->count = static_cast<std::uint64_t>(part.integer("count", 0, kAmountMax));
    if (const auto done = part.finish(); !done) reader.fault(done.error());
  }
  return book;
}

crdt::OrderDetails read_order_details(ObjectReader& reader) {
  crdt::OrderDetails details;
  if (reader.has("shipTo"))
    read_part(reader, "shipTo", [&](ObjectReader& part) {
      crdt::Address& to = details.ship_to.emplace();
      to.name = part.text("name", kAnyText);
      to.street = part.text("street", kAnyText);
      if (part.has("extra")) to.extra = part.text("extra", kAnyText);
      to.postcode = part.text("postcode", kAnyText);
      to.city = part.text("city", kAnyText);
      to.country = part.text("country", kAnyText);
    });
  if (reader.has("delivery"))
    read_part(reader, "delivery", [&](ObjectReader& part) {
      std::string method = part.text("method", kAnyText);
      domain::Money price = read_money(part, "price");
      details.delivery = {std::move(method), price.amount, std::move(price.currency)};
    });
  if (reader.has("payment"))
    read_part(reader, "payment", [&](ObjectReader& part) {
      std::string brand = part.text("brand", kAnyText);
      details.payment = {std::move(brand), part.text("last4", kAnyText)};
    });
  return details;
}

Problem to_problem(const domain::Problem& problem) {
  if (problem.kind == domain::Refusal::kCorrupt) throw std::runtime_error(problem.detail);
  Problem out{kind_of(problem.kind), problem.detail, {}};
  if (!problem.pointer.empty()) {
    out.detail = problem.pointer + " " + problem.detail;
    out.extra["pointer"] = problem.pointer;
  }
  if (!problem.lines.empty()) {
    json::array lines;
    for (const domain::ProblemLine& line : problem.lines) {
      json::object entry{{"bookId", line.book_id}};
      if (problem.kind == domain::Refusal::kPriceChanged)
        entry["price"] = to_json(line.price);
      else
        entry["available"] = line.available;
      lines.push_back(std::move(entry));
    }
    out.extra["lines"] = std::move(lines);
  }
  if (problem.outcome_unknown) out.extra["outcome"] = "unknown";
  return out;
}

}  // namespace perpetua::http
