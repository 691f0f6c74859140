// Another region's log and snapshots, as a store takes them: whatever they hold, the own history is
// as it was, and a store that has taken them opens again with the same in it.

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "fuzz/target.h"
#include "port/testing.h"
#include "store/entry.h"
#include "store/format.h"
#include "store/journal.h"
#include "store/memory/memory_engine.h"
#include "store/memory/memory_store.h"
#include "store/recovery.h"
#include "store/snapshot_chunk.h"

namespace perpetua::fuzz {
namespace {

using namespace store;

const Writer kPeer{"a", 1};
const Writer kHere{"b", 1};
constexpr std::string_view kChunkSeal = "snapshot chunk";

enum class Step : std::uint8_t { kAppend, kBegin, kChunk, kInstall, kSettle, kTrim };
constexpr std::uint8_t kSteps = 6;

class Store {
 public:
  Store() {
    const auto batch = found(*engine_, kHere, {{{"t", "p", "own"}, "value"}}, 0);
    PERPETUA_ASSERT(batch, "an empty store is founded");
    engine_->apply(*batch);
    open();
    own_ = journal_->holding(kHere).value();
  }

  /// One step: u8 what, u16 length, and what it takes.
  void take(Step step, std::string_view bytes) {
    Decoder in(bytes);
    const port::End at = journal_->appended(kPeer);
    switch (step) {
      case Step::kAppend:
        return append(at, bytes);
      case Step::kBegin: {
        const std::uint64_t n = in.u64();
        static_cast<void>(journal_->begin_snapshot(kPeer, {n, hash(bytes.substr(0, 8))}));
        break;
      }
      case Step::kChunk:
        static_cast<void>(journal_->add_snapshot_chunk(kPeer, seal(kChunkSeal, bytes)));
        break;
      case Step::kInstall:
        static_cast<void>(journal_->install_snapshot(kPeer));
        break;
      case Step::kSettle:
        world_.advance(std::chrono::milliseconds(10));
        break;
      case Step::kTrim: {
        const std::uint64_t entries = in.u64();
        journal_->trim(kPeer, std::min(entries, at.n), std::min(in.u64(), at.n));
        break;
      }
    }
  }

  void check() {
    world_.drain();
    PERPETUA_ASSERT(journal_->holding(kHere) == own_, "nobody else writes the own history");
    const auto held = journal_->holdings();
    check_entries();
    journal_->close();
    open();
    PERPETUA_ASSERT(journal_->holdings() == held, "a store opens again with what it held");
    check_entries();
  }

 private:
  void open() {
    JournalOptions options;
    options.region = kHere.region;
    options.removed_at_once = 1;  // what is let go of is so at once, also on the disk
    auto opened = Journal::open(engine_, {world_, world_}, std::move(options));
    PERPETUA_ASSERT(opened, opened.error().message.c_str());
    journal_ = std::move(*opened);
  }

  void append(const port::End& at, std::string_view bytes) {
    const std::string hash = port::chain_hash(at.hash, bytes);
    if (!journal_->append(kPeer, at.n + 1, bytes, hash)) {
      PERPETUA_ASSERT(journal_->appended(kPeer) == at, "what is refused changes nothing");
      return;
    }
    const auto entry = decode_entry(bytes);
    PERPETUA_ASSERT(entry && entry->n == at.n + 1, "only the next entry is taken");
    PERPETUA_ASSERT(journal_->appended(kPeer) == port::End(at.n + 1, hash), "it is the end now");
  }

  void check_entries() {
    const auto held = journal_->holding(kPeer);
    if (!held || held->end.n < held->first_entry) return;
    const auto entries = journal_->read(kPeer, held->first_entry - 1, std::size_t{1} << 20);
    PERPETUA_ASSERT(entries && !entries->empty(), "what is held can be read");
    std::uint64_t n = held->first_entry;
    for (const std::string& bytes : *entries) {
      const auto before = journal_->hash_at(kPeer, n - 1);
      PERPETUA_ASSERT(before && port::chain_hash(*before, bytes) == journal_->hash_at(kPeer, n),
                      "what is held can be proven");
      ++n;
    }
  }

  port::TestWorld world_;
  std::shared_ptr<MemoryEngine> engine_ = std::make_shared<MemoryEngine>(world_);
  std::unique_ptr<Journal> journal_;
  port::Holding own_;
};

void run_mirror(std::string_view input) {
  Store store;
  Decoder in(input);
  while (in.left() >= 3) {
    const auto step = static_cast<Step>(in.u8() % kSteps);
    const std::size_t told = in.u16();
    const std::size_t size = std::min(told, in.left());
    store.take(step, in.raw(size));
  }
  store.check();
}

void put_step(Encoder& out, Step step, std::string_view bytes = {}) {
  out.u8(static_cast<std::uint8_t>(step));
  out.u16(static_cast<std::uint16_t>(bytes.size()));
  out.raw(bytes);
}

std::vector<std::string> mirror_seeds() {
  port::TestWorld world;
  const auto peer = found_in_memory(kPeer, {{{"t", "p", "founding"}, "v"}}, world);
  for (const char* value : {"1", "2", "3"}) {
    const auto transaction = peer->begin();
    transaction->put({"t", "p", value}, value);
    detach<Result<port::Committed>>(transaction->commit(), [](const auto&) {});
    world.drain();
  }
  const auto entries = peer->read(kPeer, 0, 1 << 16).value();
  Encoder appended;
  for (const std::string& entry : entries) put_step(appended, Step::kAppend, entry);
  put_step(appended, Step::kSettle);
  Encoder trim;
  trim.u64(2);
  trim.u64(1);
  put_step(appended, Step::kTrim, trim.bytes());

  // The end's hash is one of its number here, for a fuzzer cannot make the chain's.
  Encoder end;
  end.u64(4);
  SnapshotChunk chunk;
  chunk.writer = kPeer;
  chunk.end = {4, hash(end.bytes())};
  chunk.first_hash = 3;
  chunk.is_last = true;
  chunk.hashes = {hash("3")};
  chunk.rows = {{2, {{"t", "p", "1"}, "1"}}, {4, {{"t", "p", "3"}, "3"}}};
  const std::string sealed = encode(chunk);
  Encoder snapshot;
  put_step(snapshot, Step::kBegin, end.bytes());
  put_step(snapshot, Step::kChunk, unseal(kChunkSeal, sealed).value());
  put_step(snapshot, Step::kInstall);
  put_step(snapshot, Step::kSettle);
  return {appended.bytes(), snapshot.bytes(), appended.bytes() + snapshot.bytes()};
}

constexpr Target kTargets[] = {{"mirror", run_mirror, mirror_seeds, 1500}};

}  // namespace

std::span<const Target> mirror_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
