// What the store reads back from a disk, and takes from a mirrored log: docs/formats/log.md,
// rows.md and record.md. Sealed values come without their checksum, which a fuzzer would never
// find.

#include "base/assert.h"
#include "base/hash.h"
#include "fuzz/files.h"
#include "fuzz/target.h"
#include "store/entry.h"
#include "store/format.h"
#include "store/snapshot_chunk.h"

namespace perpetua::fuzz {
namespace {

using namespace store;

std::string stored(std::string_view name) {
  return golden("src/store/golden/" + std::string(name));
}

void run_entry(std::string_view input) {
  const auto entry = decode_entry(input);
  PERPETUA_ASSERT(!entry || encode(*entry) == input, "an entry has one encoding");
}
std::vector<std::string> entry_seeds() {
  return {stored("log_entry.hex")};
}

constexpr std::string_view kChunkSeal = "snapshot chunk";

void run_chunk(std::string_view input) {
  const std::string sealed = seal(kChunkSeal, input);
  const auto chunk = decode_chunk(sealed);
  PERPETUA_ASSERT(!chunk || encode(*chunk) == sealed, "a chunk has one encoding");
}
std::vector<std::string> chunk_seeds() {
  const std::string sealed = stored("snapshot_chunk.hex");
  return {std::string(unseal(kChunkSeal, sealed).value())};
}

// --- values under a key, by the first byte: a row, a hash, a writer's record, the store's ---

void check_sealed(char kind, std::string_view payload) {
  const std::string key = "k";
  const std::string sealed = seal(key, payload);
  PERPETUA_ASSERT(unseal(key, sealed).value() == payload, "a seal is taken off again");
  PERPETUA_ASSERT(!unseal("another", sealed), "a value is bound to its key");
  if (kind == 'r') {
    const auto row = decode_row(key, sealed);
    PERPETUA_ASSERT(!row || encode_row(key, row->n, row->value) == sealed,
                    "a row has one encoding");
  } else if (kind == 'h') {
    const auto link = decode_link(key, sealed);
    PERPETUA_ASSERT(!link || link->hash.size() == kHashSize, "a hash is whole");
    PERPETUA_ASSERT(!link || encode_link(key, *link) == sealed, "a hash has one encoding");
  } else if (kind == 'w') {
    const auto record = decode_record(key, sealed);
    PERPETUA_ASSERT(!record || encode_record(key, *record) == sealed,
                    "a writer's record has one encoding");
  } else if (kind == 's') {
    const auto record = decode_store(key, sealed);
    PERPETUA_ASSERT(!record || encode_store(key, *record) == sealed,
                    "the store's record has one encoding");
  }
}

void run_sealed(std::string_view input) {
  if (input.empty()) return;
  check_sealed(input.front(), input.substr(1));
  // As the disk may give it back: with any checksum.
  PERPETUA_ASSERT(!unseal("k", input) || input == seal("k", input.substr(0, input.size() - 4)),
                  "a value has one seal");
}

std::vector<std::string> sealed_seeds() {
  std::vector<std::string> seeds;
  const std::pair<char, std::string_view> kinds[] = {
      {'r', "row"}, {'h', "log_value"}, {'w', "writer_record"}, {'s', "store_record"}};
  for (const auto& [kind, name] : kinds) {
    std::string value = stored(std::string(name) + ".hex");
    value.resize(value.size() - 4);
    seeds.push_back(kind + value);
  }
  Encoder link;
  link.u8(1);
  link.raw(hash("entry"));
  link.u64(77);
  seeds.push_back('h' + link.bytes());
  return seeds;
}

// --- keys ---

void run_key(std::string_view input) {
  const auto key = decode_key(input);
  if (key) {
    PERPETUA_ASSERT(encode_key(*key) == input, "a key has one encoding");
    // A scan of its partition finds it, one that begins after it does not.
    const Range scan = scan_range({key->table, key->partition, key->sort, ""});
    PERPETUA_ASSERT(scan.from <= input && input < scan.to, "a scan covers its prefix");
    const Range after = table_range(key->table, *key);
    PERPETUA_ASSERT(after.from > input && after.from < after.to, "a table goes on after a key");
  }
  if (input.size() >= 2)
    if (const auto writer = writer_of_record(input))
      PERPETUA_ASSERT(writer_record_key(*writer).substr(2) == input.substr(2),
                      "a writer has one encoding");
  if (const auto writer = Writer::parse(input))
    PERPETUA_ASSERT(writer->text() == input, "a writer has one text");
}

std::vector<std::string> key_seeds() {
  return {encode_key({"book", "dune", ""}), encode_key({"cart", std::string("a\0b\xff", 4), "x"}),
          writer_record_key({"eu-west-1", 7}), "eu-west-1#7", stored("row_key.hex").substr(5)};
}

constexpr Target kTargets[] = {
    {"log_entry", run_entry, entry_seeds},
    {"snapshot_chunk", run_chunk, chunk_seeds},
    {"sealed_value", run_sealed, sealed_seeds},
    {"row_key", run_key, key_seeds},
};

}  // namespace

std::span<const Target> store_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
