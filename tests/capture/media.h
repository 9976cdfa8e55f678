// Media for the capture tests: the shared files, and clips made on the spot with the ffmpeg command.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "capture/capture.h"
#include "scene/image.h"

namespace rv::testing {

// A file or folder of the shared data; empty when that is not there.
std::filesystem::path Shared(const std::string& relative);

// Runs `ffmpeg -v error -y ARGUMENTS`; false when it fails or is not installed.
bool Ffmpeg(const std::string& arguments);

// A clip of frames that all differ, written to `path`: `video` are the encoder's options.
bool MakeClip(const std::filesystem::path& path,
              const std::string& video,
              int frames = 60,
              const std::string& size = "320x240");

// All frames of a clip by the ffmpeg command, none dropped or repeated.
std::vector<Image> FramesByFfmpeg(const std::filesystem::path& clip,
                                  const std::filesystem::path& folder,
                                  const std::string& filter = {});

// Mean absolute difference of two pictures, gray levels; 255 when their sizes differ.
double Difference(const Image& a, const Image& b);

Image Pixels(const SweepFrame& frame);

void WriteBytes(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes);
std::vector<std::uint8_t> ReadBytes(const std::filesystem::path& path);

// A picture with structure everywhere, different for each seed.
Image Scenery(int width, int height, int seed);

}  // namespace rv::testing

// Skips visibly when a clip could not be made for want of the command.
#define RV_NEED_CLIP(made) \
  if (!(made)) GTEST_SKIP() << "the ffmpeg command is missing or has no such encoder"
#define RV_NEED_SHARED(path) \
  if ((path).empty()) GTEST_SKIP() << "the shared data is missing"
