#include "base/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>
#include <thread>

#include "base/progress.h"
#include "base/text.h"

extern char** environ;

namespace rv {
namespace {

using std::chrono::milliseconds;

// An open file, closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// All that the child needs, made before the fork: after it, only system calls are safe.
struct Prepared {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  int in = -1;
  int out = -1;
  int err = -1;
  int failure = -1;  // receives errno when the program cannot be executed
  pid_t parent = 0;
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

int OpenOutput(const std::filesystem::path& file) {
  const char* name = file.empty() ? "/dev/null" : file.c_str();
  return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

[[noreturn]] void Execute(const Prepared& child) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != child.parent) _exit(127);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE}) signal(number, SIG_DFL);
  dup2(child.in, STDIN_FILENO);
  dup2(child.out, STDOUT_FILENO);
  dup2(child.err, STDERR_FILENO);
  execvpe(child.arguments[0], child.arguments.data(), child.environment.data());
  const int failure = errno;
  [[maybe_unused]] const ssize_t sent = write(child.failure, &failure, sizeof(failure));
  _exit(127);
}

// Waits until the child executes its program; the errno of its failure, or 0.
int ExecuteFailure(int pipe) {
  int failure = 0;
  ssize_t got = 0;
  do {
    got = read(pipe, &failure, sizeof(failure));
  } while (got < 0 && errno == EINTR);
  return got == sizeof(failure) ? failure : 0;
}

void Wait(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// Asks the group to end, and after two seconds kills it.
void EndGroup(pid_t group) {
  kill(-group, SIGTERM);
  for (int i = 0; i < 20; ++i) {
    if (waitpid(group, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(milliseconds(100));
  }
  kill(-group, SIGKILL);
  Wait(group);
}

}  // namespace

Result<pid_t> StartChild(const ChildCommand& command) {
  const std::string& program = command.arguments.at(0);
  const Descriptor in(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor out(OpenOutput(command.stdout_file));
  const bool apart = command.stdout_file != command.stderr_file;
  const Descriptor err(apart ? OpenOutput(command.stderr_file) : -1);
  if (out.get() < 0 || (apart && err.get() < 0)) {
    return Fail(ErrorCode::kNotFound,
                Text("cannot write the output of ", program, ": ", std::strerror(errno)));
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Fail(ErrorCode::kInternal, Text("cannot start a process: ", std::strerror(errno)));
  const Descriptor result(ends[0]);
  Descriptor failure_out(ends[1]);
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = Environment(command.environment);
  const Prepared child{.arguments = Pointers(arguments),
                       .environment = Pointers(environment),
                       .in = in.get(),
                       .out = out.get(),
                       .err = apart ? err.get() : out.get(),
                       .failure = failure_out.get(),
                       .parent = getpid()};
  // fork, not posix_spawn: a child that shares our memory until it executes would inherit our own peak.
  const pid_t pid = fork();
  if (pid == 0) Execute(child);
  if (pid < 0) return Fail(ErrorCode::kInternal, Text("cannot start a process: ", std::strerror(errno)));
  failure_out.Close();
  const int failure = ExecuteFailure(result.get());
  if (failure == 0) return pid;
  Wait(pid);
  return Fail(failure == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInternal,
              Text("cannot run '", program, "': ", std::strerror(failure)));
}

int ExitStatus(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

Result<int> RunChild(const ChildCommand& command, const std::function<bool()>& keep_going) {
  const Result<pid_t> pid = StartChild(command);
  if (!pid) return Forward(pid);
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(*pid, &status, WNOHANG);
    if (ended == *pid) return ExitStatus(status);
    if (ended < 0 && errno != EINTR) {
      return Fail(ErrorCode::kInternal, Text("lost '", command.arguments[0], "': ", std::strerror(errno)));
    }
    if (!keep_going()) {
      EndGroup(*pid);
      return Cancelled();
    }
    std::this_thread::sleep_for(milliseconds(100));
  }
}

bool IsInstalled(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace rv
