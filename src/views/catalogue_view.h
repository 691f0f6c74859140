#pragma once
// The order in which books are browsed: by folded title and id, over all books and per category.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "views/view.h"

namespace perpetua::views {

struct CategoryCount {
  std::string slug;
  std::string name;  // for people, from the slug
  std::size_t count = 0;
};

struct BookPage {
  std::vector<std::string> ids;
  std::optional<std::string> next;  // opaque cursor; nothing: the end
};

class CatalogueView : public View {
 public:
  [[nodiscard]] std::string_view table() const override;
  void apply(const port::KeyedRow& row) override;
  [[nodiscard]] std::unique_ptr<View> make_empty() const override {
    return std::make_unique<CatalogueView>();
  }
  void replace_by(View& built) override { *this = std::move(static_cast<CatalogueView&>(built)); }

  /// By slug.
  [[nodiscard]] std::vector<CategoryCount> categories() const;
  /// kInvalid for a cursor that browse() did not give. An unknown category is an empty page.
  [[nodiscard]] Result<BookPage> browse(const std::optional<std::string>& category,
                                        const std::optional<std::string>& cursor,
                                        std::size_t limit) const;

 private:
  using Place = std::pair<std::string, std::string>;  // folded title, id
  struct Seen {
    std::uint64_t version = 0;
    Writer writer;
    std::string category;
    std::string title;  // folded; empty when retired
  };
  void unshelve(const std::string& id, const Seen& seen);

  std::map<std::string, Seen> books_;
  std::set<Place> everything_;
  std::map<std::string, std::set<Place>> shelves_;
};

/// `fairy-tales` -> `Fairy Tales`
[[nodiscard]] std::string category_name(std::string_view slug);

}  // namespace perpetua::views
