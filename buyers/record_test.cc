#include "buyers/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cctype>
#include <cmath>
#include <filesystem>
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
  ask.if_match = "\"5e9c\"";
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
  AnswerLine listed;
  listed.request = 20;
  listed.ended_ms = 1700000000300;
  listed.status = 200;
  listed.region = "eu-west-1";
  listed.facts.orders = {{"or_1", "remote"}};
  return {LoadLine{1700000000000.5, 200, 10, 42},
          StockLine{"eu-west-1", {{"dune", 12}}},
          BuyerLine{3, "cu_1", "ca_1"},
          an_ask(),
          an_answer(),
          lost,
          refused,
          listed};
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

// `  /cart/items:`, `    post:` and `      operationId: addToCart` of the contract, as written
// there.
std::map<std::string, std::string> methods_by_operation() {
  std::ifstream contract(PERPETUA_CONTRACT);
  std::map<std::string, std::string> methods;
  std::string method;
  const std::string id = "      operationId: ";
  for (std::string line; std::getline(contract, line);) {
    if (line.starts_with("    ") && line.ends_with(":") && line[4] != ' ')
      method = line.substr(4, line.size() - 5);
    if (line.starts_with(id)) methods[line.substr(id.size())] = method;
  }
  return methods;
}

TEST(Record, OperationsHaveTheNamesAndMethodsOfTheContract) {
  const auto methods = methods_by_operation();
  for (int i = 0; i <= static_cast<int>(Operation::kListOrders); ++i) {
    const auto operation = static_cast<Operation>(i);
    EXPECT_EQ(parse_operation(text(operation)), operation);
    const auto found = methods.find(std::string(text(operation)));
    ASSERT_NE(found, methods.end()) << text(operation);
    std::string name(method(operation));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    EXPECT_EQ(found->second, name) << text(operation);
  }
}

