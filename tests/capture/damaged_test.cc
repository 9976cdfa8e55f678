// Clips that are damaged, cut off or no clips at all: named errors, and the same pictures in every run.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "capture/capture.h"
#include "tests/capture/media.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {
namespace {

std::optional<ErrorCode> CodeOf(const std::filesystem::path& path) {
  const Result<Sweep> sweep = CaptureSweep(path, {}, {});
  if (sweep) return std::nullopt;
  return sweep.error().code;
}

// Runs of bytes in the second half, behind the headers.
void Overwrite(std::vector<std::uint8_t>& bytes, int runs) {
  std::mt19937 random(5);
  for (int run = 0; run < runs; ++run) {
    const std::size_t at = bytes.size() / 2 + random() % (bytes.size() / 2 - 64);
    for (std::size_t i = 0; i < 40; ++i) bytes[at + i] = static_cast<std::uint8_t>(random());
  }
}

void ExpectSamePicturesEachTime(const std::filesystem::path& clip) {
  std::vector<std::vector<std::uint8_t>> first;
  for (const int threads : {1, 4, 3, 4, 1}) {
    const Result<Sweep> sweep = CaptureSweep(clip, {.threads = threads}, {});
    ASSERT_TRUE(sweep) << sweep.error().message;
    std::vector<std::vector<std::uint8_t>> pictures;
    for (const SweepFrame& frame : sweep->frames) pictures.push_back(frame.image.bytes);
    if (first.empty()) first = pictures;
    EXPECT_TRUE(pictures == first) << threads << " threads";
  }
  EXPECT_GT(first.size(), 5U);
}

TEST(DamagedClip, ShowsTheSamePicturesEachTime) {
  const TempFolder folder;
  for (const auto& [name, codec] : {std::pair("a.webm", "-c:v libvpx -b:v 600k -g 200"),
                                    std::pair("b.mp4", "-c:v libx264 -g 200 -bf 2 -pix_fmt yuv420p")}) {
    const std::filesystem::path clip = folder / name;
    RV_NEED_CLIP(MakeClip(clip, codec, 60, "192x144"));
    std::vector<std::uint8_t> bytes = ReadBytes(clip);
    Overwrite(bytes, 6);
    WriteBytes(clip, bytes);
    ExpectSamePicturesEachTime(clip);
  }
}

TEST(DamagedClip, CutOffWithinItsIndexIsCorrupt) {
  const TempFolder folder;
  const std::filesystem::path clip = folder / "late_index.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -pix_fmt yuv420p", 40, "160x120"));
  std::vector<std::uint8_t> bytes = ReadBytes(clip);
  for (const double share : {0.6, 0.92, 0.94, 0.96}) {
    WriteBytes(clip, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(
                                                         share * static_cast<double>(bytes.size()))});
    EXPECT_EQ(CodeOf(clip), ErrorCode::kCorrupt) << share;
  }
}

// 'G' is the sync byte of transport streams.
TEST(DamagedClip, TextIsNoTransportStream) {
  const TempFolder folder;
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 400; ++i) bytes.insert(bytes.end(), {'G', '\n'});
  WriteBytes(folder / "clip.mov", bytes);
  EXPECT_EQ(CodeOf(folder / "clip.mov"), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace rv::testing
