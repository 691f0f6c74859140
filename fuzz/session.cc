// A session between two regions: what a peer may say, in any order.

#include "base/assert.h"
#include "base/hash.h"
#include "fuzz/target.h"
#include "replication/fake_history.h"
#include "replication/puppet.h"

namespace perpetua::fuzz {
namespace {

using namespace replication;

const Writer kPeer{"a", 1};
const Writer kHere{"b", 1};
constexpr std::uint64_t kPeersHeld = 6;
constexpr std::uint64_t kOwnHeld = 3;

port::End end_at(const Writer& writer, std::uint64_t n) {
  FakeLog log(writer);
  while (log.end().n < n) log.add(std::to_string(log.end().n + 1));
  return log.end();
}

void run_session(std::string_view input) {
  port::TestWorld world;
  FakeStore store(kHere, world);
  while (store.disk->log(kHere).end().n < kOwnHeld) store.disk->log(kHere).add("own");
  const port::End own = store.disk->log(kHere).end();
  while (store.disk->log(kPeer).end().n < kPeersHeld)
    store.disk->log(kPeer).add(std::to_string(store.disk->log(kPeer).end().n + 1));
  store.open();
  EngineOptions options;
  options.project = "test";
  options.region = kHere.region;
  options.peers = {kPeer.region};
  Engine engine(options, store.history(), world, world);
  engine.set_answerer([](Writer, std::string text) -> Task<std::string> { co_return text; });
  {
    Puppet peer(engine, kPeer.region);
    Decoder in(input);
    while (in.left() >= 3 && !peer.is_closed()) {
      const std::uint8_t type = in.u8() % (static_cast<std::uint8_t>(FrameType::kGoodbye) + 1);
      const std::size_t told = in.u16();
      const std::size_t size = std::min(told, in.left());
      const std::string_view payload = in.raw(size);
      if (type == 0) {
        store.sync();
        world.advance(kTickInterval);
      } else {
        peer.say_bytes(encode_frame(static_cast<FrameType>(type), payload));
      }
      static_cast<void>(peer.hear());  // decodes what the engine says
    }
  }
  store.sync();
  PERPETUA_ASSERT(store.disk->log(kHere).end() == own, "nobody else writes the own history");
  PERPETUA_ASSERT(
      store.history().hash_at(kPeer, kPeersHeld).value_or(end_at(kPeer, kPeersHeld).hash) ==
          end_at(kPeer, kPeersHeld).hash,
      "a mirror never changes what it held");
}

std::string script(const std::vector<Message>& messages) {
  Encoder out;
  const std::string_view pause("\0\0\0", 3);
  for (const Message& message : messages) {
    FrameReader reader;
    reader.feed(encode_message(message));
    const Frame frame = reader.next().value().value();
    out.u8(static_cast<std::uint8_t>(frame.type));
    out.u16(static_cast<std::uint16_t>(frame.payload.size()));
    out.raw(frame.payload);
    out.raw(pause);
  }
  return std::move(out).take();
}

std::vector<std::string> session_seeds() {
  Hello hello;
  hello.project = "test";
  hello.region = kPeer.region;
  hello.own_writer = kPeer;
  hello.held = {{kPeer, end_at(kPeer, 9), false}, {kHere, {2, hash("2")}, false}};
  Hello plain = hello;
  plain.held.pop_back();
  const Verdict contains{kPeer, end_at(kPeer, kPeersHeld), Judgement::kContains};
  // The engine's first want is for stream 1.
  const Entries entries{1, 7, {"7", "8", "9"}, end_at(kPeer, 9).hash};
  Encoder snapshot;
  snapshot.u64(0);
  for (int n = 1; n <= 9; ++n) snapshot.str(std::to_string(n));
  return {
      script({hello}),
      script({plain, contains, entries, Ack{9, {{kHere, {0, port::genesis_hash(kHere)}}}}}),
      script({plain, contains, SnapshotBegin{1, end_at(kPeer, 9)},
              SnapshotChunk{1, snapshot.bytes()}, SnapshotEnd{1}}),
      script({plain, Want{5, true, kHere, {0, port::genesis_hash(kHere)}},
              Ack{9, {{kHere, {0, port::genesis_hash(kHere)}}}},
              Want{5, false, kHere, {3, hash("3")}}}),
      script({plain, Question{1, "?"}, Answer{1, true, "!"}, Ping{1, 2, -1, 0}, Credit{5, 1},
              Verdict{kHere, {3, hash("3")}, Judgement::kDiverged},
              Goodbye{Parting::kStopping, "bye"}}),
  };
}

// A peer's messages as u8 type (0: time passes), u16 length, payload.
constexpr Target kTargets[] = {{"session", run_session, session_seeds, 1500}};

}  // namespace

std::span<const Target> session_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
