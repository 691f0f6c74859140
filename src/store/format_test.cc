// What lies on a disk stays readable: each format has a golden file, which must decode to the value
// below, and be what that value encodes to (docs/formats/rows.md, log.md).

#include "store/format.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/entry.h"
#include "store/snapshot_chunk.h"

namespace perpetua::store {
namespace {

using std::string_literals::operator""s;

const Writer kA{"eu-west-1", 1};

/// The bytes of golden/`name`: hexadecimal digits, line by line.
std::string golden(const std::string& name) {
  std::ifstream file(std::string(PERPETUA_STORE_GOLDEN) + "/" + name + ".hex");
  EXPECT_TRUE(file) << name;
  std::string digits;
  for (std::string line; std::getline(file, line);) digits += line;
  const Result<std::string> bytes = from_hex(digits);
  EXPECT_TRUE(bytes) << name;
  return bytes.value_or("");
}

void expect_golden(const std::string& name, const std::string& bytes) {
  EXPECT_EQ(to_hex(bytes), to_hex(golden(name))) << name;
}

Entry an_entry() {
  return {7,
          1'700'000'000'000,
          {{{"cart", "a\0b"s, "\xff"}, "value"}, {{"stock", "moby-dick", ""}, "\1\2\3"}}};
}
WriterRecord a_record() {
  return {3, {7, port::genesis_hash(kA)}, 5, 2, 4096, 1024};
}
SnapshotChunk a_chunk() {
  return {kA,
          {7, port::genesis_hash(kA)},
          2,
          2,
          true,
          {hash("4"), hash("5")},
          {{6, {{"cart", "a", "b"}, "value"}}}};
}

TEST(Format, KeysAreAsTheyWere) {
  const port::Key key{"cart", "a\0b"s, "\xff\0"s};
  expect_golden("row_key", row_key(3, encode_key(key)));
  EXPECT_EQ(decode_key(encoded_key_of(golden("row_key"))).value(), key);
  EXPECT_EQ(slot_of(golden("row_key")), 3u);
  expect_golden("log_key", log_key(3, 7));
  EXPECT_EQ(number_of(golden("log_key")), 7u);
  expect_golden("hash_key", hash_key(3, 7));
  expect_golden("writer_record_key", writer_record_key(kA));
  EXPECT_EQ(writer_of_record(golden("writer_record_key")).value(), kA);
  expect_golden("store_record_key", store_record_key());
}

TEST(Format, RowsAreAsTheyWere) {
  expect_golden("row", encode_row(golden("row_key"), 7, "value"));
  const Result<StoredRow> row = decode_row(golden("row_key"), golden("row"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->n, 7u);
  EXPECT_EQ(row->value, "value");
}

TEST(Format, LogEntriesAreAsTheyWere) {
  expect_golden("log_entry", encode(an_entry()));
  EXPECT_EQ(decode_entry(golden("log_entry")).value(), an_entry());
  expect_golden("log_value", seal(golden("log_key"), golden("log_entry")));
  EXPECT_EQ(unseal(golden("log_key"), golden("log_value")).value(), golden("log_entry"));
  expect_golden("genesis_hash", port::genesis_hash(kA));
  expect_golden("chain_hash", port::chain_hash(golden("genesis_hash"), golden("log_entry")));
  expect_golden("hash", encode_link(golden("hash_key"), {golden("chain_hash"), 4096}));
  const Result<HashLink> link = decode_link(golden("hash_key"), golden("hash"));
  EXPECT_EQ(link->hash, golden("chain_hash"));
  EXPECT_EQ(link->log_bytes, 4096u);
}

TEST(Format, RecordsAreAsTheyWere) {
  expect_golden("writer_record", encode_record(golden("writer_record_key"), a_record()));
  const Result<WriterRecord> record =
      decode_record(golden("writer_record_key"), golden("writer_record"));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->slot, 3u);
  EXPECT_EQ(record->end, a_record().end);
  EXPECT_EQ(record->first_entry, 5u);
  EXPECT_EQ(record->first_hash, 2u);
  EXPECT_EQ(record->log_bytes_end, 4096u);
  EXPECT_EQ(record->log_bytes_first, 1024u);
  expect_golden("store_record", encode_store(golden("store_record_key"), {kA, 4, "stopped"}));
  const Result<StoreRecord> store =
      decode_store(golden("store_record_key"), golden("store_record"));
  ASSERT_TRUE(store);
  EXPECT_EQ(store->self, kA);
  EXPECT_EQ(store->next_slot, 4u);
  EXPECT_EQ(store->not_writing_because, "stopped");
}

TEST(Format, SnapshotChunksAreAsTheyWere) {
  expect_golden("snapshot_chunk", encode(a_chunk()));
  EXPECT_EQ(decode_chunk(golden("snapshot_chunk")).value(), a_chunk());
}

TEST(Format, ASnapshotChunkThatCannotBeDoesNotDecode) {
  SnapshotChunk chunk = a_chunk();
  chunk.first_hash = chunk.end.n + 1;
  EXPECT_EQ(decode_chunk(encode(chunk)).error().code, ErrorCode::kCorrupt);
  std::string payload = golden("snapshot_chunk");
  payload.resize(payload.size() - 4);
  constexpr std::size_t kLast = 1 + 4 + 9 + 4 + 8 + 32 + 8 + 4;
  ASSERT_EQ(payload[kLast], 1);
  payload[kLast] = 2;
  EXPECT_EQ(decode_chunk(seal("snapshot chunk", payload)).error().code, ErrorCode::kCorrupt);
}

TEST(Format, EveryFlippedBitIsSeen) {
  const auto flipped = [](std::string bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    return bytes;
  };
  const std::string row = golden("row");
  for (std::size_t bit = 0; bit < row.size() * 8; ++bit)
    EXPECT_EQ(decode_row(golden("row_key"), flipped(row, bit)).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(decode_row(flipped(golden("row_key"), 77), row)) << "a value under another's key";
  const std::string chunk = golden("snapshot_chunk");
  for (std::size_t bit = 0; bit < chunk.size() * 8; ++bit)
    EXPECT_EQ(decode_chunk(flipped(chunk, bit)).error().code, ErrorCode::kCorrupt);
}

TEST(Format, WhatIsCutOffOrTooLongDoesNotDecode) {
  const std::string entry = golden("log_entry");
  for (std::size_t size = 0; size < entry.size(); ++size)
    EXPECT_FALSE(decode_entry(entry.substr(0, size))) << size;
  EXPECT_FALSE(decode_entry(entry + "x"));
  for (std::size_t size = 0; size < golden("row").size(); ++size)
    EXPECT_FALSE(decode_row(golden("row_key"), golden("row").substr(0, size))) << size;
  const std::string key(encoded_key_of(golden("row_key")));
  EXPECT_FALSE(decode_key(key.substr(0, key.size() - 1)));
  EXPECT_FALSE(decode_key(key + "x"));
}

TEST(Format, UnknownVersionsAndKindsAreRefused) {
  for (const std::size_t at : {0u, 1u}) {
    std::string entry = golden("log_entry");
    entry[at] = 9;
    EXPECT_EQ(decode_entry(entry).error().code, ErrorCode::kCorrupt);
  }
}

TEST(Format, RowsThatNoStoreAcceptsDoNotDecode) {
  for (const EntryRow& bad :
       {EntryRow{{"T", "p", ""}, "v"}, EntryRow{{"t", "", ""}, "v"}, EntryRow{{"t", "p", ""}, ""},
        EntryRow{{"t", "p", ""}, std::string(port::kRowSizeMax + 1, 'x')}})
    EXPECT_FALSE(decode_entry(encode(Entry{1, 0, {bad}})));
}

TEST(Format, RowsOutOfOrderDoNotDecode) {
  Entry entry = an_entry();
  std::swap(entry.rows[0], entry.rows[1]);
  EXPECT_EQ(decode_entry(encode(entry)).error().code, ErrorCode::kCorrupt);
  entry.rows[0] = entry.rows[1];
  EXPECT_EQ(decode_entry(encode(entry)).error().code, ErrorCode::kCorrupt);
  SnapshotChunk chunk = a_chunk();
  chunk.rows.push_back(chunk.rows[0]);
  EXPECT_EQ(decode_chunk(encode(chunk)).error().code, ErrorCode::kCorrupt);
}

TEST(Format, EncodedKeysSortAsTheirPartsDo) {
  const std::vector<std::string> parts{"a",        "a\0"s, "a\0\0"s, "a\0\1"s,
                                       "a\0\xff"s, "a\1"s, "aa",     "b"};
  std::vector<port::Key> keys;
  for (const std::string& partition : parts)
    for (const std::string& sort : parts) keys.push_back({"t", partition, sort});
  for (std::size_t i = 0; i + 1 < keys.size(); ++i)
    EXPECT_LT(encode_key(keys[i]), encode_key(keys[i + 1])) << i;
}

}  // namespace
}  // namespace perpetua::store
