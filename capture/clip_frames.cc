#include "capture/clip_frames.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "base/check.h"
#include "capture/clip_frame.h"
#include "capture/motion.h"

namespace rv {

struct ClipFrames::Clip {
  input::OpenFile file;
  video::VideoSource source;  // refers to the file
  MediaProbe probe;
  std::map<int, int> key_of;  // of candidates, by number
  int jpeg_quality = 95;
};

ClipFrames::ClipFrames(std::vector<ClipCandidate> candidates, std::shared_ptr<const Clip> clip)
    : candidates_(std::move(candidates)), clip_(std::move(clip)) {}

Result<std::vector<SweepFrame>> ClipFrames::Fetch(const std::vector<int>& numbers,
                                                  const Progress& progress) const {
  std::vector<int> keys;
  for (const int number : numbers) {
    const auto key = clip_->key_of.find(number);
    RV_CHECK(key != clip_->key_of.end());
    keys.push_back(key->second);
  }
  std::sort(keys.begin(), keys.end());
  // To the passes it is the same work again; whoever watches has seen the end of that.
  const Progress as_frames = [&](std::string_view, double fraction) {
    return Report(progress, "frames", fraction);
  };
  Result<std::map<int, video::ChosenFrame>> pictures =
      capture::ExtractFrames(clip_->source, keys, clip_->jpeg_quality, as_frames);
  if (!pictures) return Forward(pictures);
  std::vector<SweepFrame> out;
  for (const int number : numbers) {
    const auto picture = pictures->find(clip_->key_of.at(number));
    if (picture == pictures->end()) continue;
    out.push_back(capture::FrameOfClip(number, std::move(picture->second), clip_->probe));
  }
  return out;
}

namespace capture {

std::string VideoFrameName(int number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%06d.jpg", number);
  return text;
}

SweepFrame FrameOfClip(int number, video::ChosenFrame picture, const MediaProbe& probe) {
  SweepFrame frame{.name = VideoFrameName(number), .source_index = number};
  frame.time_s = picture.seen.time_s;
  frame.sharpness = Sharpness(picture.seen.luma);
  frame.mean_luma = MeanLuma(picture.seen.luma);
  frame.image = std::move(picture.image);
  frame.matte = std::move(picture.matte);
  frame.focal_prior_px = probe.focal_prior_px;
  return frame;
}

ClipFrames KeepOpen(input::OpenFile file,
                    const video::VideoSource& source,
                    const Analysis& analysis,
                    const std::vector<int>& mixed,
                    int jpeg_quality) {
  std::map<int, int> key_of;
  std::vector<ClipCandidate> candidates;
  for (const SeenMeasure& frame : analysis.frames) {
    const int number = analysis.NumberOf(frame);
    if (number < 0 || number >= analysis.total || std::binary_search(mixed.begin(), mixed.end(), number))
      continue;
    if (key_of.emplace(number, frame.key).second)
      candidates.push_back({.number = number, .time_s = frame.time_s, .sharpness = frame.sharpness});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return {std::move(candidates),
          std::make_shared<const ClipFrames::Clip>(ClipFrames::Clip{.file = std::move(file),
                                                                    .source = source,
                                                                    .probe = analysis.probe,
                                                                    .key_of = std::move(key_of),
                                                                    .jpeg_quality = jpeg_quality})};
}

}  // namespace capture
}  // namespace rv
