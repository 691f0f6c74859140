#pragma once
// What regions ask and answer each other about rights to sell (docs/formats/tables.md, "Questions
// between regions").

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/writer.h"

namespace perpetua::domain {

/// Asks `asked` for rights to sell `book`.
struct GrantQuestion {
  std::string book;       // empty: for no rights, only to be heard
  Writer asked;           // another incarnation of its region cannot answer for it
  std::int64_t seen = 0;  // granted by `asked` to the asker in total, as the asker has seen it
  std::uint64_t n = 0;    // of the asker's log: the answer must reflect it
  bool operator==(const GrantQuestion&) const = default;
};

struct GrantAnswer {
  std::int64_t granted = 0;  // by the asked to the asker in total; not above `seen`: nothing comes
  bool withheld = false;     // there are rights, which the asked's own waiting orders need
  std::uint64_t n = 0;       // of the asked's log: durable there, and says all that was answered
  bool operator==(const GrantAnswer&) const = default;
};

[[nodiscard]] std::string encode(const GrantQuestion& question);
[[nodiscard]] Result<GrantQuestion> decode_grant_question(std::string_view bytes);
[[nodiscard]] std::string encode(const GrantAnswer& answer);
[[nodiscard]] Result<GrantAnswer> decode_grant_answer(std::string_view bytes);

}  // namespace perpetua::domain
