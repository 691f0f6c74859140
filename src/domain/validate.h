#pragma once
// What a book may hold (docs/formats/catalogue.md), and an order beside its lines
// (api/openapi.yaml).

#include <optional>

#include "crdt/order_details.h"
#include "domain/problem.h"
#include "domain/types.h"

namespace perpetua::domain {

/// Nothing, or the refusal with its pointer.
[[nodiscard]] std::optional<Problem> validate(const Book& book);
[[nodiscard]] std::optional<Problem> validate(const crdt::OrderDetails& details);

}  // namespace perpetua::domain
