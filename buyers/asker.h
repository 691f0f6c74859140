#pragma once
// Asks one thing until it is answered, within bounds, and writes each attempt and answer to the
// record. A write whose answer was lost is asked again with the same key, at the next place.

#include "buyers/history.h"

namespace perpetua::buyers {

/// Where attempts go, in order; the last place is not followed by another. Reads use the first.
struct Route {
  std::vector<Endpoint> places;
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
  std::string body;
  std::vector<Line> lines;  // what a write asks for, for the record
};

struct Reply {
  HttpAnswer http;  // of the last attempt
  AnswerLine told;  // the same as recorded
  Verdict verdict = Verdict::kFailed;
};

class Asker {
 public:
  /// All three must outlive it; `record` may be null.
  Asker(Net& net, RecordWriter* record) : net_(net), record_(record) {}

  /// At most one attempt for each of the route's places.
  Task<Reply> ask(Question question, const Route& route);
  /// Records a request that was due and could not be tried.
  void not_sent(const Question& question);

  void append(const RecordLine& line);
  void append_token(int buyer, std::string_view token);
  [[nodiscard]] Net& net() { return net_; }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }

 private:
  AskLine begin(const Question& question, std::uint64_t request);
  Task<HttpAnswer> attempt(const Question& question, const Route& route, AskLine& ask);
  AnswerLine end(const AskLine& ask, const HttpAnswer& answer);

  Net& net_;
  RecordWriter* record_;
  std::uint64_t requests_ = 0;
};

}  // namespace perpetua::buyers
