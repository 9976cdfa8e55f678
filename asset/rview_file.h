// The `.rview` file: a plain ZIP with manifest.json first. Byte by byte in docs/format.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv {

// The version written. A reader takes every minor version of its own major one and ignores fields and files
// it does not know; a higher major version is kUnsupported.
inline constexpr int kRviewMajor = 1;
inline constexpr int kRviewMinor = 3;

struct ReadOptions {
  // Limits, checked before anything is allocated. Raise one for a file that is known to be good.
  std::uint64_t max_file_bytes = std::uint64_t{16} << 30;
  std::uint64_t max_manifest_bytes = std::uint64_t{64} << 20;
  std::uint64_t max_picture_bytes = std::uint64_t{512} << 20;
  std::size_t max_views = 10'000;
  std::size_t max_sources = 100'000;
  std::size_t max_files = 200'000;
  std::size_t max_inputs = 400'000;
  std::size_t max_hotspots = 10'000;
  std::size_t max_points = 50'000'000;
  std::size_t max_observations = 500'000'000;
  int max_side_px = 65'500;
  std::int64_t max_picture_pixels = std::int64_t{1} << 28;
  // False: leave the pictures of SourceFrame without bytes (format and size stay known); such a view cannot be
  // written.
  bool load_sources = true;
  // False: leave Reconstruction::points empty; written again, the file would have none.
  bool load_points = true;
  // True: also check the digest over the whole file, which finds every flipped bit, sources and spare bytes
  // too.
  bool strict = false;
};

// Writes the asset whole or not at all (base/atomic_file.h). The bytes depend on the view alone. Fails with
// kInvalidArgument, naming the field, where the view breaks a rule of docs/format.md: a number that is not
// finite, a picture of another size than said, a file name that repeats or leaves its folder, a reference to
// a frame that is not there.
Status WriteRview(const RotatingView& view, const std::filesystem::path& path);

// Reads the asset. Each picture's SHA-256 and the size in its header are checked as it is read; pictures are
// not decoded here. Errors: kNotFound; kCorrupt for anything truncated, damaged or inconsistent; kUnsupported
// for a higher major version; kInvalidArgument for a file above a limit of `options`.
Result<RotatingView> ReadRview(const std::filesystem::path& path, const ReadOptions& options = {});

// The same to and from memory.
Result<std::vector<std::uint8_t>> EncodeRview(const RotatingView& view);
Result<RotatingView> DecodeRview(std::span<const std::uint8_t> bytes, const ReadOptions& options = {});

enum class Severity { kNote, kWarning, kError };

struct RviewFinding {
  Severity severity = Severity::kNote;
  ErrorCode code = ErrorCode::kCorrupt;  // of an error
  std::string where;                     // a file in the archive, or "" for the whole
  std::string message;
};

struct RviewFindings {
  std::vector<RviewFinding> items;
  // No error among them; notes and warnings are no damage.
  bool ok() const;
  // The first error as a Status, for a program's exit code; all of them in its details.
  Status ToStatus() const;
};

// "note", "warning", "error".
std::string_view SeverityName(Severity severity);

// Reads the asset and lists all that is wrong or remarkable: each damaged file by name, not only the first,
// and what the tier promises but the file lacks. `strict` adds the digest over the whole file, and decodes
// every view, mask and depth picture to see that sizes and labels are as the manifest says. Fails itself only
// where the file cannot be opened at all (kNotFound, kInvalidArgument).
Result<RviewFindings> ValidateRview(const std::filesystem::path& path,
                                    bool strict,
                                    const ReadOptions& options = {});

}  // namespace rv
