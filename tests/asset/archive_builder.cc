#include "tests/asset/archive_builder.h"

#include <algorithm>

#include "asset/rview_zip.h"
#include "base/digest.h"

namespace rv::testing {
namespace {

using asset::ZipEntry;

std::vector<asset::ZipEntry> Entries(const std::vector<std::uint8_t>& archive) {
  return asset::ReadZipEntries(*asset::MakeMemorySource(archive), 1000).value();
}

std::vector<std::uint8_t> Data(const std::vector<std::uint8_t>& archive, const asset::ZipEntry& entry) {
  const auto begin = archive.begin() + static_cast<std::ptrdiff_t>(entry.data_offset);
  return {begin, begin + static_cast<std::ptrdiff_t>(entry.size)};
}

}  // namespace

std::vector<std::uint8_t> BuildArchive(std::string_view manifest, const std::vector<NamedBytes>& files) {
  std::vector<NamedBytes> all = {{"manifest.json", {manifest.begin(), manifest.end()}}};
  all.insert(all.end(), files.begin(), files.end());
  std::vector<asset::ZipEntry> entries;
  for (const auto& [name, bytes] : all)
    entries.push_back({.name = name, .size = bytes.size(), .crc = asset::Crc32(bytes)});
  asset::LayOutZip(entries);
  std::vector<std::uint8_t> archive;
  const auto put = [&](const std::vector<std::uint8_t>& bytes) {
    archive.insert(archive.end(), bytes.begin(), bytes.end());
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    put(asset::ZipLocalHeader(entries[i]));
    put(all[i].second);
  }
  put(asset::ZipDirectory(entries));
  archive.resize(archive.size() + asset::kZipDigestChars);
  Reseal(archive);
  return archive;
}

std::vector<NamedBytes> ArchiveFiles(const std::vector<std::uint8_t>& archive) {
  std::vector<NamedBytes> files;
  const std::vector<asset::ZipEntry> entries = Entries(archive);
  for (std::size_t i = 1; i < entries.size(); ++i)
    files.emplace_back(entries[i].name, Data(archive, entries[i]));
  return files;
}

std::string ArchiveManifest(const std::vector<std::uint8_t>& archive) {
  const std::vector<std::uint8_t> bytes = Data(archive, Entries(archive).front());
  return {bytes.begin(), bytes.end()};
}

void Reseal(std::vector<std::uint8_t>& archive) {
  const std::size_t body = archive.size() - asset::kZipDigestChars;
  const std::string digest = Hex(Sha256(std::span(archive).first(body)));
  std::ranges::copy(digest, archive.begin() + static_cast<std::ptrdiff_t>(body));
}

}  // namespace rv::testing
