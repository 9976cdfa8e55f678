#include "bench/child_usage.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <stop_token>
#include <thread>

#include "base/text.h"

namespace rv {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kSamplePeriod = std::chrono::milliseconds(200);

// Children by slot, 0: free. A signal handler may read atomics, but no container.
std::array<std::atomic<pid_t>, 64> running_children{};
std::atomic<bool> stopped{false};

void StopChild(int) {
  stopped = true;
  for (const std::atomic<pid_t>& child : running_children) {
    if (const pid_t pid = child; pid > 0) kill(-pid, SIGTERM);
  }
}

// Notes a child for StopChild as long as it lives.
class RunningChild {
 public:
  explicit RunningChild(pid_t pid) {
    for (std::atomic<pid_t>& child : running_children) {
      pid_t free = 0;
      if (!child.compare_exchange_strong(free, pid)) continue;
      slot_ = &child;
      return;
    }
  }
  ~RunningChild() { End(); }
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;
  void End() {
    if (slot_ != nullptr) *slot_ = 0;
    slot_ = nullptr;
  }

 private:
  std::atomic<pid_t>* slot_ = nullptr;
};

std::map<pid_t, pid_t> ParentOfProcess() {
  std::map<pid_t, pid_t> parents;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size())
      continue;
    std::ifstream in(entry.path() / "stat");
    std::string stat;
    std::getline(in, stat);
    // "pid (name) state parent ...", where the name may hold spaces and brackets.
    const std::size_t bracket = stat.rfind(')');
    if (bracket == std::string::npos) continue;
    std::istringstream fields(stat.substr(bracket + 1));
    char state = 0;
    pid_t parent = 0;
    if (fields >> state >> parent) parents[pid] = parent;
  }
  return parents;
}

double ProportionalSetBytes(pid_t pid) {
  std::ifstream in(Text("/proc/", pid, "/smaps_rollup"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("Pss:")) return 1024.0 * std::stod(line.substr(4));
  }
  return 0;
}

double TreeBytes(pid_t root) {
  const std::map<pid_t, pid_t> parents = ParentOfProcess();
  double bytes = 0;
  for (const auto& [pid, parent] : parents) {
    pid_t up = pid;
    while (up != root) {
      const auto next = parents.find(up);
      if (next == parents.end() || next->second == up) break;
      up = next->second;
    }
    if (up == root) bytes += ProportionalSetBytes(pid);
  }
  return bytes;
}

// Samples the memory of a process tree from its own thread until it is stopped; ends a tree that takes too long.
class TreeSampler {
 public:
  TreeSampler(pid_t root, double wall_s)
      : wall_s_(wall_s), thread_([this, root](const std::stop_token& stop) { Sample(stop, root); }) {}
  double Stop() {
    thread_.request_stop();
    thread_.join();
    return peak_bytes_;
  }
  bool timed_out() const { return timed_out_; }  // after Stop

 private:
  void Sample(const std::stop_token& stop, pid_t root) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    const auto start = Clock::now();
    while (!stop.stop_requested()) {
      if (wall_s_ > 0 && std::chrono::duration<double>(Clock::now() - start).count() > wall_s_) {
        timed_out_ = true;
        kill(-root, SIGKILL);
      }
      peak_bytes_ = std::max(peak_bytes_, TreeBytes(root));
      wake.wait_for(lock, stop, kSamplePeriod, [] { return false; });
    }
  }
  double wall_s_ = 0;
  bool timed_out_ = false;
  double peak_bytes_ = 0;
  std::jthread thread_;
};

struct MachineTime {
  double busy_s = 0;
  double all_s = 0;
};

MachineTime ReadMachineTime() {
  std::ifstream in("/proc/stat");
  std::string cpu;
  in >> cpu;
  double ticks[8] = {};  // user nice system idle iowait irq softirq steal
  for (double& value : ticks) in >> value;
  const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  MachineTime time;
  for (int i = 0; i < 8; ++i) {
    time.all_s += ticks[i] / per_second;
    if (i != 3 && i != 4) time.busy_s += ticks[i] / per_second;
  }
  return time;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// Soft limits alone: the decoding processes set limits of their own.
void Limit(pid_t pid, const ChildLimits& limits) {
  const auto set = [pid](auto resource, std::uint64_t value) {
    rlimit limit{};
    if (value == 0 || prlimit(pid, resource, nullptr, &limit) != 0) return;
    limit.rlim_cur = std::min<rlim_t>(value, limit.rlim_max);
    prlimit(pid, resource, &limit, nullptr);
  };
  set(RLIMIT_CPU, limits.cpu_s);
  set(RLIMIT_AS, limits.address_bytes);
}

}  // namespace

void StopChildOnSignals() {
  struct sigaction action {};
  action.sa_handler = StopChild;
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

Result<ChildUsage> MeasureChild(const ChildCommand& command, const ChildLimits& limits) {
  const auto cancelled = [] { return Fail(ErrorCode::kCancelled, "stopped by a signal"); };
  if (stopped) return cancelled();
  if (!IsInstalled(command.arguments.at(0))) return ChildUsage{.exit_code = 127};
  const MachineTime machine_before = ReadMachineTime();
  const auto start = Clock::now();
  const Result<pid_t> pid = StartChild(command);
  if (!pid) return Forward(pid);
  RunningChild running(*pid);
  if (stopped) StopChild(SIGTERM);  // the signal came before there was a child to end
  Limit(*pid, limits);
  TreeSampler sampler(*pid, limits.wall_s);
  int status = 0;
  rusage usage{};
  while (wait4(*pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  running.End();
  if (stopped) {
    sampler.Stop();
    return cancelled();
  }
  ChildUsage result;
  result.wall_s = std::chrono::duration<double>(Clock::now() - start).count();
  const MachineTime machine_after = ReadMachineTime();
  result.peak_mb = std::max(sampler.Stop(), 1024.0 * static_cast<double>(usage.ru_maxrss)) / 1e6;
  result.timed_out = sampler.timed_out();
  result.cpu_s = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  result.exit_code = ExitStatus(status);
  const double all = machine_after.all_s - machine_before.all_s;
  const double others = machine_after.busy_s - machine_before.busy_s - result.cpu_s;
  result.others_share = all > 0 ? std::clamp(others / all, 0.0, 1.0) : 0.0;
  return result;
}

}  // namespace rv
