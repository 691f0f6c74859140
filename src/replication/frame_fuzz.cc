#include "replication/frame_fuzz.h"

#include "base/assert.h"
#include "replication/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perpetua::replication;
  if (size == 0) return 0;
  // The first byte says in what pieces the rest arrives.
  const std::size_t piece = data[0] + std::size_t{1};
  std::string_view left(reinterpret_cast<const char*>(data + 1), size - 1);
  FrameReader reader;
  while (!left.empty()) {
    reader.feed(left.substr(0, piece));
    left.remove_prefix(std::min(piece, left.size()));
    while (true) {
      const auto frame = reader.next();
      if (!frame) {
        PERPETUA_ASSERT(!reader.next(), "after an error a reader gives nothing else");
        return 0;
      }
      if (!*frame) break;
      PERPETUA_ASSERT((*frame)->payload.size() <= kPayloadSizeMax, "what it unpacks to is bounded");
      const auto message = decode_message(**frame);
      if (!message) continue;
      // Whatever was understood is said again in the same words.
      FrameReader again;
      again.feed(encode_message(*message));
      const auto echoed = again.next();
      PERPETUA_ASSERT(echoed && *echoed, "an encoded message is a frame");
      const auto understood = decode_message(**echoed);
      PERPETUA_ASSERT(understood && *understood == *message, "decoding undoes encoding");
    }
  }
  return 0;
}
