// The fuzzer's own notation for the files of an archive: [name length u8][name][size u32 LE][data], repeated.
// Its first file is the manifest, whatever its name. In manifests, sizes and digests are put right when they
// are built.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "tests/asset/archive_builder.h"

namespace rv::fuzz {

inline std::vector<std::uint8_t> WriteFileList(const std::string& manifest,
                                               const std::vector<testing::NamedBytes>& files) {
  std::vector<std::uint8_t> out;
  const auto put = [&](const std::string& name, std::span<const std::uint8_t> data) {
    out.push_back(static_cast<std::uint8_t>(name.size()));
    out.insert(out.end(), name.begin(), name.end());
    for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(data.size() >> (8 * i)));
    out.insert(out.end(), data.begin(), data.end());
  };
  put("m", {reinterpret_cast<const std::uint8_t*>(manifest.data()), manifest.size()});
  for (const auto& [name, data] : files) put(name, data);
  return out;
}

// Sizes that go beyond the input are cut to it.
inline std::vector<testing::NamedBytes> ReadFileList(std::span<const std::uint8_t> in) {
  std::vector<testing::NamedBytes> files;
  const auto take = [&](std::size_t count) {
    const auto piece = in.first(std::min(count, in.size()));
    in = in.subspan(piece.size());
    return piece;
  };
  while (!in.empty()) {
    const auto name = take(take(1)[0]);
    std::size_t size = 0;
    const auto digits = take(4);
    for (std::size_t i = 0; i < digits.size(); ++i) size |= static_cast<std::size_t>(digits[i]) << (8 * i);
    const auto data = take(size);
    files.emplace_back(std::string(name.begin(), name.end()),
                       std::vector<std::uint8_t>(data.begin(), data.end()));
  }
  return files;
}

// Makes the manifest's list of files agree with the files, where the manifest is JSON at all.
inline std::string WithRightFiles(const std::string& manifest,
                                  const std::vector<testing::NamedBytes>& files) {
  auto json = nlohmann::json::parse(manifest, nullptr, false);
  if (!json.is_object()) return manifest;
  json["files"] = nlohmann::json::array();
  for (const auto& [name, data] : files)
    json["files"].push_back({{"name", name}, {"bytes", data.size()}, {"sha256", Hex(Sha256(data))}});
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

inline std::vector<std::uint8_t> AssembleArchive(std::span<const std::uint8_t> in) {
  std::vector<testing::NamedBytes> files = ReadFileList(in);
  if (files.empty()) return {};
  const std::string manifest(files.front().second.begin(), files.front().second.end());
  files.erase(files.begin());
  return testing::BuildArchive(WithRightFiles(manifest, files), files);
}

}  // namespace rv::fuzz
