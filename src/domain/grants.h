#pragma once
// Rights to sell move from region to region by grants (design section 4). A region that runs short
// asks the others; each gives half, rounded up, of what its own waiting orders do not need; of two
// that wait for each other the lower writer is served first.
//
// Grants settle: rights that a waiting order needs go to lower writers only, so among orders that
// wait for each other's copies they flow one way, until the lowest writer's is taken or refused.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/context.h"
#include "domain/grant_message.h"
#include "domain/problem.h"

namespace perpetua::domain {

/// What asking every other member for a book's rights has brought.
enum class AskOutcome {
  kGranted,   // rights have come: try again
  kNothing,   // every other member has none, and all that each had written when it said so is here
  kWithheld,  // every other member has answered; one needs what it has for orders that wait there
  kUnheard,   // nothing came, and a member has not answered
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

  /// Asks all other members once for each book, all books at once, in rounds that begin after this
  /// call: orders that wait for the same book share one. kUnheard for what is not known at
  /// `deadline_ms` of the monotonic clock. Outcomes in the order of the books.
  Task<std::vector<AskOutcome>> ask(std::vector<std::string> books, std::int64_t deadline_ms);

  /// Answers another region's question. Empty, which is no answer, when the question is malformed
  /// or for another writer, or when this region cannot tell.
  Task<std::string> answer(Writer asker, std::string question);

 private:
  // Shared, for a wait may end before its round does.
  using Waiting = std::shared_ptr<Promise<AskOutcome>>;
  struct Book {
    std::int64_t demand = 0;
    bool asking = false;
    std::vector<Waiting> waiting;  // for the next round
  };

  Task<AskOutcome> ask_for(std::string book, std::int64_t deadline_ms);
  Task<void> ask_in_rounds(std::string book);
  Task<AskOutcome> ask_everybody(std::string book);
  Task<AskOutcome> ask_one(GrantQuestion question);
  Task<Checked<GrantAnswer>> give(port::Transaction& transaction, Writer asker,
                                  GrantQuestion question);
  void forget_if_idle(const std::string& book);

  Context context_;
  std::map<std::string, Book> books_;
};

}  // namespace perpetua::domain
