#pragma once
// The catalogue: what is sold and at which price. An editor's overwrite is a versioned register.

#include <optional>
#include <string>
#include <vector>

#include "domain/context.h"
#include "domain/hybrid_clock.h"
#include "domain/problem.h"

namespace perpetua::domain {

enum class PutOutcome { kAccepted, kUnchanged };

struct BookDetail {
  Book book;
  std::vector<Availability> availability;  // by region
};

/// One value that a book had, or has.
struct BookEdit {
  Book book;
  Writer writer;
  std::int64_t edited_at_ms = 0;  // since 1970, by the writer's wall
};
inline constexpr std::size_t kHistoryMax = 100;

/// How many books put() takes at once: each may write a book, what it was before and a delivery, of
/// at most 100 rows.
inline constexpr std::size_t kBooksPerPut = 32;

struct NewBook {
  Book book;
  std::int64_t initial = 0;  // copies of the delivery `initial`, unless it had one; 0: none
};

class Catalogue {
 public:
  Catalogue(Context context, HybridClock& clock) : context_(context), clock_(clock) {}

  /// Writes what differs from what is known, in one transaction; valid books only, at most
  /// kBooksPerPut, no id twice. Outcomes in the order given. Idempotent: the same books, put again
  /// in whatever region, change nothing, but bring back what was retired in between.
  Task<Checked<std::vector<PutOutcome>>> put(std::vector<NewBook> books);

  /// Takes a book out of the catalogue; orders keep it. kNotFound. Retiring again changes nothing.
  Task<Checked<PutOutcome>> retire(std::string book);

  /// The book as it is, and before it all that it was, the latest kHistoryMax: also what lost to an
  /// edit in another region, so that put() can bring it back. kNotFound.
  Task<Checked<std::vector<BookEdit>>> history(std::string book);

  /// kNotFound for retired books too.
  Task<Checked<BookDetail>> get(std::string book);

  /// Those that are there and not retired, in the order asked for; at most 100. The position is
  /// that of these books' rows alone.
  Task<Checked<Reflecting<std::vector<Book>>>> get_many(std::vector<std::string> books);

 private:
  Context context_;
  HybridClock& clock_;
};

}  // namespace perpetua::domain
