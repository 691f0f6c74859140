#include "server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>

namespace perpetua::server::log {
namespace {

std::shared_ptr<spdlog::logger> logger;

void write(spdlog::level::level_enum level, std::string_view event, Fields fields) {
  if (!logger || !logger->should_log(level)) return;
  boost::json::object line;
  line["event"] = event;
  for (const auto& [name, value] : fields) line[name] = value;
  const std::string text = boost::json::serialize(line);
  // The pattern has opened the object already.
  logger->log(level, std::string_view(text).substr(1));
}

}  // namespace

void start(std::string_view level, std::string_view region) {
  logger = std::make_shared<spdlog::logger>("perpetuad",
                                            std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","region":")" +
                          std::string(region) + R"(",%v)",
                      spdlog::pattern_time_type::utc);
  logger->flush_on(spdlog::level::debug);
}

void debug(std::string_view event, Fields fields) {
  write(spdlog::level::debug, event, fields);
}
void info(std::string_view event, Fields fields) {
  write(spdlog::level::info, event, fields);
}
void warn(std::string_view event, Fields fields) {
  write(spdlog::level::warn, event, fields);
}
void error(std::string_view event, Fields fields) {
  write(spdlog::level::err, event, fields);
}

}  // namespace perpetua::server::log
