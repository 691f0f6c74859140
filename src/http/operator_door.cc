// The operator's door: what changes the catalogue and the stock. Reached through a Unix socket that
// only the shop's own account can open.

#include <boost/json.hpp>
#include <set>

#include "domain/validate.h"
#include "http/answers.h"
#include "http/api.h"
#include "http/domain_json.h"
#include "http/fields.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

constexpr std::size_t kLinesMax = 500;
constexpr std::int64_t kCopiesMax = 1'000'000;
constexpr TextBounds kName{1, 64};
constexpr TextBounds kKey{1, 200};

/// A batch of books on its way in. `line` counts from 1.
struct Import {
  struct Entry {
    std::size_t line;
    domain::NewBook book;
  };
  std::vector<Entry> entries;
  std::map<std::size_t, std::string> refused;
  std::size_t accepted = 0;
  std::size_t unchanged = 0;
};

Checked<domain::NewBook> read_new_book(std::string_view line) {
  const auto value = parse_json(line);
  if (!value) return std::unexpected(value.error());
  ObjectReader reader(*value);
  domain::NewBook entry;
  if (reader.has("book")) {
    const json::value* book = reader.object("book");
    if (reader.has("initial")) entry.initial = reader.integer("initial", 0, kCopiesMax);
    if (book != nullptr) {
      ObjectReader part(*book, reader.pointer_to("book"));
      entry.book = read_book(part);
      if (const auto done = part.finish(); !done) reader.fault(done.error());
    }
  } else {
    entry.book = read_book(reader);
  }
  if (const auto done = reader.finish(); !done) return std::unexpected(done.error());
  if (const auto wrong = domain::validate(entry.book)) return std::unexpected(to_problem(*wrong));
  return entry;
}

Checked<Import> read_import(std::string_view text) {
  Import import;
  for (std::size_t line = 1; !text.empty(); ++line) {
    if (line > kLinesMax)
      return refuse(ProblemKind::kPayloadTooLarge,
                    "a request may have " + std::to_string(kLinesMax) + " lines");
    const std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    auto entry = read_new_book(one);
    if (entry)
      import.entries.push_back({line, std::move(*entry)});
    else
      import.refused.emplace(line, entry.error().detail);
  }
  return import;
}

/// Puts entries [from, to), which name no id twice. Their lines are sound: what fails here is the
/// shop, and says nothing about a line.
Task<domain::Checked<void>> put_part(Services& services, Import& import, std::size_t from,
                                     std::size_t to) {
  std::vector<domain::NewBook> books;
  for (std::size_t i = from; i < to; ++i) books.push_back(import.entries[i].book);
  const auto outcomes = co_await services.catalogue.put(std::move(books));
  if (!outcomes) co_return std::unexpected(outcomes.error());
  for (const domain::PutOutcome outcome : *outcomes)
    ++(outcome == domain::PutOutcome::kAccepted ? import.accepted : import.unchanged);
  co_return domain::Checked<void>{};
}

/// Where the part that begins at `from` ends: it is full, or an id comes again.
std::size_t part_end(const Import& import, std::size_t from) {
  std::set<std::string_view> ids;
  std::size_t to = from;
  while (to < import.entries.size() && to - from < domain::kBooksPerPut &&
         ids.insert(import.entries[to].book.book.id).second)
    ++to;
  return to;
}

Task<Response> put_books(Services& services, const Request& request) {
  if (!has_content_type(request, "application/x-ndjson"))
    co_return to_response(ProblemKind::kUnsupportedMediaType,
                          "send the books as application/x-ndjson");
  auto import = read_import(request.body);
  if (!import) co_return to_response(import.error());
  for (std::size_t from = 0; from < import->entries.size();) {
    const std::size_t to = part_end(*import, from);
    // What came before is written; sent again, it is unchanged.
    if (const auto put = co_await put_part(services, *import, from, to); !put)
      co_return to_response(to_problem(put.error()));
    from = to;
  }
  json::array refused;
  for (const auto& [line, why] : import->refused)
    refused.push_back(json::object{{"line", line}, {"why", why}});
  json::object body;
  body["accepted"] = import->accepted;
  body["unchanged"] = import->unchanged;
  body["refused"] = std::move(refused);
  co_return json_response(200, body);
}

