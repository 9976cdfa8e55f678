// What became of each input of a conversion: photos and other files by name, frames of a clip by range.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rv {

enum class InputState {
  kPosed,    // a camera position was found
  kUnposed,  // looked at, without a camera position
  kLeftOut,  // readable or of another kind, but not used
  kUnread,   // could not be read
};

// Frames of a clip, numbered from 0 in order of presentation; both ends belong to it.
struct FrameSpan {
  int from = 0;
  int to = 0;
};

struct InputRecord {
  std::string name;                 // file name; of a clip's frames the clip's
  std::optional<FrameSpan> frames;  // of a clip
  InputState state = InputState::kLeftOut;
  std::string reason;  // empty where there is nothing to say
};

// "posed", "unposed", "left_out", "unread": the spelling in files and JSON.
std::string_view InputStateName(InputState state);
// Empty for any other text.
std::optional<InputState> ParseInputState(std::string_view name);

}  // namespace rv
