#include "capture/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>

#include "base/text.h"
#include "capture/sandbox/wire.h"

namespace rv::sandbox {
namespace {

constexpr std::uint32_t kRecordDone = 0xFFFF0001;
constexpr std::uint32_t kRecordError = 0xFFFF0002;
constexpr std::uint32_t kRecordNoFilter = 0xFFFF0003;
constexpr std::uint32_t kRecordNoMemory = 0xFFFF0004;
constexpr std::uint32_t kMagic = 0x52564350;  // "PCVR"
constexpr std::uint64_t kMaxRecordBytes = 512ULL << 20;

struct RecordHead {
  std::uint32_t magic;
  std::uint32_t type;
  std::uint64_t size;
};

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

bool WriteAll(int fd, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t wrote = write(fd, at, size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    at += wrote;
    size -= static_cast<std::size_t>(wrote);
  }
  return true;
}

// Pages of address space in use, from /proc/self/statm; 0 when unknown.
std::uint64_t AddressSpaceInUse() {
  const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char text[128] = {};
  const ssize_t got = read(fd, text, sizeof(text) - 1);
  close(fd);
  if (got <= 0) return 0;
  return strtoull(text, nullptr, 10) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void Limit(int resource, std::uint64_t value) {
  const rlimit limit{.rlim_cur = value, .rlim_max = value};
  setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

void ApplyLimits(const CaptureLimits& limits) {
  Limit(RLIMIT_CORE, 0);
  if (!kSanitized) Limit(RLIMIT_FSIZE, 0);  // else a finding could not be written where stderr is a file
  Limit(RLIMIT_CPU, limits.max_decoder_cpu_s);
  // The sanitizer maps terabytes of shadow; a limit on address space would stop it at once.
  const std::uint64_t in_use = AddressSpaceInUse();
  if (!kSanitized && in_use > 0) Limit(RLIMIT_AS, in_use + limits.max_decoder_memory);
}

void ResetSignals() {
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGPIPE, SIGCHLD, SIGXCPU})
    signal(number, SIG_DFL);
  // Ctrl-C reaches the whole group; the parent decides and ends the child.
  signal(SIGINT, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Closes every file but the kept ones; standard streams become /dev/null so that no library prints.
void CloseOthers(std::vector<int> keep) {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd <= (kSanitized ? 1 : 2); ++fd) dup2(null, fd);
  std::sort(keep.begin(), keep.end());
  unsigned int first = 3;
  for (const int fd : keep) {
    if (static_cast<unsigned int>(fd) > first) close_range(first, fd - 1, 0);
    first = std::max(first, static_cast<unsigned int>(fd) + 1);
  }
  close_range(first, ~0U, 0);
}

Status RunGuarded(const SandboxJob& job, RecordSink& sink) {
  try {
    return job.run(sink);
  } catch (const std::bad_alloc&) {
    sink.Send(kRecordNoMemory, {});
    _exit(3);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kCorrupt, Text("the decoder gave up: ", e.what()));
  }
}

[[noreturn]] void ChildMain(const SandboxJob& job, const CaptureLimits& limits, int pipe_fd, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(2);
  ResetSignals();
  std::vector<int> keep = job.keep_fds;
  keep.push_back(pipe_fd);
  CloseOthers(std::move(keep));
  mallopt(M_ARENA_MAX, 2);  // each arena reserves address space, which is limited
  prctl(PR_SET_DUMPABLE, 0);
  RecordSink sink(pipe_fd);
  ApplyLimits(limits);
  if (job.prepare) job.prepare();
  if (!EnterSyscallFilter()) {
    sink.Send(kRecordNoFilter, {});
    _exit(2);
  }
  if (const Status status = RunGuarded(job, sink); !status) {
    const Error& e = status.error();
    WireWriter w;
    w.Put<std::int32_t>(static_cast<int>(e.code)).PutText(e.message).PutText(e.remedy);
    sink.Send(kRecordError, w.bytes());
  } else {
    sink.Send(kRecordDone, {});
  }
  _exit(0);
}

// One child as its parent sees it: collects the bytes of its pipe and cuts them into records.
class SandboxedChild {
 public:
  SandboxedChild(pid_t pid, int fd, const RecordHandler& handler) : pid_(pid), fd_(fd), handler_(handler) {}
  ~SandboxedChild() {
    close(fd_);
    if (!reaped_) {
      kill(pid_, SIGKILL);
      int status = 0;
      while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
      }
    }
  }
  SandboxedChild(const SandboxedChild&) = delete;
  SandboxedChild& operator=(const SandboxedChild&) = delete;

  Result<SandboxEnd> Run(const CaptureLimits& limits, const std::function<Status()>& tick);

 private:
  // False at the end of the pipe.
  bool ReadSome();
  Status HandleRecords();
  Status HandleOne(const RecordHead& head, std::span<const std::uint8_t> payload);
  SandboxEnd Reap();

