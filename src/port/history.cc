#include "port/history.h"

#include "base/hash.h"

namespace perpetua::port {

std::string genesis_hash(const Writer& writer) {
  Encoder out;
  encode(out, writer);
  return hash(out.bytes());
}

std::string chain_hash(std::string_view previous, std::string_view entry) {
  return hash(previous, entry);
}

}  // namespace perpetua::port
