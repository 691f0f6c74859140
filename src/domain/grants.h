#pragma once
// Rights to sell move from region to region by grants (design section 4). A region that runs short
// asks the others; each gives half, rounded up, of what its own waiting orders do not need; of two
// that wait for each other the lower writer is served first.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/context.h"
#include "domain/problem.h"

namespace perpetua::domain {

/// What asking every other member for a book's rights has brought.
enum class AskOutcome {
  kGranted,  // rights have come: try again
  kNothing,  // every other member has answered that it has nothing to give
  kUnheard,  // nothing came, and a member has not answered
};

class GrantDesk {
 public:
  explicit GrantDesk(Context context) : context_(context) {}
  GrantDesk(const GrantDesk&) = delete;
  GrantDesk& operator=(const GrantDesk&) = delete;

  /// While it lives, an order here waits for `quantity` copies of `book`: they are not given away.
  class Demand {
   public:
    Demand(GrantDesk& desk, std::string book, std::int64_t quantity);
    Demand(const Demand&) = delete;
    Demand& operator=(const Demand&) = delete;
    ~Demand();

   private:
    GrantDesk& desk_;
    std::string book_;
    std::int64_t quantity_;
  };

  /// Asks all other members once, in a round that begins after this call: orders that wait for the
  /// same book share it. Bounded by a second and the wait for the row.
  Task<AskOutcome> ask(std::string book);

  /// Answers another region's question. Malformed ones get an answer that gives nothing.
  Task<std::string> answer(Writer asker, std::string question);

 private:
  struct Book {
    std::int64_t demand = 0;
    bool asking = false;
    std::vector<Promise<AskOutcome>*> waiting;  // for the next round
  };

  Task<void> ask_in_rounds(std::string book);
  Task<AskOutcome> ask_everybody(std::string book);
  Task<AskOutcome> ask_one(std::string book, Writer giver, std::int64_t seen);
  Task<Checked<std::string>> give(port::Transaction& transaction, Writer asker, std::string book,
                                  std::int64_t seen);
  void forget_if_idle(const std::string& book);

  Context context_;
  std::map<std::string, Book> books_;
};

}  // namespace perpetua::domain
