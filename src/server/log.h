#pragma once
// perpetuad's log: one JSON object a line to stderr, about the process and its peers. Nothing of a
// buyer's is ever in it, and a healthy request leaves no line.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace perpetua::server::log {

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// `level` is debug, info, warn or error. Once, before the first line; every line names the region.
void start(std::string_view level, std::string_view region);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace perpetua::server::log
