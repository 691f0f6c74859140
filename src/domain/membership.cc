#include "domain/membership.h"

#include <algorithm>

#include "base/try.h"
#include "domain/reading.h"
#include "domain/tables.h"

namespace perpetua::domain {
namespace {
constexpr std::uint8_t kVersion = 1;
}

std::vector<std::pair<port::Key, std::string>> founding_rows(
    const std::vector<std::string>& founding_regions) {
  std::vector<std::string> sorted = founding_regions;
  std::sort(sorted.begin(), sorted.end());
  Encoder out;
  out.u8(kVersion);
  out.u32(static_cast<std::uint32_t>(sorted.size()));
  for (const std::string& region : sorted) {
    const Writer founder{region, 1};
    encode(out, founder);
  }
  return {{tables::founders(), std::move(out).take()}};
}

Task<Checked<Members>> read_members(port::Transaction& transaction) {
  const port::Key key = tables::founders();
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  if (rows.empty())
    co_return refuse(Refusal::kReadOnly,
                     "this region knows of no members yet: it is new and has mirrored nothing");
  Decoder in(rows.front().value);
  Members members;
  if (in.u8() != kVersion) in.set_failed();
  const std::uint32_t size = in.count(8);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) members.founders.push_back(decode_writer(in));
  const Result<void> finished = in.finish("membership record");
  if (!finished) co_return std::unexpected(undecodable(finished.error()));
  members.present = members.founders;
  co_return members;
}

}  // namespace perpetua::domain
