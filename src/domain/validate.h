#pragma once
// What a book may hold (docs/formats/catalogue.md).

#include <optional>

#include "domain/problem.h"
#include "domain/types.h"

namespace perpetua::domain {

/// Nothing, or the refusal with its pointer.
[[nodiscard]] std::optional<Problem> validate(const Book& book);

}  // namespace perpetua::domain
