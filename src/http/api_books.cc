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
constexpr std::size_t kQueryMax = 100;   // characters
constexpr std::size_t kAuthorMax = 200;  // characters, as a book's

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

std::optional<views::Sort> to_sort(std::string_view text) {
  constexpr std::pair<std::string_view, views::Sort> kSorts[] = {
      {"title", views::Sort::kTitle},
      {"price", views::Sort::kPrice},
      {"-price", views::Sort::kPriceDown},
      {"-year", views::Sort::kYearDown}};
  const auto found =
      std::ranges::find(kSorts, text, &std::pair<std::string_view, views::Sort>::first);
  if (found == std::end(kSorts)) return std::nullopt;
  return found->second;
}

/// What GET /api/books asks for.
struct Browsing {
  std::string list;
  views::Sort sort;
  std::optional<std::string> cursor;
  std::size_t limit;
  std::string again;  // the parameters that choose list and sort, encoded
};

Checked<Browsing> read_browsing(const Request& request) {
  QueryReader query(request.query);
  const auto category = query.text("category");
  const auto author = query.text("author", kAuthorMax);
  const auto order = query.text("sort");
  Browsing browsing{views::all_books(),
                    views::Sort::kTitle,
                    query.text("cursor"),
                    query.integer("limit", 1, kPageLimitMax, kPageLimitDefault),
                    {}};
  if (const auto done = query.finish(); !done) return std::unexpected(done.error());
  const auto keep = [&](std::string_view name, std::string_view value) {
    browsing.again += std::string(browsing.again.empty() ? "" : "&") + std::string(name) + "=" +
                      percent_encode(value);
  };
  if (category && author)
    return refuse(ProblemKind::kValidation, "category and author cannot both be given");
  if (category) {
    if (!is_slug(*category))
      return refuse(ProblemKind::kValidation, "category must be a slug: [a-z0-9][a-z0-9-]*");
    browsing.list = views::of_category(*category);
    keep("category", *category);
  }
  if (author) {
    browsing.list = views::of_author(*author);
    keep("author", *author);
  }
  if (order) {
    const auto sort = to_sort(*order);
    if (!sort)
      return refuse(ProblemKind::kValidation, "sort must be title, price, -price or -year");
    browsing.sort = *sort;
    keep("sort", *order);
  }
  return browsing;
}

Task<Response> list_books(Services& services, const Request& request) {
  const auto browsing = read_browsing(request);
  if (!browsing) co_return to_response(browsing.error());
  const auto& [list, sort, cursor, limit, again] = *browsing;
  auto page = services.shelves.browse(list, sort, cursor, limit);
  if (!page) co_return to_response(ProblemKind::kValidation, page.error().message);

  const auto books = co_await services.catalogue.get_many(std::move(page->ids));
  if (!books) co_return to_response(to_problem(books.error()));
  const json::value body{{"items", books_json(books->value)}};
  Response response = shelf(services, request, body);
  if (page->next) response.headers.add("Link", next_link("/api/books", limit, *page->next, again));
  co_return response;
}

Task<Response> search_books(Services& services, const Request& request) {
  QueryReader query(request.query);
  const auto text = query.text("q", kQueryMax);
  const std::size_t limit = query.integer("limit", 1, kPageLimitMax, kPageLimitDefault);
  if (const auto done = query.finish(); !done) co_return to_response(done.error());
  if (!text) co_return to_response(ProblemKind::kValidation, "q is missing");
  views::Found found = services.shelves.search(*text, limit);
  const auto books = co_await services.catalogue.get_many(std::move(found.ids));
  if (!books) co_return to_response(to_problem(books.error()));
  const json::value body{{"items", books_json(books->value)}, {"total", found.total}};
  co_return shelf(services, request, body);
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
    {"GET", "/api/search", search_books, Takes::kQuery},
    {"GET", "/api/categories", list_categories},
    {"GET", "/api/bestsellers", list_best_sellers},
};

}  // namespace

std::span<const Route> book_routes() {
  return kRoutes;
}

}  // namespace perpetua::http
