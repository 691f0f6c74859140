#include "buyers/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "buyers/report.h"
#include "buyers/testing.h"

namespace perpetua::buyers {
namespace {

AskLine an_ask() {
  AskLine ask;
  ask.request = 17;
  ask.attempt = 2;
  ask.buyer = 3;
  ask.operation = Operation::kPlaceOrder;
  ask.key = "k3-18";
  ask.method = "POST";
  ask.path = "/api/orders";
  ask.to = "eu-west-1";
  ask.intended_ms = 1700000000085.5;
  ask.started_ms = 1700000000085.75;
  ask.lines = {{"dune", 2, 1899, "EUR"}};
  return ask;
}

AnswerLine an_answer() {
  AnswerLine answer;
  answer.request = 17;
  answer.attempt = 2;
  answer.ended_ms = 1700000000090.25;
  answer.status = 201;
  answer.region = "eu-west-1";
  answer.stale = true;
  answer.facts.order = "or_1";
  answer.facts.lines = {{"dune", 2, 1899, "EUR"}};
  answer.facts.durability = "remote";
  return answer;
}

// In the order of golden/record.jsonl.
std::vector<RecordLine> golden_lines() {
  AnswerLine lost;
  lost.request = 18;
  lost.ended_ms = 1700000000200;
  lost.error = NetError::kTimeout;
  AnswerLine refused;
  refused.request = 19;
  refused.ended_ms = 1700000000200;
  refused.status = 409;
  refused.region = "eu-west-1";
  refused.facts.problem = "sold-out";
  refused.facts.outcome_unknown = true;
  return {LoadLine{1700000000000.5, 200, 10, 42},
          BuyerLine{3, "cu_1", "ca_1"},
          an_ask(),
          an_answer(),
          lost,
          refused};
}

TEST(Record, LinesAreWrittenAsTheGoldenFileHasThem) {
  std::ifstream file(PERPETUA_BUYERS_GOLDEN "/record.jsonl");
  for (const RecordLine& line : golden_lines()) {
    std::string golden;
    ASSERT_TRUE(std::getline(file, golden));
    EXPECT_EQ(encode_line(line), golden);
    const auto decoded = decode_line(golden);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(encode_line(*decoded), golden);
  }
}

TEST(Record, EachOperationHasItsName) {
  for (int i = 0; i <= static_cast<int>(Operation::kListOrders); ++i) {
    const auto operation = static_cast<Operation>(i);
    EXPECT_EQ(parse_operation(text(operation)), operation);
  }
}

TEST(Record, FilesArePrivateAndNeverOverwritten) {
  const TestFolder folder;
  const std::string path = folder / "record";
  {
    auto writer = RecordWriter::create(path);
    ASSERT_TRUE(writer);
    writer->append(LoadLine{});
    writer->append_token(3, "a-token");
  }
  for (const std::string& file : {path, path + ".sessions"}) {
    struct stat status{};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << file;
  }
  EXPECT_FALSE(RecordWriter::create(path));
  const auto tokens = read_tokens(path);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->at(3), "a-token");
}

TEST(Record, WhatAKillCutOffIsLeftOut) {
  const TestFolder folder;
  const std::string whole = encode_line(LoadLine{}) + "\n" + encode_line(an_ask()) + "\n";
  const std::string bytes = whole + encode_line(an_answer()) + "\n";
  for (std::size_t cut = whole.size(); cut < bytes.size(); ++cut) {
    std::ofstream(folder / "record", std::ios::trunc) << bytes.substr(0, cut);
    const auto lines = read_record(folder / "record");
    ASSERT_TRUE(lines) << cut;
    EXPECT_EQ(lines->size(), 2u);
  }
}

TEST(Record, ADamagedLineIsNamed) {
  const TestFolder folder;
  std::ofstream(folder / "record") << encode_line(LoadLine{}) << "\n{\"line\":\"ask\"}\n"
                                   << encode_line(an_ask()) << "\n";
  const auto lines = read_record(folder / "record");
  ASSERT_FALSE(lines);
  EXPECT_THAT(lines.error().message, testing::HasSubstr("line 2"));
}

// Each attempt as status or error; the verdict on the request.
struct Attempted {
  std::string what;
  int status;
  NetError error;
  std::string problem;
  bool outcome_unknown;
};

const Attempted kLost{"lost", 0, NetError::kConnection, "", false};
const Attempted kNoConnection{"no connection", 0, NetError::kConnect, "", false};
const Attempted kEdge503{"edge 503", 503, NetError::kNone, "", false};
const Attempted kReadOnly{"read-only", 503, NetError::kNone, "read-only", false};
const Attempted kSoldOut{"sold out", 409, NetError::kNone, "sold-out", false};
const Attempted kSoldOutMaybe{"sold out, unheard", 409, NetError::kNone, "sold-out", true};
const Attempted kOk{"done", 201, NetError::kNone, "", false};

Verdict verdict_of(Operation operation, const std::vector<Attempted>& attempts) {
  Request request;
  for (const Attempted& attempted : attempts) {
    Attempt attempt;
    attempt.ask.operation = operation;
    attempt.answer = AnswerLine{};
    attempt.answer->status = attempted.status;
    attempt.answer->error = attempted.error;
    attempt.answer->facts.problem = attempted.problem;
    attempt.answer->facts.outcome_unknown = attempted.outcome_unknown;
    request.attempts.push_back(attempt);
  }
  return request.verdict();
}

TEST(Verdict, OfAWrite) {
  const auto order = [](const std::vector<Attempted>& attempts) {
    return verdict_of(Operation::kPlaceOrder, attempts);
  };
  EXPECT_EQ(order({kOk}), Verdict::kDone);
  EXPECT_EQ(order({kLost, kOk}), Verdict::kDone);
  EXPECT_EQ(order({kSoldOut}), Verdict::kRefused);
  EXPECT_EQ(order({kReadOnly, kReadOnly}), Verdict::kRefused);
  EXPECT_EQ(order({kNoConnection, kNoConnection}), Verdict::kFailed);
  EXPECT_EQ(order({kNoConnection, kSoldOut}), Verdict::kRefused);
  EXPECT_EQ(order({kLost}), Verdict::kUnknown);
  EXPECT_EQ(order({kEdge503}), Verdict::kUnknown);
  EXPECT_EQ(order({kSoldOutMaybe}), Verdict::kUnknown);
  EXPECT_EQ(order({kLost, kSoldOut}), Verdict::kUnknown);  // the first may have been taken
}

TEST(Verdict, OfARead) {
  EXPECT_EQ(verdict_of(Operation::kGetCart, {kLost}), Verdict::kFailed);
  EXPECT_EQ(verdict_of(Operation::kGetCart, {kEdge503}), Verdict::kFailed);
  EXPECT_EQ(verdict_of(Operation::kGetCart, {kOk}), Verdict::kDone);
}

TEST(Verdict, AKilledLoadKnowsNothingOfWhatItHadAsked) {
  Request request;
  request.attempts.push_back(Attempt{an_ask(), std::nullopt});
  EXPECT_EQ(request.verdict(), Verdict::kUnknown);
}

TEST(History, AnAnswerToNothingIsCorrupt) {
  EXPECT_FALSE(build_history({LoadLine{}, an_answer()}));
  EXPECT_FALSE(build_history({an_ask()}));
}

// A read each 10 ms from 1000 on, answered after `latency_ms`; without an answer where negative.
History reads(const std::vector<double>& latencies_ms) {
  History history;
  history.load.started_ms = 1000;
  for (std::size_t i = 0; i < latencies_ms.size(); ++i) {
    Attempt attempt;
    attempt.ask.intended_ms = attempt.ask.started_ms = 1000 + 10 * static_cast<double>(i);
    attempt.answer = AnswerLine{};
    attempt.answer->region = "a";
    attempt.answer->status = latencies_ms[i] < 0 ? 0 : 200;
    attempt.answer->error = latencies_ms[i] < 0 ? NetError::kTimeout : NetError::kNone;
    attempt.answer->ended_ms = attempt.ask.intended_ms + std::abs(latencies_ms[i]);
    history.requests.push_back(Request{{attempt}});
  }
  return history;
}

TEST(Report, CountsByPhaseFromWhenARequestWasDue) {
  const Report report = make_report(reads({1, 2, -50, 30, 3}), {{"during", 1020}, {"after", 1040}});
  ASSERT_EQ(report.phases.size(), 3u);
  EXPECT_EQ(report.requests, 5u);
  EXPECT_EQ(report.failed_safe, 1u);
  EXPECT_EQ(report.phases[0].latency.max, 2);
  EXPECT_EQ(report.phases[1].failed_safe, 1u);
  EXPECT_EQ(report.phases[1].latency.max, 50);
  EXPECT_EQ(report.phases[2].requests, 1u);
  EXPECT_EQ(report.gap.begin, 1020);
  EXPECT_EQ(report.gap.length, 23);  // until the read due at 1040 was answered
  EXPECT_EQ(report.failures.at("timeout"), 1u);
  EXPECT_EQ(report.answered_by.at("a"), 5u);
}

TEST(Report, MarksAreReadFromAFile) {
  const TestFolder folder;
  std::ofstream(folder / "marks") << R"({"name":"during","at_ms":1700000000000.5})" << "\n";
  const auto marks = read_marks(folder / "marks");
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->at(0).at_ms, 1700000000000.5);
  std::ofstream(folder / "wrong") << "during 5\n";
  EXPECT_FALSE(read_marks(folder / "wrong"));
  EXPECT_EQ(parse_phase("during@2.5", 1000)->at_ms, 3500);
  EXPECT_FALSE(parse_phase("during", 1000));
}

}  // namespace
}  // namespace perpetua::buyers
