#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace rv {
namespace {

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made =
        std::make_shared<spdlog::logger>("rotaview", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return *logger;
}

}  // namespace

void SetLogLevel(LogLevel level) {
  Logger().set_level(level == LogLevel::kQuiet    ? spdlog::level::err
                     : level == LogLevel::kNormal ? spdlog::level::info
                                                  : spdlog::level::debug);
}

LogLevel GetLogLevel() {
  const auto level = Logger().level();
  if (level >= spdlog::level::err) return LogLevel::kQuiet;
  return level >= spdlog::level::info ? LogLevel::kNormal : LogLevel::kVerbose;
}

void LogInfo(const std::string& line) { Logger().info("{}", line); }
void LogWarning(const std::string& line) { Logger().warn("warning: {}", line); }
void LogVerbose(const std::string& line) { Logger().debug("{}", line); }

}  // namespace rv
