#include "http/response_writer.h"

#include <ctime>

#include "base/assert.h"

namespace perpetua::http {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

bool has_length(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string http_date(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text, size);
}

std::string write_head(const Response& response, const Framing& framing) {
  // One loop thread writes many answers a second: the date is made once a second.
  thread_local std::int64_t date_s = -1;
  thread_local std::string date;
  if (date_s != framing.now_s) {
    date_s = framing.now_s;
    date = http_date(framing.now_s);
  }
  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason(response.status)).append("\r\nDate: ").append(date).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    PERPETUA_ASSERT(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                    "a header's value is one line");
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (has_length(response.status))
    head.append("Content-Length: ")
        .append(std::to_string(response.content().size()))
        .append("\r\n");
  if (!framing.keep_alive) head.append("Connection: close\r\n");
  head.append("\r\n");
  return head;
}

bool has_content(const Response& response, const Framing& framing) {
  return !framing.is_head && has_length(response.status) && !response.content().empty();
}

}  // namespace perpetua::http
