// Folders of photos that no geometry can be had from, or only a singular one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv::honesty {

// "equal", "two", "noise", "gradient", "mirrored", "repeated", ...
const std::vector<std::string>& DegenerateKinds();

// Writes photos of 320x240 of kind `number` modulo the kinds to `folder`. Fails as files cannot be written.
Status MakeDegenerate(int number, std::uint64_t seed, const std::filesystem::path& folder);

}  // namespace rv::honesty
