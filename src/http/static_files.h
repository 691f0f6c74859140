#pragma once
// The storefront's files, from memory: what was not in the folder when it was read cannot be asked
// for, however a path is spelt. Read anew when index.html changes, at most once a second; until
// that succeeds the former files are served, and it is tried again.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace perpetua::http {

class StaticFiles {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{32} * 1024 * 1024;

  using OnFailure = std::function<void(const Error&)>;

  /// `pages`: templates such as "/books/{id}", of which index.html makes a page in the browser.
  /// `on_failure` hears why a changed folder could not be taken over.
  StaticFiles(std::filesystem::path folder, std::vector<std::string> pages,
              OnFailure on_failure = {});

  /// kInvalid: no index.html, more than kBytesMax, unreadable, or changed meanwhile.
  [[nodiscard]] Result<void> load();

  /// Files; index.html for pages; the same with status 404 for other addresses that a browser shows
  /// (Accept: text/html) and that are none of the API's; else a problem. Other methods than GET and
  /// HEAD are 405 where something is, else 404.
  [[nodiscard]] Response answer(const Request& request, std::int64_t monotonic_ms);

 private:
  struct File {
    std::string content_type;
    std::string etag;
    bool is_immutable = false;  // its name changes with its content
    std::shared_ptr<const std::string> bytes;
    std::shared_ptr<const std::string> gzip;    // when there is a file beside it
    std::shared_ptr<const std::string> brotli;  // the same
  };
  using Files = std::map<std::string, File, std::less<>>;

  void reload_if_changed(std::int64_t monotonic_ms);
  [[nodiscard]] bool is_page(std::string_view path) const;
  [[nodiscard]] static Response answer_file(const Request& request, const File& file, int status);

  std::filesystem::path folder_;
  std::vector<std::string> pages_;
  OnFailure on_failure_;
  Files files_;  // by path: "/index.html"
  std::filesystem::file_time_type loaded_time_;
  std::int64_t checked_ms_ = 0;
};

}  // namespace perpetua::http
