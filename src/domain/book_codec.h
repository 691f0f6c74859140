#pragma once
// A book as the store keeps it (docs/formats/tables.md).

#include <string>

#include "base/result.h"
#include "domain/types.h"

namespace perpetua::domain {

[[nodiscard]] std::string encode(const Book& book);
[[nodiscard]] Result<Book> decode_book(std::string_view bytes);

}  // namespace perpetua::domain
