#include "crdt/register.h"

#include "base/bytes.h"

namespace perpetua::crdt {
namespace {
constexpr std::uint8_t kVersion = 1;
}

std::string encode(const Versioned& row) {
  Encoder out;
  out.u8(kVersion);
  out.u64(row.version);
  out.str(row.value);
  return std::move(out).take();
}

Result<Versioned> decode_versioned(std::string_view bytes) {
  Decoder in(bytes);
  Versioned row;
  if (in.u8() != kVersion) in.set_failed();
  row.version = in.u64();
  row.value = in.str();
  const Result<void> finished = in.finish("versioned row");
  if (!finished) return std::unexpected(finished.error());
  return row;
}

}  // namespace perpetua::crdt