TEST(Record, MembersThatSayNoAreNotTakenForYes) {
  const auto line = decode_line(
      R"({"line":"answer","request":1,"attempt":1,"ended_ms":1,"status":200,"stale":false,)"
      R"("outcome":"none"})");
  ASSERT_TRUE(line);
  EXPECT_FALSE(std::get<AnswerLine>(*line).stale);
  EXPECT_FALSE(std::get<AnswerLine>(*line).facts.outcome_unknown);
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
  // Sessions without a record stay, and no empty record is left beside them.
  std::filesystem::remove(path);
  EXPECT_FALSE(RecordWriter::create(path));
  EXPECT_FALSE(std::filesystem::exists(path));
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

Attempt attempted(Operation operation, const std::string& to, const std::string& region, int status,
                  const std::string& problem = "", bool outcome_unknown = false) {
  Attempt attempt;
  attempt.ask.operation = operation;
  attempt.ask.to = to;
  attempt.answer = AnswerLine{};
  attempt.answer->status = status;
  attempt.answer->region = region;
  attempt.answer->facts.problem = problem;
  attempt.answer->facts.outcome_unknown = outcome_unknown;
  return attempt;
}

Attempt order(const std::string& to, const std::string& region, int status,
              const std::string& problem = "", bool outcome_unknown = false) {
  return attempted(Operation::kPlaceOrder, to, region, status, problem, outcome_unknown);
}

Attempt unanswered(NetError error, Operation operation = Operation::kPlaceOrder) {
  Attempt attempt = attempted(operation, "edge", "", 0);
  attempt.answer->error = error;
  return attempt;
}

Verdict verdict_of(auto... attempts) {
  return Request{{attempts...}}.verdict();
}

const Attempt kDone = order("edge", "a", 201);
const Attempt kLost = unanswered(NetError::kConnection);
const Attempt kNoConnection = unanswered(NetError::kConnect);

TEST(Verdict, OfAWrite) {
  EXPECT_EQ(verdict_of(kDone), Verdict::kDone);
  EXPECT_EQ(verdict_of(kLost, kDone), Verdict::kDone);
  EXPECT_EQ(verdict_of(kLost), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(kNoConnection, kNoConnection), Verdict::kFailed);
  EXPECT_EQ(verdict_of(order("edge", "a", 201, "unreadable")), Verdict::kUnknown);
}

TEST(Verdict, OnlyARegionItselfSaysThatAWriteWillNeverBe) {
  EXPECT_EQ(verdict_of(order("a", "a", 503, "read-only")), Verdict::kRefused);
  EXPECT_EQ(verdict_of(order("a", "a", 409, "price-changed")), Verdict::kRefused);
  EXPECT_EQ(verdict_of(kNoConnection, order("a", "a", 409, "price-changed")), Verdict::kRefused);
  EXPECT_EQ(verdict_of(order("a", "a", 503, "unavailable", true)), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(order("a", "a", 412, "etag-mismatch", true)), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(order("a", "a", 503, "unreadable")), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(order("a", "a", 500, "internal")), Verdict::kUnknown);
  // It speaks for itself alone: the first attempt may have been taken elsewhere.
  EXPECT_EQ(verdict_of(kLost, order("a", "a", 409, "price-changed")), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(kLost, order("a", "a", 409, "sold-out")), Verdict::kUnknown);
}

// An edge asks one region after the other, and shows the last answer.
TEST(Verdict, ThroughAnEdgeARefusalSaysLittle) {
  EXPECT_EQ(verdict_of(order("edge", "none", 503, "unavailable")), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(order("edge", "b", 503, "unavailable")), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(order("edge", "b", 409, "price-changed")), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(order("edge", "b", 409, "sold-out")), Verdict::kRefused);
  EXPECT_EQ(verdict_of(order("edge", "b", 409, "sold-out", true)), Verdict::kUnknown);
  EXPECT_EQ(
      verdict_of(order("edge", "none", 503, "unavailable"), order("b", "b", 503, "read-only")),
      Verdict::kUnknown);
}

TEST(Verdict, OfARead) {
  const auto cart = [](int status, const std::string& problem) {
    return verdict_of(attempted(Operation::kGetCart, "edge", "a", status, problem));
  };
  EXPECT_EQ(cart(200, ""), Verdict::kDone);
  EXPECT_EQ(cart(200, "unreadable"), Verdict::kFailed);
  EXPECT_EQ(cart(404, "not-found"), Verdict::kFailed);
  EXPECT_EQ(cart(503, "unavailable"), Verdict::kFailed);
  EXPECT_EQ(verdict_of(unanswered(NetError::kConnection, Operation::kGetCart)), Verdict::kFailed);
}

TEST(Verdict, AKilledLoadKnowsNothingOfWhatItHadAsked) {
  EXPECT_EQ(verdict_of(Attempt{an_ask(), std::nullopt}), Verdict::kUnknown);
}

TEST(Verdict, WhatNobodyAnsweredInTimeMayComeLate) {
  EXPECT_TRUE(may_come_late(unanswered(NetError::kTimeout)));
  EXPECT_TRUE(may_come_late(order("edge", "none", 504, "unavailable", true)));
  EXPECT_TRUE(may_come_late(Attempt{an_ask(), std::nullopt}));
  EXPECT_FALSE(may_come_late(kLost));
  EXPECT_FALSE(may_come_late(kDone));
}

TEST(History, AnAnswerToNothingIsCorrupt) {
  EXPECT_FALSE(build_history({LoadLine{}, an_answer()}));
  EXPECT_FALSE(build_history({an_ask()}));
}

TEST(History, ABuyerWithoutALineIsCorrupt) {
  const auto history = build_history({LoadLine{}, an_ask(), an_answer()});
  ASSERT_FALSE(history);
  EXPECT_THAT(history.error().message, testing::HasSubstr("buyer 3"));
  EXPECT_TRUE(build_history({LoadLine{}, BuyerLine{3, "cu_1", "ca_1"}, an_ask(), an_answer()}));
}

// A read each 10 ms from 1000 on, answered after `latency_ms`; without an answer where negative.
History reads(const std::vector<double>& latencies_ms) {
  History history;
  history.load.started_ms = 1000;
  for (std::size_t i = 0; i < latencies_ms.size(); ++i) {
    Attempt attempt;
    attempt.ask.intended_ms = attempt.ask.started_ms = 1000 + 10 * static_cast<double>(i);
    attempt.answer = AnswerLine{};
    attempt.answer->region = latencies_ms[i] < 0 ? "none" : "a";
    attempt.answer->status = latencies_ms[i] < 0 ? 0 : 200;
    attempt.answer->error = latencies_ms[i] < 0 ? NetError::kTimeout : NetError::kNone;
    attempt.answer->ended_ms = attempt.ask.intended_ms + std::abs(latencies_ms[i]);
    history.requests.push_back(Request{{attempt}});
  }
  return history;
}

TEST(Report, CountsByPhaseFromWhenARequestWasDue) {
  const Report report =
      make_report({reads({1, 2, -50, 30, 3})}, {{"during", 1020}, {"after", 1040}});
  ASSERT_EQ(report.phases.size(), 3u);
  EXPECT_EQ(report.all.requests, 5u);
  EXPECT_EQ(report.all.failed_safe, 1u);
  EXPECT_EQ(report.phases[0].name, "before");
  EXPECT_EQ(report.phases[0].tally.latency.max, 2);
  EXPECT_EQ(report.phases[1].tally.failed_safe, 1u);
  EXPECT_EQ(report.phases[1].tally.latency.max, 50);
  EXPECT_EQ(report.phases[2].tally.requests, 1u);
  EXPECT_EQ(report.gap.begin, 1020);
  EXPECT_EQ(report.gap.length, 23);  // until the read due at 1040 was answered
  EXPECT_EQ(report.all.failures.at("timeout"), 1u);
  EXPECT_EQ(report.all.answered_by.at("a"), 4u);
  EXPECT_EQ(report.all.answered_by.size(), 1u);
}

TEST(Report, OfTwoLoadsTellsBothAndNotWhatLayBetween) {
  History later = reads({4, -3});
  later.load.started_ms += 60'000;
  for (Request& request : later.requests) {
    request.attempts[0].ask.intended_ms += 60'000;
    request.attempts[0].answer->ended_ms += 60'000;
  }
  const Report report = make_report({reads({1, 2, 3}), later}, {{"during", 1010}});
  EXPECT_EQ(report.all.requests, 5u);
  EXPECT_EQ(report.phases[1].tally.requests, 4u);
  EXPECT_EQ(report.phases[1].tally.failed_safe, 1u);
  EXPECT_EQ(report.gap.length, 4);
}

TEST(Report, WhatWasNeverAnsweredLastsWithoutEnd) {
  History history = reads({1});
  history.requests.front().attempts.front().answer.reset();
  const Report report = make_report({history}, {});
  EXPECT_TRUE(std::isinf(report.all.latency.p50));
  EXPECT_THAT(to_json(report), testing::HasSubstr("\"p50\":null"));
  EXPECT_THAT(to_text(report), testing::HasSubstr("p50 no answer"));
}

TEST(Report, MarksAreReadFromAFile) {
  const TestFolder folder;
  std::ofstream(folder / "marks") << R"({"name":"during","at_ms":1700000000000.5})" << "\n";
  const auto marks = read_marks(folder / "marks");
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->at(0).at_ms, 1700000000000.5);
  std::ofstream(folder / "wrong") << "during 5\n";
  EXPECT_FALSE(read_marks(folder / "wrong"));
}

}  // namespace
}  // namespace perpetua::buyers
