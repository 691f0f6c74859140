#include "http/static_files.h"

#include <array>
#include <fstream>

#include "http/fields.h"
#include "http/problem.h"
#include "http/uri.h"

namespace perpetua::http {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kCheckIntervalMs = 1000;

struct Type {
  std::string_view extension;
  std::string_view content_type;
};
constexpr std::array kTypes{
    Type{".html", "text/html; charset=utf-8"},
    Type{".js", "text/javascript; charset=utf-8"},
    Type{".mjs", "text/javascript; charset=utf-8"},
    Type{".css", "text/css; charset=utf-8"},
    Type{".json", "application/json"},
    Type{".webmanifest", "application/manifest+json"},
    Type{".map", "application/json"},
    Type{".svg", "image/svg+xml"},
    Type{".png", "image/png"},
    Type{".jpg", "image/jpeg"},
    Type{".webp", "image/webp"},
    Type{".avif", "image/avif"},
    Type{".ico", "image/x-icon"},
    Type{".woff2", "font/woff2"},
    Type{".woff", "font/woff"},
    Type{".txt", "text/plain; charset=utf-8"},
    Type{".xml", "application/xml"},
};

// No inline scripts or styles: what an attacker manages to inject does not run.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'";

std::string content_type_of(const fs::path& path) {
  for (const Type& type : kTypes)
    if (path.extension() == type.extension) return std::string(type.content_type);
  return "application/octet-stream";
}

/// Nothing when it cannot be read whole, or has more bytes than are `left`.
std::shared_ptr<const std::string> read(const fs::path& path, std::size_t& left) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed || size > left) return nullptr;
  auto bytes = std::make_shared<std::string>(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes->data(), static_cast<std::streamsize>(size))) return nullptr;
  left -= size;
  return bytes;
}

}  // namespace

StaticFiles::StaticFiles(fs::path folder, std::vector<std::string> pages, OnFailure on_failure)
    : folder_(std::move(folder)), pages_(std::move(pages)), on_failure_(std::move(on_failure)) {}

Result<void> StaticFiles::load() {
  const fs::path index = folder_ / "index.html";
  std::error_code failed;
  const auto time = fs::last_write_time(index, failed);
  if (failed)
    return fail(ErrorCode::kInvalid, folder_.string() + ": the storefront's index.html is missing");
  Files files;
  std::size_t left = kBytesMax;
  for (fs::recursive_directory_iterator at(folder_, failed), end; !failed && at != end;
       at.increment(failed)) {
    const fs::path& path = at->path();
    const bool is_variant = path.extension() == ".gz" || path.extension() == ".br";
    if (!at->is_regular_file(failed) || is_variant) continue;
    File file;
    bool is_whole = true;
    const auto take = [&](const fs::path& from, auto& into) {
      into = read(from, left);
      is_whole = is_whole && into;
    };
    const fs::path gzip = path.string() + ".gz";
    const fs::path brotli = path.string() + ".br";
    take(path, file.bytes);
    if (fs::is_regular_file(gzip, failed)) take(gzip, file.gzip);
    if (fs::is_regular_file(brotli, failed)) take(brotli, file.brotli);
    if (!is_whole)
      return fail(ErrorCode::kInvalid, path.string() + ": unreadable, or the storefront exceeds " +
                                           std::to_string(kBytesMax) + " bytes");
    file.content_type = content_type_of(path);
    file.etag = etag_of(*file.bytes);
    const std::string name = "/" + path.lexically_relative(folder_).generic_string();
    file.is_immutable =
        name.starts_with("/assets/");  // Vite puts hashed names there, and only there
    files.emplace(name, std::move(file));
  }
  if (failed) return fail(ErrorCode::kInvalid, folder_.string() + ": " + failed.message());
  // What was swapped meanwhile would be half of the one build and half of the other.
  if (fs::last_write_time(index, failed) != time || failed)
    return fail(ErrorCode::kInvalid, folder_.string() + ": was made anew while it was read");
  files_ = std::move(files);
  loaded_time_ = time;
  return {};
}

void StaticFiles::reload_if_changed(std::int64_t monotonic_ms) {
  if (monotonic_ms - checked_ms_ < kCheckIntervalMs) return;
  checked_ms_ = monotonic_ms;
  std::error_code failed;
  const auto time = fs::last_write_time(folder_ / "index.html", failed);
  // While it is being built anew, the former one is served.
  if (failed || time == loaded_time_) return;
  if (const auto loaded = load(); !loaded && on_failure_) on_failure_(loaded.error());
}

bool StaticFiles::is_page(std::string_view path) const {
  const auto segments = split_path(path);
  if (!segments) return false;
  return std::ranges::any_of(pages_, [&](const std::string& page) {
    const auto wanted = split_path(page);
    return std::ranges::equal(*segments, *wanted, [](const auto& have, const auto& want) {
      return have == want || (want.starts_with('{') && !have.empty());
    });
  });
}

Response StaticFiles::answer(const Request& request, std::int64_t monotonic_ms) {
  reload_if_changed(monotonic_ms);
  const bool is_safe = request.method == "GET" || request.method == "HEAD";
  const auto path = percent_decode(request.path);
  auto file = path ? files_.find(*path) : files_.end();
  if (file == files_.end() && is_page(request.path)) file = files_.find("/index.html");
  if (file != files_.end() && is_safe) return answer_file(request, file->second, 200);
  if (file != files_.end()) {
    Response refused = to_response(ProblemKind::kMethodNotAllowed, "there are files to read only");
    refused.headers.add("Allow", "GET, HEAD");
    return refused;
  }
  const auto index = files_.find("/index.html");
  const bool is_api = path && (path == "/api" || path->starts_with("/api/"));
  if (is_safe && !is_api && index != files_.end() && accepts_explicitly(request, "text/html"))
    return answer_file(request, index->second, 404);
  return to_response(ProblemKind::kNotFound, "nothing is at this address");
}

Response StaticFiles::answer_file(const Request& request, const File& file, int status) {
  Response response;
  response.status = status;
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Cache-Control",
                       file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.shared_body = file.bytes;
  std::string etag = file.etag;
  if (file.gzip || file.brotli) response.headers.add("Vary", "Accept-Encoding");
  // Each coding is a representation of its own, with its own strong tag (RFC 9110 section 8.8.3).
  const auto choose = [&](const auto& variant, std::string_view coding) {
    response.shared_body = variant;
    etag.insert(etag.size() - 1, "-" + std::string(coding));
    response.headers.add("Content-Encoding", std::string(coding));
  };
  if (file.brotli && accepts_encoding(request, "br"))
    choose(file.brotli, "br");
  else if (file.gzip && accepts_encoding(request, "gzip"))
    choose(file.gzip, "gzip");
  if (status == 200) response.headers.add("ETag", etag);
  if (status == 200 && none_match_fails(request, etag)) {
    response.status = 304;
    response.shared_body = nullptr;
    return response;
  }
  response.headers.add("Content-Type", file.content_type);
  if (file.content_type.starts_with("text/html")) {
    response.headers.add("Content-Security-Policy", std::string(kContentSecurityPolicy));
    response.headers.add("Referrer-Policy", "same-origin");
    response.headers.add("X-Frame-Options", "DENY");
  }
  return response;
}

}  // namespace perpetua::http
