#include "buyers/record.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

// A last line without its newline is what a kill left of it.
template <class Handle>
Result<void> for_each_line(const std::string& path, Handle handle) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, path + ": cannot be read");
  std::string line;
  for (std::size_t number = 1; std::getline(in, line) && !in.eof(); ++number) {
    const Result<void> handled = handle(line);
    if (!handled)
      return fail(ErrorCode::kCorrupt,
                  path + ", line " + std::to_string(number) + ": " + handled.error().message);
  }
  return {};
}

int create_private(const std::string& path) {
  return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "writing the record");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Result<RecordWriter> RecordWriter::create(const std::string& path) {
  const std::string sessions = path + ".sessions";
  const auto refuse = [](const std::string& file) {
    return fail(ErrorCode::kInvalid, file + ": " + std::generic_category().message(errno) +
                                         "; name a record that does not exist yet");
  };
  const int record_file = create_private(path);
  if (record_file < 0) return refuse(path);
  const int sessions_file = create_private(sessions);
  if (sessions_file < 0) {
    const auto refused = refuse(sessions);
    ::close(record_file);
    ::unlink(path.c_str());  // ours, and empty: the next try must complain of `sessions` again
    return refused;
  }
  return RecordWriter(record_file, sessions_file);
}

RecordWriter::RecordWriter(RecordWriter&& other) noexcept
    : record_(std::exchange(other.record_, -1)), sessions_(std::exchange(other.sessions_, -1)) {}

RecordWriter::~RecordWriter() {
  if (record_ >= 0) ::close(record_);
  if (sessions_ >= 0) ::close(sessions_);
}

void RecordWriter::append(const RecordLine& line) {
  write_all(record_, encode_line(line) + "\n");
}

void RecordWriter::append_token(int buyer, std::string_view token) {
  const json::object line{{"buyer", buyer}, {"token", token}};
  write_all(sessions_, json::serialize(line) + "\n");
}

Result<std::vector<RecordLine>> read_record(const std::string& path) {
  std::vector<RecordLine> lines;
  const auto read = for_each_line(path, [&](const std::string& text) -> Result<void> {
    auto line = decode_line(text);
    if (!line) return std::unexpected(line.error());
    lines.push_back(std::move(*line));
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return lines;
}

Result<std::map<int, std::string>> read_tokens(const std::string& path) {
  std::map<int, std::string> tokens;
  const auto read = for_each_line(path + ".sessions", [&](const std::string& text) -> Result<void> {
    try {
      const auto line = json::parse(text).as_object();
      tokens[line.at("buyer").to_number<int>()] = line.at("token").as_string();
    } catch (const std::exception& error) {
      return fail(ErrorCode::kCorrupt, error.what());
    }
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return tokens;
}

}  // namespace perpetua::buyers
