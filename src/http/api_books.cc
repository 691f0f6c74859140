#include <boost/json.hpp>

#include "http/answers.h"
#include "http/api.h"
#include "http/domain_json.h"
#include "http/uri.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

// How long a cache may show a shelf, or a book with what is left of it.
constexpr int kShelfMaxAgeS = 10;
constexpr int kBookMaxAgeS = 2;
constexpr std::size_t kBestSellers = 20;

json::array books_json(const std::vector<domain::Book>& books) {
  json::array items;
  items.reserve(books.size());
  for (const domain::Book& book : books) items.push_back(to_json(book));
  return items;
}

/// Of a view, with its position.
Response shelf(Services& services, const Request& request, const json::value& body) {
  Response response = cacheable(request, body, kShelfMaxAgeS);
  services.promise.mark(services.feeder.position(), response);
  return response;
}

Task<Response> list_books(Services& services, const Request& request) {
  QueryReader query(request.query);
  const auto category = query.text("category");
  const auto cursor = query.text("cursor");
  const std::size_t limit = query.integer("limit", 1, kPageLimitMax, kPageLimitDefault);
  if (const auto done = query.finish(); !done) co_return to_response(done.error());
  if (category && !is_slug(*category))
    co_return to_response(ProblemKind::kValidation, "category must be a slug: [a-z0-9][a-z0-9-]*");
  auto page = services.shelves.browse(category, cursor, limit);
  if (!page) co_return to_response(ProblemKind::kValidation, page.error().message);

  const auto books = co_await services.catalogue.get_many(std::move(page->ids));
  if (!books) co_return to_response(to_problem(books.error()));
  const json::value body{{"items", books_json(books->value)}};
  Response response = shelf(services, request, body);
  if (page->next) {
    const std::string filter = category ? "category=" + percent_encode(*category) : "";
    response.headers.add("Link", next_link("/api/books", limit, *page->next, filter));
  }
  co_return response;
}

Task<Response> get_book(Services& services, const Request& request) {
  const std::string& id = request.parameters.at(0);
  if (!is_slug(id)) co_return to_response(ProblemKind::kNotFound, "there is no such book");
  const auto found = co_await services.catalogue.get(id);
  if (!found) co_return to_response(to_problem(found.error()));
  json::value body = to_json(found->book);
  body.as_object()["availability"] = to_json(found->availability);
  co_return cacheable(request, body, kBookMaxAgeS);
}

Task<Response> list_categories(Services& services, const Request& request) {
  json::array items;
  for (const auto& [slug, name, count] : services.shelves.categories())
    items.push_back(json::object{{"slug", slug}, {"name", name}, {"count", count}});
  const json::value body{{"items", std::move(items)}};
  co_return shelf(services, request, body);
}

Task<Response> list_best_sellers(Services& services, const Request& request) {
  // Some may have been retired since.
  const std::vector<views::Sales> top = services.best_sellers.top(2 * kBestSellers);
  std::vector<std::string> ids;
  for (const views::Sales& sales : top) ids.push_back(sales.book);
  const auto books = co_await services.catalogue.get_many(std::move(ids));
  if (!books) co_return to_response(to_problem(books.error()));
  json::array items;
  for (const views::Sales& sales : top) {
    const auto book = std::ranges::find(books->value, sales.book, &domain::Book::id);
    if (book != books->value.end() && items.size() < kBestSellers)
      items.push_back(json::object{{"book", to_json(*book)}, {"sold", sales.sold}});
  }
  const json::value body{{"items", std::move(items)}};
  co_return shelf(services, request, body);
}

constexpr Route kRoutes[] = {
    {"GET", "/api/books", list_books, Takes::kQuery},
    {"GET", "/api/books/{id}", get_book},
    {"GET", "/api/categories", list_categories},
    {"GET", "/api/bestsellers", list_best_sellers},
};

}  // namespace

std::span<const Route> book_routes() {
  return kRoutes;
}

}  // namespace perpetua::http
