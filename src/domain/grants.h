#pragma once
// Rights to sell move from region to region by grants (design section 4). A region that runs short
// asks the others; each gives half, rounded up, of what its own waiting orders do not need; of two
// that wait for each other the lower writer is served first.
//
// Grants settle: rights that a waiting order needs go to lower writers only, so among orders that
// wait for each other's copies they flow one way, until the lowest writer's is taken or refused.

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

/// Whether every other member has answered a question asked after the call began, and all that it
/// had written when it did is here. Granted rights are told of before all have answered.
[[nodiscard]] constexpr bool all_heard(AskOutcome outcome) {
  return outcome == AskOutcome::kNothing || outcome == AskOutcome::kWithheld;
}

class GrantDesk {
  struct State;

 public:
  explicit GrantDesk(Context context);
  GrantDesk(const GrantDesk&) = delete;
  GrantDesk& operator=(const GrantDesk&) = delete;
  /// Stops without telling: who waits then waits for ever, and must not be there any more.
  ~GrantDesk();

  /// While it lives, an order here waits for `quantity` copies of `book`: they are not given away.
  class Demand {
   public:
    Demand(GrantDesk& desk, std::string book, std::int64_t quantity);
    Demand(const Demand&) = delete;
    Demand& operator=(const Demand&) = delete;
    ~Demand();

   private:
    std::shared_ptr<State> state_;
    std::string book_;
    std::int64_t quantity_;
  };

  /// Asks all other members once for each book, all at once, by questions that begin after this
  /// call: orders that wait for the same book share them, and a member that is slow to answer keeps
  /// nobody from what others grant. kUnheard for what is not known at `deadline_ms` of the
  /// monotonic clock, or when the desk is stopped. Outcomes in the order of the books.
  Task<std::vector<AskOutcome>> ask(std::vector<std::string> books, std::int64_t deadline_ms);

  /// Asks all other members for nothing but to be heard: whether all that each had written after
  /// this call began is here by `deadline_ms`.
  Task<bool> hear_all(std::int64_t deadline_ms);

  /// Answers another region's question. Empty, which is no answer, when the question is malformed
  /// or for another writer, or when this region cannot tell.
  Task<std::string> answer(Writer asker, std::string question);

  /// Whoever waits is told kUnheard, before it returns. A question under way comes to its end by
  /// itself, without the desk, and no other one is asked or answered.
  void stop();

 private:
  static Task<AskOutcome> ask_for(std::shared_ptr<State> state, std::string book,
                                  std::int64_t deadline_ms);
  static Task<void> ask_member(std::shared_ptr<State> state, std::string book, Writer member);
  static Task<AskOutcome> ask_one(std::shared_ptr<State> state, std::string book, Writer member);
  static Task<Checked<GrantAnswer>> give(std::shared_ptr<State> state,
                                         port::Transaction& transaction, Writer asker,
                                         GrantQuestion question);

  std::shared_ptr<State> state_;
};

}  // namespace perpetua::domain
