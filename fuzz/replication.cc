// What comes over a link: frames out of a byte stream, and the messages in them.

#include "base/assert.h"
#include "fuzz/files.h"
#include "fuzz/target.h"
#include "replication/message.h"

namespace perpetua::fuzz {
namespace {

using namespace replication;

/// Whatever was understood is said again in the same words.
void check_echo(const Message& message) {
  FrameReader again;
  again.feed(encode_message(message));
  const auto echoed = again.next();
  PERPETUA_ASSERT(echoed && *echoed, "an encoded message is a frame");
  const auto understood = decode_message(**echoed);
  PERPETUA_ASSERT(understood && *understood == message, "decoding undoes encoding");
}

// --- a link's byte stream, cut anywhere: the first byte says into what pieces ---

void run_frame(std::string_view input) {
  if (input.empty()) return;
  const std::size_t piece = static_cast<std::uint8_t>(input.front()) + std::size_t{1};
  input.remove_prefix(1);
  FrameReader reader;
  for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
    reader.feed(input.substr(0, piece));
    while (true) {
      const auto frame = reader.next();
      if (!frame) {
        PERPETUA_ASSERT(!reader.next(), "after an error a reader gives nothing else");
        return;
      }
      if (!*frame) break;
      PERPETUA_ASSERT((*frame)->payload.size() <= kPayloadSizeMax, "what it unpacks to is bounded");
      if (const auto message = decode_message(**frame)) check_echo(*message);
    }
  }
}

std::vector<std::string> golden_frames() {
  std::vector<std::string> frames;
  for (const auto& path : files_in(source_path("src/replication/golden")))
    frames.push_back(golden("src/replication/golden/" + path.filename().string()));
  return frames;
}

std::vector<std::string> frame_seeds() {
  std::vector<std::string> seeds;
  for (const std::string& frame : golden_frames()) seeds.push_back('\x20' + frame);
  return seeds;
}

// --- a message behind the checksum of its frame, which a fuzzer would never find: type, payload
// ---

void run_message(std::string_view input) {
  if (input.empty() || input.size() > kPayloadSizeMax) return;
  const auto type = static_cast<FrameType>(input.front());
  FrameReader reader;
  reader.feed(encode_frame(type, input.substr(1)));
  const auto frame = reader.next();
  if (!frame) return;  // no such type
  PERPETUA_ASSERT(*frame && (*frame)->payload == input.substr(1), "a frame is read as written");
  if (const auto message = decode_message(**frame)) check_echo(*message);
}

std::vector<std::string> message_seeds() {
  std::vector<std::string> seeds;
  for (const std::string& bytes : golden_frames()) {
    FrameReader reader;
    reader.feed(bytes);
    const Frame frame = reader.next().value().value();
    seeds.push_back(static_cast<char>(frame.type) + frame.payload);
  }
  return seeds;
}

constexpr Target kTargets[] = {
    {"frame", run_frame, frame_seeds},
    {"message", run_message, message_seeds},
};

}  // namespace

std::span<const Target> replication_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
