// Logging for people: one line per stage on stderr, inner loops at verbose level only. Never on stdout.
#pragma once

#include <string>

namespace rv {

enum class LogLevel { kQuiet, kNormal, kVerbose };

// Process-wide; the default is kNormal. Thread-safe.
void SetLogLevel(LogLevel level);
LogLevel GetLogLevel();

void LogInfo(const std::string& line);
void LogWarning(const std::string& line);
void LogVerbose(const std::string& line);

}  // namespace rv
