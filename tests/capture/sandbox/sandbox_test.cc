// What the decoding process may and may not do, and that its death is survived.
#include "capture/sandbox/sandbox.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "capture/sandbox/wire.h"

namespace rv::sandbox {
namespace {

struct Outcome {
  Result<SandboxEnd> end;
  std::vector<int> values;
};

// Runs `run` in a sandbox; it may Report numbers.
Outcome Try(const std::function<Status(RecordSink&)>& run, CaptureLimits limits = {}) {
  Outcome out;
  const SandboxJob job{.run = run};
  out.end = RunSandboxed(job, limits,
                         [&](std::uint32_t, std::span<const std::uint8_t> payload) -> Status {
                           WireReader r(payload);
                           out.values.push_back(r.Get<std::int32_t>());
                           return {};
                         },
                         {});
  return out;
}

void Tell(RecordSink& sink, int value) {
  WireWriter w;
  w.Put<std::int32_t>(value);
  sink.Send(7, w.bytes());
}

TEST(Sandbox, ReturnsRecordsAndErrors) {
  const Outcome good = Try([](RecordSink& sink) -> Status {
    Tell(sink, 42);
    return {};
  });
  ASSERT_TRUE(good.end.has_value());
  EXPECT_FALSE(good.end->crashed);
  EXPECT_EQ(good.values, std::vector<int>{42});
  const Outcome bad =
      Try([](RecordSink&) -> Status { return Fail(ErrorCode::kUnsupported, "message", "remedy"); });
  ASSERT_FALSE(bad.end.has_value());
  EXPECT_EQ(bad.end.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(bad.end.error().remedy, "remedy");
}

TEST(Sandbox, AllowsNoFilesNetworkOrPrograms) {
  const Outcome out = Try([](RecordSink& sink) -> Status {
    Tell(sink, open("/etc/passwd", O_RDONLY));
    Tell(sink, open("/tmp/rotaview-sandbox-escape", O_WRONLY | O_CREAT, 0600));
    Tell(sink, socket(AF_INET, SOCK_STREAM, 0));
    Tell(sink, execl("/bin/true", "true", nullptr));
    Tell(sink, fork());
    Tell(sink, kill(getppid(), 0));
    Tell(sink, mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
                   ? -1
                   : 0);
    return {};
  });
  ASSERT_TRUE(out.end.has_value()) << out.end.error().message;
  EXPECT_EQ(out.values, std::vector<int>(7, -1));
}

TEST(Sandbox, SurvivesACrash) {
  const Outcome out = Try([](RecordSink& sink) -> Status {
    Tell(sink, 1);
    raise(SIGSEGV);
    return {};
  });
  ASSERT_TRUE(out.end.has_value());
  EXPECT_TRUE(out.end->crashed);
  EXPECT_EQ(out.values, std::vector<int>{1});
}

TEST(Sandbox, HasThreadsAndExceptions) {
  const Outcome out = Try([](RecordSink& sink) -> Status {
    int value = 0;
    std::thread([&] { value = 5; }).join();
    Tell(sink, value);
    throw std::runtime_error("odd bytes");
  });
  ASSERT_FALSE(out.end.has_value());
  EXPECT_EQ(out.end.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(out.end.error().message, ::testing::HasSubstr("odd bytes"));
  EXPECT_EQ(out.values, std::vector<int>{5});
}

#if !defined(__SANITIZE_ADDRESS__)
TEST(Sandbox, BoundsMemory) {
  CaptureLimits limits;
  limits.max_decoder_memory = 64 << 20;
  const Outcome out = Try(
      [](RecordSink& sink) -> Status {
        std::vector<std::vector<char>> hoard;
        for (int i = 0; i < 100; ++i) hoard.emplace_back(8 << 20, 'x');
        Tell(sink, static_cast<int>(hoard.size()));
        return {};
      },
      limits);
  ASSERT_TRUE(out.end.has_value());
  EXPECT_TRUE(out.end->crashed);
  EXPECT_TRUE(out.end->out_of_memory);
}
#endif

TEST(Sandbox, EndsASilentChild) {
  CaptureLimits limits;
  limits.max_decoder_silence_s = 1;
  const Outcome out = Try(
      [](RecordSink&) -> Status {
        for (;;) sleep(1);
      },
      limits);
  ASSERT_TRUE(out.end.has_value());
  EXPECT_TRUE(out.end->crashed);
  EXPECT_THAT(out.end->how, ::testing::HasSubstr("no sign of life"));
}

TEST(Sandbox, StopsAtOnceWhenCancelled) {
  const SandboxJob job{.run = [](RecordSink&) -> Status {
    for (;;) sleep(1);
  }};
  const Result<SandboxEnd> end = RunSandboxed(
      job, {}, [](std::uint32_t, std::span<const std::uint8_t>) -> Status { return {}; },
      []() -> Status { return Fail(ErrorCode::kCancelled, "cancelled"); });
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().code, ErrorCode::kCancelled);
}

TEST(WireReader, NeverReadsBeyondTheRecord) {
  WireWriter w;
  w.Put<std::int32_t>(3).PutText("abc");
  std::vector<std::uint8_t> bytes = w.bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    WireReader r(std::span<const std::uint8_t>(bytes).first(size));
    r.Get<std::int32_t>();
    r.GetText();
    EXPECT_FALSE(r.done()) << size;
  }
  bytes[4] = 0xFF;  // a length beyond the end
  WireReader lying(bytes);
  lying.Get<std::int32_t>();
  EXPECT_TRUE(lying.GetText().empty());
  EXPECT_FALSE(lying.good());
}

}  // namespace
}  // namespace rv::sandbox
