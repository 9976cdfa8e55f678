// Archives with a correct container round contents of one's choice, to reach the checks behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rv::testing {

using NamedBytes = std::pair<std::string, std::vector<std::uint8_t>>;

// manifest.json with `manifest` and then `files`, laid out and sealed as the writer does.
std::vector<std::uint8_t> BuildArchive(std::string_view manifest, const std::vector<NamedBytes>& files);

// The files of an archive that EncodeRview made, without the manifest; and its manifest.
std::vector<NamedBytes> ArchiveFiles(const std::vector<std::uint8_t>& archive);
std::string ArchiveManifest(const std::vector<std::uint8_t>& archive);

// Puts the right digest at the end of bytes that were changed.
void Reseal(std::vector<std::uint8_t>& archive);

}  // namespace rv::testing
