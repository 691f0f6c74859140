#pragma once
// The lists in which books are browsed: all of them, those of a category, those of an author; and
// the search for them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "views/search_index.h"
#include "views/shelf.h"
#include "views/view.h"

namespace perpetua::views {

struct CategoryCount {
  std::string slug;
  std::string name;  // for people, from the slug
  std::size_t count = 0;
};

/// The name of a list. An author is found with case and accents aside.
[[nodiscard]] std::string all_books();
[[nodiscard]] std::string of_category(std::string_view slug);
[[nodiscard]] std::string of_author(std::string_view name);

class CatalogueView : public View {
 public:
  CatalogueView() = default;
  CatalogueView& operator=(CatalogueView&&) = default;  // a copy's shelves would hold other books
  [[nodiscard]] std::string_view table() const override;
  void apply(const port::KeyedRow& row) override;
  [[nodiscard]] std::unique_ptr<View> make_empty() const override {
    return std::make_unique<CatalogueView>();
  }
  void replace_by(View& built) override { *this = std::move(static_cast<CatalogueView&>(built)); }

  /// By slug.
  [[nodiscard]] std::vector<CategoryCount> categories() const;
  /// kInvalid for a cursor that browse() of this list and sort did not give. An unknown list is an
  /// empty page.
  [[nodiscard]] Result<BookPage> browse(const std::string& list, Sort sort,
                                        const std::optional<std::string>& cursor,
                                        std::size_t limit) const;

  [[nodiscard]] Found search(std::string_view query, std::size_t limit) const {
    return index_.search(query, limit);
  }

 private:
  using Lists = std::map<std::string, Shelf>;
  struct Seen {
    std::uint64_t version = 0;
    Writer writer;
    Placed place;                        // on the shelves of `lists`
    std::vector<Lists::iterator> lists;  // none: retired
  };
  void shelve(Seen& seen, const std::string& list);
  void unshelve(Seen& seen);

  // Shelves and index point into the books: no map moves what it holds.
  std::map<std::string, Seen> books_;
  Lists lists_;
  SearchIndex index_;
};

/// `fairy-tales` -> `Fairy Tales`
[[nodiscard]] std::string category_name(std::string_view slug);

}  // namespace perpetua::views
