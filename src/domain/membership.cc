#include "domain/membership.h"

#include <algorithm>

#include "base/try.h"
#include "domain/reading.h"
#include "domain/tables.h"

namespace perpetua::domain {
namespace {
constexpr std::uint8_t kVersion = 1;
}

std::string encode_founders(const std::vector<Writer>& founders) {
  Encoder out;
  out.u8(kVersion);
  out.u32(static_cast<std::uint32_t>(founders.size()));
  for (const Writer& founder : founders) encode(out, founder);
  return std::move(out).take();
}

Result<std::vector<Writer>> decode_founders(std::string_view bytes) {
  Decoder in(bytes);
  std::vector<Writer> founders;
  if (in.u8() != kVersion) in.set_failed();
  const std::uint32_t size = in.count(8);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    Writer founder = decode_writer(in);
    if (!founders.empty() && !(founders.back() < founder)) in.set_failed();
    founders.push_back(std::move(founder));
  }
  const Result<void> finished = in.finish("membership record");
  if (!finished) return std::unexpected(finished.error());
  return founders;
}

std::vector<std::pair<port::Key, std::string>> founding_rows(
    const std::vector<std::string>& founding_regions) {
  std::vector<Writer> founders;
  founders.reserve(founding_regions.size());
  for (const std::string& region : founding_regions) founders.push_back({region, 1});
  std::ranges::sort(founders);
  return {{tables::founders(), encode_founders(founders)}};
}

Task<Checked<Members>> read_members(port::Transaction& transaction) {
  const port::Key key = tables::founders();
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  if (rows.empty())
    co_return refuse(Refusal::kReadOnly,
                     "this region knows of no members yet: it is new and has mirrored nothing");
  for (const port::Row& row : rows)
    if (row.value != rows.front().value)
      co_return refuse(Refusal::kReadOnly,
                       row.writer.text() +
                           " was founded with other founding regions in mind than " +
                           rows.front().writer.text() +
                           "; stop both and found the shop anew, with one topology");
  Result<std::vector<Writer>> founders = decode_founders(rows.front().value);
  if (!founders) co_return std::unexpected(undecodable(founders.error()));
  co_return Members{*founders, *founders};
}

}  // namespace perpetua::domain