json::object outcome_json(const std::string& book, domain::PutOutcome outcome) {
  return {{"id", book}, {"changed", outcome == domain::PutOutcome::kAccepted}};
}

Task<Response> put_book(Services& services, const Request& request) {
  const auto body = parse_json_body(request);
  if (!body) co_return to_response(body.error());
  ObjectReader reader(*body);
  domain::NewBook entry;
  entry.book = read_book(reader);
  if (reader.ok() && entry.book.id != request.parameters.at(0))
    reader.fault("/id", "is not the id in the address");
  if (const auto done = reader.finish(); !done) co_return to_response(done.error());
  if (const auto wrong = domain::validate(entry.book)) co_return to_response(to_problem(*wrong));
  std::vector<domain::NewBook> one{entry};
  const auto outcomes = co_await services.catalogue.put(std::move(one));
  if (!outcomes) co_return to_response(to_problem(outcomes.error()));
  co_return json_response(200, outcome_json(entry.book.id, outcomes->front()));
}

Task<Response> retire_book(Services& services, const Request& request) {
  const std::string& book = request.parameters.at(0);
  const auto outcome = co_await services.catalogue.retire(book);
  if (!outcome) co_return to_response(to_problem(outcome.error()));
  co_return json_response(200, outcome_json(book, *outcome));
}

/// The latest first; each `book` is as PUT takes it, to undo what came after.
Task<Response> get_history(Services& services, const Request& request) {
  const auto history = co_await services.catalogue.history(request.parameters.at(0));
  if (!history) co_return to_response(to_problem(history.error()));
  json::array items;
  for (const domain::BookEdit& edit : *history) {
    json::object item;
    item["editedAt"] = to_timestamp(edit.edited_at_ms);
    item["writer"] = edit.writer.text();
    item["retired"] = edit.book.retired;
    item["book"] = to_json(edit.book);
    items.push_back(std::move(item));
  }
  const json::value body{{"items", std::move(items)}};
  co_return json_response(200, body);
}

Response stock_response(const domain::Checked<domain::StockReport>& report) {
  return report ? json_response(200, to_json(*report)) : to_response(to_problem(report.error()));
}

Task<Response> deliver(Services& services, const Request& request) {
  const auto body = parse_json_body(request);
  if (!body) co_return to_response(body.error());
  ObjectReader reader(*body);
  const std::string name = reader.text("delivery", kName);
  const std::int64_t quantity = reader.integer("quantity", 1, kCopiesMax);
  if (const auto done = reader.finish(); !done) co_return to_response(done.error());
  const auto report = co_await services.stock.deliver(request.parameters.at(0), name, quantity);
  co_return stock_response(report);
}

Task<Response> write_off(Services& services, const Request& request) {
  const auto body = parse_json_body(request);
  if (!body) co_return to_response(body.error());
  ObjectReader reader(*body);
  const std::int64_t quantity = reader.integer("quantity", 1, kCopiesMax);
  const std::string key = reader.text("key", kKey);
  if (const auto done = reader.finish(); !done) co_return to_response(done.error());
  const auto report = co_await services.stock.write_off(request.parameters.at(0), key, quantity);
  co_return stock_response(report);
}

Task<Response> get_stock(Services& services, const Request& request) {
  const auto report = co_await services.stock.report(request.parameters.at(0));
  co_return stock_response(report);
}

/// For a book's id that can be one: a problem repeats it, and is UTF-8.
template <auto kHandler>
Task<Response> for_book(Services& services, const Request& request) {
  if (!is_slug(request.parameters.at(0)))
    co_return to_response(ProblemKind::kNotFound, "there is no such book");
  Response response = co_await kHandler(services, request);
  co_return response;
}

constexpr Route kRoutes[] = {
    {"POST", "/books", put_books},
    {"PUT", "/books/{id}", put_book},
    {"POST", "/books/{id}/retire", for_book<retire_book>},
    {"GET", "/books/{id}/history", for_book<get_history>},
    {"POST", "/books/{id}/deliveries", for_book<deliver>},
    {"POST", "/books/{id}/write-offs", for_book<write_off>},
    {"GET", "/books/{id}/stock", for_book<get_stock>},
};

}  // namespace

std::span<const Route> operator_routes() {
  return kRoutes;
}

}  // namespace perpetua::http
