#include "http/json_reader.h"

#include <gtest/gtest.h>

namespace perpetua::http {
namespace {

std::string pointer_of(const Problem& problem) {
  const auto* pointer = problem.extra.if_contains("pointer");
  return pointer == nullptr ? "none" : std::string(pointer->as_string());
}

/// The pointer of the fault of a body that should be {"id": text, "n": 1..99, "lines":
/// [{"q": 1..9}]}.
std::string fault_in(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return std::string(slug_of(value.error().kind));
  ObjectReader reader(*value);
  (void)reader.text("id", {1, 8});
  (void)reader.integer("n", 1, 99);
  std::size_t i = 0;
  for (const auto* line : reader.array("lines", 1, 2)) {
    ObjectReader part(*line, reader.pointer_to("lines", i++));
    (void)part.integer("q", 1, 9);
    if (const auto done = part.finish(); !done) reader.fault(done.error());
  }
  const auto done = reader.finish();
  return done ? "" : pointer_of(done.error());
}

TEST(JsonReader, TakesWhatIsAsDescribed) {
  EXPECT_EQ(fault_in(R"({"id":"a","n":99,"lines":[{"q":1},{"q":9}]})"), "");
  EXPECT_EQ(fault_in(R"( {"lines":[{"q":1.0}],"n":1e1,"id":"a"} )"), "");
}

TEST(JsonReader, PointsAtTheFault) {
  EXPECT_EQ(fault_in(R"([])"), "");  // the body itself
  EXPECT_EQ(fault_in(R"({"n":1,"lines":[{"q":1}]})"), "/id");
  EXPECT_EQ(fault_in(R"({"id":7,"n":1,"lines":[{"q":1}]})"), "/id");
  EXPECT_EQ(fault_in(R"({"id":"123456789","n":1,"lines":[{"q":1}]})"), "/id");
  EXPECT_EQ(fault_in(R"({"id":"a","n":100,"lines":[{"q":1}]})"), "/n");
  EXPECT_EQ(fault_in(R"({"id":"a","n":-1,"lines":[{"q":1}]})"), "/n");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1.5,"lines":[{"q":1}]})"), "/n");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1e300,"lines":[{"q":1}]})"), "/n");
  EXPECT_EQ(fault_in(R"({"id":"a","n":18446744073709551615,"lines":[{"q":1}]})"), "/n");
  EXPECT_EQ(fault_in(R"({"id":"a","n":true,"lines":[{"q":1}]})"), "/n");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1,"lines":[]})"), "/lines");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1,"lines":[{"q":1},{"q":0}]})"), "/lines/1/q");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1,"lines":[{"q":1,"z":0}]})"), "/lines/0/z");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1,"lines":[{"q":1}],"a/b~":0})"), "/a~1b~0");
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "nul", "{}{}", "{'a':1}", "{\"a\":01}", "[1,]", "\"\xff\"",
                           "{\"a\":NaN}", "\"\\ud800\"", "[[[[[[[[[[1]]]]]]]]]]"})
    EXPECT_EQ(fault_in(text), "malformed-json") << text;
  const std::string deep = std::string(60'000, '[');
  EXPECT_EQ(fault_in(deep), "malformed-json");
}

TEST(JsonReader, RefusesAMemberNamedTwice) {
  EXPECT_EQ(fault_in(R"({"id":"a","id":"a","n":1,"lines":[{"q":1}]})"), "malformed-json");
  EXPECT_EQ(fault_in(R"({"id":"a","n":1,"lines":[{"q":1,"\u0071":2}]})"), "malformed-json");
  EXPECT_TRUE(parse_json(R"({"a":{"b":1},"c":{"b":1},"b":[{"b":1},{"b":1}]})"));
}

TEST(JsonReader, WantsItsContentType) {
  Request request;
  request.body = "{}";
  EXPECT_EQ(parse_json_body(request).error().kind, ProblemKind::kUnsupportedMediaType);
  request.headers.add("content-type", "application/json");
  EXPECT_TRUE(parse_json_body(request));
}

}  // namespace
}  // namespace perpetua::http
