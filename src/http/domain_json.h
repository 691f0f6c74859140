#pragma once
// The shop's values as JSON, as api/openapi.yaml describes them, and back.

#include <boost/json/value.hpp>

#include "domain/problem.h"
#include "domain/types.h"
#include "http/json_reader.h"

namespace perpetua::http {

[[nodiscard]] boost::json::value to_json(const domain::Money& money);
[[nodiscard]] boost::json::value to_json(const domain::Book& book);
[[nodiscard]] boost::json::value to_json(const std::vector<domain::Availability>& availability);
[[nodiscard]] boost::json::value to_json(const domain::CartLine& line);
[[nodiscard]] boost::json::value to_json(const domain::Cart& cart);
[[nodiscard]] boost::json::value to_json(const domain::DeliveryOption& option);
[[nodiscard]] boost::json::value to_json(const crdt::Address& address);
[[nodiscard]] boost::json::value to_json(const crdt::OrderDelivery& delivery);
[[nodiscard]] boost::json::value to_json(const crdt::Payment& payment);
[[nodiscard]] boost::json::value to_json(const domain::StockReport& report);
/// {"eu-west-1#1": 17}
[[nodiscard]] boost::json::value to_json(const Position& position);
[[nodiscard]] std::string_view to_text(domain::Durability durability);

/// "2026-11-24T14:19:39.123Z" (RFC 3339).
[[nodiscard]] std::string to_timestamp(std::int64_t ms);

/// Faults go to the reader. Types and presence only: what a book or an order may hold is for the
/// rules.
[[nodiscard]] domain::Money read_money(ObjectReader& reader, std::string_view name);
[[nodiscard]] domain::Book read_book(ObjectReader& reader);
[[nodiscard]] crdt::OrderDetails read_order_details(ObjectReader& reader);

/// Throws std::runtime_error for kCorrupt, which is nobody's request: whoever runs handlers logs it
/// and answers 500.
[[nodiscard]] Problem to_problem(const domain::Problem& problem);

}  // namespace perpetua::http
