#include "base/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "base/progress.h"

extern char** environ;

namespace rv {
namespace {

using std::chrono::milliseconds;

// posix_spawn settings, released with the object.
struct SpawnSetup {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};

  explicit SpawnSetup(const std::string& log) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&defaults, number);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
};

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Environment(const std::vector<std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& own : added) replaced = replaced || own.starts_with(name);
    if (!replaced) all.emplace_back(text);
  }
  all.insert(all.end(), added.begin(), added.end());
  return all;
}

// Asks the group to end, and after two seconds makes it.
void EndGroup(pid_t group) {
  kill(-group, SIGTERM);
  for (int i = 0; i < 20; ++i) {
    if (waitpid(group, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(milliseconds(100));
  }
  kill(-group, SIGKILL);
  waitpid(group, nullptr, 0);
}

}  // namespace

Result<int> RunChild(const ChildProcess& child, const std::function<bool()>& keep_going) {
  std::vector<std::string> arguments = child.arguments;
  std::vector<std::string> environment = Environment(child.environment);
  const SpawnSetup setup(child.log.string());
  pid_t pid = 0;
  const int failure = posix_spawnp(&pid, arguments[0].c_str(), &setup.actions, &setup.attributes,
                                   Pointers(arguments).data(), Pointers(environment).data());
  if (failure != 0) {
    return Fail(failure == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInternal,
                "cannot run '" + arguments[0] + "': " + std::strerror(failure));
  }
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) {
      return Fail(ErrorCode::kInternal, "lost '" + arguments[0] + "': " + std::strerror(errno));
    }
    if (!keep_going()) {
      EndGroup(pid);
      return Cancelled();
    }
    std::this_thread::sleep_for(milliseconds(100));
  }
}

bool IsInstalled(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace rv
