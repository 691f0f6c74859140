// JSON bodies (RFC 8259), and a book in one, as an import brings it.

#include <boost/json.hpp>
#include <cmath>

#include "base/assert.h"
#include "domain/book_codec.h"
#include "domain/validate.h"
#include "fuzz/target.h"
#include "http/domain_json.h"
#include "http/json_reader.h"
#include "port/store.h"

namespace perpetua::fuzz {
namespace {

using namespace http;
namespace json = boost::json;

std::size_t depth_of(const json::value& value) {
  std::size_t below = 0;
  if (const auto* array = value.if_array()) {
    for (const json::value& element : *array) below = std::max(below, depth_of(element));
    return below + 1;
  }
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) below = std::max(below, depth_of(member.value()));
    return below + 1;
  }
  return 0;
}

/// Numbers beyond all bounds are read as infinite, which every reader's bounds refuse.
bool is_finite(const json::value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number);
  if (const auto* array = value.if_array()) return std::ranges::all_of(*array, is_finite);
  if (const auto* object = value.if_object())
    return std::ranges::all_of(*object,
                               [](const auto& member) { return is_finite(member.value()); });
  return true;
}

/// But for fractions, of which writing and reading may lose the last digit.
bool are_alike(const json::value& a, const json::value& b) {
  if (a.if_double() != nullptr && b.is_number()) return true;
  if (a.kind() != b.kind()) return false;
  if (const auto* array = a.if_array()) return std::ranges::equal(*array, b.get_array(), are_alike);
  if (const auto* object = a.if_object())
    return object->size() == b.get_object().size() &&
           std::ranges::all_of(*object, [&b](const auto& member) {
             const json::value* other = b.get_object().if_contains(member.key());
             return other != nullptr && are_alike(member.value(), *other);
           });
  return a == b;
}

/// Asks for every member as everything.
void read_members(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& member : *object) {
    const std::string name(member.key());
    const auto integer = ObjectReader(value).integer(name, -7, 1'000'000);
    PERPETUA_ASSERT(integer >= -7 && integer <= 1'000'000, "an integer is within its bounds");
    const double number = ObjectReader(value).number(name, 0, 5);
    PERPETUA_ASSERT(number >= 0 && number <= 5, "a number is within its bounds");
    PERPETUA_ASSERT(ObjectReader(value).text(name, {1, 8}).size() <= 8, "a text is bounded");
    PERPETUA_ASSERT(ObjectReader(value).texts(name, 0, 3, {0, 8}).size() <= 3, "so is a list");
    read_members(member.value());
  }
}

void run_json(std::string_view input) {
  const auto value = parse_json(input);
  if (!value) return;
  PERPETUA_ASSERT(depth_of(*value) <= kJsonDepthMax, "depth is bounded");
  if (is_finite(*value)) {
    const auto again = parse_json(json::serialize(*value));
    PERPETUA_ASSERT(again && are_alike(*value, *again), "JSON is the same written again");
  }
  read_members(*value);
}

std::vector<std::string> json_seeds() {
  return {R"({"a":1,"b":[true,false,null,-2.5e3],"c":{"d":"\u00e9\ud83d\ude00\n"}})",
          R"({"quantity":2.0,"bookId":"dune"})", R"([[[[[[[[1]]]]]]]])",
          R"({"a~/":9007199254740993,"b":18446744073709551615,"a":1})",
          R"({"lines":[{"bookId":"dune","quantity":1,"price":{"amount":1899,"currency":"EUR"}}]})"};
}

void run_book(std::string_view input) {
  const auto value = parse_json(input);
  if (!value) return;
  ObjectReader reader(*value);
  const domain::Book book = read_book(reader);
  if (!reader.finish() || validate(book)) return;
  const std::string stored = encode(book);
  PERPETUA_ASSERT(stored.size() <= port::kRowSizeMax, "a sound book fits into a row");
  PERPETUA_ASSERT(domain::decode_book(stored).value() == book, "decoding undoes encoding");
  const auto written = parse_json(json::serialize(to_json(book)));
  PERPETUA_ASSERT(written, "a book is written as JSON");
  ObjectReader again(*written);
  domain::Book read = read_book(again);
  PERPETUA_ASSERT(again.finish(), "a book that was taken is taken again");
  if (book.rating && read.rating && std::abs(book.rating->average - read.rating->average) < 1e-9)
    read.rating->average = book.rating->average;  // reading may lose the last digit
  PERPETUA_ASSERT(read == book, "a book is the same written again");
}

std::vector<std::string> book_seeds() {
  return {
      R"({"id":"dune","title":"Dune","authors":["F. Herbert"],"category":"science-fiction",)"
      R"("description":"Sand.","price":{"amount":1899,"currency":"EUR"}})",
      R"({"id":"b-2","title":"\u00dcber","authors":[],"category":"cars","description":"a\nb",)"
      R"("price":{"amount":1,"currency":"USD"},"language":"pt-BR","year":-44,)"
      R"("isbn":"9780441172719","rating":{"average":4.25,"count":10}})",
  };
}

constexpr Target kTargets[] = {
    {"json", run_json, json_seeds},
    {"book_json", run_book, book_seeds},
};

}  // namespace

std::span<const Target> json_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
