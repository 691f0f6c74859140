#pragma once
// Asks one thing until it is answered, within bounds, and writes each attempt and answer to the
// record. A write whose answer was lost is asked again with the same key, straight at a region.

#include "buyers/history.h"

namespace perpetua::buyers {

/// Where attempts go: all to `first`, and a write whose answer was lost there to each of `regions`
/// once, the one that answers at `first` last, so that the key meets another region at once.
struct Route {
  Endpoint first;
  std::vector<Endpoint> regions;
  double read_timeout_ms = 2'000;
  double write_timeout_ms = 5'000;
};

struct Question {
  double intended_ms = 0;
  int buyer = -1;
  Operation operation = Operation::kGetTruth;
  std::string path;
  std::string key;       // Idempotency-Key, or empty
  std::string token;     // bearer, or empty
  std::string position;  // Perpetua-Position, or empty
  std::string if_match;  // ETag, or empty
  std::string body;
  std::vector<Line> lines;  // what a write asks for, for the record
};

[[nodiscard]] Question ask_for_session(int buyer);

struct Reply {
  HttpAnswer http;  // of the last attempt
  AnswerLine told;  // the same as recorded
  Verdict verdict = Verdict::kFailed;
};

class Asker {
 public:
  /// Both must outlive it; `record` may be null.
  Asker(Net& net, RecordWriter* record) : net_(net), record_(record) {}

  /// At most one attempt at each of the route's places.
  Task<Reply> ask(Question question, const Route& route);
  /// Records a request that was due and could not be tried.
  void not_sent(const Question& question);

  void append(const RecordLine& line);
  void append_token(int buyer, std::string_view token);
  [[nodiscard]] Net& net() { return net_; }

 private:
  [[nodiscard]] std::vector<Endpoint> retries(const Route& route) const;
  AskLine begin(const Question& question, std::uint64_t request);
  Task<HttpAnswer> attempt(const Question& question, const Route& route, Endpoint to, AskLine& ask);
  AnswerLine end(const AskLine& ask, const HttpAnswer& answer);

  Net& net_;
  RecordWriter* record_;
  std::uint64_t requests_ = 0;
  std::string nearest_;  // the region that last answered at a route's first place
};

}  // namespace perpetua::buyers