  pid_t pid_;
  int fd_;
  const RecordHandler& handler_;
  bool reaped_ = false;
  bool done_ = false;
  bool no_memory_ = false;
  std::vector<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
};

bool SandboxedChild::ReadSome() {
  constexpr std::size_t kChunk = 1 << 20;
  if (buffer_.size() < filled_ + kChunk) buffer_.resize(filled_ + kChunk);
  const ssize_t got = read(fd_, buffer_.data() + filled_, buffer_.size() - filled_);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  filled_ += static_cast<std::size_t>(got);
  return true;
}

Status SandboxedChild::HandleOne(const RecordHead& head, std::span<const std::uint8_t> payload) {
  if (head.type == kRecordDone) {
    done_ = true;
    return {};
  }
  if (head.type == kRecordNoMemory) {
    no_memory_ = true;
    return {};
  }
  if (head.type == kRecordNoFilter)
    return Fail(ErrorCode::kDevice, "the kernel refuses the decoder's sandbox (seccomp)",
                "allow seccomp in this container, or run on a machine that has it");
  if (head.type != kRecordError) return handler_(head.type, payload);
  WireReader r(payload);
  const int code = r.Get<std::int32_t>();
  std::string message = r.GetText();
  std::string remedy = r.GetText();
  if (!r.done() || code < 0 || code > static_cast<int>(ErrorCode::kCancelled))
    return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "the file is damaged; record it again");
  constexpr std::size_t kLongestText = 500;  // it ends up in messages and receipts
  message.resize(std::min(message.size(), kLongestText));
  remedy.resize(std::min(remedy.size(), kLongestText));
  return Fail(static_cast<ErrorCode>(code), std::move(message), std::move(remedy));
}

Status SandboxedChild::HandleRecords() {
  std::size_t at = 0;
  while (filled_ - at >= sizeof(RecordHead)) {
    RecordHead head;
    memcpy(&head, buffer_.data() + at, sizeof(head));
    if (head.magic != kMagic || head.size > kMaxRecordBytes)
      return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense",
                  "the file is damaged; record it again");
    if (filled_ - at - sizeof(head) < head.size) break;
    const Status status = HandleOne(head, {buffer_.data() + at + sizeof(head), head.size});
    if (!status) return Forward(status);
    at += sizeof(head) + head.size;
  }
  if (at > 0) {
    memmove(buffer_.data(), buffer_.data() + at, filled_ - at);
    filled_ -= at;
  }
  return {};
}

SandboxEnd SandboxedChild::Reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  SandboxEnd end{.crashed = !done_, .out_of_memory = no_memory_};
  if (done_) return end;
  if (no_memory_) {
    end.how = "out of memory";
  } else if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    end.how = Text("signal ", number, " (", strsignal(number), ")");
  } else {
    end.how = Text("exit status ", WEXITSTATUS(status));
  }
  return end;
}

Result<SandboxEnd> SandboxedChild::Run(const CaptureLimits& limits, const std::function<Status()>& tick) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_sign = Clock::now();
  Clock::time_point last_tick = last_sign;
  while (true) {
    pollfd wait{.fd = fd_, .events = POLLIN};
    const int ready = poll(&wait, 1, 200);
    const Clock::time_point now = Clock::now();
    if (tick && now - last_tick > std::chrono::milliseconds(150)) {
      last_tick = now;
      if (const Status status = tick(); !status) return Forward(status);
    }
    if (ready > 0) {
      if (!ReadSome()) return Reap();
      if (const Status status = HandleRecords(); !status) return Forward(status);
      last_sign = Clock::now();
    } else if (now - last_sign > std::chrono::seconds(limits.max_decoder_silence_s)) {
      return SandboxEnd{.crashed = true,
                        .how = Text("no sign of life for ", limits.max_decoder_silence_s, " s")};
    }
  }
}

}  // namespace

void RecordSink::Send(std::uint32_t type, std::span<const std::uint8_t> payload) {
  const std::lock_guard lock(mutex_);
  const RecordHead head{.magic = kMagic, .type = type, .size = payload.size()};
  if (!WriteAll(fd_, &head, sizeof(head)) || !WriteAll(fd_, payload.data(), payload.size())) _exit(2);
}

Result<SandboxEnd> RunSandboxed(const SandboxJob& job,
                                const CaptureLimits& limits,
                                const RecordHandler& handler,
                                const std::function<Status()>& tick) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Fail(ErrorCode::kDevice, Text("no pipe for the decoder: ", strerror(errno)),
                "close other programs and try again");
  fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    return Fail(ErrorCode::kDevice, Text("the decoder's process cannot start: ", strerror(errno)),
                "close other programs and try again");
  }
  if (child == 0) ChildMain(job, limits, ends[1], parent);
  close(ends[1]);
  SandboxedChild sandboxed(child, ends[0], handler);
  return sandboxed.Run(limits, tick);
}

}  // namespace rv::sandbox
