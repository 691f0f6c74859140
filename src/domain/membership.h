#pragma once
// Who the members are (design section 6): a chain of records that begins with the founders. Each
// founding region writes the same first record as the first entry of its log.

#include <string>
#include <vector>

#include "domain/problem.h"
#include "port/store.h"

namespace perpetua::domain {

struct Members {
  std::vector<Writer> founders;  // sorted
  std::vector<Writer> present;   // sorted; all that were let in and are not sealed
};

[[nodiscard]] std::string encode_founders(const std::vector<Writer>& founders);
/// kCorrupt unless sorted and each once, so that a record has one encoding alone.
[[nodiscard]] Result<std::vector<Writer>> decode_founders(std::string_view bytes);

/// The rows of a founding region's first entry: equal in every region of the same founders.
[[nodiscard]] std::vector<std::pair<port::Key, std::string>> founding_rows(
    const std::vector<std::string>& founding_regions);

/// kReadOnly where no record has arrived yet (a newcomer that has mirrored nothing), and where
/// regions were founded with other founders in mind: they would share out each delivery in two
/// ways.
Task<Checked<Members>> read_members(port::Transaction& transaction);

}  // namespace perpetua::domain
