// Writes the seed corpora of the fuzz targets: rv_fuzz_seeds FOLDER makes FOLDER/rview_reader_fuzz and
// FOLDER/manifest_fuzz.
#include <cstdio>
#include <filesystem>

#include "asset/rview_file.h"
#include "base/atomic_file.h"
#include "tests/asset/sample_view.h"
#include "tests/fuzz/file_list.h"

namespace {

namespace fs = std::filesystem;

bool Write(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  const rv::Status written = rv::WriteFileAtomically(path, bytes);
  if (!written) std::fprintf(stderr, "%s\n", written.error().message.c_str());
  return written.has_value();
}

bool WriteSeeds(const fs::path& folder, const std::string& name, const rv::RotatingView& view) {
  const std::vector<std::uint8_t> archive = rv::EncodeRview(view).value();
  const std::string manifest = rv::testing::ArchiveManifest(archive);
  std::vector<std::uint8_t> raw = {0};
  raw.insert(raw.end(), archive.begin(), archive.end());
  std::vector<std::uint8_t> parts = {1};
  const auto list = rv::fuzz::WriteFileList(manifest, rv::testing::ArchiveFiles(archive));
  parts.insert(parts.end(), list.begin(), list.end());
  return Write(folder / "rview_reader_fuzz" / (name + "_raw"), raw) &&
         Write(folder / "rview_reader_fuzz" / (name + "_parts"), parts) &&
         Write(folder / "manifest_fuzz" / name, {manifest.begin(), manifest.end()});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: rv_fuzz_seeds FOLDER\n");
    return 2;
  }
  const fs::path folder = argv[1];
  fs::create_directories(folder / "rview_reader_fuzz");
  fs::create_directories(folder / "manifest_fuzz");
  const bool written = WriteSeeds(folder, "tiny", rv::testing::TinyView()) &&
                       WriteSeeds(folder, "example", rv::testing::ExampleView()) &&
                       WriteSeeds(folder, "no_poses", rv::testing::SampleView({.posed = false})) &&
                       WriteSeeds(folder, "sample", rv::testing::SampleView());
  return written ? 0 : 1;
}
