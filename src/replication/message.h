#pragma once
// What two regions say to each other (docs/formats/replication.md). A message is one frame; these
// are its fields, checked for form when decoded: names, sizes of hashes, orders, known codes.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "port/history.h"
#include "port/peers.h"
#include "replication/frame.h"

namespace perpetua::replication {

inline constexpr std::uint16_t kProtocolVersion = 1;

/// Fields that a hello may carry.
inline constexpr std::size_t kFieldsMax = 1024;
inline constexpr std::size_t kTextSizeMax = 1024;
inline constexpr std::size_t kAnswerSizeMax = 64 * 1024;
/// In a frame.
inline constexpr std::size_t kEntriesMax = 65'536;
inline constexpr std::size_t kChunkSizeMax = 1024 * 1024;
/// Of clocks: so far from 1970, either way, that sums of a few stay numbers.
inline constexpr std::int64_t kMillisecondsMax = std::int64_t{1} << 53;

/// A field that hello may carry and that a reader who does not know its tag skips.
struct Field {
  std::uint16_t tag;
  std::string value;
  bool operator==(const Field&) const = default;
};
inline constexpr std::uint16_t kSealsTag = 1;       // reserved
inline constexpr std::uint16_t kMembershipTag = 2;  // reserved

struct Hello {
  struct Held {
    Writer writer;
    port::End end;
    bool withheld = false;  // held, but not served: an operator has to decide first
    bool operator==(const Held&) const = default;
  };
  std::uint16_t protocol = kProtocolVersion;
  std::string project;
  std::string region;
  Writer own_writer;
  std::int64_t wall_ms = 0;
  std::vector<Held> held;  // ascending by writer, at most port::kWritersMax
  std::vector<Field> fields;
  bool operator==(const Hello&) const = default;
};

enum class Judgement : std::uint8_t {
  kContains = 1,     // the judge's history begins with the judged one
  kDiverged = 2,     // it does not
  kCannotProve = 3,  // the judge has let go of the hash that would tell
  kOwnerBehind = 4,  // the judge is the writer's owner and holds less: it was rolled back
  kWithheld = 5,     // no judgement: the sender does not serve this writer's history
};

/// About the history of `writer` that the receiver said it holds.
struct Verdict {
  Writer writer;
  port::End judged;
  Judgement judgement = Judgement::kContains;
  bool operator==(const Verdict&) const = default;
};

/// Asks for all entries of `writer` after `from`, now and as they come, until told to stop. The
/// receiver judges `from` before it serves.
struct Want {
  std::uint32_t stream = 0;  // the asker's number for it; frames that come of it carry it
  bool start = true;
  Writer writer;
  port::End from;
  bool operator==(const Want&) const = default;
};

struct Entries {
  std::uint32_t stream = 0;
  std::uint64_t first = 0;
  std::vector<std::string> entries;  // at least one
  std::string end_hash;              // the chain's after the last
  bool operator==(const Entries&) const = default;
};

struct SnapshotBegin {
  std::uint32_t stream = 0;
  port::End end;
  bool operator==(const SnapshotBegin&) const = default;
};
struct SnapshotChunk {
  std::uint32_t stream = 0;
  std::string chunk;
  bool operator==(const SnapshotChunk&) const = default;
};
struct SnapshotEnd {
  std::uint32_t stream = 0;
  bool operator==(const SnapshotEnd&) const = default;
};
/// So many more chunks of the snapshot may come.
struct Credit {
  std::uint32_t stream = 0;
  std::uint32_t chunks = 0;
  bool operator==(const Credit&) const = default;
};

/// What the sender holds durably, of each writer whose end has moved since it last said.
struct Ack {
  struct Held {
    Writer writer;
    port::End end;
    bool operator==(const Held&) const = default;
  };
  std::uint64_t own_position = 0;  // the sender's own log, read behind the entries acknowledged
  std::vector<Held> held;
  bool operator==(const Ack&) const = default;
};

struct Question {
  std::uint64_t id = 0;
  std::string text;
  bool operator==(const Question&) const = default;
};
struct Answer {
  std::uint64_t id = 0;
  bool answered = true;  // false: nobody there to answer
  std::string text;
  bool operator==(const Answer&) const = default;
};

/// Sent in every fifth of a second, so that a peer that hangs is told from one that has nothing to
/// say; with clocks, for the skew (as in RFC 5905 section 8).
struct Ping {
  std::int64_t wall_ms = 0;
  std::int64_t sent_ms = 0;   // the sender's monotonic clock
  std::int64_t echo_ms = -1;  // sent_ms of the last ping that came; -1: none
  std::int64_t held_ms = 0;   // since that came
  bool operator==(const Ping&) const = default;
};

enum class Parting : std::uint16_t {
  kStopping = 1,
  kReplaced = 2,
  kOtherProtocol = 3,
  kOtherProject = 4,
  kSameRegion = 5,
  kUnknownRegion = 6,
  kMisbehaved = 7,
  kSilent = 8,
};
struct Goodbye {
  Parting parting = Parting::kStopping;
  std::string reason;
  bool operator==(const Goodbye&) const = default;
};

using Message = std::variant<Hello, Verdict, Want, Entries, SnapshotBegin, SnapshotChunk,
                             SnapshotEnd, Credit, Ack, Question, Answer, Ping, Goodbye>;

/// A whole frame.
[[nodiscard]] std::string encode_message(const Message& message);
/// kCorrupt, naming the message, unless the payload is exactly of its form.
[[nodiscard]] Result<Message> decode_message(const Frame& frame);

}  // namespace perpetua::replication
